"""A claim that cannot be.

Cause: a claim is dated before its period, or two parts of the text say different times for claiming.
Cure: correct the day, or say the time once.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C127",
    Severity.ERROR,
    "A claim that cannot be",
    "Correct the day, or say the time once.",
)

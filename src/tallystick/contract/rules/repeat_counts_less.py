"""A repeat counts less than the first miss.

Cause: the multiplier of a repeat is below 1.
Cure: write the factor by which a repeat counts more, such as 2.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C118",
    Severity.ERROR,
    "A repeat counts less than the first miss",
    "Write a factor of at least 1.",
)

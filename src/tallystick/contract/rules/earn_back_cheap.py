"""Earning back for no more than was promised.

Cause: credits come back for keeping the level that is due anyhow, which takes the sting out of every miss.
Cure: write a higher `level`, or let the average of the year decide.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C125",
    Severity.WARNING,
    "Earning back for no more than was promised",
    "Write a higher `level`.",
)

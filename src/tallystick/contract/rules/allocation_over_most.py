"""A level is allotted more than the most for a level.

Cause: the text says the most that one level may take of the amount at risk (25 % is common), and a level takes more.
Cure: lower the allocation of the level.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C113",
    Severity.ERROR,
    "A level is allotted more than the most for a level",
    "Lower the allocation.",
)

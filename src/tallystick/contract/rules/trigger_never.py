"""A count that can never be reached.

Cause: so many misses do not fit into the window: twelve months hold twelve monthly misses of a clause.
Cure: lower the number, or lengthen the window.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C121",
    Severity.ERROR,
    "A count that can never be reached",
    "Lower the number, or lengthen the window.",
)

"""A clause of another kind is named.

Cause: a clause counts points, misses, caps or credits of a clause that has none.
Cure: name a clause of the kind that is meant.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C119",
    Severity.ERROR,
    "A clause of another kind is named",
    "Name a clause of the kind that is meant.",
)

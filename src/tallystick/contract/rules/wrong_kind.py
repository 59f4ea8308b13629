"""A clause of another kind is named.

Cause: a clause counts points, misses, caps or credits of a clause that has none, or looks at how a clause is kept that
judges nothing: a gate that can never shut, a weight that nothing takes.
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

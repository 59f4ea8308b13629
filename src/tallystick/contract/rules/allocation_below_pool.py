"""A part of the pool is allotted to no level.

Cause: the allocations of a pool come to less than 100 %, so that part of the amount at risk can never follow.
Cure: raise the allocations, or leave it as it is where that is meant.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C111",
    Severity.NOTE,
    "A part of the pool is allotted to no level",
    "Raise the allocations, where that is not meant.",
)

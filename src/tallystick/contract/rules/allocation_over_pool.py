"""Allocations come to more than the pool.

Cause: the levels of a pool, with every multiplier chosen, are allotted more than 100 %, or more than `pool` says. The
sum at risk is a limit, so the last percentages could never follow and nobody said so.
Cure: lower the allocations, or state the oversubscription openly: `pool: 150%`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C110",
    Severity.ERROR,
    "Allocations come to more than the pool",
    "Lower them, or state what they come to: `pool`.",
)

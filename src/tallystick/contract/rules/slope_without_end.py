"""An adjustment without an end of its own.

Cause: a credit that grows with the shortfall has no most; only the cap of the contract limits it, and it may use
up all of it.
Cure: write `at_most`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C123",
    Severity.WARNING,
    "An adjustment without an end of its own",
    "Write `at_most`.",
)

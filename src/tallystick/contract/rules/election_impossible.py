"""An election that cannot be.

Cause: it picks a credit that is not among those of the clause, or a period is elected for twice.
Cure: correct the election.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C126",
    Severity.ERROR,
    "An election that cannot be",
    "Correct the election.",
)

"""A promotion was noticed too late.

Cause: a measure becomes critical sooner after its notice than the text allows.
Cure: move the day from which it is critical, or agree on an amendment of the notice.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C116",
    Severity.ERROR,
    "A promotion was noticed too late",
    "Move its day.",
)

"""More is at risk than the text allows.

Cause: the text says the largest share of the fee that may be at risk (10 % is common), and puts a larger one at risk.
Cure: lower the percentage at risk.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C115",
    Severity.ERROR,
    "More is at risk than the text allows",
    "Lower the percentage at risk.",
)

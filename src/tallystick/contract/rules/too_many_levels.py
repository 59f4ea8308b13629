"""More levels than the text allows.

Cause: the text says how many levels may share the amount at risk (20 is common), and names more.
Cure: take levels out, or report them without money as key measures.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C114",
    Severity.ERROR,
    "More levels than the text allows",
    "Take levels out.",
)

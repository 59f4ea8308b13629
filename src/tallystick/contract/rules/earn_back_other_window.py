"""Earning back a credit of other periods than the clause that earns it.

Cause: the credit follows from a quarter and the performance that earns it back is judged by the month, or the other way
round. Then no period says what became of the credit.
Cure: name a clause with the window of the credit, or write a clause of its own for each window.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C169",
    Severity.ERROR,
    "Earning back by other periods than those of the credit",
    "Name a clause with the window of the credit.",
)

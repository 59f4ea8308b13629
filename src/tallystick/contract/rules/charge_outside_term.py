"""An event or a whole charge lies on days that are not charged.

Cause: its day lies before or after the term, or outside `from` and `to` of the charge.
Cure: correct the day; it would never be charged.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C150", Severity.WARNING, "A charge lies outside the days that are charged", "Correct the day, or the term."
)

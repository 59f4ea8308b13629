"""A value cannot be read as what its key asks for.

Cause: a percentage without its sign, a duration without a unit, a date in another order, a word outside the list, a
list where a mapping is needed, or keys that contradict each other.
Cure: percentages are written 92.5%, durations 4h or 1h 30m, dates 2025-07-01, hours "09:00-18:00", money as a number.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C008",
    Severity.ERROR,
    "A value is not of its kind",
    "Write the value as the reference page of the format shows.",
)

"""Resolutions are settled before the window has closed in which customers may come back.

Cause: `repeat_window` of the definitions is longer than the months of `true_up`, so late returns are never given back.
Cure: settle a month later, or shorten the window.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C149",
    Severity.WARNING,
    "A month is settled while its windows still run",
    "Settle later with `true_up`, or shorten the repeat window.",
)

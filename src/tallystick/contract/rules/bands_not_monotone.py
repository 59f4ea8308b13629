"""Bands do not rise.

Cause: a worse level brings fewer points or a smaller percentage, or the bands are not in order, so a partner would gain
by doing worse.
Cure: order the bands from the mildest to the worst, each with more than the one before.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C117",
    Severity.ERROR,
    "Bands do not rise",
    "Order the bands from the mildest to the worst.",
)

"""A step or band is no distance of its level.

Cause: a step or a band is written in another unit than the level (percentage points beside a duration), or is
not above zero.
Cure: write it as the level is written: `1%` for a share, `30s` for a time.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C122",
    Severity.ERROR,
    "A step or band is no distance of its level",
    "Write it in the unit of the level.",
)

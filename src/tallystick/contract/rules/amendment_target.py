"""An amendment changes something that is not there, or does not say one thing.

Cause: a change names a clause that does not exist at that time, or says both `set` and `remove`, or nothing.
Cure: one change names one part (`clause`, `calendar`, `programme`, `site`, `fee`, `section`) and says `set` or
`remove: true`; a new clause comes with `add`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C013", Severity.ERROR, "An amendment does not fit", "Name a part that exists when the amendment takes effect."
)

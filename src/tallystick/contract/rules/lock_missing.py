"""The contract has no lock.

Cause: without a lock, opening hours come from the holiday list and the zone rules of this machine, and an update of
either could move a closed month.
Cure: run `tally check --lock`; it writes the opening hours and zone offsets beside the text and signs them.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C090", Severity.NOTE, "The contract is not locked", "Run `tally check --lock`.")

"""The lock was changed after it was signed, or signed with another key.

Cause: the Ed25519 signature does not fit the content, the key is not the expected one, or the file is damaged.
Cure: compare with the other side's copy; otherwise lock again with `tally check --lock`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C092",
    Severity.ERROR,
    "The signature of the lock does not hold",
    "Ask the other side for their lock, or lock again with `tally check --lock`.",
)

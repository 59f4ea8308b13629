"""The text, or a text it includes, is not the one that was locked.

Cause: a file changed after `tally check --lock`. A closed month must not move, so nothing is judged under a lock that
does not fit.
Cure: restore the file, or lock again with `tally check --lock` once both sides agree to the change.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C091",
    Severity.ERROR,
    "The text changed after it was locked",
    "Run `tally check --lock` once both sides agree to the change.",
)

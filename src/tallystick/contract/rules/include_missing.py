"""An included text cannot be read.

Cause: the path is wrong, or leads out of the contract's folder (which would let a contract read any file of the
machine).
Cure: put the shared text beside the contract or in a folder below it, and write the path relative to the including
text.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C011",
    Severity.ERROR,
    "An included text is not there",
    "Check the path; it is relative to the text that includes it.",
)

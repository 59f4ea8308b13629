"""A part lacks a key that it needs.

Cause: the text leaves out what cannot be guessed, such as a clause's target or the contract's zone.
Cure: add it; the reference page of the format shows an example of each part.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C007", Severity.ERROR, "A key is missing", "Add the key.")

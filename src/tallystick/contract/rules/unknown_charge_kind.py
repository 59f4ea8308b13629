"""The kind of a charge is unknown.

Cause: `kind` names no pricing model of the catalogue.
Cure: the finding names the kinds; `tally list charges` describes them.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C140", Severity.ERROR, "Unknown kind of charge", "Use a kind that exists.")

"""The kind of a clause is unknown.

Cause: `kind` names no file of the catalogue of clause kinds.
Cure: the finding names the kinds; `tally list clauses` describes them.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C009", Severity.ERROR, "Unknown kind of clause", "Use a kind that exists.")

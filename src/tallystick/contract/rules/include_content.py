"""An included text brings a part that belongs to a contract.

Cause: shared texts may bring calendars, definitions, sites, programmes, queues, fees and series. Clauses, charges,
parties, the term or amendments belong to one contract, so that reading it alone shows every promise.
Cure: move the part into the contract.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C012", Severity.ERROR, "An included text brings too much", "Move this key into the contract itself.")

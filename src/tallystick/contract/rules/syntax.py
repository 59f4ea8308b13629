"""The text is not well-formed YAML.

Cause: a bracket or quote that is not closed, a tab used for indentation, a colon without a blank after it, an alias
that names nothing, or an empty text.
Cure: correct the line that is named; the mistake often sits one line above it.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C002", Severity.ERROR, "This is not YAML", "Check indentation, quotes and brackets around this line.")

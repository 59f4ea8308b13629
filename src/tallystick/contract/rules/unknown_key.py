"""A key is not part of the format.

Cause: a typing mistake, or a key of another section. It is refused, because an exclusion or a cap that is silently
ignored changes money.
Cure: the finding names the keys that look alike; `tally contract schema` gives the JSON Schema for your editor.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C006", Severity.ERROR, "Unknown key", "Remove the key.")

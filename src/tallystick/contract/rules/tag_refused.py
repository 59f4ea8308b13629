"""The text uses a YAML tag or holds a second document.

Cause: tags such as `!!python/object` ask the reader to build objects; a contract holds plain values only. A line
`---` in the middle begins a second document, of which nobody could say whether it was signed.
Cure: remove the tag, or give the second document its own file.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C005", Severity.ERROR, "A tag or a second document", "Write plain values, and one contract in one file."
)

"""The text cannot be read as text.

Cause: the file is not there or may not be read, its bytes are not UTF-8, or a control character stands in it.
Cure: check the path, and save the file as UTF-8 in a text editor.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C001", Severity.ERROR, "The text cannot be read", "Save the text as UTF-8, without control characters.")

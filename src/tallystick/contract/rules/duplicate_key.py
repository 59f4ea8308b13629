"""A key stands twice in one mapping.

Cause: YAML readers keep the last of two equal keys without a word, so one promise would vanish.
Cure: keep one of them.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C003", Severity.ERROR, "A key stands twice", "Keep one of the two, or give the second another name.")

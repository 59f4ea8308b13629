"""Texts include each other in a circle.

Cause: text A includes B, which includes A again, directly or by way of others.
Cure: move the shared definitions into a text that includes neither.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule("TS-C010", Severity.ERROR, "Texts include each other", "Move what both need into a third text.")

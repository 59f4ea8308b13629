"""A repetition costs no more than the miss before.

Cause: the percentages of an escalating credit do not grow.
Cure: write them from the first miss to the last, each larger than the one before.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C120",
    Severity.WARNING,
    "A repetition costs no more than the miss before",
    "Let each percentage be larger than the one before.",
)

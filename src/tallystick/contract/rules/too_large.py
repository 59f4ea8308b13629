"""The text is larger, deeper or more repetitive than any contract is.

Cause: more than 256 KiB, 24 levels, 40,000 values, 200 aliases, 300 clauses and charges or 60 amendments, or aliases
that stand for other aliases until a few lines mean millions of values. Limits hold before anything is built, so such a
text costs neither time nor memory.
Cure: move shared parts to a text of their own and include it; write repeated values once, under `definitions`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C004",
    Severity.ERROR,
    "The text is too large",
    "Split the text with `include`, and write repeated parts once under `definitions`.",
)

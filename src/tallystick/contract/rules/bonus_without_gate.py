"""A bonus without a gate.

Cause: a bonus for one measure follows even where the partner gave up another for it.
Cure: name the critical clauses under `gates`: while one of them is missed, no bonus follows.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C124",
    Severity.WARNING,
    "A bonus without a gate",
    "Name the critical clauses under `gates`.",
)

"""A volume tolerance that can never hold for a clause.

Cause: the clause is judged over another window than the volume, so that the two never stand in one period; or the
tolerance names its own volume as a clause that it releases.
Cure: let both have the same `window`, and take the volume out of `clauses`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C138",
    Severity.ERROR,
    "A volume tolerance that can never hold",
    "Give volume and clause the same `window`.",
)

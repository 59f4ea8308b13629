"""Two tolerances around one volume for the same clause.

Cause: a clause is named twice, or two tolerances name it and the same volume on the same side of the forecast: of a
miss outside both, the first of the text decides what becomes of it.
Cure: keep the tolerance that is meant.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C139",
    Severity.WARNING,
    "Two tolerances around one volume for the same clause",
    "Keep the tolerance that is meant.",
)

"""The shares of the pools do not come to 100 %.

Cause: a pool was added or removed and the shares were not spread again.
Cure: change the shares so that they come to 100 %.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C112",
    Severity.ERROR,
    "The shares of the pools do not come to 100 %",
    "Change the shares so that they come to 100 %.",
)

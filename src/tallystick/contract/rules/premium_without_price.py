"""A premium is a percentage of a price that is not one number, or is put on something that counts nothing.

Cause: the other charge is priced by volume, by a block or as a sum, is a premium itself, or is priced in another
currency.
Cure: say the premium as `rate` for each unit, with a `quantity` of its own where the other charge has none; of a price
in another currency leave out `currency`.
"""

from tallystick.contract.rule import Rule
from tallystick.vocabulary.finding import Severity

RULE = Rule(
    "TS-C148",
    Severity.ERROR,
    "A premium on a charge without one price",
    "Say `rate`, or put it on a charge with one price.",
)

"""A line bills days of later months too; it is counted once and whole, in the month of its first day.

There it brings more than the month costs, and the later months bring less: what moves between them favours nobody. It
is what the charge costs over the line's other days, at most; what the line brings beyond that has a cause of its own.
"""

from tallystick.billing.check.cause import Cause, Stage
from tallystick.billing.check.value import OTHER_MONTHS

CAUSE = Cause(__name__, __doc__, "Days of several months", OTHER_MONTHS, Stage.REST)

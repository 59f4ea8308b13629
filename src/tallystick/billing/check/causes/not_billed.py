"""A charge that is due stands on no document of the month."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Not billed", "quantity", Stage.REST)

"""Other units are billed than the records count, and no other way of counting comes to them."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Quantity", "quantity", Stage.REST)

"""Another price is billed than the agreed one, and no other reading of the text comes to it."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Price", "rate", Stage.REST)

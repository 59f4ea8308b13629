"""The line is not its quantity times its price, or the document not the sum of its lines."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Arithmetic", "arithmetic", Stage.REST)

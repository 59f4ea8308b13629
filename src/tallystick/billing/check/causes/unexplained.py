"""No cause comes to the billed figures. It is shown with its amount, and never hidden."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Unexplained", "unexplained", Stage.REST)

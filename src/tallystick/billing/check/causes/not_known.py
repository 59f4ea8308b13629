"""The line cannot be checked: a quantity, an index value or a rate that it needs is not known."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Cannot be checked", "unexplained", Stage.REST)

"""What rounding leaves: at most one minor unit for each billed line, or a quantity shown with fewer decimals."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Rounding", "rounding", Stage.REST)

"""A discount, price adjustment or tax differs because the charges that it is taken of differ."""

from tallystick.billing.check.cause import Cause, Stage

CAUSE = Cause(__name__, __doc__, "Follows from other lines", "consequence", Stage.REST)

"""What a written reply brings, as expressions that the KPIs of languages share."""

from __future__ import annotations

import narwhals as nw

from tallystick.measures.measure import AT_STOP, MEASURED_IN, At, Param

FACT = "reply"
RULES = (MEASURED_IN,)
# Whoever held the contact when the reply was sent.
ATTRIBUTIONS = (AT_STOP,)
AT_LEAST = Param(1, "replies of which it is known that a contact needs to be judged", least=1)


def contact(at: At) -> nw.Expr:
    """The contact by which replies are gathered."""
    return at.col("case_key")

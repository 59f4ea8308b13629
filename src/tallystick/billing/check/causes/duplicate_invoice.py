"""A whole invoice comes a second time: with its number or another one, with the same lines for the same days.

Not where a credit note has taken one of the two back as a whole: then one is left.
"""

from tallystick.billing.check.cause import Cause, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.received import Document, month_of, told_by


def _repeats(document: Document, history: History) -> str | None:
    if document.sign < 0 or document.key in history.taken_back:
        return None
    mine = sorted(str(line.alike) for line in told_by(document))
    for other in history.earlier(document):
        if other.sign < 0 or other.invoice.currency != document.invoice.currency:
            continue
        issued = other.invoice.issued_on.isoformat()
        same_lines = mine == sorted(str(line.alike) for line in told_by(other))
        # Where neither tells days, a fee that is the same every month makes the same invoice every month.
        same_month = month_of(other)[0] == month_of(document)[0] or other.name == document.name
        if same_lines and other.total == document.total and other.span == document.span and same_month:
            return f"It repeats {other.name} of {issued}: the same lines, days and sums."
    return None


CAUSE = Cause(__name__, __doc__, "Invoice billed twice", "duplicate", Stage.DOUBLE, rank=10, repeats=_repeats)

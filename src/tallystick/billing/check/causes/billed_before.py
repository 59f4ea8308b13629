"""A line bills days of another month that an earlier invoice billed already."""

from collections.abc import Iterator
from datetime import date

from tallystick.billing.check.cause import Cause, Doubled, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.matching import plain_name
from tallystick.billing.check.received import Told, month_of, outside
from tallystick.billing.parts import first_of


def _doubles(lines: tuple[Told, ...], history: History) -> Iterator[Doubled]:
    for line in lines:
        if line.span is None or line.net <= 0 or not outside(line, history.month):
            continue
        days = f"{line.span[0].isoformat()} to {line.span[1].isoformat()}, the last excluded"
        for other in history.lines_before(line.document):
            same_days = other.span == line.span or (other.span is None and _of_month(other, line.span[0]))
            if other.net == line.net and same_days and _alike(line, other):
                issued = other.document.invoice.issued_on.isoformat()
                says = f"It bills {days} again: {other.ref} of {issued} billed the same amount."
                yield Doubled((line,), says, (other.ref,))
                break


def _of_month(other: Told, day: date) -> bool:
    """Whether a line that tells no days bills the month of a day: that of its document."""
    return month_of(other.document)[0][0] == first_of(day)


def _alike(line: Told, other: Told) -> bool:
    ids, others = ({plain_name(name) for name in one.names} for one in (line, other))
    return bool(ids & others) or plain_name(line.text) == plain_name(other.text)


CAUSE = Cause(__name__, __doc__, "Billed in an earlier month", "duplicate", Stage.DOUBLE, rank=15, doubles=_doubles)

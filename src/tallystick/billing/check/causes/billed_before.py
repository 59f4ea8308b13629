"""A line bills days of another month that an earlier invoice billed already."""

from collections.abc import Iterator

from tallystick.billing.check.cause import Cause, Doubled, Stage
from tallystick.billing.check.doubles import History
from tallystick.billing.check.matching import plain_name
from tallystick.billing.check.received import Told
from tallystick.billing.parts import first_of


def _doubles(lines: tuple[Told, ...], history: History) -> Iterator[Doubled]:
    following = first_of(history.month, 1)
    for line in lines:
        if line.span is None or line.net <= 0 or not (line.span[1] <= history.month or line.span[0] >= following):
            continue
        days = f"{line.span[0].isoformat()} to {line.span[1].isoformat()}, the last excluded"
        for other in history.lines_before(line.document):
            if other.net == line.net and other.span in (line.span, None) and _alike(line, other):
                issued = other.document.invoice.issued_on.isoformat()
                says = f"It bills {days} again: {other.ref} of {issued} billed the same amount."
                yield Doubled((line,), says, (other.ref,))
                break


def _alike(line: Told, other: Told) -> bool:
    ids, others = ({plain_name(name) for name in one.names} for one in (line, other))
    return bool(ids & others) or plain_name(line.text) == plain_name(other.text)


CAUSE = Cause(__name__, __doc__, "Billed in an earlier month", "duplicate", Stage.DOUBLE, rank=15, doubles=_doubles)

"""The quantity of another month is billed: the figures of the month before, or of the month after."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, known
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.invoice import CountedQuantity
from tallystick.billing.parts import first_of
from tallystick.contract.charge import QUANTITY


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if len(item.workings) != 1 or item.settles:
        return
    (working,) = item.workings
    counted = [one for one in working.line.counted if one.role == QUANTITY]
    first = first_of(working.part.from_on)
    if not counted or working.part.from_on != first or working.part.end_on != first_of(first, 1):
        return
    for months in (-1, 1):
        spans = ((first_of(first, months), first_of(first, months + 1)),)
        told = [(one, bench.source.tally(one.request, spans)) for one in counted]
        if any(tally.value is None for _, tally in told):
            continue
        total = sum((tally.value for _, tally in told if tally.value is not None), Fraction(0))
        again = bench.work.given(working, {QUANTITY: total})
        moved = tuple(
            CountedQuantity(QUANTITY, one.request, spans, tally.value, tally.n, tally.pending, tally.excluded)
            for one, tally in told
        )
        line = replace(again.line, counted=moved)
        found = [replace(again, priced=replace(again.priced, line=line))]
        if total and known(found):
            yield bench.reading(f"The quantity of {spans[0][0]:%Y-%m} is billed.", found)


CAUSE = Cause(__name__, __doc__, "Another month's quantity", "quantity", Stage.QUANTITY, rank=70, readings=_readings)

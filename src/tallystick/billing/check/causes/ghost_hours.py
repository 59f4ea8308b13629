"""Hours are billed for which no system saw anybody: rostered and not worked.

Read as the hours of the records with those of agents who were scheduled and not seen on the day, and as the whole
schedule. Hours with a log-in and no work are not these: the catalogue of gaming
tells ghost agents by their days (TS-G012).
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Row
from tallystick.billing.invoice import CountedQuantity
from tallystick.contract.charge import QUANTITY
from tallystick.measures.measure import MeasureRequest, measure_of

HOURS = frozenset({"login_time", "adherent_time"})
SCHEDULED = "scheduled_time"


def _of_schedule(request: MeasureRequest, part: str) -> MeasureRequest:
    measure = measure_of(MeasureRequest.of(SCHEDULED))
    return replace(request, measure=SCHEDULED, version=measure.version, params=(("part", part),))


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if not item.asked & HOURS or any(one.values.given.get(QUANTITY) is None for one in item.workings):
        return
    yield from bench.recount(
        item,
        "The whole schedule is billed, whoever came.",
        lambda request: _of_schedule(request, "all") if request.measure in HOURS else None,
    )
    found, rows = [], list[Row]()
    for one in item.workings:
        extra = Fraction(0)
        for counted in one.line.counted:
            if counted.request.measure not in HOURS:
                continue
            request = _of_schedule(counted.request, "no_show")
            told = bench.source.tally(request, counted.spans)
            extra += told.value or Fraction(0)
            missed = CountedQuantity(QUANTITY, request, counted.spans, told.value, told.n, told.pending, told.excluded)
            if told.value and bench.rows is not None:
                rows += [replace(row, billed=row.agreed, agreed=row.agreed * 0, why="scheduled, never seen")
                         for row in bench.rows.of(missed)]  # fmt: skip
        found.append(bench.work.given(one, {QUANTITY: (one.values.given[QUANTITY] or Fraction(0)) + extra}))
    says = "Hours of agents who were scheduled and never seen are billed as worked."
    yield replace(bench.reading(says, found), rows=tuple(rows) or None)


CAUSE = Cause(__name__, __doc__, "Ghost hours", "ghost hours", Stage.QUANTITY, rank=40, readings=_readings)

"""Hours are counted by the clock on the wall on a day on which clocks change.

On the night on which clocks go forward a shift across it is an hour shorter than its times say, and an hour longer when
they go back. Read by adding (or taking off) one hour for every agent's day of that date that the charge counts.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, known
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Row
from tallystick.contract.charge import HOUR_S, QUANTITY
from tallystick.vocabulary.period import Period

HOURS = frozenset({"login_time", "adherent_time"})
A_DAY = timedelta(days=1)
DAY_S = 86_400


def _changes(zone: str, begin: date, end: date) -> Iterator[tuple[date, int]]:
    """The days of a span that are not 24 hours long, each with how many seconds it lacks."""
    day = begin
    while day < end:
        whole = Period.parse(day.isoformat(), zone)
        short = DAY_S - (whole.end_s - whole.start_s)
        if short:
            yield day, short
        day += A_DAY


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    if not item.asked & HOURS:
        return
    zone = bench.contract.zone
    found, rows, dates = [], list[Row](), list[date]()
    for one in item.workings:
        extra = Fraction(0)
        for day, short in _changes(zone, one.part.from_on, one.part.end_on):
            dates.append(day)
            for counted in one.line.counted:
                if counted.request.measure in HOURS:
                    spans = ((day, day + A_DAY),)
                    told = bench.source.tally(counted.request, spans)
                    extra += told.n * short
                    if bench.rows is not None:
                        of_day = bench.rows.of(replace(counted, spans=spans, value=told.value, n=told.n))
                        why = f"counted; by the clock on the wall {short // HOUR_S:+d} h"
                        rows += [replace(row, billed=row.agreed + short, why=why) for row in of_day]
        value = one.values.given.get(QUANTITY)
        found.append(one if value is None else bench.work.given(one, {QUANTITY: value + extra}))
    if dates and known(found):
        days = ", ".join(day.isoformat() for day in dates)
        says = f"Hours of {days} are counted by the clock on the wall, though clocks changed."
        yield replace(bench.reading(says, found), rows=tuple(rows))


CAUSE = Cause(__name__, __doc__, "Change of clocks", "quantity", Stage.QUANTITY, rank=35, readings=_readings)

"""One agent is billed on two lines: time that belongs to another charge, or to no line alone, is billed here too.

Read by adding to a charge, for one of its agents after the other and for all of them, the days that the records count
under another charge of the same measure, or that lie on several lines at once and so belong to none.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tallystick.billing.check.bench import Bench, Item, known
from tallystick.billing.check.cause import Cause, Rereading, Stage
from tallystick.billing.check.value import Row
from tallystick.billing.invoice import CountedQuantity
from tallystick.contract.charge import QUANTITY

MEASURES = frozenset({"login_time", "adherent_time", "billable_seat_days"})


def _elsewhere(bench: Bench, counted: CountedQuantity) -> dict[str, list[Row]]:
    """Rows of the same measure over everybody that this population leaves out, by agent."""
    assert bench.rows is not None  # noqa: S101  asked by `_readings`
    whole = replace(counted, request=replace(counted.request, population=()))
    mine = {row.row for rows in bench.rows.by_agent(counted).values() for row in rows}
    found: dict[str, list[Row]] = {}
    for agent, rows in bench.rows.by_agent(whole).items():
        others = [
            replace(row, agreed=Fraction(0), billed=row.agreed, why="counted elsewhere, or on several lines")
            for row in rows
            if row.row not in mine and row.agreed
        ]
        if others:
            found[agent] = others
    return found


def _readings(item: Item, bench: Bench) -> Iterator[Rereading]:
    counted = [one for working in item.workings for one in working.line.counted if one.request.measure in MEASURES]
    if bench.rows is None or len(item.workings) != 1 or len(counted) != 1 or not counted[0].request.population:
        return
    (working,), (part,) = item.workings, counted
    before = working.values.given.get(QUANTITY)
    others = _elsewhere(bench, part)
    if before is None or not others:
        return
    groups = [([agent], rows) for agent, rows in sorted(others.items())]
    if len(others) > 1:
        groups.append((sorted(others), [row for rows in others.values() for row in rows]))
    for agents, rows in groups:
        extra = sum((row.billed for row in rows), Fraction(0))
        found = [bench.work.given(working, {QUANTITY: before + extra})]
        if known(found):
            who = f"Agent {agents[0]}" if len(agents) == 1 else f"{len(agents)} agents"
            verb = "is" if len(agents) == 1 else "are"
            says = f"{who} {verb} billed here for {len(rows)} days that belong to another line."
            yield replace(bench.reading(says, found), rows=tuple(rows))


CAUSE = Cause(__name__, __doc__, "Shared agent", "shared agent", Stage.QUANTITY, rank=45, readings=_readings)

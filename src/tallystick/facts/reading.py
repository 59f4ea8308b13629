"""The facts of one stream and period straight from the lake, for those who look and do not judge."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import Given, stream
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.records.table import Personal, table
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope

HIDDEN = (Personal.DIRECT, Personal.CONTENT)


def stream_of_period(
    lake: Lake, scope: Scope, name: str, terms: ClockTerms, period: Period, pin: Pin | None = None
) -> pa.Table:
    """The rows of a stream that begin in a period, as a judging of that period derives them.

    For streams that need no case. Raises NotFound for a stream of another name.
    """
    declared = stream(name)
    if declared is None:
        raise NotFound("stream of facts", name)
    rows = {one: lake.read(scope, one, pin=pin, columns=_readable(one)) for one in declared.reads}
    cut = declared.of_period(rows, period.start_s, period.end_s, terms)
    none = pa.table({"case_key": pa.array([], pa.int64())})
    found = declared.table(Given(cut, none, terms))
    moment = next(one for one, instant in declared.dated.items() if instant == declared.begins)
    on = found.column(f"{moment}_on")
    inside = pc.and_(pc.greater_equal(on, pa.scalar(period.start_on)), pc.less(on, pa.scalar(period.end_on)))
    return found.filter(inside)


def _readable(name: str) -> list[str]:
    """The content of a table without what says who a person is, and without words of customers."""
    declared = table(name)
    hidden = {column.name for column in declared.all_columns if column.personal in HIDDEN}
    return [column for column in declared.content if column not in hidden]

"""Relief: time for which the partner is not answerable. Both figures are computed, with and without.

A row is relieved where it was running and not yet due at some instant of the relief: it began before the relief ended,
and the earlier of its stop and its due moment came after the relief began. Relieved rows, kept or failed alike, leave
numerator and denominator. Agreed relief turns a miss into *excused* where the rest meets; where the rest is a miss too,
credits are computed from the rest. Requested relief is shown and changes nothing; refused relief is not computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.section import ReliefEvent
from tallystick.measures.fact_columns import begins, ends
from tallystick.verdicts.census import Census, take_census
from tallystick.verdicts.measured import Facts, Measured
from tallystick.verdicts.verdict import Outcome, ReliefEffect
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.opening import ZoneOffsets
from tallystick.vocabulary.period import Period

AGREED, REQUESTED = "agreed", "requested"


@dataclass(frozen=True)
class Relieved:
    """The effect, and the value and census that count once agreed relief is taken out (None: nothing agreed)."""

    effect: ReliefEffect
    value: MeasureValue | None
    census: Census | None


def relief_of(
    contract: Contract, zone: ZoneOffsets, clause: str, how: Measured, statuses: Sequence[str]
) -> list[ReliefEvent]:
    """Relief events of a clause and partner that began before the period ended, in the order of the text.

    One that was over before the period began may still count: a clock that is due in the period can have run in it.
    """
    return [
        event
        for event in contract.relief
        if event.status in statuses and event.covers(clause, how.partner) and span_of(event, zone)[0] < how.period.end_s
    ]


def relief_digest(contract: Contract, partner: str, period: Period, zone: ZoneOffsets) -> str:
    """Digest of the agreed relief of a partner that began before the period ended: what a verdict pins."""
    events = [
        [event.id, list(event.clauses), list(span_of(event, zone)), event.reason, event.evidence]
        for event in contract.relief
        if event.status == AGREED
        and (not event.partners or partner in event.partners)
        and span_of(event, zone)[0] < period.end_s
    ]
    return digest(events)


def span_of(event: ReliefEvent, zone: ZoneOffsets) -> tuple[int, int]:
    """A relief as half-open UTC seconds by the offsets of the terms; a last day without a time is included whole.

    A local time that occurs twice is read so that the relief is the longer one; one that a clock change skips is the
    instant of the change.
    """
    end = event.to_at.naive() + timedelta(days=1 if event.to_at.whole_day else 0)
    return utc_second(event.from_at.naive(), zone, later=False), utc_second(end, zone, later=True)


def utc_second(local: datetime, zone: ZoneOffsets, *, later: bool) -> int:
    """The UTC second at which a zone's wall clock shows `local`."""
    wall = (local - datetime(1970, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001 - a wall clock has no zone
    since = [at for at, _ in zone.transitions]
    starts = [None, *since[1:]]
    found = []
    for (_, offset), begin, end in zip(zone.transitions, starts, [*since[1:], None], strict=True):
        at = wall - offset
        if (begin is None or at >= begin) and (end is None or at < end):
            found.append(at)
    if found:
        return max(found) if later else min(found)
    return next(
        change
        for (_, before), (change, after) in pairwise(zone.transitions)
        if change + before <= wall < change + after
    )


def without_relieved(table: pa.Table, fact: str, spans: Sequence[tuple[int, int]]) -> pa.Table:
    """The rows of a fact table that no span relieves; spans are half-open UTC seconds."""
    begin = _seconds(table.column(begins(fact)))
    over_at = [_seconds(table.column(name)) for name in ends(fact) if name in table.column_names]
    over = pc.min_element_wise(*over_at) if over_at else pa.nulls(table.num_rows, pa.int64())
    kept = None
    for from_s, to_s in spans:
        before = pc.fill_null(pc.less_equal(over, from_s), fill_value=False)
        outside = pc.or_(pc.greater_equal(begin, to_s), before)
        kept = outside if kept is None else pc.and_(kept, outside)
    return table if kept is None else table.filter(pc.fill_null(kept, fill_value=True))


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.floor_temporal(column, unit="second").cast(pa.timestamp("s", column.type.tz)).cast(pa.int64())


def relieved(
    contract: Contract,
    zone: ZoneOffsets,
    clause: CountedClause,
    how: Measured,
    facts: Facts,
    value: MeasureValue | None,
    census: Census,
) -> Relieved | None:
    """What relief does to a clause's measured value; None where no relief touches it."""
    agreed = relief_of(contract, zone, clause.id, how, (AGREED,))
    requested = relief_of(contract, zone, clause.id, how, (REQUESTED,))
    if not agreed and not requested:
        return None
    shown = agreed or requested
    spans = [span_of(event, zone) for event in shown]
    fact = how.measure.fact
    fewer = {**facts, fact: without_relieved(facts[fact], fact, spans)}
    after = how.value(fewer)
    again = take_census(clause, after, how.measure.better)
    effect = ReliefEffect(
        agreed=tuple(event.id for event in agreed),
        requested=tuple(event.id for event in requested),
        rows_relieved=_n(value) - _n(after),
        value=after.value if after else None,
        n=_n(after),
        numerator=after.numerator if after else None,
        denominator=after.denominator if after else None,
        outcome_with=again.outcome.value,
        outcome_without=census.outcome.value,
    )
    if effect.rows_relieved == 0:
        return None
    return Relieved(effect, after, again) if agreed else Relieved(effect, None, None)


def _n(value: MeasureValue | None) -> int:
    # Only measured values come here, and those have an n.
    return 0 if value is None else value.n or 0


def outcome_after(census: Census, found: Relieved | None) -> Outcome:
    """The outcome once agreed relief is taken into account: only a miss can be excused."""
    if census.outcome is not Outcome.MISSED or found is None or found.census is None:
        return census.outcome
    return Outcome.MISSED if found.census.outcome is Outcome.MISSED else Outcome.EXCUSED

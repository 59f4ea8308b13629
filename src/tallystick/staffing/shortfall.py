"""Why too few agents were there: each half hour that was short gets one cause, and its seconds a party.

In is a table of staffing facts (`facts/streams/staffing_interval.py`). Short is a half hour in which fewer agents were
at work than the contacts that came needed. The seconds that were missing are parted along the line that both sides
agreed on beforehand, the requirement of the locked forecast:

- up to the requirement the partner answers: for not keeping its own roster, or for a roster below the requirement;
- above it the client answers where more contacts came than the tolerance of its forecast allows, or where it gave no
  forecast by the lock date; then the partner answers for its own roster alone;
- above it nobody answers where the forecast held: contacts took longer, or chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Whole = npt.NDArray[np.int64]
SLOT_S = 1800


class Cause(StrEnum):
    """Why a half hour was short."""

    OWN_SCHEDULE = "partner below its own roster"
    PLANNED_BELOW = "roster below the requirement"
    FORECAST_OUTSIDE = "more contacts than the forecast's tolerance allows"
    NO_FORECAST = "no forecast by the lock date"
    LONGER_HANDLING = "contacts took longer than forecast"
    WITHIN_TOLERANCE = "forecast within its tolerance"


PARTNERS = frozenset({Cause.OWN_SCHEDULE, Cause.PLANNED_BELOW})
CLIENTS = frozenset({Cause.FORECAST_OUTSIDE, Cause.NO_FORECAST})


@dataclass(frozen=True)
class Shortfall:
    """One half hour that was short: seconds of agents needed, required, scheduled and worked (None: not known).

    `short_s` = `partner_s` + `client_s` + what nobody answers for.
    """

    case_id: str
    partner: str
    programme: str
    started_at: datetime
    offered: int
    forecast_milli: int | None
    needed_s: int
    required_s: int | None
    scheduled_s: int | None
    worked_s: int
    short_s: int
    cause: Cause
    partner_s: int
    client_s: int

    @property
    def without_fault(self) -> bool:
        """Whether the partner was short through no fault of its own: the client answers for all of it."""
        return self.client_s == self.short_s

    @property
    def sentence(self) -> str:
        """The half hour in words."""
        told = [f"{agents_text(self.worked_s)} at work, {agents_text(self.needed_s)} needed"]
        if self.required_s is not None:
            told.append(f"{agents_text(self.required_s)} required by the forecast")
        if self.scheduled_s is not None:
            told.append(f"{agents_text(self.scheduled_s)} on the roster")
        came = f"{self.offered} contacts came"
        if self.forecast_milli is not None:
            came += f", {_number(Fraction(self.forecast_milli, 1000))} were forecast"
        return f"{', '.join(told)}; {came}: {self.cause}."


@dataclass(frozen=True)
class Shortage:
    """All half hours of a table: `intervals` that could be judged, those short, and how many nobody can judge."""

    intervals: int
    unknown: int
    short: tuple[Shortfall, ...]

    def by_cause(self) -> list[tuple[Cause, int, int]]:
        """Each cause that occurs with its half hours and the seconds of agents that were missing in them."""
        return [
            (cause, len(own), sum(one.short_s for one in own))
            for cause in Cause
            if (own := [one for one in self.short if one.cause is cause])
        ]

    @property
    def partner_s(self) -> int:
        """Seconds for which the partner answers."""
        return sum(one.partner_s for one in self.short)

    @property
    def client_s(self) -> int:
        """Seconds for which the client answers."""
        return sum(one.client_s for one in self.short)


def shortage(intervals: pa.Table, tolerance: Fraction = Fraction(1, 10)) -> Shortage:
    """The half hours that were short, by time and programme, each with its cause.

    `tolerance` is how far contacts may exceed the locked forecast, as a share of it, before the client answers. Half
    hours of which need or work is not known are counted as unknown.
    """
    needed, worked, required, scheduled, forecast, offered, planned_ms, handle_s = (
        _column(intervals, name)
        for name in (
            *("needed_s", "worked_s", "required_s", "scheduled_s", "forecast_milli", "offered"),
            *("forecast_handle_ms", "handle_s"),
        )
    )
    judged = needed.known & worked.known
    missing = np.where(judged, needed.value - worked.value, 0)
    short = np.flatnonzero(missing > 0)
    missing = missing[short]
    needed, worked, required, scheduled, forecast, offered, planned_ms, handle_s = (
        one.only(short) for one in (needed, worked, required, scheduled, forecast, offered, planned_ms, handle_s)
    )
    # Of the roster's line and the requirement's, the seconds by which work stayed below.
    below_roster = np.where(scheduled.known, np.clip(scheduled.value - worked.value, 0, missing), 0)
    below_required = np.where(required.known, np.clip(required.value - worked.value, 0, missing), 0)
    partner = np.where(required.known, below_required, below_roster)
    own = np.minimum(below_roster, partner)
    limit = forecast.value * (tolerance.denominator + tolerance.numerator)
    outside = forecast.known & (offered.value * 1000 * tolerance.denominator > limit)
    late = ~forecast.known
    client = np.where(outside | late, missing - partner, 0)
    longer = handle_s.value * forecast.value > planned_ms.value * offered.value
    rest = np.select(
        [late, outside, forecast.known & longer],
        [_place(Cause.NO_FORECAST), _place(Cause.FORECAST_OUTSIDE), _place(Cause.LONGER_HANDLING)],
        _place(Cause.WITHIN_TOLERANCE),
    )
    blamed = np.where(own * 2 >= partner, _place(Cause.OWN_SCHEDULE), _place(Cause.PLANNED_BELOW))
    # The party with the larger part gives the cause; of equal parts the partner, who could have filled its own.
    cause = np.where((partner > 0) & (partner * 2 >= missing), blamed, rest)
    rows = intervals.take(pa.array(short)).to_pylist()
    listed = list(Cause)
    found = [
        Shortfall(
            row["case_id"],
            row["partner"] or "",
            row["programme"] or "",
            row["started_at"].astimezone(UTC),
            row["offered"],
            row["forecast_milli"],
            row["needed_s"],
            row["required_s"],
            row["scheduled_s"],
            row["worked_s"],
            lacks,
            listed[why],
            partners,
            clients,
        )
        for row, lacks, why, partners, clients in zip(
            rows, missing.tolist(), cause.tolist(), partner.tolist(), client.tolist(), strict=True
        )
    ]
    found.sort(key=lambda one: (one.started_at, one.programme, one.partner))
    return Shortage(int(judged.sum()), int((~judged).sum()), tuple(found))


def longest_run(short: Sequence[Shortfall]) -> tuple[Shortfall, ...]:
    """The longest stretch of half hours of one programme and partner that were short one after the other."""
    best: list[Shortfall] = []
    run: list[Shortfall] = []
    for one in sorted(short, key=lambda each: (each.partner, each.programme, each.started_at)):
        last = run[-1] if run else None
        follows = (
            last is not None
            and (last.partner, last.programme) == (one.partner, one.programme)
            and (one.started_at - last.started_at).total_seconds() == SLOT_S
        )
        run = [*run, one] if follows else [one]
        if len(run) > len(best):
            best = run
    return tuple(best)


def agents_text(seconds: int) -> str:
    """Seconds of agents in a half hour as agents: `7.5 agents`."""
    count = _number(Fraction(seconds, SLOT_S))
    return f"{count} agent{'' if count == '1' else 's'}"


def _number(value: Fraction) -> str:
    """At most one decimal, none where it is whole."""
    tenths = (value.numerator * 20 + value.denominator) // (2 * value.denominator)
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


class _Column:
    """Whole numbers and which of them are known."""

    def __init__(self, value: Whole, known: Any) -> None:
        self.value = value
        self.known = known

    def only(self, rows: Any) -> _Column:
        return _Column(self.value[rows], self.known[rows])


def _column(table: pa.Table, name: str) -> _Column:
    column = table.column(name)
    return _Column(np.asarray(pc.fill_null(column, 0), np.int64), np.asarray(column.is_valid()))


def _place(cause: Cause) -> int:
    return list(Cause).index(cause)

"""How one figure was computed, from the sentence down to the cases: the page behind every derived figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.charts import TrendPoint, trend
from tallystick.reports.figures import (
    counted_text,
    difference_text,
    duration_text,
    interval_text,
    level_text,
    money_text,
    month_name,
    value_text,
)
from tallystick.reports.markup import Markup
from tallystick.reports.page import result_text
from tallystick.verdicts.explain import Explanation, Kept
from tallystick.verdicts.measured import MEASURED
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.verdicts.what_if import WhatIf, can_ask, most_without, what_if
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.web.evidence import (
    Replaced,
    case_address,
    explanation_of,
    known_cases,
    list_of,
    own_of,
    place_of,
    replaced,
    verdict_address,
    verdict_of,
    weeks_of,
)
from tallystick.web.freshness import FeedReach, at_minute, at_words, data_to, feeds_of
from tallystick.web.long_table import LongTable, long_table
from tallystick.web.page import Asked, Page
from tallystick.web.remembered import remembered
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.said import outcome_words, place_words
from tallystick.web.table import Cell, Column, Table
from tallystick.web.talk import comment_link, dispute_link, disputes_about, said_about

INSTANTS = ("start_at", "due_at", "stop_at", "created_at", "first_solved_at", "sent_at", "answered_at")
DURATIONS = ("late_s", "business_s", "target_s", "paused_s")


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """All that led to one verdict."""
    parts = asked.parts
    pinned = asked.query.get("at", "")
    verdict = verdict_of(room, parts, pinned)
    standing = room.books.verdict_named(verdict.whole_name)
    told = explanation_of(room, verdict)
    zone = own_of(room, verdict).record.zone
    key = ("explain", verdict.contract, verdict.digest, standing.digest, bool(pinned))
    return {
        "cases": cases_table(room, verdict, told, zone),
        **remembered(room, key, lambda: _of_verdict(room, verdict, standing, pinned=bool(pinned))),
        "place": place_words(asked.query.get("cases.place", "")),
        "what_if": None if standing.digest != verdict.digest else _what_if(room, own_of(room, verdict), verdict, asked),
        "disputes": disputes_about(room, standing, zone),
        **said_about(room, standing),
        "links": _links(room, standing, told),
    }


def _of_verdict(room: Room, verdict: Verdict, standing: Verdict, *, pinned: bool) -> dict[str, Any]:
    """What follows from the verdict and its evidence alone, whoever asks and whatever was said about it since."""
    told, own = explanation_of(room, verdict), own_of(room, verdict)
    older = standing.digest != verdict.digest
    chain = replaced(room, standing)
    feeds = feeds_of(own.record, verdict)
    readable = any(one.contract.contract == verdict.contract for one in room.books.contracts)
    return {
        "explanation": told,
        "about": {
            "name": verdict.whole_name,
            "id": verdict.id,
            "partner_name": room.books.partners.get(verdict.partner, verdict.partner),
            "address": verdict_address(verdict),
            "contract_address": f"/contract/{quote(verdict.contract, safe='')}" if readable else "",
            "zone": own.record.zone,
            "as_of": datetime.fromisoformat(own.record.as_of),
            "data_to": max((feed.newest for feed in feeds if feed.newest is not None), default=None),
            "behind": data_to(feeds) if verdict.provenance == MEASURED else "",
            "older": older,
            "command": f"tally explain {verdict.id}" if older else told.command,
        },
        # The sentence tells the first reason already.
        "reasons": [one for one in verdict.reasons if one.rstrip(".") not in told.sentence],
        "figures": _figures(verdict),
        "steps": _steps("steps", _("The arithmetic, with the numbers put in"), told.steps),
        "counts": _counts(told, verdict.digest[:12] if pinned else ""),
        "sum": _sum(told),
        "sources": _sources(feeds),
        "credits": _credits(told),
        "caps": _steps("caps", _("What the caps leave"), told.caps),
        "credit_steps": _steps(
            "credit_steps",
            _("How each came about"),
            tuple(step for line in told.credits for step in line.steps if step not in told.steps),
        ),
        "reported": _reported(verdict),
        "reported_cases": _reported_cases(room, verdict),
        "weeks": weeks_of(room, verdict),
        "trend": _trend(room, verdict),
        "restatements": _restatements(chain, verdict, standing),
        "moved": _moved(verdict),
    }


# ---- figures -----------------------------------------------------------------------------------------------------


def _unit(verdict: Verdict) -> str:
    return verdict.value.unit if verdict.value is not None else "ratio"


def _figures(verdict: Verdict) -> dict[str, str]:
    """The figures as they are written, each with what it rests on."""
    value, unit = verdict.value, _unit(verdict)
    return {
        "value": value_text(value.value if value else None, unit, verdict.target, verdict.minimum),
        "counted": counted_text(value),
        "interval": interval_text(value),
        "target": "" if verdict.target is None else level_text(verdict.target, unit),
        "minimum": "" if verdict.minimum is None else level_text(verdict.minimum, unit),
    }


def _steps(name: str, caption: str, steps: tuple[Step, ...]) -> Table:
    return Table(
        name,
        caption,
        (
            Column("clause", _("Clause"), sortable=False, as_is=True),
            Column("step", _("Step"), sortable=False, as_is=True),
            Column("formula", _("Formula"), sortable=False, as_is=True),
            Column("inserted", _("With the numbers put in"), sortable=False, as_is=True),
            Column("result", _("Result"), number=True, sortable=False),
        ),
        [
            {
                "clause": Cell(step.clause),
                "step": Cell(step.label),
                "formula": Cell(step.formula),
                "inserted": Cell(step.inserted),
                "result": Cell(result_text(step)),
            }
            for step in steps
        ],
        empty=_("Nothing is computed here."),
    )


# ---- what counts -------------------------------------------------------------------------------------------------


def _counts(told: Explanation, pinned: str) -> Table:
    at = {"at": pinned} if pinned else {}
    return Table(
        "counts",
        _("Every row that belongs to the period"),
        (
            Column("place", _("Place")),
            Column("rows", _("Rows"), number=True),
            Column("share", _("Of all"), number=True),
        ),
        [
            {
                "place": Cell(place, place_words(place), href=f"?{urlencode({**at, 'cases.place': place})}#cases"),
                "rows": Cell(count, f"{count:,}"),
                "share": Cell(
                    Fraction(count, told.rows_total) if told.rows_total else None,
                    value_text(Fraction(count, told.rows_total), "ratio") if told.rows_total else None,
                ),
            }
            for place, count in told.counts
        ],
        empty=_("The figure came without its n: how many rows it rests on is not known here.")
        if told.verdict.value is not None and told.verdict.value.n is None
        else _("No row belongs to the period, so there is nothing to count."),
    )


def _sum(told: Explanation) -> str:
    """The counts added up before the reader's eyes."""
    if not told.counts:
        return ""
    return f"{' + '.join(f'{count:,}' for _place, count in told.counts)} = {told.rows_total:,}"


def _what_if(room: Room, own: Kept, verdict: Verdict, asked: Asked) -> dict[str, Any] | None:
    """The form that asks what another target or fewer failed rows would give, and its answer; None where it cannot."""
    if not can_ask(verdict):
        return None
    target, given = asked.query.get("target", "").strip()[:20], asked.query.get("without", "").strip()
    form: dict[str, Any] = {
        "target": target,
        "own": own.clause.target.text,
        "without": given[:9],
        "most": most_without(verdict),
        "answer": "",
        "problem": "",
    }
    if not target and not given:
        return form
    without = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0 if not given else -1
    try:
        found = what_if(
            own.promise.contract, own.record, room.books.store.verdicts_of(own.record), verdict, target, without
        )
    except UsageError as error:
        return form | {"problem": f"{error} {error.cure}".strip()}
    return form | {
        "answer": _what_if_words(found, verdict),
        "outcome": found.outcome.value,
        "value": found.value.value,
        "n": found.value.n,
        "more": found.more_to_meet,
        "before": found.before,
        "after": found.after,
    }


def _what_if_words(found: WhatIf, verdict: Verdict) -> str:
    unit = _unit(verdict)
    words = _("With the target %(target)s it would be %(outcome)s: %(value)s, %(counted)s.") % {
        "target": found.target.text,
        "outcome": outcome_words(found.outcome),
        "value": value_text(found.value.value, unit, found.target.value),
        "counted": counted_text(found.value),
    }
    if found.after is None:
        return words + " " + _("What would follow in money is not said: other things moved it too.")
    if found.after == found.before:
        return (
            words
            + " "
            + _("The price adjustment of the period would stay %(after)s.") % {"after": money_text(found.after)}
        )
    return (
        words
        + " "
        + _("The price adjustment of the period would be %(after)s instead of %(before)s.")
        % {
            "after": money_text(found.after),
            "before": money_text(found.before),
        }
    )


def _sources(feeds: tuple[FeedReach, ...]) -> Table:
    return Table(
        "sources",
        _("Where the data come from, and how far they reach"),
        (
            Column("source", _("Source"), as_is=True),
            Column("rows", _("Cases"), number=True),
            Column("to", _("Data to"), as_is=True),
            Column("state", _("State")),
        ),
        [
            {
                "source": Cell(feed.source),
                "rows": Cell(feed.rows, f"{feed.rows:,}"),
                "to": Cell(feed.newest, _("no data") if feed.newest is None else at_words(feed.newest, feed.zone)),
                "state": Cell(feed.lamp, feed.mark),
            }
            for feed in feeds
        ],
        empty=_("No feed brought data for this figure. It rests on what was reported or typed in."),
    )


def _links(room: Room, verdict: Verdict, told: Explanation) -> dict[str, Any]:
    """Where what follows from reading is done; the template shows those that the reader may do."""
    back = verdict_address(verdict)
    return {
        "dispute": dispute_link(verdict, back),
        "credits": [
            {"credit": line.clause, "href": dispute_link(verdict, back, credit=line.clause)} for line in told.credits
        ],
        "close": _closing(room, verdict),
        "comment": comment_link("comment", verdict, back),
        "note": comment_link("note", verdict, back),
    }


def _closing(room: Room, verdict: Verdict) -> str:
    """Where its period is closed; empty while this reader's side has not been shown it."""
    try:
        closing = room.desk.close.one(verdict.contract, verdict.partner, verdict.period)
    except NotFound:
        return ""
    return str(closing.address)


# ---- money -------------------------------------------------------------------------------------------------------


def _credits(told: Explanation) -> Table:
    return Table(
        "credits",
        _("Price adjustments that follow"),
        (
            Column("clause", _("Clause"), as_is=True),
            Column("amount", _("Amount"), number=True),
            Column("payable", _("Payable after the caps"), number=True),
        ),
        [
            {
                "clause": Cell(line.clause),
                "amount": Cell(line.amount, money_text(line.amount)),
                "payable": Cell(line.payable, money_text(line.payable)),
            }
            for line in told.credits
        ],
        empty=_("No price adjustment follows from this clause."),
    )


# ---- the partner's own figure ------------------------------------------------------------------------------------


def _reported(verdict: Verdict) -> dict[str, Any] | None:
    theirs = verdict.reported
    if theirs is None:
        return None
    unit = _unit(verdict)
    return {
        "name": theirs.name,
        "value": value_text(theirs.value, unit, verdict.target),
        "counted": ""
        if theirs.numerator is None or theirs.denominator is None
        else f"{theirs.numerator:,} of {theirs.denominator:,}",
        "difference": difference_text(theirs.difference, unit),
        "cause": theirs.cause,
        "sentence": theirs.sentence,
        "place": theirs.place,
        "cases_total": theirs.cases_total,
    }


def _reported_cases(room: Room, verdict: Verdict) -> Table:
    notes = verdict.reported.cases if verdict.reported is not None else ()
    known = known_cases(room, verdict, [one.case_id for one in notes]) if notes else frozenset()
    return Table(
        "reported_cases",
        _("Cases behind the difference"),
        (Column("case", _("Case"), as_is=True), Column("note", _("What sets it apart"))),
        [
            {
                "case": Cell(one.case_id, href=case_address(verdict, one.case_id) if one.case_id in known else ""),
                "note": Cell(one.note),
            }
            for one in notes
        ],
        empty=_("No single case explains the difference."),
    )


# ---- the cases ---------------------------------------------------------------------------------------------------


def cases_table(room: Room, verdict: Verdict, told: Explanation, zone: str) -> LongTable:
    """Every row behind the figure, the failed first."""
    return list_of(room, verdict, lambda rows: _cases(_with_places(rows, told), verdict, zone))


def _cases(data: pa.Table, verdict: Verdict, zone: str) -> LongTable:
    share = verdict.value is not None and verdict.value.kind == "share"
    columns = _columns(set(data.column_names), share=share)
    writers = {column.key: _writer(column.key, verdict, zone, set(data.column_names)) for column in columns}

    def write(row: Mapping[str, Any]) -> dict[str, Cell]:
        return {key: written(row[key], row) for key, written in writers.items()}

    return long_table(
        "cases",
        _("The cases, times of %(zone)s") % {"zone": zone},
        columns,
        data,
        write,
        searched=tuple(name for name in ("case_id", "place", "queue", "programme") if name in data.column_names),
        exact="place",
        empty=_("No case lies behind this figure: it was not measured from records, or its period holds none."),
    )


def _with_places(rows: pa.Table, told: Explanation) -> pa.Table:
    """The rows with the name of their place, and how late each is."""
    coded = pc.dictionary_encode(rows.column("status"))
    places = [
        pa.array([place_of(one, told) for one in chunk.dictionary.to_pylist()], pa.string()).take(chunk.indices)
        for chunk in coded.chunks
    ]
    rows = rows.append_column("place", pa.chunked_array(places, pa.string()))
    if {"due_at", "stop_at"} <= set(rows.column_names):
        late = pc.subtract(_seconds(rows.column("stop_at")), _seconds(rows.column("due_at")))
        rows = rows.append_column("late_s", late)
    return rows


def _seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.divide(column.cast(pa.timestamp("us", "UTC")).cast(pa.int64()), 1_000_000)


def _columns(there: set[str], *, share: bool) -> tuple[Column, ...]:
    known = (
        Column("case_id", _("Case"), as_is=True),
        Column("place", _("Place")),
        Column("start_at", _("Started"), as_is=True),
        Column("created_at", _("Created"), as_is=True),
        Column("sent_at", _("Survey sent"), as_is=True),
        Column("due_at", _("Due"), as_is=True),
        Column("stop_at", _("Ended"), as_is=True),
        Column("answered_at", _("Answered"), as_is=True),
        Column("first_solved_at", _("First solved"), as_is=True),
        Column("late_s", _("Against due"), number=True),
        Column("business_s", _("In opening hours"), number=True),
        Column("target_s", _("Allowed"), number=True),
        Column("paused_s", _("Paused"), number=True),
        Column("score", _("Score"), number=True),
        *(() if share else (Column("brings", _("Adds"), number=True),)),
        Column("queue", _("Queue"), as_is=True),
    )
    return tuple(column for column in known if column.key in there)


Writer = Callable[[Any, Mapping[str, Any]], Cell]


def _writer(key: str, verdict: Verdict, zone: str, there: set[str]) -> Writer:
    """How the cells of one column are written; chosen once for the column, as each cell has its own cost."""
    if key == "case_id":
        before = case_address(verdict, "")
        return lambda value, _row: Cell(value, href=f"{before}{quote(value, safe='')}" if value else "")
    if key == "place":
        return lambda value, _row: Cell(value, place_words(value))
    if key in INSTANTS:
        local = ZoneInfo(zone)
        return lambda value, _row: Cell(value, None if value is None else at_minute(value, local))
    if key == "late_s":
        return lambda value, row: Cell(value, _open_or_late(value, row.get("due_at")))
    if key in DURATIONS or (key == "brings" and "business_s" in there):
        # A row that brings 0 or 1 is counted; what brings more brings seconds.
        least = 2 if key == "brings" else None
        return lambda value, _row: Cell(value, None if value is None else _seconds_text(value, least))
    if key == "brings":
        return lambda value, _row: Cell(value, None if value is None else f"{value:,}")
    return lambda value, _row: Cell(value)


def _seconds_text(value: int, least: int | None) -> str:
    return f"{value:,}" if least is not None and value < least else duration_text(value)


def _open_or_late(seconds: int | None, due: datetime | None) -> str | None:
    if seconds is None:
        return None if due is None else _("open")
    return _late(seconds)


def _late(seconds: int) -> str:
    written = duration_text(abs(seconds))
    return _("%(time)s late") % {"time": written} if seconds > 0 else _("%(time)s before") % {"time": written}


# ---- weeks -------------------------------------------------------------------------------------------------------


def _trend(room: Room, verdict: Verdict) -> Markup | None:
    points = tuple(sorted((_point(value, verdict) for value in weeks_of(room, verdict)), key=lambda one: one.period))
    if len(points) < 2:
        return None
    title = _("%(clause)s week by week in %(period)s") % {
        "clause": verdict.clause,
        "period": month_name(verdict.period),
    }
    short = _("Short of the target in the weeks from") if verdict.better == "higher" else _("Over it in the weeks from")
    return trend("weeks", title, points, _unit(verdict), short=short)


def _point(value: MeasureValue, verdict: Verdict) -> TrendPoint:
    """A week against the target: arithmetic, never a verdict of its own."""
    week = dict(value.cell).get("week", value.period)
    target = verdict.target
    outcome = Outcome.NOT_ASSESSABLE
    if value.value is not None and target is not None:
        kept = value.value >= target if verdict.better == "higher" else value.value <= target
        outcome = Outcome.MET if kept else Outcome.MISSED
    monday = datetime.fromisoformat(week) if week[:4].isdigit() else None
    label = f"{monday.day} {monday:%b}" if monday else week
    return TrendPoint(week, value.value, value.n, outcome, target, value.interval, label=label)


# ---- restatements ------------------------------------------------------------------------------------------------


def _restatements(chain: tuple[Replaced, ...], shown: Verdict, standing: Verdict) -> Table:
    rows = [_restated(standing, None, shown)] if chain else []
    rows += [_restated(step.old, step, shown) for step in chain]
    return Table(
        "restatements",
        _("What stood before"),
        (
            Column("as_of", _("Judged as of (UTC)"), sortable=False, as_is=True),
            Column("outcome", _("Outcome"), sortable=False),
            Column("value", _("Value"), number=True, sortable=False),
            Column("credit", _("Price adjustment"), number=True, sortable=False),
            Column("because", _("Replaced because of"), sortable=False),
            Column("moved", _("Records that moved"), number=True, sortable=False),
            Column("verdict", _("Verdict"), sortable=False),
        ),
        rows,
        empty=_("This verdict has not been restated: it is the first and only one of its period."),
    )


def _restated(verdict: Verdict, step: Replaced | None, shown: Verdict) -> dict[str, Cell]:
    here = verdict.digest == shown.digest
    return {
        "as_of": Cell(verdict.pins.as_of, verdict.pins.as_of.replace("T", " ").removesuffix("Z")),
        "outcome": Cell(verdict.outcome.value, outcome_words(verdict.outcome)),
        "value": Cell(_figures(verdict)["value"], f"{_figures(verdict)['value']} ({_figures(verdict)['counted']})"),
        "credit": Cell(verdict.credit, None if verdict.credit is None else money_text(verdict.credit)),
        "because": Cell(", ".join(step.because) if step else _("it stands")),
        "moved": Cell(step.moved if step else None),
        "verdict": Cell(
            verdict.digest[:12],
            _("%(digest)s (shown here)") % {"digest": verdict.digest[:12]} if here else verdict.digest[:12],
            href="" if here else verdict_address(verdict, at=True),
        ),
    }


def _moved(verdict: Verdict) -> Table:
    return Table(
        "moved",
        _("Records that moved it"),
        (Column("table", _("Table"), as_is=True), Column("record", _("Record")), Column("change", _("Change"))),
        [{"table": Cell(one.table), "record": Cell(one.name), "change": Cell(one.change)} for one in verdict.differing],
    )


PAGE = Page(
    "verdict/<str:contract>/<str:partner>/<str:clause>/<str:period>",
    gettext_lazy("How this was computed"),
    EVERYONE,
    gather,
    short="verdict/<str:partner>/<str:clause>/<str:period>",
)

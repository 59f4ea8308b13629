"""How one figure was computed, from the sentence down to the cases: the page behind every derived figure."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.charts import TrendPoint, trend
from tallystick.reports.figures import (
    counted_text,
    difference_text,
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
    own_of,
    replaced,
    verdict_address,
    verdict_of,
    weeks_of,
)
from tallystick.web.freshness import FeedReach, at_words, data_to, feeds_of
from tallystick.web.page import Asked, Page
from tallystick.web.remembered import remembered
from tallystick.web.roles import EVERYONE
from tallystick.web.room import Room
from tallystick.web.row_list import cases_table
from tallystick.web.said import outcome_words, place_words
from tallystick.web.table import Cell, Column, Table
from tallystick.web.talk import comment_link, dispute_link, disputes_about, said_about


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

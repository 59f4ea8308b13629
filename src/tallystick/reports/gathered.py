"""What the documents show, gathered from the verdict store: no lake, no engine, nothing computed anew but the drawing.

The rows behind a verdict and the spans of one case come from the evidence kept beside it, as in `tally explain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.timeline import Span
from tallystick.measures.fact_columns import begins, ends
from tallystick.reports.charts import (
    PAUSED,
    PAUSED_WAITING,
    RUNNING,
    STOPPED,
    CaseTimeline,
    TimelineMark,
    TimelineSpan,
    TrendPoint,
)
from tallystick.reports.figures import duration_text, utc_text
from tallystick.reports.overview import Overview
from tallystick.reports.partner_month import MOST_CASES, FailedCase, FailedCases, Feed, PartnerMonth
from tallystick.verdicts.cards import cards_of
from tallystick.verdicts.explain import Kept, weeks
from tallystick.verdicts.explain_case import CaseExplained, explain_case
from tallystick.verdicts.judge_version import judged_by
from tallystick.verdicts.listing import RowShown, details, rows_against, rows_table
from tallystick.verdicts.measured import first_day_in_term
from tallystick.verdicts.promise import Promise, kept_promise
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.finding import Finding, Place, Severity

MOST_MARKS = 24
ENDED = frozenset({"solved", "closed"})


def document_names(records: Iterable[Judged]) -> dict[tuple[str, str, str], str]:
    """The file of each (partner, period, contract); in a month under several contracts later ones name theirs."""
    found: dict[tuple[str, str, str], str] = {}
    for one in records:
        plain = f"{one.partner}-{one.period}.html"
        taken = plain in found.values()
        found[one.partner, one.period, one.contract] = (
            plain.replace(".html", f"-{one.contract}.html") if taken else plain
        )
    return found


def months_of(store: VerdictStore) -> list[Judged]:
    """Every judging that stands and has verdicts: each is one document."""
    return [record for record in store.judged() if record.verdicts]


def partner_month(
    store: VerdictStore,
    record: Judged,
    *,
    client: str,
    version: str,
    findings: Sequence[Finding] = (),
    overview: str = "",
    beside: Mapping[str, str] | None = None,
) -> PartnerMonth:
    """All that the document of one judging shows; `findings` replace the short ones kept with the judging.

    `beside` are the documents of the same month under other contracts, by contract.
    """
    verdicts = tuple(store.verdicts_of(record))
    first = _kept(store, record, verdicts[0])
    owns = {one.clause: replace(first, verdict=one, clause=first.contract.clause(one.clause)) for one in verdicts}
    # A kept promise shows its arithmetic and its year; the rows and weeks are for those that are not.
    behind = {clause: own for clause, own in owns.items() if own.verdict.outcome is not Outcome.MET}
    failed = {clause: _failed(own) for clause, own in behind.items()}
    weekly = {clause: weeks(own) for clause, own in behind.items()}
    drawn, about = _drawn(store, owns, failed)
    names = {party.id: party.name for party in first.contract.parties}
    return PartnerMonth(
        client=client,
        partner=names.get(record.partner, record.partner),
        contract=record.contract,
        contract_title=first.contract.title,
        zone=record.zone,
        period=record.period,
        from_on=verdicts[0].from_on,
        end_on=verdicts[0].end_on,
        as_of=utc_text(record.as_of),
        version=version,
        verdicts=verdicts,
        statement=record.statement,
        history=tuple(store.newest(record.contract, record.partner)),
        promises={clause: _words(own) for clause, own in owns.items()},
        sources={clause: _source(own) for clause, own in owns.items() if _source(own)},
        failed={clause: rows for clause, rows in failed.items() if rows.total},
        weekly={clause: _weeks(values, owns[clause].verdict) for clause, values in weekly.items() if values},
        timeline=drawn,
        timeline_clause=about,
        findings=tuple(findings) or _short_findings(record),
        feeds=_feeds(record),
        overview=overview,
        beside=dict(beside or {}),
    )


def _kept(store: VerdictStore, record: Judged, verdict: Verdict) -> Kept:
    """As `explain.kept`; a text is read once for all the months that were judged by it."""
    promise = _promise(store, record, judged_by([verdict]))
    on = first_day_in_term(promise.contract, promise.period(record.period)) or verdict.from_on
    contract = promise.contract.in_force(on, record.known_on).at(on)
    return Kept(store, record, verdict, promise, contract, contract.clause(verdict.clause))


_READ: dict[tuple[str, ...], Promise] = {}
MOST_READ = 16


def _promise(store: VerdictStore, record: Judged, version: str) -> Promise:
    # `texts` is the digest of what is read, so what was read once stays right.
    key = (str(store.folder), record.texts, record.partner, record.as_of, version)
    if key not in _READ:
        if len(_READ) >= MOST_READ:
            _READ.clear()
        _READ[key] = kept_promise(store.texts(record), record.partner, record.known_on, version)
    return _READ[key]


def overview_of(
    store: VerdictStore,
    *,
    client: str,
    version: str,
    names: Mapping[str, str],
    findings: Sequence[Finding] = (),
) -> Overview:
    """All that the overview shows; `names` leads from partner id to name."""
    records = months_of(store)
    verdicts = tuple(verdict for record in records for verdict in store.verdicts_of(record))
    wanted = {verdict.restates for verdict in verdicts if verdict.restates}
    replaced = {verdict.id: verdict for verdict in store.all() if verdict.id in wanted} if wanted else {}
    partners = dict.fromkeys(record.partner for record in records)
    last = {record.partner: record for record in records}
    feeds = {feed.name: feed for record in last.values() for feed in _feeds(record)}
    return Overview(
        client=client,
        as_of=utc_text(max((record.as_of for record in records), default="")),
        version=version,
        partners={partner: names.get(partner, partner) for partner in partners},
        verdicts=verdicts,
        statements=tuple(record.statement for record in records if record.statement is not None),
        replaced=replaced,
        addresses={
            (partner, period): name
            for (partner, period, _), name in reversed(document_names(records).items())  # the first of several stays
        },
        findings=tuple(findings)
        or tuple(dict.fromkeys(one for record in last.values() for one in _short_findings(record))),
        feeds=tuple(feeds.values()),
    )


def _words(own: Kept) -> str:
    """The clause in plain words."""
    return " ".join(own.clause.plain(own.contract, cards_of(own.contract))) if own.clause is not None else ""


def _source(own: Kept) -> str:
    """Where the clause stands in the signed document."""
    source = getattr(own.clause, "source", None)
    if source is None:
        return ""
    parts = [f"page {source.page}" if source.page else "", f"clause {source.clause}" if source.clause else ""]
    return f"Signed document: {', '.join(part for part in parts if part)}."


def _feeds(record: Judged) -> tuple[Feed, ...]:
    as_of = utc_text(record.as_of)
    return tuple(Feed(source, utc_text(newest) or "\u2013", as_of, rows) for source, rows, newest in record.gate.feeds)


def _short_findings(record: Judged) -> tuple[Finding, ...]:
    return tuple(
        Finding(rule, Severity.WARNING, message, Place(), count=count) for rule, message, count in record.gate.findings
    )


def _weeks(values: Sequence[Any], verdict: Verdict) -> tuple[TrendPoint, ...]:
    """The weeks of a clause: arithmetic against the target, never a verdict of their own."""
    points = []
    for value in values:
        week = dict(value.cell).get("week", value.period)
        kept_target = (
            value.value is not None
            and verdict.target is not None
            and (value.value >= verdict.target if verdict.better == "higher" else value.value <= verdict.target)
        )
        outcome = Outcome.NOT_ASSESSABLE if value.value is None else Outcome.MET if kept_target else Outcome.MISSED
        points.append(
            TrendPoint(week, value.value, value.n, outcome, verdict.target, value.interval, label=_week_label(week))
        )
    return tuple(sorted(points, key=lambda point: point.period))


def _week_label(week: str) -> str:
    """The Monday of a week as day and month."""
    try:
        monday = datetime.fromisoformat(week)
    except ValueError:
        return week
    return f"{monday.day} {monday.strftime('%b')}"


# -------------------------------------------------------------------------- rows


def _failed(own: Kept) -> FailedCases:
    """The rows that speak against the partner; for a mean, those that add to a figure that should be low."""
    against, count = rows_against(rows_table(own), own.verdict.better, MOST_CASES)
    make = _case if own.of_cases else partial(_row, own)
    return FailedCases(tuple(make(row) for row in against), count, own.row if not own.of_cases else "case")


def _row(own: Kept, row: RowShown) -> FailedCase:
    """A row that is no case: what it says stands where a case has its lateness."""
    assert own.how is not None  # noqa: S101 - only measured figures have rows
    fact = own.how.measure.fact
    over = next((row.parts[name] for name in reversed(ends(fact)) if row.parts.get(name) is not None), None)
    began = _seconds(row.parts.get(begins(fact)))
    return FailedCase(row.case_id, began, None, _seconds(over), ", ".join(details(row)))


def _case(row: RowShown) -> FailedCase:
    parts = row.parts
    started = _seconds(parts.get("start_at") or parts.get("created_at") or parts.get("sent_at"))
    ended = _seconds(parts.get("stop_at") or parts.get("answered_at"))
    due = _seconds(parts.get("due_at"))
    note = "" if due is not None or not row.brings else duration_text_of(row)
    if due is not None and ended is None:
        note = "open past due"
    return FailedCase(row.case_id, started, due, ended, note)


def duration_text_of(row: RowShown) -> str:
    """What a row adds to a sum of seconds; a score as it is."""
    from fractions import Fraction

    if "score" in row.parts:
        return f"score {row.parts['score']}"
    return f"{duration_text(Fraction(row.brings))} waiting" if row.brings > 1 else ""


def _seconds(value: Any) -> int | None:
    if value is None:
        return None
    return int(value.timestamp()) if isinstance(value, datetime) else int(value)


# ---------------------------------------------------------------------- time line


def _drawn(
    store: VerdictStore, owns: Mapping[str, Kept], failed: Mapping[str, FailedCases]
) -> tuple[CaseTimeline | None, str]:
    """One case of the gravest clause that has any, on the wall clock of the contract."""
    order = sorted(failed, key=lambda clause: (owns[clause].verdict.outcome is not Outcome.MISSED, clause))
    for clause in order:
        if not owns[clause].of_cases:
            continue
        # A survey may have come before its case; what is not in the records cannot be drawn.
        cases = [case for case in failed[clause].cases if case.case_id]
        chosen = next((case for case in cases if case.ended_s is not None), cases[0] if cases else None)
        if chosen is not None:
            return case_timeline_of(store, owns[clause].verdict, chosen.case_id), clause
    return None, ""


def case_timeline_of(
    store: VerdictStore, verdict: Verdict, case_id: str, *, told: CaseExplained | None = None
) -> CaseTimeline:
    """One case behind a verdict, by the source's id; raises NotFound where its period did not read it.

    `told` is what `explain_case` gives, for a caller that has it already.
    """
    told = told or explain_case(store, verdict, case_id)
    record = store.judging_of(verdict)
    keys = _case_keys(store, record, {case_id, *told.merged})
    marks = _marks(store.rows(record, "case_event", keys))
    if len(marks) > 1 and marks[-1].words == "status closed":
        marks = marks[:-1]  # days later, by itself: it would only squeeze what matters
    last = max((mark.at_s for mark in marks), default=int(told.spans[-1].start_at.timestamp()) if told.spans else 0)
    spans = [_span(span, last) for span in told.spans if span.start_at.timestamp() <= last]
    spans = [replace(span, until_s=min(span.until_s, last)) for span in spans]
    note = _case(told.row).note if told.row is not None else ""
    return CaseTimeline(
        case_id=case_id,
        clock=f"{verdict.clause} {verdict.title}",
        zone=told.zone,
        spans=_joined([span for span in spans if span.until_s > span.from_s]),
        marks=marks[:MOST_MARKS],
        open_hours=told.open_hours,
        due_s=_seconds(told.due_at),
        note=f"{verdict.title}, {note}" if note else verdict.title,
        sentence=told.sentence,
    )


def _case_keys(store: VerdictStore, record: Judged, ids: set[str]) -> list[int]:
    rows = store.rows(record, "case")
    found = rows.filter(pc.is_in(rows.column("case_id"), value_set=pa.array(sorted(ids), pa.string())))
    return [int(key) for key in found.column("case_key").to_pylist()]


def _span(span: Span, last: int) -> TimelineSpan:
    stop = int(span.stop_at.timestamp()) if span.stop_at is not None else last
    if span.status in ENDED:
        state = STOPPED
    elif span.pause:
        state = PAUSED_WAITING if span.waiting else PAUSED
    else:
        state = RUNNING
    return TimelineSpan(int(span.start_at.timestamp()), stop, state)


def _joined(spans: Sequence[TimelineSpan]) -> tuple[TimelineSpan, ...]:
    """Neighbours in one state as one span."""
    found: list[TimelineSpan] = []
    for span in spans:
        if found and found[-1].state == span.state and found[-1].until_s == span.from_s:
            found[-1] = TimelineSpan(found[-1].from_s, span.until_s, span.state)
        else:
            found.append(span)
    return tuple(found)


_PARTY = {"customer": "customer", "agent": "partner", "bot": "system", "system": "system"}
_WORDS = {
    "created": "case created",
    "owner": "assigned",
    "note": "internal note",
    "handover": "asks for a person",
    "escalated": "escalated",
    "acknowledged": "acknowledged",
    "merged": "merged",
    "unmerged": "taken apart again",
}


_FIRST = {"created": 0, "message": 1, "status": 2, "owner": 3}


def _marks(events: pa.Table) -> tuple[TimelineMark, ...]:
    """The events of a case in order, without agents, customers or queues: who is only a role."""
    listed = events.select(["event_at", "seq", "kind", "actor", "value"]).to_pylist()
    listed.sort(key=lambda row: (row["event_at"], row["seq"] or 0, _FIRST.get(row["kind"], 9), row["value"] or ""))
    spoken = {row["event_at"] for row in listed if row["kind"] == "message"}
    marks = []
    for row in listed:
        kind, value = row["kind"], row["value"] or ""
        if kind in {"queue", "priority"} or (kind == "created" and row["event_at"] in spoken):
            continue
        if kind == "status" and row["event_at"] == listed[0]["event_at"]:
            continue
        words = _WORDS.get(kind, f"{kind} {value}".strip())
        if kind == "message":
            words = "automatic reply, stops no clock" if value == "auto" else "message"
        at_s = _seconds(row["event_at"])
        if at_s is not None:
            marks.append(TimelineMark(at_s, _PARTY.get(row["actor"], "system"), words))
    return tuple(marks)

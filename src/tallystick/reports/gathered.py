"""What the documents show, gathered from the verdict store: no lake, no engine, nothing computed anew but the drawing.

The rows behind a verdict and the spans of one case come from the evidence kept beside it, as in `tally explain`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.timeline import Span, trace
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
from tallystick.reports.figures import duration_text
from tallystick.reports.overview import Overview
from tallystick.reports.partner_month import MOST_CASES, FailedCase, FailedCases, Feed, PartnerMonth
from tallystick.verdicts.explain import MISSED, Kept, RowShown, case_key_of, explain, kept, rows_behind
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.finding import Finding, Place, Severity

MOST_MARKS = 24
ENDED = frozenset({"solved", "closed"})
DAY_S = 86_400


def document_name(partner: str, period: str) -> str:
    """The file name of a partner's month."""
    return f"{partner}-{period}.html"


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
) -> PartnerMonth:
    """All that the document of one judging shows; `findings` replace the short ones kept with the judging."""
    verdicts = tuple(store.verdicts_of(record))
    owns = {verdict.clause: kept(store, verdict) for verdict in verdicts}
    first = next(iter(owns.values()))
    explained = {verdict.clause: explain(store, verdict, most=0, weekly=True) for verdict in verdicts}
    failed = {clause: _failed(own) for clause, own in owns.items() if own.verdict.outcome is not Outcome.MET}
    drawn, about = _drawn(store, record, owns, failed)
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
        as_of=_instant_words(record.as_of),
        version=version,
        verdicts=verdicts,
        statement=record.statement,
        history=tuple(store.newest(record.contract, record.partner)),
        promises={clause: " ".join(one.clause_text) for clause, one in explained.items() if one.clause_text},
        sources={
            clause: f"Signed document: {one.clause_source}." for clause, one in explained.items() if one.clause_source
        },
        failed={clause: rows for clause, rows in failed.items() if rows.total},
        weekly={clause: _weeks(one.weekly, owns[clause].verdict) for clause, one in explained.items() if one.weekly},
        timeline=drawn,
        timeline_clause=about,
        findings=tuple(findings) or _short_findings(record),
        feeds=_feeds(record),
        overview=overview,
    )


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
        as_of=_instant_words(max((record.as_of for record in records), default="")),
        version=version,
        partners={partner: names.get(partner, partner) for partner in partners},
        verdicts=verdicts,
        statements=tuple(record.statement for record in records if record.statement is not None),
        replaced=replaced,
        addresses={(one.partner, one.period): document_name(one.partner, one.period) for one in records},
        findings=tuple(findings)
        or tuple(dict.fromkeys(one for record in last.values() for one in _short_findings(record))),
        feeds=tuple(feeds.values()),
    )


def _instant_words(instant: str) -> str:
    if not instant:
        return ""
    return datetime.fromisoformat(instant).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _feeds(record: Judged) -> tuple[Feed, ...]:
    as_of = _instant_words(record.as_of)
    return tuple(
        Feed(source, _instant_words(newest) or "\u2013", as_of, rows) for source, rows, newest in record.gate.feeds
    )


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
    listed = rows_behind(own)
    against = [row for row in listed if row.status == MISSED]
    if not against and own.verdict.better == "lower":
        against = sorted((row for row in listed if row.brings > 0), key=lambda row: (-row.brings, row.case_id))
    return FailedCases(tuple(_case(row) for row in against[:MOST_CASES]), len(against))


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
    store: VerdictStore, record: Judged, owns: Mapping[str, Kept], failed: Mapping[str, FailedCases]
) -> tuple[CaseTimeline | None, str]:
    """One case of the gravest clause that has any, on the wall clock of the contract."""
    order = sorted(failed, key=lambda clause: (owns[clause].verdict.outcome is not Outcome.MISSED, clause))
    for clause in order:
        cases = failed[clause].cases
        chosen = next((case for case in cases if case.ended_s is not None), cases[0] if cases else None)
        if chosen is not None:
            return case_timeline(store, record, owns[clause], chosen), clause
    return None, ""


def case_timeline_of(store: VerdictStore, verdict: Verdict, case_id: str) -> CaseTimeline:
    """One case behind a verdict, by the source's id; raises NotFound where the verdict did not read it."""
    own = kept(store, verdict)
    row = next((row for row in rows_behind(own) if row.case_id == case_id), None)
    if row is None:
        case_key_of(store, own.record, case_id)
        raise NotFound(f"case counted by {verdict.name}", case_id)
    return case_timeline(store, own.record, own, _case(row))


def case_timeline(store: VerdictStore, record: Judged, own: Kept, case: FailedCase) -> CaseTimeline:
    """The spans and events of one case, as `facts.timeline.trace` tells them."""
    key = case_key_of(store, record, case.case_id)
    rows = {name: store.rows(record, name) for name in ("case", "case_event", "mapping")}
    terms = own.promise.terms
    spans = trace(rows["case"], rows["case_event"], rows["mapping"], terms, key)
    events = rows["case_event"].filter(pc.equal(rows["case_event"].column("case_key"), key))
    marks = _marks(events)
    first = int(spans[0].start_at.timestamp()) if spans else 0
    last = max(
        [mark.at_s for mark in marks] + [int(span.stop_at.timestamp()) for span in spans if span.stop_at] + [first]
    )
    shown = tuple(_span(span, last) for span in spans)
    programme = next((span.programme for span in spans if span.programme is not None), None)
    return CaseTimeline(
        case_id=case.case_id,
        clock=f"{own.verdict.clause} {own.verdict.title}",
        zone=own.contract.zone,
        spans=_joined([span for span in shown if span.until_s > span.from_s]),
        marks=marks[:MOST_MARKS],
        open_hours=_open(terms, programme, first - DAY_S, last + DAY_S),
        due_s=case.due_s,
        note=f"{own.verdict.title}, {case.note}" if case.note else own.verdict.title,
    )


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


def _marks(events: pa.Table) -> tuple[TimelineMark, ...]:
    """The events of a case in order, without agents, customers or queues: who is only a role."""
    ordered = events.sort_by([("event_at", "ascending"), ("seq", "ascending"), ("event_key", "ascending")])
    marks = []
    for row in ordered.select(["event_at", "kind", "actor", "value"]).to_pylist():
        kind, value = row["kind"], row["value"] or ""
        if kind in {"queue", "priority"}:
            continue
        words = _WORDS.get(kind, f"{kind} {value}".strip())
        if kind == "message":
            words = "automatic reply, stops no clock" if value == "auto" else "message"
        at_s = _seconds(row["event_at"])
        if at_s is not None:
            marks.append(TimelineMark(at_s, _PARTY.get(row["actor"], "system"), words))
    return tuple(marks)


def _open(terms: ClockTerms, programme: str | None, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """The opening hours of a programme between two instants."""
    own = next((one for one in terms.programmes if one.programme == programme), None)
    if own is None or not own.hours:
        return ()
    found: list[tuple[int, int]] = []
    for at, (from_s, name) in enumerate(own.hours):
        until_s = own.hours[at + 1][0] if at + 1 < len(own.hours) else last
        for begins, ends in terms.hours[name].intervals:
            low, high = max(begins, from_s, first), min(ends, until_s, last)
            if low < high:
                found.append((low, high))
    return tuple(found)

"""Writes the files as the partners' systems would export them: every partner in its own shape, zone and format.

The bytes depend on the seed alone: archives and workbooks carry fixed instants.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import story
import xlsxwriter
from cases import MERGED, PROACTIVE, SPAM, TEST, seconds_of
from event_log import EventLog, PartnerCases
from people import SITES, Agent

QUARTERS = (
    ("2025-Q3", "2025-07-01", "2025-10-01"),
    ("2025-Q4", "2025-10-01", "2026-01-01"),
    ("2026-Q1", "2026-01-01", "2026-04-01"),
    ("2026-Q2", "2026-04-01", "2026-07-06"),
)


def _names(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


AURORA_HEADER = _names(
    "Ticket ID;Ticket created;Event ID;Event time;Event;Actor;Agent ID;New value;Language;Channel;Queue;Priority;"
    "Reason;Customer ID;Text",
    ";",
)
BOREALIS_HEADER = _names(
    "case_id created_at event_id event_at event_type actor_role agent_id value language channel queue priority "
    "contact_reason requester_id body"
)
AURORA_STATUS = {
    "new": "New",
    "open": "Open",
    "pending": "Waiting for customer",
    "solved": "Resolved",
    "closed": "Closed",
}
FIXED = datetime(2026, 7, 5, 6, 0, 0)  # noqa: DTZ001 - a workbook's properties carry no zone


def _local(instants: Iterable[int], zone: str) -> list[str]:
    named = ZoneInfo(zone)
    return [datetime.fromtimestamp(at, named).strftime("%d.%m.%Y %H:%M:%S") for at in instants]


def _utc(instants: Iterable[int], form: str) -> list[str]:
    return [datetime.fromtimestamp(at, UTC).strftime(form) for at in instants]


def _write_csv(
    path: Path, header: list[str], rows: Iterable[Iterable[Any]], delimiter: str = ",", encoding: str = "utf-8"
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n" if delimiter == ";" else "\n")
    writer.writerow(header)
    writer.writerows(rows)
    data = buffer.getvalue().encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, 6, mtime=0) if path.suffix == ".gz" else data)


def _columns(partner: PartnerCases, log: EventLog, roster: list[Agent], part: slice) -> dict[str, Any]:
    """The columns of an event log's stretch, as text, before each partner words them."""
    ids = np.array([agent.agent_id for agent in roster] + [""], object)
    case = log.case[part]
    created = np.concatenate([block.created for block in partner.blocks])
    return {
        "case": partner.case_id[case],
        "created": created[case].tolist(),
        "at": log.at[part].tolist(),
        "event": np.arange(part.start, part.stop),
        "kind": log.kind[part],
        "actor": log.actor[part],
        "agent": ids[log.agent[part]],
        "value": log.value[part],
        "text": log.text[part],
        **{name: column[case] for name, column in partner.columns.items()},
    }


def _stretches(log: EventLog) -> Iterator[tuple[str, slice]]:
    for label, first, last in QUARTERS:
        edges = [seconds_of(f"{day}T00:00:00+00:00") for day in (first, last)]
        begin, end = np.searchsorted(log.at, edges)
        yield label, slice(int(begin), int(end))


def aurora_rows(partner: PartnerCases, log: EventLog, roster: list[Agent], part: slice) -> list[tuple[str, ...]]:
    """Aurora's event log: local wall-clock times without a zone, its own words for statuses."""
    c = _columns(partner, log, roster, part)
    statuses = [AURORA_STATUS.get(v, v) if k == "status" else v for k, v in zip(c["kind"], c["value"], strict=True)]
    zone = story.ZONES["aurora"]
    events = [f"E{number + 1:07d}" for number in c["event"].tolist()]
    return list(
        zip(
            c["case"],
            _local(c["created"], zone),
            events,
            _local(c["at"], zone),
            c["kind"],
            c["actor"],
            c["agent"],
            statuses,
            c["language"],
            c["channel"],
            c["queue"],
            c["priority"],
            c["reason"],
            c["customer"],
            c["text"],
            strict=True,
        )
    )


def write_aurora(home: Path, partner: PartnerCases, log: EventLog, roster: list[Agent]) -> dict[str, int]:
    """Four quarters as CSV with semicolons, one of them compressed; with the faults of a real export."""
    written: dict[str, int] = {}
    for label, part in _stretches(log):
        rows = aurora_rows(partner, log, roster, part)
        if label == "2025-Q4":
            rows = _with_impossible_dates(rows)
        if label == "2026-Q2":
            rows = _with_unknown_status(rows)
        name = f"aurora/aurora-events-{label}.csv" + (".gz" if label == "2025-Q4" else "")
        _write_csv(home / name, AURORA_HEADER, rows, ";", "utf-8-sig" if label == "2025-Q3" else "utf-8")
        written[name] = len(rows)
    return written


IMPOSSIBLE_DATES = 3
UNKNOWN_STATUS, UNKNOWN_STATUS_ROWS = "Awaiting courier", 6


def _with_impossible_dates(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Three internal notes carry the 31st of November."""
    spoiled, left = list(rows), IMPOSSIBLE_DATES
    for at in range(len(rows) // 2, len(rows)):
        if left and rows[at][4] == "note":
            spoiled[at] = (*rows[at][:3], f"31.11.2025 {rows[at][3][11:]}", *rows[at][4:])
            left -= 1
    return spoiled


def _with_unknown_status(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A status that nobody has mapped turns up in a few cases; it stands where "Open" stood."""
    spoiled, left = list(rows), UNKNOWN_STATUS_ROWS
    for at in range(len(rows) // 3, len(rows)):
        if left and rows[at][4] == "status" and rows[at][7] == "Open":
            spoiled[at] = (*rows[at][:7], UNKNOWN_STATUS, *rows[at][8:])
            left -= 1
    return spoiled


def write_late_file(home: Path, partner: PartnerCases, log: EventLog, roster: list[Agent]) -> dict[str, int]:
    """The overflow mailbox of May as a workbook, which arrives in July."""
    path = home / "late" / "aurora-overflow-mailbox-2026-05.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = aurora_rows(partner, log, roster, slice(0, int(log.at.size)))
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Overflow mailbox", "author": "Aurora Contact", "created": FIXED})
    sheet = book.add_worksheet("Events")
    sheet.write_row(0, 0, AURORA_HEADER)
    for at, row in enumerate(rows):
        changed = (*row[:2], f"O{row[2][1:]}", *row[3:])
        sheet.write_row(at + 1, 0, [str(cell) for cell in changed])
    book.close()
    return {f"late/{path.name}": len(rows)}


def write_borealis(home: Path, partner: PartnerCases, log: EventLog, roster: list[Agent]) -> dict[str, int]:
    """Four quarters in UTC: CSV, Parquet, compressed CSV, CSV; the second repeats the last days of the first."""
    names = ("2025-q3.csv", "2025-q4.parquet", "2026-q1.csv.gz", "2026-q2.csv")
    written: dict[str, int] = {}
    for (label, part), name in zip(_stretches(log), names, strict=True):
        begin = part.start
        if label == "2025-Q4":
            begin = int(np.searchsorted(log.at, seconds_of("2025-09-29T00:00:00+00:00")))
        c = _columns(partner, log, roster, slice(begin, part.stop))
        events = [f"{number + 500_001}" for number in c["event"].tolist()]
        path = home / "borealis" / f"borealis-case-events-{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        words = (
            c["kind"],
            c["actor"],
            c["agent"],
            c["value"],
            c["language"],
            c["channel"],
            c["queue"],
            c["priority"],
            c["reason"],
            c["customer"],
            c["text"],
        )
        if name.endswith("parquet"):
            instants = [
                pa.array(np.array(c[at], np.int64) * 1_000_000, pa.timestamp("us", "UTC")) for at in ("created", "at")
            ]
            table = pa.table(
                [
                    pa.array(c["case"], pa.string()),
                    instants[0],
                    pa.array(events),
                    instants[1],
                    *(pa.array(column, pa.string()) for column in words),
                ],
                names=BOREALIS_HEADER,
            )
            pq.write_table(table, path, compression="zstd")
        else:
            form = "%Y-%m-%dT%H:%M:%SZ"
            rows = zip(c["case"], _utc(c["created"], form), events, _utc(c["at"], form), *words, strict=True)
            _write_csv(path, BOREALIS_HEADER, rows)
        written[f"borealis/{path.name}"] = len(events)
    return written


ZENDESK_CHANNEL = {"email": "email", "chat": "chat", "messaging": "whatsapp"}
GROUPS = {"EN Orders": 41001, "EN Returns": 41002, "EN Warranty": 41003, "EN Product": 41004}


TICKET_COLUMNS = (
    "id _fivetran_synced assignee_id created_at description group_id priority requester_id status subject "
    "submitter_id updated_at via_channel merged_ticket_ids tags"
)


def _agent_user(agent_id: str) -> int:
    return 902_000_000 + int(agent_id.split("-")[1])


def _customer_user(customer: str) -> int:
    return 711_000_000 + int(customer[1:])


def write_cordoba(home: Path, partner: PartnerCases, log: EventLog, roster: list[Agent]) -> dict[str, int]:
    """A year of Zendesk tables: ticket, ticket_field_history, ticket_comment, user, group."""
    folder, stamp = home / "cordoba" / "zendesk", "2026-07-05 00:10:00.000"
    form = "%Y-%m-%d %H:%M:%S"
    when = _utc(log.at.tolist(), form)
    cases, kinds = log.case.tolist(), log.kind.tolist()
    values, texts, actors, agents = log.value.tolist(), log.text.tolist(), log.actor.tolist(), log.agent.tolist()
    customers = [_customer_user(customer) for customer in partner.columns["customer"]]
    users = [_agent_user(agent.agent_id) if agent.partner == "cordoba" else 0 for agent in roster]
    ids, groups = partner.case_id.tolist(), [GROUPS[queue] for queue in partner.columns["queue"]]
    history: list[tuple[Any, ...]] = []
    comments: list[tuple[Any, ...]] = []
    last: dict[int, dict[str, Any]] = {}
    joined: dict[int, list[str]] = {}
    number_of = {case_id: at for at, case_id in enumerate(ids)}
    for row, case in enumerate(cases):
        kind, at, user = kinds[row], when[row], users[agents[row]] if agents[row] >= 0 else ""
        state = last.setdefault(case, {})
        state["updated"] = at
        if kind == "created":
            state["created"] = at
            state["submitter"] = user or customers[case]
            history.append(("group_id", ids[case], at, stamp, "", groups[case]))
            history.append(("priority", ids[case], at, stamp, "", partner.columns["priority"][case]))
        elif kind == "status":
            state["status"] = values[row]
            history.append(("status", ids[case], at, stamp, user, values[row]))
        elif kind == "assigned":
            state["assignee"] = users[agents[row]]
            history.append(("assignee_id", ids[case], at, stamp, "", users[agents[row]]))
        elif kind in {"message", "note"}:
            author = customers[case] if actors[row] == "customer" else user
            comments.append(
                (
                    880_000_000 + row,
                    stamp,
                    texts[row],
                    at,
                    "TRUE" if kind == "message" else "FALSE",
                    ids[case],
                    author,
                )
            )
        elif kind == "merged":
            joined.setdefault(number_of[values[row]], []).append(ids[case])
    spam = set(np.flatnonzero(np.concatenate([block.kind for block in partner.blocks]) == SPAM).tolist())
    tickets = [
        (
            ids[case],
            stamp,
            state.get("assignee", ""),
            state["created"],
            partner.columns["reason"][case],
            groups[case],
            partner.columns["priority"][case],
            customers[case],
            state.get("status", "new"),
            partner.columns["reason"][case].capitalize(),
            state["submitter"],
            state["updated"],
            ZENDESK_CHANNEL[partner.columns["channel"][case]],
            f"[{','.join(joined.get(case, []))}]",
            "['spam']" if case in spam else "[]",
        )
        for case, state in sorted(last.items())
    ]
    people = [
        (users[at], stamp, "TRUE", agent.name, "agent", "en-US", "Eastern Time (US & Canada)", "support@example.org")
        for at, agent in enumerate(roster)
        if agent.partner == "cordoba"
    ]
    people += [
        (user, stamp, "TRUE", f"Customer {user % 1_000_000}", "end-user", "en-US", "", f"c{user}@example.com")
        for user in sorted(set(customers))
    ]
    tables: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
        "ticket": (TICKET_COLUMNS, tickets),
        "ticket_field_history": ("field_name ticket_id updated _fivetran_synced user_id value", history),
        "ticket_comment": ("id _fivetran_synced body created public ticket_id user_id", comments),
        "user": ("id _fivetran_synced active name role locale time_zone email", people),
        "group": ("id _fivetran_synced name", [(number, stamp, name) for name, number in GROUPS.items()]),
    }
    for name, (header, rows) in tables.items():
        _write_csv(folder / f"{name}.csv", header.split(), rows)
    return {f"cordoba/zendesk/{name}.csv": len(rows) for name, (_, rows) in tables.items()}


def write_roster(home: Path, roster: list[Agent]) -> dict[str, int]:
    """The agents of the two partners whose logs name them by id only, with the partner of each."""
    rows = [
        (
            agent.agent_id,
            agent.name,
            agent.partner,
            SITES[agent.partner],
            agent.language,
            agent.started_on,
            agent.left_on,
        )
        for agent in roster
        if agent.partner != "cordoba"
    ]
    _write_csv(home / "client" / "agents.csv", _names("agent_id name partner site languages started_on left_on"), rows)
    return {"client/agents.csv": len(rows)}


def survey_rows(
    rng: np.random.Generator, partner: PartnerCases, roster: list[Agent], scores: Any
) -> list[tuple[Any, ...]]:
    """Satisfaction surveys: sent a day after the case is solved, answered by about a third, on a scale of 1 to 5."""
    solved = np.concatenate([block.solved for block in partner.blocks])
    kind = np.concatenate([block.kind for block in partner.blocks])
    late = np.concatenate([block.late_file for block in partner.blocks])
    until = seconds_of(story.CUT_AT if partner.partner == story.CUT_PARTNER else story.SNAPSHOT)
    asked = np.flatnonzero(
        (kind != SPAM)
        & (kind != TEST)
        & (kind != PROACTIVE)
        & (kind != MERGED)
        & ~late
        & (solved + story.DAY < until)
        & (rng.random(solved.size) < 0.45)
    )
    sent = solved[asked] + story.DAY
    answered = sent + (8 * story.HOUR * np.exp(rng.normal(0, 0.8, asked.size))).astype(np.int64)
    replies = (rng.random(asked.size) < 0.34) & (answered < until)
    zone = ZoneInfo(story.ZONES[partner.partner])
    months = [datetime.fromtimestamp(at, zone).strftime("%Y-%m") for at in answered[replies].tolist()]
    good = iter(scores(rng, partner.partner, months))
    high, low = rng.choice([4, 5], asked.size, p=[0.35, 0.65]), rng.choice([1, 2, 3], asked.size, p=[0.35, 0.25, 0.4])
    rows: list[tuple[Any, ...]] = []
    form = "%Y-%m-%dT%H:%M:%SZ"
    for at, case in enumerate(asked.tolist()):
        score: int | str = ""
        if replies[at]:
            score = int(high[at]) if next(good) else int(low[at])
        agent = roster[int(partner.agent[case])]
        agent_id = str(_agent_user(agent.agent_id)) if partner.partner == "cordoba" else agent.agent_id
        words = partner.columns
        rows.append(
            (
                f"{partner.partner[0].upper()}S{at + 1:06d}",
                partner.partner,
                partner.case_id[case],
                *_utc([int(sent[at])], form),
                *(_utc([int(answered[at])], form) if replies[at] else ("",)),
                "csat",
                score,
                1,
                5,
                agent_id,
                words["queue"][case],
                words["language"][case],
                words["channel"][case],
            )
        )
    return rows


SURVEY_HEADER = _names(
    "response_id partner case_id sent_at answered_at kind score scale_min scale_max agent_id queue language channel"
)


def write_surveys(home: Path, partner: str, rows: list[tuple[Any, ...]]) -> dict[str, int]:
    """The client's own survey tool, a list for each partner; for Cordoba the ratings lie in its helpdesk."""
    if partner != "cordoba":
        path = home / "client" / f"{partner}-surveys.csv"
        _write_csv(path, SURVEY_HEADER, rows)
    else:
        path = home / "cordoba" / "zendesk" / "satisfaction_rating.csv"
        stamp = "2026-07-05 00:10:00.000"
        words = {"": "offered", "1": "bad", "2": "bad", "3": "bad", "4": "good", "5": "good"}
        ratings = [
            (row[0][2:], stamp, row[2], words[str(row[6])], _plain(row[3]), _plain(row[4] or row[3]), row[9])
            for row in rows
        ]
        _write_csv(path, _names("id _fivetran_synced ticket_id score created_at updated_at assignee_id"), ratings)
    return {str(path.relative_to(home)): len(rows)}


def _plain(instant: str) -> str:
    """An instant as this helpdesk's export writes it."""
    return instant.replace("T", " ").removesuffix("Z")


def write_scorecard(
    home: Path, partner: str, title: str, figures: list[dict[str, Any]], others: list[tuple[Any, ...]]
) -> dict[str, int]:
    """The partner's own scorecard as a workbook: a title block, then one row per month and figure."""
    path = home / "scorecards" / f"{partner}-scorecard-2025-26.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Service scorecard", "author": title, "created": FIXED})
    sheet = book.add_worksheet("Scorecard")
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.00%"})
    sheet.write(0, 0, f"{title}: service scorecard for Lumen Home", bold)
    sheet.write(1, 0, "Prepared by the partner's own reporting team")
    header = ("Month", "KPI", "Language", "Channel", "Target", "Result", "Numerator", "Denominator")
    sheet.write_row(3, 0, header, bold)
    row = 4
    for figure in figures:
        if not figure["total"]:
            continue
        sheet.write(row, 0, figure["month"])
        sheet.write(row, 1, "First reply within target")
        sheet.write(row, 2, ", ".join(figure["languages"]))
        sheet.write(row, 3, ", ".join(figure["channels"]))
        sheet.write(row, 4, figure["target"], share)
        sheet.write(row, 5, round(figure["met"] / figure["total"], 4), share)
        sheet.write(row, 6, figure["met"])
        sheet.write(row, 7, figure["total"])
        row += 1
    for month, name, target, value, numerator, denominator in others:
        sheet.write(row, 0, month)
        sheet.write(row, 1, name)
        form = share if abs(target) <= 1 else None
        sheet.write(row, 4, target, form)
        sheet.write(row, 5, value, form)
        if numerator is not None:
            sheet.write(row, 6, numerator)
            sheet.write(row, 7, denominator)
        row += 1
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 28)
    book.close()
    return {f"scorecards/{path.name}": row - 4}

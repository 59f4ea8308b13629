"""A desk of ninety cases over three months, as the CSV event logs a helpdesk would export, with its contract.

Small enough to be ingested and judged many times in a test; it has what makes arrival matter: cases that span files,
a priority that changes, pauses, reopenings, repeated contacts, the change to summer time, and two holidays.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.journeys.command_line import Answer, tally

AS_OF = "2026-05-12T06:00:00+00:00"
MONTHS = ("2026-02", "2026-03", "2026-04")
HEADER = (
    "case_id", "event_id", "event_at", "event_type", "actor_role", "agent_id", "value", "language", "channel", "queue",
    "priority", "contact_reason", "requester_id", "body",
)  # fmt: skip
Row = dict[str, str]

CONTRACT = """\
tallystick: 1
contract: small-desk
title: Customer care of a small desk
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-02-01, to: 2026-12-31}
sites: {cluj: {name: Cluj, country: RO, zone: Europe/Bucharest}}
calendars: {office: {zone: Europe/Bucharest, week: {mon-fri: ["09:00-18:00"]}, holidays: {country: RO}}}
programmes: {all: {languages: [de], channels: [email], site: cluj, calendar: office}}
definitions: {pausing_statuses: [pending], reopen_window: 7d, repeat_window: 7d, excluded: [spam],
  period_rule: due-in, attribution: owner-at-due}
fees: {monthly: {amount: 12000}}
clauses:
  - {id: S1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%, minimum_volume: 5}
  - {id: S2, kind: sla_target, title: First resolution, clock: first_resolution, within: 18h, target: 70%,
     minimum_volume: 5}
  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 25%, minimum_volume: 5,
     period_rule: resolved-in, attribution: owner-at-stop}
  - {id: K2, kind: kpi, title: Contacts again, measure: repeat_contact_rate, target: 40%, minimum_volume: 5,
     period_rule: created-in, attribution: owner-at-start}
  - {id: K3, kind: kpi, title: Median first reply, measure: first_reply_time, target: 3h, minimum_volume: 5,
     period_rule: resolved-in, attribution: owner-at-stop}
  - {id: C1, kind: service_credit, when: {clause: S1, below: target}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, over: month}
"""

MAPPING = """\
tallystick_mapping: 1
connector: any_table
feed: {feed}
source: {feed}
shape: event log
partner: {partner}
columns: {{case: case_id, event_time: event_at, event: event_type, event_value: value, event_id: event_id,
  actor: actor_role, priority: priority, queue: queue, agent: agent_id, channel: channel, language: language,
  reason: contact_reason, requester: requester_id, text: body}}
statuses: {{new: new, open: open, pending: pending, solved: solved}}
kinds: {{created: created, message: "message:public", status: "status:*", priority: "priority:*"}}
channels: {{email: email}}
languages: {{de: de}}
"""


def _row(case: int, prefix: str, at: datetime, kind: str, actor: str, value: str = "", **parts: str) -> Row:
    row = dict.fromkeys(HEADER, "")
    row |= {
        "case_id": f"{prefix}-{case:03}",
        "event_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "event_type": kind,
        "actor_role": actor,
        "value": value,
        "language": "de",
        "channel": "email",
        "queue": ("orders", "returns")[case % 2],
        "priority": "normal",
        "contact_reason": ("delivery", "refund", "assembly")[case % 3],
        "requester_id": f"{prefix}-C{case % 40}",
        "agent_id": f"ag-{case % 5}" if actor == "agent" else "",
    }
    return row | parts


def _life(case: int, prefix: str, created: datetime) -> list[Row]:
    hours = (1, 2, 3, 5, 9, 26)[case * 7 % 6]
    replied = created + timedelta(hours=hours, minutes=case % 50)
    words = f"Guten Tag, wo bleibt meine Lampe? Schreiben Sie an kunde{case}@example.org."
    rows = [
        _row(case, prefix, created, "created", "customer"),
        _row(case, prefix, created, "status", "system", "new"),
        _row(case, prefix, created, "message", "customer", body=words),
    ]
    if case % 9 == 4:
        return rows  # nobody ever answers
    rows.append(_row(case, prefix, replied, "message", "agent", body="Wir sehen nach."))
    solved = replied + timedelta(hours=(2, 7, 30)[case % 3])
    if case % 4 == 1:
        rows.append(_row(case, prefix, replied + timedelta(minutes=1), "status", "agent", "pending"))
        rows.append(_row(case, prefix, replied + timedelta(hours=20), "message", "customer", body="Danke, und nun?"))
        solved += timedelta(hours=21)
    if case % 5 == 2:
        rows.append(_row(case, prefix, replied + timedelta(minutes=2), "priority", "agent", "high", priority="high"))
    rows.append(_row(case, prefix, solved, "status", "agent", "solved"))
    if case % 6 == 5:
        rows.append(_row(case, prefix, solved + timedelta(days=2), "message", "customer", body="Es flackert wieder."))
        rows.append(_row(case, prefix, solved + timedelta(days=2), "status", "system", "open"))
        rows.append(_row(case, prefix, solved + timedelta(days=2, hours=3), "status", "agent", "solved"))
    return rows


def event_rows(prefix: str = "AUR", cases: int = 90) -> list[Row]:
    """The event log, in order of time within each case; the first case comes on the evening of 1 February 2026."""
    rows: list[Row] = []
    for case in range(cases):
        rows += _life(case, prefix, datetime(2026, 2, 1, 18, 7, tzinfo=UTC) + timedelta(hours=23 * case, minutes=case))
    for number, row in enumerate(rows):
        row["event_id"] = f"{prefix}-E{number:05}"
    return rows


def by_month(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each month of the log, as a helpdesk exports them."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["event_at"][:7], []).append(row)
    return found


def write_log(path: Path, rows: Sequence[Row]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def begin(home: Path) -> Path:
    """A folder with contract and mappings, and nothing taken in yet."""
    assert tally("init", home, "--client", "lumen", "--name", "Lumen Home").code == 0
    (home / "contracts" / "small-desk.yaml").write_text(CONTRACT, encoding="utf-8")
    for feed, partner in (("desk-events", "aurora"), ("rival-events", "borealis")):
        text = MAPPING.format(feed=feed, partner=partner)
        (home / "mappings" / f"{feed}.yaml").write_text(text, encoding="utf-8")
    return home


def ingest(home: Path, *files: Path, **options: str) -> Answer:
    said = [part for name, value in options.items() for part in (f"--{name}", value)]
    return tally("ingest", *files, "--home", home, "--as-of", AS_OF, "--json", *said)


def assess(home: Path, *more: str) -> Answer:
    return tally("assess", "--home", home, "--as-of", AS_OF, "--json", *more)


def digests(answer: Answer) -> dict[str, str]:
    """Name -> digest of the verdicts that `tally assess --json` printed."""
    return {
        f"{verdict['partner']}/{verdict['clause']}/{verdict['period']}": verdict["digest"]
        for record in answer.json
        for verdict in record["verdicts"]
    }

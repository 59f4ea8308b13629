"""A desk of a few dozen cases of two partners: an event log beside a list that is exported again and again.

The log is `small_desk`'s with cases that overflow to another partner; the list says of each case what was so on the
day of its export, so later exports correct and take back what earlier ones said. Every kind of counted clause stands
in the contract: clocks with targets, ratios over cases, durations, surveys, a mean over pauses; and money.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tallystick.privacy.vault import Vault
from tests.journeys.command_line import tally
from tests.journeys.small_desk import HEADER, event_rows

AS_OF = datetime(2026, 4, 12, 6, tzinfo=UTC)
MONTHS = ("2026-02", "2026-03")
PARTNERS = ("aurora", "borealis")
LOG, LIST, STATES = "desk-events", "shop-list", "desk-states"
LIST_HEADER = (
    "ticket", "created", "first_reply", "solved", "updated", "status", "priority", "language", "channel", "queue",
    "reason", "customer", "agent", "score",
)  # fmt: skip
HEADERS: Mapping[str, tuple[str, ...]] = {LOG: HEADER, LIST: LIST_HEADER, STATES: HEADER}
Row = dict[str, str]

CONTRACT = """\
tallystick: 1
contract: mixed-desk
title: Customer care of a desk with two partners
client: {id: lumen, name: Lumen Home}
partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis Care}]
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
  - {id: S1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%}
  - {id: S2, kind: sla_target, title: First resolution, clock: first_resolution, within: 18h, target: 70%}
  - {id: S3, kind: sla_target, title: Next reply, clock: next_reply, within: 9h, for: {queue: orders}, target: 70%,
     attribution: owner-at-start}
  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 25%, period_rule: resolved-in,
     attribution: owner-at-stop}
  - {id: K2, kind: kpi, title: Contacts again, measure: repeat_contact_rate, target: 40%, period_rule: created-in,
     attribution: owner-at-start}
  - {id: K3, kind: kpi, title: Median first reply, measure: first_reply_time, target: 3h}
  - {id: K4, kind: kpi, title: Mean resolution, measure: full_resolution_time, params: {statistic: mean}, target: 20h}
  - {id: K5, kind: kpi, title: Pauses while the customer waits, measure: clock_integrity, target: 10%,
     period_rule: resolved-in, attribution: owner-at-stop}
  - {id: K6, kind: kpi, title: Satisfaction, measure: csat, target: 75%, period_rule: measured-in,
     attribution: owner-at-stop}
  - {id: K7, kind: kpi, title: Moved, measure: transfer_rate, target: 30%, period_rule: created-in,
     attribution: owner-at-start}
  - {id: C1, kind: service_credit, when: {clause: S1, below: target}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, over: month}
"""

MAPPING = {
    LOG: """\
tallystick_mapping: 1
connector: any_table
feed: desk-events
source: desk
shape: event log
partner: aurora
columns: {case: case_id, event_time: event_at, event: event_type, event_value: value, event_id: event_id,
  actor: actor_role, priority: priority, queue: queue, agent: agent_id, channel: channel, language: language,
  reason: contact_reason, requester: requester_id, text: body}
statuses: {new: new, open: open, pending: pending, solved: solved}
kinds: {created: created, message: "message:public", status: "status:*", priority: "priority:*", queue: "queue:*",
  owner: "owner:*"}
channels: {email: email}
languages: {de: de}
queues: {orders: aurora, returns: aurora, overflow: borealis}
""",
    STATES: """\
tallystick_mapping: 1
connector: any_table
feed: desk-states
source: states
shape: event log
partner: aurora
columns: {case: case_id, event_time: event_at, event: event_type, event_id: event_id, actor: actor_role,
  status: value, priority: priority, queue: queue, agent: agent_id, channel: channel, language: language,
  reason: contact_reason, requester: requester_id, text: body}
statuses: {new: new, open: open, pending: pending, solved: solved}
kinds: {created: created, message: "message:public"}
channels: {email: email}
languages: {de: de}
queues: {orders: aurora, returns: aurora, overflow: borealis}
""",
    LIST: """\
tallystick_mapping: 1
connector: any_table
feed: shop-list
source: shop
shape: one row per case
partner: aurora
columns: {case: ticket, created: created, first_reply: first_reply, resolved: solved, updated: updated,
  status: status, priority: priority, language: language, channel: channel, queue: queue, reason: reason,
  requester: customer, agent: agent, score: score}
statuses: {open: open, solved: solved}
channels: {email: email}
languages: {de: de}
queues: {orders: aurora, returns: aurora, overflow: borealis}
""",
}


def log_rows(cases: int = 24) -> list[Row]:
    """The event log, in which queues and owners have rows of their own."""
    rows: list[Row] = []
    for row in event_rows(cases=cases):
        rows.append(row)
        told = {**row, "actor_role": "system", "agent_id": "", "body": ""}
        if row["event_type"] == "created":
            rows.append({**told, "event_type": "queue", "value": row["queue"]})
        if row["event_type"] == "message" and row["agent_id"]:
            rows.append({**told, "event_type": "owner", "value": row["agent_id"]})
            if int(row["case_id"][-3:]) % 2:
                rows.append({**told, "event_type": "queue", "value": "overflow"})
    for number, row in enumerate(rows):
        row["event_id"] = f"AUR-E{number:05}"
    return rows


def state_rows(cases: int = 24) -> list[Row]:
    """The same desk as a log whose every row repeats queue, owner, priority and status, and no activity tells of their
    change: a row means something only beside the row before it, and that row may lie in another file.

    What the case is about and who its customer is stands in some rows only.
    """
    stands: dict[str, dict[str, str]] = {}
    rows = []
    for number, row in enumerate(log_rows(cases)):
        now = stands.setdefault(row["case_id"], {"agent_id": "", "value": "new", "queue": row["queue"]})
        kind = row["event_type"]
        if kind in ("queue", "owner", "status"):
            now[{"queue": "queue", "owner": "agent_id", "status": "value"}[kind]] = row["value"]
        told = {**row, **now, "event_type": kind if kind in ("created", "message") else "edited"}
        if number % 3:
            told["requester_id"] = ""
        if number % 4 < 2:
            told["contact_reason"] = ""
        rows.append(told)
    return rows


def _states(case: int, created: datetime) -> list[tuple[datetime, dict[str, str]]]:
    """What is true of a case, each with the instant from which it is."""
    replied = created + timedelta(hours=(1, 6, 30)[case % 3])
    solved = replied + timedelta(hours=(1, 20)[case % 2])
    told: list[tuple[datetime, dict[str, str]]] = [
        (created, {"status": "open"}),
        (replied, {"status": "open", "first_reply": _shown(replied), "agent": f"ag-{case % 4}"}),
        (solved, {"status": "solved", "solved": _shown(solved), "score": "" if case % 3 else str(1 + case % 5)}),
    ]
    if case % 4 == 2:
        again = solved + timedelta(days=3)
        told.append((again, {"status": "open", "solved": "", "queue": "overflow"}))
        if case % 8 == 2:
            told.append((again + timedelta(hours=5), {"status": "solved", "solved": _shown(again)}))
    return told


def _shown(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def list_rows(cases: int = 12, exports: Sequence[int] = (12, 25, 38, 60)) -> list[Row]:
    """The list of the shop as it was exported so many days after its first case: each case as it then stood."""
    first = datetime(2026, 2, 3, 7, 20, tzinfo=UTC)
    rows = []
    for days in exports:
        until = first + timedelta(days=days)
        for case in range(cases):
            created = first + timedelta(hours=67 * case)
            row = dict.fromkeys(LIST_HEADER, "") | {
                "ticket": f"SHOP-{case:03}",
                "created": _shown(created),
                "priority": "normal",
                "language": "de",
                "channel": "email",
                "queue": ("orders", "returns")[case % 2],
                "reason": ("delivery", "refund")[case % 2],
                "customer": f"SHOP-C{case % 7}",
            }
            known = [state for state in _states(case, created) if state[0] <= until]
            for at, state in known:
                row |= state | {"updated": _shown(at)}
            if known:
                rows.append(row)
    return rows


def write(path: Path, feed: str, rows: Sequence[Row]) -> Path:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADERS[feed], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def begin(home: Path) -> Path:
    """A folder with the locked contract and the mappings, and nothing taken in yet."""
    assert tally("init", home, "--client", "lumen", "--name", "Lumen Home").code == 0
    (home / "contracts" / "mixed-desk.yaml").write_text(CONTRACT, encoding="utf-8")
    for feed, text in MAPPING.items():
        (home / "mappings" / f"{feed}.yaml").write_text(text, encoding="utf-8")
    locked = tally("check", "--lock", "--home", home)
    assert locked.code == 0, locked.out
    # The secret under which customers are hashed is made with the first text; two folders are to share it.
    Vault.create(home / "keys")
    return home

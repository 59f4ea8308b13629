"""What is written down of the lines: telephone logs, agents' states, rosters, forecasts, surveys, people."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import story
import xlsxwriter
from opening_hours import utc_seconds
from people import SITES

from floor import plan
from floor.queueing import ANSWERED, Call, expected_calls, states, surge
from floor.shifts import Day, PhoneAgent

Row = tuple[Any, ...]
SECOND_LINE = "800"
STATE_WORDS = {
    "available": "Available", "ring": "Ringing", "talk": "On call", "hold": "On hold", "wrap": "After call work",
    "break": "Break", "meal": "Lunch", "training": "Training",
}  # fmt: skip
ACTIVITY_WORDS = {"work": "Work", "break": "Break", "meal": "Lunch", "training": "Training", "sick": "Sick"}


def utc(at: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    """A UTC second as text."""
    return datetime.fromtimestamp(at, UTC).strftime(form)


def local(at: int, zone: str, form: str = "%d.%m.%Y %H:%M:%S") -> str:
    """A UTC second as the wall clock of a zone shows it."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime(form)


def write_csv(path: Path, head: str, rows: Iterable[Row], delimiter: str = ",") -> None:
    """A table whose heading names columns by blanks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(head.split())
        writer.writerows(rows)


def write(
    home: Path, agents: list[PhoneAgent], days: list[Day], calls: list[Call], rng: np.random.Generator
) -> dict[str, int]:
    """Every file of the floor; how many rows each holds."""
    by_partner: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_partner[call.line.partner].append(call)
    sizes: dict[str, int] = {}
    sizes["floor/aurora/queue_log"] = _queue_log(
        home, by_partner["aurora"], [d for d in days if d.agent.line.partner == "aurora"]
    )
    sizes["floor/borealis/contact-records.jsonl"] = _contact_records(home, by_partner["borealis"])
    sizes["floor/cordoba/conversations.json"] = _conversations(home, by_partner["cordoba"])
    for partner in ("borealis", "cordoba"):
        name = f"floor/{partner}/{partner}-agent-states.csv"
        rows = list(_state_rows(partner, [d for d in days if d.agent.line.partner == partner]))
        write_csv(home / name, "agent_id state start_time end_time device", rows)
        sizes[name] = len(rows)
    for partner, write_one in (("aurora", _roster_csv), ("borealis", _roster_workbook), ("cordoba", _roster_csv)):
        sizes |= write_one(home, partner, [d for d in days if d.agent.line.partner == partner])
    sizes |= _forecasts(home)
    sizes |= _surveys(home, calls, rng)
    sizes |= _people(home, agents)
    return sizes


# ---- Aurora: the log of an Asterisk server ---------------------------------------------------------------------------


def _queue_log(home: Path, calls: list[Call], days: list[Day]) -> int:
    lines: list[tuple[int, int, str]] = []
    for call in calls:
        log = f"|{call.entered}.{call.number}|{call.line.queue}|"
        member = f"Agent/{call.agent}"
        lines.append((call.entered, 0, f"{call.entered}{log}NONE|ENTERQUEUE||{call.caller}|1"))
        for agent, rang in call.missed:
            at = rang + 15
            lines.append((at, 1, f"{at}{log}Agent/{agent}|RINGNOANSWER|15000"))
        if call.outcome != ANSWERED:
            lines.append((call.left, 2, f"{call.left}{log}NONE|ABANDON|1|1|{call.waited}"))
            continue
        lines.append(
            (call.left, 2, f"{call.left}{log}{member}|CONNECT|{call.waited}|{call.left}.{call.number}|{call.ring}")
        )
        spoke = call.talk + call.hold
        if call.transferred:
            what = f"BLINDTRANSFER|{SECOND_LINE}|internal|{call.waited}|{spoke}|1"
        else:
            what = f"{'COMPLETECALLER' if call.by_customer else 'COMPLETEAGENT'}|{call.waited}|{spoke}|1"
        lines.append((call.ended, 3, f"{call.ended}{log}{member}|{what}"))
    for day in days:
        if not day.came:
            continue
        member, queue = f"Agent/{day.agent.agent_id}", day.agent.line.queue
        begins, _ = day.span
        told = states(day)
        lines.append((begins, 4, f"{begins}|NONE|{queue}|{member}|ADDMEMBER|"))
        lines += _pauses(member, queue, told)
        ends = max(told[-1][2], day.span[1])
        lines.append((ends, 9, f"{ends}|NONE|{queue}|{member}|REMOVEMEMBER|"))
    lines.sort()
    path = home / "floor" / "aurora" / "queue_log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{text}\n" for _, _, text in lines), encoding="utf-8")
    return len(lines)


def _pauses(member: str, queue: str, told: list[tuple[str, int, int, int]]) -> list[tuple[int, int, str]]:
    words = {"wrap": "Wrap-up", "break": "Break", "meal": "Lunch", "training": "Training"}
    found: list[tuple[int, int, str]] = []
    for state, begins, ends, _ in told:
        if state in words:
            found.append((begins, 6, f"{begins}|NONE|{queue}|{member}|PAUSE|{words[state]}"))
            found.append((ends, 5, f"{ends}|NONE|{queue}|{member}|UNPAUSE|"))
    return found


# ---- Borealis: Amazon Connect contact records ------------------------------------------------------------------------


def _contact_records(home: Path, calls: list[Call]) -> int:
    instance = "arn:aws:connect:eu-west-2:000000000000:instance/lumen"
    path = home / "floor" / "borealis" / "contact-records.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for call in calls:
            record: dict[str, Any] = {
                "AWSAccountId": "000000000000",
                "InstanceARN": instance,
                "ContactId": f"5f2c0000-0000-4000-8000-{call.number:012d}",
                "Channel": "VOICE",
                "InitiationMethod": "INBOUND",
                "InitiationTimestamp": utc(call.entered),
                "ConnectedToSystemTimestamp": utc(call.entered),
                "DisconnectTimestamp": utc(call.ended),
                "DisconnectReason": "CUSTOMER_DISCONNECT" if call.by_customer or not call.agent else "AGENT_DISCONNECT",
                "LastUpdateTimestamp": utc(call.ended + call.wrap + 60),
                "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": call.caller},
                "Attributes": {"language": call.line.language, "reason": call.reason},
                "Queue": {
                    "ARN": f"{instance}/queue/1",
                    "Name": call.line.queue,
                    "EnqueueTimestamp": utc(call.entered),
                    "DequeueTimestamp": utc(call.left),
                    "Duration": call.waited,
                },
                "Agent": None,
                "AgentConnectionAttempts": len(call.missed) + (call.outcome == ANSWERED),
            }
            if call.outcome == ANSWERED:
                done = call.ended + call.wrap
                record["Agent"] = {
                    "ARN": f"{instance}/agent/{call.agent}",
                    "Username": call.agent,
                    "ConnectedToAgentTimestamp": utc(call.left),
                    "AgentInteractionDuration": call.talk,
                    "CustomerHoldDuration": call.hold,
                    "NumberOfHolds": int(call.hold > 0),
                    "LongestHoldDuration": call.hold,
                    "AfterContactWorkStartTimestamp": utc(call.ended),
                    "AfterContactWorkEndTimestamp": utc(done),
                    "AfterContactWorkDuration": call.wrap,
                }
                if call.transferred:
                    record["TransferCompletedTimestamp"] = utc(call.ended)
                    record["TransferredToEndpoint"] = {"Type": "TELEPHONE_NUMBER", "Address": SECOND_LINE}
            lines = [record]
            if call.number % 40 == 0:  # delivered at least once: now and then an earlier state comes first
                lines.insert(0, {**record, "LastUpdateTimestamp": utc(call.ended), "Attributes": {}})
            for line in lines:
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
                written += 1
    return written


# ---- Cordoba: Genesys Cloud conversations ----------------------------------------------------------------------------


def _conversations(home: Path, calls: list[Call]) -> int:
    found = [_conversation(call) for call in calls]
    path = home / "floor" / "cordoba" / "conversations.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in found)
    path.write_text('{"conversations":[\n' + lines + "\n]}\n", encoding="utf-8")
    return len(found)


def _conversation(call: Call) -> dict[str, Any]:
    millis = "%Y-%m-%dT%H:%M:%S.000Z"

    def part(kind: str, begins: int, ends: int, **more: Any) -> dict[str, Any]:
        return {"segmentType": kind, "segmentStart": utc(begins, millis), "segmentEnd": utc(ends, millis),
                "queueId": call.line.queue, **more}  # fmt: skip

    sessions = count(1)

    def session(segments: list[dict[str, Any]], *metrics: str) -> dict[str, Any]:
        return {
            "sessionId": f"{call.number:08d}-{next(sessions):04d}",
            "mediaType": "voice",
            "direction": "inbound",
            "ani": f"tel:{call.caller}",
            "segments": segments,
            "metrics": [{"name": name, "value": 1000, "emitDate": utc(call.left, millis)} for name in metrics],
        }

    answered = call.outcome == ANSWERED
    waited = part("interact", call.entered, call.left, disconnectType="transfer" if answered else "peer")
    participants: list[dict[str, Any]] = [
        {"purpose": "customer", "sessions": [session([part("interact", call.entered, call.ended)])]},
        {
            "purpose": "acd",
            "participantName": call.line.queue,
            "sessions": [session([waited], "nOffered", "tWait", "tAcd" if answered else "tAbandon")],
        },
    ]
    for agent, rang in call.missed:
        alert = part("alert", rang, rang + 15, disconnectType="client")
        participants.append({"purpose": "agent", "userId": agent, "sessions": [session([alert], "tNotResponding")]})
    if answered:
        how = "transfer" if call.transferred else "peer" if call.by_customer else "client"
        segments = [part("alert", call.left - call.ring, call.left)]
        at = call.left
        if call.hold:
            held = at + call.hold_at
            segments += [part("interact", at, held), part("hold", held, held + call.hold)]
            at = held + call.hold
        segments.append(part("interact", at, call.ended, disconnectType=how, wrapUpCode=call.reason))
        segments.append(part("wrapup", call.ended, call.ended + call.wrap, wrapUpCode=call.reason))
        served = session(segments, "tAnswered", "tTalk", "tHandle")
        participants.append({"purpose": "agent", "userId": call.agent, "sessions": [served]})
    return {
        "conversationId": f"7d1e0000-0000-4000-8000-{call.number:012d}",
        "conversationStart": utc(call.entered, millis),
        "conversationEnd": utc(call.ended + call.wrap, millis),
        "originatingDirection": "inbound",
        "participants": participants,
    }


# ---- agents' states, rosters, people ---------------------------------------------------------------------------------


def _state_rows(partner: str, days: list[Day]) -> Iterable[Row]:
    for day in days:
        told = states(day)
        for state, begins, ends, _ in told:
            yield (
                day.agent.agent_id,
                STATE_WORDS[state],
                utc(begins),
                utc(ends),
                f"{partner}-desk-{day.agent.agent_id[-3:]}",
            )
        if told:
            ends = told[-1][2]
            yield day.agent.agent_id, "Logged out", utc(ends), utc(ends), f"{partner}-desk-{day.agent.agent_id[-3:]}"
    if partner == plan.LATE_PARTNER:
        yield from _ghost_rows()


def _ghost_rows() -> Iterable[Row]:
    """Whoever left is still logged in from two to ten, day after day, and never takes a call."""
    day = plan.GHOST_LEFT_ON + timedelta(days=4)
    device = f"{plan.LATE_PARTNER}-desk-{plan.GHOST_DEVICE_OF[-3:]}"
    while day <= plan.LAST_DAY:
        if day.weekday() < 5:
            zone = story.ZONES[plan.LATE_PARTNER]
            begins, ends = utc_seconds(day, "14:00", zone), utc_seconds(day, "22:00", zone)
            yield plan.GHOST, STATE_WORDS["available"], utc(begins), utc(ends), device
            yield plan.GHOST, "Logged out", utc(ends), utc(ends), device
        day += timedelta(days=1)


def _activities(days: list[Day]) -> Iterable[tuple[str, str, int, int, date]]:
    for day in days:
        for kind, begins, ends in day.activities:
            yield day.agent.agent_id, ACTIVITY_WORDS[kind], begins, ends, day.day
        if day.sick:
            yield day.agent.agent_id, ACTIVITY_WORDS["sick"], *day.span, day.day


def _published(day: date) -> int:
    """Rosters are published on the Thursday two weeks before."""
    monday = day - timedelta(days=day.weekday())
    return utc_seconds(monday - timedelta(days=11), "12:00", "UTC")


def _roster_rows(partner: str, days: list[Day]) -> list[Row]:
    zone = story.ZONES[partner]
    queues = {day.agent.agent_id: day.agent.line.queue for day in days}
    rows = []
    for agent, activity, begins, ends, day in _activities(days):
        told = begins if activity == "Sick" else _published(day)
        rows.append((agent, activity, local(begins, zone), local(ends, zone), local(told, zone), queues[agent]))
    return rows


SURVEY_HEAD = (
    "response_id partner call_id sent_at answered_at kind score scale_min scale_max agent_id queue language channel"
)
ROSTER_HEAD = "agent_id activity start end published queue"


def _roster_csv(home: Path, partner: str, days: list[Day]) -> dict[str, int]:
    rows = _roster_rows(partner, days)
    name = f"floor/{partner}/{partner}-roster.csv"
    write_csv(home / name, ROSTER_HEAD, rows, ";")
    return {name: len(rows)}


def _roster_workbook(home: Path, partner: str, days: list[Day]) -> dict[str, int]:
    rows = _roster_rows(partner, days)
    name = f"floor/{partner}/{partner}-roster.xlsx"
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2026, 7, 1)})  # noqa: DTZ001 - a workbook's times have no zone
    sheet = book.add_worksheet("Roster")
    sheet.write_row(0, 0, ROSTER_HEAD.split())
    for at, row in enumerate(rows, 1):
        sheet.write_row(at, 0, row)
    book.close()
    return {name: len(rows)}


def _people(home: Path, agents: list[PhoneAgent]) -> dict[str, int]:
    rows = [
        (
            one.agent_id, one.name, one.line.partner, SITES[one.line.partner], one.line.language,
            one.started_on.isoformat(), one.started_on.isoformat(), one.left_on.isoformat() if one.left_on else "",
            "resigned" if one.left_on else "", "agent",
        )
        for one in agents
    ]  # fmt: skip
    name = "floor/client/phone-agents.csv"
    write_csv(home / name, "agent_id name partner site languages started_on live_on left_on left_as role", rows)
    return {name: len(rows)}


# ---- Lumen itself: forecasts and surveys -----------------------------------------------------------------------------


def _forecasts(home: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for partner in ("aurora", "borealis", "cordoba"):
        rows: list[Row] = []
        for line in plan.LINES:
            if line.partner == partner:
                rows += _forecast_of(line)
        name = f"floor/client/{partner}-forecast.csv"
        write_csv(home / name, "queue interval_start interval_end contacts aht_s version issued_at", rows)
        sizes[name] = len(rows)
    return sizes


def _forecast_of(line: plan.Line) -> Iterable[Row]:
    """Each month's forecast, handed over on the tenth of the month before; one week once more, and too late."""
    day = plan.FIRST_DAY
    while day <= plan.LAST_DAY:
        before = day.replace(day=1) - timedelta(days=1)
        issued = f"{before:%Y-%m}-10T12:00:00+00:00"
        for half, calls in expected_calls(line, day).items():
            told = (line.queue, utc(half), utc(half + plan.HALF_HOUR))
            aht = line.talk_s + 60
            yield (*told, f"{calls:.2f}", aht, f"{day:%Y-%m}", issued)
            if surge(line, day) != 1:
                yield (*told, f"{calls * surge(line, day):.2f}", aht, f"{day:%Y-%m} promotion", plan.LATE_ISSUED)
        day += timedelta(days=1)


def is_surveyed(call: Call) -> bool:
    """Whether a survey is sent: after every answered call, but for those that Borealis keeps back in May."""
    if call.outcome != ANSWERED:
        return False
    kept_back = (
        call.line.partner == plan.SUPPRESSED_PARTNER
        and local(call.entered, story.ZONES[call.line.partner], "%Y-%m") == plan.SUPPRESSED_MONTH
        and call.talk >= plan.SUPPRESSED_FROM_S
    )
    return not kept_back


def call_id(call: Call) -> str:
    """The id by which the partner's telephone system knows a call."""
    if call.line.partner == "aurora":
        return f"{call.entered}.{call.number}"
    head = "5f2c0000" if call.line.partner == "borealis" else "7d1e0000"
    return f"{head}-0000-4000-8000-{call.number:012d}"


def _surveys(home: Path, calls: list[Call], rng: np.random.Generator) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for partner in ("aurora", "borealis", "cordoba"):
        rows: list[Row] = []
        for call in calls:
            if call.line.partner != partner:
                continue
            answers, good = bool(rng.random() < plan.ANSWERED_SURVEYS), bool(rng.random() < plan.RESOLVED_CALLS)
            minutes = int(rng.integers(2, 5))
            if not is_surveyed(call):
                continue
            sent = call.ended + 120
            answer = (utc(sent + 60 * minutes), int(good)) if answers else ("", "")
            who = (call.agent, call.line.queue, call.line.language, "phone")
            known = (f"{partner[0].upper()}T{call.number:06d}", partner, call_id(call), utc(sent), answer[0])
            rows.append((*known, "fcr", answer[1], 0, 1, *who))
        name = f"floor/client/{partner}-call-surveys.csv"
        write_csv(home / name, SURVEY_HEAD, rows)
        sizes[name] = len(rows)
    return sizes

"""A partner's telephone line over two months, with a rate card, judged: every figure can be counted by hand.

Each weekday of March and April 2026 two German calls are answered: one of 61 and one of 100 seconds. On Sunday 12
April, Orthodox Easter and a holiday, one Romanian call of 30 seconds. On 20 April one customer calls again within
the hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tallystick.assess import Order as Assessing
from tallystick.assess import assess
from tallystick.records.lake import Lake
from tallystick.verdicts.evidence import GateAnswer
from tests.facts.segments import Call, answered
from tests.facts.streams.test_cost_line import cost
from tests.verdicts.tiny_lake import append, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)

TEXT = """
tallystick: 1
contract: line
title: Telephone
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars:
  office: {week: {mon-fri: ["09:00-18:00"]}}
  no-holidays: {week: always, holidays: {country: RO}}
programmes:
  german-phone: {languages: [de], channels: [phone], calendar: office}
definitions: {pausing_statuses: [pending], calendar: office, excluded: [spam]}
fees: {monthly: {amount: 100}}
clauses:
  - {id: T1, kind: kpi, title: Service level, measure: service_level, params: {seconds: 20}, target: 80%,
     minimum_volume: 10, period_rule: created-in, attribution: owner-at-start}
  - {id: C1, kind: service_credit, when: {clause: T1}, model: percentage, percentage: 10%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 50%, of: monthly}
charges:
  - {id: MIN, kind: per_minute, title: Minutes, rate: 0.60, time: talk, rounding_unit: 60s, for: {language: de}}
  - {id: CALL, kind: per_contact, title: Calls, rate: 1, repeats_within: 1h}
  - {id: HOLIDAY, kind: premium, title: Holidays, on: CALL, percentage: 50%, days: {closed: no-holidays}}
  - {id: SITE, kind: fixed, title: Site, amount: 300, from: 2026-04-16}
  - {id: TRAVEL, kind: pass_through, title: Travel, costs: travel, mark_up: 10%}
  - {id: HOUR, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}, from: 2026-05-01}
  - {id: VOLUME, kind: tiered, title: Year, model: marginal, over: year, tiers: [{up_to: 50, rate: 2}, {rate: 1}],
     quantity: {measure: offered_calls}, for: {language: de}}
billing:
  fees: {monthly: {charges: [MIN, CALL], base: before-discount}}
  taxes: [{id: VAT, percentage: 10%}]
amendments:
  - {id: AM1, effective: 2026-04-16, known: 2026-04-01, title: Dearer, changes: [{charge: MIN, set: {rate: 0.90}}]}
"""


def weekdays(month: int) -> Iterator[date]:
    day = date(2026, month, 1)
    while day.month == month:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def calls() -> list[Call]:
    """22 weekdays in each of the two months; in March every second call waits too long."""
    found = []
    for month in (3, 4):
        for place, day in enumerate(weekdays(month)):
            slow = 60 if month == 3 else 10
            for number, talk in enumerate((61, 100)):
                who = month * 1000 + place * 10 + number
                wait = slow if number else 10
                found.append(answered(f"{day}-{number}", at(day, 9 + number), wait=wait, talk=talk, language="de",
                                      requester_key=who))  # fmt: skip
    found.append(answered("easter", at(date(2026, 4, 12), 10), talk=30, language="ro", requester_key=7))
    again = date(2026, 4, 20)
    found.append(answered("again", at(again, 9, 12), talk=10, language="ro", requester_key=4000 + 10 * 13))
    return found


def make_desk(
    root: Path, text: str = TEXT, as_of: datetime = AS_OF, months: tuple[str, ...] = ("2026-03", "2026-04")
) -> Path:
    """The project folder with records up to `as_of`, its months judged."""
    make_home(root, stories=(), text=text)
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    with Lake.open(root / "lake") as lake:
        segments: list[dict[str, Any]] = [row for call in calls() if call.at < as_of for row in call.rows]
        append(lake, "call", [row | {"source_at": row["started_at"]} for row in segments])
        books = [cost(1, "2026-04-03", "120.55"), cost(2, "2026-04-30", "9.45"), cost(3, "2026-05-02", "70")]
        append(lake, "cost", [*books, cost(4, "2026-04-04", "500", kind="tools")])
    answer = GateAnswer(feeds=(("acd", 17, (as_of - timedelta(hours=1)).isoformat()),))
    assess(root, Assessing([root / "contracts" / "aurora.yaml"], as_of, list(months)), gate=lambda *_: answer)
    return root

"""Hours from states and rosters to the check: ghosts, an agent on two lines, a night on which clocks change.

Ana works five days on the German line and Bo on the Romanian one. Cleo is on the German roster of 4 March and never
comes. Nina works two nights until eight; on 29 March clocks go forward, so the first of them has seven hours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.billing.check.gathering import invoice_check
from tallystick.billing.check.value import CheckedLine, Difference, InvoiceCheck
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import known_on, promise_of, texts_at
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.facts.floor import shift, state
from tests.verdicts.tiny_lake import append, make_home

AS_OF = datetime(2026, 4, 20, 6, tzinfo=UTC)
TEXT = """
tallystick: 1
contract: hours
title: Hours
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
queues: {german: {}, romanian: {}, night: {}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
clauses:
  - {id: S1, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 1}
charges:
  - {id: DE, kind: per_hour, title: German hours, rate: 20, hours: {measure: login_time}, for: {queue: german}}
  - {id: RO, kind: per_hour, title: Romanian hours, rate: 15, hours: {measure: login_time}, for: {queue: romanian}}
  - {id: NIGHT, kind: per_hour, title: Night hours, rate: 30, hours: {measure: login_time}, for: {queue: night}}
"""
DAYS = [f"2026-03-0{day}" for day in range(2, 7)]
# 40, 40 and 15 hours, and one more on each line than the records have: Cleo's, Ana's and that of the clocks.
BILLED = (L("DE", "48", "HUR", "20"), L("RO", "80", "HUR", "15"), L("NIGHT", "16", "HUR", "30"))


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> InvoiceCheck:
    root: Path = make_home(tmp_path_factory.mktemp("hours") / "home", stories=(), text=TEXT)
    states = [state("talk", f"{day}T07:00", f"{day}T15:00", "ana", queue="german") for day in DAYS]
    states += [state("talk", f"{day}T07:00", f"{day}T15:00", "bo", queue="romanian") for day in DAYS]
    states += [
        state("talk", "2026-03-28T22:00", "2026-03-29T05:00", "nina", queue="night"),
        state("talk", "2026-03-29T21:00", "2026-03-30T05:00", "nina", queue="night"),
    ]
    shifts = [shift("work", "2026-03-04T07:00", "2026-03-04T15:00", "cleo", queue="german")]
    with Lake.open(root / "lake") as lake:
        append(lake, "agent_state", [row | {"source_at": row["started_at"]} for row in states])
        append(lake, "shift", [row | {"source_at": row["started_at"]} for row in shifts])
    send(root, [paper("AUR-3", "2026-03", BILLED, rate=None)])
    promise = promise_of(texts_at(root / "contracts" / "aurora.yaml"), "aurora", known_on(AS_OF))
    return invoice_check(root, promise, "2026-03", AS_OF)


def one_of(checked: InvoiceCheck, charge: str) -> tuple[CheckedLine, Difference]:
    line = checked.line(charge)
    assert line is not None
    (one,) = line.differences
    return line, one


def test_rostered_hours_of_who_never_came_are_ghost_hours(checked: InvoiceCheck) -> None:
    line, one = one_of(checked, "DE")
    assert (one.cause, str(one.amount), line.expected_quantity) == ("ghost_hours", "EUR 160.00", 40)
    (row,) = one.rows
    assert ("cleo" in row.row, row.why, row.agreed, row.billed) == (True, "scheduled, never seen", 0, 8 * 3600)


def test_the_days_of_an_agent_of_another_line_are_told_one_by_one(checked: InvoiceCheck) -> None:
    line, one = one_of(checked, "RO")
    assert (one.cause, str(one.amount), line.expected_quantity) == ("shared_agent", "EUR 600.00", 40)
    assert "Agent ana" in one.says
    assert one.row_count == 5
    assert all("ana" in row.row for row in one.rows)


def test_an_hour_that_the_clocks_skipped_is_told_by_its_day(checked: InvoiceCheck) -> None:
    line, one = one_of(checked, "NIGHT")
    assert (one.cause, str(one.amount), line.expected_quantity) == ("clock_change", "EUR 30.00", 15)
    (row,) = one.rows
    assert (row.agreed, row.billed) == (7 * 3600, 8 * 3600)
    assert "2026-03-29" in one.says


def test_the_differences_close(checked: InvoiceCheck) -> None:
    assert checked.closes
    assert str(checked.difference) == "EUR 790.00"
    assert [one.id for one in checked.findings] == []

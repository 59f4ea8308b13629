"""Seats, resolutions and a committed volume from a lake to the check: every figure can be counted by hand.

Three people hold seats in April 2026; one leaves on the 12th. Six mails are solved in March, one of whose customers is
back after three days, and four in April. Ten calls come in April; thirty were forecast in time, and forty too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.billing.check.gathering import invoice_check
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.invoice import ExpectedInvoice
from tallystick.billing.prepare import prepared
from tallystick.billing.rows import digest_of_rows
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tallystick.vocabulary.canonical import key_of
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.facts.segments import answered
from tests.verdicts.tiny_lake import append, make_home, story

AS_OF = datetime(2026, 5, 20, 6, tzinfo=UTC)
TEXT = """
tallystick: 1
contract: models
title: Seats, resolutions, a commitment
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending], repeat_window: 7d, forecast_lock: 14d}
clauses:
  - {id: S1, kind: kpi, title: Satisfaction, measure: csat, target: 70%, minimum_volume: 1}
charges:
  - {id: FTE, kind: per_fte, title: Agents, rate: 3000, replacement_window: 10 days}
  - {id: SOLVED, kind: per_resolution, title: Resolutions, rate: 5}
  - {id: PROVED, kind: per_resolution, title: Proved resolutions, rate: 6, billed: verified}
  - {id: COMMIT, kind: minimum_commitment, title: Standby, rate: 3, share: 90%, quantity: {measure: offered_calls}}
billing: {taxes: [{id: VAT, title: VAT, percentage: 19%}]}
"""


def mails() -> Iterator[Any]:
    """M1 to M5 and the return R1 of M1's customer in March, A1 to A4 in April."""
    for number in range(1, 6):
        yield story(f"M{number}", f"2026-03-1{number}T08:00:00", f"2026-03-1{number}T09:00:00", requester_key=number,
                    issue_key=number)  # fmt: skip
    yield story("R1", "2026-03-14T08:00:00", "2026-03-14T09:00:00", requester_key=1, issue_key=1)
    for number in range(1, 5):
        yield story(f"A{number}", f"2026-04-0{number}T08:00:00", f"2026-04-0{number}T09:00:00",
                    requester_key=100 + number, issue_key=100 + number)  # fmt: skip


def agent(name: str, left: date | None = None) -> dict[str, Any]:
    began = date(2026, 1, 5)
    return {"agent_key": key_of("wfm", name), "agent_id": name, "started_on": began, "left_on": left, "role": "agent",
            "partner": "aurora"}  # fmt: skip


def forecast(day: int, version: str, issued: datetime, contacts: int) -> dict[str, Any]:
    begins = datetime(2026, 4, day, 9, tzinfo=UTC)
    return {"forecast_key": key_of(version, str(day)), "source": "wfm", "queue": "billing", "channel": "phone",
            "started_at": begins, "ended_at": begins + timedelta(minutes=30), "version": version, "issued_at": issued,
            "contacts_milli": contacts * 1000, "aht_ms": 240_000, "partner": "aurora"}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = make_home(tmp_path_factory.mktemp("models") / "home", stories=mails(), text=TEXT)
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    with Lake.open(root / "lake") as lake:
        append(lake, "agent", [agent("a"), agent("b"), agent("c", date(2026, 4, 12))])
        days = [13, 14, 15, 16, 17, 20, 21, 22, 23, 24]
        calls = [answered(f"call-{day}", datetime(2026, 4, day, 9, 5, tzinfo=UTC)) for day in days]
        append(lake, "call", [row | {"source_at": row["started_at"]} for one in calls for row in one.rows])
        early, late = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 4, 12, tzinfo=UTC)
        append(lake, "forecast", [forecast(day, "locked", early, 3) for day in days])
        append(lake, "forecast", [forecast(day, "late", late, 4) for day in days], load_id="load-2")
    return root


def promise(home: Path) -> Promise:
    return promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(AS_OF))


@pytest.fixture(scope="module")
def april(home: Path) -> ExpectedInvoice:
    with prepared(home, promise(home), "2026-04", AS_OF) as ready:
        found = ready.expected(with_rows=True)
    assert found is not None
    return found


def amounts(invoice: ExpectedInvoice) -> dict[tuple[str, str], str]:
    return {(line.charge, line.settles): str(line.amount) for line in invoice.lines}


def test_a_leavers_seat_is_paid_for_the_replacement_window(april: ExpectedInvoice) -> None:
    """30 + 30 + 12 days held and 10 vacant: 82 / 30 of 3,000."""
    (line,) = april.line("FTE")
    assert (line.quantity, str(line.amount)) == (Fraction(82, 30), "EUR 8,200.00")


@pytest.mark.parametrize(
    ("amended", "days"),
    [
        ("", [60]),
        ("amendments: [{id: AM, effective: 2026-04-16, changes: [{charge: FTE, set: {rate: 3100}}]}]\n", [33, 27]),
    ],
    ids=["one price", "a price for each half"],
)
def test_a_window_runs_on_from_the_last_day_worked_whichever_days_are_counted(
    home: Path, amended: str, days: list[int]
) -> None:
    """22 + 22 open days, and of c's twelve days and the ten after them 8 and 8; up to the 15th 11 + 11, 8 and 3."""
    path = home / "office.yaml"
    window = "replacement_window: 10 days"
    path.write_text(TEXT.replace(window, f"{window}, working_days: office") + amended, encoding="utf-8")
    with prepared(home, promise_of(texts_at(path), "aurora", known_on(AS_OF)), "2026-04", AS_OF) as ready:
        found = ready.expected()
    assert found is not None
    assert [line.counted[0].value for line in found.line("FTE")] == days
    assert [line.quantity for line in found.line("FTE")] == [Fraction(one, 22) for one in days]


def test_resolutions_are_charged_at_once_and_what_came_back_is_given_back_a_month_later(april: ExpectedInvoice) -> None:
    told = amounts(april)
    assert told["SOLVED", ""] == "EUR 20.00"
    assert told["SOLVED", "2026-03"] == "EUR -5.00"


def test_proved_resolutions_are_charged_a_month_later_alone(april: ExpectedInvoice) -> None:
    """Of the six of March five stayed solved."""
    told = amounts(april)
    assert told["PROVED", "2026-03"] == "EUR 30.00"
    assert ("PROVED", "") not in told


def test_a_committed_share_goes_by_the_forecast_at_its_lock_date(april: ExpectedInvoice) -> None:
    """Ten calls came; 90 % of the thirty that were forecast in time are 27."""
    (line,) = april.line("COMMIT")
    assert (line.quantity, str(line.amount)) == (27, "EUR 81.00")


# ---- rows, pinned ---------------------------------------------------------------------------------------------------


def test_every_counted_quantity_pins_its_rows_and_both_sides_recompute_the_digest(
    home: Path, april: ExpectedInvoice
) -> None:
    pins = {(line.charge, line.settles, one.role): one.rows for line in april.lines for one in line.counted}
    assert all(len(pin) == 64 for pin in pins.values())
    assert len(set(pins.values())) == len(pins)
    with prepared(home, promise(home), "2026-04", AS_OF) as ready:
        for line in april.lines:
            for one in line.counted:
                assert digest_of_rows(ready.source, one) == one.rows


def test_one_more_record_moves_the_pin_of_its_line_and_of_no_other(
    home: Path, april: ExpectedInvoice, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "home"
    shutil.copytree(home, copy)
    more = answered("call-more", datetime(2026, 4, 27, 9, 5, tzinfo=UTC))
    with Lake.open(copy / "lake") as lake:
        append(lake, "call", [row | {"source_at": row["started_at"]} for row in more.rows], load_id="load-3")
    with prepared(copy, promise(copy), "2026-04", AS_OF) as ready:
        found = ready.expected(with_rows=True)
    assert found is not None
    assert found.digest != april.digest
    moved = [
        (line.charge, one.role)
        for line, was in zip(found.lines, april.lines, strict=True)
        for one, before in zip(line.counted, was.counted, strict=True)
        if one.rows != before.rows
    ]
    assert moved[0] == ("COMMIT", "quantity")
    assert {charge for charge, _ in moved} == {"COMMIT"}


def test_the_digest_of_an_invoice_is_of_its_figures_whether_its_rows_are_pinned_or_not(
    home: Path, april: ExpectedInvoice
) -> None:
    with prepared(home, promise(home), "2026-04", AS_OF) as ready:
        bare = ready.expected()
    assert bare is not None
    assert bare.digest == april.digest
    assert {one.rows for line in bare.lines for one in line.counted} == {""}


# ---- the invoice that came ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked(home: Path) -> InvoiceCheck:
    """Three whole seats, nothing given back, and the commitment of the forecast that came too late."""
    lines = [L("FTE", "3", "MON", "3000"), L("SOLVED", "4", "C62", "5"), L("PROVED", "5", "C62", "6"),
             L("COMMIT", "36", "C62", "3")]  # fmt: skip
    send(home, [paper("AUR-4", "2026-04", lines)])
    return invoice_check(home, promise(home), "2026-04", AS_OF)


def test_each_error_is_found_in_the_records(checked: InvoiceCheck) -> None:
    told = {(line.id, line.settles): [(one.cause, str(one.amount), one.row_count) for one in line.differences]
            for line in checked.lines}  # fmt: skip
    assert told["FTE", ""] == [("vacant_seats", "EUR 800.00", 8)]
    assert told["SOLVED", "2026-03"] == [("not_billed", "EUR 5.00", 0)]
    assert told["COMMIT", ""] == [("commitment", "EUR 27.00", 10)]
    assert told["SOLVED", ""] == told["PROVED", "2026-03"] == []
    assert checked.closes


def test_the_days_of_the_vacant_seat_are_listed(checked: InvoiceCheck) -> None:
    line = checked.line("FTE")
    assert line is not None
    (one,) = line.differences
    assert [row.row for row in one.rows] == [f"seat left by c@2026-04-{day}" for day in range(23, 31)]
    assert {row.why for row in one.rows} == {"vacant for too long"}

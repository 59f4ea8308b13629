"""From a folder to months: the telephone line of tests/billing/desk.py, whose figures can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tallystick.cost.comparison import hidden_trend
from tallystick.cost.gather import CostedMonth, _charges_named, costs_of, ramp_of
from tallystick.cost.month import MonthCost
from tallystick.cost.month_inputs import Basis
from tallystick.cost.side import period_of
from tallystick.cost.waterfall import waterfall
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.period import Period
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.desk import AS_OF, make_desk
from tests.journeys.command_line import tally

MONTHS = ["2026-03", "2026-04"]
BILLED = """invoice number,invoice date,period from,period to,item code,description,quantity,unit price,net,currency
A-4,2026-05-02,2026-04-01,2026-04-30,MIN,Minutes,90,0.75,67.50,EUR
A-4,2026-05-02,2026-04-01,2026-04-30,CALL,Calls,45,1,45.00,EUR
A-4,2026-05-02,2026-04-01,2026-04-30,,Storage of recordings,1,31.50,31.50,EUR
"""


def costed(home: Path, months: list[str] | None = None, partner: str = "aurora") -> tuple[CostedMonth, ...]:
    return costs_of(home, sorted((home / "contracts").glob("*.yaml")), partner, months or MONTHS, AS_OF)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


@pytest.fixture(scope="module")
def billed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, after the invoice of April came."""
    folder = tmp_path_factory.mktemp("billed")
    root = make_desk(folder / "home")
    (folder / "billed.csv").write_text(BILLED, encoding="utf-8")
    answer = tally("ingest", folder / "billed.csv", "--home", root, "--partner", "aurora", "--as-of", AS_OF.isoformat())
    assert answer.code == 0, answer.err
    return root


def test_without_a_received_invoice_the_expected_one_stands_and_says_so(home: Path) -> None:
    """Charges 184.80 less a credit of 9.68 in March; 456.50 and 500 for tools in April."""
    march, april = (one.cost for one in costed(home))
    assert [str(one) for one in (march.total, april.total, april.hidden)] == ["EUR 175.12", "EUR 956.50", "EUR 500.00"]
    assert {line.basis for line in march.lines} == {Basis.EXPECTED}
    assert dict(april.left_out) == {"on the invoice already": 2}
    assert (april.contacts.value, april.recontacts.value, april.resolutions.value) == (46, 1, None)


def test_a_received_invoice_takes_the_place_of_the_charges_that_it_bills(billed_home: Path) -> None:
    """It leaves out half a month of the site, travel with its mark-up, the year's tier, and a holiday: they stand."""
    march, april = (one.cost for one in costed(billed_home))
    assert {line.basis for line in march.lines} == {Basis.EXPECTED}
    told = {line.title: (str(line.amount), line.basis, line.on_rate_card) for line in april.lines}
    assert told == {
        "Minutes": ("EUR 67.50", Basis.RECEIVED, True),
        "Calls": ("EUR 45.00", Basis.RECEIVED, True),
        "Storage of recordings": ("EUR 31.50", Basis.RECEIVED, False),
        "Holidays": ("EUR 2.50", Basis.EXPECTED, True),
        "Site": ("EUR 150.00", Basis.EXPECTED, True),
        "Travel": ("EUR 143.00", Basis.EXPECTED, True),
        "Year": ("EUR 50.00", Basis.EXPECTED, True),
        "tools": ("EUR 500.00", Basis.BOOKED, False),
    }
    assert [finding.id for finding in april.findings] == ["TS-K001", "TS-K010"]
    assert (str(april.total), april.hidden, april.is_whole) == ("EUR 989.50", None, False)


def corrected_april(home: Path, *names: str) -> MonthCost:
    """April after its invoice of 90 minutes, a corrected one of 88, and a late credit note of 2.20 for one of them."""
    minutes = [L("MIN", "90", "MIN", "0.75")], [L("MIN", "88", "MIN", "0.75")], [L("MIN", "1", "MIN", "2.20")]
    send(make_desk(home), [
        paper("A-4", "2026-04", minutes[0]),
        paper("A-4K", "2026-04", minutes[1], kind="384", names=names, issued="2026-05-20"),
        paper("C-1", "2026-04", minutes[2], kind="381", names=["A-4K"], issued="2026-09-01", told_period=False),
    ])  # fmt: skip
    (found,) = costed(home, ["2026-04"])
    return found.cost


def test_a_corrected_invoice_is_counted_in_place_of_the_one_that_it_names(tmp_path: Path) -> None:
    """66.00 in place of 67.50, less 2.20 that are credited in September by its number alone; tools of 500 beside."""
    april = corrected_april(tmp_path / "home", "A-4")
    assert [one.id for one in april.findings] == ["TS-P010", "TS-K010"]
    assert "A-4K" in april.findings[0].message
    (minutes,) = (line for line in april.lines if line.charge == "MIN")
    assert (str(minutes.amount), minutes.refs) == ("EUR 63.80", ("A-4K:line 1", "C-1:line 1"))


@pytest.mark.parametrize(("names", "rule"), [((), "TS-P011"), (("A-44",), "TS-P012")])
def test_one_that_names_nothing_known_is_counted_beside_and_is_a_finding(
    tmp_path: Path, names: tuple[str, ...], rule: str
) -> None:
    april = corrected_april(tmp_path / "home", *names)
    assert [str(line.amount) for line in april.lines if line.charge == "MIN"] == ["EUR 131.30"]
    assert [one.id for one in april.findings] == [rule, "TS-K010"]
    told = tally("cost", "--home", tmp_path / "home", "--partner", "aurora", "--month", "2026-04", "--as-of",
                 AS_OF.isoformat())  # fmt: skip
    assert rule in told.out + told.err


def test_a_credit_note_alone_is_not_the_months_invoice(tmp_path: Path) -> None:
    """Of the 456.50 that April should cost 2.20 come off, and of the 500 for tools the share is known."""
    note = paper("C-1", "2026-04", [L("MIN", "1", "MIN", "2.20")], kind="381", names=["A-9"])
    send(make_desk(tmp_path / "home"), [note])
    (april,) = (one.cost for one in costed(tmp_path / "home", ["2026-04"]))
    assert (str(april.total), str(april.hidden), april.is_whole) == ("EUR 954.30", "EUR 500.00", True)


def test_a_month_behind_the_newest_of_the_books_is_not_known_to_hide_nothing(home: Path) -> None:
    """The books end with a row of 2 May; June has none yet, which is not the same as nothing hidden."""
    later = datetime(2026, 7, 6, 6, tzinfo=UTC)
    texts = sorted((home / "contracts").glob("*.yaml"))
    may, june = (one.cost for one in costs_of(home, texts, "aurora", ["2026-05", "2026-06"], later, counts=False))
    assert (str(may.hidden), may.is_whole) == ("EUR 0.00", True)
    assert (june.hidden, june.hidden_share, june.is_whole) == (None, None, False)
    (told,) = (finding for finding in june.findings if finding.id == "TS-K006")
    assert "after 2026-05" in told.message
    (trend,) = hidden_trend([may, june])
    assert trend.moved is None


def test_a_waterfall_of_received_amounts_closes_with_units_from_the_records(billed_home: Path) -> None:
    months = [(one.given, one.cost) for one in costed(billed_home)]
    found = waterfall(period_of(months[:1]), period_of(months[1:]))
    assert (str(found.start), str(found.end)) == ("EUR 175.12", "EUR 989.50")
    moved = {share.key: share.amount for share in found.bar("rate").shares}
    # 88 minutes were counted in both months: 52.80 for them in March, 67.50 billed in April.
    assert moved["MIN"] == Fraction("14.70")
    other = {share.key: share.amount for share in found.bar("other").shares}
    assert other == {"charges outside the rate card": Fraction("31.5"), "tools": 500}


def test_a_month_that_runs_is_an_accrual_and_one_outside_every_contract_is_empty(home: Path) -> None:
    may, february = (one.cost for one in costed(home, ["2026-05", "2026-02"]))
    assert {line.basis for line in may.lines} == {Basis.ACCRUAL}
    assert [finding.id for finding in may.findings] == ["TS-K004", "TS-K009"]
    assert (may.hidden, may.is_whole) == (None, False)
    assert (february.total, february.lines) == (None, ())


def test_a_period_with_a_month_of_which_nothing_is_known_is_no_side(home: Path) -> None:
    february, march = ((one.given, one.cost) for one in costed(home, ["2026-02", "2026-03"]))
    with pytest.raises(UsageError, match="2026-02"):
        period_of([february, march])
    with pytest.raises(UsageError, match="at least one"):
        period_of([])


def test_who_and_what_is_not_there_is_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="borealis"):
        costed(home, partner="borealis")
    with pytest.raises(UsageError, match="no month"):
        costed(home, ["2026-Q1"])
    (tmp_path / "contracts").mkdir()
    text = (home / "contracts" / "aurora.yaml").read_text(encoding="utf-8")
    (tmp_path / "contracts" / "aurora.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="no records"):
        costed(tmp_path)


def test_amounts_alone_are_the_same_without_counting(home: Path) -> None:
    found = costs_of(home, sorted((home / "contracts").glob("*.yaml")), "aurora", MONTHS, AS_OF, counts=False)
    assert [one.cost.total for one in found] == [one.cost.total for one in costed(home)]
    assert {one.cost.contacts.value for one in found} == {None}


def test_the_same_records_give_the_same_months(home: Path) -> None:
    assert [one.cost.as_json() for one in costed(home)] == [one.cost.as_json() for one in costed(home)]


# ---- the learning curve ---------------------------------------------------------------------------------------------


def output(*rows: tuple[int | None, str, int, int]) -> pa.Table:
    """Rows of agents' output on 10 March: days with customers, kind, contacts, productive seconds."""
    told = [
        {"partner": "aurora", "day_on": date(2026, 3, 10), "live_days": days, "tenure_days": days, "kind": kind,
         "handled": handled, "productive_s": spent}
        for days, kind, handled, spent in rows
    ]  # fmt: skip
    whole = pa.schema([("partner", pa.string()), ("day_on", pa.date32()), ("live_days", pa.int64()),
                       ("tenure_days", pa.int64()), ("kind", pa.string()), ("handled", pa.int64()),
                       ("productive_s", pa.int64())])  # fmt: skip
    return pa.Table.from_pylist(told, schema=whole)


MARCH = Period.parse("2026-03", "UTC")


def test_the_learning_curve_is_the_time_beyond_that_of_tenured_colleagues() -> None:
    """Tenured: 300 s a contact. Beginners took 6,000 s for 15: 1,500 s more, of 36,600 s of all."""
    rows = ((179, "contacts", 15, 0), (179, "time", 0, 6000), (180, "contacts", 100, 0), (180, "time", 0, 30_000),
            (None, "time", 0, 600))  # fmt: skip
    found = ramp_of(output(*rows), MARCH, "aurora")
    assert found is not None
    assert (found.extra_s, found.productive_s, found.contacts) == (1500, 36_600, 15)


def test_quick_beginners_cost_nothing_more_and_without_somebody_to_compare_nothing_is_said() -> None:
    quick = output((5, "contacts", 40, 0), (5, "time", 0, 6000), (400, "contacts", 10, 0), (400, "time", 0, 3000))
    found = ramp_of(quick, MARCH, "aurora")
    assert found is not None
    assert found.extra_s == 0
    assert ramp_of(output((5, "contacts", 40, 0), (5, "time", 0, 6000)), MARCH, "aurora") is None
    assert ramp_of(quick, MARCH, "borealis") is None
    moved = quick.set_column(1, "day_on", pa.array([date(2026, 4, 1) + timedelta(days=0)] * 4))
    assert ramp_of(moved, MARCH, "aurora") is None


def test_an_inputs_change_is_a_ledgers_change(home: Path) -> None:
    """The gathered value is what the ledger is made of, and nothing else."""
    from tallystick.cost.month import cost_of

    one = costed(home)[1]
    assert cost_of(replace(one.given, booked=())).total != one.cost.total


def test_the_charges_named_are_those_of_the_contracts_own_invoice() -> None:
    def invoice(contract: str, *charges: str) -> Any:
        return SimpleNamespace(contract=contract, lines=[SimpleNamespace(charge=one) for one in charges])

    promise: Any = SimpleNamespace(contract=SimpleNamespace(contract="own"))
    assert _charges_named([invoice("own", "A", "B"), invoice("other", "C")], promise) == ["A", "B"]

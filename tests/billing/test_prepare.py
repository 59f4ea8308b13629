"""A month's invoice from the lake: quantities, days, amendments, credits and tax, each counted by hand."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.billing.invoice import ExpectedInvoice, InvoiceState
from tallystick.billing.pace import accrual, forecast
from tallystick.billing.prepare import Prepared, looking_back, opening_of, prepared, requests_of, source_of
from tallystick.billing.quantities import DailySource
from tallystick.billing.rows import rows_of
from tallystick.cli.program import run
from tallystick.contract.load import load_text
from tallystick.measures.measure import MeasureRequest
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tests.billing.by_day import on
from tests.billing.desk import AS_OF, TEXT, make_desk
from tests.facts.segments import answered
from tests.verdicts.tiny_lake import append, make_home, story


@contextmanager
def opened(home: Path, label: str, as_of: datetime = AS_OF) -> Iterator[Prepared]:
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(as_of))
    with prepared(home, promise, label, as_of) as given:
        yield given


def invoice_of(home: Path, label: str, as_of: datetime = AS_OF) -> ExpectedInvoice:
    with opened(home, label, as_of) as given:
        found = given.expected()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


@pytest.fixture(scope="module")
def april(home: Path) -> ExpectedInvoice:
    return invoice_of(home, "2026-04")


def amounts(invoice: ExpectedInvoice) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in invoice.lines:
        found.setdefault(line.charge, []).append(str(line.amount))
    return found


def test_a_price_that_changes_within_a_month_makes_two_lines_by_its_days(april: ExpectedInvoice) -> None:
    """11 weekdays before 16 April and 11 from it on; each day 2 calls, rounded up to 2 minutes each."""
    before, after = april.line("MIN")
    assert (before.from_on, before.end_on) == (date(2026, 4, 1), date(2026, 4, 16))
    assert (after.from_on, after.end_on) == (date(2026, 4, 16), date(2026, 5, 1))
    assert (before.quantity, before.rate, str(before.amount)) == (44, Fraction(3, 5), "EUR 26.40")
    assert (after.quantity, after.rate, str(after.amount)) == (44, Fraction(9, 10), "EUR 39.60")


def test_a_charge_that_the_amendment_does_not_touch_stays_one_line(april: ExpectedInvoice) -> None:
    """44 German calls and one on Easter Sunday; the call after twelve minutes is no second one."""
    (line,) = april.line("CALL")
    assert (line.quantity, str(line.amount)) == (45, "EUR 45.00")
    (counted,) = line.counted
    assert (counted.n, counted.excluded) == (45, (("too soon after the last, free", 1),))


def test_a_premium_counts_the_holidays_of_the_contracts_calendar_alone(april: ExpectedInvoice) -> None:
    """In April 2026 Romania rests on the 10th (Good Friday), 12th and 13th: 2 + 1 + 2 calls, half a euro each."""
    (line,) = april.line("HOLIDAY")
    (counted,) = line.counted
    spans = ((date(2026, 4, 10), date(2026, 4, 11)), (date(2026, 4, 12), date(2026, 4, 14)))
    assert (counted.spans, line.quantity, str(line.amount)) == (spans, 5, "EUR 2.50")


def test_a_price_from_the_middle_of_the_month_is_prorated(april: ExpectedInvoice) -> None:
    assert amounts(april)["SITE"] == ["EUR 150.00"]


def test_documented_costs_are_passed_on_by_kind_and_first_day(april: ExpectedInvoice) -> None:
    """120.55 + 9.45 with ten per cent; tools are another kind, and the amount of May another month's."""
    assert amounts(april)["TRAVEL"] == ["EUR 143.00"]


def test_tiers_of_the_year_go_on_from_the_months_before(april: ExpectedInvoice, home: Path) -> None:
    """44 calls in March leave 6 of the first 50: 6 x 2 + 38 x 1."""
    assert amounts(invoice_of(home, "2026-03"))["VOLUME"] == ["EUR 88.00"]
    assert amounts(april)["VOLUME"] == ["EUR 50.00"]


def test_a_charge_that_begins_later_has_no_line(april: ExpectedInvoice) -> None:
    assert april.line("HOUR") == ()


def test_rows_are_listed_only_for_who_asks(april: ExpectedInvoice) -> None:
    assert {one.rows for line in april.lines for one in line.counted} == {""}


def test_the_sums_of_a_month_without_a_miss(april: ExpectedInvoice) -> None:
    """26.40 + 39.60 + 45 + 2.50 + 150 + 143 + 50 = 456.50, ten per cent of it tax."""
    sums = (april.charges_total, april.credits_total, april.net, april.tax_total, april.total)
    assert [str(one) for one in sums] == ["EUR 456.50", "EUR 0.00", "EUR 456.50", "EUR 45.65", "EUR 502.15"]
    assert (april.state, april.reasons) == (InvoiceState.EXPECTED, ())


def test_a_credit_is_a_percentage_of_what_the_named_charges_come_to(home: Path) -> None:
    """March: half of the calls in time. 88 minutes x 0.60 + 44 calls = 96.80; ten per cent of it is 9.68, not 10."""
    march = invoice_of(home, "2026-03")
    assert [str(fee) for _, fee in march.fees] == ["EUR 96.80"]
    assert [(one.clause, str(one.payable)) for one in march.credits] == [("C1", "EUR 9.68")]
    assert str(march.credits_total) == "EUR -9.68"
    assert str(march.net) == "EUR 175.12"


def test_without_a_base_in_the_text_the_credit_is_that_of_the_statement(tmp_path: Path) -> None:
    text = TEXT.replace("  fees: {monthly: {charges: [MIN, CALL], base: before-discount}}\n", "")
    march = invoice_of(make_desk(tmp_path / "home", text), "2026-03")
    assert [str(one.payable) for one in march.credits] == ["EUR 10.00"]


def test_the_rows_behind_a_line_add_up_to_its_quantity(home: Path) -> None:
    with opened(home, "2026-04") as given:
        invoice = given.expected()
        assert invoice is not None
        for line in invoice.lines:
            for counted in line.counted:
                rows = rows_of(given.source, counted).to_pylist()
                brought = sum(row["numerator"] for row in rows if row["status"] == "counted")
                divisor = 10_000 if counted.request.measure == "documented_costs" else 1
                assert Fraction(brought, divisor) == counted.value
                left_out = [row for row in rows if row["status"] != "counted"]
                assert len(left_out) == sum(count for _, count in counted.excluded) + counted.pending


def test_the_same_records_give_the_same_digest_and_other_words_do_not_change_it(home: Path) -> None:
    one, other = invoice_of(home, "2026-04"), invoice_of(home, "2026-04")
    assert one.digest == other.digest
    assert one.as_json()["digest"] == one.digest
    assert one.digest != invoice_of(home, "2026-03").digest


def test_a_quantity_without_any_record_is_not_known_and_leaves_the_invoice_open(home: Path) -> None:
    """From May on hours are charged, and no state of an agent was ever delivered."""
    may = invoice_of(home, "2026-05", datetime(2026, 6, 5, tzinfo=UTC))
    (line,) = may.line("HOUR")
    assert (line.amount, line.quantity) == (None, None)
    assert may.state is InvoiceState.OPEN
    assert "HOUR: no records: quantity" in may.reasons
    assert any("not judged yet" in reason for reason in may.reasons)


def test_an_amendment_that_was_not_known_yet_changes_nothing(home: Path) -> None:
    """As of 31 March nobody knew of the price from 16 April on."""
    invoice = invoice_of(home, "2026-04", datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert len(invoice.line("MIN")) == 1


def test_a_month_outside_the_term_has_no_invoice(home: Path) -> None:
    with opened(home, "2026-02") as given:
        assert given.expected() is None


# ---- the month that still runs --------------------------------------------------------------------------------------

MIDDLE = datetime(2026, 4, 22, 3, tzinfo=UTC)


def test_an_accrual_charges_the_days_that_are_over(home: Path) -> None:
    """Up to 21 April: 11 + 4 weekdays, 6 of the 15 days of the site."""
    with opened(home, "2026-04", MIDDLE) as given:
        made = accrual(given.order(), given.source, given.today, given.credits_on)
    assert made is not None
    found = amounts(made)
    assert (found["MIN"], found["SITE"]) == (["EUR 26.40", "EUR 14.40"], ["EUR 60.00"])
    assert made.state is InvoiceState.ACCRUAL


def test_a_forecast_of_an_even_desk_is_nearly_what_came(home: Path) -> None:
    """Two calls every weekday: seven weekdays to come. The range holds what came, and its middle is exact."""
    with opened(home, "2026-04", MIDDLE) as given:
        told = forecast(given.order(), given.source, given.today)
    assert told is not None
    assert amounts(told.middle)["MIN"] == ["EUR 26.40", "EUR 39.60"]
    assert told.least <= told.middle.total <= told.most
    assert (told.days, told.days_left) == (21, 9)


def test_before_the_fifth_day_and_after_the_last_nothing_is_forecast(home: Path) -> None:
    for instant in (datetime(2026, 4, 5, 12, tzinfo=UTC), datetime(2026, 5, 2, 12, tzinfo=UTC)):
        with opened(home, "2026-04", instant) as given:
            assert forecast(given.order(), given.source, given.today) is None


def test_nothing_is_accrued_on_the_first_day(home: Path) -> None:
    with opened(home, "2026-04", datetime(2026, 4, 1, 9, tzinfo=UTC)) as given:
        assert accrual(given.order(), given.source, given.today, given.credits_on) is None


# ---- the command ----------------------------------------------------------------------------------------------------


def shown(home: Path, *arguments: str, code: int = 0) -> str:
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setenv("COLUMNS", "160")
        found = run(["invoice", "expected", "--partner", "aurora", *arguments, "--home", str(home)])
    assert found == code, err.getvalue()
    return out.getvalue() + err.getvalue()


def test_the_command_shows_lines_sums_and_where_to_look_next(home: Path) -> None:
    told = shown(home, "--period", "2026-04", "--as-of", AS_OF.isoformat())
    assert "EUR 502.15" in told
    assert "44 minutes x EUR 0.90" in told
    assert "--charge MIN" in told


def test_the_command_shows_a_charges_steps_and_rows(home: Path) -> None:
    told = shown(home, "--period", "2026-04", "--charge", "CALL", "--rows", "3", "--as-of", AS_OF.isoformat())
    assert "contacts x rate" in told
    assert "3 of 46 rows" in told


def test_the_command_gives_everything_as_json(home: Path) -> None:
    answer: list[dict[str, Any]] = json.loads(
        shown(home, "--period", "2026-04", "--json", "--as-of", AS_OF.isoformat())
    )
    assert answer[0]["invoice"]["total"] == {"amount": "502.15", "currency": "EUR"}
    assert answer[0]["invoice"]["lines"][0]["counted"][0]["request"]["measure"] == "billable_call_time"
    assert len(answer[0]["invoice"]["lines"][0]["counted"][0]["rows"]) == 64


def test_a_month_that_runs_shows_accrual_and_forecast_and_is_not_final(home: Path) -> None:
    told = shown(home, "--period", "2026-04", "--as-of", MIDDLE.isoformat(), code=1)
    assert "the month is not over" in told
    assert "Accrual (days before 2026-04-22)" in told
    assert "Forecast: EUR " in told


@pytest.mark.parametrize("day", [1, 5])
def test_a_month_that_has_just_begun_says_from_which_day_on_it_is_forecast(home: Path, day: int) -> None:
    asked = ("--period", "2026-04", "--as-of", f"2026-04-{day:02}T09:00:00+00:00")
    assert "Forecast: from 2026-04-06 on, when 5 days are over." in shown(home, *asked, code=1)
    (answer,) = json.loads(shown(home, *asked, "--json", code=1))
    assert answer["forecast_from"] == "2026-04-06"
    assert "forecast" not in answer


def test_the_command_names_partners_and_contracts_that_there_are(home: Path) -> None:
    assert "another" in shown(home, "--period", "2026-04", "--contract", "another", code=2)
    assert "is no month" in shown(home, "--period", "2026-Q2", code=2)
    assert "rate card" in shown(home, "--period", "2026-02", code=2)
    assert "UNKNOWN" in shown(home, "--period", "2026-04", "--charge", "UNKNOWN", code=2)


# ---- what is read of a lake: to the local borders of a month, one month or many, as of one state of it ---------------

LATER = datetime(2026, 6, 20, 6, tzinfo=UTC)
BORDER_TEXT = """
tallystick: 1
contract: borders
title: Borders
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending], repeat_window: 7d}
charges:
  - {id: CALL, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: SOLVED, kind: per_unit, rate: 2, quantity: {measure: resolved_cases}}
  - {id: AGAIN, kind: per_unit, rate: 3, quantity: {measure: offered_calls}}
  - {id: UNKNOWN, kind: per_unit, rate: 4, quantity: {measure: nothing_known}}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: AGAIN, set: {quantity: {measure: billable_cases}}}]}
"""
BORDERS = ("2026-03-31T20:59:59", "2026-03-31T21:00:00", "2026-04-30T20:59:59", "2026-04-30T21:00:00")
CALLS, SOLVED = "offered_calls", "resolved_cases"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_call(lake: Lake, instant: str, load_id: str) -> None:
    one = answered(f"call-{instant}", at(instant), wait=5, talk=0)
    append(lake, "call", [row | {"source_at": row["started_at"]} for row in one.rows], load_id=load_id)


@pytest.fixture(scope="module")
def borders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A call in the last and in the first second of each local month, and two cases solved in April, one in May."""
    solved = ("2026-04-02", "2026-04-03", "2026-05-04")
    stories = [story(f"M{day}", f"{day}T08:00:00", f"{day}T09:00:00", requester_key=int(day[-2:])) for day in solved]
    root: Path = make_home(tmp_path_factory.mktemp("borders") / "home", stories=stories, text=BORDER_TEXT)
    with Lake.open(root / "lake") as lake:
        for instant in BORDERS:
            add_call(lake, instant, "load-1")
    return root


@pytest.fixture(scope="module")
def promise(borders: Path) -> Promise:
    return promise_of(texts_at(borders / "contracts" / "aurora.yaml"), "aurora", known_on(LATER))


@pytest.fixture
def lake(borders: Path) -> Iterator[Lake]:
    with Lake.open(borders / "lake") as opened:
        yield opened


def request(promise: Promise, measure: str) -> MeasureRequest:
    (found,) = [one for one in requests_of(promise.contract) if one.measure == measure]
    return found


def counted(source: DailySource, promise: Promise, month: str) -> tuple[int, int]:
    first = on(f"{month}-01")
    span = (first, date(first.year, first.month + 1, 1))
    calls, solved = (source.tally(request(promise, measure), (span,)).value for measure in (CALLS, SOLVED))
    return int(calls or 0), int(solved or 0)


MONTHS = {"2026-03": (1, 0), "2026-04": (2, 2), "2026-05": (1, 1)}


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_has_what_lies_between_its_local_midnights(lake: Lake, promise: Promise, month: str) -> None:
    assert counted(source_of(lake, promise, LATER), promise, month) == MONTHS[month]


def test_many_months_read_together_have_the_same(lake: Lake, promise: Promise) -> None:
    source = source_of(lake, promise, LATER)
    assert [counted(source, promise, month) for month in (*MONTHS, "2026-03")] == [*MONTHS.values(), (1, 0)]


def test_a_source_of_an_earlier_state_of_the_lake_counts_what_was_there_then(
    borders: Path, promise: Promise, tmp_path: Path
) -> None:
    shutil.copytree(borders / "lake", tmp_path / "lake")
    with Lake.open(tmp_path / "lake") as lake:
        before = lake.pin()
        add_call(lake, "2026-04-15T10:00:00", "load-2")
        assert counted(source_of(lake, promise, LATER, before), promise, "2026-04") == (2, 2)
        assert counted(source_of(lake, promise, LATER), promise, "2026-04") == (3, 2)


def test_of_clocks_those_of_the_kinds_asked_for_are_read(lake: Lake, promise: Promise) -> None:
    read = source_of(lake, promise, LATER).read(["clock", "case", "call"], None)
    columns = ["case_id", "kind"]
    kinds = set(read.table("clock", columns).column("kind").to_pylist())
    assert {"first_reply", "requester_wait"} <= kinds
    replies = read.table("clock", columns, kinds=("first_reply",))
    assert (set(replies.column("kind").to_pylist()), replies.column_names) == ({"first_reply"}, columns)
    assert (read.table("case", ["case_id"]).num_rows, read.table("call", ["case_id"]).num_rows) == (3, 4)


def test_rows_are_pinned_where_that_is_asked_and_outside_the_term_there_is_nothing_to_pin(
    borders: Path, promise: Promise
) -> None:
    with prepared(borders, promise, "2026-04", LATER) as given:
        bare, pinned = given.expected(), given.expected(with_rows=True)
        assert bare is not None
        assert pinned is not None
        assert {one.rows for line in bare.lines for one in line.counted} == {""}
        assert {len(one.rows) for line in pinned.lines for one in line.counted} == {64}
        assert [str(line.amount) for line in bare.lines] == ["EUR 2.00", "EUR 4.00", "EUR 6.00", "None"]
    with prepared(borders, promise, "2026-01", LATER) as given:
        assert given.expected(with_rows=True) is None


def test_everything_is_asked_once_that_any_text_counts_by_a_measure_that_there_is() -> None:
    contract, findings = load_text(BORDER_TEXT)
    assert contract is not None, findings
    assert [one.measure for one in requests_of(contract)] == [CALLS, SOLVED, "billable_cases"]


def test_a_calendar_is_open_on_a_day_that_any_of_its_hours_touch_and_not_beyond_the_last_that_is_known(
    promise: Promise,
) -> None:
    opens = opening_of(promise.terms)
    assert [opens("office", on(day)) for day in ("2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06")] == [
        True, False, False, True]  # fmt: skip
    assert not opens("office", date(2200, 1, 1))


def test_the_fees_of_an_earlier_month_are_those_of_its_own_invoice_and_none_outside_the_term(home: Path) -> None:
    march = invoice_of(home, "2026-03")
    with opened(home, "2026-04") as given:
        fees = looking_back(given.promise, given.source, AS_OF, list).fees
        assert fees("2026-03") == dict(march.fees) != {}
        assert fees("2020-01") == {}


# ---- what the edges of a term do -------------------------------------------------------------------------------------


def with_text(home: Path, root: Path, text: str) -> Path:
    """The same records under another text."""
    shutil.copytree(home, root, ignore=shutil.ignore_patterns("verdicts"))
    (root / "contracts" / "aurora.yaml").write_text(text, encoding="utf-8")
    return root


ENDS_IN_MAY = (
    TEXT.replace("to: 2026-12-31", "to: 2026-04-30").split("charges:")[0]
    + """\
charges:
  - {id: RES, kind: per_resolution, rate: 10, billed: verified, true_up: 1}
"""
)


@pytest.mark.parametrize("window", ["quarter", "rolling 3 months"])
def test_the_credit_of_a_window_that_the_end_of_the_term_cuts_is_on_one_invoice_alone(
    tmp_path: Path, window: str
) -> None:
    """The term ends on 20 April, and solutions of April are settled in June: that invoice has no credit of its own."""
    text = TEXT.replace("to: 2026-12-31}", "to: 2026-04-20}")
    text = text.replace("{seconds: 20}, target: 80%", f"{{seconds: 5}}, target: 99%, window: {window}")
    text = text.replace("  fees: {monthly: {charges: [MIN, CALL], base: before-discount}}\n", "")
    solved = "charges:\n  - {id: RES, kind: per_resolution, title: Solved, rate: 5, true_up: 2}\n"
    text = text.replace("excluded: [spam]}", "excluded: [spam], repeat_window: 7d}").replace("charges:\n", solved, 1)
    as_of = datetime(2026, 7, 5, 6, tzinfo=UTC)
    home = make_desk(tmp_path / "home", text, as_of, ("2026-03", "2026-04"))
    april, may, june = (invoice_of(home, month, as_of) for month in ("2026-04", "2026-05", "2026-06"))
    assert (str(april.credits_total), may.credits, june.credits) == ("EUR -10.00", (), ())
    assert not [reason for one in (april, may, june) for reason in one.reasons if "not judged yet" in reason]


def test_a_month_after_the_term_that_settles_one_is_drawn_up_by_the_command(home: Path, tmp_path: Path) -> None:
    root = with_text(home, tmp_path / "home", ENDS_IN_MAY)
    told = shown(root, "--period", "2026-05", "--as-of", "2026-07-05T06:00:00Z", "--json", code=1)
    invoice = json.loads(told)[0]["invoice"]
    assert [line["settles"] for line in invoice["lines"]] == ["2026-04"]
    assert "rate card" in shown(root, "--period", "2026-06", code=2)


@pytest.mark.parametrize(
    "calendars", ["", 'calendars: {a: {week: {mon-fri: ["09:00-18:00"]}}, b: {week: always}}'], ids=["none", "two"]
)
def test_a_text_that_names_no_opening_hours_is_always_open(home: Path, tmp_path: Path, calendars: str) -> None:
    text = f"""
tallystick: 1
contract: line
title: Telephone
client: {{id: lumen, name: Lumen Home}}
partner: {{id: aurora, name: Aurora Contact}}
currency: EUR
zone: Europe/Bucharest
term: {{from: 2026-03-01, to: 2026-12-31}}
{calendars}
charges: [{{id: CALL, kind: per_contact, title: Calls, rate: 1}}]
"""
    root = with_text(home, tmp_path / "home", text)
    assert amounts(invoice_of(root, "2026-04")) == {"CALL": ["EUR 46.00"]}

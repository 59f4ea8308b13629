"""Which days an invoice is of, which of them are counted, and how its lines come to be again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from tallystick.billing.expected import Order, Work, Working, expected_invoice, line_words
from tallystick.billing.invoice import ExpectedInvoice, InvoiceState
from tallystick.billing.parts import parts_of
from tallystick.contract.charge import Lot
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay, invoice_of, on

HEAD = """
tallystick: 1
contract: rates
title: Rates
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: UTC
term: TERM
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
charges:
"""
CALLS = "  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}\n"
Told = Mapping[str, Mapping[date, int | Fraction]]


def contract_of(charges: str, term: str = "{from: 2026-04-01, to: 2026-06-15}") -> Contract:
    contract, findings = load_text(HEAD.replace("TERM", term) + charges)
    assert contract is not None, findings
    return contract


def each_day(value: int, first: str = "2026-04-01", days: int = 90) -> dict[date, int | Fraction]:
    return {on(first) + timedelta(days=place): value for place in range(days)}


def asked(
    contract: Contract, month: str, told: Told, until: str = "", as_of: datetime = datetime(2030, 1, 1, tzinfo=UTC)
) -> ExpectedInvoice | None:
    cut = on(until) if until else None
    order = Order(contract, "aurora", Period.parse(month, "UTC"), as_of, None, cut)
    return expected_invoice(order, ByDay(told))


# ---- the days of the invoice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "until", "days", "total"),
    [
        ("2026-03", "", None, None),
        ("2026-04", "", ("2026-04-01", "2026-05-01"), "EUR 30.00"),
        ("2026-04", "2026-04-16", ("2026-04-01", "2026-04-16"), "EUR 15.00"),
        ("2026-04", "2026-05-01", ("2026-04-01", "2026-05-01"), "EUR 30.00"),
        ("2026-04", "2026-05-10", ("2026-04-01", "2026-05-01"), "EUR 30.00"),
        ("2026-06", "", ("2026-06-01", "2026-06-16"), "EUR 15.00"),
        ("2026-07", "", None, None),
    ],
)
def test_an_invoice_is_of_the_days_of_its_month_that_lie_in_the_term(
    month: str, until: str, days: tuple[str, str] | None, total: str | None
) -> None:
    found = asked(contract_of(CALLS), month, {"offered_calls": each_day(1)}, until)
    assert (None if found is None else (str(found.from_on), str(found.end_on))) == days
    assert (None if found is None else str(found.total)) == total
    assert found is None or (found.state is InvoiceState.ACCRUAL) == (until == "2026-04-16")


@pytest.mark.parametrize(("last", "there"), [("2026-06-01", True), ("2026-05-31", False)])
def test_a_month_of_one_day_in_the_term_has_an_invoice_though_nothing_is_charged(last: str, there: bool) -> None:
    """The one charge ended in April."""
    text = CALLS.replace("rate: 1,", "rate: 1, to: 2026-04-30,")
    found = asked(contract_of(text, f"{{from: 2026-04-01, to: {last}}}"), "2026-06", {})
    assert (found is not None) == there
    assert found is None or (found.lines, str(found.end_on), str(found.total)) == ((), "2026-06-02", "EUR 0.00")


def test_a_month_after_the_term_that_settles_an_earlier_one_is_of_no_day() -> None:
    text = "  - {id: A, kind: per_resolution, rate: 6, true_up: 2}\n"
    told = {"resolved_cases": each_day(1), "verified_resolutions": {on("2026-06-10"): 2}}
    assert asked(contract_of(text), "2026-07", told) is not None  # of May nothing came back
    august = asked(contract_of(text), "2026-08", told)
    assert august is not None
    assert (str(august.from_on), str(august.end_on), str(august.total)) == ("2026-08-01", "2026-08-01", "EUR -12.00")
    assert asked(contract_of(text), "2026-09", told) is None


@pytest.mark.parametrize(("until", "settled"), [("2026-05-01", []), ("2026-05-02", ["2026-04"]), ("", ["2026-04"])])
def test_earlier_months_are_settled_from_the_first_day_that_is_over(until: str, settled: list[str]) -> None:
    text = "  - {id: A, kind: per_resolution, rate: 6}\n"
    told = {"resolved_cases": each_day(1), "verified_resolutions": each_day(1)}
    found = asked(contract_of(text), "2026-05", told, until)
    assert found is not None
    assert [line.settles for line in found.lines if line.settles] == settled


@pytest.mark.parametrize(("second", "over"), [(-1, False), (0, True)])
def test_a_month_is_over_at_its_last_instant(second: int, over: bool) -> None:
    as_of = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=second)
    found = asked(contract_of(CALLS), "2026-04", {"offered_calls": each_day(1)}, as_of=as_of)
    assert found is not None
    assert (found.state is InvoiceState.EXPECTED) == over
    assert found.reasons == (() if over else ("the month is not over: it ends on 2026-04-30",))


# ---- the days that are counted --------------------------------------------------------------------------------------

PREMIUMS = (
    CALLS
    + """
  - {id: H, kind: premium, on: A, percentage: 50%, days: {closed: office}}
  - {id: O, kind: premium, on: A, percentage: 10%, days: {open: office}}
"""
)


def test_a_premium_counts_the_days_on_which_a_calendar_is_closed_or_open_those_side_by_side_as_one() -> None:
    """Closed on the 10th, 12th and 13th; two calls a day, so 6 x 0.50 and 54 x 0.10."""
    closed = frozenset(on(f"2026-04-{day}") for day in (10, 12, 13))
    found = invoice_of(contract_of(PREMIUMS), "2026-04", {"offered_calls": each_day(2)}, closed=closed)
    spans = {
        line.charge: [(begin.day, (end - timedelta(days=1)).day) for begin, end in line.counted[0].spans]
        for line in found.lines
    }
    assert spans == {"A": [(1, 30)], "H": [(10, 10), (12, 13)], "O": [(1, 9), (11, 11), (14, 30)]}
    assert {line.charge: str(line.amount) for line in found.lines} == {
        "A": "EUR 60.00", "H": "EUR 3.00", "O": "EUR 5.40"}  # fmt: skip


def test_where_no_day_is_closed_nothing_is_counted_and_that_is_known() -> None:
    found = invoice_of(contract_of(PREMIUMS), "2026-04", {"offered_calls": each_day(2)})
    (line,) = found.line("H")
    assert (line.counted[0].spans, line.counted[0].value, str(line.amount)) == ((), 0, "EUR 0.00")


def test_tiers_of_a_year_count_closed_days_before_the_month_as_closed_days() -> None:
    """On six closed days of April 12 of the first 15; in May four more, so 3 x 2 + 1 x 1."""
    text = """
  - {id: T, kind: tiered, model: marginal, over: year, tiers: [{up_to: 15, rate: 2}, {rate: 1}],
     quantity: {measure: offered_calls, days: {closed: office}}}
"""
    closed = frozenset(on(f"2026-0{month}-{day:02}") for month, days in ((4, range(1, 7)), (5, (3, 9))) for day in days)
    told = {"offered_calls": each_day(2)}
    found = [str(invoice_of(contract_of(text), month, told, closed=closed).total) for month in ("2026-04", "2026-05")]
    assert found == ["EUR 24.00", "EUR 7.00"]


def test_tiers_of_a_month_go_on_from_the_day_on_which_the_charge_began() -> None:
    """One call a day; ten of the first 15 up to the 20th, so five more before the dearer tier."""
    text = """
  - {id: T, kind: tiered, model: marginal, tiers: [{up_to: 15, rate: 2}, {rate: 1}], from: 2026-04-11,
     quantity: {measure: offered_calls}}
amendments:
  - {id: AM, effective: 2026-04-21, changes: [{charge: T, set: {tiers: [{up_to: 15, rate: 2}, {rate: 3}]}}]}
"""
    found = invoice_of(contract_of(text), "2026-04", {"offered_calls": each_day(1)})
    assert [str(line.amount) for line in found.lines] == ["EUR 20.00", "EUR 25.00"]


# ---- banks and names ------------------------------------------------------------------------------------------------

BANK = "  - {id: %s, kind: minimum_commitment, rate: 1, units: %s, %squantity: {measure: offered_calls}}\n"


def test_each_charge_has_a_bank_of_its_own_from_the_month_on_in_which_it_has_one() -> None:
    """Fifty come in April, seventy in May. A banks from May on; B banked 50 of its 100 in April, C nothing at all.

    In June, on whose days in the term 20 come, the halves of the months' units stand against them: 50, 50 and 10.
    """
    charges = (
        BANK % ("A", 100, "") + BANK % ("B", 100, "banking: {months: 3}, ") + BANK % ("C", 20, "banking: {months: 3}, ")
    )
    text = (
        charges
        + """
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: A, set: {banking: {months: 3}}}]}
"""
    )
    told = {"offered_calls": {on("2026-04-05"): 50, on("2026-05-05"): 70, on("2026-06-05"): 20}}
    found = invoice_of(contract_of(text), "2026-06", told)
    banked = {line.charge: [step.result for step in line.steps if step.label == "bank"] for line in found.lines}
    assert banked == {"A": [30 + 30], "B": [50 + 30 + 30], "C": []}
    april = invoice_of(contract_of(text), "2026-04", told)
    assert [[step.result for step in line.steps if step.label == "bank"] for line in april.lines] == [[], [50], []]


def test_a_line_is_called_by_its_title_or_by_its_pricing_model() -> None:
    text = CALLS.replace("rate: 1,", "rate: 1, title: Calls,") + "  - {id: B, kind: fixed, amount: 30}\n"
    found = invoice_of(contract_of(text), "2026-04", {"offered_calls": {on("2026-04-02"): 1}})
    assert [line.title for line in found.lines] == ["Calls", "Fixed price"]
    assert [line_words(line) for line in found.lines] == ["1 unit x EUR 1.00", "1 month x EUR 30.00"]


def test_a_month_without_records_says_so_though_units_are_banked() -> None:
    class SinceMay(ByDay):
        """Knows April alone."""

        def tally(self, request, spans):  # type: ignore[no-untyped-def]
            found = super().tally(request, spans)
            return found if any(begin < on("2026-05-01") for begin, _ in spans) else replace(found, value=None)

    contract = contract_of(BANK % ("A", 100, "banking: {months: 3}, "))
    order = Order(contract, "aurora", Period.parse("2026-05", "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None)
    found = expected_invoice(order, SinceMay({"offered_calls": {on("2026-04-05"): 60}}))
    assert found is not None
    assert found.reasons == ("A: no records: quantity",)


# ---- the same line under another reading ----------------------------------------------------------------------------

READ = (
    CALLS
    + """
  - {id: R, kind: per_resolution, rate: 6}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: A, set: {rate: 3}}, {charge: R, set: {rate: 9}}]}
"""
)


def work_of(contract: Contract, month: str) -> Work:
    told = {"offered_calls": each_day(2), "resolved_cases": each_day(1), "verified_resolutions": each_day(1)}
    order = Order(contract, "aurora", Period.parse(month, "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None)
    return Work(order, ByDay(told))


def working(work: Work, charge: str, settles: str = "") -> Working:
    (found,) = [one for one in work.workings() if (one.line.charge, one.line.settles) == (charge, settles)]
    return found


@pytest.mark.parametrize(("charge", "settles", "unit"), [("A", "", 3), ("R", "", 9), ("R", "2026-04", -9)])
def test_a_line_at_another_price_keeps_the_quantity_that_it_was_given(charge: str, settles: str, unit: int) -> None:
    """Counted were 62 and 31 in May and 30 in April; given are 5, which the price of the other text meets."""
    work = work_of(contract_of(READ), "2026-05")
    own = working(work, charge, settles)
    (role,) = own.values.given
    five = work.given(own, {role: Fraction(5)})
    first = five.part.from_on
    text = work.order.contract.in_force(on("2026-05-01"))
    dearer = text.charge(charge)
    assert dearer is not None
    again = work.again(five, replace(five.part, text=text, charge=dearer))
    assert (again.exact, again.line.settles, again.later) == (5 * unit, settles, bool(settles))
    assert [one.role for one in again.line.counted] == [role]
    assert again.line.counted == own.line.counted
    assert (again.line.from_on, again.line.currency) == (first, "EUR")


def test_a_line_over_other_days_is_counted_again() -> None:
    work = work_of(contract_of(READ), "2026-05")
    own = work.given(working(work, "A"), {"quantity": Fraction(5)})
    shorter = work.again(own, replace(own.part, end_on=on("2026-05-11")))
    assert (own.exact, shorter.exact, len(shorter.line.counted)) == (15, 60, 1)
    assert shorter.line.counted[0].spans == ((on("2026-05-01"), on("2026-05-11")),)


def test_what_another_reading_asks_for_besides_is_counted() -> None:
    """Hours with a limit where there was none before: the hours stay, and the limit is counted."""
    text = """
  - {id: A, kind: per_hour, rate: 20, hours: {measure: login_time}}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: A, set: {at_most: {measure: overtime_time}}}]}
"""
    contract = contract_of(text)
    order = Order(contract, "aurora", Period.parse("2026-04", "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None)
    work = Work(order, ByDay({"login_time": each_day(3600), "overtime_time": each_day(1800)}))
    (own,) = work.workings()
    (limited,) = parts_of(contract, None, on("2026-05-01"), on("2026-06-01"))
    given = work.given(own, {"quantity": Fraction(7 * 3600)})
    again = work.again(given, replace(limited, from_on=own.part.from_on, end_on=own.part.end_on))
    assert (own.exact, again.exact) == (600, 140)
    assert [one.role for one in again.line.counted] == ["quantity", "at_most"]
    assert again.values.given == {"quantity": 7 * 3600, "at_most": 15 * 3600}


@pytest.mark.parametrize(("billing", "exact"), [("2025-12: 100, 2026-04: 110", 66), ("2025-12: 100", 60)])
def test_the_exact_amount_of_a_line_follows_the_index_and_is_not_rounded(billing: str, exact: int) -> None:
    text = (
        CALLS
        + f"""
series: {{cpi: {{values: {{{billing}}}}}, leu: {{values: {{2026-05: 0.2}}}}}}
billing:
  currencies: {{RON: {{series: leu}}}}
  indexation: [{{id: I, series: cpi, base: 2025-12, from: 2026-04-01}}]
"""
    )
    assert working(work_of(contract_of(text), "2026-04"), "A").exact == exact
    lei = contract_of(text.replace("rate: 1,", "rate: 1, currency: RON,"))
    assert working(work_of(lei, "2026-04"), "A").exact is None
    assert working(work_of(lei, "2026-05"), "A").exact == Fraction(62, 5) * Fraction(exact, 60)
    nobody = contract_of(text.replace("offered_calls", "login_time"))
    assert working(work_of(nobody, "2026-04"), "A").exact is None


def test_a_line_with_another_bank_takes_its_units_from_that_one() -> None:
    """Sixty calls, twenty above what is paid for in any case: of 30 units that are banked ten are left."""
    work = work_of(contract_of(BANK % ("A", 40, "banking: {months: 3}, ")), "2026-04")
    own = working(work, "A")
    assert (own.exact, own.charged.lots) == (60, ())
    banked = work.again(own, own.part, (Lot("2026-03", Fraction(30)),))
    assert (banked.exact, banked.charged.lots) == (40, (Lot("2026-03", Fraction(10)),))
    assert work.again(banked, banked.part).charged.lots == (Lot("2026-03", Fraction(10)),)


BLOCK = "{id: A, kind: bank_of_hours, hours: 30, price: 300, rate: 20, quantity: {measure: login_time}"
ALL = "kind: tiered, model: all-units, reprice: no, tiers: [{up_to: 30, rate: 3}, {rate: 1}]"
TIERS = f"{{id: A, {ALL}, quantity: {{measure: offered_calls}}"


@pytest.mark.parametrize("change", ["note: a remark", "source: {clause: '7'}", "title: Another name", "rounding: up"])
@pytest.mark.parametrize(
    "charge",
    [f"{BLOCK}}}", f"{BLOCK}, months: 1}}", f"{TIERS}}}", f"{TIERS}, over: year}}"],
    ids=["bank of a month", "bank", "tiers of a month", "tiers of a year"],
)
def test_a_month_that_an_amendment_cuts_comes_to_what_it_came_to(charge: str, change: str) -> None:
    """Thirty hours in the second half of April alone; 30 calls in each half of it."""
    told = {"login_time": {on("2026-04-20"): 30 * 3600}, "offered_calls": each_day(2, days=30)}
    amended = f"amendments: [{{id: AM, effective: 2026-04-16, changes: [{{charge: A, set: {{{change}}}}}]}}]\n"
    whole = asked(contract_of(f"  - {charge}\n"), "2026-04", told)
    cut = asked(contract_of(f"  - {charge}\n{amended}"), "2026-04", told)
    assert whole is not None
    assert cut is not None
    assert whole.total == cut.total
    assert len(cut.lines) == (1 if change.startswith(("note", "source")) else 2)
    left = [step.formula for step in cut.lines[-1].steps if step.formula == "units left for later months"]
    assert left == []


def test_what_a_month_leaves_is_lost_where_the_text_of_its_end_gives_it_no_later_month() -> None:
    """April leaves 30 hours and loses them; from May on hours live on, and May uses 40 of its own 30."""
    amended = "amendments: [{id: AM, effective: 2026-05-01, changes: [{charge: A, set: {months: 1}}]}]\n"
    told = {"login_time": {on("2026-05-20"): 40 * 3600}}
    found = asked(contract_of(f"  - {BLOCK}}}\n{amended}"), "2026-05", told)
    assert found is not None
    assert str(found.total) == "EUR 500.00"


def test_a_premium_on_working_days_is_divided_by_those_of_the_month() -> None:
    """A seat on each of the 22 working days of April, half a price more: 3,000 and 1,500."""
    text = (
        "  - {id: FTE, kind: per_fte, rate: 3000, working_days: office}\n"
        "  - {id: MORE, kind: premium, on: FTE, percentage: 50%}\n"
    )
    weekends = frozenset(day for day in each_day(1) if day.weekday() >= 5)
    contract = contract_of(text)
    order = Order(contract, "aurora", Period.parse("2026-04", "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None)
    found = expected_invoice(order, ByDay({"billable_seat_days": each_day(1)}, weekends))
    assert found is not None
    assert [str(line.amount) for line in found.lines] == ["EUR 3,000.00", "EUR 1,500.00"]


def test_hours_that_live_on_from_the_middle_of_a_month_are_those_of_the_whole_month() -> None:
    """April leaves 15 hours of each half, and its second half gives them one month more; May uses 70."""
    amended = "amendments: [{id: AM, effective: 2026-04-16, changes: [{charge: A, set: {months: 1}}]}]\n"
    told = {"login_time": {on("2026-05-20"): 70 * 3600}}
    found = asked(contract_of(f"  - {BLOCK}}}\n{amended}"), "2026-05", told)
    assert found is not None
    assert str(found.total) == "EUR 500.00"

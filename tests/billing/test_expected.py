"""The invoice of a month: parts, order of application, rounding, settlement, banks, and what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.billing.expected import Order, expected_invoice, line_words
from tallystick.billing.invoice import GivenCredits, InvoiceState
from tallystick.billing.pace import PacedSource, forecast
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.pace_credits import PaceOfCredits
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay, invoice_of, on

HEAD = """
tallystick: 1
contract: rates
title: Rates
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: CURRENCY
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2027-06-30}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
fees: {monthly: {amount: 100}}
"""


def contract_of(text: str, currency: str = "EUR") -> Contract:
    contract, findings = load_text(HEAD.replace("CURRENCY", currency) + text)
    assert contract is not None, findings
    return contract


def each_day(month: str, value: int) -> dict[date, int | Fraction]:
    period = Period.parse(month, "UTC")
    return {period.start_on + timedelta(days=place): value for place in range(period.days)}


CALLS = "charges:\n  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}\n"


# ---- parts of a month -----------------------------------------------------------------------------------------------


def test_a_months_tiers_go_on_over_an_amendment_within_it() -> None:
    """30 units before the 16th fill the first tier; the dearer second tier of the amended text prices the rest."""
    text = """
charges:
  - {id: A, kind: tiered, model: marginal, tiers: [{up_to: 30, rate: 3}, {rate: 1}], quantity: {measure: offered_calls}}
amendments:
  - id: AM
    effective: 2026-04-16
    changes: [{charge: A, set: {tiers: [{up_to: 30, rate: 3}, {rate: 2}]}}]
"""
    found = invoice_of(contract_of(text), "2026-04", {"offered_calls": each_day("2026-04", 2)})
    assert [str(line.amount) for line in found.line("A")] == ["EUR 90.00", "EUR 60.00"]


def test_an_amendment_adds_and_ends_charges_on_its_day() -> None:
    text = """
charges:
  - {id: A, kind: fixed, amount: 300}
amendments:
  - id: AM
    effective: 2026-04-11
    changes: [{charge: A, remove: true}, {add: {id: B, kind: fixed, amount: 600}}]
"""
    found = invoice_of(contract_of(text), "2026-04", {})
    assert {line.charge: str(line.amount) for line in found.lines} == {"A": "EUR 100.00", "B": "EUR 400.00"}


def test_an_amendment_changes_a_series_and_the_making_of_the_invoice() -> None:
    text = """
charges:
  - {id: A, kind: fixed, amount: 100, currency: RON}
series: {leu: {values: {2026-04: 0.20, 2026-05: 0.20}}}
billing: {currencies: {RON: {series: leu}}}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{series: leu, set: {values: {2026-05: 0.25}}}]}
  - {id: AM2, effective: 2026-05-01, changes: [{section: billing, set: {taxes: [{id: VAT, percentage: 20%}]}}]}
"""
    contract = contract_of(text)
    assert str(invoice_of(contract, "2026-04", {}).total) == "EUR 20.00"
    assert str(invoice_of(contract, "2026-05", {}).total) == "EUR 30.00"


def test_a_review_of_the_index_within_a_month_cuts_it() -> None:
    text = (
        CALLS
        + """
series: {cpi: {values: {2025-12: 100, 2026-04: 110}}}
billing: {indexation: [{id: I, series: cpi, base: 2025-12, from: 2026-04-16}]}
"""
    )
    found = invoice_of(contract_of(text), "2026-04", {"offered_calls": each_day("2026-04", 1)})
    assert [str(line.amount) for line in found.lines] == ["EUR 15.00", "EUR 16.50"]
    assert [line.factor for line in found.lines] == [1, Fraction(11, 10)]


CALL = """
charges:
  - {id: CALL, kind: per_unit, rate: 3.15, quantity: {measure: offered_calls}}
  - {id: DEAR, kind: premium, on: CALL, percentage: 50%}
  - {id: EXTRA, kind: premium, on: CALL, rate: 0.10}
series: {cpi: {values: {2025-12: 100, 2026-04: 103}}, wages: {values: {2025-12: 100, 2026-04: 110}}}
billing: {indexation: [REVIEWS]}
"""
ON_CALL = "{id: I, charges: [CALL], series: cpi, base: 2025-12, from: 2026-04-01}"
ON_DEAR = "{id: J, charges: [DEAR], series: wages, base: 2025-12, from: 2026-04-01}"
ON_ALL = "{id: K, series: wages, base: 2025-12, from: 2026-04-01}"


@pytest.mark.parametrize(
    ("reviews", "amounts"),
    [
        ([ON_CALL], ("3244.50", "1622.25", "100.00")),
        ([ON_CALL, ON_DEAR], ("3244.50", "1732.50", "100.00")),
        ([ON_DEAR], ("3150.00", "1732.50", "100.00")),
        ([ON_ALL], ("3465.00", "1732.50", "110.00")),
        ([ON_CALL, ON_ALL], ("3568.95", "1784.48", "110.00")),
        ([ON_DEAR, ON_ALL], ("3465.00", "1905.75", "110.00")),
    ],
    ids=["on its price", "on both", "on itself", "on all", "on its price and on all", "on itself and on all"],
)
def test_a_part_of_a_price_moves_with_that_price_unless_an_index_names_the_premium(
    reviews: list[str], amounts: tuple[str, ...]
) -> None:
    """1,000 calls at 3.15, half of it more, and 0.10; cpi is 3 % and wages are 10 % up. 50 % of 3.2445 is 1.62225."""
    contract = contract_of(CALL.replace("REVIEWS", ", ".join(reviews)))
    found = invoice_of(contract, "2026-04", {"offered_calls": {on("2026-04-02"): 1000}})
    assert tuple(f"{line.amount.amount:f}" for line in found.lines if line.amount) == amounts


def test_the_review_of_its_price_cuts_a_premium_and_stands_in_its_steps() -> None:
    """Ten calls a day: 150 before the 16th and 150 from then on, at 1.575 and at 1.62225."""
    contract = contract_of(CALL.replace("REVIEWS", ON_CALL.replace("04-01}", "04-16}")))
    found = invoice_of(contract, "2026-04", {"offered_calls": each_day("2026-04", 10)})
    assert [str(line.amount) for line in found.line("DEAR")] == ["EUR 236.25", "EUR 243.34"]
    assert [line.factor for line in found.line("DEAR")] == [1, Fraction(103, 100)]
    assert len(found.line("EXTRA")) == 1
    (index,) = [step for step in found.line("DEAR")[1].steps if step.label == "index"]
    assert (index.clause, index.inserted) == ("DEAR", "103 / 100 - 1 = 3 %: 1.03")
    assert [one.label for one in found.line("DEAR")[0].steps if one.label == "index"] == []


def test_working_days_prorate_by_the_calendar() -> None:
    text = "charges:\n  - {id: A, kind: fixed, amount: 2100, working_days: office, from: 2026-04-20}\n"
    weekends = frozenset(day for day in each_day("2026-04", 1) if day.weekday() >= 5)
    found = invoice_of(contract_of(text), "2026-04", {}, closed=weekends)
    (line,) = found.lines
    assert str(line.amount) == str(Money(Decimal(2100) * 9 / 22, "EUR").rounded())


def test_a_seat_of_a_whole_month_is_one_by_its_working_days_too() -> None:
    """Of 30 days of April 22 are open, and of the 16 from the 15th on 12: two seats, at 3,000 and then at 4,400."""
    text = "charges:\n  - {id: A, kind: per_fte, rate: 3000, working_days: office}\n"
    weekends = frozenset(day for day in each_day("2026-04", 1) if day.weekday() >= 5)
    told = {"billable_seat_days": each_day("2026-04", 2)}
    (line,) = invoice_of(contract_of(text), "2026-04", told, closed=weekends).lines
    assert (line.quantity, str(line.amount)) == (2, "EUR 6,000.00")
    amended = "amendments: [{id: AM, effective: 2026-04-15, changes: [{charge: A, set: {rate: 4400}}]}]\n"
    halves = invoice_of(contract_of(text + amended), "2026-04", told, closed=weekends).lines
    assert [(line.quantity, str(line.amount)) for line in halves] == [
        (Fraction(20, 22), "EUR 2,727.27"),
        (Fraction(24, 22), "EUR 4,800.00"),
    ]


def test_a_year_of_volumes_begins_with_the_term_or_with_the_calendar() -> None:
    text = """
charges:
  - {id: A, kind: tiered, model: marginal, over: year, tiers: [{up_to: 40, rate: 2}, {rate: 1}],
     quantity: {measure: offered_calls}}
"""
    told = {"offered_calls": {**each_day("2026-06", 1), **each_day("2026-07", 1)}}
    term = ("term: {from: 2026-01-01", "term: {from: 2025-07-01")
    amounts = []
    for billing in ("", "billing: {year: calendar}\n"):
        contract, _ = load_text((HEAD.replace("CURRENCY", "EUR") + text + billing).replace(*term))
        assert contract is not None
        amounts.append(str(invoice_of(contract, "2026-07", told).total))
    assert amounts == ["EUR 62.00", "EUR 41.00"]


@pytest.mark.parametrize(("july", "amount"), [(5000, "EUR 5,500.00"), (5001, "EUR -1,649.01"), (10000, "EUR 3,300.00")])
def test_an_amended_price_of_a_years_volume_leaves_what_was_charged_at_the_old_one(july: int, amount: str) -> None:
    """60,000 at 1.00 up to June. In July 70,000 x 0.99 - 60,000 x 1.10; the border of 65,000 belongs to its tier."""
    text = """
charges:
  - {id: A, kind: tiered, model: all-units, over: year, tiers: [{up_to: 65000, rate: 1.00}, {rate: 0.90}],
     quantity: {measure: offered_calls}}
amendments:
  - id: AM
    effective: 2026-07-01
    changes: [{charge: A, set: {tiers: [{up_to: 65000, rate: 1.10}, {rate: 0.99}]}}]
"""
    told = {"offered_calls": {**{on(f"2026-0{month}-10"): 10_000 for month in range(1, 7)}, on("2026-07-10"): july}}
    contract = contract_of(text)
    assert str(invoice_of(contract, "2026-06", told).total) == "EUR 10,000.00"
    (line,) = invoice_of(contract, "2026-07", told).lines
    assert str(line.amount) == amount
    said = [step.inserted for step in line.steps if step.label == "volume before"]
    assert said == ["60,000 x EUR 1.10"]


@pytest.mark.parametrize(
    ("told", "reasons"),
    [
        ({}, ("A: no cost line of 2026-04 is known",)),
        ({"documented_costs": {}}, ()),
        ({"documented_costs": {on("2026-04-02"): 5}}, ()),
    ],
    ids=["no cost known", "none of this kind", "one"],
)
def test_an_invoice_of_a_month_without_any_cost_line_is_open_and_passes_nothing_on(
    told: dict[str, dict[date, int]], reasons: tuple[str, ...]
) -> None:
    text = """
charges: [{id: A, kind: pass_through, costs: travel}]
amendments: [{id: AM, effective: 2026-04-16, changes: [{charge: A, set: {mark_up: 10%}}]}]
"""
    found = invoice_of(contract_of(text), "2026-04", told)
    assert (found.reasons, found.state) == (reasons, InvoiceState.OPEN if reasons else InvoiceState.EXPECTED)
    assert str(found.total) == ("EUR 5.00" if told.get("documented_costs") else "EUR 0.00")


# ---- from line to total ---------------------------------------------------------------------------------------------


def test_each_rounding_mode_of_a_line_is_its_own() -> None:
    found = {}
    for mode in ("half-up", "half-even", "up", "down", "ceiling", "floor"):
        text = CALLS.replace("rate: 1,", f"rate: 0.125, rounding: {mode},")
        found[mode] = str(invoice_of(contract_of(text), "2026-04", {"offered_calls": {on("2026-04-02"): 1}}).total)
    assert found == {
        "half-up": "EUR 0.13", "half-even": "EUR 0.12", "up": "EUR 0.13", "down": "EUR 0.12", "ceiling": "EUR 0.13",
        "floor": "EUR 0.12",
    }  # fmt: skip


def granting(amount: str) -> object:
    due = Money(Decimal(amount), "EUR")
    return lambda _fees: GivenCredits((CreditLine("C1", "S1", due, due, ()),))


ORDERS = {
    "[base, volume, index, currency, credits, tax]": ("EUR 900.00", "EUR 180.00", "EUR 1,080.00"),
    "[base, volume, index, currency, tax, credits]": ("EUR 1,000.00", "EUR 200.00", "EUR 1,100.00"),
}


@pytest.mark.parametrize("order", ORDERS)
def test_credits_are_taken_before_or_after_tax_as_the_text_says(order: str) -> None:
    text = CALLS + f"billing: {{order: {order}, taxes: [{{id: VAT, percentage: 20%}}]}}\n"
    found = invoice_of(
        contract_of(text),
        "2026-04",
        {"offered_calls": {on("2026-04-02"): 1000}},
        credits_on=granting("100"),  # type: ignore[arg-type]
    )
    assert (str(found.net), str(found.tax_total), str(found.total)) == ORDERS[order]


def test_the_discount_goes_by_prices_before_or_after_the_index_as_the_text_says() -> None:
    """950 units x 1.10 pass the border of 1,000 only where the index comes first."""
    rest = """
series: {cpi: {values: {2025-12: 100, 2026-01: 110}}}
billing:
  order: ORDER
  discounts: [{id: D, tiers: [{above: 1000, percentage: 10%}]}]
  indexation: [{id: I, series: cpi, base: 2025-12, from: 2026-01-01}]
"""
    told: Mapping[str, Mapping[date, int | Fraction]] = {"offered_calls": {on("2026-04-02"): 950}}
    before = contract_of(CALLS + rest.replace("ORDER", "[base, volume, index, currency, credits, tax]"))
    after = contract_of(CALLS + rest.replace("ORDER", "[base, index, volume, currency, credits, tax]"))
    assert str(invoice_of(before, "2026-04", told).total) == "EUR 1,045.00"
    assert str(invoice_of(after, "2026-04", told).total) == "EUR 940.50"


def test_a_discount_follows_the_index_that_comes_after_it() -> None:
    rest = """
series: {cpi: {values: {2025-12: 100, 2026-01: 110}}}
billing:
  discounts: [{id: D, percentage: 10%}]
  indexation: [{id: I, series: cpi, base: 2025-12, from: 2026-01-01}]
"""
    found = invoice_of(contract_of(CALLS + rest), "2026-04", {"offered_calls": {on("2026-04-02"): 1000}})
    assert (str(found.charges_total), str(found.discounts_total)) == ("EUR 1,100.00", "EUR -110.00")


FEES = """
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: B, kind: fixed, amount: 500}
billing:
  discounts: [{id: D, charges: [A], percentage: 10%}]
  fees: {monthly: {charges: [A], base: BASE}}
"""


@pytest.mark.parametrize(("base", "fee"), [("before-discount", "EUR 1,000.00"), ("after-discount", "EUR 900.00")])
def test_the_base_of_credits_is_what_the_text_names(base: str, fee: str) -> None:
    seen: list[Mapping[str, Money]] = []

    def credits_on(fees: Mapping[str, Money]) -> GivenCredits:
        seen.append(fees)
        return GivenCredits()

    contract = contract_of(FEES.replace("BASE", base))
    found = invoice_of(contract, "2026-04", {"offered_calls": {on("2026-04-02"): 1000}}, credits_on=credits_on)
    assert [{name: str(money) for name, money in fees.items()} for fees in seen] == [{"monthly": fee}]
    assert [(name, str(money)) for name, money in found.fees] == [("monthly", fee)]


def test_a_tax_on_some_charges_takes_its_part_of_the_credits() -> None:
    """Half of the sum is taxed, so half of the credit lowers what is taxed."""
    text = """
charges:
  - {id: A, kind: fixed, amount: 500}
  - {id: B, kind: fixed, amount: 500}
billing: {taxes: [{id: VAT, percentage: 10%, charges: [A]}, {id: WHT, percentage: 5%, withheld: true}]}
"""
    found = invoice_of(contract_of(text), "2026-04", {}, credits_on=granting("100"))  # type: ignore[arg-type]
    assert [(tax.id, str(tax.base), str(tax.amount)) for tax in found.taxes] == [
        ("VAT", "EUR 450.00", "EUR 45.00"),
        ("WHT", "EUR 900.00", "EUR -45.00"),
    ]
    assert str(found.total) == "EUR 900.00"


def test_paying_early_takes_nothing_off_the_total() -> None:
    text = CALLS + "billing: {early_payment: {within: 10 days, percentage: 2%}}\n"
    found = invoice_of(contract_of(text), "2026-04", {"offered_calls": {on("2026-04-02"): 1000}})
    assert (str(found.total), str(found.early_payment)) == ("EUR 1,000.00", "EUR 20.00")


# ---- settled later, and banks ---------------------------------------------------------------------------------------

RESOLVED = """
charges:
  - {id: A, kind: per_resolution, rate: 6}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: A, set: {rate: 8}}]}
"""


def test_what_came_back_is_given_back_at_the_price_of_its_own_month() -> None:
    told = {
        "resolved_cases": {on("2026-04-10"): 100, on("2026-05-10"): 50},
        "verified_resolutions": {on("2026-04-10"): 5, on("2026-05-10"): 9},
    }
    found = invoice_of(contract_of(RESOLVED), "2026-05", told)
    assert [(line.settles, str(line.amount)) for line in found.lines] == [("", "EUR 400.00"), ("2026-04", "EUR -30.00")]


def test_the_last_month_of_the_term_is_settled_in_the_month_after_it() -> None:
    told = {"resolved_cases": {on("2027-06-10"): 100}, "verified_resolutions": {on("2027-06-10"): 5}}
    found = invoice_of(contract_of(RESOLVED), "2027-07", told)
    assert [(line.settles, str(line.amount)) for line in found.lines] == [("2027-06", "EUR -40.00")]
    order = Order(
        contract_of(RESOLVED), "aurora", Period.parse("2027-08", "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None
    )
    assert expected_invoice(order, ByDay(told)) is None


def test_what_is_charged_when_proved_has_no_line_in_its_own_month() -> None:
    text = "charges:\n  - {id: A, kind: per_resolution, rate: 6, billed: verified}\n"
    told = {"verified_resolutions": {on("2026-04-10"): 90, on("2026-05-10"): 80}}
    found = invoice_of(contract_of(text), "2026-05", told)
    assert [(line.settles, line.quantity, str(line.amount)) for line in found.lines] == [("2026-04", 90, "EUR 540.00")]


BANKED = """
charges:
  - {id: A, kind: minimum_commitment, rate: 1, units: 100, banking: {months: 2}, quantity: {measure: offered_calls}}
"""


def test_a_bank_is_what_all_months_before_left_in_it() -> None:
    """January banks 40, February uses 10 of it, March 20; in April what is left has expired."""
    units = {"2026-01-05": 60, "2026-02-05": 110, "2026-03-05": 120, "2026-04-05": 130}
    told = {"offered_calls": {on(day): value for day, value in units.items()}}
    found = [str(invoice_of(contract_of(BANKED), f"2026-0{month}", told).total) for month in (1, 2, 3, 4)]
    assert found == ["EUR 100.00", "EUR 100.00", "EUR 100.00", "EUR 130.00"]


def test_both_parts_of_a_month_share_one_bank() -> None:
    text = (
        BANKED
        + """
amendments:
  - {id: AM, effective: 2026-02-15, changes: [{charge: A, set: {rate: 2}}]}
"""
    )
    told = {"offered_calls": {on("2026-01-05"): 60, on("2026-02-05"): 70, on("2026-02-20"): 65}}
    found = invoice_of(contract_of(text), "2026-02", told)
    assert [str(line.amount) for line in found.lines] == ["EUR 50.00", "EUR 100.00"]
    bank = [step.result for step in found.lines[-1].steps if step.label == "bank"]
    assert bank == [40 - 20 - 15]


# ---- what is not known ----------------------------------------------------------------------------------------------


def test_rows_that_wait_and_records_that_lack_are_reasons_and_no_sum_is_made_up() -> None:
    text = CALLS + "  - {id: B, kind: per_minute, rate: 1}\n"
    found = invoice_of(
        contract_of(text), "2026-04", {"offered_calls": {on("2026-04-02"): 10}}, pending={"offered_calls": 3}
    )
    assert found.state is InvoiceState.OPEN
    assert found.reasons == ("A: 3 rows still wait for an outcome", "B: no records: quantity")
    assert str(found.total) == "EUR 10.00"
    assert line_words(found.line("B")[0]) == ""


def test_a_rate_that_is_not_published_leaves_the_line_without_an_amount() -> None:
    text = """
charges: [{id: A, kind: fixed, amount: 100, currency: RON}]
series: {leu: {values: {2026-03: 0.20}}}
billing: {currencies: {RON: {series: leu}}}
"""
    found = invoice_of(contract_of(text), "2026-04", {})
    (line,) = found.lines
    assert (line.amount, line.exact) == (None, 100)
    assert found.reasons == ("A: no value of leu 2026-04 yet",)
    assert str(found.total) == "EUR 0.00"


# ---- pace -----------------------------------------------------------------------------------------------------------


def paced(told: Mapping[date, int | Fraction], side: int, until: str = "2026-04-16") -> Fraction | None:
    source = PacedSource(ByDay({"offered_calls": told}), on("2026-04-01"), on(until), side)
    return source.tally(MeasureRequest.of("offered_calls"), ((on("2026-04-01"), on("2026-05-01")),)).value


def test_weekdays_and_weekends_go_on_each_as_their_own() -> None:
    told = {day: (0 if day.weekday() >= 5 else 10) for day in each_day("2026-04", 1) if day < on("2026-04-16")}
    assert [paced(told, side) for side in (-1, 0, 1)] == [220, 220, 220]


def test_ups_and_downs_make_a_range_that_never_falls_below_what_came() -> None:
    told = {day: day.day % 5 * 10 for day in each_day("2026-04", 1) if day < on("2026-04-16")}
    low, middle, high = (paced(told, side) for side in (-1, 0, 1))
    assert low is not None
    assert middle is not None
    assert high is not None
    assert sum(told.values()) <= low < middle < high


def test_the_range_takes_the_most_credits_with_the_least_charges() -> None:
    contract = contract_of(CALLS)
    told = {day: day.day % 5 * 10 for day in each_day("2026-04", 1) if day < on("2026-04-16")}
    order = Order(contract, "aurora", Period.parse("2026-04", "UTC"), datetime(2026, 4, 16, 1, tzinfo=UTC), None)
    pace = PaceOfCredits(*(Money(Decimal(amount), "EUR") for amount in (20, 10, 50)))
    source = ByDay({"offered_calls": told})
    today = on("2026-04-16")
    bare, with_credits = forecast(order, source, today), forecast(order, source, today, lambda _fees: pace)
    assert bare is not None
    assert with_credits is not None
    assert str(bare.least - with_credits.least) == "EUR 50.00"
    assert str(bare.most - with_credits.most) == "EUR 10.00"
    assert str(bare.middle.total - with_credits.middle.total) == "EUR 20.00"
    assert with_credits.middle.state is InvoiceState.FORECAST


REVIEWED = """
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: T, kind: pass_through, costs: [travel], at_most: 1000}
series: {cpi: {values: {2025-12: 100, 2026-02: 110}}}
billing: {indexation: [{id: I, CHARGES series: cpi, base: 2025-12, from: 2026-03-16, every: 1 month, lag: 1}]}
"""


def test_a_review_within_a_month_whose_index_is_not_published_leaves_the_invoice_open() -> None:
    """The price of 16 March goes on over 16 April, as nothing is known of March's index yet: one line, not final."""
    contract = contract_of(REVIEWED.replace("CHARGES", "charges: [A],"))
    told = {"offered_calls": each_day("2026-04", 10), "documented_costs": each_day("2026-04", 1)}
    found = invoice_of(contract, "2026-04", told)
    assert [(line.charge, str(line.amount)) for line in found.lines] == [("A", "EUR 330.00"), ("T", "EUR 30.00")]
    assert (found.state, found.reasons) == (InvoiceState.OPEN, ("A: no value of cpi 2026-03 yet",))


def test_an_index_that_names_costs_moves_them_beside_one_of_all_prices() -> None:
    text = REVIEWED.replace("CHARGES", "").replace(
        "lag: 1}]", "lag: 1}, {id: J, charges: [T], series: cpi, base: 2025-12, from: 2026-03-16, lag: 1}]"
    )
    told = {"offered_calls": each_day("2026-04", 10), "documented_costs": {on("2026-04-02"): 500}}
    (line,) = invoice_of(contract_of(text), "2026-04", told).line("T")
    assert str(line.amount) == "EUR 550.00"


@pytest.mark.parametrize(("charges", "amount"), [("", "EUR 1,000.00"), ("charges: [A, T],", "EUR 1,100.00")])
def test_costs_that_are_passed_on_have_no_price_that_follows_an_index_of_all_prices(charges: str, amount: str) -> None:
    contract = contract_of(REVIEWED.replace("CHARGES", charges))
    told = {"offered_calls": each_day("2026-04", 10), "documented_costs": {on("2026-04-02"): 4000}}
    (line,) = invoice_of(contract, "2026-04", told).line("T")
    assert str(line.amount) == amount


@pytest.mark.parametrize("base", ["before-discount", "after-discount"])
def test_a_fee_that_comes_to_less_than_nothing_is_nothing(base: str) -> None:
    """What is clawed back after the term: a percentage of it would pay the partner for a miss."""
    text = RESOLVED + f"billing: {{fees: {{monthly: {{base: {base}}}}}}}\n"
    told = {"resolved_cases": {on("2027-06-10"): 100}, "verified_resolutions": {on("2027-06-10"): 5}}
    found = invoice_of(contract_of(text), "2027-07", told)
    assert (str(found.charges_total), [str(money) for _, money in found.fees]) == ("EUR -40.00", ["EUR 0.00"])


LONGER = "amendments: [{id: AM, effective: 2027-06-01, changes: [{section: term, set: {to: 2028-06-30}}]}]\n"


def late(text: str, month: str) -> Order:
    return Order(contract_of(text), "aurora", Period.parse(month, "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None)


def test_a_term_that_an_amendment_prolongs_is_charged_to_its_new_end() -> None:
    told = {"offered_calls": {**each_day("2027-07", 1), **each_day("2028-07", 1)}}
    for text, amounts in ((CALLS, []), (CALLS + LONGER, ["EUR 31.00"])):
        order = Order(
            contract_of(text), "aurora", Period.parse("2027-07", "UTC"), datetime(2030, 1, 1, tzinfo=UTC), None
        )
        found = expected_invoice(order, ByDay(told))
        assert [str(line.amount) for line in found.lines] == amounts if found is not None else amounts == []
    assert expected_invoice(late(CALLS + LONGER, "2028-07"), ByDay(told)) is None

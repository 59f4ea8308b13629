"""From expected to billed: units, lump sums, what cannot be checked, and days of another month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.expected import Order
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, paper
from tests.billing.test_expected import contract_of

TEXT = """
charges:
  - {id: HOURS, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}}
  - {id: BASE, kind: anchored, title: Base, base: 1000, baseline: 100, arc: {rate: 8}, rrc: {rate: 8},
     quantity: {measure: offered_calls}}
"""
# 100 hours and 20 minutes, and 110 calls: 2,006.67 and 1,080.
COUNTED = {"login_time": {date(2026, 4, 1): 361_200}, "offered_calls": {date(2026, 4, 2): 110}}
BASE = L("BASE", "110", net="1080")


def checked(*lines: L, without: str = "", others: tuple[object, ...] = ()) -> InvoiceCheck:
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    told = {name: days for name, days in COUNTED.items() if name != without}
    documents = (paper("A-1", "2026-04", lines, rate=None), *others)
    return check_invoice(Given(order, ByDay(told), documents))  # type: ignore[arg-type]


def told(found: InvoiceCheck) -> list[tuple[str, str, str]]:
    return [(line.id, one.cause, str(one.amount)) for line, one in found.differences]


def test_minutes_of_a_price_by_the_hour_are_the_same_hours() -> None:
    found = checked(L("HOURS", "6020", "MIN", "0.33333333", "2006.67"), BASE)
    assert found.differences == ()
    line = found.line("HOURS")
    assert line is not None
    assert (line.billed_quantity, line.unit) == (Fraction(6020, 60), "hour")


def test_a_quantity_rounded_before_it_is_priced_is_rounding_whatever_it_comes_to() -> None:
    """100.33 hours are 2,006.60, seven cents less."""
    assert told(checked(L("HOURS", "100.33", "HUR", "20"), BASE)) == [("HOURS", "rounding", "EUR -0.07")]


def test_a_quantity_that_no_rounding_gives_is_another_quantity() -> None:
    assert told(checked(L("HOURS", "100.5", "HUR", "20"), BASE)) == [("HOURS", "quantity", "EUR 3.33")]


def test_a_lump_sum_tells_no_quantity_and_is_read_by_its_amount() -> None:
    """1,000 is what the base comes to without the additional charge."""
    assert told(checked(L("HOURS", "100.333333", "HUR", "20"), L("BASE", "1", "C62", "1000"))) == [
        ("BASE", "dead_band", "EUR -80.00")
    ]


def test_a_line_in_a_unit_that_does_not_compare_is_read_by_its_amount() -> None:
    assert told(checked(L("HOURS", "12.54", "DAY", "160", "2006.67"), BASE)) == []
    assert told(checked(L("HOURS", "13", "DAY", "160"), BASE)) == [("HOURS", "unexplained", "EUR 73.33")]


def test_a_line_whose_records_are_not_known_cannot_be_checked_and_keeps_its_amount() -> None:
    found = checked(L("HOURS", "100", "HUR", "20"), BASE, without="login_time")
    assert told(found) == [("HOURS", "not_known", "EUR 2000.00".replace("2000", "2,000"))]
    assert str(found.unexplained) == "EUR 2,000.00"
    line = found.line("HOURS")
    assert line is not None
    assert line.expected is None
    assert "TS-P007" in [one.id for one in found.findings]


def test_days_of_another_month_belong_to_its_check() -> None:
    late = L("HOURS", "5", "HUR", "20", days=("2026-03-30", "2026-03-31"))
    found = checked(L("HOURS", "100.333333", "HUR", "20", days=("2026-04-01", "2026-04-30")), late, BASE)
    assert told(found) == [("HOURS", "another_period", "EUR 100.00")]


def test_a_text_without_taxes_is_checked_without_tax_and_says_so() -> None:
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    document = paper("A-1", "2026-04", [L("HOURS", "100.333333", "HUR", "20", "2006.67"), BASE], rate="19")
    found = check_invoice(Given(order, ByDay(COUNTED), (document,)))
    assert (found.with_tax, found.differences) == (False, ())
    assert [one.id for one in found.findings] == ["TS-P008"]


def test_two_lines_of_one_charge_are_added_up() -> None:
    found = checked(
        L("HOURS", "60", "HUR", "20", name="first"), L("HOURS", "40.333333", "HUR", "20", name="second"), BASE
    )
    assert found.differences == ()


def test_an_amount_that_several_causes_come_to_names_them_all() -> None:
    """88 more is the additional charge of 11 calls: no reading comes to it, so it is not explained away."""
    assert told(checked(L("HOURS", "100.333333", "HUR", "20"), L("BASE", "110", net="1088"))) == [
        ("BASE", "unexplained", "EUR 8.00")
    ]

"""What holds of the invoice of any month: each line is rounded once, and the order of records changes nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.vocabulary.money import exponent
from tests.billing.by_day import invoice_of, on
from tests.billing.test_expected import CALLS, contract_of


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
@settings(deadline=None)
@given(units=st.integers(1, 10**6), rate=st.decimals("0.000001", 99, places=6))
def test_a_line_is_rounded_once_to_the_minor_unit(currency: str, units: int, rate: Decimal) -> None:
    text = f"charges:\n  - {{id: A, kind: per_unit, rate: {rate:f}, quantity: {{measure: offered_calls}}}}\n"
    found = invoice_of(contract_of(text, currency), "2026-04", {"offered_calls": {on("2026-04-02"): units}})
    exact = Fraction(rate) * units
    assert abs(Fraction(found.total.amount) - exact) <= Fraction(1, 2 * 10 ** exponent(currency))
    assert found.total == found.total.rounded()


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_records_changes_nothing(order: list[int]) -> None:
    days = [on(f"2026-04-{place + 1:02}") for place in range(6)]
    told = {"offered_calls": {days[place]: place + 1 for place in order}}
    found = invoice_of(contract_of(CALLS), "2026-04", told)
    straight = {"offered_calls": {days[place]: place + 1 for place in range(6)}}
    assert found.digest == invoice_of(contract_of(CALLS), "2026-04", straight).digest

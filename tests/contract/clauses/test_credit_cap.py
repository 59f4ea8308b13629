"""The cap of price adjustments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tallystick.contract.clause import Values, credit_of
from tallystick.vocabulary.money import Money
from tests.contract.agreement import sound

CAP = "    percentage: 10%\n    of: monthly\n"


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def after(granted: str, *edits: tuple[str, str], earlier: str = "0") -> Money | None:
    contract = sound(*edits)
    cap = contract.clause("CAP")
    assert cap is not None
    values = Values(contract, date(2026, 1, 1), credits={"C1": euros(granted)}, earlier={"CAP": euros(earlier)})
    return credit_of(cap.apply(values))


def test_the_smaller_of_sum_and_cap_is_due() -> None:
    assert after("6000") == euros("6000")
    assert after("15000") == euros("12000.00")


def test_what_the_span_has_used_up_is_taken_off() -> None:
    yearly = (CAP, CAP + "    over: year\n")
    assert after("15000", yearly, earlier="140000") == euros("4000.00")
    assert after("15000", yearly, earlier="150000") == euros("0")


def test_a_longer_span_counts_every_fee_in_it() -> None:
    assert after("99999", (CAP, CAP + "    over: quarter\n")) == euros("36000.00")
    assert after("999999", (CAP, CAP + "    over: term\n")) == euros("288000.00")


def test_a_cap_may_be_a_sum_for_named_credits() -> None:
    assert after("15000", (CAP, "    amount: 1000\n    clauses: [C1]\n")) == euros("1000")

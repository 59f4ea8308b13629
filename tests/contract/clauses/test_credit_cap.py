"""The cap of price adjustments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tallystick.contract.clause import Values, credit_of
from tallystick.contract.clauses.credit_cap import is_reached
from tallystick.vocabulary.measure_value import Step
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


def steps_of(granted: str, *edits: tuple[str, str], earlier: str = "0") -> list[Step]:
    contract = sound(*edits)
    cap = contract.clause("CAP")
    assert cap is not None
    return cap.apply(
        Values(contract, date(2026, 1, 1), credits={"C1": euros(granted)}, earlier={"CAP": euros(earlier)})
    )


def test_a_percentage_of_a_fee_is_rounded_half_up_to_the_cent() -> None:
    edits = ((CAP, CAP.replace("10%", "12.5%")), ("amount: 120000", "amount: 0.20"))
    assert after("99", *edits) == euros("0.03")


def test_an_addition_to_the_fees_makes_no_room_and_a_credit_of_nothing_is_listed() -> None:
    contract = sound()
    cap = contract.clause("CAP")
    assert cap is not None
    values = Values(contract, date(2026, 1, 1), credits={"C1": euros("-0.01")})
    assert cap.apply(values)[0].inserted == "none"
    values = Values(contract, date(2026, 1, 1), credits={"C1": euros("0")})
    assert cap.apply(values)[0].inserted == "C1 EUR 0.00"
    assert steps_of("0.01")[0].inserted == "C1 EUR 0.01"


def test_what_was_used_up_is_told_only_where_there_is_any() -> None:
    assert [step.label for step in steps_of("1")] == ["sum", "cap", "credit"]
    assert [step.label for step in steps_of("1", earlier="1")] == ["sum", "cap", "left", "credit"]
    assert steps_of("12000")[-1].inserted == "EUR 12,000.00 ≤ EUR 12,000.00"
    assert steps_of("12000.01")[-1].inserted == "EUR 12,000.01 > EUR 12,000.00"


def test_a_fee_by_the_quarter_is_a_third_of_it_for_a_month() -> None:
    fees = ("amount: 120000,", "amount: 120000, per: quarter,")
    assert after("99999", fees) == euros("4000.00")
    assert after("99999", fees, (CAP, CAP + "    over: quarter\n")) == euros("12000.00")


def test_a_cap_of_a_fee_that_is_not_in_the_text_counts_one_fee_for_each_month() -> None:
    contract = sound((CAP, CAP.replace("monthly", "other") + "    over: quarter\n"))
    cap = contract.clause("CAP")
    assert cap is not None
    values = Values(contract, date(2026, 1, 1), credits={"C1": euros("9999")}, fees={"other": euros("1000")})
    assert credit_of(cap.apply(values)) == euros("300.00")
    assert credit_of(cap.apply(Values(contract, date(2026, 1, 1), credits={"C1": euros("9")}))) == euros("9")


@pytest.mark.parametrize(
    ("granted", "earlier", "expected"),
    [
        ("12000", "0", True), ("11999.99", "0", False), ("0", "12000", False), ("0.01", "12000", True),
        ("100", "11900", True), ("100", "11899.99", False), ("1", "11999", True),
    ],
)  # fmt: skip
def test_a_cap_is_reached_where_nothing_more_would_fit(granted: str, earlier: str, expected: bool) -> None:
    assert is_reached(steps_of(granted, earlier=earlier)) is expected


def test_a_cap_of_nothing_is_reached_by_the_first_cent() -> None:
    assert is_reached(steps_of("0.01", (CAP, "    amount: 0\n"))) is True
    assert credit_of(steps_of("0.01", (CAP, "    amount: 0\n"))) == euros("0")


def test_steps_that_were_read_back_from_json_say_the_same() -> None:
    for granted, expected in (("12000", True), ("11999.99", False)):
        steps = [replace(step, result=_read_back(step.result)) for step in steps_of(granted)]
        assert is_reached(steps) is expected


def _read_back(result: object) -> object:
    return {"amount": str(result.amount), "currency": "EUR"} if isinstance(result, Money) else result

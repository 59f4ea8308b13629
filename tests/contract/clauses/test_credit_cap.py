"""The cap of price adjustments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tallystick.contract.clause import NEWEST_RULES, Values, credit_of
from tallystick.contract.clauses.credit_cap import CreditCap, is_reached
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tests.contract.agreement import sound
from tests.contract.clauses.applied import A1, Applied, contract_of, months_after, refused

CAP = "    percentage: 10%\n    of: monthly\n"


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def after(granted: str, *edits: tuple[str, str], earlier: str = "0") -> Money | None:
    contract = sound(*edits)
    cap = contract.clause("CAP")
    assert cap is not None
    values = Values(contract, date(2026, 1, 1), payable={"C1": euros(granted)}, earlier={"CAP": euros(earlier)})
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
        Values(contract, date(2026, 1, 1), payable={"C1": euros(granted)}, earlier={"CAP": euros(earlier)})
    )


def test_a_percentage_of_a_fee_is_rounded_half_up_to_the_cent() -> None:
    edits = ((CAP, CAP.replace("10%", "12.5%")), ("amount: 120000", "amount: 0.20"))
    assert after("99", *edits) == euros("0.03")


def test_an_addition_to_the_fees_makes_no_room_and_a_credit_of_nothing_is_listed() -> None:
    contract = sound()
    cap = contract.clause("CAP")
    assert cap is not None
    values = Values(contract, date(2026, 1, 1), payable={"C1": euros("-0.01")})
    assert cap.apply(values)[0].inserted == "none"
    values = Values(contract, date(2026, 1, 1), payable={"C1": euros("0")})
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
    values = Values(contract, date(2026, 1, 1), payable={"C1": euros("9999")}, fees={"other": euros("1000")})
    assert credit_of(cap.apply(values)) == euros("300.00")
    assert credit_of(cap.apply(Values(contract, date(2026, 1, 1), payable={"C1": euros("9")}))) == euros("9")


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


# ---------------------------------------------------------------------- spans


def ceiling_of(cap: str, begins: str, label: str, *, rules: int = NEWEST_RULES, ends: str = "2027-12-31") -> str:
    """The ceiling of a cap of 10 % of a monthly fee of 10,000, in a month of a term that ends with 2027."""
    made = contract_of(f"{{id: CAP, kind: credit_cap, percentage: 10%, of: fee, {cap}}}", begins=begins)
    contract = made.model_copy(update={"term": made.term.model_copy(update={"to_on": date.fromisoformat(ends)})})
    clause = contract.clause("CAP")
    assert isinstance(clause, CreditCap)
    first = date.fromisoformat(f"{label}-01")
    values = Values(contract, first, from_on=first, end_on=months_after(first, 1), rules=rules)
    found = clause.limit(values)
    assert found is not None
    return str(found[0])


@pytest.mark.parametrize(
    ("cap", "begins", "label", "expected", "before"),
    [
        # Three fees fall into 2025, twelve into the year of the contract.
        ("over: year", "2025-10-01", "2025-12", "3,000.00", "12,000.00"),
        ("over: year", "2025-10-01", "2026-01", "12,000.00", "12,000.00"),
        ("over: year, year: contract", "2025-10-01", "2025-12", "12,000.00", "12,000.00"),
        ("over: year, year: contract", "2025-10-01", "2026-09", "12,000.00", "12,000.00"),
        ("over: year, year: contract", "2025-10-01", "2027-10", "3,000.00", "12,000.00"),
        # A month that the term touches counts.
        ("over: quarter", "2026-02-28", "2026-03", "2,000.00", "3,000.00"),
        ("over: quarter", "2026-01-31", "2026-03", "3,000.00", "3,000.00"),
        ("over: term", "2027-11-30", "2027-12", "2,000.00", "2,000.00"),
        ("over: month", "2027-11-30", "2027-12", "1,000.00", "1,000.00"),
    ],
)
def test_a_cap_counts_the_fees_that_fall_into_its_span_within_the_term(
    cap: str, begins: str, label: str, expected: str, before: str
) -> None:
    assert ceiling_of(cap, begins, label) == f"EUR {expected}"
    assert ceiling_of(cap, begins, label, rules=4) == f"EUR {expected}"
    assert ceiling_of(cap, begins, label, rules=3) == f"EUR {before}"


@pytest.mark.parametrize(
    ("label", "ends", "expected"),
    [
        # Each month counts in the year of its last day: twelve from January on, twelve more from the next.
        ("2025-01", "2027-12-31", "12,000.00"),
        ("2025-12", "2027-12-31", "12,000.00"),
        ("2026-01", "2027-12-31", "12,000.00"),
        # The month that the term's end cuts belongs to the year in which the term ends.
        ("2025-12", "2026-01-14", "13,000.00"),
        ("2026-01", "2026-01-14", "13,000.00"),
        ("2026-01", "2026-01-15", "1,000.00"),
        ("2025-12", "2025-12-31", "12,000.00"),
        ("2025-12", "2025-12-01", "12,000.00"),
        ("2025-11", "2025-11-30", "11,000.00"),
    ],
)
def test_a_year_of_the_contract_that_begins_within_a_month_counts_each_month_once(
    label: str, ends: str, expected: str
) -> None:
    assert ceiling_of("over: year, year: contract", "2025-01-15", label, ends=ends) == f"EUR {expected}"


LONGER = "effective: 2028-01-01, known: 2028-02-15, changes: [{section: term, set: {to: 2028-12-31}}]"


@pytest.mark.parametrize(
    ("over", "known_on", "rules", "expected"),
    [
        ("term", None, 5, "36,000.00"),
        ("term", date(2028, 2, 15), 5, "36,000.00"),
        ("term", date(2028, 2, 14), 5, "24,000.00"),
        ("term", None, 4, "24,000.00"),
        ("year, year: contract", None, 5, "12,000.00"),
        ("year, year: contract", None, 4, "12,000.00"),
    ],
)
def test_a_cap_counts_the_fees_to_the_end_that_is_known_whichever_text_stands(
    over: str, known_on: date | None, rules: int, expected: str
) -> None:
    cap = f"{{id: CAP, kind: credit_cap, percentage: 10%, of: fee, over: {over}}}"
    contract = contract_of(cap, amendment=LONGER)
    clause = contract.clause("CAP")
    assert isinstance(clause, CreditCap)
    first = date(2027, 12, 1)
    values = Values(contract, first, from_on=first, end_on=date(2028, 1, 1), rules=rules, known_on=known_on)
    found = clause.limit(values)
    assert found is not None
    assert str(found[0]) == f"EUR {expected}"


@pytest.mark.parametrize(("rules", "expected"), [(5, "12,000.00"), (4, "13,000.00")])
def test_the_month_that_the_end_which_was_signed_cuts_counts_in_the_next_year_of_a_prolonged_contract(
    rules: int, expected: str
) -> None:
    """Its years begin on 15 January, and a month counts in the year of its last day: twelve, whatever was signed."""
    cap = "{id: CAP, kind: credit_cap, percentage: 10%, of: fee, over: year, year: contract}"
    moved = "effective: 2026-01-15, changes: [{section: term, set: {to: 2027-12-31}}]"
    contract = contract_of(cap, begins="2025-01-15", ends="2026-01-14", amendment=moved)
    clause = contract.clause("CAP")
    assert isinstance(clause, CreditCap)
    found = clause.limit(Values(contract, date(2025, 12, 1), end_on=date(2026, 1, 1), rules=rules))
    assert found is not None
    assert str(found[0]) == f"EUR {expected}"


def test_without_a_period_the_span_is_that_of_the_day_of_the_text() -> None:
    contract = contract_of("{id: CAP, kind: credit_cap, percentage: 10%, of: fee, over: year}", begins="2025-10-01")
    clause = contract.clause("CAP")
    assert isinstance(clause, CreditCap)
    found = [clause.limit(Values(contract, on)) for on in (date(2025, 12, 31), date(2026, 1, 1))]
    assert [str(one[0]) for one in found if one] == ["EUR 3,000.00", "EUR 12,000.00"]


def test_the_year_of_the_contract_goes_with_a_year() -> None:
    for over, wrong in (("year", False), ("quarter", True), ("month", True), ("term", True)):
        assert refused(f"{{id: CAP, kind: credit_cap, amount: 5, over: {over}, year: contract}}") is wrong
        assert refused(f"{{id: CAP, kind: credit_cap, amount: 5, over: {over}, year: calendar}}") is False


C = "{id: C, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 6%, of: fee}"
OWN = "{id: OWN, kind: credit_cap, amount: 400, clauses: [C]}"
ALL = "{id: ALL, kind: credit_cap, amount: 500}"


def test_a_cap_of_all_limits_what_the_caps_before_it_have_left() -> None:
    """600 of credit, of which its own cap leaves 400: the cap of 500 is not reached."""
    found = Applied((A1, C, OWN, ALL), {"A1": (50, 100)})
    assert (found.left("C"), found.values.reached) == ("EUR 400.00", frozenset({"OWN"}))
    assert (str(found.result("ALL", "sum")), found.credit("ALL")) == ("EUR 400.00", "EUR 400.00")
    fourth = Applied((A1, C, OWN, ALL), {"A1": (50, 100)}, rules=4)
    assert str(fourth.result("ALL", "sum")) == "EUR 400.00"
    old = Applied((A1, C, OWN, ALL), {"A1": (50, 100)}, rules=3)
    assert (old.left("C"), old.values.reached) == ("EUR 400.00", frozenset({"OWN", "ALL"}))
    assert str(old.result("ALL", "sum")) == "EUR 600.00"

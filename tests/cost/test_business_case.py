"""A business case: what was promised, what was reached, and reasons that close to the cent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.cost.business_case import Benefit, BusinessCase, benefits, business_cases_at
from tallystick.cost.month import cost_of
from tallystick.cost.month_inputs import Counted
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.money import Money
from tests.cost.test_month import MARCH, booked

TEXT = """
partner: aurora
currency: EUR
from: 2026-01
baseline: 30000
expected: {invoice: 24000, effort: 500, tools: 300}
"""
PER_CONTACT = "baseline: {per: contact, cost: 3.75, planned: 7600}"


def read(tmp_path: Path, text: str) -> tuple[BusinessCase, ...]:
    path = tmp_path / "business-case.yaml"
    path.write_text(text, encoding="utf-8")
    return business_cases_at(path, ("aurora", "borealis"))


def reasons(one: Benefit) -> dict[str, str]:
    return {part.name: f"{part.amount.amount:+,.2f}" for part in one.reasons if part.amount.amount}


def test_a_fixed_baseline_and_parts_that_cost_more_than_planned(tmp_path: Path) -> None:
    """30,000 - 24,800 were promised; 26,350.01 were paid."""
    (case,) = read(tmp_path, TEXT)
    (one,) = benefits(case, [cost_of(MARCH)])
    assert [str(money) for money in (one.promised, one.reached, one.difference)] == [
        "EUR 5,200.00", "EUR 3,649.99", "EUR -1,550.01"]  # fmt: skip
    assert reasons(one) == {"invoice": "-900.00", "effort": "-400.00", "tools": "-0.01", "rework": "-250.00"}


def test_a_baseline_that_follows_contacts_makes_volume_a_reason(tmp_path: Path) -> None:
    """7,600 x 3.75 = 28,500 were planned, 8,000 came: 1,500 of the baseline."""
    (case,) = read(tmp_path, TEXT.replace("baseline: 30000", PER_CONTACT))
    (one,) = benefits(case, [cost_of(MARCH)])
    assert (str(one.promised), reasons(one)["volume"], one.n) == ("EUR 3,700.00", "+1,500.00", 8000)


def test_one_expected_figure_has_one_reason(tmp_path: Path) -> None:
    (case,) = read(tmp_path, TEXT.replace("{invoice: 24000, effort: 500, tools: 300}", "{total: 24800}"))
    (one,) = benefits(case, [cost_of(MARCH)])
    assert reasons(one) == {"total": "-1,550.01"}


def test_what_is_not_known_is_said_and_not_counted_as_saved(tmp_path: Path) -> None:
    (case,) = read(tmp_path, TEXT.replace("baseline: 30000", PER_CONTACT))
    for month, words in (
        (replace(MARCH, contacts=Counted()), "nobody counted"),
        (replace(MARCH, received=(), booked=()), "nothing is known"),
        (replace(MARCH, received=()), "an invoice is missing"),
        (replace(MARCH, unbilled=("annex",)), "an invoice is missing"),
        (replace(MARCH, booked=(), has_books=False), "nobody knows what was saved"),
        (replace(MARCH, runs=True), "the month still runs"),
        (replace(MARCH, currency="RON"), "the month is in RON"),
    ):
        (one,) = benefits(case, [cost_of(month)])
        assert (one.reached, one.difference, one.reasons) == (None, None, ())
        assert words in one.why


def test_months_outside_the_case_and_other_partners_have_no_benefit(tmp_path: Path) -> None:
    (case,) = read(tmp_path, TEXT + "to: 2026-02\n")
    assert benefits(case, [cost_of(MARCH), cost_of(replace(MARCH, partner="borealis", month="2026-01"))]) == ()


@pytest.mark.parametrize(("ends", "months"), [("", ["03", "04", "05"]), ("to: 2026-04\n", ["03", "04"])])
def test_the_first_and_the_last_month_of_a_case_are_its_months(tmp_path: Path, ends: str, months: list[str]) -> None:
    (case,) = read(tmp_path, TEXT.replace("from: 2026-01", "from: 2026-03") + ends)
    told = [cost_of(replace(MARCH, month=f"2026-0{number}")) for number in (5, 4, 3, 2)]
    assert [one.month for one in benefits(case, told)] == [f"2026-{number}" for number in months]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expected: {invoice: 24000, effort: 500, tools: 300}", "expected: {gold: 1}"),
        ("expected: {invoice: 24000, effort: 500, tools: 300}", "expected: {}"),
        ("expected: {invoice: 24000, effort: 500, tools: 300}", "expected: {total: 1, tools: 2}"),
        ("partner: aurora", "partners: aurora"),
        ("from: 2026-01", "from: january"),
        ("baseline: 30000", "baseline: [1"),
    ],
)
def test_a_case_that_cannot_be_read_is_refused_with_a_cure(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, TEXT.replace(old, new))
    assert "cost.md" in refused.value.cure


def test_several_cases_may_stand_in_one_file(tmp_path: Path) -> None:
    text = "\n".join(f"- {line}" if at == 0 else f"  {line}" for at, line in enumerate(TEXT.strip().splitlines()))
    assert [case.partner for case in read(tmp_path, f"{text}\n{text.replace('aurora', 'borealis')}\n")] == [
        "aurora", "borealis"]  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["travel", "tools", "governance", "sundry"]), st.integers(-(10**7), 10**7)),
        max_size=6,
    ),
    st.dictionaries(st.sampled_from(["invoice", "travel", "rework", "other"]), st.integers(0, 10**7), min_size=1),
    st.integers(0, 10**7),
    st.integers(0, 9000),
)
def test_the_reasons_add_up_to_the_difference_to_the_cent(
    rows: list[tuple[str, int]], expected: dict[str, int], base: int, contacts: int
) -> None:
    told = {name: f"{minor / 100:.2f}" for name, minor in expected.items()}
    case = BusinessCase.model_validate(
        {"partner": "aurora", "currency": "EUR", "from": "2026-01", "expected": told,
         "baseline": {"per": "contact", "cost": f"{base / 10**4:.4f}", "planned": "7600"}}
    )  # fmt: skip
    costs = tuple(booked(at, kind, f"{minor / 10**4:.4f}") for at, (kind, minor) in enumerate(rows))
    (one,) = benefits(case, [cost_of(replace(MARCH, booked=costs, contacts=Counted(contacts, contacts)))])
    total = Money.zero("EUR")
    for part in one.reasons:
        total += part.amount
    assert total == one.difference


def test_a_case_of_a_partner_without_a_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        read(tmp_path, TEXT.replace("aurora", "aurroa"))
    says = "business-case.yaml names aurroa, with whom there is no contract."
    assert (str(refused.value), refused.value.cure) == (says, "Did you mean aurora?")

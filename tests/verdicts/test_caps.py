"""What a cap's span has used up before a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.caps import used, used_earlier
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.verdicts.agreement import TEXT


def contract_with(cap: str) -> Contract:
    made, findings = load_text(TEXT + f"  - {{id: CAP, kind: credit_cap, amount: 9000, {cap}}}\n")
    assert made is not None, findings
    return made


def posted(*labels: str) -> list[tuple[Period, str, Money]]:
    return [(Period.parse(label, "UTC"), "C1", Money(Decimal(100), "EUR")) for label in labels]


@pytest.mark.parametrize(
    ("over", "label", "expected"),
    [
        ("month", "2026-03", None),
        ("quarter", "2026-03", "200"),
        ("quarter", "2026-04", None),
        ("year", "2026-04", "400"),
        ("year, year: contract", "2026-06", "500"),
        ("year, year: contract", "2026-07", None),
        ("year", "2026-07", "400"),
        ("term", "2026-04", "500"),
    ],
)
def test_earlier_periods_of_the_span_count(over: str, label: str, expected: str | None) -> None:
    """Of February and of the first quarter: a month is judged before the quarter that ends with it."""
    money = posted("2025-12", "2026-01", "2026-02", "2026-03", "2026-Q1")
    found = used(contract_with(f"over: {over}"), Period.parse(label, "UTC"), money)
    assert found.get("CAP") == (None if expected is None else Money(Decimal(expected), "EUR"))


@pytest.mark.parametrize(
    ("ends", "label", "expected"),
    [
        ("2026-01-14", "2026-01", "200"),
        ("2026-01-15", "2026-01", None),
        ("2027-06-30", "2026-01", None),
        ("2027-06-30", "2026-02", "100"),
    ],
)
def test_a_month_that_the_end_of_the_term_cuts_belongs_to_the_year_in_which_it_ends(
    ends: str, label: str, expected: str | None
) -> None:
    """The years begin on 15 January; November, December and January have used a hundred each."""
    made = contract_with("over: year, year: contract")
    days = {"from_on": date(2025, 1, 15), "to_on": date.fromisoformat(ends)}
    made = made.model_copy(update={"term": made.term.model_copy(update=days)})
    found = used(made, Period.parse(label, "UTC"), posted("2025-11", "2025-12", "2026-01"))
    assert found.get("CAP") == (None if expected is None else Money(Decimal(expected), "EUR"))


def test_a_quarter_takes_off_what_its_last_month_used_and_that_month_nothing_of_the_quarter() -> None:
    made = contract_with("over: quarter")
    money = posted("2026-03", "2026-Q1")
    assert used(made, Period.parse("2026-Q1", "UTC"), money) == {"CAP": Money(Decimal(100), "EUR")}
    assert used(made, Period.parse("2026-03", "UTC"), money) == {}


def test_what_it_does_not_cover_and_what_came_back_do_not_count() -> None:
    made = contract_with("over: year, clauses: [C1]")
    other = [(Period.parse("2026-01", "UTC"), "EB", Money(Decimal(-100), "EUR"))]
    assert used(made, Period.parse("2026-03", "UTC"), [*posted("2026-02"), *other]) == {
        "CAP": Money(Decimal(100), "EUR")
    }


def test_a_reversal_takes_its_posting_back_and_a_bonus_makes_no_room() -> None:
    made = contract_with("over: year")
    january, february = Period.parse("2026-01", "UTC"), Period.parse("2026-02", "UTC")

    def euros(amount: int) -> Money:
        return Money(Decimal(amount), "EUR")

    money = [(january, "C1", euros(500)), (january, "C1", euros(-500)), (january, "C1", euros(80))]
    money += [(february, "C1", euros(-300))]
    assert used(made, Period.parse("2026-03", "UTC"), money) == {"CAP": euros(80)}


def test_a_day_that_is_the_first_of_the_span_counts_and_so_does_a_cent() -> None:
    made = contract_with("over: month")
    money = [
        (Period.parse("2026-02-28", "UTC"), "C1", Money(Decimal(5), "EUR")),
        (Period.parse("2026-03-01", "UTC"), "C1", Money(Decimal("0.01"), "EUR")),
    ]
    assert used(made, Period.parse("2026-03", "UTC"), money) == {"CAP": Money(Decimal("0.01"), "EUR")}


def test_the_statements_that_stand_tell_what_was_used_up() -> None:
    def record(period: str, amount: int | None) -> Any:
        line = SimpleNamespace(clause="C1", payable=Money(Decimal(amount or 0), "EUR"))
        return SimpleNamespace(period=period, statement=None if amount is None else SimpleNamespace(lines=[line]))

    records = [record("2026-01", 100), record("2026-02", None), record("2026-03", 7), record("2026-04", 1000)]
    store: Any = SimpleNamespace(judged=lambda contract, partner: records)
    march = Period.parse("2026-03", "UTC")
    assert used_earlier(contract_with("over: year"), "aurora", march, store) == {"CAP": Money(Decimal(100), "EUR")}
    without, _ = load_text(TEXT)
    assert without is not None
    assert used_earlier(without, "aurora", march, store) == {}

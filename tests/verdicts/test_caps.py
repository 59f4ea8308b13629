"""What a cap's span has used up before a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.section import Counts
from tallystick.verdicts.caps import used, used_earlier
from tallystick.verdicts.examples import apply_figures
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.contract.clauses import applied
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


HEAD = applied.HEAD.replace("from: 2026-01-01, to: 2027-12-31", "from: 2025-12-16, to: 2026-12-15")
LONGER = "effective: 2026-12-16, known: 2026-12-20, changes: [{section: term, set: {to: 2027-12-15}}]"
EXAMPLE = (
    HEAD
    + f"""\
  - {{id: A1, kind: kpi, measure: m1, target: 90%, better: higher, minimum_volume: 1, value: imported, reported_as: r}}
  - {{id: C1, kind: service_credit, when: {{clause: A1}}, model: percentage, percentage: 3%, of: fee}}
  - {{id: CAP, kind: credit_cap, amount: 500, over: year, year: contract}}
amendments: [{{id: AM, {LONGER}}}]
"""
)


@pytest.mark.parametrize(
    ("known_on", "december", "january"),
    [
        # The years begin on 16 December: by the end that was signed December is of the first one, else of the second.
        (None, None, "100"),
        (date(2026, 12, 20), None, "100"),
        (date(2026, 12, 19), "200", "300"),
    ],
)
def test_a_month_that_the_end_which_was_signed_cuts_uses_up_one_year_of_a_cap(
    known_on: date | None, december: str | None, january: str
) -> None:
    """December is judged by the text as signed, January by the one that an amendment prolongs."""
    made, findings = load_text(EXAMPLE)
    assert made is not None, findings
    for label, expected in (("2026-12", december), ("2027-01", january)):
        text = made.in_force(Period.parse(label, "UTC").start_on)
        found = used(
            text,
            Period.parse(label, "UTC"),
            posted("2026-10", "2026-11", "2026-12"),
            None if known_on is None else text.whole_term_by(known_on),
        )
        assert found.get("CAP") == (None if expected is None else Money(Decimal(expected), "EUR"))


def test_each_year_of_a_prolonged_contract_has_its_own_room_under_a_cap() -> None:
    """Three months are missed: October uses up the first year, December and January share the second."""
    made, findings = load_text(EXAMPLE)
    assert made is not None, findings
    past: list[Any] = []
    granted: list[tuple[Period, str, Money]] = []
    counts = Counts.model_validate({"values": {"A1": {"value": "50%"}}})
    for label in ("2026-10", "2026-12", "2027-01"):
        period = Period.parse(label, "UTC")
        ran = apply_figures(made, "A1", counts, period, period.start_on, past, granted)
        past.append(ran.ended())
        granted += [(period, line.clause, line.payable) for line in ran.lines]
    assert [str(amount) for _, _, amount in granted] == ["EUR 300.00", "EUR 300.00", "EUR 200.00"]


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
    # What follows a term that ends with January counts with January.
    january = contract_with("over: month").term.model_copy(update={"to_on": date(2026, 1, 31)})
    monthly = contract_with("over: month")
    assert used_earlier(monthly, "aurora", march, store) == {}
    assert used_earlier(monthly, "aurora", march, store, january) == {"CAP": Money(Decimal(100), "EUR")}
    without, _ = load_text(TEXT)
    assert without is not None
    assert used_earlier(without, "aurora", march, store) == {}

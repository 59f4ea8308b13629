"""A percentage that grows with each repetition in a rolling window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.clauses.applied import A1, Applied, contract_of, linted, met, missed, month

E = "{id: E, kind: escalating_credit, when: {clause: A1}, percentages: [1%, 2%, 4%], of: fee, months: 4}"


def credit(*past: PastClause, clause: str = E) -> str:
    """The newest period of the past first."""
    months: list[PastPeriod] = [month(number, A1=one) for number, one in enumerate(past, start=1)]
    return Applied((A1, clause), {"A1": (60, 100)}, past=months).credit("E")


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ((), "100.00"),
        ((missed(),), "200.00"),
        ((met(), missed()), "200.00"),
        ((missed(), missed()), "400.00"),
        ((missed(), missed(), missed()), "400.00"),
        ((met(), met(), missed()), "200.00"),
        ((met(), met(), met(), missed()), "100.00"),
        ((PastClause("", "excused", "in-effect"),), "100.00"),
        ((PastClause("", "missed", "reporting-only"),), "100.00"),
        ((PastClause("", "provisional", "in-effect"),), "100.00"),
    ],
)
def test_each_binding_miss_within_the_window_counts(past: tuple[PastClause, ...], expected: str) -> None:
    assert credit(*past) == f"EUR {expected}"


def test_below_the_minimum_only_such_misses_count() -> None:
    below = E.replace("{clause: A1}", "{clause: A1, below: minimum}")
    assert credit(missed(level="minimum"), clause=below) == "EUR 100.00"
    assert credit(missed(level="below"), clause=below) == "EUR 200.00"


def test_it_reads_one_month_less_than_its_window() -> None:
    contract = contract_of(A1, E)
    clause = contract.clause("E")
    assert clause is not None
    assert clause.remembers(contract) == (("A1", 3),)


def test_each_percentage_is_larger_than_the_one_before_and_fits_the_window() -> None:
    clause = "{id: E, kind: escalating_credit, when: {clause: A1}, percentages: [LIST], of: fee, months: 2}"
    told = [len(linted(A1, clause.replace("LIST", words))) for words in ("1%, 2%", "2%, 2%", "2%, 1%", "1%, 2%, 3%")]
    assert told == [0, 1, 1, 1]


def test_a_window_of_months_ends_with_the_last_month_of_a_quarter() -> None:
    """Eight months to the end of December begin with May, so a miss of the second quarter lies before them."""
    quarterly = A1.replace("target", "window: quarter, target")
    spring = PastPeriod("2026-Q2", date(2026, 4, 1), date(2026, 7, 1), "", (replace(missed(), clause="A1"),))
    autumn = {"label": "2026-Q4", "from_on": date(2026, 10, 1), "end_on": date(2027, 1, 1), "on": date(2026, 10, 1)}

    def credit_of(months: int, **parts: object) -> str:
        clause = E.replace("months: 4", f"months: {months}")
        return Applied((quarterly, clause), {"A1": (60, 100)}, past=[spring], **{**autumn, **parts}).credit("E")  # type: ignore[arg-type]

    assert (credit_of(8), credit_of(9)) == ("EUR 100.00", "EUR 200.00")
    assert (credit_of(6, rules=4), credit_of(7, rules=4)) == ("EUR 100.00", "EUR 200.00")
    assert credit_of(7, end_on=None) == "EUR 200.00"

"""One credit of several, at the client's election."""

from __future__ import annotations

from tests.contract.clauses.applied import A1, A2, Applied

C1 = "{id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
C2 = "{id: C2, kind: service_credit, when: {clause: A2}, model: fixed, amount: 250}"
CAP = "{id: CAP, kind: credit_cap, amount: 200}"
ONE = "{id: ONE, kind: pick_one, credits: [C1, C2]MORE}"
BOTH = {"A1": (1, 100), "A2": (99, 100)}


def left(more: str = "", figures: dict[str, tuple[int, int]] | None = None, **parts: str) -> tuple[str, str]:
    clauses = (A1, A2, C1, C2, CAP, ONE.replace("MORE", more))
    ran = Applied(clauses, figures or BOTH, **parts)  # type: ignore[arg-type]
    return ran.left("C1").removeprefix("EUR "), ran.left("C2").removeprefix("EUR ")


def test_the_largest_applies_and_is_struck_before_any_cap() -> None:
    assert left() == ("0.00", "200.00")
    assert left(", otherwise: first") == ("100.00", "0.00")


def test_an_election_of_the_period_decides_and_one_of_another_period_or_partner_does_not() -> None:
    assert left(", elections: [{period: 2026-03, pick: C1}]") == ("100.00", "0.00")
    assert left(", elections: [{period: 2026-02, pick: C1}]") == ("0.00", "200.00")
    assert left(", elections: [{period: 2026-03, pick: C1, partner: other}]") == ("0.00", "200.00")
    assert left(", elections: [{period: 2026-03, pick: C1, partner: p}]") == ("100.00", "0.00")


def test_a_single_credit_stands_whatever_was_elected() -> None:
    only = {"A1": (80, 100), "A2": (99, 100)}
    assert left(", elections: [{period: 2026-03, pick: C1}]", only) == ("0.00", "200.00")
    assert left("", {"A1": (80, 100), "A2": (5, 100)}) == ("0.00", "0.00")


def test_of_equal_credits_the_first_of_the_clause_is_picked() -> None:
    clauses = (A1, A2, C1, C2.replace("250", "100"), ONE.replace("MORE", ""))
    assert Applied(clauses, BOTH).result("ONE", "picked") == "C1"


def test_a_credit_below_one_unit_counts_as_one_that_follows() -> None:
    small = (A1, A2, C1.replace("100", "0.50"), C2, ONE.replace("MORE", ", otherwise: first"))
    assert Applied(small, BOTH).result("ONE", "picked") == "C1"


def test_the_reason_of_the_choice_is_told() -> None:
    def why(more: str, figures: dict[str, tuple[int, int]]) -> str:
        return Applied((A1, A2, C1, C2, ONE.replace("MORE", more)), figures).said("ONE", "picked")[0]

    assert why("", {"A1": (80, 100), "A2": (99, 100)}) == "the only one that follows"
    assert why("", BOTH) == "the largest"
    assert why(", otherwise: first", BOTH) == "the first of the text"
    assert why(", elections: [{period: 2026-03, pick: C1}]", BOTH) == "the client's election for 2026-03"


def test_the_last_of_two_elections_stands() -> None:
    two = ", elections: [{period: 2026-03, pick: C2}, {period: 2026-03, pick: C1}]"
    assert left(two) == ("100.00", "0.00")

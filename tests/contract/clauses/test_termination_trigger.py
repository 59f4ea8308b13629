"""Rights from persistent failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.agreement import CARDS
from tests.contract.clauses.applied import A1, A2, Applied, contract_of, linted, met, missed, month

BOTH = {"A1": (60, 100), "A2": (5, 100)}


def state(clause: str, *past: PastPeriod, figures: dict[str, tuple[int, int]] | None = None, **parts: object) -> str:
    ran = Applied((A1, A2, clause), figures or BOTH, past=past, **parts)  # type: ignore[arg-type]
    return str(ran.result("T", "trigger"))


EACH = "{id: T, kind: termination_trigger, clauses: [A1, A2], failures: 3, months: 4}"
TOGETHER = EACH.replace("months: 4", "months: 4, counting: together")
ROW = "{id: T, kind: termination_trigger, clauses: [A1], consecutive: 3}"


@pytest.mark.parametrize(
    ("clause", "past", "expected"),
    [
        (EACH, (month(1, A1=missed()), month(2, A1=missed())), "reached"),
        (EACH, (month(1, A1=missed()), month(3, A1=missed())), "reached"),
        (EACH, (month(1, A1=missed()), month(4, A1=missed())), "not reached"),
        (EACH, (month(1, A1=missed(), A2=missed()),), "not reached"),
        (TOGETHER, (month(1, A1=missed(), A2=missed()),), "reached"),
        (TOGETHER, (month(1, A1=missed(), A2=met()),), "not reached"),
        (EACH, (month(1, A1=missed()), month(2, A1=PastClause("", "missed", "baselining"))), "not reached"),
        (ROW, (month(1, A1=missed()), month(2, A1=missed())), "reached"),
        (ROW, (month(1, A1=missed()), month(2, A1=met()), month(3, A1=missed())), "not reached"),
        (ROW, (month(1, A1=missed()), month(3, A1=missed())), "not reached"),
        (ROW.replace("[A1]", "[A2, A1]"), (month(1, A1=missed()), month(2, A1=missed())), "reached"),
    ],
)
def test_misses_are_counted_in_a_window_or_in_a_row(clause: str, past: tuple[PastPeriod, ...], expected: str) -> None:
    assert state(clause, *past) == expected


def test_the_ledger_names_the_months_it_counted_in_their_order() -> None:
    past = (month(1, A1=missed()), month(2, A1=missed()))
    for clause in (EACH, ROW):
        ran = Applied((A1, A2, clause), BOTH, past=past)
        assert ran.said("T", "counted A1")[1] == "2026-01, 2026-02, 2026-03"
    assert Applied((A1, A2, EACH), BOTH).said("T", "counted A2")[1] == "none"


def test_a_good_month_counts_nothing_towards_a_row() -> None:
    past = (month(1, A1=missed()), month(2, A1=missed()), month(3, A1=missed()))
    assert state(ROW, *past, figures={"A1": (80, 100)}) == "not reached"


@pytest.mark.parametrize(("met_", "expected"), [(50, "not reached"), (49, "reached")])
def test_a_threshold_is_passed_by_one_miss_alone(met_: int, expected: str) -> None:
    clause = "{id: T, kind: termination_trigger, below: {A1: 50%}}"
    assert state(clause, figures={"A1": (met_, 100)}) == expected
    assert state(clause, figures={"A1": (met_, 100)}, outcomes={"A1": "excused"}) == "not reached"


def test_points_are_added_up_over_the_window() -> None:
    points = "{id: P, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}"
    clause = "{id: T, kind: termination_trigger, points: [P], points_from: 5, months: 2}"
    for earlier, expected in ((3, "reached"), (Fraction(29, 10), "not reached")):
        past = [month(1, P=PastClause("", points=Fraction(earlier))), month(2, P=PastClause("", points=Fraction(9)))]
        ran = Applied((A1, points, clause), {"A1": (60, 100)}, past=past)
        assert ran.result("T", "trigger") == expected


def test_a_cap_counts_where_nothing_was_left_under_it() -> None:
    credit = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: AMOUNT}"
    cap = "{id: CAP, kind: credit_cap, amount: 100}"
    clause = "{id: T, kind: termination_trigger, cap: CAP, times: 2, months: 3}"
    for amount, before, expected in ((100, True, "reached"), (99, True, "not reached"), (101, False, "not reached")):
        past = [month(2, CAP=PastClause("", reached=before)), month(3, CAP=PastClause("", reached=True))]
        clauses = (A1, credit.replace("AMOUNT", str(amount)), cap, clause)
        assert Applied(clauses, {"A1": (60, 100)}, past=past).result("T", "trigger") == expected


def test_a_right_says_until_when_it_can_be_used() -> None:
    clause = "{id: T, kind: termination_trigger, below: {A1: 70%}, use_within: 60 days}"
    assert Applied((A1, clause), {"A1": (60, 100)}).result("T", "use by") == date(2026, 5, 30)
    steps = Applied((A1, clause), {"A1": (75, 100)}).steps["T"]
    assert "use by" not in [step.label for step in steps]


def test_a_right_that_is_not_in_effect_does_not_arise() -> None:
    clause = (
        "{id: T, kind: termination_trigger, below: {A1: 70%}, state: [{from: 2026-01-01, as: reporting-only}, "
        "{from: 2026-06-01, as: in-effect}]}"
    )
    assert state(clause, figures={"A1": (60, 100)}) == "not reached"
    assert state(clause, figures={"A1": (60, 100)}, on=date(2026, 6, 1)) == "reached"


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        (EACH, (("A1", 3), ("A2", 3))),
        (EACH.replace("months: 4", "months: 1").replace("failures: 3", "failures: 1"), ()),
        (ROW, (("A1", 2),)),
        ("{id: T, kind: termination_trigger, below: {A1: 50%}}", ()),
        ("{id: T, kind: termination_trigger, cap: A1, times: 2, months: 6}", (("A1", 5),)),
    ],
)
def test_it_reads_no_further_back_than_it_counts(clause: str, expected: tuple[tuple[str, int], ...]) -> None:
    contract = Applied((A1, A2, clause), BOTH).contract
    found = contract.clause("T")
    assert found is not None
    assert found.remembers(contract) == expected


def test_a_row_of_quarters_reads_back_by_quarters() -> None:
    quarterly = A1.replace("minimum_volume", "window: quarter, minimum_volume")
    contract = Applied((quarterly, A2, ROW), BOTH).contract
    found = contract.clause("T")
    assert found is not None
    assert found.remembers(contract) == (("A1", 6),)


def test_points_from_nothing_are_always_reached() -> None:
    points = "{id: P, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}"
    clause = "{id: T, kind: termination_trigger, points: [P], points_from: 0, months: 2}"
    assert Applied((A1, points, clause), {"A1": (99, 100)}).result("T", "trigger") == "reached"


def test_the_ledger_names_the_period_in_which_a_cap_was_reached() -> None:
    credit = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
    clauses = (A1, credit, "{id: CAP, kind: credit_cap, amount: 100}", "{id: T, kind: termination_trigger, cap: CAP}")
    past = [month(1, CAP=PastClause("", reached=True))]
    assert Applied(clauses, {"A1": (60, 100)}, past=past).said("T", "counted")[1] == "2026-02, 2026-03"
    assert Applied(clauses, {"A1": (60, 100)}, label="").said("T", "counted")[1] == "this period"


def test_a_window_of_two_months_reads_one_back() -> None:
    contract = contract_of(A1, "{id: T, kind: termination_trigger, clauses: [A1], failures: 2, months: 2}")
    found = contract.clause("T")
    assert found is not None
    assert found.remembers(contract) == (("A1", 1),)


QUARTERLY = A2.replace("minimum_volume", "window: quarter, minimum_volume")


@pytest.mark.parametrize(
    ("clauses", "words", "told"),
    [
        ((A1,), "failures: 4, months: 4", 0), ((A1,), "failures: 5, months: 4", 1),
        ((QUARTERLY,), "failures: 2, months: 6", 0), ((QUARTERLY,), "failures: 3, months: 6", 1),
        ((QUARTERLY,), "failures: 2, months: 5", 1),
        ((A1, QUARTERLY), "failures: 4, months: 4", 0), ((A1, QUARTERLY), "failures: 5, months: 4", 1),
        ((A1, QUARTERLY), "failures: 5, months: 4, counting: together", 0),
        ((A1, QUARTERLY), "failures: 6, months: 4, counting: together", 1),
    ],
)  # fmt: skip
def test_a_window_holds_as_many_periods_as_may_be_missed(clauses: tuple[str, ...], words: str, told: int) -> None:
    names = ", ".join(text[5:7] for text in clauses)
    trigger = f"{{id: T, kind: termination_trigger, clauses: [{names}], {words}}}"
    assert len(linted(*clauses, trigger)) == told


def test_only_what_can_be_missed_is_counted() -> None:
    mean = "{id: AV, kind: averaged_level, averages: A1, target: 80%}"
    credit = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
    for name, told in (("A1", 0), ("AV", 0), ("C", 1)):
        trigger = f"{{id: T, kind: termination_trigger, clauses: [{name}], failures: 2}}"
        assert len(linted(A1, mean, credit, trigger)) == told


def test_a_window_of_months_ends_with_the_last_month_of_a_quarter() -> None:
    """Three months to the end of March begin with January; December's miss lies before them."""
    quarter = {"label": "2026-Q1", "from_on": date(2026, 1, 1), "end_on": date(2026, 4, 1), "on": date(2026, 1, 1)}
    last = PastPeriod("2025-12", date(2025, 12, 1), date(2026, 1, 1), "", (
        replace(missed(), clause="A1"), PastClause("P1", points=Fraction(3)), PastClause("CAP", reached=True),
    ))  # fmt: skip
    points = "{id: P1, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 3}]}"
    cap = "{id: CAP, kind: credit_cap, amount: 5}"
    credit = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}"
    for words in ("clauses: [A1], failures: 2", "points: [P1], points_from: 6", "cap: CAP, times: 2"):
        clause = f"{{id: T, kind: termination_trigger, {words}, months: MORE}}"
        for months, rules, reached in ((3, 5, False), (4, 5, True), (3, 4, True), (1, 4, False)):
            text = (A1, points, credit, cap, clause.replace("MORE", str(months)))
            ran = Applied(text, {"A1": (60, 100)}, past=[last], rules=rules, **quarter)  # type: ignore[arg-type]
            assert (ran.result("T", "trigger") == "reached") is reached, (words, months, rules)


@pytest.mark.parametrize(
    ("clauses", "name", "level", "side"),
    [
        ((A1,), "A1", "60%", "below 60 %"),
        # Only the card of the measure says that lower is better.
        (("{id: A2, kind: kpi, measure: reopen_rate, target: 5%, minimum_volume: 1}",), "A2", "12%", "above 12 %"),
        ((A2, "{id: AV, kind: averaged_level, averages: A2, target: 5%}"), "AV", "12%", "above 12 %"),
    ],
)
def test_a_threshold_lies_on_the_side_that_is_worse(clauses: tuple[str, ...], name: str, level: str, side: str) -> None:
    made = contract_of(*clauses, f"{{id: T, kind: termination_trigger, below: {{{name}: {level}}}}}")
    words = made.clauses[-1].plain(made, cards_by_id(CARDS))
    assert words == [f"The client may terminate the contract where clause {name} lies {side}."]


def test_a_threshold_of_a_clause_that_judges_nothing_is_refused() -> None:
    credit = "{id: C2, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}"
    ((_, message),) = linted(A1, credit, "{id: T, kind: termination_trigger, below: {C2: 10%}}")
    assert "which judges nothing" in message

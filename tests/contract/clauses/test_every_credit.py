"""What holds for every kind of clause that grants money."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.contract.clause import clause_kinds
from tallystick.contract.load import load_text
from tests.contract.clauses.applied import A1, A2, Applied, contract_of

KINDS = {
    "service_credit": "{id: X, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}",
    "pool_allocation": "{id: X, kind: pool_allocation, at_risk: {percentage: 10%, of: fee}, levels: {A1: 100%}}",
    "invoice_weights": "{id: X, kind: invoice_weights, at_risk: {percentage: 10%, of: fee}, weights: {A1: 100%}}",
    "critical_levels": "{id: X, kind: critical_levels, at_risk: {percentage: 10%, of: fee}, critical: {A1: 100%}}",
    "weighting_factor": "{id: X, kind: weighting_factor, factors: {A1: 0.1}, of: fee}",
    "escalating_credit": "{id: X, kind: escalating_credit, when: {clause: A1}, percentages: [5%], of: fee}",
    "linear_slope": "{id: X, kind: linear_slope, when: {clause: A1}, per: 1%, percentage: 1%, of: fee}",
    "bonus_malus": "{id: X, kind: bonus_malus, clause: A1, band: 1%, percentage: 1%, of: fee}",
    "hours_in_adherence": "{id: X, kind: hours_in_adherence, adherence: A1, of: fee}",
}
OF_POINTS = (
    "{id: SP, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 3}]}",
    "{id: X, kind: points_credit, points: [SP], each: 1%, of: fee}",
)
WITHOUT_FEE = sorted(set(KINDS) - {"service_credit"})


def clauses_of(kind: str, first: str = A1) -> tuple[str, ...]:
    return (first, *OF_POINTS) if kind == "points_credit" else (first, KINDS[kind])


EVERY = [*sorted(KINDS), "points_credit"]


@pytest.mark.parametrize("kind", EVERY)
def test_a_miss_costs_something(kind: str) -> None:
    assert Applied(clauses_of(kind), {"A1": (60, 100)}).values.credits["X"].amount > 0


@pytest.mark.parametrize("outcome", ["excused", "not assessable", "provisional"])
@pytest.mark.parametrize("kind", EVERY)
def test_nothing_follows_from_a_clause_that_is_not_judged_as_missed(kind: str, outcome: str) -> None:
    assert Applied(clauses_of(kind), {"A1": (60, 100)}, outcomes={"A1": outcome}).credit("X") == "EUR 0.00"


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_follows_while_the_clause_is_only_reported(kind: str) -> None:
    reported = A1.replace("}", ", state: [{from: 2026-01-01, as: reporting-only}]}")
    assert Applied(clauses_of(kind, reported), {"A1": (60, 100)}).credit("X") == "EUR 0.00"


@pytest.mark.parametrize("kind", EVERY)
def test_nothing_follows_while_the_credit_itself_is_suspended(kind: str) -> None:
    *before, last = clauses_of(kind)
    suspended = f"{last[:-1]}, state: [{{from: 2026-01-01, as: suspended}}]}}"
    assert Applied((*before, suspended), {"A1": (60, 100)}).credit("X") == "EUR 0.00"


def test_credits_from_points_followed_while_they_were_suspended_before_version_5() -> None:
    *before, last = clauses_of("points_credit")
    suspended = f"{last[:-1]}, state: [{{from: 2026-01-01, as: suspended}}]}}"
    assert Applied((*before, suspended), {"A1": (60, 100)}, rules=4).credit("X") == "EUR 300.00"


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"bonus_malus", "hours_in_adherence"}))
def test_nothing_follows_from_a_clause_that_is_met(kind: str) -> None:
    assert Applied(clauses_of(kind), {"A1": (80, 100)}).credit("X") == "EUR 0.00"


@pytest.mark.parametrize("kind", WITHOUT_FEE)
def test_without_the_fee_nothing_follows(kind: str) -> None:
    made = contract_of(*clauses_of(kind))
    text = made.model_copy(update={"fees": {}})
    clause = text.clause("X")
    assert clause is not None
    values = Applied(clauses_of(kind), {"A1": (60, 100)}).values
    from dataclasses import replace

    steps = clause.apply(replace(values, contract=text))
    assert steps[-1].result.amount == 0


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize(("currency", "places"), [("JPY", 0), ("EUR", 2), ("KWD", 3)])
def test_a_sum_is_rounded_to_the_minor_unit_of_its_currency(kind: str, currency: str, places: int) -> None:
    credit = Applied(clauses_of(kind), {"A1": (10, 17)}, currency=currency).values.credits["X"]
    assert credit.currency == currency
    assert credit.minor is not None
    assert len(str(credit).partition(".")[2]) == places


@pytest.mark.parametrize("kind", EVERY)
def test_a_retired_clause_is_not_asked(kind: str) -> None:
    from tallystick.verdicts.consequences import follow

    retired = [f"{one[:-1]}, state: [{{from: 2026-01-01, as: retired}}]}}" for one in clauses_of(kind)[1:]]
    before = Applied((A1,), {"A1": (60, 100)}).values
    from dataclasses import replace

    after = follow(replace(before, contract=contract_of(A1, *retired)), ["A1"])
    assert (dict(after.granted), dict(after.tallies)) == ({}, {})


def test_every_kind_that_moves_money_is_tried_here() -> None:
    money = {name for name, kind in clause_kinds().items() if kind.moves_money}
    assert money == {*EVERY, "earn_back"}


@pytest.mark.parametrize("kind", EVERY)
def test_the_plain_words_say_which_clause_and_when_nothing_follows(kind: str) -> None:
    made = contract_of(*clauses_of(kind))
    words = " ".join(" ".join(clause.plain(made, {})) for clause in made.clauses[1:])
    assert "A1" in words
    assert "Nothing follows while" in words


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        ("{id: X, kind: service_credit, when: {clause: A1}, model: fixed, amount: 1, at_most: 2}", "at_most"),
        ("{id: X, kind: points_credit, points: [A1], of: fee}", "either `each` or `table`"),
        ("{id: X, kind: hours_in_adherence, adherence: A1}", "either `of`"),
        ("{id: X, kind: hours_in_adherence, adherence: A1, of: fee, pay: by-band}", "`bands` go with"),
        ("{id: X, kind: pool_allocation, at_risk: {of: fee}}", "either `levels` or `pools`"),
        ("{id: X, kind: termination_trigger, clauses: [A1]}", "one of `failures`"),
        ("{id: X, kind: termination_trigger, consecutive: 2}", "`clauses` go with"),
        ("{id: X, kind: termination_trigger, clauses: [A1], points_from: 2, points: [A1]}", "`clauses` go with"),
        ("{id: X, kind: termination_trigger, points_from: 2}", "`points` go with"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(clause: str, why: str) -> None:
    from tests.contract.clauses.applied import HEAD

    made, findings = load_text(f"{HEAD}  - {A1}\n  - {A2}\n  - {clause}\n")
    assert made is None
    assert any(why in finding.message for finding in findings), findings


def test_a_credit_below_the_minimum_waits_for_the_minimum() -> None:
    waits = KINDS["escalating_credit"].replace("{clause: A1}", "{clause: A1, below: minimum}")
    assert Applied((A1, waits), {"A1": (70, 100)}).credit("X") == "EUR 0.00"
    assert Applied((A1, waits), {"A1": (69, 100)}).credit("X") == "EUR 500.00"
    pool = KINDS["pool_allocation"][:-1] + ", below: minimum}"
    assert Applied((A1, pool), {"A1": (70, 100)}).credit("X") == "EUR 0.00"
    assert Applied((A1, pool), {"A1": (69, 100)}).credit("X") == "EUR 1,000.00"


def test_a_day_decides_which_level_holds() -> None:
    glide = A1.replace("minimum_volume: 1", "minimum_volume: 1, glide: [{from: 2026-02-01, target: 85%}]")
    made = contract_of(glide)
    for day, target in ((date(2026, 1, 31), "80%"), (date(2026, 2, 1), "85%")):
        clause = made.at(day).clause("A1")
        assert str(getattr(clause, "target", "")) == target
    assert getattr(made.at(date(2026, 2, 1)).clause("A1"), "minimum", "") is None
    assert contract_of(A1).at(date(2026, 2, 1)).clauses is not None

"""Census arithmetic of a counted clause, step by step."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.clause import Values, outcome_of
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.counted import CountedClause
from tallystick.vocabulary.measure_value import MeasureValue
from tests.contract.agreement import sound


def share(met: int, total: int, kind: str = "share") -> MeasureValue:
    value = Fraction(met, total) if total else None
    return MeasureValue("sla_attainment", 1, kind, "ratio", (), "2026-01", total, met, total, value)


def outcome(value: MeasureValue | None, *edits: tuple[str, str], better: str = "higher") -> str | None:
    contract = sound(*edits)
    clause = contract.clause("A1")
    assert isinstance(clause, CountedClause)
    values = Values(contract, date(2026, 1, 1), {"A1": value} if value else {}, {"A1": better})
    return outcome_of(clause.apply(values))


@pytest.mark.parametrize(
    ("met", "total", "expected"),
    [
        (42, 60, "missed"),
        (54, 60, "met"),
        (53, 60, "missed"),
        (29, 29, "not assessable"),
        (30, 30, "met"),
        (0, 30, "missed"),
    ],
)
def test_the_exact_share_is_held_against_the_target(met: int, total: int, expected: str) -> None:
    assert outcome(share(met, total)) == expected


def test_no_data_is_not_assessable() -> None:
    assert outcome(None) == "not assessable"
    assert outcome(share(0, 0)) == "not assessable"


def test_rounding_happens_only_where_the_clause_says() -> None:
    near = share(899, 1000)
    minimum = "minimum: 85%\n"
    rule = minimum + "    rounding: {decimals: 0, mode: half-up, when: "
    assert outcome(near) == "missed"
    assert outcome(near, (minimum, rule + "before}\n")) == "met"
    assert outcome(near, (minimum, rule + "after}\n")) == "missed"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("half-up", 90), ("half-even", 90), ("up", 90), ("down", 89), ("ceiling", 90), ("floor", 89)],
)
def test_each_way_of_rounding_is_exact(mode: str, expected: int) -> None:
    contract = sound(("minimum: 85%\n", f"minimum: 85%\n    rounding: {{decimals: 0, mode: {mode}, when: before}}\n"))
    clause = contract.clause("A1")
    assert isinstance(clause, CountedClause)
    assert clause.rounded(Fraction(895, 1000)) == Fraction(expected, 100)
    endless = 89 if mode in {"down", "floor"} else 90
    assert clause.rounded(Fraction(269, 300)) == Fraction(endless, 100)


def test_allowed_failures_forgive_whatever_the_percentage() -> None:
    allowed = ("minimum_volume: 30\n", "minimum_volume: 5\n    allowed_failures: 1\n")
    assert outcome(share(6, 7), allowed) == "met"
    assert outcome(share(5, 7), allowed) == "missed"
    assert outcome(share(3, 4), allowed) == "not assessable"


def test_where_lower_is_better_the_target_is_a_ceiling() -> None:
    ceiling = ("    target: 90%\n    minimum: 85%\n", "    target: 5%\n    minimum: 8%\n")
    assert outcome(share(5, 100), ceiling, better="lower") == "met"
    assert outcome(share(6, 100), ceiling, better="lower") == "missed"


def test_the_steps_can_be_redone_by_hand() -> None:
    contract = sound()
    clause = contract.clause("A1")
    assert isinstance(clause, SlaTarget)
    steps = clause.apply(Values(contract, date(2026, 1, 1), {"A1": share(42, 60)}, {"A1": "higher"}))
    assert [(step.label, step.inserted, step.result) for step in steps] == [
        ("value", "42 / 60 = 70 %", Fraction(7, 10)),
        ("target", "70 % < 90 %", "missed"),
        ("minimum", "70 % < 85 %", "not kept"),
        ("outcome", "70 % < 90 %", "missed"),
    ]
    assert clause.measure_params == {"clock": "first_reply", "within": 4 * 3600}

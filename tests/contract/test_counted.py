"""A measured value against its level: borders one row each side, allowed failures, minimum volume and rounding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tallystick.contract.clause import MET, MISSED, NOT_ASSESSABLE, OUTCOME
from tallystick.contract.clauses.kpi import Kpi
from tallystick.contract.counted import failures_in, parse_parameter
from tallystick.vocabulary.measure_value import MeasureValue, Step


def clause(**parts: Any) -> Kpi:
    return Kpi.model_validate({"id": "K1", "kind": "kpi", "measure": "csat", "target": "80%", **parts})


def share(numerator: int, denominator: int, kind: str = "share") -> MeasureValue:
    value = Fraction(numerator, denominator) if denominator else None
    return MeasureValue("csat", 1, kind, "ratio", (), "2026-03", denominator, numerator, denominator, value)


def stated(value: str, n: int | None = None) -> MeasureValue:
    """What the partner reports, without parts and maybe without its n."""
    return MeasureValue(
        "csat", 1, "share", "ratio", (), "2026-03", n, None, None, Fraction(value), provenance="imported"
    )


def told(found: MeasureValue | None, better: str = "higher", **parts: Any) -> dict[str, Step]:
    return {step.label: step for step in clause(**parts).assess(found, better)}


def outcome(found: MeasureValue | None, better: str = "higher", **parts: Any) -> str:
    return str(told(found, better, **parts)[OUTCOME].result)


@pytest.mark.parametrize(
    ("met", "better", "result"),
    [(79, "higher", MISSED), (80, "higher", MET), (81, "higher", MET),
     (79, "lower", MET), (80, "lower", MET), (81, "lower", MISSED)],
)  # fmt: skip
def test_being_equal_to_the_level_is_enough_and_one_row_less_is_not(met: int, better: str, result: str) -> None:
    steps = told(share(met, 100), better)
    assert (steps["target"].result, steps[OUTCOME].result) == (result, result)
    sign = {("higher", MET): "≥", ("higher", MISSED): "<", ("lower", MET): "≤", ("lower", MISSED): ">"}[better, result]
    assert steps["target"].inserted == f"{met} % {sign} 80 %"
    assert steps["value"].inserted == f"{met} / 100 = {met} %"
    assert (steps["value"].result, steps["value"].unit) == (Fraction(met, 100), "ratio")


@pytest.mark.parametrize("nothing", [None, share(0, 0)])
def test_without_a_row_nothing_is_judged(nothing: MeasureValue | None) -> None:
    steps = told(nothing)
    assert (steps["value"].result, steps[OUTCOME].result) == (None, NOT_ASSESSABLE)


def test_one_row_is_judged_and_so_is_a_value_of_nothing() -> None:
    assert (outcome(share(1, 1)), outcome(share(0, 1))) == (MET, MISSED)


@pytest.mark.parametrize(("n", "result"), [(29, NOT_ASSESSABLE), (30, MET), (31, MET)])
def test_below_the_minimum_volume_nothing_is_judged(n: int, result: str) -> None:
    steps = told(share(n, n), minimum_volume=30)
    assert steps[OUTCOME].result == result
    assert ("29 < 30" in steps[OUTCOME].inserted) == (n == 29)
    assert steps["value"].inserted == f"{n} / {n} = 100 %", "the value is told all the same"


def test_a_minimum_volume_needs_an_n_and_without_one_none_is_asked_for() -> None:
    assert outcome(stated("0.9"), minimum_volume=30) == NOT_ASSESSABLE
    assert "n is not stated" in told(stated("0.9"), minimum_volume=30)[OUTCOME].inserted
    assert outcome(stated("0.9", 31), minimum_volume=30) == MET
    assert outcome(stated("0.9")) == MET
    assert told(stated("0.9"))["value"].inserted == "90 % (no n stated)"
    assert told(stated("0.9", 12))["value"].inserted == "90 % (n = 12)"


@pytest.mark.parametrize(
    ("met", "kept", "result"),
    [(80, None, MET), (79, "kept", MISSED), (75, "kept", MISSED), (74, "not kept", MISSED)],
)
def test_the_minimum_is_asked_for_only_where_the_target_is_missed(met: int, kept: str | None, result: str) -> None:
    steps = told(share(met, 100), minimum="75%")
    assert (steps["minimum"].result if "minimum" in steps else None, steps[OUTCOME].result) == (kept, result)
    # The outcome is that of the target, never of the minimum.
    assert steps[OUTCOME].inserted == steps["target"].inserted


@pytest.mark.parametrize(
    ("failures", "better", "result"),
    [(4, "higher", MET), (5, "higher", MISSED), (4, "lower", MET), (5, "lower", MISSED)],
)
def test_so_many_failures_keep_the_promise_and_one_more_does_not(failures: int, better: str, result: str) -> None:
    """Of 10 rows 4 failures are 60 % against 80 %, or 40 % against at most 20 %."""
    found = share(10 - failures if better == "higher" else failures, 10)
    target = "80%" if better == "higher" else "20%"
    steps = told(found, better, target=target, allowed_failures=4, minimum="1%")
    assert (steps["target"].result, steps["allowed failures"].result, steps[OUTCOME].result) == (MISSED, result, result)
    assert steps[OUTCOME].inserted == f"{failures} {'≤' if result == MET else '>'} 4"
    assert outcome(found, better, target=target) == MISSED


def test_where_the_target_is_reached_or_no_row_counts_failures_are_not_asked_for() -> None:
    assert "allowed failures" not in told(share(9, 10), allowed_failures=4)
    assert outcome(stated("0.7", 10), allowed_failures=4) == MISSED
    assert "allowed failures" not in told(stated("0.7", 10), allowed_failures=4)
    assert "allowed failures" not in told(share(7, 10), allowed_by_volume=[{"under": 10, "allowed": 5}])


@pytest.mark.parametrize(
    ("n", "forgiven"), [(None, 1), (0, 3), (9, 3), (10, 2), (49, 2), (50, 4), (99, 4), (100, 1), (5000, 1)]
)
def test_the_narrowest_band_of_volume_says_how_many_failures_are_forgiven(n: int | None, forgiven: int) -> None:
    bands = [{"under": 50, "allowed": 2}, {"under": 10, "allowed": 3}, {"under": 100, "allowed": 4}]
    assert clause(allowed_failures=1, allowed_by_volume=bands).forgiven(n) == forgiven
    assert clause(allowed_failures=3, allowed_by_volume=bands).forgiven(49) == 3, "never less than the fixed number"
    assert (clause(allowed_by_volume=bands).forgiven(100), clause().forgiven(5)) == (0, 0)


@pytest.mark.parametrize(
    ("rounding", "value", "rounded", "result"),
    [
        ({"when": "before", "decimals": 1}, Fraction(79949, 100_000), Fraction(799, 1000), MISSED),
        ({"when": "before", "decimals": 1}, Fraction(7995, 10_000), Fraction(8, 10), MET),
        ({"when": "before", "decimals": 0}, Fraction(795, 1000), Fraction(8, 10), MET),
        ({"when": "before", "decimals": 1, "mode": "down"}, Fraction(7999, 10_000), Fraction(799, 1000), MISSED),
        ({"when": "after", "decimals": 0}, Fraction(799, 1000), None, MISSED),
        ({"when": "never", "decimals": 0}, Fraction(799, 1000), None, MISSED),
    ],
)
def test_only_a_value_that_is_rounded_before_is_compared_as_rounded(
    rounding: dict[str, Any], value: Fraction, rounded: Fraction | None, result: str
) -> None:
    """79.95 % at one decimal of the percentage is 80.0 %."""
    found = share(value.numerator, value.denominator)
    steps = told(found, rounding=rounding)
    assert (steps["rounded value"].result if "rounded value" in steps else None) == rounded
    assert steps[OUTCOME].result == result
    assert clause(rounding=rounding).compared_value(found) == (value if rounded is None else rounded)


@pytest.mark.parametrize(("decimals", "rounded"), [(0, Fraction(4)), (1, Fraction(43, 10)), (2, Fraction(425, 100))])
def test_points_are_rounded_at_decimals_of_the_value_itself(decimals: int, rounded: Fraction) -> None:
    score = clause(target="4.3", rounding={"when": "before", "decimals": decimals})
    assert score.rounded(Fraction("4.25")) == rounded


def test_without_a_value_there_is_none_to_compare() -> None:
    assert clause().compared_value(share(0, 0)) is None


@pytest.mark.parametrize(
    ("parts", "direction"),
    [
        ({"target": "80%"}, "higher"),
        ({"target": "4h"}, "lower"),
        ({"target": "80%", "better": "lower"}, "lower"),
        ({"target": "80%", "minimum": "75%"}, "higher"),
        ({"target": "5%", "minimum": "8%"}, "lower"),
        ({"target": "4h", "minimum": "2h"}, "higher"),
        ({"target": "4h", "minimum": "4h"}, "lower"),
        ({"target": "80%", "minimum": "80%"}, "higher"),
        ({"target": "4h", "minimum": "75%"}, "lower"),
        ({"target": "80%", "minimum": "2h"}, "higher"),
    ],
)
def test_for_want_of_a_card_the_text_shows_which_way_is_better(parts: dict[str, str], direction: str) -> None:
    assert clause(**parts).direction == direction


def test_a_level_glides_on_the_day_that_is_named() -> None:
    steps = [{"from": "2026-07-01", "target": "90%"}, {"from": "2026-04-01", "target": "85%", "minimum": "80%"}]
    moving = clause(minimum="75%", glide=steps)
    levels = [moving.at(date(2026, month, day)) for month, day in ((3, 31), (4, 1), (6, 30), (7, 1))]
    assert [(str(one.target), one.minimum and str(one.minimum)) for one in levels] == [
        ("80%", "75%"), ("85%", "80%"), ("85%", "80%"), ("90%", None)]  # fmt: skip


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_failures_are_counted_rows_against_the_partner(kind: str) -> None:
    assert (failures_in(share(7, 10, kind), "higher"), failures_in(share(7, 10, kind), "lower")) == (3, 7)
    assert failures_in(share(7, 10, "mean"), "higher") is None
    assert failures_in(stated("0.7", 10), "higher") is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (True, True),
        (2, 2),
        ("2.0", 2),
        ("2.5", Decimal("2.5")),
        ("50%", Fraction(1, 2)),
        ("1h", 3600),
        ("median", "median"),
    ],
)
def test_a_parameter_is_what_it_looks_like(written: object, value: object) -> None:
    found = parse_parameter(written)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("written", [None, 2.5, [1]])
def test_a_parameter_that_is_no_value_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="expected a number, a duration"):
        parse_parameter(written)

"""Contract arithmetic beside the statistical signal."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tallystick.contract.clauses.kpi import Kpi
from tallystick.verdicts.census import interval_position, more_to_meet, take_census
from tallystick.verdicts.verdict import IntervalPosition, Outcome
from tallystick.vocabulary.measure_value import MeasureValue


def share(met: int, total: int, interval: tuple[str, str] | None = None) -> MeasureValue:
    bounds = None if interval is None else (Decimal(interval[0]), Decimal(interval[1]))
    value = Fraction(met, total) if total else None
    return MeasureValue("csat", 1, "share", "ratio", (), "2026-03", total, met, total, value, bounds)


def clause(target: str = "80%", **parts: object) -> Kpi:
    return Kpi.model_validate({"id": "A1", "kind": "kpi", "measure": "csat", "target": target, **parts})


def test_42_of_60_against_80_percent_is_a_miss_and_weak_evidence() -> None:
    census = take_census(clause(), share(42, 60, ("0.5749", "0.8010")), "higher")
    assert census.outcome is Outcome.MISSED
    assert census.interval_position is IntervalPosition.REACHES
    assert census.more_to_meet == 6
    assert "42 / 60" in census.steps[0].inserted


def test_an_interval_wholly_above_the_target_does_not_turn_a_miss_of_another_clause() -> None:
    census = take_census(clause("90%"), share(899, 1000, ("0.9001", "0.9300")), "higher")
    assert census.outcome is Outcome.MISSED
    assert census.interval_position is IntervalPosition.ABOVE


def test_79_95_percent_is_a_miss_unless_the_clause_rounds_before_comparing() -> None:
    value = share(1599, 2000)
    assert take_census(clause(), value, "higher").outcome is Outcome.MISSED
    before = {"decimals": 0, "mode": "half-up", "when": "before"}
    census = take_census(clause(rounding=before), value, "higher")
    assert (census.outcome, census.compared) == (Outcome.MET, Fraction(4, 5))
    after = {"decimals": 0, "mode": "half-up", "when": "after"}
    assert take_census(clause(rounding=after), value, "higher").outcome is Outcome.MISSED


def test_no_data_is_not_assessable_and_never_a_perfect_score() -> None:
    for value in (share(0, 0), None):
        census = take_census(clause("0%"), value, "higher")
        assert census.outcome is Outcome.NOT_ASSESSABLE
        assert (census.level, census.compared, census.more_to_meet) == ("none", None, None)


def test_below_the_minimum_volume_is_not_assessable_even_when_all_met() -> None:
    assert take_census(clause(minimum_volume=30), share(29, 29), "higher").outcome is Outcome.NOT_ASSESSABLE
    assert take_census(clause(minimum_volume=30), share(30, 30), "higher").outcome is Outcome.MET


def test_between_target_and_minimum_is_missed_at_minimum_level() -> None:
    two_levels = clause("90%", minimum="85%")
    assert take_census(two_levels, share(87, 100), "higher").level == "minimum"
    assert take_census(two_levels, share(84, 100), "higher").level == "below"


def test_a_lower_is_better_share_counts_its_numerator_as_failures() -> None:
    census = take_census(clause("5%"), share(6, 100), "lower")
    assert census.outcome is Outcome.MISSED
    assert census.more_to_meet == 1
    assert take_census(clause("5%"), share(5, 100), "lower").outcome is Outcome.MET


def test_a_mean_is_held_against_its_target_without_counting_rows() -> None:
    mean = MeasureValue("first_reply_time", 1, "mean", "s", (), "2026-03", 4, 16_000, 4, Fraction(4000))
    census = take_census(clause("1h"), mean, "lower")
    assert census.outcome is Outcome.MISSED
    assert census.more_to_meet is None


@given(met=st.integers(0, 400), missed=st.integers(0, 400), target=st.integers(0, 100))
def test_more_to_meet_is_the_smallest_number_that_turns_the_answer(met: int, missed: int, target: int) -> None:
    total = met + missed
    if total == 0:
        return
    more = more_to_meet(clause(f"{target}%"), share(met, total), "higher")
    assert more is not None
    assert Fraction(met + more, total) >= Fraction(target, 100)
    assert more == 0 or Fraction(met + more - 1, total) < Fraction(target, 100)


def test_a_bound_of_the_interval_that_is_the_target_belongs_to_its_upper_side() -> None:
    positions = {
        ("0.70", "0.79"): IntervalPosition.BELOW,
        ("0.70", "0.80"): IntervalPosition.REACHES,
        ("0.79", "0.90"): IntervalPosition.REACHES,
        ("0.80", "0.90"): IntervalPosition.ABOVE,
    }
    for bounds, expected in positions.items():
        assert interval_position(share(75, 100, bounds), Fraction(4, 5)) is expected
    assert interval_position(share(75, 100), Fraction(4, 5)) is IntervalPosition.NONE


def test_a_kept_promise_needs_no_more_rows_and_too_few_rows_reach_no_level() -> None:
    assert take_census(clause(), share(80, 100), "higher").more_to_meet == 0
    few = take_census(clause(minimum_volume=30, minimum="10%"), share(10, 20), "higher")
    assert (few.level, few.more_to_meet) == ("none", None)
    levels = [take_census(clause(minimum="70%"), share(met, 100), "higher").level for met in (80, 79, 70, 69)]
    assert levels == ["target", "minimum", "minimum", "below"]


def test_the_rows_that_were_missing_are_counted_one_by_one_in_either_direction() -> None:
    lower = clause("5%", better="lower")
    assert [more_to_meet(lower, share(n, 100), "lower") for n in (6, 9, 100)] == [1, 4, 95]
    assert [more_to_meet(clause(), share(n, 100), "higher") for n in (79, 71, 0)] == [1, 9, 80]
    assert more_to_meet(clause("100%"), share(0, 3), "higher") == 3
    assert more_to_meet(clause("110%"), share(1, 3), "higher") is None
    assert more_to_meet(clause(minimum_volume=30), share(10, 20), "higher") is None
    assert more_to_meet(clause(), share(0, 0), "higher") is None
    assert more_to_meet(clause(), None, "higher") is None


def test_rows_that_weigh_less_than_one_are_counted_by_their_weight() -> None:
    half = replace(share(40, 60), value=Fraction(1, 3))
    assert more_to_meet(clause("40%"), half, "higher") == 8

"""Contract arithmetic beside the statistical signal."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.verdicts.census import (
    BEFORE,
    RoundingRule,
    Standard,
    digits,
    more_to_meet,
    round_half,
    shown,
    take_census,
)
from tallystick.verdicts.verdict import Evidence, Outcome
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Rounding


def share(met: int, total: int, interval: tuple[str, str] | None = None, **parts: object) -> MeasureValue:
    bounds = None if interval is None else (Decimal(interval[0]), Decimal(interval[1]))
    value = Fraction(met, total) if total else None
    return MeasureValue(
        "sla_attainment", 1, "share", "ratio", (), "2026-03", total, met, total, value, bounds, **parts
    )


def standard(target: str = "4/5", **parts: object) -> Standard:
    return Standard("A1", Fraction(target), **parts)


def test_42_of_60_against_80_percent_is_a_miss_and_weak_evidence() -> None:
    census = take_census(share(42, 60, ("0.5749", "0.8010")), standard())
    assert census.outcome is Outcome.MISSED
    assert census.evidence is Evidence.REACHES
    assert census.more_to_meet == 6
    assert census.steps[0].inserted == "42 / 60"
    assert census.steps[1].inserted == "70 % >= 80 %"


def test_79_95_percent_is_a_miss_unless_the_clause_rounds_before_comparing() -> None:
    value = share(1599, 2000)
    assert take_census(value, standard()).outcome is Outcome.MISSED
    whole = RoundingRule(decimals=0, when=BEFORE)
    assert take_census(value, standard(rounding=whole)).outcome is Outcome.MET
    after = RoundingRule(decimals=0, when="after")
    assert take_census(value, standard(rounding=after)).outcome is Outcome.MISSED


def test_94_996_percent_is_shown_with_enough_digits_to_tell_it_from_95() -> None:
    value = share(94996, 100000)
    census = take_census(value, standard("19/20"))
    assert census.outcome is Outcome.MISSED
    assert census.steps[-1].inserted == "94.996 % >= 95.000 %"
    assert shown(Fraction(94996, 100000), "share", "ratio", against=Fraction(19, 20)) != "95.0 %"


def test_no_data_is_not_assessable_and_never_a_perfect_score() -> None:
    census = take_census(share(0, 0), standard("0"))
    assert census.outcome is Outcome.NOT_ASSESSABLE
    assert census.compared is None


def test_below_the_minimum_volume_is_not_assessable_even_when_all_met() -> None:
    assert take_census(share(29, 29), standard(minimum_volume=30)).outcome is Outcome.NOT_ASSESSABLE
    assert take_census(share(30, 30), standard(minimum_volume=30)).outcome is Outcome.MET


def test_an_allowed_failure_is_forgiven_and_said() -> None:
    census = take_census(share(3, 4), standard(allowed_failures=1))
    assert census.outcome is Outcome.MET
    assert census.steps[-1].inserted == "1 <= 1"
    assert take_census(share(2, 4), standard(allowed_failures=1)).outcome is Outcome.MISSED


def test_between_target_and_minimum_is_missed_at_minimum_level() -> None:
    census = take_census(share(87, 100), standard("9/10", minimum=Fraction(17, 20)))
    assert (census.outcome, census.level) == (Outcome.MISSED, "minimum")
    census = take_census(share(84, 100), standard("9/10", minimum=Fraction(17, 20)))
    assert (census.outcome, census.level) == (Outcome.MISSED, "below")


def test_a_lower_is_better_share_counts_its_numerator_as_failures() -> None:
    census = take_census(share(6, 100), standard("1/20", better="lower"))
    assert census.outcome is Outcome.MISSED
    assert census.more_to_meet == 1
    assert take_census(share(5, 100), standard("1/20", better="lower")).outcome is Outcome.MET


def test_a_mean_is_held_against_its_target_without_counting_rows() -> None:
    mean = MeasureValue("first_reply_time", 1, "mean", "s", (), "2026-03", 4, 16_000, 4, Fraction(4000))
    census = take_census(mean, standard("3600", better="lower"))
    assert census.outcome is Outcome.MISSED
    assert census.more_to_meet is None


@pytest.mark.parametrize("mode", list(Rounding))
@given(
    numerator=st.integers(-10_000, 10_000), denominator=st.sampled_from([1, 2, 4, 5, 8, 10]), places=st.integers(0, 3)
)
def test_rounding_a_fraction_equals_the_decimal_module(
    mode: Rounding, numerator: int, denominator: int, places: int
) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    expected = exact.quantize(Decimal(1).scaleb(-places), mode.decimal_mode)
    assert round_half(Fraction(numerator, denominator), places, mode) == Fraction(expected)


@given(met=st.integers(0, 400), missed=st.integers(0, 400), target=st.fractions(0, 1, max_denominator=100))
def test_more_to_meet_is_the_smallest_number_that_turns_the_answer(met: int, missed: int, target: Fraction) -> None:
    total = met + missed
    if total == 0:
        return
    more = more_to_meet(share(met, total), standard(str(target)))
    assert more is not None
    assert Fraction(met + more, total) >= target
    assert more == 0 or Fraction(met + more - 1, total) < target


def test_digits_are_exact() -> None:
    assert digits(Fraction(2675, 1000), 2) == "2.68"
    assert digits(Fraction(-1, 3), 3) == "-0.333"
    assert digits(Fraction(5, 2), 0) == "3"

"""How closely agents followed the line."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tallystick.vocabulary.measure_value import MeasureValue
from tests.measures.kpi.on_intervals import measured


def adherence(*rows: dict[str, Any], **more: Any) -> MeasureValue:
    return measured("line_adherence", "staffing_interval", *rows, **more)


SHORT = {"required_s": 18_000, "worked_s": 9000, "scheduled_s": 18_000}
OVER = {"required_s": 9000, "worked_s": 18_000, "scheduled_s": 18_000}


def test_too_many_at_night_do_not_make_up_for_too_few_at_noon() -> None:
    """Conformance (K52) would be 27,000 / 27,000."""
    assert adherence(SHORT, OVER).value == 1 - Fraction(18_000, 27_000)


def test_it_may_fall_below_nought() -> None:
    assert adherence({"required_s": 1800, "worked_s": 7200}).value == -2


def test_the_roster_can_be_asked_instead_of_the_work_done() -> None:
    assert adherence(SHORT, actual="scheduled").value == 1
    assert adherence(OVER, actual="scheduled").value == 0


def test_those_who_sat_where_nobody_was_required_count() -> None:
    assert adherence({"required_s": 7200, "worked_s": 7200}, {"required_s": 0, "worked_s": 1800}).value == Fraction(
        3, 4
    )


def test_what_is_not_known_is_left_out_and_no_shortage() -> None:
    value = adherence(SHORT, {"worked_s": None}, {"required_s": None})
    assert (value.n, value.excluded) == (1, (("agents not known", 1), ("no requirement", 1)))

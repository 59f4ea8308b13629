from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.vocabulary.measure_value import MeasureValue


def test_no_data_is_none_and_a_value_needs_rows() -> None:
    shape = ("csat", 1, "share", "ratio", (("partner", "aurora"),), "2026-03")
    empty = MeasureValue(*shape, n=0, numerator=0, denominator=0, value=None)
    assert empty.value is None
    with pytest.raises(ValueError, match="a value needs rows"):
        MeasureValue(*shape, n=0, numerator=0, denominator=0, value=Fraction(1))
    full = MeasureValue(*shape, n=60, numerator=42, denominator=60, value=Fraction(42, 60))
    assert full.value == Fraction(7, 10)

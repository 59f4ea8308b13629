"""Answered by somebody who speaks the language."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_what_nobody_knows_is_in_neither_part() -> None:
    value = measured("language_match", [{}, {"speaks": False}, {"speaks": None}, {"speaks": None}])
    assert (value.value, value.n, value.excluded) == (Fraction(1, 2), 2, (("language not known", 2),))

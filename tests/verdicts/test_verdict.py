"""A verdict's own figures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tallystick.verdicts.verdict import ReliefEffect
from tests.verdicts.invented_verdicts import share, verdict

RELIEF = ReliefEffect(("R1",), (), 10, Fraction(4, 5), 50, 40, 50, "met", "missed")


def test_what_is_assessed_is_the_value_without_the_rows_of_agreed_relief() -> None:
    counted = share(40, 60)
    fewer = replace(counted, n=50, numerator=40, denominator=50, value=Fraction(4, 5), interval=None)
    assert verdict(counted, relief=RELIEF).assessed == fewer
    requested = replace(RELIEF, agreed=(), requested=("R1",))
    assert verdict(counted, relief=requested).assessed == verdict(counted).assessed == counted
    assert verdict(None, relief=RELIEF).assessed is None

"""Contacts and waiting, of all that is paid."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.floor_days import minutes


def test_leave_and_sickness_are_paid_and_idle() -> None:
    """Paid: Ana 240, Bo sick 180, Cleo 180, Dan 240, Eva on leave 180."""
    assert minutes("utilisation") == (Fraction(215 + 300, 1020), 5)


def test_a_contract_may_pay_for_presence_only() -> None:
    assert minutes("utilisation", leave="unpaid") == (Fraction(215 + 300, 240 + 180 + 240), 3)

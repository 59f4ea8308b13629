"""Solved issues after which the customer did not come back."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of

SOLVED = ("2026-03-02T10:00:00", "status", "agent", "solved")


def solved(number: str, created: str = "2026-03-02T08:00:00", reason: str = "invoice", *more: tuple[str, ...]):  # type: ignore[no-untyped-def]
    end = (f"{created[:11]}10:00:00", "status", "agent", "solved")
    return told(number, created, end, *more, requester_key=7, reason=reason)


def test_a_new_case_about_the_same_reason_within_the_window_undoes_the_resolution() -> None:
    """The first was not settled; of the second nothing is known against it."""
    facts = folded(solved("V-1"), solved("V-2", "2026-03-05T08:00:00"))
    assert value_in(facts, "verified_resolution_rate").value == Fraction(1, 2)


def test_a_contact_about_another_reason_is_no_return() -> None:
    facts = folded(solved("V-1"), solved("V-2", "2026-03-05T08:00:00", "delivery"))
    assert value_in(facts, "verified_resolution_rate").value == 1


def test_a_reopening_within_the_window_undoes_it_too() -> None:
    back = [
        ("2026-03-04T08:00:00", "message", "customer", "public"),
        ("2026-03-04T08:00:00", "status", "system", "open"),
    ]
    facts = folded(solved("V-1", "2026-03-02T08:00:00", "invoice", *back))
    assert value_in(facts, "verified_resolution_rate").value == 0


def test_until_the_window_is_over_nobody_knows() -> None:
    row = {"requester_key": 7, "first_solved_at": "2026-03-20T10:00:00Z"}
    before, after = (
        value_of("verified_resolution_rate", "case", row, as_of=datetime(2026, 3, 27, hour, tzinfo=UTC))
        for hour in (9, 10)
    )
    assert (before.value, before.pending) == (None, 1)
    assert (after.value, after.pending) == (1, 0)


def test_silence_of_an_unknown_customer_proves_nothing() -> None:
    value = value_of("verified_resolution_rate", "case", {"requester_key": None}, {"requester_key": 7})
    assert (value.value, value.n, value.excluded) == (1, 1, (("unknown customer", 1),))

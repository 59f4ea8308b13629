"""From the creation of a case to the last moment it was solved, without the contract's own pauses."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in


def paused(*between: tuple[str, ...]) -> tuple[Fraction | None, Fraction | None]:
    """Full resolution and clock integrity of six hours from creation to solving, of which three pending."""
    story = told(
        "F-1",
        "2026-03-02T08:00:00",
        ("2026-03-02T09:00:00", "message", "agent", "public"),
        ("2026-03-02T10:00:00", "status", "agent", "pending"),
        *between,
        ("2026-03-02T13:00:00", "status", "agent", "open"),
        ("2026-03-02T14:00:00", "status", "agent", "solved"),
    )
    facts = folded(story)
    return value_in(facts, "full_resolution_time", basis="calendar").value, value_in(facts, "clock_integrity").value


def test_a_pause_of_the_contract_is_taken_out() -> None:
    assert paused() == (3 * 3600, 0)


def test_a_pause_in_which_the_customer_waits_shortens_nothing_and_shows_in_clock_integrity() -> None:
    """R8: the customer writes an hour into the pause; from then on the clock runs."""
    found = paused(("2026-03-02T11:00:00", "message", "customer", "public"))
    assert found == (5 * 3600, Fraction(2, 3))


def test_a_case_that_never_rests_solved_is_pending() -> None:
    story = told("F-2", "2026-03-02T08:00:00", ("2026-03-02T09:00:00", "status", "agent", "open"))
    value = value_in(folded(story), "full_resolution_time", rule="created-in")
    assert (value.value, value.n, value.pending) == (None, 0, 1)

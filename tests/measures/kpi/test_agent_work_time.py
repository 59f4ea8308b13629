"""Time in which a case waited for an agent."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of

PARKED = told(
    "P-1",
    "2026-03-02T08:00:00",
    ("2026-03-02T08:00:00", "status", "system", "open"),
    ("2026-03-02T09:00:00", "status", "agent", "hold"),
    ("2026-03-02T11:00:00", "status", "agent", "open"),
    ("2026-03-02T11:30:00", "status", "agent", "pending"),
    ("2026-03-02T14:30:00", "status", "agent", "open"),
    ("2026-03-02T15:00:00", "status", "agent", "solved"),
)


def test_neither_a_third_party_nor_the_customer_is_held_against_the_agents() -> None:
    """Seven hours, of which two on hold and three pending: two are the agents'."""
    assert value_in(folded(PARKED), "agent_work_time").value == 2 * 3600


def test_a_reopening_within_the_window_adds_to_the_same_case() -> None:
    case, events = PARKED
    again = told(
        "P-1",
        "2026-03-02T08:00:00",
        ("2026-03-03T08:00:00", "message", "customer", "public"),
        ("2026-03-03T08:00:00", "status", "system", "open"),
        ("2026-03-03T08:45:00", "status", "agent", "solved"),
    )[1][2:]
    value = value_in(folded((case, [*events, *again])), "agent_work_time")
    assert (value.value, value.n) == (2 * 3600 + 45 * 60, 1)


def test_a_case_that_is_not_solved_waits_and_one_that_was_merged_is_left_out() -> None:
    value = value_of(
        "agent_work_time",
        "clock",
        {"business_s": 60},
        {"state": "running", "business_s": 9_000_000},
        {"state": "cancelled", "stop_at": None, "business_s": 1},
        kind="agent_work",
    )
    assert (value.value, value.n, value.pending, value.excluded) == (60, 1, 1, (("cancelled", 1),))


def test_the_basis_is_a_parameter_and_the_targets_own_by_default() -> None:
    rows = [{"basis": "calendar", "business_s": 100, "calendar_s": 900}, {"business_s": 300, "calendar_s": 700}]
    asked = {
        basis: value_of("agent_work_time", "clock", *rows, kind="agent_work", statistic="mean", basis=basis).value
        for basis in ("own", "business", "calendar")
    }
    assert asked == {"own": Fraction(600), "business": Fraction(200), "calendar": Fraction(800)}

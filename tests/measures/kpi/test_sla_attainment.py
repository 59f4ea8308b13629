"""Clocks met of clocks due."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.desk import value_of

MET = {"stop_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-02T12:00:00Z"}
LATE = {"stop_at": "2026-03-02T14:00:00Z", "due_at": "2026-03-02T12:00:00Z"}
OPEN = {"state": "running", "stop_at": None, "due_at": "2026-03-02T12:00:00Z"}


def attained(*rows: dict[str, object], **parts: object):  # type: ignore[no-untyped-def]
    return value_of("sla_attainment", "clock", *rows, kind="first_reply", **parts)  # type: ignore[arg-type]


def test_stopped_exactly_at_the_due_instant_is_met_and_a_second_later_is_not() -> None:
    just = {"due_at": "2026-03-02T12:00:00Z"}
    assert attained({**just, "stop_at": "2026-03-02T12:00:00Z"}).value == 1
    assert attained({**just, "stop_at": "2026-03-02T12:00:01Z"}).value == 0


def test_nothing_escapes_by_staying_open() -> None:
    """R4: due-in counts it as failed; by resolution it is in no month, which flatters."""
    assert attained(MET, OPEN).value == Fraction(1, 2)
    assert attained(MET, OPEN, rule="resolved-in").value == 1


def test_answered_after_the_judging_was_open_at_the_judging() -> None:
    judged = datetime(2026, 3, 2, 13, tzinfo=UTC)
    value = attained(MET, LATE, as_of=judged)
    assert (value.value, value.n) == (Fraction(1, 2), 2)
    assert attained(MET, LATE, as_of=judged.replace(hour=11)).pending == 1


def test_a_paused_clock_is_late_by_its_own_seconds_only() -> None:
    paused = {"state": "running", "stop_at": None, "due_at": None, "running_since": None, "target_s": 3600}
    within, beyond = ({**paused, "business_s": seconds} for seconds in (3600, 3601))
    value = attained(MET, within, beyond)
    assert (value.value, value.n, value.pending) == (Fraction(1, 2), 2, 1)


def test_what_was_never_promised_and_what_ended_without_an_outcome_are_left_out_with_counts() -> None:
    value = attained(MET, {"target_s": None}, {"state": "cancelled", "stop_at": None})
    assert (value.value, value.n, value.excluded) == (1, 1, (("cancelled", 1), ("no target", 1)))


def test_without_any_due_instance_there_is_no_value_and_never_a_perfect_one() -> None:
    value = attained({"state": "cancelled", "stop_at": None})
    assert (value.value, value.n) == (None, 0)


def test_seconds_of_the_request_take_the_place_of_the_target() -> None:
    rows = [{"business_s": 1800}, {"business_s": 1801}, {"business_s": 60, "target_s": None}]
    value = attained(*rows, within=1800)
    assert (value.value, value.n) == (Fraction(2, 3), 3)


def test_two_clocks_of_one_case_are_two_instances() -> None:
    second = {**LATE, "case_key": 1, "case_id": "C-1", "n": 2}
    assert attained({**MET, "case_key": 1, "case_id": "C-1"}, second).value == Fraction(1, 2)

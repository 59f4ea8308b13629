"""Actions, queries, meetings and briefings: each figure over the rows that it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

from tests.measures.kpi.desk import value_of

DUE = "2026-03-09T08:00:00Z"
OPEN = {"closed_at": None, "whole_s": None}


def test_an_action_counts_where_it_was_due_not_where_it_was_closed() -> None:
    early = {"opened_at": "2026-02-02T08:00:00Z", "due_at": DUE, "closed_at": "2026-02-03T08:00:00Z", "effective": True}
    assert value_of("action_closure", "action", early).value == 1
    assert value_of("action_closure", "action", early, rule="created-in").n == 0


def test_open_past_due_has_failed_and_open_before_it_waits() -> None:
    late, waiting = OPEN | {"due_at": DUE}, OPEN | {"due_at": "2026-03-31T08:00:00Z"}
    value = value_of("action_closure", "action", late, waiting, as_of=datetime(2026, 3, 20, tzinfo=UTC))
    assert (value.value, value.n, value.pending) == (0, 1, 1)


def test_the_effect_asked_for_decides() -> None:
    rows = [{"effective": effective} for effective in (True, False, None)]
    found = {effect: value_of("action_closure", "action", *rows, effect=effect).value
             for effect in ("tested", "not-refuted", "any")}  # fmt: skip
    assert found == {"tested": Fraction(1, 3), "not-refuted": Fraction(2, 3), "any": 1}


def test_each_side_has_its_own_duties() -> None:
    rows = [{"side": "client", "effective": True}, {"side": "partner"}]
    client = value_of("action_closure", "action", *rows, side="client")
    assert (client.value, client.excluded) == (1, (("duty of the other side", 1),))
    assert value_of("action_closure", "action", *rows).value == Fraction(1, 2)


def test_an_action_without_a_due_date_is_left_out() -> None:
    value = value_of("action_closure", "action", {"due_at": None})
    assert (value.n, value.excluded) == (0, (("no due date", 1),))


def test_the_answer_to_a_query_is_timed_and_an_open_one_waits() -> None:
    rows = [{"kind": "query", "whole_s": hours * 3600} for hours in (1, 2, 30)]
    value = value_of("query_turnaround", "action", *rows, OPEN | {"kind": "query"}, {"kind": "corrective"})
    assert (value.value, value.n, value.pending, value.excluded) == (7200, 3, 1, (("no query", 1),))
    assert value_of("query_turnaround", "action", *rows, statistic="mean").value == 11 * 3600


def test_what_was_answered_after_the_instant_is_not_known_yet() -> None:
    late = {"kind": "query", "closed_at": "2026-03-04T08:00:00Z"}
    assert value_of("query_turnaround", "action", late, as_of=datetime(2026, 3, 3, tzinfo=UTC)).pending == 1


def test_a_meeting_may_be_held_within_its_grace() -> None:
    late = {"kind": "meeting", "due_at": DUE, "closed_at": "2026-03-10T08:00:00Z"}
    assert value_of("cadence_compliance", "action", late).value == 0
    assert value_of("cadence_compliance", "action", late, grace_s=86_400).value == 1


def test_a_confirmation_after_the_change_holds_is_none_and_leave_is_left_out() -> None:
    rows = [{}, {"acknowledged_at": "2026-03-04T08:00:01Z"}, {"on_shift": False}, {"on_shift": None}]
    value = value_of("acknowledgement_rate", "briefing", *rows)
    assert (value.value, value.n, value.excluded) == (Fraction(2, 3), 3, (("not on shift", 1),))


def test_a_quick_click_confirms_unless_a_least_time_is_asked_for() -> None:
    rows = [{"read_s": 2}, {"read_s": 120}, {"read_s": None}]
    assert value_of("acknowledgement_rate", "briefing", *rows).value == 1
    assert value_of("acknowledgement_rate", "briefing", *rows, least_s=10).value == Fraction(2, 3)
    assert value_of("quick_click_rate", "briefing", *rows).value == Fraction(1, 2)
    assert value_of("quick_click_rate", "briefing", *rows, least_s=121).value == 1


def test_a_change_that_does_not_hold_yet_waits() -> None:
    value = value_of("acknowledgement_rate", "briefing", {}, as_of=datetime(2026, 3, 3, tzinfo=UTC))
    assert (value.n, value.pending) == (0, 1)


def test_the_load_of_changes_is_the_worst_day_or_the_mean_one() -> None:
    rows = [{"live": live} for live in (1, 1, 4)]
    assert value_of("change_load", "change_load", *rows).value == 4
    assert value_of("change_load", "change_load", *rows, statistic="mean").value == 2
    assert value_of("change_load", "change_load", *rows, statistic="median").value == 1

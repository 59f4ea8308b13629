"""How long questions wait for an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.measures.kpi.desk import value_of

OPEN = {"closed_at": None, "whole_s": None}


def test_the_answer_to_a_query_is_timed_and_an_open_one_waits() -> None:
    rows = [{"kind": "query", "whole_s": hours * 3600} for hours in (1, 2, 30)]
    value = value_of("query_turnaround", "action", *rows, OPEN | {"kind": "query"}, {"kind": "corrective"})
    assert (value.value, value.n, value.pending, value.excluded) == (7200, 3, 1, (("actions that are no query", 1),))
    assert value_of("query_turnaround", "action", *rows, statistic="mean").value == 11 * 3600


def test_what_was_answered_after_the_instant_is_not_known_yet() -> None:
    late = {"kind": "query", "closed_at": "2026-03-04T08:00:00Z"}
    assert value_of("query_turnaround", "action", late, as_of=datetime(2026, 3, 3, tzinfo=UTC)).pending == 1

"""What was promised, and whether it was done in time and helped."""

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
    assert (client.value, client.excluded) == (1, (("duties of the other side", 1),))
    assert value_of("action_closure", "action", *rows).value == Fraction(1, 2)


def test_an_action_without_a_due_date_is_left_out() -> None:
    value = value_of("action_closure", "action", {"due_at": None})
    assert (value.n, value.excluded) == (0, (("without a due date", 1),))

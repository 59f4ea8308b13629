"""Talk, hold and after-work."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

CALLS = [{"talk_s": 100, "hold_s": 20, "wrap_s": 30}, {"talk_s": 50, "hold_s": 0, "wrap_s": 10}]


def test_the_parts_are_the_contracts_choice() -> None:
    assert measured("average_handling_time", CALLS).value == 105
    assert measured("average_handling_time", CALLS, parts="talk_hold").value == 85
    assert measured("average_handling_time", CALLS, parts="talk").value == 75
    assert measured("average_handling_time", CALLS, parts="wrap").value == 20


def test_what_is_still_handled_waits_for_its_end() -> None:
    value = measured("average_handling_time", [*CALLS, {"unfinished": True, "ended_at": None, "talk_s": 1}])
    assert (value.value, value.pending) == (105, 1)


def test_chats_count_only_where_they_are_asked_for() -> None:
    rows = [*CALLS, {"channel": "chat", "talk_s": 900, "wrap_s": 0}]
    assert measured("average_handling_time", rows).excluded == (("chat session", 1),)
    assert measured("average_handling_time", rows, chats="count").value == Fraction(1110, 3)


def test_an_answer_of_which_nothing_more_is_known_has_no_handling() -> None:
    assert measured("average_handling_time", [{"handled": False, "talk_s": 0}]).value is None


def test_outbound_calls_have_a_figure_of_their_own() -> None:
    rows = [*CALLS, {"direction": "outbound", "talk_s": 10, "wrap_s": 0}]
    assert measured("average_handling_time", rows, direction="outbound").value == 10
    assert measured("average_handling_time", rows, direction="any").n == 3

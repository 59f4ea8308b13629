"""How long a public word waited for its answer."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured

ROWS = [{"calendar_s": 100, "business_s": 10}, {"calendar_s": 300, "business_s": None}, {"replied_at": None}]


def test_silence_stays_in_view() -> None:
    value = measured("public_reply_time", ROWS, statistic="mean")
    assert (value.value, value.n, value.pending) == (200, 2, 1)


def test_business_time_needs_opening_hours() -> None:
    value = measured("public_reply_time", ROWS, basis="business")
    assert (value.value, value.n, value.excluded) == (10, 1, (("no opening hours", 1),))

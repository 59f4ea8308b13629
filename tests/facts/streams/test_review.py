"""Reviews wait for an answer in public, in business time where their programme has hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.facts.segments import facts, rows_of

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)  # the programme's hours are 08:00 to 17:00 UTC, Monday to Friday


def reviews(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    whole = [{"review_key": n, "posted_at": FRIDAY, "partner": "aurora"} | row for n, row in enumerate(rows)]
    return facts("review", review=rows_of("review", whole)).to_pylist()


def test_a_weekend_is_no_business_time() -> None:
    (row,) = reviews({"replied_at": FRIDAY + timedelta(days=3)})
    assert row["calendar_s"] == 3 * 86_400
    assert row["business_s"] == 3600 + 8 * 3600, "an hour on Friday, eight on Monday"


def test_without_an_answer_there_is_no_time() -> None:
    (row,) = reviews({"replied_at": None})
    assert (row["calendar_s"], row["business_s"], row["posted_on"].isoformat()) == (None, None, "2026-03-06")


def test_an_answer_before_the_post_is_at_once() -> None:
    (row,) = reviews({"replied_at": FRIDAY - timedelta(hours=1)})
    assert (row["calendar_s"], row["business_s"]) == (0, 0)


def test_a_review_belongs_to_the_partner_that_its_feed_names() -> None:
    (row,) = reviews({"language": "de", "rating": 2})
    assert (row["partner"], row["channel"], row["programme"], row["rating"]) == ("aurora", "review", "mail", 2)

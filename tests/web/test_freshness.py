"""How far the data behind a judging reach."""

from __future__ import annotations

from datetime import UTC, datetime

from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.store import Judged
from tallystick.web.freshness import ABSENT, FRESH, LATE, FeedReach, data_to, feeds_of
from tests.verdicts.invented_verdicts import share, verdict

OWN = verdict(share(1, 2))


def feeds(as_of: str, **newest: str) -> tuple[FeedReach, ...]:
    gate = GateAnswer(feeds=tuple((name, 10, instant) for name, instant in newest.items()))
    return feeds_of(Judged("c", "aurora", "2026-06", "Europe/Bucharest", (), None, "", gate, "", as_of), OWN)


def test_a_feed_may_end_three_days_before_the_period_and_no_earlier() -> None:
    # The period ends on 30 June at 21:00 UTC.
    later = "2026-07-06T06:00:00Z"
    assert feeds(later, one="2026-06-27T21:00:00Z")[0].lamp == FRESH
    assert feeds(later, one="2026-06-27T20:59:59Z")[0].lamp == LATE
    assert feeds(later, one="")[0].lamp == ABSENT


def test_while_the_period_runs_a_feed_must_reach_the_day_of_judging() -> None:
    assert feeds("2026-06-20T06:00:00Z", one="2026-06-17T06:00:00Z")[0].lamp == FRESH
    assert feeds("2026-06-20T06:00:00Z", one="2026-06-17T05:59:59Z")[0].lamp == LATE


def test_figures_are_as_far_as_the_feed_that_is_furthest_behind() -> None:
    later = "2026-07-06T06:00:00Z"
    both = feeds(later, one="2026-06-10T09:00:00Z", two="2026-06-12T09:00:00Z")
    assert data_to(both) == "data to 2026-06-10 12:00 Europe/Bucharest"
    assert data_to(feeds(later, one="2026-07-01T00:00:00Z")) == ""
    assert data_to(feeds(later, one="2026-06-10T09:00:00Z", two="")) == "no data"
    assert data_to(()) == "no feed"


def test_the_twin_has_the_instant_in_utc() -> None:
    found = FeedReach("events", 3, datetime(2026, 6, 10, 9, tzinfo=UTC), "Europe/Bucharest", FRESH)
    assert found.as_json() == {"feed": "events", "rows": 3, "newest": "2026-06-10T09:00:00Z", "state": "fresh"}

"""A promise of a period that still runs: time left, where it will end, and what the rest must bring."""

from __future__ import annotations

from tallystick.verdicts.pace import NoPace, Pace, pace_of
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.promises import more_words, needed_words, pace_words, promise_row, reported_words
from tallystick.web.sentences import overview_sentence, partner_sentence
from tallystick.web.standings import Stood
from tests.verdicts.invented_verdicts import judged, share, verdict

THIN = "\u202f"


def stood(*verdicts: Verdict) -> Stood:
    record = judged("2026-06-20T21:00:00Z", "2026-06-20T21:00:00Z")
    paces = {(one.contract, one.clause): pace_of(one, record) for one in verdicts}
    return Stood("aurora", "Aurora Contact", "2026-06", (record,), verdicts, paces)


def test_the_row_says_the_days_left_the_range_and_what_the_rest_must_bring() -> None:
    own = verdict(share(91, 100))
    one = stood(own)
    pace = one.pace(own)
    assert isinstance(pace, Pace)
    assert (pace.days_left, pace.rest, pace.needed) == (10, 50, 44)
    assert pace_words(pace).startswith("10 days left: ends between ")
    assert needed_words(pace).startswith("44 of 50 to come must be in time; kept in ")
    row = promise_row(one, own, ())
    assert row["pace"].value == f"{float(pace.low):.4f} to {float(pace.high):.4f}"


def test_a_promise_out_of_reach_says_so() -> None:
    own = verdict(share(10, 100))
    pace = stood(own).pace(own)
    assert isinstance(pace, Pace)
    assert needed_words(pace) == "out of reach at this volume (50 cases to come)"


def test_certainty_is_never_claimed() -> None:
    own = verdict(share(1000, 1000))
    pace = stood(own).pace(own)
    assert isinstance(pace, Pace)
    assert needed_words(pace).endswith("kept in more than 99 of 100 such months")


def test_where_lower_is_better_the_words_turn_around() -> None:
    own = verdict(share(3, 100), better="lower", arithmetic=Outcome.MISSED, more_to_meet=2)
    pace = stood(own).pace(own)
    assert isinstance(pace, Pace)
    assert "may count against it" in needed_words(pace)
    assert more_words(own) == "2 fewer against it"


def test_why_nothing_is_forecast_is_said_for_every_reason() -> None:
    assert {pace_words(reason) for reason in NoPace} == {
        "over",
        "fewer than five days have data",
        "too few cases so far",
        "only shares of cases are forecast",
        "there is no target",
    }


def test_the_sentence_of_a_running_period_never_says_kept() -> None:
    near, safe = stood(verdict(share(91, 100))), stood(verdict(share(1000, 1000)))
    assert overview_sentence("2026-06", [near], ()) == (
        f"June 2026 still runs: Aurora Contact may miss first reply (91.0{THIN}%, promised at least 90{THIN}%). "
        "What it will cost is forecast from the fifth day."
    )
    assert partner_sentence(safe, ()).startswith("June 2026 still runs: Aurora Contact is on course.")
    assert safe.note == "the period still runs, on course"
    assert near.note == "may end in a miss: S1"


def test_a_figure_that_is_not_reported_says_so() -> None:
    assert reported_words(verdict(share(1, 2))) == "not reported"

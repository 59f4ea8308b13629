"""How a partner stands in a period."""

from __future__ import annotations

import pytest

from tallystick.verdicts.pace import Pace, pace_of
from tallystick.verdicts.standing import Standing, is_at_risk, standing
from tallystick.verdicts.verdict import IntervalPosition, Outcome
from tests.verdicts.invented_verdicts import judged, share, verdict


def test_a_running_period_is_at_risk_where_its_forecast_may_miss_and_never_met() -> None:
    running = judged("2026-06-20T21:00:00Z")
    near, safe = verdict(share(91, 100)), verdict(share(1000, 1000))
    paces = [pace for pace in (pace_of(near, running), pace_of(safe, running)) if isinstance(pace, Pace)]
    assert [pace.may_miss for pace in paces] == [True, False]
    assert standing([near, safe], paces) is Standing.AT_RISK
    assert standing([safe], paces[1:]) is Standing.NOT_ENOUGH


def test_the_word_is_never_greener_than_the_verdicts() -> None:
    met, missed = verdict(outcome=Outcome.MET), verdict(outcome=Outcome.MISSED)
    thin, open_ = verdict(outcome=Outcome.NOT_ASSESSABLE), verdict(outcome=Outcome.PROVISIONAL)
    assert standing([]) is Standing.NOT_ENOUGH
    assert standing([thin]) is Standing.NOT_ENOUGH
    assert standing([met, thin]) is Standing.MET
    assert standing([met, open_]) is Standing.NOT_ENOUGH
    assert standing([met, open_, missed]) is Standing.MISSED
    assert standing([met, verdict(outcome=Outcome.EXCUSED)]) is Standing.AT_RISK


def test_a_clause_that_is_only_reported_makes_nobody_miss() -> None:
    reported = verdict(outcome=Outcome.MISSED, lifecycle="reporting-only")
    assert standing([reported, verdict(outcome=Outcome.MET)]) is Standing.MET


@pytest.mark.parametrize(
    ("better", "position", "risk"),
    [
        ("higher", IntervalPosition.ABOVE, False),
        ("higher", IntervalPosition.REACHES, True),
        ("lower", IntervalPosition.BELOW, False),
        ("lower", IntervalPosition.REACHES, True),
        ("higher", IntervalPosition.NONE, False),
    ],
)
def test_a_promise_kept_inside_the_reach_of_chance_is_a_risk(
    better: str, position: IntervalPosition, *, risk: bool
) -> None:
    own = verdict(outcome=Outcome.MET, better=better, interval_position=position)
    assert is_at_risk(own) is risk
    assert standing([own]) is (Standing.AT_RISK if risk else Standing.MET)

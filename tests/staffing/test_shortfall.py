"""Every half hour that was short has one cause, and its seconds a party."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tallystick.measures.example import fact_table
from tallystick.staffing.shortfall import Cause, Shortage, agents_text, longest_run, shortage
from tests.staffing.floor import at

AGENT = 1800
# Ten agents at every line: nothing is short.
EVEN = {
    **dict.fromkeys(("needed_s", "required_s", "scheduled_s", "worked_s"), 10 * AGENT),
    "offered": 20, "handle_s": 6000, "forecast_milli": 20_000, "forecast_handle_ms": 6_000_000,
}  # fmt: skip


def interval(place: int = 0, **agents: Any) -> dict[str, Any]:
    """A half hour; lines of agents in agents, the rest as in the facts."""
    lines = {
        f"{name}_s": value if value is None else value * AGENT
        for name, value in agents.items()
        if name in ("needed", "required", "scheduled", "worked")
    }
    more = {name: value for name, value in agents.items() if f"{name}_s" not in lines}
    return {**EVEN, "started_at": at("08:00") + timedelta(minutes=30 * place), **lines, **more}


def judged(*rows: dict[str, Any], **more: Any) -> Shortage:
    return shortage(fact_table("staffing_interval", rows), **more)


def only(**agents: Any) -> Any:
    (found,) = judged(interval(**agents)).short
    return found


# ---- causes -----------------------------------------------------------------------------------------------------


def test_enough_agents_are_no_shortage() -> None:
    found = judged(interval(), interval(1, worked=12))
    assert (found.intervals, found.unknown, found.short, found.by_cause()) == (2, 0, (), [])


def test_a_partner_that_does_not_keep_its_own_roster_is_short_by_itself() -> None:
    found = only(worked=7)
    assert (found.cause, found.short_s, found.partner_s, found.client_s) == (
        Cause.OWN_SCHEDULE, 3 * AGENT, 3 * AGENT, 0,
    )  # fmt: skip
    assert not found.without_fault


def test_a_roster_below_the_requirement_is_the_partners_planning() -> None:
    found = only(scheduled=6, worked=6)
    assert (found.cause, found.partner_s) == (Cause.PLANNED_BELOW, 4 * AGENT)


def test_more_contacts_than_the_tolerance_allows_are_no_fault_of_a_partner_that_met_the_requirement() -> None:
    found = only(needed=15, offered=30)
    assert (found.cause, found.partner_s, found.client_s) == (Cause.FORECAST_OUTSIDE, 0, 5 * AGENT)
    assert found.without_fault


def test_both_answer_for_their_part_and_the_larger_one_is_the_cause() -> None:
    """Needed 16, required 10, worked 8: two agents are the partner's, six the client's."""
    found = only(needed=16, offered=32, worked=8)
    assert (found.cause, found.partner_s, found.client_s) == (Cause.FORECAST_OUTSIDE, 2 * AGENT, 6 * AGENT)
    assert not found.without_fault
    found = only(needed=13, offered=26, worked=7)
    assert (found.cause, found.partner_s, found.client_s) == (Cause.OWN_SCHEDULE, 3 * AGENT, 3 * AGENT)


def test_the_tolerance_is_the_contracts() -> None:
    assert only(needed=11, offered=22).cause is Cause.WITHIN_TOLERANCE
    assert only(needed=12, offered=23).cause is Cause.FORECAST_OUTSIDE
    wide = judged(interval(needed=12, offered=23), tolerance=Fraction(15, 100))
    assert [one.cause for one in wide.short] == [Cause.WITHIN_TOLERANCE]


def test_a_forecast_of_fewer_that_held_excuses_nobody_and_blames_nobody() -> None:
    found = only(needed=11, offered=21)
    assert (found.cause, found.partner_s, found.client_s, found.without_fault) == (Cause.WITHIN_TOLERANCE, 0, 0, False)


def test_contacts_that_took_longer_are_neither_the_forecasts_nor_the_rosters_doing() -> None:
    found = only(needed=13, handle_s=8000)
    assert (found.cause, found.partner_s, found.client_s) == (Cause.LONGER_HANDLING, 0, 0)


def test_without_a_forecast_in_time_the_partner_answers_for_its_own_roster_alone() -> None:
    late = {"forecast_milli": None, "forecast_handle_ms": None, "required": None}
    found = only(needed=14, **late)
    assert (found.cause, found.partner_s, found.client_s, found.without_fault) == (
        Cause.NO_FORECAST, 0, 4 * AGENT, True,
    )  # fmt: skip
    found = only(needed=14, worked=4, **late)
    assert (found.cause, found.partner_s, found.client_s) == (Cause.OWN_SCHEDULE, 6 * AGENT, 4 * AGENT)


def test_a_partner_whose_roster_nobody_knows_is_held_against_the_requirement() -> None:
    found = only(scheduled=None, worked=6)
    assert (found.cause, found.partner_s) == (Cause.PLANNED_BELOW, 4 * AGENT)


def test_half_hours_of_which_need_or_work_is_not_known_are_counted_apart() -> None:
    found = judged(interval(needed=None), interval(1, worked=None), interval(2, worked=0))
    assert (found.intervals, found.unknown, len(found.short)) == (1, 2, 1)


# ---- all together -----------------------------------------------------------------------------------------------


def test_causes_are_counted_with_their_seconds() -> None:
    found = judged(interval(worked=7), interval(1, worked=9), interval(2, needed=15, offered=30), interval(3))
    assert found.by_cause() == [(Cause.OWN_SCHEDULE, 2, 4 * AGENT), (Cause.FORECAST_OUTSIDE, 1, 5 * AGENT)]
    assert (found.partner_s, found.client_s) == (4 * AGENT, 5 * AGENT)


def test_the_longest_run_is_of_one_programme_without_a_break() -> None:
    rows = [interval(place, worked=5) for place in (0, 1, 3, 4, 5)]
    other = [{**interval(place, worked=5), "programme": "english-phone"} for place in (6, 7)]
    run = longest_run(judged(*rows, *other).short)
    assert [one.started_at for one in run] == [at("09:30"), at("10:00"), at("10:30")]
    assert longest_run(()) == ()


def test_a_half_hour_is_told_in_words() -> None:
    sentence = only(needed=15, offered=30, scheduled=10).sentence
    assert sentence == (
        "10 agents at work, 15 agents needed, 10 agents required by the forecast, 10 agents on the roster; "
        "30 contacts came, 20 were forecast: more contacts than the forecast's tolerance allows."
    )
    assert [agents_text(seconds) for seconds in (0, 1800, 900, 13_500, 1799)] == [
        "0 agents", "1 agent", "0.5 agents", "7.5 agents", "1 agent",
    ]  # fmt: skip


def test_an_empty_table_is_short_of_nothing() -> None:
    assert judged() == Shortage(0, 0, ())


LINES = st.one_of(st.none(), st.integers(0, 30))


@given(st.lists(st.tuples(LINES, LINES, LINES, LINES, st.integers(0, 60), LINES), max_size=12))
def test_parts_never_exceed_what_was_missing_and_a_partner_at_its_line_never_answers(
    rows: list[tuple[int | None, ...]],
) -> None:
    intervals = [
        interval(
            place, needed=needed, required=required, scheduled=scheduled, worked=worked, offered=offered,
            forecast_milli=None if forecast is None else forecast * 1000,
        )
        for place, (needed, required, scheduled, worked, offered, forecast) in enumerate(rows)
    ]  # fmt: skip
    found = judged(*intervals)
    assert found.intervals + found.unknown == len(rows)
    for one in found.short:
        assert one.short_s == one.needed_s - one.worked_s > 0
        assert 0 <= one.partner_s + one.client_s <= one.short_s
        line = one.scheduled_s if one.required_s is None else one.required_s
        assert (one.partner_s == 0) == (line is None or one.worked_s >= line)


def test_the_table_of_facts_is_all_that_it_needs() -> None:
    table = fact_table("staffing_interval", [interval(worked=7)])
    assert shortage(pa.table(table)).short == judged(interval(worked=7)).short

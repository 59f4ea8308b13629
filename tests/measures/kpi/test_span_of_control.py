"""Agents for each leader at a snapshot."""

from __future__ import annotations

from tests.facts.streams.test_employment import person
from tests.measures.kpi.test_headcount import measured


def test_a_span_is_agents_for_each_leader_there_at_the_end() -> None:
    agents = [person(f"a{place}", "2025-01-01") for place in range(25)]
    leaders = [person(f"l{place}", "2025-01-01", role="team_leader") for place in range(2)]
    left = person("l3", "2025-01-01", "2026-03-10", role="team_leader")
    value = measured(*agents, *leaders, left, name="span_of_control")
    assert (value.value, value.n) == (25 / 2, 27)
    assert dict(value.excluded)["people no longer there"] == 1
    assert measured(*agents, name="span_of_control").value is None

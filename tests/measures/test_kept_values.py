"""Values kept by week equal those computed from everything, after any history; most are not computed again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.facts.stream_set import StreamSet, derive_streams
from tallystick.measures.compute import compute
from tallystick.measures.kept_values import renewed_values
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.measure_value import MeasureValue
from tests.conformance.test_streams import SCOPES, TERMS
from tests.facts.floor_histories import Floor, load

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
STREAMS = ("call", "agent_time", "survey", "action", "review")
REQUESTS = [MeasureRequest.of(one.id, version=one.version) for one in catalogue().values() if one.fact in STREAMS]


def streams_of(lake: Lake) -> StreamSet:
    return derive_streams(lake, SCOPES["client"], TERMS["client"], STREAMS)


def whole(facts: StreamSet, by: tuple[str, ...]) -> list[MeasureValue]:
    tables = {name: facts.table(name) for name in STREAMS}
    return compute(tables, REQUESTS, by=by, period=None, as_of=AS_OF)


@pytest.mark.parametrize(
    ("seed", "by"),
    [
        (0, ("partner", "week")),
        pytest.param(1, ("month",), marks=pytest.mark.long),
        pytest.param(2, ("week", "queue"), marks=pytest.mark.long),
    ],
)
def test_kept_values_equal_those_of_everything_after_random_loads(
    tmp_path: Path, seed: int, by: tuple[str, ...]
) -> None:
    floor, again = Floor(seed), 0
    path = tmp_path / "values.json"
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        for number in range(6):
            facts = streams_of(lake)
            found = renewed_values(path, facts, REQUESTS, by=by, as_of=AS_OF)
            assert found.values == whole(facts, by), f"round {number}"
            again += sum(count is not None for count in found.computed.values())
            load(lake, floor.news(["call", "agent_state", "action", "survey_response"], 3), number + 1)
    assert again >= 6


def test_unchanged_facts_compute_nothing_and_another_instant_everything(tmp_path: Path) -> None:
    floor = Floor(3)
    path = tmp_path / "values.json"
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        load(lake, floor.begin(), 0)
        facts = streams_of(lake)

        def computed(as_of: datetime = AS_OF) -> set[int | None]:
            return set(renewed_values(path, facts, REQUESTS, by=("week",), as_of=as_of).computed.values())

        assert computed() == {None}
        assert computed() == {0}
        assert computed(datetime(2026, 8, 1, tzinfo=UTC)) == {None}
        path.write_text("{", encoding="utf-8")
        assert computed() == {None}


def test_values_without_a_week_or_month_cannot_be_kept(tmp_path: Path) -> None:
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        facts = streams_of(lake)
        with pytest.raises(UsageError):
            renewed_values(tmp_path / "values.json", facts, REQUESTS, by=("partner",), as_of=AS_OF)

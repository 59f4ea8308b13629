"""One stream over a period, from a lake: the rows of the scope that begin inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tallystick.facts.reading import stream_of_period

from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tests.facts.floor import zoned
from tests.verdicts.tiny_lake import append

MARCH = Period("month", "2026-03", "UTC", date(2026, 3, 1), date(2026, 4, 1))


def test_a_partners_stream_holds_its_own_rows_of_the_period(tmp_path: Path) -> None:
    inside, after = datetime(2026, 3, 31, 23, 30, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    rows = [
        {
            "interval_key": key, "partner": partner, "source": "acd", "source_at": inside, "queue": "de",
            "started_at": begins, "ended_at": begins + timedelta(minutes=30), "offered": 3,
        }
        for key, (partner, begins) in enumerate((("aurora", inside), ("borealis", inside), ("aurora", after)), 1)
    ]  # fmt: skip
    with Lake.create(tmp_path / "lake", "lumen") as lake:
        append(lake, "call_interval", rows)
        for scope, seen in (
            (Scope.of_client("lumen"), [("aurora", inside), ("borealis", inside)]),
            (Scope.of_partner("lumen", "aurora"), [("aurora", inside)]),
        ):
            found = stream_of_period(lake, scope, "call_interval", zoned(), MARCH).select(["partner", "started_at"])
            assert sorted((row["partner"], row["started_at"]) for row in found.to_pylist()) == seen
        with pytest.raises(NotFound):
            stream_of_period(lake, Scope.of_client("lumen"), "no_such_stream", zoned(), MARCH)

"""The floor of a partner, read inside the partner's own scope whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound
from tests.verdicts.tiny_lake import append

AT = datetime(2025, 12, 2, 9, tzinfo=UTC)


def test_the_contract_is_one_with_the_partner_and_of_others_there_is_none(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.floor import floor_contract

    for partner in ("aurora", "borealis", "cordoba"):
        assert floor_contract(room_of("owner"), partner).contract.contract == f"lumen-{partner}-telephone"
    own = room_of("aurora")
    assert floor_contract(own, "aurora").contract.contract == "lumen-aurora-telephone"
    # Books hold no contract of others; where they did, the room would still not see that partner.
    careless: Any = SimpleNamespace(books=room_of("owner").books, sees=own.sees)
    for room, partner in ((own, "borealis"), (own, "nobody"), (room_of("owner"), "nobody"), (careless, "borealis")):
        with pytest.raises(NotFound) as told:
            floor_contract(room, partner)
        assert str(told.value) == f"There is no partner named '{partner}'."


def test_the_client_reads_a_partners_floor_without_the_rows_of_others(
    room_of: Callable[[str], Any], own_records: Path
) -> None:
    from tallystick.web.floor import floor_of

    interval = {"source": "acd", "source_at": AT, "queue": "de", "started_at": AT, "ended_at": AT + timedelta(hours=1)}
    with Lake.create(own_records / "lake", "lumen") as lake:
        rows = [{"interval_key": at, "partner": one, **interval} for at, one in enumerate(("aurora", "borealis"), 1)]
        append(lake, "call_interval", rows)
    for who in ("owner", "aurora"):
        floor = floor_of(room_of(who), "aurora", "2025-12", ["call_interval"])
        assert floor.has("call_interval")
        assert set(floor.facts["call_interval"].column("partner").to_pylist()) == {"aurora"}


def test_the_floor_is_told_as_of_the_newest_judging_of_that_partner_and_period() -> None:
    from tallystick.web.floor import _as_of

    judged = [("aurora", "2025-12", 5), ("aurora", "2025-12", 6), ("aurora", "2026-01", 8), ("borealis", "2025-12", 9)]
    records = [
        SimpleNamespace(partner=partner, period=period, as_of=f"2026-07-0{day}T06:00:00+00:00")
        for partner, period, day in judged
    ]
    room: Any = SimpleNamespace(books=SimpleNamespace(records=records), now=AT)
    told = [_as_of(room, *asked) for asked in (("aurora", "2025-12"), ("aurora", "1999-01"), ("cordoba", "2025-12"))]
    assert told == [datetime(2026, 7, 6, 6, tzinfo=UTC), datetime(2026, 7, 8, 6, tzinfo=UTC), AT]

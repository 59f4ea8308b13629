"""The probes of isolation on the product as it is, with both walls and with each alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.web.mutation import probing
from tests.web.mutation.desk import fill


@pytest.fixture
def full_desk(desk: Path) -> Iterator[None]:
    """A desk on which each partner has something of everything."""
    fill()
    probing.rooms.cache_clear()
    yield
    probing.rooms.cache_clear()


# The ordinary suite tries the same at length in test_isolation and test_matrix, and each wall alone on every table.
@pytest.mark.long
@pytest.mark.parametrize("walls", ["both walls", "the rooms' filters alone", "the database's wall alone"])
def test_every_probe_holds(full_desk: None, walls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if walls == "the database's wall alone":
        monkeypatch.setattr(settings, "ROOM_FILTERS", False)
    if walls == "the rooms' filters alone":
        monkeypatch.setattr("tallystick.web.wall.base.put_up", lambda *_: None)
    for name, probe in probing.every_probe().items():
        if walls != "the rooms' filters alone" or name != probing.BEHIND_THE_WALL:
            probe()

"""The search for cycles rests while many objects are made, and goes on as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tallystick.vocabulary.cycles import no_search_for_cycles


@pytest.fixture(autouse=True)
def _searching() -> Iterator[None]:
    was = gc.isenabled()
    yield
    (gc.enable if was else gc.disable)()


def test_nothing_is_searched_within_and_all_goes_on_after_it_even_after_an_error() -> None:
    gc.enable()
    with no_search_for_cycles():
        assert not gc.isenabled()
        with no_search_for_cycles():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="in between"), no_search_for_cycles():
        raise ValueError("in between")
    assert gc.isenabled()


def test_where_nobody_searched_before_nobody_does_after() -> None:
    gc.disable()
    with no_search_for_cycles():
        pass
    assert not gc.isenabled()

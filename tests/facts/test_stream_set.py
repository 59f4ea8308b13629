"""Kept streams belong to one scope, one set of terms and one version of the lake, and damage is made good."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tallystick.facts.kept_table import KeptTable
from tallystick.facts.stream_set import StreamSet, derive_streams
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound, ScopeError
from tests.conformance.test_streams import SCOPES, TERMS
from tests.facts.floor_histories import Floor, load

NAMES = ("call", "agent_time", "action")


@pytest.fixture
def floor() -> Floor:
    return Floor(7)


@pytest.fixture
def lake(tmp_path: Path, floor: Floor) -> Lake:
    made = Lake.create(tmp_path / "lake", "lumen")
    load(made, floor.begin(), 0)
    return made


def kept(lake: Lake, whose: str = "client") -> StreamSet:
    return derive_streams(lake, SCOPES[whose], TERMS[whose], NAMES)


def digests(facts: StreamSet) -> list[str]:
    return [facts.digest(name) for name in NAMES]


def test_what_is_kept_for_one_scope_is_never_given_to_another(lake: Lake) -> None:
    terms = TERMS["client"]
    sets = [derive_streams(lake, scope, terms, NAMES) for scope in SCOPES.values()]
    assert sets[0].folder != sets[1].folder
    for name in NAMES:
        assert {"aurora", "borealis"} <= set(sets[0].table(name).column("partner").to_pylist())
        assert set(sets[1].table(name).column("partner").to_pylist()) == {"aurora"}


def test_other_terms_are_another_set(lake: Lake) -> None:
    shorter = replace(TERMS["client"], repeat_window_s=3600)
    first, second = kept(lake), derive_streams(lake, SCOPES["client"], shorter, NAMES)
    assert first.folder != second.folder
    assert first.digest("call") != second.digest("call")
    assert digests(kept(lake)) == digests(first)


def test_streams_without_a_scope_are_refused(lake: Lake) -> None:
    for names in (NAMES, ()):
        with pytest.raises(ScopeError):
            derive_streams(lake, None, TERMS["client"], names)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        derive_streams(lake, SCOPES["client"], TERMS["client"], ["nothing"])


@pytest.mark.parametrize("harm", ["layer", "state", "copy"])
def test_a_damaged_set_is_derived_anew(lake: Lake, floor: Floor, harm: str) -> None:
    first = kept(lake)
    assert first.folder is not None
    load(lake, floor.news(["call", "agent_state"], 4), 1)
    if harm == "layer":
        next(first.folder.glob("call-*.rows.arrow")).write_bytes(b"broken")
    elif harm == "state":
        (first.folder / "state.json").write_text('{"made_by": 1', encoding="utf-8")
    else:
        (lake.root / "facts" / "rows" / "state.json").write_text("{}", encoding="utf-8")
    whole = derive_streams(lake, SCOPES["client"], TERMS["client"], NAMES, store=False)
    assert digests(kept(lake)) == digests(whole)


def test_an_earlier_state_of_the_lake_is_derived_beside_what_is_kept(lake: Lake, floor: Floor) -> None:
    before, pin = kept(lake), lake.pin()
    load(lake, floor.news(["call", "agent_state"], 12), 1)
    after = kept(lake)
    assert digests(after) != digests(before)
    earlier = derive_streams(lake, SCOPES["client"], TERMS["client"], NAMES, pin=pin)
    assert (earlier.number, digests(earlier), earlier.folder) == (pin.number, digests(before), None)
    assert digests(kept(lake)) == digests(after)


def test_only_what_differs_is_told_and_only_streams_that_read_it_move(
    lake: Lake, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(lake)
    name, row = next(iter(floor.rows["action"].items()))
    load(lake, {"action": [row | {"side": "client" if row["side"] == "partner" else "partner", "_version": 10**6}]}, 1)
    built: list[str] = []
    monkeypatch.setattr(KeptTable, "build", lambda self, *_: built.append(self.name))
    second = kept(lake)
    assert built == []
    differ = second.since("action", first.number)
    assert differ is not None
    assert sorted(differ.column("side").to_pylist()) == ["client", "partner"]
    assert set(differ.column("case_id").to_pylist()) == {name}
    for other in ("call", "agent_time"):
        still = second.since(other, first.number)
        assert still is not None
        assert still.num_rows == 0

"""Kept streams belong to one scope, one set of terms and one version of the lake, and damage is made good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tallystick.facts.kept_table import KeptTable
from tallystick.facts.stream_set import StreamSet, derive_streams
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound, ScopeError
from tests.conformance.test_streams import SCOPES, TERMS
from tests.facts.floor_histories import Floor, load
from tests.verdicts import tiny_lake

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


def test_a_set_that_is_not_kept_is_named_by_its_scope_too(lake: Lake) -> None:
    sets = [derive_streams(lake, scope, TERMS["client"], NAMES, store=False) for scope in SCOPES.values()]
    assert sets[0].identity != sets[1].identity


def test_an_earlier_state_is_derived_in_the_scope_that_asks(lake: Lake, floor: Floor) -> None:
    before, pin = kept(lake, "partner"), lake.pin()
    load(lake, floor.news(["call", "agent_state"], 12), 1)
    kept(lake, "partner")
    earlier = derive_streams(lake, SCOPES["partner"], TERMS["partner"], NAMES, pin=pin)
    assert (digests(earlier), earlier.folder) == (digests(before), None)
    for name in NAMES:
        assert set(earlier.table(name).column("partner").to_pylist()) == {"aurora"}


def test_words_of_another_party_stay_hidden_in_facts_that_are_kept(tmp_path: Path) -> None:
    """A queue and an agent of borealis in a survey and in an event of aurora's."""
    names = ("survey", "reply")
    created, replied = "2026-03-02T08:00:00", "2026-03-02T09:00:00"
    with Lake.create(tmp_path / "masked", "lumen") as lake:
        named = {"source": tiny_lake.SOURCE, "partner": "borealis", "source_at": tiny_lake.at(created)}
        told = {"mapping_key": 1, "kind": "queue", "raw": "North", "meaning": "north"}
        tiny_lake.append(lake, "mapping", [{**named, **told}])
        tiny_lake.append(lake, "agent", [{**named, "agent_key": 1, "agent_id": "bea"}])
        tiny_lake.append(lake, "case", [tiny_lake.case("M-1", created)])
        written = tiny_lake.event("M-1", replied, "message", "agent", "public", agent="bea")
        tiny_lake.append(lake, "case_event", [tiny_lake.event("M-1", created, "created", "customer"), written])
        tiny_lake.append(lake, "survey_response", [tiny_lake.survey("M-1", replied, 4, queue="North", agent="bea")])
        said = {"case_key": tiny_lake.case_key("M-1"), "message_key": 1, "sent_at": tiny_lake.at(replied)}
        message = {**said, "role": "agent", "public": True, "partner": "aurora", "cohort": date(2026, 3, 1)}
        tiny_lake.append(lake, "message", [message])
        for whose, hidden in (("client", False), ("partner", True)):
            for store in (True, False):
                facts = derive_streams(lake, SCOPES[whose], TERMS[whose], names, store=store)
                words = {name: facts.table(name).to_pylist() for name in names}
                assert [len(rows) for rows in words.values()] == [1, 1]
                assert ("North" in repr(words["survey"])) is not hidden, (whose, store)
                assert ("bea" in repr(words["reply"])) is not hidden, (whose, store)


def test_rows_of_another_partner_make_nothing_of_ours_anew(
    lake: Lake, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("action", "change_load")
    derive_streams(lake, SCOPES["partner"], TERMS["partner"], names)
    worked: list[str] = []

    def noting(deed: str) -> Callable[..., Any]:
        real = getattr(KeptTable, deed)

        def noted(self: KeptTable, *given: Any) -> Any:
            if self.folder.name.startswith("streams-"):  # the copy of everybody's rows moves, as it should
                worked.append(f"{deed} {self.name}")
            return real(self, *given)

        return noted

    for deed in ("build", "step"):
        monkeypatch.setattr(KeptTable, deed, noting(deed))
    for table, column, words in (("action", "side", ("client", "partner")), ("announcement", "title", ("one", "two"))):
        theirs = next(row for row in floor.rows[table].values() if row["partner"] == "borealis")
        other = words[theirs[column] == words[0]]
        load(lake, {table: [theirs | {column: other, "_version": 10**6}]}, 1)
    derive_streams(lake, SCOPES["partner"], TERMS["partner"], names)
    assert worked == []
    ours = next(row for row in floor.rows["action"].values() if row["partner"] == "aurora")
    side = "client" if ours["side"] == "partner" else "partner"
    load(lake, {"action": [ours | {"side": side, "_version": 10**6}]}, 1)
    derive_streams(lake, SCOPES["partner"], TERMS["partner"], names)
    assert worked == ["step action"]

"""What pages keep is bound to everything that a verdict and its page rest on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.home import Home, open_home
from tallystick.vocabulary.scope import Scope
from tests.billing.check.several import make_several, text_of
from tests.web._own_home import judged_again, own_home


@pytest.fixture
def home(tmp_path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return own_home(tmp_path, prepared, monkeypatch)


def included(home: Home) -> Path:
    """A text that the contracts include."""
    return sorted((home.root / "contracts" / "shared").iterdir())[0]


def an_included_text_changes(home: Home) -> None:
    path = included(home)
    path.write_text(path.read_text("utf-8") + "\n# another line\n", encoding="utf-8")


def an_included_text_is_replaced_by_one_of_the_same_size_and_time(home: Home) -> None:
    import os

    path = included(home)
    was = path.stat()
    beside = path.with_suffix(".new")
    beside.write_bytes(path.read_bytes()[::-1])
    os.utime(beside, ns=(was.st_atime_ns, was.st_mtime_ns))
    beside.replace(path)


def a_lock_changes(home: Home) -> None:
    (home.root / "contracts" / "lumen-aurora.lock").write_text("{}", encoding="utf-8")


def a_text_comes(home: Home) -> None:
    (home.root / "contracts" / "another.yaml").write_text("tallystick: 1\n", encoding="utf-8")


def a_text_goes(home: Home) -> None:
    home.contracts[0].unlink()


def a_period_is_judged_again(home: Home) -> None:
    from dataclasses import replace

    judged_again(home, "S1", lambda verdict: replace(verdict, title="Another title"))


@pytest.mark.parametrize(
    "change",
    [
        an_included_text_changes,
        an_included_text_is_replaced_by_one_of_the_same_size_and_time,
        a_lock_changes,
        a_text_comes,
        a_text_goes,
        a_period_is_judged_again,
    ],
)
def test_the_version_moves_when(home: Home, change: Callable[[Home], None]) -> None:
    from tallystick.web.books import version_of

    before = version_of(home)
    assert version_of(home) == before
    change(home)
    assert version_of(home) != before


def test_the_version_stays_while_nothing_changes_but_evidence_is_read_and_other_folders_are_written(home: Home) -> None:
    from tallystick.web.books import version_of

    before = version_of(home)
    (home.folder("imports") / "imports.jsonl").write_text("{}\n", encoding="utf-8")
    (home.folder("reports") / "a.html").write_text("x", encoding="utf-8")
    assert version_of(home) == before


def test_pages_read_the_contract_anew_when_a_text_that_it_includes_changes(home: Home) -> None:
    from tallystick.web.books import books_of

    scope = Scope.of_client(home.client)
    before = {one.contract.contract: one.contract for one in books_of(home, scope).contracts}
    path = included(home)
    path.write_text(path.read_text("utf-8") + "\n# another line\n", encoding="utf-8")
    after = {one.contract.contract: one.contract for one in books_of(home, scope).contracts}
    assert before.keys() == after.keys()
    moved = [name for name in before if before[name].files != after[name].files]
    assert moved, "no contract includes the text that changed"


def test_a_new_judging_is_shown_at_once_and_what_was_read_before_is_not_read_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from tallystick.verdicts import store
    from tallystick.web.books import books_of

    scope = Scope.of_client(home.client)
    first = books_of(home, scope)
    contracts = first.contracts
    read: list[str] = []
    real = store._judged
    monkeypatch.setattr(store, "_judged", lambda path: read.append(path.name) or real(path))
    judged_again(home, "S1", lambda verdict: replace(verdict, title="Another title"))
    read.clear()
    second = books_of(home, scope)
    assert second.verdict("aurora", "S1", first.periods[-1]).title == "Another title"
    (judged,) = (one for one in second.records if (one.partner, one.period) == ("aurora", first.periods[-1]))
    assert judged.supersedes == first.records[-1].digest
    assert len(read) == 1, "only the new judging is read"
    assert second.contracts is contracts or second.contracts == contracts


def test_what_stands_beside_a_text_is_told_for_its_own_partners_and_of_theirs_alone(tmp_path: Path) -> None:
    """Aurora has three contracts and one together with Borealis, which has one of its own."""
    from tallystick.web.books import books_of

    root = make_several(tmp_path / "home")
    alone = text_of("night").replace("contract: night", "contract: north").replace("id: aurora", "id: borealis")
    (root / "contracts" / "north.yaml").write_text(alone, encoding="utf-8")
    books = books_of(open_home(root), Scope.of_partner("lumen", "aurora"))
    texts = {one.contract.contract: one for one in books.contracts}
    assert sorted(texts) == ["desk", "frame", "night"]
    assert sorted(one.contract for one in books.beside(texts["desk"], "aurora")) == ["frame", "joint", "night"]
    assert books.beside(texts["desk"], "borealis") == ()
    folder = root / "contracts"
    assert sorted(path.stem for path in books.texts_with("aurora")) == ["aurora", "frame", "joint", "night"]
    assert {path.parent for path in books.texts_with("aurora")} == {folder}
    assert books.texts_with("borealis") == ()

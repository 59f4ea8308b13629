"""Backups from the page, and taking the example away: by the owner alone, and never by an accident."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SignIn = Callable[..., Any]


@pytest.fixture
def small_home(desk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home with the mark of an example and little in it, in place of the shared one."""
    from tallystick.home import create_home
    from tallystick.web import place

    root = tmp_path / "home"
    made = create_home(root, "lumen", "Lumen Home")
    (root / "raw").mkdir()
    (root / "raw" / "expected.yaml").write_text("as_of: x\n", encoding="utf-8")
    (root / "desk").mkdir()
    shutil.copy(desk, root / "desk" / "desk.sqlite3")
    place.home.cache_clear()
    monkeypatch.setattr("tallystick.web.accounts.access.home", lambda: made)
    return root


def test_a_backup_taken_from_the_page_can_be_restored(sign_in: SignIn, small_home: Path, tmp_path: Path) -> None:
    from tallystick.web.backup import restore

    client = sign_in("owner")
    assert "No backup was taken yet." in client.get("/administration").content.decode()
    assert client.post("/do/back-up", {"once": "b1"}).status_code == 302
    found = list((small_home / "backups").iterdir())
    assert len(found) == 1
    assert found[0].name in client.get("/administration").content.decode()
    assert restore(found[0], tmp_path / "back")["proof"]["rows"] == {}


def test_the_word_must_be_typed_before_the_example_goes(sign_in: SignIn, small_home: Path) -> None:
    from tallystick.web.accounts.models import Person

    client = sign_in("owner")
    refused = client.post("/do/remove-example", {"once": "r1"})
    assert refused.status_code == 422
    assert (small_home / "raw" / "expected.yaml").exists()
    assert client.post("/do/remove-example", {"once": "r1", "word": "remove"}).status_code == 302
    assert not (small_home / "raw").exists()
    assert list(Person.objects.values_list("email", flat=True)) == ["mara@lumen.example"]
    again = client.post("/do/remove-example", {"once": "r2", "word": "remove"})
    assert again.status_code == 409


@pytest.mark.parametrize("who", ["auditor", "executive", "finance", "aurora"])
def test_nobody_but_the_owner_takes_backups_or_removes(sign_in: SignIn, small_home: Path, who: str) -> None:
    client = sign_in(who)
    assert client.post("/do/back-up", {}).status_code in (403, 404)
    assert client.post("/do/remove-example", {"word": "remove"}).status_code in (403, 404)
    assert not (small_home / "backups").exists()


def test_the_auditor_sees_the_matrix_and_no_button(sign_in: SignIn, small_home: Path) -> None:
    page = sign_in("auditor").get("/administration?matrix.q=backup").content.decode()
    assert "Take a backup" in page  # as a line of the matrix, not as a button
    assert "/do/remove-example" not in page
    assert "/do/back-up" not in page

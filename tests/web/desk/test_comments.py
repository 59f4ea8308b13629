"""Comments for both sides, and notes that never leave the client's side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.desk._closings import open_preview
from tests.web.desk.test_disputes import opened

SignIn = Callable[..., Any]


def write(client: Any, name: str, about: str, text: str) -> Any:
    return client.post(f"/do/{name}", {"about": about, "text": text})


def test_both_sides_read_a_comment_and_only_the_client_reads_a_note(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    open_preview(sign_in("owner"))
    subjects = (f"dispute/{number}", "close/aurora/2025-12", "verdict/aurora/S1/2025-12")
    for at, about in enumerate(subjects):
        assert write(sign_in("aurora"), "comment", about, f"partner says {at}").status_code == 302
        assert write(sign_in("owner"), "comment", about, f"client says {at}").status_code == 302
        assert write(sign_in("owner"), "note", about, f"canary note {at}").status_code == 302
    addresses = (f"/dispute/{number}", "/close/aurora/2025-12", "/portal", "/close")
    theirs = "".join(
        sign_in("aurora").get(address + ending).content.decode() for address in addresses for ending in ("", ".json")
    )
    ours = "".join(sign_in("auditor").get(address).content.decode() for address in addresses[:2])
    for at in range(3):
        assert f"partner says {at}" in theirs
        assert f"client says {at}" in theirs
        assert f"canary note {at}" in ours
    assert "canary note" not in theirs


def test_a_note_stays_hidden_by_the_database_alone(sign_in: SignIn, room_of: Any, settings_off: None) -> None:
    from tallystick.web.desk.comments import Comment

    assert write(sign_in("owner"), "note", "verdict/aurora/S1/2025-12", "canary note").status_code == 302
    assert Comment.objects.count() == 1
    assert room_of("aurora").rows(Comment).count() == 0


@pytest.fixture
def settings_off() -> Any:
    from django.test import override_settings

    with override_settings(ROOM_FILTERS=False):
        yield


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [("auditor", "comment", 403), ("auditor", "note", 403), ("aurora", "note", 404), ("borealis", "comment", 404)],
)
def test_who_may_not_write_does_not(sign_in: SignIn, who: str, name: str, status: int) -> None:
    from tallystick.web.desk.comments import Comment

    assert write(sign_in(who), name, "verdict/aurora/S1/2025-12", "x").status_code == status
    assert Comment.objects.count() == 0


@pytest.mark.parametrize(
    "about",
    ["", "dispute/1", "verdict/aurora/S1", "verdict/aurora/S99/2025-12", "close/aurora/1999-01", "people/1/2/3"],
)
def test_a_comment_needs_an_object_that_its_writer_may_see(sign_in: SignIn, about: str) -> None:
    response = write(sign_in("aurora"), "comment", about, "x")
    assert response.status_code == (422 if not about else 404)


def test_before_the_preview_a_partner_cannot_comment_on_the_closing(sign_in: SignIn) -> None:
    assert write(sign_in("aurora"), "comment", "close/aurora/2025-12", "x").status_code == 404
    open_preview(sign_in("owner"))
    assert write(sign_in("aurora"), "comment", "close/aurora/2025-12", "x").status_code == 302

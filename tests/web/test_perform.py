"""Taking a deed back: by the button of its confirmation, for some minutes, by who did it, and as a deed of its own."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.desk._closings import open_preview

SignIn = Callable[..., Any]


def token_in(client: Any, address: str = "/people") -> str:
    """What the button of the last confirmation carries; empty where there is no button."""
    page = client.get(address).content.decode()
    found = re.search(r'<input type="hidden" name="token" value="([^"]+)">', page)
    return html.unescape(found[1]) if found else ""


def person(email: str) -> Any:
    from tallystick.web.accounts.models import Person

    return Person.objects.get(email=email)


def last_rows(count: int) -> list[Any]:
    from tallystick.web.desk.audit import AuditRow

    return list(AuditRow.objects.order_by("-seq")[:count])[::-1]


def test_the_confirmation_offers_to_take_it_back_and_the_opposite_is_a_deed_in_the_trail(sign_in: SignIn) -> None:
    client, ana = sign_in("owner"), person("ana@aurora.example")
    assert client.post("/do/switch-off", {"person": ana.id, "back": "/people"}).status_code == 302
    page = client.get("/people").content.decode()
    assert "within 10 minutes" in page
    client.post("/do/switch-on", {"person": ana.id})
    token_in(client)
    client.post("/do/switch-off", {"person": ana.id})
    token = token_in(client)
    assert client.post("/undo", {"token": token, "back": "/people"})["Location"] == "/people"
    assert person("ana@aurora.example").is_active
    did, undid = last_rows(2)
    assert (did.action, undid.action) == ("switch-off", "switch-on")
    assert did.about == undid.about
    assert undid.previous == did.hash


def test_taking_back_twice_has_one_effect(sign_in: SignIn) -> None:
    client, ana = sign_in("owner"), person("ana@aurora.example")
    client.post("/do/switch-off", {"person": ana.id})
    token = token_in(client)
    for _ in range(2):
        assert client.post("/undo", {"token": token}).status_code == 302
    assert [row.action for row in last_rows(2)] == ["switch-off", "switch-on"]


def test_roles_come_back_as_they_were(sign_in: SignIn) -> None:
    client, ines = sign_in("owner"), person("ines@lumen.example")
    before = ines.held
    client.post("/do/change-roles", {"person": ines.id, "roles": ["auditor"]})
    assert person(ines.email).held == ["auditor"]
    client.post("/undo", {"token": token_in(client)})
    assert person(ines.email).held == before


def test_it_is_refused_after_its_time_for_others_and_when_something_else_was_done_since(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web import perform

    client, ana = sign_in("owner"), person("ana@aurora.example")
    client.post("/do/switch-off", {"person": ana.id})
    token = token_in(client)
    assert sign_in("executive").post("/undo", {"token": token}).status_code == 302
    assert client.post("/undo", {"token": token + "x"}).status_code == 302
    assert not person(ana.email).is_active
    monkeypatch.setattr(perform, "UNDO_MINUTES", -1)
    client.post("/undo", {"token": token})
    assert not person(ana.email).is_active
    monkeypatch.undo()
    client.post("/do/end-sessions", {"person": ana.id})
    client.post("/undo", {"token": token})
    assert not person(ana.email).is_active
    assert "Something else was done to it since" in client.get("/people").content.decode()


def test_a_stranger_cannot_take_anything_back_and_reading_the_address_does_nothing(sign_in: SignIn) -> None:
    client, ana = sign_in("owner"), person("ana@aurora.example")
    client.post("/do/switch-off", {"person": ana.id})
    token = token_in(client)
    assert sign_in().post("/undo", {"token": token})["Location"].startswith("/account/sign-in")
    assert client.get("/undo").status_code == 405
    assert not person(ana.email).is_active


def test_without_the_forms_key_nothing_is_taken_back(desk: Any) -> None:
    from django.test import Client

    client, ana = Client(enforce_csrf_checks=True, headers={"host": "localhost"}), person("ana@aurora.example")
    client.force_login(person("mara@lumen.example"))
    assert client.post("/undo", {"token": "x"}).status_code == 403
    assert ana.is_active


def test_an_opened_preview_goes_back_and_both_sides_read_why(sign_in: SignIn) -> None:
    client = sign_in("owner")
    open_preview(client)
    assert client.get("/close/aurora/2025-12.json").json()["state"] == "preview"
    client.post("/undo", {"token": token_in(client)})
    assert client.get("/close/aurora/2025-12.json").json()["state"] == "proposed"
    assert "Opened by mistake." in sign_in("aurora").get("/close/aurora/2025-12").content.decode()


def test_what_nothing_takes_back_offers_nothing(sign_in: SignIn) -> None:
    client, ana = sign_in("owner"), person("ana@aurora.example")
    client.post("/do/end-sessions", {"person": ana.id})
    assert token_in(client) == ""


def test_a_comment_an_action_and_a_dispute_are_taken_back(sign_in: SignIn) -> None:
    from tallystick.web.desk.comments import Comment
    from tallystick.web.desk.corrective import CorrectiveAction
    from tallystick.web.desk.disputes import Dispute

    client, about = sign_in("owner"), {"partner": "aurora", "clause": "S1", "period": "2025-12", "told": ""}
    client.post("/do/note", {"about": "close/aurora/2025-12", "text": "A word", "told": ""})
    client.post("/undo", {"token": token_in(client)})
    assert not Comment.objects.filter(text="A word").exists()
    client.post("/do/plan-action", {**about, "what": "Train", "owner": "Ana", "due_on": "2026-01-31"})
    client.post("/undo", {"token": token_in(client)})
    assert not CorrectiveAction.objects.filter(what="Train").exists()
    category = next(value for value, _ in Dispute._meta.get_field("category").choices)
    said = {"credit": "", "case": "", "category": category, "expected": "Kept", "text": "Why", "evidence": ""}
    client.post("/do/open-dispute", {**about, **said})
    client.post("/undo", {"token": token_in(client)})
    assert Dispute.objects.get(expected="Kept").state == "withdrawn"
    actions = [row.action for row in last_rows(6)]
    assert actions == ["note", "withdraw-comment", "plan-action", "withdraw-action", "open-dispute", "withdraw-dispute"]


def test_every_opposite_is_a_deed(desk: Any) -> None:
    from tallystick.web.perform import deeds

    named = {one.name: one.opposite for one in deeds().values() if one.opposite}
    assert set(named.values()) <= set(deeds())
    assert len(named) >= 12

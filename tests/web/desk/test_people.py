"""Invitations, roles and switching off: who may do it to whom, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core import mail

SignIn = Callable[..., Any]
INVITE = {"email": "new@lumen.example", "name": "Nora New", "party": "", "roles": ["finance"], "once": "k1"}


@pytest.fixture(autouse=True)
def kept_mail(settings_of_mail: None) -> None:
    """Mail stays in memory."""


@pytest.fixture
def settings_of_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []


def link() -> str:
    found = re.search(r"(/account/invitation/\S+)", mail.outbox[0].body)
    assert found is not None
    return found.group(1)


def trail() -> list[str]:
    from tallystick.web.desk.audit import AuditRow

    return list(AuditRow.objects.order_by("seq").values_list("action", flat=True))


def test_an_invited_person_chooses_a_password_and_comes_in_once(sign_in: SignIn) -> None:
    response = sign_in("owner").post("/do/invite", INVITE)
    assert response.status_code == 302
    address, stranger = link(), sign_in()
    assert "Nora New" in stranger.get(address).content.decode()
    assert stranger.post(address, {"password": "short"}).status_code == 200
    assert stranger.post(address, {"password": "a sentence that is long"}).status_code == 302
    assert stranger.get(address).status_code == 404
    entered = stranger.post(
        "/account/sign-in", {"login": "new@lumen.example", "password": "a sentence that is long"}
    )  # fmt: skip
    assert entered.status_code == 302
    assert trail() == ["invite"]


def test_a_form_that_arrives_twice_invites_once(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert client.post("/do/invite", INVITE).status_code == 302
    assert client.post("/do/invite", INVITE).status_code == 302
    assert len(mail.outbox) == 1
    assert trail() == ["invite"]


def test_a_withdrawn_link_is_not_there(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import Invitation

    client = sign_in("owner")
    client.post("/do/invite", INVITE)
    made = Invitation.objects.get()
    assert client.post("/do/withdraw-invitation", {"invitation": made.pk}).status_code == 302
    assert sign_in().get(link()).status_code == 404
    assert client.post("/do/withdraw-invitation", {"invitation": made.pk}).status_code == 409


def test_a_partners_admin_invites_into_its_own_partner_whatever_the_form_says(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import Invitation

    client = sign_in("aurora")
    sent = {**INVITE, "party": "borealis", "roles": ["agent"]}
    assert client.post("/do/invite", sent).status_code == 302
    assert Invitation.objects.get().party == "aurora"
    assert (
        client.post("/do/invite", {**sent, "email": "x@y.example", "roles": ["owner"], "once": ""}).status_code == 409
    )


def test_a_partner_neither_sees_nor_changes_people_of_others(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import Person

    client = sign_in("aurora")
    page = client.get("/people").content.decode()
    assert "ana@aurora.example" in page
    assert "@lumen.example" not in page
    assert "@borealis.example" not in page
    other = Person.objects.get(email="lars@borealis.example")
    absent = "00000000-0000-4000-8000-000000000000"
    for name in ("switch-off", "switch-on", "end-sessions", "change-roles"):
        foreign = client.post(f"/do/{name}", {"person": other.id, "roles": ["agent"]})
        nobody = client.post(f"/do/{name}", {"person": absent, "roles": ["agent"]})
        assert foreign.status_code == nobody.status_code == 404
    assert Person.objects.get(id=other.id).is_active


def test_who_is_switched_off_is_out_in_every_session_at_once(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import Person

    finance = sign_in("finance")
    assert finance.get("/").status_code in (200, 302, 403)
    person = Person.objects.get(email="ines@lumen.example")
    assert sign_in("owner").post("/do/switch-off", {"person": person.id}).status_code == 302
    response = finance.get("/overview")
    assert response.status_code == 302
    assert "/account/sign-in" in response["Location"]


def test_the_last_owner_stays_and_nobody_changes_the_own_roles(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.roles import Role

    owner = Person.objects.get(email="mara@lumen.example")
    client = sign_in("owner")
    assert client.post("/do/change-roles", {"person": owner.id, "roles": ["finance"]}).status_code == 409
    second = Person.objects.create_user("second@lumen.example", "Second", CLIENT, {Role.OWNER}, "x")
    assert sign_in("second@lumen.example").post("/do/switch-off", {"person": owner.id}).status_code == 302
    refused = sign_in("second@lumen.example").post("/do/change-roles", {"person": second.id, "roles": ["finance"]})
    assert refused.status_code == 409


def test_one_owner_stays_when_two_switch_each_other_off_and_no_partners_person_counts_as_one(
    sign_in: SignIn, room_of: Callable[[str], Any]
) -> None:
    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.desk.people import do_switch_off
    from tallystick.web.refusal import NotNow
    from tallystick.web.roles import Role

    owner = Person.objects.get(email="mara@lumen.example")
    second = Person.objects.create_user("second@lumen.example", "Second", CLIENT, {Role.OWNER}, "x")
    room = room_of("second@lumen.example")  # already inside when the first one's deed is done
    # No form gives a partner's person this role; a row that says so all the same keeps no client's room open.
    Person.objects.create(email="eve@aurora.example", name="Eve", party="aurora", held=["owner"])
    assert sign_in("owner").post("/do/switch-off", {"person": second.id}).status_code == 302
    with pytest.raises(NotNow, match="last owner"):
        do_switch_off.run(room, {"person": owner.id})
    assert Person.objects.get(id=owner.id).is_active


@pytest.mark.parametrize(
    ("party", "role", "side"), [("aurora", "finance", "a partner's side"), ("", "agent", "the client's side")]
)
def test_a_role_of_the_other_side_is_refused_and_the_side_is_named(
    sign_in: SignIn, party: str, role: str, side: str
) -> None:
    answer = sign_in("owner").post("/do/invite", {**INVITE, "party": party, "roles": [role]})
    assert answer.status_code == 409
    assert f"do not exist on {side}" in unescape(answer.content.decode())


def test_a_role_without_the_right_is_refused_and_leaves_no_trace(sign_in: SignIn) -> None:
    assert sign_in("auditor").post("/do/invite", INVITE).status_code == 403
    assert sign_in("executive").get("/do/invite").status_code == 403
    assert mail.outbox == []
    assert trail() == []

"""Every cell of the role matrix: each page and each action, tried as each role, gives what the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from tests.web import probes
from tests.web.mutation.desk import fill
from tests.web.mutation.probing import filled

PARTNER = "aurora"
PAGE_STATUS = {"yes": {200}, "no": {403}, "not there": {404}}
# An action is tried with an empty form: who may do it is told what is missing, nobody else gets that far.
ACTION_STATUS = {"yes": {200, 302, 409, 422, 404}, "no": {403}, "not there": {404}}


@pytest.fixture
def of_role(desk: Any) -> Callable[[Any], Any]:
    """A signed-in client of a role; partner roles are Aurora's."""
    from django.test import Client

    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.roles import CLIENT_ROLES

    @cache  # one sign-in for each role, not for each cell
    def signed(role: Any) -> Any:
        party = CLIENT if role in CLIENT_ROLES else PARTNER
        email = f"{role.value.replace(' ', '.').lower()}@matrix.example"
        person = Person.objects.create_user(email, role.value, party, {role}, None)
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        return client

    return signed


def lines(kind: str) -> Iterator[Any]:
    from tallystick.web import matrix

    return (line for line in matrix.lines() if line.kind == kind)


def test_every_cell_of_the_pages_holds(of_role: Callable[[Any], Any]) -> None:
    fill()
    own, found, wrong = probes.of_partner(PARTNER).by_part, dict(probes.pages()), []
    for line in lines("page"):
        path = filled(found[line.name], own)
        for role, said in line.cells:
            status = of_role(role).get(f"/{path}").status_code
            if status not in PAGE_STATUS[said]:
                wrong.append((line.name, role.value, said, status))
    assert wrong == []


def test_every_cell_of_the_actions_holds_and_a_refusal_changes_nothing(
    of_role: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.refusal import NotNow

    def full(*_: Any) -> None:
        raise NotNow("The disk is full.")

    monkeypatch.setattr("tallystick.web.desk.safety.write_backup", full)  # who may is asked before; the copy takes long
    from tallystick.web.desk.audit import AuditRow

    wrong = []
    for line in lines("deed"):
        for role, said in line.cells:
            client, before = of_role(role), AuditRow.objects.count()
            status = client.post(f"/do/{line.name}", {}).status_code
            shown = client.get(f"/do/{line.name}").status_code
            if status not in ACTION_STATUS[said] or shown not in ACTION_STATUS[said]:
                wrong.append((line.name, role.value, said, status, shown))
            if said != "yes" and AuditRow.objects.count() != before:
                wrong.append((line.name, role.value, "left a trace"))
    assert wrong == []


def test_the_auditor_may_do_nothing() -> None:
    from tallystick.web.roles import Role

    for line in lines("deed"):
        assert dict(line.cells)[Role.AUDITOR] == "no" or all(
            answer != "yes" for role, answer in line.cells if role is Role.AUDITOR
        )


def test_other_methods_are_refused_on_every_page(of_role: Callable[[Any], Any]) -> None:
    from tallystick.web.roles import Role

    client = of_role(Role.OWNER)
    own = probes.of_partner(PARTNER)
    for _, page in probes.pages():
        path = own.fill(page.path)
        if path is not None:
            for method in (client.post, client.put, client.delete, client.patch):
                assert method(f"/{path}").status_code == 405

"""The link that signs an invented person of the example in: once, and only where there is an example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tallystick.web import server
from tallystick.web.place import LINK, desk_folder
from tests.web.conftest import HOME, PEOPLE


@pytest.fixture
def link(desk: Any) -> Iterator[str]:
    yield server.sign_in_link(HOME, PEOPLE["aurora"])
    (desk_folder(HOME) / LINK).unlink(missing_ok=True)


def test_the_link_signs_its_person_in_once(sign_in: Callable[..., Any], link: str) -> None:
    client = sign_in()
    assert client.get(link).status_code == 302
    assert client.get("/portal").status_code == 200
    assert client.get("/overview").status_code == 404, "it is a partner's person"
    assert sign_in().get(link).status_code == 404


def test_another_token_signs_nobody_in_and_leaves_the_link_as_it_is(sign_in: Callable[..., Any], link: str) -> None:
    client = sign_in()
    assert client.get("/account/example/another").status_code == 404
    assert client.get("/overview").status_code == 302
    assert client.get(link).status_code == 302


def test_without_a_link_and_without_an_example_there_is_no_such_address(
    sign_in: Callable[..., Any], link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.accounts import views

    with monkeypatch.context() as patch:
        patch.setattr(views, "is_example", lambda _: False)
        assert sign_in().get(link).status_code == 404
    (desk_folder(HOME) / LINK).unlink()
    assert sign_in().get(link).status_code == 404


def test_a_person_who_was_switched_off_is_not_signed_in_by_it(sign_in: Callable[..., Any], link: str) -> None:
    from tallystick.web.accounts.models import Person

    Person.objects.filter(email=PEOPLE["aurora"]).update(is_active=False)
    assert sign_in().get(link).status_code == 404

"""From a request to an answer: who gets in, and what the twins give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SignIn = Callable[..., Any]


@pytest.mark.parametrize("address", ["/", "/overview", "/no-such-page", "/do/no-such-action"])
def test_a_stranger_is_led_to_the_sign_in_and_learns_nothing(sign_in: SignIn, address: str) -> None:
    response = sign_in().get(address)
    if address == "/no-such-page":
        assert response.status_code == 404
        assert b"Lumen" not in response.content
        return
    assert response.status_code == 302
    assert response["Location"].startswith("/account/sign-in?next=")


def test_a_stranger_who_asks_for_data_gets_401_and_no_data(sign_in: SignIn) -> None:
    response = sign_in().get("/overview.json")
    assert response.status_code == 401
    assert set(response.json()) == {"error"}


def test_the_twin_of_a_page_is_the_pages_own_answer(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page, twin = client.get("/overview"), client.get("/overview.json")
    assert page.status_code == twin.status_code == 200
    assert twin["Content-Type"] == "application/json"


def test_every_answer_names_its_request_and_forbids_foreign_sources(sign_in: SignIn) -> None:
    response = sign_in("owner").get("/overview")
    assert len(response["X-Request-Id"]) == 16
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["Cache-Control"] == "private, no-store"


def test_the_sign_in_with_password_works_and_a_wrong_one_says_nothing_about_the_account(sign_in: SignIn) -> None:
    from tests.web.conftest import PASSWORD

    client = sign_in()
    wrong = client.post("/account/sign-in", {"login": "mara@lumen.example", "password": "wrong-wrong-wrong"})
    unknown = client.post("/account/sign-in", {"login": "nobody@lumen.example", "password": "wrong-wrong-wrong"})
    assert wrong.status_code == unknown.status_code == 200
    right = client.post("/account/sign-in", {"login": "mara@lumen.example", "password": PASSWORD})
    assert right.status_code == 302
    assert client.get("/overview").status_code == 200

"""What a hostile request or text gets: headers, cookies, forged forms, guessed passwords, formulas, redirects."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings

from tallystick.web.table import Cell, Column, Table, safe
from tests.web.conftest import HOME, PASSWORD, PEOPLE

SignIn = Callable[..., Any]
LOGIN = "/account/sign-in"


def enter(client: Any, email: str = PEOPLE["owner"], password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(sign_in: SignIn) -> None:
    client = sign_in()
    client.get(LOGIN)
    enter(client)
    assert set(client.cookies) >= {"tally", "tally-form"}
    for name in ("tally", "tally-form"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_signing_in_makes_a_new_session(sign_in: SignIn) -> None:
    client = sign_in()
    client.get("/overview")
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    enter(client)
    assert client.session.session_key != planted


def test_signing_out_ends_the_session_on_the_server(sign_in: SignIn) -> None:
    from django.contrib.sessions.models import Session

    client = sign_in()
    enter(client)
    key = client.session.session_key
    client.post("/account/sign-out")
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/overview").status_code == 302


def test_a_session_ends_twelve_hours_after_the_sign_in(sign_in: SignIn) -> None:
    from datetime import timedelta

    from django.contrib.sessions.models import Session
    from django.utils import timezone

    client, before = sign_in(), timezone.now()
    enter(client)
    row = Session.objects.filter(session_key=client.session.session_key)
    ends = row.get().expire_date
    assert timedelta(hours=11, minutes=59) < ends - before <= timedelta(hours=12, minutes=1)
    for _ in range(3):
        assert client.get("/overview").status_code == 200
    assert row.get().expire_date == ends, "reading does not make it live longer"
    row.update(expire_date=timezone.now())
    assert client.get("/overview").status_code == 302


def test_five_wrong_passwords_lock_one_account_and_nobody_else(sign_in: SignIn) -> None:
    client = sign_in()
    for _ in range(5):
        enter(client, password="wrong-wrong-wrong")  # noqa: S106
    locked = enter(client)
    assert locked.status_code in (200, 429)
    assert client.get("/overview").status_code == 302
    other = enter(sign_in(), email=PEOPLE["executive"])
    assert other.status_code == 302


def test_a_form_of_another_site_changes_nothing_and_loses_nothing(desk: Any) -> None:
    from django.test import Client

    from tallystick.web.accounts.models import Invitation, Person

    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(Person.objects.get(email=PEOPLE["owner"]))
    sent = {"email": "x@lumen.example", "name": "A Long Name", "roles": ["finance"]}
    response = client.post("/do/invite", sent)
    assert response.status_code == 403
    assert "A Long Name" in response.content.decode()
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_the_way_back_leads_only_to_pages_of_ours(sign_in: SignIn, back: str) -> None:
    page = sign_in("owner").get("/do/invite", {"back": back}).content.decode()
    assert "evil.example" not in page
    assert "javascript:" not in page


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x"])
def test_the_sign_in_does_not_lead_away(sign_in: SignIn, target: str) -> None:
    client = sign_in()
    response = client.post(f"{LOGIN}?next={target}", {"login": PEOPLE["owner"], "password": PASSWORD, "next": target})
    assert "evil" not in response.get("Location", "")


def test_a_wrong_host_is_refused(desk: Any) -> None:
    from django.test import Client

    assert Client(headers={"host": "evil.example"}).get("/overview").status_code == 400


@pytest.mark.parametrize(
    "address", ["/static/../settings.py", "/static/%2e%2e/settings.py", "/static/figures.py", "/desk/desk.sqlite3",
                "/keys/signing.key", "/.git/config", "/admin/", "/account/signup", "/accounts/login/"]
)  # fmt: skip
def test_nothing_but_pages_and_their_files_is_served(sign_in: SignIn, address: str) -> None:
    assert sign_in("owner").get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/overview", "/overview.json", "/audit.csv", "/people", "/do/invite", "/do/no-such-deed", LOGIN, "/no-such-page",
     "/livez", "/readyz", "/static/control.js"],
)  # fmt: skip
def test_every_answer_carries_the_headers(sign_in: SignIn, address: str) -> None:
    response = sign_in("owner").get(address)
    response.close()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    for directive in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == "'none'"
    assert policy["script-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert not any(name.lower().startswith("access-control-") for name in response.headers)
    if not address.startswith("/static/"):
        assert response["X-Frame-Options"] == "DENY"
        assert "no-store" in response["Cache-Control"]


def test_exports_are_files_and_data_are_no_pages(sign_in: SignIn) -> None:
    client = sign_in("owner")
    rows = client.get("/audit.csv?table=trail&name=../../x.html")
    assert rows["Content-Type"].startswith("text/csv")
    assert rows["Content-Disposition"] == 'attachment; filename="audit-trail.csv"'
    assert client.get("/overview.json")["Content-Type"] == "application/json"


SAID_OVER_TLS = """
import sys, json
from pathlib import Path
from tallystick.web import server
server.set_up(Path(sys.argv[1]))
from django.test import Client
client = Client(headers={"host": "localhost"})
answer = client.get("/account/sign-in", secure=True)
page = client.get("/livez", secure=True)
print(json.dumps({"cookies": {name: dict(one) for name, one in answer.cookies.items()},
                  "hsts": [one.headers.get("Strict-Transport-Security") for one in (answer, page)],
                  "names": [__import__("django.conf").conf.settings.SESSION_COOKIE_NAME]}))
"""


def test_behind_tls_cookies_are_this_hosts_alone_and_the_browser_stays_with_tls(desk: Any) -> None:
    given = {**os.environ, "TALLY_HTTPS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", SAID_OVER_TLS, str(HOME)], env=given, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    said = json.loads(ended.stdout)
    assert said["names"] == ["__Host-tally"]
    assert set(said["cookies"]) == {"__Host-tally-form"}
    for one in said["cookies"].values():
        assert one["secure"]
        assert one["httponly"]
        assert one["samesite"] == "Lax"
        assert (one["path"], one["domain"]) == ("/", "")
    assert said["hsts"] == ["max-age=31536000; includeSubDomains"] * 2


def test_a_password_is_kept_as_argon2_at_full_cost(desk: Any) -> None:
    from django.contrib.auth.hashers import get_hashers, make_password

    from tallystick.web import settings as ours

    assert ours.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=ours.PASSWORD_HASHERS):
        (hasher,) = get_hashers()
        assert (hasher.memory_cost, hasher.time_cost) >= (65_536, 2)
        assert make_password("x").startswith("argon2$argon2id$v=19$m=102400,")


def test_a_bug_tells_its_request_and_keeps_what_was_typed(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.web import answers

    def broken(*_: Any) -> Any:
        raise RuntimeError("secret-of-the-inside")

    client = sign_in("owner")
    client.raise_request_exception = False
    monkeypatch.setattr(answers, "perform", broken)
    response = client.post("/do/invite", {"email": "x@y.example", "name": "A Long Name", "roles": ["finance"]})
    body = response.content.decode()
    assert response.status_code == 500
    assert "A Long Name" in body
    assert response["X-Request-Id"] in body
    assert "secret-of-the-inside" not in body
    assert "Traceback" not in body


FORMULAS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\0x",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_of_an_export_is_a_formula(text: str) -> None:
    shown = Table("t", "T", (Column("a", "A"),), [{"a": Cell(text)}])
    cells = list(csv.reader(io.StringIO(shown.as_csv().replace("\0", ""))))[1]
    assert cells[0].startswith("'")
    assert safe(text) == f"'{text}"


def test_numbers_of_an_export_stay_numbers() -> None:
    from decimal import Decimal
    from fractions import Fraction

    assert safe(-5) == "-5"
    assert safe(Decimal("-12.50")) == "-12.50"
    assert safe(Fraction(-1, 4)) == "-0.25"


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ room.home.root }}",
    "{% debug %}",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_shown_as_text(sign_in: SignIn, payload: str) -> None:
    from tallystick.web.accounts.models import Person

    Person.objects.filter(email=PEOPLE["executive"]).update(name=payload[:120])
    client = sign_in("owner")
    for address in ("/people", f"/people?people.q={payload}", "/do/invite?name=" + payload, f"/no/{payload[:3]}"):
        body = client.get(address).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body
        assert "<svg/onload" not in body
        assert "tally-web-" not in body


def test_a_second_factor_is_asked_for_once_it_is_switched_on(sign_in: SignIn) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from tallystick.web.accounts.models import Person

    TOTP.activate(Person.objects.get(email=PEOPLE["owner"]), generate_totp_secret())
    client = sign_in()
    response = enter(client)
    assert response["Location"].startswith("/account/sign-in/code")
    assert client.get("/overview").status_code == 302
    wrong = client.post("/account/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/overview").status_code == 302


def test_a_code_of_the_second_factor_works_once(sign_in: SignIn) -> None:
    import time

    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

    from tallystick.web.accounts.models import Person

    secret = generate_totp_secret()
    TOTP.activate(Person.objects.get(email=PEOPLE["owner"]), secret)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    first = sign_in()
    enter(first)
    assert first.post("/account/sign-in/code", {"code": code}).status_code == 302
    assert first.get("/overview").status_code == 200
    second = sign_in()
    enter(second)
    second.post("/account/sign-in/code", {"code": code})
    assert second.get("/overview").status_code == 302

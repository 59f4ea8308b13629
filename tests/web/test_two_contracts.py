"""A partner with two contracts that have a clause of the same id: every address and every form means one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tallystick.verdicts.store import VerdictStore
from tests.journeys.command_line import tally
from tests.web._own_home import own_home

SignIn = Callable[..., Any]
ONE, OTHER = "lumen-aurora", "lumen-aurora-voice"
SHORT = "aurora/S1/2025-12"


@pytest.fixture
def home(tmp_path: Path, prepared: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Aurora's month judged under its contract, and the same again under another one."""
    made = own_home(tmp_path, prepared, monkeypatch)
    store = VerdictStore(made.folder("verdicts"))
    record = store.judged()[0]
    verdicts = [replace(one, contract=OTHER, title=f"{one.title} (voice)") for one in store.verdicts_of(record)]
    again = replace(
        record, contract=OTHER, verdicts=tuple((one.clause, one.digest) for one in verdicts),
        statement=record.statement and replace(record.statement, contract=OTHER),
    )  # fmt: skip
    store.add(again, verdicts, store.evidence(record), store.texts(record))
    return made


def test_the_short_address_gives_the_choice_and_the_whole_ones_their_own_verdict(sign_in: SignIn, home: Any) -> None:
    for who in ("owner", "aurora"):
        client = sign_in(who)
        for ending in ("", "?cases.place=missed", "/case/AUR-435198"):
            answer = client.get(f"/verdict/{SHORT}{ending}")
            assert answer.status_code == 300
            for contract in (ONE, OTHER):
                assert f'href="/verdict/{contract}/{SHORT}{ending}"' in answer.content.decode()
                assert client.get(f"/verdict/{contract}/{SHORT}{ending}").status_code == 200
        told = client.get(f"/verdict/{SHORT}.json")
        assert told.status_code == 300
        choices = told.json()["error"]["choices"]
        assert [one["name"] for one in choices] == [f"{contract}/{SHORT}" for contract in (ONE, OTHER)]
        for one, contract in zip(choices, (ONE, OTHER), strict=True):
            twin = client.get(one["address"]).json()
            assert twin["explanation"]["verdict"]["contract"] == contract
            assert twin["about"]["name"] == one["name"]
            assert twin["about"]["command"] == f"tally explain {one['name']}"
            assert twin["about"]["address"] == f"/verdict/{one['name']}"
    assert sign_in("borealis").get(f"/verdict/{SHORT}").status_code == 404
    assert sign_in("borealis").get(f"/verdict/{OTHER}/{SHORT}").status_code == 404


def test_the_command_line_answers_a_short_name_with_the_choices(home: Any) -> None:
    for more in ((), ("--case", "AUR-435198")):
        answer = tally("explain", SHORT, *more, "--home", home.root)
        assert answer.code == 2
        assert all(f"{contract}/{SHORT}" in re.sub(r"\s+", " ", answer.err) for contract in (ONE, OTHER))
        for contract in (ONE, OTHER):
            assert tally("explain", f"{contract}/{SHORT}", *more, "--home", home.root).code == 0
    listed = tally("list", "verdicts", "--clause", "S1", "--home", home.root)
    assert all(f"{contract}/{SHORT}" in listed.out for contract in (ONE, OTHER))


def test_disputes_comments_and_actions_stand_on_the_verdict_that_they_were_filed_on(sign_in: SignIn, home: Any) -> None:
    from tallystick.web.desk.disputes import Dispute

    client = sign_in("aurora")
    twins = {contract: client.get(f"/verdict/{contract}/{SHORT}.json").json() for contract in (ONE, OTHER)}
    for contract, twin in twins.items():
        given = dict(parse_qsl(urlsplit(twin["links"]["dispute"]).query))
        words = {"category": "clock", "expected": f"Of {contract}.", "text": "The mail system was down."}
        assert client.post("/do/open-dispute", {**given, **words}).status_code == 302
        about = dict(parse_qsl(urlsplit(twin["links"]["comment"]).query))["about"]
        assert client.post("/do/comment", {"about": about, "text": f"Said of {contract}."}).status_code == 302
        plan = {"contract": contract, "partner": "aurora", "clause": "S1", "period": "2025-12",
                "what": f"Done for {contract}.", "owner": "Ana", "due_on": "2026-12-01"}  # fmt: skip
        assert client.post("/do/plan-action", plan).headers["Location"] == f"/verdict/{contract}/{SHORT}"
    for contract in (ONE, OTHER):
        twin = client.get(f"/verdict/{contract}/{SHORT}.json").json()
        assert [one["text"] for one in twin["comments"]] == [f"Said of {contract}."]
        assert len(twin["disputes"]["rows"]) == 1
        own = client.get(f"/dispute/{Dispute.objects.get(contract=contract).pk}.json").json()
        assert own["expected"] == f"Of {contract}."
        assert own["subject"] == own["figure"]["href"] == f"/verdict/{contract}/{SHORT}"


@pytest.mark.parametrize(
    ("deed", "form"),
    [
        ("comment", {"about": f"verdict/{SHORT}", "text": "x"}),
        ("note", {"about": f"verdict/{SHORT}", "text": "x"}),
        ("open-dispute", {"partner": "aurora", "clause": "S1", "period": "2025-12", "category": "clock",
                          "expected": "x", "text": "x"}),
        ("open-dispute", {"partner": "aurora", "credit": "CR1", "period": "2025-12", "category": "clock",
                          "expected": "x", "text": "x"}),
        ("plan-action", {"partner": "aurora", "clause": "S1", "period": "2025-12", "what": "x", "owner": "x",
                         "due_on": "2026-12-01"}),
        ("read-text", {"verdict": SHORT, "case": "AUR-435198", "reason": "quality"}),
        ("comment", {"about": "close/aurora/2025-12", "text": "x"}),
    ],
)  # fmt: skip
def test_a_form_that_names_no_contract_changes_nothing_and_gives_the_choice(
    sign_in: SignIn, home: Any, deed: str, form: dict[str, str]
) -> None:
    from tallystick.web.desk.audit import AuditRow

    client = sign_in("owner")
    for answer in (client.get(f"/do/{deed}", form), client.post(f"/do/{deed}", form)):
        assert answer.status_code == 300
        assert ONE in answer.content.decode()
        assert OTHER in answer.content.decode()
    assert AuditRow.objects.count() == 0


def test_each_closing_keeps_its_own_comments(sign_in: SignIn, home: Any) -> None:
    client = sign_in("owner")
    for contract in (ONE, OTHER):
        page = client.get(f"/close/aurora/2025-12?contract={contract}").content.decode()
        about = re.search(r"/do/comment\?about=(close/[^&]*)", page)
        assert about is not None
        assert client.post("/do/comment", {"about": about[1], "text": f"Said of {contract}."}).status_code == 302
    for contract in (ONE, OTHER):
        told = client.get(f"/close/aurora/2025-12.json?contract={contract}").json()["comments"]
        assert [one["text"] for one in told] == [f"Said of {contract}."]


def test_each_of_two_closings_of_a_month_says_of_which_contract_it_is(sign_in: SignIn, home: Any) -> None:
    from tests.web.desk._closings import let_time_pass

    what = "Aurora Contact, December 2025 under {}"
    for contract in (ONE, OTHER):
        key = {"contract": contract, "partner": "aurora", "period": "2025-12"}
        form = sign_in("owner").get("/do/open-preview", key).content.decode()
        assert what.format(contract) in form
        judging = re.search(r'name="judging" value="(\w+)"', form)
        assert judging is not None
        opened = sign_in("owner").post("/do/open-preview", {**key, "judging": judging[1], "hours": 48}, follow=True)
        assert f"The preview of {what.format(contract)} is open." in opened.content.decode()
    let_time_pass(49)
    told = sign_in("executive").get("/close.json").json()["waiting"]
    assert sorted(one["words"].partition(" for ")[2] for one in told) == [what.format(one) for one in (ONE, OTHER)]
    for contract in (ONE, OTHER):
        key = {"contract": contract, "partner": "aurora", "period": "2025-12"}
        assert what.format(contract) in sign_in("executive").get("/do/approve-credits", key).content.decode()
        page = sign_in("aurora").get(f"/close/aurora/2025-12?contract={contract}").content.decode()
        assert f'<a href="/contract/{contract}" translate="no">{contract}</a>' in page
        assert what.format(contract) in page
    for who in ("owner", "aurora"):
        client = sign_in(who)
        rows = [one for one in client.get("/close.json").json()["periods"]["rows"] if one["period"] == "2025-12"]
        assert [one["contract"] for one in rows] == [ONE, OTHER]
        assert OTHER in client.get("/close.csv").content.decode()
        assert f">{OTHER}<" in client.get("/close").content.decode()
    rows = sign_in("aurora").get("/portal.json").json()["closings"]["rows"]
    assert [one["contract"] for one in rows] == [ONE, OTHER]
    assert f">{OTHER}<" in sign_in("aurora").get("/portal").content.decode().partition("closings-head")[2]


def test_comments_of_an_older_version_keep_the_verdict_and_the_closing_that_they_meant(
    home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.apps import apps
    from django.db import connections
    from django.utils import timezone

    from tallystick.web.desk.comments import Comment

    before = (
        f"verdict/{SHORT}",
        "close/aurora/2025-12",
        "verdict/aurora/S1/1999-01",
        "dispute/1234",
        f"verdict/x/{SHORT}",
    )
    for about in before:
        Comment.objects.create(
            partner="aurora", about=about, text=about, by="00000000-0000-4000-8000-000000000000", at=timezone.now()
        )
    moved = import_module("tallystick.web.desk.migrations.0002_whole_names")
    monkeypatch.setattr(moved, "home", lambda: home)
    for _ in range(2):  # what was named once stays as it is
        moved.name_the_contract(apps, SimpleNamespace(connection=connections["default"]))
    after = dict(Comment.objects.values_list("text", "about"))
    assert after == {
        **dict(zip(before, before, strict=True)),
        f"verdict/{SHORT}": f"verdict/{ONE}/{SHORT}",
        "close/aurora/2025-12": f"close/{ONE}/aurora/2025-12",
    }

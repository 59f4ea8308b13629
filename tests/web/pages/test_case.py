"""One case drawn: what happened and when, never what was written, until a reading is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web import probes

SignIn = Callable[..., Any]
CASE = "AUR-435198"
VERDICT = "aurora/S1/2025-12"
ADDRESS = f"/verdict/{VERDICT}/case/{CASE}"
FORM = {"verdict": VERDICT, "case": CASE, "reason": "dispute"}


@pytest.fixture(scope="module")
def written(prepared: Path) -> list[str]:
    """What the lake holds of the case, longest pieces first."""
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope

    scope = Scope.of_client("lumen")
    with Lake.open(prepared.parent.parent / "lake") as lake:
        cases = lake.read(scope, "case", columns=("case_key", "case_id")).to_pylist()
        key = next(row["case_key"] for row in cases if row["case_id"] == CASE)
        rows = lake.read(scope, "message_text", columns=("redacted",), case_keys=[key]).to_pylist()
    pieces = [line.strip() for row in rows if row["redacted"] for line in row["redacted"].splitlines()]
    return sorted({piece for piece in pieces if len(piece) > 20}, key=len, reverse=True)


def told(body: str, words: str) -> bool:
    from django.utils.html import escape

    return escape(words) in body


def test_the_drawing_is_the_command_lines_and_is_in_the_contracts_zone(sign_in: SignIn, prepared: Path) -> None:
    client = sign_in("owner")
    twin, body = client.get(f"{ADDRESS}.json").json(), client.get(ADDRESS).content.decode()
    answer = tally("explain", VERDICT, "--case", CASE, "--json", "--home", prepared.parent.parent)
    assert twin["case"] == answer.json
    assert twin["about"]["zone"] == "Europe/Bucharest"
    assert "Tue 02 Dec 2025 11:45:25 +02:00" in body
    assert 'class="span paused"' in body
    assert [place["place"] for place in twin["places"]] == ["missed"]
    own = [clock for clock in twin["clocks"]["rows"] if clock["here"]]
    assert [clock["clock"] for clock in own] == ["first_reply"]
    assert len(twin["marks"]) == len(answer.json["marks"])


def test_no_words_of_customers_and_no_agent_stand_on_the_page(sign_in: SignIn, written: list[str]) -> None:
    assert written
    for who in ("owner", "aurora", "auditor"):
        for address in (ADDRESS, f"{ADDRESS}.json", f"{ADDRESS}?text=1", f"{ADDRESS}.json?text=1"):
            body = sign_in(who).get(address).content.decode()
            assert CASE in body
            assert not any(told(body, piece) or piece in body for piece in written)
            assert "A-10" not in body


def test_reading_the_words_is_an_action_with_a_reason_and_one_row_of_the_trail(
    sign_in: SignIn, written: list[str]
) -> None:
    from tallystick.web.desk.audit import AuditRow

    client, before = sign_in("owner"), AuditRow.objects.count()
    form = client.get("/do/read-text", FORM)
    assert form.status_code == 200
    assert f"All messages of case {CASE} of Aurora Contact" in form.content.decode()
    assert AuditRow.objects.count() == before
    answer = client.post("/do/read-text", {**FORM, "once": "k1"})
    assert answer.status_code == 302
    assert answer["Location"] == f"/verdict/lumen-aurora/{VERDICT}/case/{CASE}?text=1#messages"
    again = client.post("/do/read-text", {**FORM, "once": "k1"})
    assert again["Location"] == answer["Location"]
    row = AuditRow.objects.order_by("-seq").first()
    assert row is not None
    assert AuditRow.objects.count() == before + 1
    assert (row.action, row.reason, row.about) == ("read-text", "dispute", f"case {CASE} of aurora")
    body = client.get(f"{ADDRESS}?text=1").content.decode()
    assert all(told(body, piece) for piece in written)
    assert not any(told(client.get(ADDRESS).content.decode(), piece) for piece in written)
    other = sign_in("aurora").get(f"{ADDRESS}?text=1").content.decode()
    assert not any(told(other, piece) for piece in written)


def test_without_a_reason_nothing_opens_and_nothing_is_written(sign_in: SignIn) -> None:
    from tallystick.web.desk.reading import Reading

    answer = sign_in("owner").post("/do/read-text", {"verdict": VERDICT, "case": CASE, "reason": "curiosity"})
    assert answer.status_code == 422
    assert Reading.objects.count() == 0


def test_the_words_close_again_after_a_quarter_of_an_hour(sign_in: SignIn, written: list[str]) -> None:
    from tallystick.web.desk.reading import HOLDS, Reading

    client = sign_in("owner")
    client.post("/do/read-text", FORM)
    reading = Reading.objects.get()
    for late, opened in ((HOLDS - timedelta(seconds=60), True), (HOLDS + timedelta(seconds=1), False)):
        Reading.objects.update(at=reading.at - late)
        body = client.get(f"{ADDRESS}?text=1").content.decode()
        assert told(body, written[0]) == opened


def test_a_partners_admin_reads_its_own_cases_and_nobody_elses(sign_in: SignIn, written: list[str]) -> None:
    own = sign_in("aurora")
    assert own.post("/do/read-text", FORM).status_code == 302
    assert told(own.get(f"{ADDRESS}?text=1").content.decode(), written[0])
    foreign = sign_in("borealis").post("/do/read-text", FORM)
    invented = sign_in("borealis").post("/do/read-text", {**FORM, "verdict": "nobody/S1/2025-12"})
    assert foreign.status_code == invented.status_code == 404
    # What was typed is shown again by an error page; beside it both are the same.
    assert probes.plain(foreign.content) == probes.plain(invented.content).replace("nobody/S1", "aurora/S1")


def test_who_held_the_case_is_named_where_it_is_the_verdicts_partner(room_of: Callable[[str], Any]) -> None:
    from tallystick.vocabulary.scope import OTHER_PARTY
    from tallystick.web.evidence import case_of
    from tallystick.web.pages.case import _spans

    room = room_of("aurora")
    seen = case_of(room, room.books.verdict("aurora", "S1", "2025-12"), CASE)
    own = seen.explained.spans[0]
    spans = (own, replace(own, partner=OTHER_PARTY))
    shown = _spans(replace(seen, explained=replace(seen.explained, spans=spans)), "UTC")
    assert [row["partner"].value for row in shown.rows] == ["aurora", "another party"]


def test_the_clients_readings_are_not_shown_to_partners(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    sign_in("owner").post("/do/read-text", FORM)
    assert list(room_of("aurora").desk.reading.rows()) == []
    assert [row.case_id for row in room_of("owner").desk.reading.rows()] == [CASE]


@pytest.mark.parametrize("who", ["executive", "finance", "auditor"])
def test_other_roles_get_neither_button_nor_words(sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    assert b"/do/read-text" not in client.get(ADDRESS).content
    assert client.post("/do/read-text", FORM).status_code == 403


def test_a_foreign_case_answers_as_an_invented_one(sign_in: SignIn) -> None:
    client = sign_in("borealis")
    for ending in ("", ".json", ".csv", "?text=1"):
        foreign = client.get(f"{ADDRESS}{ending}")
        invented = client.get(f"/verdict/{VERDICT}/case/XXX-1{ending}")
        own_verdict = client.get(f"/verdict/borealis/S1/2025-12/case/{CASE}{ending}")
        nowhere = client.get(f"/verdict/borealis/S1/2025-12/case/XXX-1{ending}")
        answers = (foreign, invented, own_verdict, nowhere)
        assert {answer.status_code for answer in answers} == {404}
        assert len({probes.plain(answer.content) for answer in answers}) == 1


def test_a_reader_walks_from_one_failed_case_to_the_next(sign_in: SignIn) -> None:
    client = sign_in("aurora")
    cases = client.get(f"/verdict/{VERDICT}.json").json()["cases"]["rows"]
    ids = list(dict.fromkeys(row["case_id"] for row in cases))
    address, walked = f"/verdict/{VERDICT}/case/{ids[0]}", []
    for _ in range(5):
        twin = client.get(f"{address}.json").json()
        walked.append(twin["case"]["case_id"])
        address = twin["addresses"]["after"]
    assert walked == ids[:5]


def test_a_message_says_in_which_language_it_is_written_and_whether_a_machine_translated_it(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.pages import case
    from tallystick.web.texts import Conversation, Message

    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    said = (
        Message(at, "customer", True, "de", "Guten Tag"),
        Message(at, "agent", True, "ro", "Bună ziua", translated=True),
        Message(at, "agent", True, None, "ok"),
    )
    monkeypatch.setattr(case, "conversation", lambda *_given: Conversation(said, "quality", at + timedelta(hours=1)))
    client = sign_in("owner")
    body = client.get(f"{ADDRESS}?text=1").content.decode()
    assert '<span translate="no" lang="de">Guten Tag</span>' in body
    assert body.count("translated by a machine") == 1
    assert '<span translate="no">ok</span>' in body

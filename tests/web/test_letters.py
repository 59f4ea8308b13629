"""The daily mail, caught by a real SMTP server: who is written to, when, and that it holds what its reader may see."""

from __future__ import annotations

import email
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.web.desk._closings import AURORA, bring_to

SignIn = Callable[..., Any]
# The morning after the example was judged (2026-07-06 06:00 UTC).
MORNING = datetime(2026, 7, 6, 8, tzinfo=UTC)
QUIET = datetime(2026, 7, 20, 8, tzinfo=UTC)
CANARIES = {"aurora": "canary-of-aurora-7f1", "borealis": "canary-of-borealis-2c9", "": "canary-of-the-client-e44"}


class Box:
    """What the server took, as messages; `refuses` makes it answer as a server that is out of order."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuses:
            return "451 try again"
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        assert [mail["To"]] == envelope.rcpt_tos
        self.mails.append(mail)
        return "250 OK"

    def of(self, address: str) -> EmailMessage:
        return next(mail for mail in self.mails if mail["To"] == address)


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch, desk: Path) -> Iterator[Box]:
    from django.conf import settings

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = Box()
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
    monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "EMAIL_PORT", port)
    monkeypatch.setattr(settings, "PUBLIC_ADDRESS", "https://tally.example")
    yield found
    controller.stop()


@pytest.fixture
def alarms(desk: Path) -> None:
    """A feed of each partner, and one of the client's own, that stays away; each with its canary."""
    from tallystick.web.desk.feeds import Alarm

    for partner, canary in CANARIES.items():
        Alarm.objects.create(
            feed=canary, partner=partner, kind="late", words=f"“{canary}” has not arrived.", opened_at=QUIET
        )


def send(now: datetime) -> int:
    from tallystick.web import letters
    from tallystick.web.desk.audit import sign_head
    from tallystick.web.place import home

    sign_head(home().folder("keys"), now)
    return letters.send_due(home(), now)


def whole(mail: EmailMessage) -> str:
    """Everything of a mail: headers, text and HTML."""
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


def test_each_reader_gets_what_its_room_shows_and_nothing_else(box: Box, alarms: None) -> None:
    send(QUIET)
    owner, aurora = whole(box.of("mara@lumen.example")), whole(box.of("ana@aurora.example"))
    assert all(canary in owner for canary in CANARIES.values()), "the owner's mail shows what the others must not hold"
    assert CANARIES["aurora"] in aurora
    assert CANARIES["borealis"] not in aurora
    assert CANARIES[""] not in aurora
    assert "borealis" not in aurora.lower()
    for mail in box.mails:
        if not mail["To"].endswith("@lumen.example"):
            own = mail["To"].split("@")[1].split(".")[0]
            others = [name for name in ("aurora", "borealis", "cordoba") if name != own]
            assert not [name for name in others if name in whole(mail).lower()], mail["To"]


def test_promises_at_risk_press_on_the_morning_after_the_judging_and_lead_to_their_explanation(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.vocabulary.scope import Scope
    from tallystick.web import letters
    from tallystick.web.books import books_of
    from tallystick.web.place import home

    monkeypatch.setattr(letters, "is_at_risk", lambda verdict: verdict.clause == "S1")
    books = books_of(home(), Scope.of_client(home().client))
    last = max(books.periods)
    expected = {
        one.partner: f"https://tally.example/verdict/lumen-{one.partner}/{one.partner}/S1/{last}"
        for one in books.verdicts
        if one.period == last and one.clause == "S1"
    }
    assert len(expected) == 3
    send(MORNING)
    owner, aurora = whole(box.of("mara@lumen.example")), whole(box.of("ana@aurora.example"))
    assert all(address in owner for address in expected.values())
    assert f"/S1/{books.periods[-2]}" not in owner, "of the newest period alone"
    assert expected["aurora"] in aurora
    assert expected["borealis"] not in aurora
    box.mails.clear()
    send(QUIET)
    assert "ana@aurora.example" not in [mail["To"] for mail in box.mails], "what was told once does not press again"


def test_the_subject_names_nobody_and_no_figure_but_a_count(box: Box, alarms: None) -> None:
    send(QUIET)
    assert box.mails
    for mail in box.mails:
        assert re.fullmatch(r"Tallystick: \d+ things? needs? you", mail["Subject"]), mail["Subject"]


def test_one_click_ends_the_mail_without_signing_in(box: Box, alarms: None, sign_in: SignIn) -> None:
    send(QUIET)
    mail = box.of("ana@aurora.example")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip(" <>")
    assert address.startswith("https://tally.example/account/mail/off/")
    assert address in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    answer = sign_in().post(address.removeprefix("https://tally.example"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    box.mails.clear()
    send(QUIET.replace(day=21))
    assert "ana@aurora.example" not in [mail["To"] for mail in box.mails]
    assert "mara@lumen.example" in [mail["To"] for mail in box.mails]


def test_the_clients_mails_carry_the_signed_head_and_partners_do_not(box: Box, alarms: None) -> None:
    from tallystick.web.desk.audit import Checkpoint

    send(QUIET)
    point = Checkpoint.objects.get()
    owner, aurora = whole(box.of("mara@lumen.example")), whole(box.of("ana@aurora.example"))
    assert point.signature in owner
    assert point.head in owner
    assert point.signature not in aurora


def test_nobody_is_written_to_twice_a_day_and_nobody_without_a_need(box: Box, alarms: None) -> None:
    first = send(QUIET)
    assert first == len(box.mails) > 0
    assert send(QUIET.replace(hour=9)) == 0
    assert len({mail["To"] for mail in box.mails}) == len(box.mails)
    from tallystick.web.desk.feeds import Alarm

    Alarm.objects.all().delete()
    box.mails.clear()
    send(QUIET.replace(day=22))
    assert "lucia@cordoba.example" not in [mail["To"] for mail in box.mails]


def test_the_mail_waits_for_the_morning_of_its_readers_zone(box: Box, alarms: None) -> None:
    from tallystick.web.accounts.models import Person

    Person.objects.exclude(email="mara@lumen.example").update(daily_mail=False)
    Person.objects.filter(email="mara@lumen.example").update(zone="America/New_York")
    assert send(datetime(2026, 7, 20, 10, 59, tzinfo=UTC)) == 0
    assert send(datetime(2026, 7, 20, 11, 0, tzinfo=UTC)) == 1


def test_a_server_that_is_out_of_order_loses_no_mail(box: Box, alarms: None) -> None:
    box.refuses = True
    assert send(QUIET) == 0
    box.refuses = False
    assert send(QUIET.replace(minute=1)) == len(box.mails) > 0


def test_a_worker_that_dies_while_sending_sends_nothing_twice(
    box: Box, alarms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.desk import duties

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(duties, "end", killed)
        with pytest.raises(KeyboardInterrupt):
            send(QUIET)
    send(QUIET.replace(minute=1))
    assert len({mail["To"] for mail in box.mails}) == len(box.mails)


def test_the_last_day_to_claim_is_told_to_the_client_who_claims(room_of: Callable[[str], Any], sign_in: SignIn) -> None:
    """December 2025 of Aurora can be claimed until 31 March; the partner was shown it, and has nothing to do."""
    from tallystick.web.letters import parts_of

    bring_to("preview", sign_in, AURORA)
    week_before = datetime(2026, 3, 24, 8, tzinfo=UTC)
    told = {
        who: [need.words for part in parts_of(replace(room_of(who), now=week_before)) for need in part.needs]
        for who in ("owner", "aurora")
    }
    assert any("last day to claim EUR\u202f5,120.00" in words for words in told["owner"])
    assert not [words for words in told["aurora"] if "claim" in words]


def test_markup_in_a_name_is_text_in_the_mail(box: Box, desk: Path) -> None:
    from tallystick.web.desk.feeds import Alarm

    Alarm.objects.create(feed="x", partner="", kind="late", words="<script>alert(1)</script>", opened_at=QUIET)
    send(QUIET)
    page = box.of("mara@lumen.example").get_body(("html",))
    assert page is not None
    assert "<script>" not in page.get_content()

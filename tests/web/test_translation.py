"""Everything that a reader sees goes through gettext: pages, forms, refusals, errors and mails in a made-up language.

What is not translated must be marked in the HTML as data (`translate="no"`), and no word of our own states may slip
into a translated text as if it were data.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.web import probes
from tests.web.conftest import PEOPLE
from tests.web.desk._closings import AURORA, bring_to
from tests.web.pseudo import pseudo, read, spoken, untranslated

SignIn = Callable[..., Any]
READERS = ("owner", "aurora")


def routes(who: str) -> Iterator[str]:
    """The address of every page that this person may read."""
    from tallystick.web.accounts.models import Person

    roles = Person.objects.get(email=PEOPLE[who]).roles
    own = probes.of_partner("aurora")
    for _, page in probes.pages():
        path = own.fill(page.path)
        if path is not None and roles & page.roles:
            yield f"/{path}"


def in_pseudo(client: Any, address: str, **posted: Any) -> str:
    """A page as somebody reads it who speaks the language."""
    with spoken():
        answer = client.post(address, posted) if posted else client.get(address)
    assert answer.status_code in (200, 401, 403, 404, 409, 422), (address, answer.status_code)
    return str(answer.content.decode())


def state_words() -> frozenset[str]:
    """The values of the states of the core and of the desk: words that a page must never put in untranslated."""
    from django.apps import apps

    from tallystick.verdicts import standing, verdict
    from tallystick.web import closing, roles

    assert apps.ready
    found = {
        str(member.value)
        for module in (verdict, standing, closing, roles)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, enum.StrEnum)
        for member in kind
    }
    return frozenset(found | {"in-effect", "reporting-only"})


def wrong_in(html: str) -> list[tuple[str, str]]:
    """What is wrong with a page: words outside of translated texts, and states put into them as they are."""
    outside, put_in = read(html)
    states = state_words()
    slipped = [
        (where, part.strip())
        for where, text in put_in
        for part in re.split(r"[|,;:()]", text)
        if part.strip() in states
    ]
    return outside + slipped


# ---- the language itself ---------------------------------------------------------------------------------------------


def test_the_language_keeps_placeholders_and_tags_and_is_longer() -> None:
    said = pseudo('%(count)d of <a href="%(where)s">all</a> kept by {name}')
    assert "%(count)d" in said
    assert '<a href="%(where)s">' in said
    assert "{name}" in said
    assert "kept" not in said
    assert len(pseudo("Service levels")) >= 1.3 * len("Service levels")
    assert pseudo("") == ""


def test_a_word_that_nobody_translated_is_found_and_data_is_not() -> None:
    data = '<td translate="no">Aurora</td><code>tally</code>'
    page = f'<h1>{pseudo("Data")}</h1><p>Left over</p>{data}<a title="Hint">1</a>'
    assert [words for _, words in untranslated(page)] == ["Left over", "Hint"]
    assert wrong_in(f"<p>{pseudo('%(state)s by %(name)s') % {'state': 'missed', 'name': 'Ana'}}</p>") == [
        ("p", "missed")
    ]


# ---- what is walked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", READERS)
def test_no_page_shows_a_word_that_was_not_translated(sign_in: SignIn, who: str) -> None:
    client, wrong, count = sign_in(who), [], 0
    for address in routes(who):
        wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
        count += 1
    assert not wrong, "\n".join(map(str, wrong))
    assert count >= 9


@pytest.fixture
def speaking() -> Iterator[None]:
    """Everything that the test does is done in the language."""
    with spoken():
        yield


@pytest.mark.usefixtures("speaking")
def test_a_line_in_dispute_a_posting_and_a_reversed_credit_are_translated(sign_in: SignIn) -> None:
    from tests.web.desk.test_corrections import approve, decide, opened

    owner, aurora, wrong = sign_in("owner"), sign_in("aurora"), []
    number, stations = opened(sign_in("finance")), []
    stations.append(lambda: sign_in("owner"))
    stations.append(lambda: decide(owner, number))
    stations.append(lambda: sign_in("executive").post("/do/return-line", {"dispute": number, "reason": "Look"}))
    stations.append(lambda: decide(owner, number, "partly accepted", agreed="5"))
    stations.append(lambda: approve(sign_in("executive"), number))
    bring_to("closed", sign_in, AURORA)
    for go_on in stations:
        go_on()
        for client in (owner, aurora):
            for address in (
                f"/dispute/{number}", "/invoices?partner=aurora&period=2026-05", "/ledger?partner=aurora",
                "/credits?partner=aurora&period=2025-12", "/close",
            ):  # fmt: skip
                wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.usefixtures("speaking")
def test_a_partners_dispute_of_the_check_and_what_stands_in_the_way_of_a_second_are_translated(
    sign_in: SignIn,
) -> None:
    from tests.web.desk.test_corrections import CALLS, approve, decide, opened

    owner, aurora, wrong = sign_in("owner"), sign_in("aurora"), []
    for decision, agreed in (("accepted", ""), ("rejected", ""), ("partly accepted", "5")):
        number = opened(sign_in("aurora"))
        for client in (owner, aurora):
            wrong += wrong_in(in_pseudo(client, f"/dispute/{number}"))
        assert decide(owner, number, decision, agreed=agreed).status_code == 302
        for address in (f"/dispute/{number}", "/invoices?partner=aurora&period=2026-05"):
            wrong += [(address, *one) for one in wrong_in(in_pseudo(aurora, address))]
    judging = re.search(
        r'name="judging" value="(\w+)"', aurora.get("/do/open-line-dispute", CALLS).content.decode()
    )  # fmt: skip
    assert judging is not None
    sent = {**CALLS, "judging": judging[1], "expected": "1", "text": "1", "evidence": ""}
    for _ in range(2):  # the agreed amount waits, and then it stands posted
        wrong += wrong_in(in_pseudo(aurora, "/do/open-line-dispute", **sent))
        approve(sign_in("executive"), number)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.usefixtures("speaking")
def test_a_credit_that_moves_once_is_translated_whichever_came_first(sign_in: SignIn) -> None:
    from tests.web.desk._closings import post
    from tests.web.desk.test_corrections import approve, decide, opened
    from tests.web.desk.test_posted_credits import CREDIT, MAY
    from tests.web.desk.test_reversals import answer, propose

    owner, wrong = sign_in("owner"), []
    key = dict(zip(("contract", "partner", "period"), MAY, strict=True))

    def look(*addresses: str) -> None:
        for address in addresses:
            wrong.extend((address, *one) for one in wrong_in(in_pseudo(owner, address)))

    first = opened(sign_in("finance"), CREDIT)
    assert decide(owner, first).status_code == 302
    assert approve(sign_in("executive"), first).status_code == 302
    bring_to("approved", sign_in, MAY)
    look(f"/do/close-period?{urlencode(key)}")
    wrong += wrong_in(post(owner, "close-period", MAY).content.decode())
    assert propose(owner, first).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    assert post(owner, "close-period", MAY).status_code == 302
    for who in ("finance", "borealis"):
        number = opened(sign_in(who), CREDIT)
        look(f"/dispute/{number}", f"/do/decide-line?dispute={number}")
        wrong += wrong_in(decide(owner, number, "partly accepted", agreed="5").content.decode())
        assert decide(owner, number).status_code == 302
        look(f"/dispute/{number}")
    wrong = [one for one in wrong if "textarea" not in one[-2]]  # what was typed comes back
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.usefixtures("speaking")
def test_what_stands_only_in_a_state_is_translated_too(sign_in: SignIn) -> None:
    """A closed period and its partner's view, a dispute decided, an action, the wall, a look at messages, a filter."""
    from tests.web.desk._closings import post

    owner, aurora, wrong = sign_in("owner"), sign_in("aurora"), []
    bring_to("preview", sign_in, AURORA)
    about = {"partner": "aurora", "clause": "S1", "period": "2025-12", "credit": "", "case": ""}
    said = {"category": "fact", "expected": "Kept", "text": "Because", "evidence": "", "told": ""}
    categories = _choices("open-dispute", "category")
    dispute = aurora.post("/do/open-dispute", {**about, **said, "category": categories[0]})["Location"]
    plan = {**about, "what": "Train them", "owner": "Ana Pop", "due_on": "2026-01-31", "told": ""}
    assert owner.post("/do/plan-action", plan).status_code == 302
    assert owner.post("/do/comment", {"about": "close/aurora/2025-12", "text": "A word", "told": ""}).status_code == 302
    assert owner.post("/do/note", {"about": "close/aurora/2025-12", "text": "A word", "told": ""}).status_code == 302
    number = dispute.rstrip("/").rpartition("/")[2].partition("#")[0]
    later = {
        "dispute": number,
        "told": "",
        "day": f"{datetime.now(UTC).date() + timedelta(days=20)}",
        "reason": "More time",
    }
    assert aurora.post("/do/propose-extension", later).status_code == 302
    for client in (owner, aurora):
        for address in (
            "/close/aurora/2025-12", "/close", "/close?state=preview", dispute, "/verdict/aurora/S1/2025-12",
            "/contract/lumen-borealis" if client is owner else "/portal?period=2025-12",
        ):  # fmt: skip
            wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
    for address in (
        "/overview?wall=1", "/overview?period=2025-12", "/partner/borealis?period=2026-05", "/audit?check=1",
        "/service-levels?state=missed&period=2025-12", "/verdict/aurora/K1/2026-06", "/no-such-page", "/people",
        "/verdict/cordoba/K3/2026-05", "/verdict/aurora/S1/2025-12?cases.place=missed", "/administration",
    ):  # fmt: skip
        wrong += [(address, *one) for one in wrong_in(in_pseudo(owner, address))]
    decision = {"dispute": number, "told": "", "decision": "rejected", "reason": "Counted rightly", "carrier": ""}
    assert owner.post("/do/decide-dispute", {**decision, "carrier_words": ""}).status_code == 302
    assert post(owner, "send-back", AURORA, reason="Look again").status_code == 302
    for client in (owner, aurora):
        for address in (dispute, "/close/aurora/2025-12", "/overview" if client is owner else "/portal"):
            wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
    assert not wrong, "\n".join(map(str, wrong))


def _choices(deed: str, field: str) -> list[str]:
    from tallystick.web.perform import deeds

    found: Any = deeds()[deed].form.base_fields[field]  # type: ignore[attr-defined]
    return [value for value, _ in found.choices]


def test_every_form_and_what_it_answers_to_nothing_typed_is_translated(sign_in: SignIn) -> None:
    """Each deed's page, and the same page after it was sent empty: labels, helps, warnings, buttons, errors."""
    from tallystick.web.accounts.models import Invitation, Person
    from tallystick.web.desk.comments import Comment
    from tallystick.web.desk.corrective import CorrectiveAction
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.desk.extensions import Extension
    from tallystick.web.desk.imports import Import
    from tallystick.web.desk.reversals import Reversal
    from tallystick.web.perform import deeds

    owner, aurora = sign_in("owner"), sign_in("aurora")
    bring_to("preview", sign_in, AURORA)
    now = datetime(2026, 7, 6, tzinfo=UTC)
    actor = Person.objects.get(email=PEOPLE["aurora"])
    shared = {"contract": "lumen-aurora", "partner": "aurora", "clause": "S1", "period": "2025-12"}
    by = {"by": actor.id, "by_name": actor.name, "party": "aurora", "at": now}
    dispute = Dispute.objects.create(
        **shared,
        judging="0",
        category=_choices("open-dispute", "category")[0],
        expected="Kept",
        text="x",
        due_at=now,
        **by,
    )
    action = CorrectiveAction.objects.create(**shared, what="Train", owner="Ana", due_on=now.date(), **by)
    file = Import.objects.create(
        name="a.csv", stored="a.csv", size=1, sha256="0", state="read", given_name="Ana", given_at=now, changed_at=now
    )
    extension = Extension.objects.create(
        dispute=dispute.pk, partner="aurora", due_before=now, due_at=now, reason="x", state="proposed", **by
    )
    comment = Comment.objects.create(partner="aurora", about="close/aurora/2025-12", text="x", **by)
    invitation = Invitation.objects.create(
        sha256="0", email="x@lumen.example", name="X", held=["owner"], by=actor.id, by_name="Ana", sent_at=now
    )
    given = {
        **shared, "extension": extension.pk, "comment": comment.pk, "dispute": dispute.pk, "corrective": action.pk,
        "number": file.id.hex, "invitation": invitation.pk,
        "person": actor.id, "feed": "aurora-events", "part": "statuses", "word": "Open", "credit": "", "case": "",
        "about": "close/aurora/2025-12", "verdict": "aurora/S1/2025-12", "back": "/people",
    }  # fmt: skip
    of_a_line = {"contract": "lumen-aurora-telephone", "period": "2026-05", "line": "charge:CALL", "agreed": "1.00"}
    line = Dispute.objects.create(
        **{**shared, **of_a_line}, judging="0", category="invoice", expected="Less", text="x", due_at=now,
        line_title="Calls", amount="2.00", currency="EUR", **by,
    )  # fmt: skip
    reversal = Reversal.objects.create(
        dispute=line.pk, partner="aurora", entry=1, reason="x", by=actor.id, by_name=actor.name, at=now
    )
    given["reversal"] = reversal.pk
    wrong, seen = [], set()
    for client in (owner, aurora):
        for name in deeds():
            about = given
            if name in {"open-line-dispute", "decide-line", "approve-correction", "return-line", "propose-reversal"}:
                about = {**given, **of_a_line, "dispute": line.pk}
            with spoken():
                asked = client.get(f"/do/{name}", about)
                empty = client.post(f"/do/{name}", {"back": "/", "told": "", "about": ""})
            if asked.status_code == 200:
                seen.add(name)
            for answer in (asked, empty):
                if answer.status_code != 302:
                    wrong += [(name, *one) for one in wrong_in(answer.content.decode())]
    assert not wrong, "\n".join(map(str, wrong))
    assert len(seen) >= len(deeds()) - 4, sorted(set(deeds()) - seen)


def test_the_door_the_account_and_refusals_are_translated(sign_in: SignIn) -> None:
    owner, stranger, wrong = sign_in("owner"), sign_in(), []
    for client, address, posted in (
        (stranger, "/account/sign-in", {}),
        (stranger, "/account/sign-in", {"login": "x", "password": "y"}),
        (stranger, "/account/password/forgotten", {}),
        (owner, "/account/sessions", {}),
        (owner, "/account/password", {}),
        (owner, "/account/password", {"oldpassword": "a", "password1": "b", "password2": "c"}),
        (owner, "/account/second-factor", {}),
        (sign_in("auditor"), "/do/invite", {}),
        (owner, "/do/no-such-deed", {}),
    ):
        with spoken():
            answer = client.post(address, posted) if posted else client.get(address)
        if answer.status_code != 302:
            wrong += [(address, *one) for one in wrong_in(answer.content.decode())]
    assert not wrong, "\n".join(map(str, wrong))


def test_the_daily_mail_and_an_invitation_are_translated(sign_in: SignIn, desk: Any) -> None:
    from tallystick.web.accounts.models import Person
    from tallystick.web.desk.feeds import Alarm
    from tallystick.web.letters import letter_for

    Alarm.objects.create(
        feed="x", partner="", kind="late", words="Said when it was stored.", opened_at=datetime.now(UTC)
    )
    with spoken():
        letter = letter_for(Person.objects.get(email=PEOPLE["owner"]), datetime(2026, 12, 1, 9, tzinfo=UTC))
    assert letter is not None
    html = next(body for body, kind in letter.alternatives if kind == "text/html")
    assert untranslated(html) == []
    assert untranslated(f"<p>{letter.subject.removeprefix('Tallystick: ')}</p>") == []
    text = re.sub(r"https?://\S+|Said when it was stored\.|\d{4}-\d\d-\d\d[^\n]*", "", letter.body)
    assert untranslated(f"<p>{text}</p>") == []


def test_the_pages_of_an_import_are_translated(sign_in: SignIn, own_records: Any) -> None:
    """Looked at, with doubts and words without a meaning; taken in, with rejected rows; the data page around it."""
    from tests.web.desk._files import decide, give, work

    client, wrong = sign_in("owner"), []
    with spoken():
        page = give(client)
        work()
        for address in (page, "/data"):
            wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
        assert decide(client, page, "import-file").status_code == 302
        work()
        for address in (page, f"{page}/rows", "/data"):
            wrong += [(address, *one) for one in wrong_in(in_pseudo(client, address))]
    assert not wrong, "\n".join(map(str, wrong))

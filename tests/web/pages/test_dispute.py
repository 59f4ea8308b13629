"""The page of a dispute."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.web.desk.test_disputes import decide, opened

SignIn = Callable[..., Any]


def test_the_page_offers_each_side_what_it_may_do(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))

    def offered(who: str) -> set[str]:
        buttons = sign_in(who).get(f"/dispute/{number}.json").json()["buttons"]
        return {one["href"].partition("?")[0].removeprefix("/do/") for one in buttons}

    assert offered("aurora") == {"comment", "propose-extension", "withdraw-dispute"}
    assert offered("owner") == {"comment", "decide-dispute", "propose-extension"}
    assert offered("executive") == {"comment"}
    assert offered("auditor") == set()
    decide(sign_in("owner"), number)
    assert offered("owner") == offered("aurora") == {"comment"}


def test_the_page_leads_to_the_figure_in_dispute_and_shows_it_with_its_n(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    page = sign_in("owner").get(f"/dispute/{number}").content.decode()
    assert 'href="/verdict/lumen-aurora/aurora/S1/2025-12"' in page
    assert "of 581" in page


def test_a_partner_without_a_preview_finds_no_link_to_a_page_that_is_not_there(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    assert sign_in("aurora").get(f"/dispute/{number}.json").json()["close"] == ""
    assert sign_in("owner").get(f"/dispute/{number}.json").json()["close"] == "/close/aurora/2025-12"


def test_a_later_deadline_is_answered_by_one_side_and_taken_back_by_the_other(sign_in: SignIn) -> None:
    from tallystick.web.desk.disputes import Dispute

    number = opened(sign_in("aurora"))
    day = (Dispute.objects.get(pk=number).due_at + timedelta(days=5)).date().isoformat()
    sent = {"dispute": number, "told": "", "day": day, "reason": "The export is late"}
    assert sign_in("aurora").post("/do/propose-extension", sent).status_code == 302
    offered = {
        who: [one["words"] for one in sign_in(who).get(f"/dispute/{number}.json").json()["extensions"][0]["answers"]]
        for who in ("owner", "aurora")
    }
    assert offered == {"owner": ["Agree", "Keep the deadline"], "aurora": ["Take the proposal back"]}


def test_an_unknown_number_is_not_there(sign_in: SignIn) -> None:
    for number in ("1", "0", "99999999999999999999"):
        assert sign_in("owner").get(f"/dispute/{number}").status_code == 404


@pytest.mark.parametrize(
    ("email", "party", "role", "reads_ledger"),
    [
        ("agent@aurora.example", "aurora", "agent", False),
        ("lead@aurora.example", "aurora", "team leader", True),
        ("qa@lumen.example", "", "QA lead", False),
        ("dpo@lumen.example", "", "data-protection officer", False),
        ("tomas@lumen.example", "", "auditor", True),
    ],
)
def test_every_link_of_the_page_opens_for_its_reader(
    sign_in: SignIn, email: str, party: str, role: str, reads_ledger: bool
) -> None:
    from tallystick.web.accounts.models import Person
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.roles import Role
    from tests.web.desk.test_corrections import corrected
    from tests.web.desk.test_reversals import answer, propose

    if not Person.objects.filter(email=email).exists():
        Person.objects.create_user(email, "Somebody", party, {Role(role)}, "a-long-sentence-for-tests")
    line, verdict = corrected(sign_in), opened(sign_in("aurora"))
    assert propose(sign_in("owner"), line).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    Dispute.objects.filter(pk=verdict).update(state="accepted", carrier="data", decided_name="Mara")
    client = sign_in(email)
    for address in (f"/dispute/{line}", f"/dispute/{verdict}", *(["/portal?period=2025-12"] if party else [])):
        page = client.get(address).content.decode()
        found = re.search(r"<main.*?</main>", page, re.DOTALL)
        assert found is not None
        links = {html.unescape(one) for one in re.findall(r'href="(/[^"#]*)', found[0])}
        refused = {one for one in links if client.get(one).status_code not in (200, 302)}
        assert refused == set(), address
    page = client.get(f"/dispute/{line}").content.decode()
    assert "posted as entry 1" in page
    assert "Taken back by entry 2" in page
    assert ("/ledger?partner=aurora" in page) is reads_ledger
    assert ("/data" in client.get(f"/dispute/{verdict}").content.decode().partition("<main")[2]) is (role != "agent")

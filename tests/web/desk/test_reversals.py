"""A posted correction is taken back: proposed by one person, approved by another, posted as its mirror image, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web.conftest import HOME
from tests.web.desk.test_corrections import approve, decide, opened, posted
from tests.web.desk.test_ledger import entries, person
from tests.web.test_perform import last_rows, token_in

SignIn = Callable[..., Any]
WHY = "The log of 14 May was counted twice."


@pytest.fixture
def correction(sign_in: SignIn) -> int:
    """A dispute of Aurora's line whose correction of EUR 56.00 is posted; its number."""
    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    return number


def propose(client: Any, dispute: int, **more: str) -> Any:
    return client.post("/do/propose-reversal", {"dispute": dispute, "told": "", "reason": WHY, **more})


def answer(client: Any, what: str, reason: str = "Looked at.", **more: str) -> Any:
    return client.post(f"/do/{what}-reversal", {"reversal": newest().pk, "told": "", "reason": reason, **more})


def newest() -> Any:
    from tallystick.web.desk.reversals import Reversal

    return Reversal.objects.latest("at")


def effects() -> list[tuple[str, int | None]]:
    return [(effect, reverses) for _kind, _matter, effect, reverses in posted()]


def test_a_second_person_approves_and_the_entry_and_its_reversal_come_to_nothing(
    sign_in: SignIn, correction: int
) -> None:
    from tallystick.web.desk.ledger import proved_desk

    before = entries()
    assert propose(sign_in("owner"), correction).status_code == 302
    assert entries() == before, "a proposal moves nothing"
    assert answer(sign_in("owner"), "approve").status_code == 409, "who proposed it does not approve it"
    assert answer(sign_in("finance"), "approve").status_code == 302
    assert effects() == [("EUR 56.00", None), ("EUR -56.00", 1)]
    first, second = entries()
    assert [first] == before, "the entry that is taken back stays as it was"
    assert (second.approval.of, second.approval.proposed_by, second.approval.approved_by) == (
        first.digest, person("owner"), person("finance"),
    )  # fmt: skip
    proof = proved_desk()
    assert proof.holds
    assert set(proof.balances["EUR"].values()) == {0}
    told = tally("ledger", "--json", "--home", HOME).json
    assert [one["reverses"] for one in told["postings"]] == [None, 1]
    assert sorted(told["balances"]["EUR"].values()) == ["0.00", "0.00"]


def test_both_sides_read_who_why_and_that_the_sum_is_nothing(sign_in: SignIn, correction: int) -> None:
    assert propose(sign_in("finance"), correction).status_code == 302
    for who in ("aurora", "auditor"):
        waiting = sign_in(who).get(f"/dispute/{correction}").content.decode()
        assert WHY in waiting
        assert "waits for a second person" in waiting
        assert "/do/approve-reversal" not in waiting
    assert answer(sign_in("executive"), "approve").status_code == 302
    for who in ("aurora", "owner"):
        shown = sign_in(who).get(f"/dispute/{correction}").content.decode()
        assert "its correction is taken back" in shown
        assert "Entry 2 takes EUR\u202f56.00 back" in shown
        assert "Looked at." in shown
        ledger = sign_in(who).get("/ledger?partner=aurora")
        assert "nothing stands posted" in ledger.content.decode()
        assert f'href="/dispute/{correction}"' in ledger.content.decode()
    twin = sign_in("aurora").get("/ledger.json").json()
    assert [(row["number"], row["reverses"], row["reversed_by"]) for row in twin["postings"]["rows"]] == [
        (2, 1, None), (1, None, 2),
    ]  # fmt: skip
    assert {row["balance"]["amount"] for row in twin["accounts"]["rows"]} == {"0.00"}


def test_what_is_taken_back_is_neither_taken_back_again_nor_posted_again(sign_in: SignIn, correction: int) -> None:
    assert propose(sign_in("owner"), correction).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    after = effects()
    assert propose(sign_in("owner"), correction).status_code == 409
    assert answer(sign_in("finance"), "approve").status_code == 409, "it was answered already"
    again = approve(sign_in("finance"), correction)
    assert again.status_code == 409
    assert b"dispute the line anew" in again.content
    assert effects() == after
    offered = sign_in("finance").get(f"/dispute/{correction}.json").json()["buttons"]
    assert [one["href"].partition("?")[0] for one in offered] == ["/do/comment"]
    assert "Approve" not in sign_in("finance").get("/close").content.decode()
    second = opened(sign_in("finance"))
    assert decide(sign_in("owner"), second).status_code == 302
    assert approve(sign_in("executive"), second).status_code == 302
    assert effects() == [*after, ("EUR 56.00", None)], "a new dispute of the line is a matter of its own"


def test_two_people_at_once_take_back_once(sign_in: SignIn, correction: int) -> None:
    """The database refuses a second proposal that waits, and a second reversal of an entry, whoever forgot to ask."""
    from django.db import IntegrityError, transaction

    from tallystick.web.desk.reversals import Reversal

    assert propose(sign_in("owner"), correction, once="one-form").status_code == 302
    assert propose(sign_in("owner"), correction, once="one-form").status_code == 302, "the same form again"
    assert propose(sign_in("finance"), correction).status_code == 409
    assert Reversal.objects.count() == 1
    found = newest()
    found.pk = 123_456_789
    with pytest.raises(IntegrityError), transaction.atomic():
        Reversal.objects.bulk_create([found])
    for _ in range(2):
        assert answer(sign_in("executive"), "approve", once="one-answer").status_code == 302
    assert effects() == [("EUR 56.00", None), ("EUR -56.00", 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Reversal.objects.filter(pk=newest().pk).update(answered_by=newest().by)


def test_what_is_refused_stays_posted_and_can_be_proposed_again(sign_in: SignIn, correction: int) -> None:
    assert propose(sign_in("owner"), correction).status_code == 302
    assert answer(sign_in("executive"), "refuse", "").status_code == 422, "a refusal has a reason"
    assert answer(sign_in("executive"), "refuse", "The log is right.").status_code == 302
    assert answer(sign_in("finance"), "approve").status_code == 409
    shown = sign_in("aurora").get(f"/dispute/{correction}").content.decode()
    assert "The log is right." in shown
    assert "left as it is" in shown
    assert propose(sign_in("owner"), correction).status_code == 302
    assert effects() == [("EUR 56.00", None)]


def test_who_proposed_it_takes_the_proposal_back_and_so_does_the_button_that_undoes(
    sign_in: SignIn, correction: int
) -> None:
    assert propose(sign_in("owner"), correction).status_code == 302
    assert answer(sign_in("owner"), "refuse").status_code == 302
    client = sign_in("owner")
    assert propose(client, correction).status_code == 302
    assert client.post("/undo", {"token": token_in(client)}).status_code == 302
    assert newest().state == "refused"
    assert [row.action for row in last_rows(2)] == ["propose-reversal", "refuse-reversal"]


def test_each_step_leaves_a_row_in_the_trail_and_the_posting_its_head(sign_in: SignIn, correction: int) -> None:
    assert propose(sign_in("finance"), correction).status_code == 302
    assert answer(sign_in("owner"), "approve").status_code == 302
    rows = last_rows(2)
    assert [(row.action, row.about) for row in rows] == [
        ("propose-reversal", f"dispute/{correction}"), ("approve-reversal", f"dispute/{correction}"),
    ]  # fmt: skip


def test_nothing_is_taken_back_that_is_not_posted_or_not_of_a_line(sign_in: SignIn, correction: int) -> None:
    from tests.web.desk.test_disputes import opened as verdict_in_dispute

    other = {"contract": "lumen-borealis-telephone", "partner": "borealis", "period": "2026-05", "line": "credit:CT2"}
    waiting = opened(sign_in("finance"), other)
    assert decide(sign_in("owner"), waiting).status_code == 302
    refused = propose(sign_in("owner"), waiting)
    assert refused.status_code == 409
    assert b"No correction of this dispute stands" in refused.content
    assert propose(sign_in("owner"), verdict_in_dispute(sign_in("aurora"))).status_code == 404
    assert propose(sign_in("owner"), 123_456_789).status_code == 404
    assert propose(sign_in("owner"), correction, reason="").status_code == 422, "why is asked for"


def test_only_the_clients_money_people_propose_and_approve(sign_in: SignIn, correction: int) -> None:
    for who, status in (("aurora", 404), ("borealis", 404), ("auditor", 403), ("executive", 403)):
        assert propose(sign_in(who), correction).status_code == status, who
    assert propose(sign_in("owner"), correction).status_code == 302
    for who, status in (("aurora", 404), ("borealis", 404), ("auditor", 403)):
        assert answer(sign_in(who), "approve").status_code == status, who
        assert answer(sign_in(who), "refuse").status_code == status, who
    assert effects() == [("EUR 56.00", None)]


def test_another_partners_room_does_not_hold_the_proposal(
    sign_in: SignIn, room_of: Callable[[str], Any], correction: int
) -> None:
    from tallystick.vocabulary.errors import NotFound

    assert propose(sign_in("owner"), correction).status_code == 302
    number = str(newest().pk)
    assert room_of("aurora").desk.reversals.one(number).reason == WHY
    other = room_of("borealis").desk.reversals
    assert other.waiting == ()
    with pytest.raises(NotFound):
        other.one(number)


def test_who_may_approve_it_is_told_that_it_waits(sign_in: SignIn, correction: int) -> None:
    assert propose(sign_in("owner"), correction).status_code == 302
    for who, told in (("executive", True), ("finance", True), ("owner", False)):
        words = sign_in(who).get("/close").content.decode()
        assert ("Approve taking back the correction of EUR" in words) is told, who

"""A line of an invoice from its dispute over a decision and a second person's approval to its posting."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

SignIn = Callable[..., Any]
# Aurora billed 40 calls more than its records count: EUR 56.00 too much.
MAY = {"contract": "lumen-aurora-telephone", "partner": "aurora", "period": "2026-05"}
CALLS = {**MAY, "line": "charge:CALL"}
TYPED = {"expected": "4,596 calls are charged.", "text": "The log holds 4,596 answered calls.", "evidence": "queue_log"}


def named(client: Any, line: dict[str, str]) -> dict[str, str]:
    """What the form holds of a line, the check that its reader saw with it."""
    form = client.get("/do/open-line-dispute", line).content.decode()
    found = re.search(r'name="judging" value="([0-9a-f]{64})"', form)
    assert found is not None
    return {**line, "judging": found[1]}


def opened(client: Any, line: dict[str, str] | None = None, **more: str) -> int:
    """Dispute a line as the form would; its number."""
    from tallystick.web.desk.disputes import Dispute

    given = line or CALLS
    answer = client.post("/do/open-line-dispute", {**named(client, given), **TYPED, **more})
    assert answer.status_code == 302, answer.content.decode()[-600:]
    return int(Dispute.objects.exclude(line="").latest("at").pk)


def decide(client: Any, number: int, decision: str = "accepted", **more: str) -> Any:
    return client.post("/do/decide-line", {"dispute": number, "decision": decision, "reason": "We looked.", **more})


def approve(client: Any, number: int) -> Any:
    return client.post("/do/approve-correction", {"dispute": number})


def posted() -> list[tuple[str, str, str, int | None]]:
    from tallystick.web.desk.ledger import Posting

    entries = [one.as_entry() for one in Posting.objects.order_by("partner", "number")]
    return [(one.journal.kind, one.matter, str(one.effect), one.reverses) for one in entries]


def test_finance_disputes_another_decides_a_third_approves_and_it_is_posted_once(sign_in: SignIn) -> None:
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.desk.ledger import proved_desk

    number = opened(sign_in("finance"))
    dispute = Dispute.objects.get(pk=number)
    assert (dispute.amount, dispute.currency, dispute.line_title) == ("56.00", "EUR", "Calls answered")
    assert (dispute.due_at - dispute.at).days == 10
    shown = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "left" in shown
    assert "EUR\u202f56.00" in shown
    assert decide(sign_in("finance"), number).status_code == 409, "who opened it does not decide"
    assert approve(sign_in("executive"), number).status_code == 409, "nothing is agreed yet"
    assert decide(sign_in("owner"), number).status_code == 302
    assert posted() == []
    assert approve(sign_in("owner"), number).status_code == 409, "who decided does not approve"
    assert approve(sign_in("executive"), number).status_code == 302
    assert posted() == [("invoice correction", f"dispute/{number}", "EUR 56.00", None)]
    assert approve(sign_in("finance"), number).status_code == 409
    assert len(posted()) == 1
    assert proved_desk().holds
    entry = "posted as entry 1"
    assert entry in sign_in("aurora").get(f"/dispute/{number}").content.decode()


def test_of_a_part_that_is_agreed_only_the_part_is_posted(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    owner = sign_in("owner")
    assert decide(owner, number, "partly accepted").status_code == 422, "it is not said how much"
    assert decide(owner, number, "accepted", agreed="3").status_code == 422
    for wrong in ("56.00", "60", "0.005"):
        assert decide(owner, number, "partly accepted", agreed=wrong).status_code == 409, wrong
    assert decide(owner, number, "partly accepted", agreed="41.5").status_code == 302
    assert approve(sign_in("finance"), number).status_code == 302
    assert posted() == [("invoice correction", f"dispute/{number}", "EUR 41.50", None)]


def test_what_was_billed_too_little_raises_the_fees() -> None:
    from tallystick.web.desk.corrections import _agreed
    from tallystick.web.desk.disputes import Dispute

    short = Dispute(line="charge:CALL", amount="-30.00", currency="EUR")
    assert _agreed(short, {"decision": "partly accepted", "agreed": Decimal("12.5")}) == "-12.50"
    assert _agreed(short, {"decision": "accepted", "agreed": None}) == "-30.00"
    assert _agreed(short, {"decision": "rejected", "agreed": None}) == ""


def test_a_rejected_dispute_moves_nothing_and_the_line_can_be_disputed_again(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    again = sign_in("finance").post("/do/open-line-dispute", {**named(sign_in("finance"), CALLS), **TYPED})
    assert again.status_code == 409, "one open dispute of a line"
    assert decide(sign_in("owner"), number, "rejected").status_code == 302
    assert approve(sign_in("executive"), number).status_code == 409
    second = opened(sign_in("finance"))
    assert second != number
    assert posted() == []


def test_a_second_correction_of_a_month_leaves_the_first(sign_in: SignIn) -> None:
    for _ in range(2):
        number = opened(sign_in("finance"))
        assert decide(sign_in("owner"), number).status_code == 302
        assert approve(sign_in("executive"), number).status_code == 302
    assert [(kind, effect, reverses) for kind, _, effect, reverses in posted()] == [
        ("invoice correction", "EUR 56.00", None)
    ] * 2


def test_a_decision_that_is_sent_back_opens_the_dispute_again_and_says_why(sign_in: SignIn) -> None:
    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    back = {"dispute": number, "reason": "Ask for the log first."}
    assert sign_in("owner").post("/do/return-line", back).status_code == 409
    assert sign_in("executive").post("/do/return-line", back).status_code == 302
    shown = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "Ask for the log first." in shown
    assert approve(sign_in("executive"), number).status_code == 409
    assert decide(sign_in("owner"), number, "rejected").status_code == 302


def test_figures_that_are_not_those_that_stand_are_not_disputed(sign_in: SignIn) -> None:
    client = sign_in("finance")
    sent = {**named(client, CALLS), **TYPED, "judging": "0" * 64}
    refused = client.post("/do/open-line-dispute", sent)
    assert refused.status_code == 409
    assert b"checked again while you were reading" in refused.content


@pytest.mark.parametrize(
    "line",
    [
        {**MAY, "line": "charge:LINE"},
        {**MAY, "line": "charge:NONE"},
        {**CALLS, "period": "2025-12"},
        {**CALLS, "contract": "lumen-aurora"},
        {**CALLS, "contract": "lumen-borealis-telephone", "partner": "borealis"},
        {**CALLS, "partner": "nobody"},
    ],
)
def test_a_line_that_agrees_is_not_there_or_not_ours_cannot_be_disputed(sign_in: SignIn, line: dict[str, str]) -> None:
    assert sign_in("aurora").get("/do/open-line-dispute", line).status_code == 404
    assert sign_in("aurora").post("/do/open-line-dispute", {**line, **TYPED, "judging": "x"}).status_code == 404


def test_only_those_who_answer_for_invoices_dispute_their_lines(sign_in: SignIn) -> None:
    for who, status in (("executive", 403), ("auditor", 403), ("cordoba", 403), ("finance", 200), ("aurora", 200)):
        assert sign_in(who).get("/do/open-line-dispute", CALLS).status_code == status, who


def test_a_line_in_dispute_is_decided_on_its_own_page_and_holds_up_no_closing(sign_in: SignIn) -> None:
    from tests.web.desk.test_disputes import opened as verdict_in_dispute

    number = opened(sign_in("finance"))
    sent = {"dispute": number, "decision": "rejected", "reason": "No."}
    assert sign_in("owner").post("/do/decide-dispute", sent).status_code == 409
    verdict = verdict_in_dispute(sign_in("aurora"))
    assert decide(sign_in("owner"), verdict).status_code == 404
    assert approve(sign_in("executive"), verdict).status_code == 404
    from tallystick.web.desk.disputes import Dispute

    assert Dispute.objects.filter(state="open").count() == 2


def test_closing_does_not_wait_for_a_line_of_an_invoice(sign_in: SignIn, room_of: Any) -> None:
    opened(sign_in("finance"))
    key = (MAY["contract"], MAY["partner"], MAY["period"])
    room = room_of("owner")
    assert room.desk.disputes.open_counts == {}
    assert room.desk.close.one(*key).open_disputes == 0
    assert [one["href"] for one in room.desk.corrections.waiting_for_me()] != []


def test_who_may_do_the_next_step_is_told_that_it_waits(sign_in: SignIn, room_of: Any) -> None:
    number = opened(sign_in("finance"))
    owner = sign_in("owner")
    assert "Decide the dispute about invoice line" in owner.get("/close").content.decode()
    assert decide(owner, number).status_code == 302
    for who, told in (("executive", True), ("owner", False), ("aurora", False)):
        words = sign_in(who).get("/close").content.decode()
        assert ("Approve the correction of EUR" in words) is told, who

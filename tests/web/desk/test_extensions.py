"""A dispute's deadline moves when both sides agree: proposed by one, answered by the other, read by both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.web.test_perform import last_rows, token_in

SignIn = Callable[..., Any]


@pytest.fixture
def dispute(sign_in: SignIn) -> Any:
    """A dispute that Aurora opened."""
    from tallystick.web.desk.disputes import CATEGORIES, Dispute

    about = {"partner": "aurora", "clause": "S1", "period": "2025-12", "credit": "", "case": "", "told": ""}
    said = {"category": CATEGORIES[0][0], "expected": "Kept", "text": "Because", "evidence": ""}
    assert sign_in("aurora").post("/do/open-dispute", {**about, **said}).status_code == 302
    return Dispute.objects.get(expected="Kept")


def day_after(dispute: Any, days: int) -> date:
    return (dispute.due_at + timedelta(days=days)).date()


def propose(client: Any, dispute: Any, days: int = 5, reason: str = "The export is late") -> Any:
    sent = {"dispute": dispute.pk, "told": "", "day": day_after(dispute, days).isoformat(), "reason": reason}
    return client.post("/do/propose-extension", sent)


def answer(client: Any, what: str, reason: str = "") -> Any:
    from tallystick.web.desk.extensions import Extension

    found = Extension.objects.order_by("-at").first()
    assert found is not None
    return client.post(f"/do/{what}-extension", {"extension": found.pk, "told": "", "reason": reason})


def due(dispute: Any) -> Any:
    dispute.refresh_from_db()
    return dispute.due_at


def test_the_clock_moves_when_the_other_side_agrees_and_both_sides_read_why(sign_in: SignIn, dispute: Any) -> None:
    owner, aurora, before = sign_in("owner"), sign_in("aurora"), dispute.due_at
    assert propose(aurora, dispute).status_code == 302
    assert due(dispute) == before
    waiting = owner.get("/close.json").json()["waiting"]
    assert any("Answer: a later deadline" in one["words"] for one in waiting)
    assert not any("Answer: a later" in one["words"] for one in aurora.get("/portal.json").json()["waiting"])
    assert answer(owner, "agree", "Agreed in the call").status_code == 302
    # The day that was named, to its end on the contract's clock.
    there = due(dispute).astimezone(ZoneInfo("Europe/Bucharest"))
    assert (there.date(), there.hour, there.minute) == ((before + timedelta(days=5)).date(), 23, 59)
    for client in (owner, aurora):
        told = client.get(f"/dispute/{dispute.pk}.json").json()
        assert told["due_at"] == told["extensions"][0]["due"]
        page = client.get(f"/dispute/{dispute.pk}").content.decode()
        assert "The export is late" in page
        assert "Agreed in the call" in page
    proposed, agreed = last_rows(2)
    assert (proposed.action, agreed.action) == ("propose-extension", "agree-extension")
    assert {proposed.partner, agreed.partner} == {"aurora"}
    assert agreed.before != agreed.after


def test_the_own_side_cannot_agree_and_a_refusal_leaves_the_clock(sign_in: SignIn, dispute: Any) -> None:
    owner, aurora, before = sign_in("owner"), sign_in("aurora"), dispute.due_at
    propose(owner, dispute)
    assert answer(sign_in("executive"), "agree").status_code == 403
    refused = answer(owner, "agree")
    assert refused.status_code == 409
    assert "Your own side proposed it." in refused.content.decode()
    assert propose(aurora, dispute).status_code == 409  # one proposal at a time
    assert answer(aurora, "refuse", "Ten days are enough").status_code == 302
    assert due(dispute) == before
    assert answer(aurora, "agree").status_code == 409  # answered already
    assert propose(aurora, dispute).status_code == 302  # a refusal does not end the matter


@pytest.mark.parametrize("days", [-20, -1, 95])
def test_a_day_that_is_not_later_or_far_away_is_refused(sign_in: SignIn, dispute: Any, days: int) -> None:
    answered = propose(sign_in("aurora"), dispute, days)
    assert answered.status_code == 409
    assert "The export is late" in answered.content.decode()  # what was typed stays


def test_another_partner_neither_sees_nor_answers_it(sign_in: SignIn, dispute: Any) -> None:
    propose(sign_in("aurora"), dispute)
    borealis = sign_in("borealis")
    assert answer(borealis, "agree").status_code == 404
    assert propose(borealis, dispute).status_code == 404
    assert borealis.get(f"/dispute/{dispute.pk}").status_code == 404


def test_a_decided_dispute_has_no_deadline_to_move(sign_in: SignIn, dispute: Any) -> None:
    owner = sign_in("owner")
    propose(sign_in("aurora"), dispute)
    said = {"dispute": dispute.pk, "told": "", "decision": "rejected", "reason": "Counted rightly", "carrier": ""}
    assert owner.post("/do/decide-dispute", {**said, "carrier_words": ""}).status_code == 302
    assert answer(owner, "agree").status_code == 409
    assert not any("Answer: a later" in one["words"] for one in owner.get("/close.json").json()["waiting"])


def test_a_proposal_can_be_taken_back(sign_in: SignIn, dispute: Any) -> None:
    aurora = sign_in("aurora")
    aurora.get("/portal")
    propose(aurora, dispute)
    aurora.post("/undo", {"token": token_in(aurora, "/portal")})
    assert [one["state"] for one in aurora.get(f"/dispute/{dispute.pk}.json").json()["extensions"]] == ["refused"]

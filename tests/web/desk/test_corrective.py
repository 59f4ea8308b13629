"""Corrective actions: planned on a miss, seen by both sides, overdue, done with evidence, reopened by the client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.desk._closings import open_preview

SignIn = Callable[..., Any]
PLAN = {
    "partner": "aurora", "clause": "S1", "period": "2025-12", "what": "A second shift", "owner": "Ana Pop",
    "due_on": (datetime.now(UTC) + timedelta(days=9)).date().isoformat(),
}  # fmt: skip


def planned(client: Any, **more: str) -> str:
    from tallystick.web.desk.corrective import CorrectiveAction

    response = client.post("/do/plan-action", {**PLAN, **more})
    assert response.status_code == 302, response.content.decode()[-2000:]
    return str(CorrectiveAction.objects.order_by("-at").first().pk)


@pytest.mark.parametrize("who", ["owner", "aurora"])
def test_either_side_plans_an_action_on_a_miss_and_both_see_it(sign_in: SignIn, who: str) -> None:
    open_preview(sign_in("owner"))
    planned(sign_in(who))
    for reader in ("owner", "aurora", "auditor"):
        page = sign_in(reader).get("/close/aurora/2025-12").content.decode()
        assert "A second shift" in page
        assert "Ana Pop" in page
    assert "A second shift" in sign_in("aurora").get("/portal").content.decode()


def test_an_action_needs_a_miss(sign_in: SignIn) -> None:
    refused = sign_in("owner").post("/do/plan-action", {**PLAN, "clause": "S2"})
    assert refused.status_code == 409
    assert b"A second shift" in refused.content


def test_an_overdue_action_is_marked_and_waits_for_both_sides(sign_in: SignIn, room_of: Any) -> None:
    open_preview(sign_in("owner"))
    planned(sign_in("owner"), due_on="2026-01-05")
    for reader in ("owner", "aurora"):
        assert "overdue" in sign_in(reader).get("/close/aurora/2025-12").content.decode()
        assert any("A second shift" in one["words"] for one in room_of(reader).desk.close.waiting_for_me())
    assert not any("A second shift" in one["words"] for one in room_of("borealis").desk.close.waiting_for_me())


def test_done_asks_for_evidence_happens_once_and_only_the_client_reopens(sign_in: SignIn) -> None:
    number = planned(sign_in("aurora"))
    partner = sign_in("aurora")
    assert partner.post("/do/finish-action", {"corrective": number, "evidence": ""}).status_code == 422
    assert partner.post("/do/finish-action", {"corrective": number, "evidence": "Roster of May"}).status_code == 302
    assert partner.post("/do/finish-action", {"corrective": number, "evidence": "again"}).status_code == 409
    again = {"corrective": number, "reason": "May shows no second shift", "due_on": PLAN["due_on"]}
    assert partner.post("/do/reopen-action", again).status_code == 404
    assert sign_in("owner").post("/do/reopen-action", again).status_code == 302
    assert partner.post("/do/finish-action", {"corrective": number, "evidence": "June"}).status_code == 302


def test_an_action_of_another_partner_is_not_there(sign_in: SignIn) -> None:
    number = planned(sign_in("aurora"))
    for given in (number, "123456789", "x", "9" * 30):
        sent = {"corrective": given, "evidence": "x"}
        assert sign_in("borealis").post("/do/finish-action", sent).status_code in (404, 422)
    assert sign_in("borealis").post("/do/plan-action", PLAN).status_code == 404


def test_before_the_preview_a_partner_lands_on_the_verdict_and_not_on_a_page_that_is_not_there(
    sign_in: SignIn,
) -> None:
    response = sign_in("aurora").post("/do/plan-action", PLAN)
    assert response["Location"] == "/verdict/lumen-aurora/aurora/S1/2025-12"
    open_preview(sign_in("owner"))
    response = sign_in("aurora").post("/do/plan-action", PLAN)
    assert response["Location"] == "/close/aurora/2025-12#actions"

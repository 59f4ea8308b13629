"""Journeys of a period's end: a phone approves, a partner disputes and reads the decision, keys alone close it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.browser.barriers import walked
from tests.web.desk._closings import BOREALIS, bring_to, open_preview, post, steps
from tests.web.desk.test_disputes import TYPED, decide, opened

ComeIn = Callable[..., Any]
SignIn = Callable[..., Any]


# Playwright keeps a loop in this thread; Django's tables are read here all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def test_an_executive_approves_a_credit_on_a_phone_in_three_taps(come_in: ComeIn, sign_in: SignIn) -> None:
    bring_to("over", sign_in, BOREALIS)
    page = come_in("executive", width=390)
    page.goto(f"{page.site}/close")
    page.get_by_role("link", name="Approve EUR").tap()
    page.get_by_role("link", name="Approve EUR").tap()
    told = page.get_by_role("status").inner_text()
    assert "2,047.50" in told
    assert "n = 526" in told
    button = page.get_by_role("button", name="Approve")
    assert button.bounding_box()["height"] >= 44
    assert button.bounding_box()["y"] + 44 <= 844, "the button is on the first screen"
    button.tap()
    page.wait_for_url("**/close/borealis/2026-05?contract=lumen-borealis")
    assert "You approved EUR" in page.locator(".messages").inner_text()
    assert "approved and not closed yet" in page.locator("h1").inner_text()
    assert steps(BOREALIS) == ["open preview", "approve"]


def test_a_double_click_in_the_browser_approves_once(come_in: ComeIn, sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    page = come_in("finance")
    page.goto(f"{page.site}/close/aurora/2025-12")
    page.get_by_role("link", name="Approve EUR").click()
    page.get_by_role("button", name="Approve").dblclick()
    page.wait_for_url("**/close/aurora/2025-12")
    assert steps() == ["open preview", "approve"]


def test_a_partner_sees_the_preview_disputes_a_verdict_and_reads_the_decision(come_in: ComeIn, sign_in: SignIn) -> None:
    open_preview(sign_in("owner"))
    page = come_in("aurora")
    page.goto(f"{page.site}/portal")
    page.get_by_role("link", name="Look at the preview").click()
    assert "in the partner's preview" in page.locator("h1").inner_text()
    page.locator("#promises tr", has_text="S1 First reply").get_by_role("link", name="Dispute").click()
    page.get_by_label("Kind of reason").select_option(label="The contract's text says something else")
    page.get_by_label("What you expect instead").fill("The miss is excused")
    page.get_by_label("Why").fill("Clause 3.1 has an exception for storms.")
    page.get_by_role("button", name="Open the dispute").click()
    page.wait_for_url("**/dispute/*")
    assert "left" in page.locator(".clock").inner_text()
    number = page.url.rpartition("/")[2]

    client = come_in("owner")
    client.goto(f"{client.site}/close")
    client.get_by_role("link", name="Decide the dispute").click()
    client.get_by_role("link", name="Decide").click()
    client.get_by_label("Decision").select_option(label="Partly accepted")
    client.get_by_label("Reason, which both sides read").fill("One of the two days was a storm.")
    client.get_by_role("button", name="Decide").click()
    assert "Say what carries an accepted dispute" in client.locator("form.form").inner_text()
    assert client.get_by_label("Reason, which both sides read").input_value() == "One of the two days was a storm."
    client.get_by_label("What carries it").select_option(label="A relief event in the contract")
    client.get_by_role("button", name="Decide").click()
    client.wait_for_url(f"**/dispute/{number}")

    page.reload()
    assert "is partly accepted" in page.locator("h1").inner_text()
    assert "One of the two days was a storm." in page.locator(".decision").inner_text()
    assert "No figure has changed by this decision" in page.locator(".decision").inner_text()


def test_a_period_is_closed_by_keys_alone(come_in: ComeIn, sign_in: SignIn) -> None:
    bring_to("approved", sign_in)
    page = come_in("owner")
    page.goto(f"{page.site}/people")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/close")
    page.get_by_role("link", name="Close Aurora Contact, December 2025").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/close/aurora/2025-12")
    page.get_by_role("link", name="Close the period").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Why the late claim is posted all the same").focus()
    page.keyboard.type("The partner accepts it")
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/close/aurora/2025-12")
    page.get_by_text("is closed with EUR").first.wait_for()
    assert steps() == ["open preview", "approve", "close"]


@pytest.mark.long
def test_axe_finds_nothing_in_any_state_of_a_closing_or_a_dispute(browser: Any, site: str, sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    bring_to("approved", sign_in, BOREALIS)
    open_preview(sign_in("owner"), ("lumen-aurora", "aurora", "2026-01"))
    running, over = opened(sign_in("aurora")), opened(sign_in("aurora"), credit="CR4", clause="")
    decide(sign_in("owner"), over)
    client = sign_in("owner")
    for about in (f"dispute/{running}", "close/aurora/2025-12"):
        client.post("/do/comment", {"about": about, "text": "Seen."})
        client.post("/do/note", {"about": about, "text": "Ours."})
    plan = {"clause": "S1", "what": "More people", "owner": "Ana", "due_on": "2026-01-01"}
    assert client.post("/do/plan-action", {**TYPED, **plan}).status_code == 302
    assert post(client, "approve-credits", BOREALIS).status_code == 409
    named = "contract=lumen-aurora&partner=aurora&period=2026-01"
    addresses = (
        "/close", "/close/aurora/2025-12", "/close/aurora/2026-01", "/close/borealis/2026-05", "/close/aurora/2026-03",
        f"/dispute/{running}", f"/dispute/{over}", f"/do/decide-dispute?dispute={running}", f"/do/send-back?{named}",
        "/do/open-dispute?partner=aurora&clause=S1&period=2025-12",
        "/do/plan-action?partner=aurora&clause=S1&period=2025-12",
    )  # fmt: skip
    assert walked(browser, site, "owner", addresses) == []

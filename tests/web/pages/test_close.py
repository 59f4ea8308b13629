"""The list of closings and the page of one: who sees what, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.desk._closings import AURORA, BOREALIS, bring_to, open_preview, post, standing

SignIn = Callable[..., Any]
PAGE = "/close/aurora/2025-12"


def test_a_partner_sees_nothing_of_a_period_before_its_preview(sign_in: SignIn) -> None:
    partner = sign_in("aurora")
    for ending in ("", ".json", ".csv"):
        hidden, absent = partner.get(PAGE + ending), partner.get(f"/close/aurora/1999-01{ending}")
        assert hidden.status_code == absent.status_code == 404
    assert partner.get("/close.json").json()["periods"]["rows"] == []
    open_preview(sign_in("owner"))
    assert partner.get(PAGE).status_code == 200
    assert [row["period"] for row in partner.get("/close.json").json()["periods"]["rows"]] == ["2025-12"]


def test_a_period_of_another_partner_is_not_there_in_any_state(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    other = sign_in("borealis")
    assert other.get(PAGE).status_code == other.get("/close/aurora/1999-01").status_code == 404
    assert "Aurora" not in other.get("/close").content.decode()


def test_an_empty_list_says_to_each_side_what_it_waits_for(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.web.desk.close import Close

    monkeypatch.setattr(Close, "all", ())
    ours, theirs = (sign_in(who).get("/close").content.decode() for who in ("owner", "aurora"))
    assert "No period is judged yet." in ours
    assert "A period appears here once it is judged" in ours
    assert "No period has been shown to your side yet." in theirs
    assert "A period appears here when the client opens its preview to you." in theirs


def test_the_contract_is_drawn_only_where_a_partner_has_several_and_is_in_every_file(sign_in: SignIn) -> None:
    bring_to("preview", sign_in)
    assert ">contract<" in sign_in("owner").get("/close?partner=borealis").content.decode()
    page = sign_in("aurora").get("/close").content.decode()
    assert ">contract<" not in page
    assert "December 2025 under" not in page
    assert [row["contract"] for row in sign_in("aurora").get("/close.json").json()["periods"]["rows"]] == [AURORA[0]]
    assert "lumen-aurora" in sign_in("aurora").get("/close.csv").content.decode()


def test_both_sides_see_the_same_clock_and_the_same_figures(sign_in: SignIn) -> None:
    open_preview(sign_in("owner"))
    ours, theirs = (sign_in(who).get(f"{PAGE}.json").json() for who in ("auditor", "aurora"))
    assert ours["clock"]["ends"] == theirs["clock"]["ends"]
    assert ours["clock"]["words"] == theirs["clock"]["words"] == "1 day 23 h left"
    for key in ("total", "promises", "credits", "cap_steps", "history"):
        mine, yours = ours[key], theirs[key]
        if key in ("promises", "credits"):
            continue
        assert mine == yours, key
    assert [one["payable"] for one in ours["credits"]] == [one["payable"] for one in theirs["credits"]]


def test_a_credit_shows_rule_evidence_cap_steps_and_currency(sign_in: SignIn) -> None:
    data = sign_in("auditor").get(f"{PAGE}.json").json()
    assert [one["clause"] for one in data["credits"]] == ["CR1", "CR4"]
    cut = data["credits"][1]
    assert cut["rule"] == "/contract/lumen-aurora"
    assert cut["evidence"] == "/verdict/lumen-aurora/aurora/K1/2025-12"
    assert cut["cut"] == {"amount": "720.00", "currency": "EUR"}
    assert all(one["steps"] for one in data["credits"])
    assert data["cap"] == {"amount": "5120.00", "currency": "EUR"}
    assert [step["label"] for step in data["cap_steps"]][:3] == ["sum", "cap", "credit"]
    page = sign_in("auditor").get(PAGE).content.decode()
    assert "EUR\u202f5,120.00" in page
    assert "earning back" in page


def test_every_promise_leads_to_its_explanation_and_says_its_n(sign_in: SignIn) -> None:
    page = sign_in("owner").get(PAGE).content.decode()
    for clause in ("S1", "S2", "S3", "S4", "K1", "K2"):
        assert f'href="/verdict/lumen-aurora/aurora/{clause}/2025-12"' in page
        assert f"clause={clause}&amp;period=2025-12" in page
    assert "of 581" in page


@pytest.mark.parametrize(
    ("state", "who", "offered"),
    [
        ("proposed", "owner", {"open-preview"}),
        ("proposed", "finance", set()),
        ("preview", "owner", {"send-back"}),
        ("preview", "aurora", {"agree-preview"}),
        ("preview", "executive", {"send-back"}),
        ("over", "executive", {"approve-credits", "send-back"}),
        ("over", "owner", {"send-back"}),
        ("approved", "owner", {"close-period", "send-back"}),
        ("approved", "aurora", set()),
        ("closed", "owner", set()),
        ("closed", "auditor", set()),
    ],
)
def test_the_page_offers_exactly_the_steps_that_its_reader_may_take(
    sign_in: SignIn, state: str, who: str, offered: set[str]
) -> None:
    bring_to(state, sign_in)
    data = sign_in(who).get(f"{PAGE}.json").json()
    assert {one["href"].partition("?")[0].removeprefix("/do/") for one in data["buttons"]} == offered


def test_every_step_that_is_offered_opens_its_form_with_the_figures_and_leads_back(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    client = sign_in("executive")
    for one in client.get(f"{PAGE}.json").json()["buttons"]:
        form = client.get(one["href"]).content.decode()
        assert "EUR\u202f5,120.00" in form
        assert standing().digest in form
        assert f'href="{PAGE}"' in form


def test_who_may_not_approve_is_told_why(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    assert "another person approves" in sign_in("owner").get(f"{PAGE}.json").json()["not_now"]


def test_the_list_filters_by_state_and_partner_and_says_whom_it_waits_for(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    open_preview(sign_in("owner"), BOREALIS)
    client = sign_in("executive")
    rows = client.get("/close.json?state=preview").json()["periods"]["rows"]
    assert {row["partner"] for row in rows} == {"Aurora Contact", "Borealis CX"} or len(rows) == 2
    own = client.get("/close.json?state=preview&partner=aurora").json()["periods"]["rows"]
    assert [row["waits"] for row in own] == ["a second person: approve"]
    mine = client.get("/close.json?state=mine").json()["periods"]["rows"]
    assert [row["period"] for row in mine] == ["2025-12"]
    assert len(client.get("/close.json?state=nonsense&partner=nobody").json()["periods"]["rows"]) == 36 + 9


def test_an_executive_approves_in_three_requests(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    client = sign_in("executive")
    item = client.get("/close.json").json()["waiting"][0]
    button = client.get(f"{item['href']}.json").json()["buttons"][0]
    assert button["words"] == "Approve EUR\u202f5,120.00"
    assert client.get(button["href"]).status_code == 200
    done = post(client, "approve-credits")
    assert done["Location"] == PAGE
    assert "You approved EUR\u202f5,120.00" in client.get(PAGE).content.decode()


def test_a_period_without_a_credit_is_closed_by_the_same_steps(sign_in: SignIn) -> None:
    key = ("lumen-cordoba", "cordoba", "2026-05")
    bring_to("closed", sign_in, key)
    assert "no price adjustment" in sign_in("cordoba").get("/close/cordoba/2026-05").content.decode()
    assert key != AURORA

"""The partner's own first page: its own things, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.desk._closings import bring_to, open_preview
from tests.web.desk.test_disputes import opened

SignIn = Callable[..., Any]


def test_the_portal_is_the_first_page_of_a_partner_and_is_not_there_for_the_client(sign_in: SignIn) -> None:
    assert sign_in("aurora").get("/")["Location"] == "/portal"
    assert sign_in("owner").get("/portal").status_code == 404
    assert sign_in("auditor").get("/portal").status_code == 404


def test_results_are_the_clients_own_figures_with_the_same_explanations(sign_in: SignIn) -> None:
    theirs = sign_in("aurora").get("/portal.json?period=2025-12").json()
    ours = sign_in("owner").get("/close/aurora/2025-12.json").json()

    def key(data: Any) -> Any:
        return [(row["promise"], row["outcome"], row["value"], row["counted"]) for row in data["promises"]["rows"]]

    assert key(theirs) == key(ours)
    page = sign_in("aurora").get("/portal?period=2025-12").content.decode()
    assert 'href="/verdict/lumen-aurora/aurora/S1/2025-12"' in page
    assert "you kept 4 of 6 promises and missed 2" in page


def test_no_price_adjustment_is_shown_before_the_preview(sign_in: SignIn) -> None:
    before = sign_in("aurora").get("/portal?period=2025-12").content.decode()
    assert "5,120" not in before
    assert "This period has no preview yet" in before
    bring_to("over", sign_in)
    after = sign_in("aurora").get("/portal?period=2025-12").content.decode()
    assert "5,120" in after
    assert 'href="/close/aurora/2025-12"' in after


def test_the_portal_shows_own_disputes_clocks_and_data_and_nothing_of_others(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    open_preview(sign_in("owner"))
    page = sign_in("aurora").get("/portal").content.decode()
    assert f'href="/dispute/{number}"' in page
    assert "9 days 23 h left" in page
    assert "aurora-events" in page
    other = sign_in("borealis").get("/portal").content.decode()
    for canary in ("aurora", "Aurora", number, "5,120"):
        assert canary not in other


def test_a_team_leader_is_not_sent_to_pages_that_its_role_does_not_open(sign_in: SignIn) -> None:
    assert 'href="/people"' not in sign_in("cordoba").get("/portal").content.decode()
    assert 'href="/people"' in sign_in("aurora").get("/portal").content.decode()

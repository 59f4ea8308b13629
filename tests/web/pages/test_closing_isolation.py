"""What people did about one partner never shows to another: pages, forms, twins; also by the database's wall alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings

from tests.web.desk._closings import bring_to, post
from tests.web.desk.test_disputes import TYPED, opened

SignIn = Callable[..., Any]
CANARY = "CANARY-OF-AURORA"


@pytest.fixture(params=[False], ids=["the database alone"])  # with both walls: test_isolation
def walls(request: pytest.FixtureRequest) -> Iterator[None]:
    with override_settings(ROOM_FILTERS=request.param):
        yield


def test_no_page_and_no_form_shows_another_partners_steps_disputes_comments_or_actions(
    sign_in: SignIn, walls: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.web.desk.test_corrective import PLAN, planned

    owner = sign_in("owner")
    bring_to("over", sign_in)
    assert post(sign_in("executive"), "send-back", reason=f"{CANARY} reason").status_code == 302
    number = opened(sign_in("aurora"), text=f"{CANARY} text", expected=f"{CANARY} expected", evidence=CANARY)
    action = planned(owner, what=f"{CANARY} action", owner=f"{CANARY} owner")
    for about in (f"dispute/{number}", "close/aurora/2025-12", "verdict/aurora/S1/2025-12"):
        assert owner.post("/do/comment", {"about": about, "text": f"{CANARY} comment"}).status_code == 302
    named = "contract=lumen-aurora&partner=aurora&period=2025-12"
    addresses = [
        *(f"{base}{ending}" for base in ("/close", "/close/aurora/2025-12", f"/dispute/{number}", "/portal")
          for ending in ("", ".json", ".csv?table=disputes", ".csv?table=actions", ".csv?table=history")),
        "/close?partner=aurora", "/close?periods.q=CANARY", "/portal?disputes.q=CANARY&disputes.sort=about",
        f"/do/agree-preview?{named}", f"/do/withdraw-dispute?dispute={number}",
        f"/do/finish-action?corrective={action}", f"/do/comment?about=dispute/{number}",
        "/do/comment?about=close/aurora/2025-12", "/do/open-dispute?partner=aurora&clause=S1&period=2025-12",
    ]  # fmt: skip
    counted = 0
    for address in addresses:
        own = sign_in("aurora").get(address).content.decode()
        counted += "CANARY" in own or "Aurora" in own
        for other in ("borealis", "cordoba"):
            seen = sign_in(other).get(address)
            text = seen.content.decode() + str(dict(seen.headers))
            assert CANARY not in text, (address, other)
            assert "Aurora" not in text, (address, other)
            assert number not in text.replace(address, ""), (address, other)
    with capsys.disabled():
        print(f"\n  {counted} of {len(addresses)} addresses show the owner its canary; others see none")  # noqa: T201
    assert counted >= 12
    assert PLAN["partner"] == TYPED["partner"]


def test_foreign_and_absent_objects_answer_alike_in_every_form(sign_in: SignIn, walls: None) -> None:
    number = opened(sign_in("aurora"))
    other = sign_in("borealis")
    pairs = [
        (f"/dispute/{number}", "/dispute/123456789"),
        ("/close/aurora/2025-12", "/close/aurora/1999-01"),
        (f"/do/withdraw-dispute?dispute={number}", "/do/withdraw-dispute?dispute=123456789"),
        ("/do/comment?about=verdict/aurora/S1/2025-12", "/do/comment?about=verdict/nobody/S1/2025-12"),
        (
            "/do/plan-action?partner=aurora&clause=S1&period=2025-12",
            "/do/plan-action?partner=nobody&clause=S1&period=2",
        ),
    ]
    from tests.web.probes import plain

    for foreign, absent in pairs:
        first, second = other.get(foreign), other.get(absent)
        assert first.status_code == second.status_code == 404
        assert plain(first.content) == plain(second.content), foreign

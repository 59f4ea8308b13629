"""The days of contracts that lie ahead, on the first screen, a partner's page, a contract's page and in the mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.web.desk._closings import AURORA, bring_to

SignIn = Callable[..., Any]
RoomOf = Callable[[str], Any]
JANUARY = datetime(2026, 1, 20, 8, tzinfo=UTC)


def rows(room: Any, **of: str) -> list[tuple[date, str]]:
    from tallystick.web.next_dates import next_dates

    return [(row["on"].value, row["kind"].value) for row in next_dates(room, most=99, **of).rows]


def test_the_table_holds_notice_renewal_and_the_end_of_each_contract(room_of: RoomOf) -> None:
    room = replace(room_of("owner"), now=JANUARY)
    aurora = rows(room, contract="lumen-aurora")
    assert [one for one in aurora if one[1] != "claim"] == [
        (date(2026, 3, 1), "hours"),
        (date(2026, 12, 31), "notice"),
        (date(2027, 6, 30), "ends"),
        (date(2027, 7, 1), "renews"),
    ]
    assert [kind for _, kind in rows(room, partner="borealis")] == ["begins", "notice", "ends", "ends"]


def test_an_adjustment_can_be_claimed_until_its_day_and_closing_claims_it(room_of: RoomOf, sign_in: SignIn) -> None:
    """December 2025 of Aurora: EUR 5,120.00, 90 days after 31 December."""
    room = replace(room_of("owner"), now=JANUARY)
    assert (date(2026, 3, 31), "claim") in rows(room, partner="aurora")
    assert (date(2026, 3, 31), "claim") not in rows(replace(room, now=datetime(2026, 4, 1, 8, tzinfo=UTC)))
    bring_to("closed", sign_in, AURORA)
    assert (date(2026, 3, 31), "claim") not in rows(replace(room, now=JANUARY), partner="aurora")


def test_a_partner_reads_no_claim_of_a_period_it_was_not_shown(room_of: RoomOf, sign_in: SignIn) -> None:
    room = replace(room_of("aurora"), now=JANUARY)
    assert [kind for _, kind in rows(room)] == ["hours", "begins", "notice", "ends", "ends", "renews"]
    bring_to("preview", sign_in, AURORA)
    assert (date(2026, 3, 31), "claim") in rows(replace(room, now=JANUARY))


def test_the_contracts_page_says_what_was_claimed_and_what_lapsed(sign_in: SignIn, desk: Any) -> None:
    bring_to("closed", sign_in, AURORA)
    answer = sign_in("owner").get("/contract/lumen-aurora.json").json()
    states = {row["period"]: row["state"] for row in answer["claims"]["rows"]}
    assert states["2025-12"] == "claimed late"  # it was closed today
    assert "lapsed" in states.values()  # the example's other months ended long ago
    assert {row["kind"] for row in answer["dates"]["rows"]} <= {"notice", "ends", "renews", "claim"}
    page = sign_in("owner").get("/contract/lumen-aurora").content.decode()
    assert "otherwise the term prolongs itself by 12 months" in page
    assert sign_in("owner").get("/contract/lumen-borealis.json").json()["claims"] is None


@pytest.mark.parametrize(("day", "is_there", "presses"), [(1, True, True), (2, True, False), (30, True, True)])
def test_the_mail_tells_of_notice_in_the_last_month_and_presses_on_some_mornings(
    room_of: RoomOf, day: int, is_there: bool, presses: bool
) -> None:
    """31 December 2026 is the last day for notice to Aurora and to Cordoba."""
    from tallystick.web.letters import parts_of

    room = replace(room_of("owner"), now=datetime(2026, 12, day, 8, tzinfo=UTC))
    told = [part for part in parts_of(room) if any(need.href.startswith("/contract/") for need in part.needs)]
    assert bool(told) is is_there
    assert [part.presses for part in told] == [presses]
    assert {need.href for part in told for need in part.needs} == {"/contract/lumen-aurora", "/contract/lumen-cordoba"}


def test_the_mail_is_silent_before_the_last_month_and_a_partner_hears_of_its_own_alone(room_of: RoomOf) -> None:
    from tallystick.web.letters import parts_of

    def told(who: str, at: datetime) -> set[str]:
        found = parts_of(replace(room_of(who), now=at))
        return {need.href for part in found for need in part.needs if need.href.startswith("/contract/")}

    assert told("owner", datetime(2026, 11, 30, 8, tzinfo=UTC)) == set()
    assert told("aurora", datetime(2026, 12, 1, 8, tzinfo=UTC)) == {"/contract/lumen-aurora"}

"""Closing a period through its forms: who may take which step, one effect each, and figures that stay closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.web.conftest import PEOPLE
from tests.web.desk._closings import (
    AURORA,
    BOREALIS,
    bring_to,
    judge_again,
    let_time_pass,
    open_preview,
    own_verdicts,
    post,
    shared_verdicts,
    standing,
    steps,
    told_late,
)

SignIn = Callable[..., Any]
ACTIONS = (
    "open-preview", "agree-preview", "send-back", "approve-credits", "close-period",
    "propose-restatement", "approve-restatement", "refuse-restatement",
)  # fmt: skip
MAY = {
    "owner": set(ACTIONS) - {"agree-preview"},
    "executive": {"send-back", "approve-credits", "approve-restatement", "refuse-restatement"},
    "finance": set(ACTIONS) - {"agree-preview", "open-preview"},
    "auditor": set(),
    "aurora": {"agree-preview"},
    "borealis": {"agree-preview"},
    "cordoba": {"agree-preview"},
}
NAMED = "contract=lumen-aurora&partner=aurora&period=2025-12"


@pytest.fixture
def rewritten(prepared: Any) -> Iterator[None]:
    """Verdicts that a test may add to."""
    before = own_verdicts()
    yield
    shared_verdicts(before)


def test_a_period_goes_from_preview_to_approval_to_closing_and_each_step_is_audited(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow

    bring_to("closed", sign_in)
    assert steps() == ["open preview", "approve", "close"]
    rows = AuditRow.objects.filter(about__startswith="close/").order_by("seq")
    assert [row.action for row in rows] == ["open-preview", "approve-credits", "close-period"]
    assert {row.partner for row in rows} == {"aurora"}
    assert all(row.after for row in rows)


@pytest.mark.parametrize("who", MAY)
def test_each_step_is_offered_to_its_roles_alone(sign_in: SignIn, who: str) -> None:
    open_preview(sign_in("owner"))
    client = sign_in(who)
    for name in ACTIONS:
        status = client.get(f"/do/{name}?{NAMED}").status_code
        if name in MAY[who]:
            assert status == (200 if who in {"owner", "executive", "finance", "aurora"} else 404), name
        else:
            assert status in (403, 404), name
            assert post(client, name, reason="x", hours=48).status_code in (403, 404), name
    assert steps() == ["open preview"]


def test_who_opened_the_preview_cannot_approve_even_by_posting(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    refused = post(sign_in("owner"), "approve-credits")
    assert refused.status_code == 409
    assert b"another person approves" in refused.content
    assert steps() == ["open preview"]


def test_nobody_approves_while_the_partners_clock_runs(sign_in: SignIn) -> None:
    open_preview(sign_in("owner"))
    assert post(sign_in("executive"), "approve-credits").status_code == 409
    assert post(sign_in("aurora"), "agree-preview").status_code == 302
    assert post(sign_in("executive"), "approve-credits").status_code == 302


def test_two_approvers_at_once_have_one_effect(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    clients, barrier = [sign_in("executive"), sign_in("finance")], Barrier(2)
    answers: list[Any] = [None, None]

    def approve(place: int) -> None:
        from django.db import connections

        barrier.wait()
        answers[place] = post(clients[place], "approve-credits", once=f"form-{place}")
        connections.close_all()

    threads = [Thread(target=approve, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409)
    assert b"has approved these figures already" in late.content
    assert steps() == ["open preview", "approve"]


def test_a_double_click_has_one_effect_and_one_answer(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow

    bring_to("over", sign_in)
    client = sign_in("executive")
    first, second = (post(client, "approve-credits", once="the-same-form") for _ in range(2))
    assert (
        (first.status_code, first["Location"]) == (second.status_code, second["Location"]) == (302, first["Location"])
    )
    assert steps() == ["open preview", "approve"]
    assert AuditRow.objects.filter(action="approve-credits").count() == 1


def test_the_same_form_sent_twice_at_once_has_one_effect_and_one_answer(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow

    bring_to("over", sign_in)
    clients, barrier, answers = [sign_in("executive") for _ in range(2)], Barrier(2), []

    def click(client: Any) -> None:
        from django.db import connections

        barrier.wait()
        answers.append(post(client, "approve-credits", once="the-same-form"))
        connections.close_all()

    threads = [Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert steps() == ["open preview", "approve"]
    assert AuditRow.objects.filter(action="approve-credits").count() == 1


def test_a_room_that_has_read_before_sees_what_others_did_meanwhile(sign_in: SignIn, room_of: Any) -> None:
    from tallystick.web.perform import deeds, perform
    from tallystick.web.refusal import NotNow

    bring_to("over", sign_in)
    room = room_of("executive")
    assert room.desk.close.one(*AURORA).course.state == "preview"
    assert post(sign_in("finance"), "approve-credits").status_code == 302
    given = {**dict(zip(("contract", "partner", "period"), AURORA, strict=True)), "judging": standing().digest}
    with pytest.raises(NotNow, match="already"):
        perform(room, deeds()["approve-credits"], {**given, "reason": ""}, "")


def test_a_judging_between_reading_and_approving_is_told_and_nothing_is_stored(
    sign_in: SignIn, rewritten: None
) -> None:
    bring_to("over", sign_in)
    seen = standing().digest
    judge_again("4000.00")
    refused = post(sign_in("executive"), "approve-credits", judging=seen)
    assert refused.status_code == 409
    assert b"judged again" in refused.content
    assert steps() == ["open preview"]


def test_a_period_closed_while_it_is_judged_again_is_closed_with_what_was_approved_or_not_at_all(
    sign_in: SignIn, rewritten: None, room_of: Any
) -> None:
    keys = [("lumen-aurora", "aurora", f"2026-{month:02}") for month in (1, 3, 4, 5)]
    for key in keys:
        bring_to("approved", sign_in, key)
    client, approved = sign_in("owner"), {key: standing(key).digest for key in keys}
    said = {key: {"late": told_late(client, key), "reason": "The partner accepts it"} for key in keys}
    answers: list[int] = []
    for key in keys:
        barrier = Barrier(2)

        def judge(key: tuple[str, str, str] = key, barrier: Barrier = barrier) -> None:
            barrier.wait()
            judge_again("1.00", key)

        thread = Thread(target=judge)
        thread.start()
        barrier.wait()
        answers.append(post(client, "close-period", key, judging=approved[key], **said[key]).status_code)
        thread.join()
    room = room_of("owner")
    for key, answer in zip(keys, answers, strict=True):
        closing = room.desk.close.one(*key)
        assert closing.course.figures.judging == approved[key]
        if answer == 302:
            assert closing.course.state == "closed"
            assert closing.restatement_waits
        else:
            assert answer == 409
            assert closing.course.state == "approved"
            assert closing.superseded


def test_an_approval_no_longer_fits_after_late_data_and_is_asked_anew(sign_in: SignIn, rewritten: None) -> None:
    bring_to("approved", sign_in)
    judge_again("4000.00")
    page = sign_in("owner").get("/close/aurora/2025-12").content.decode()
    assert "figures changed" in page
    assert "was judged again" in page
    assert "/do/close-period" not in page
    assert "/do/open-preview" in page
    assert post(sign_in("owner"), "close-period").status_code == 409
    open_preview(sign_in("owner"))
    let_time_pass(49)
    assert post(sign_in("executive"), "approve-credits").status_code == 302
    assert post(sign_in("owner"), "close-period").status_code == 302


def test_a_form_for_figures_that_were_replaced_is_refused_even_where_the_step_would_be_allowed(
    sign_in: SignIn, rewritten: None
) -> None:
    seen = standing().digest
    judge_again("4000.00")
    refused = post(sign_in("owner"), "open-preview", judging=seen, hours=48)
    assert refused.status_code == 409
    assert steps() == []


def test_a_closed_period_changes_only_by_a_restatement_of_two_people(sign_in: SignIn, rewritten: None) -> None:
    bring_to("closed", sign_in)
    judge_again("4000.00")
    for name in ("open-preview", "approve-credits", "close-period", "send-back"):
        assert post(sign_in("owner"), name, hours=48, reason="no").status_code == 409, name
    data = sign_in("auditor").get("/close/aurora/2025-12.json").json()
    assert data["state"] == "restatement"
    assert data["total"]["amount"] == "5120.00"
    assert data["restatement"]["after"]["amount"] == "4000.00"
    assert data["restatement"]["difference"]["amount"] == "-1120.00"
    assert post(sign_in("owner"), "propose-restatement", reason="").status_code == 422
    assert post(sign_in("owner"), "propose-restatement", reason="Late chat export").status_code == 302
    assert post(sign_in("owner"), "approve-restatement", reason="mine").status_code == 409
    assert sign_in("owner").get("/close/aurora/2025-12.json").json()["total"]["amount"] == "5120.00"
    assert post(sign_in("finance"), "approve-restatement", reason="Seen").status_code == 302
    data = sign_in("aurora").get("/close/aurora/2025-12.json").json()
    assert (data["state"], data["total"]["amount"]) == ("closed", "4000.00")
    assert [row["reason"] for row in data["history"]["rows"]][-2:] == ["Late chat export", "Seen"]


def told_to_claim(client: Any) -> dict[str, tuple[str, str, str]]:
    """Of Aurora's claims by period: the day of the claim, how it stands, and why it was posted all the same."""
    rows = client.get("/credits.json?partner=aurora&period=2025-12").json()["claims"]["rows"]
    return {row["period"]: (row["claimed"] or "", row["state"], row["reason"] or "") for row in rows}


def test_closing_after_the_last_day_to_claim_says_so_first_and_needs_a_reason(sign_in: SignIn) -> None:
    """December 2025 of Aurora: EUR 5,120.00, to be claimed within 90 days, until 31 March 2026."""
    from tallystick.web.desk.close import CloseStep
    from tallystick.web.desk.ledger import Posting

    bring_to("over", sign_in)
    form = sign_in("executive").get(f"/do/approve-credits?{NAMED}").content.decode()
    assert "The last day to claim EUR\u202f5,120.00 was 31 March 2026." in form
    assert post(sign_in("executive"), "approve-credits").status_code == 302
    client = sign_in("owner")
    form = client.get(f"/do/close-period?{NAMED}").content.decode()
    assert "To let it lapse, write the late claim into the contract" in form
    assert "The last day to claim EUR\u202f5,120.00 was 31 March 2026." in form
    assert 'name="reason"' in form
    late = "EUR 5,120.00 2026-03-31"
    assert post(client, "close-period", late=late, reason=" ").status_code == 422
    for stale in ("", "EUR 1.00 2026-03-31"):
        refused = post(client, "close-period", late=stale, reason="The partner accepts it")
        assert refused.status_code == 409
        assert b"The last day to claim the price adjustment has passed" in refused.content
    assert (steps(), Posting.objects.count()) == (["open preview", "approve"], 0)
    assert post(client, "close-period", late=late, reason="The partner accepts it").status_code == 302
    assert CloseStep.objects.get(move="close").reason == "The partner accepts it"
    assert Posting.objects.count() == 2
    for who in ("owner", "aurora"):
        assert told_to_claim(sign_in(who))["2025-12"][1:] == ("claimed late", "The partner accepts it")
        page = sign_in(who).get("/credits?partner=aurora&period=2025-12").content.decode()
        assert "claimed late" in page
        assert "why all the same" in page
        rows = sign_in(who).get("/contract/lumen-aurora.json").json()["claims"]["rows"]
        (row,) = [one for one in rows if one["period"] == "2025-12"]
        assert (row["state"], row["reason"]) == ("claimed late", "The partner accepts it")


@pytest.mark.parametrize(("at", "late"), [("2026-03-31T20:59", ""), ("2026-03-31T21:00", "EUR 5,120.00 2026-03-31")])
def test_on_the_last_day_to_claim_in_its_own_zone_closing_asks_for_nothing(
    sign_in: SignIn, room_of: Any, at: str, late: str
) -> None:
    """The contract's zone is Bucharest, three hours ahead of UTC on 31 March."""
    from dataclasses import replace

    from tallystick.web.perform import deeds, perform
    from tallystick.web.refusal import NotNow

    bring_to("approved", sign_in)
    room = replace(room_of("owner"), now=datetime.fromisoformat(at).replace(tzinfo=UTC))
    named = dict(zip(("contract", "partner", "period"), AURORA, strict=True))
    what = deeds()["close-period"]
    assert what.initial is not None
    told = what.initial(room, named)
    assert told["late"] == late
    assert ("claims it too late" in told["told"]) == bool(late)
    form = what.form({**named, **told})
    assert ("reason" in form.fields) == bool(late)
    in_time = {**named, "judging": standing().digest, "late": ""}
    if late:
        with pytest.raises(NotNow, match="has passed"):
            perform(room, what, in_time, "")
        return
    perform(room, what, in_time, "")
    assert told_to_claim(sign_in("owner"))["2025-12"] == ("2026-03-31", "claimed in time", "")


def test_a_restatement_of_a_period_that_was_closed_in_time_is_no_late_claim(sign_in: SignIn, rewritten: None) -> None:
    bring_to("closed", sign_in)
    let_time_pass(24 * 366)
    on, state, reason = told_to_claim(sign_in("owner"))["2025-12"]
    assert (state, reason) == ("claimed in time", "")
    judge_again("5000.00")
    assert post(sign_in("owner"), "propose-restatement", reason="Late rows").status_code == 302
    assert post(sign_in("finance"), "approve-restatement", reason="Seen").status_code == 302
    assert told_to_claim(sign_in("owner"))["2025-12"] == (on, "claimed in time", "")


def test_a_period_without_a_price_adjustment_closes_late_without_a_reason(sign_in: SignIn) -> None:
    key = ("lumen-cordoba", "cordoba", "2026-05")
    bring_to("approved", sign_in, key)
    assert post(sign_in("owner"), "close-period", key, late="").status_code == 302


def test_closed_figures_lead_to_their_own_explanation_while_another_judging_stands(
    sign_in: SignIn, rewritten: None
) -> None:
    bring_to("closed", sign_in)
    judge_again("3840.00", turned="K1")
    client = sign_in("aurora")
    data = client.get("/close/aurora/2025-12.json").json()
    assert {row["promise"]: row["outcome"] for row in data["promises"]["rows"]}["K1"] == "missed"
    assert [(one["clause"], one["after"][:3]) for one in data["restatement"]["changes"]] == [("K1", "met")]
    older = data["credits"][1]["evidence"]
    assert "?at=" in older
    explained = client.get(older.replace("?", ".json?")).json()
    assert explained["about"]["older"] is True
    assert older.rpartition("=")[2] in str(explained["about"])
    assert client.get("/close.json").json()["periods"]["rows"][0]["missed"] == 2
    assert data["credits"][0]["evidence"] == "/verdict/lumen-aurora/aurora/S1/2025-12"


def test_a_refused_restatement_leaves_the_closed_figures(sign_in: SignIn, rewritten: None) -> None:
    bring_to("closed", sign_in)
    judge_again("9.00")
    assert post(sign_in("owner"), "propose-restatement", reason="Late data").status_code == 302
    assert post(sign_in("executive"), "refuse-restatement", reason="Past the claim period").status_code == 302
    data = sign_in("owner").get("/close/aurora/2025-12.json").json()
    assert (data["state"], data["total"]["amount"]) == ("closed", "5120.00")
    assert data["restatement"]["refused"]["reason"] == "Past the claim period"


def test_sending_back_asks_for_a_reason_keeps_what_was_typed_and_ends_the_preview(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    client = sign_in("executive")
    assert post(client, "send-back", reason=" ").status_code == 422
    assert post(client, "send-back", reason="Look at case 4711").status_code == 302
    again = post(client, "send-back", reason="My second long reason")
    assert again.status_code == 409
    assert b"My second long reason" in again.content
    assert steps() == ["open preview", "send back"]
    assert b"Look at case 4711" in sign_in("aurora").get("/close/aurora/2025-12").content


def test_the_hours_of_a_preview_have_bounds(sign_in: SignIn) -> None:
    for hours in ("0", "-1", "100000", "x", ""):
        assert post(sign_in("owner"), "open-preview", hours=hours).status_code == 422
    assert steps() == []


def test_another_partner_cannot_agree_and_learns_nothing_of_it(sign_in: SignIn) -> None:
    open_preview(sign_in("owner"))
    foreign = post(sign_in("borealis"), "agree-preview")
    absent = post(sign_in("borealis"), "agree-preview", AURORA, period="1999-01")
    assert foreign.status_code == absent.status_code == 404
    assert steps() == ["open preview"]


def test_each_person_is_asked_for_what_is_theirs(sign_in: SignIn, room_of: Any) -> None:
    bring_to("over", sign_in)
    open_preview(sign_in("owner"), BOREALIS)

    def words(who: str) -> str:
        return "\n".join(item["words"] for item in room_of(who).desk.close.waiting_for_me())

    assert "Approve EUR\u202f5,120.00 for" in words("executive")
    assert "Approve" not in words("owner")
    assert "43 periods are judged and not yet shown" in words("owner")
    assert "Look at the preview" in words("borealis")
    assert "5,120" not in words("borealis")
    assert words("cordoba") == words("auditor") == ""
    assert PEOPLE["cordoba"]


def test_every_item_that_waits_leads_to_a_page_that_its_reader_may_open(sign_in: SignIn, room_of: Any) -> None:
    bring_to("over", sign_in)
    open_preview(sign_in("owner"), BOREALIS)
    for who in PEOPLE:
        for item in room_of(who).desk.close.waiting_for_me():
            assert sign_in(who).get(item["href"].partition("#")[0]).status_code == 200, (who, item)

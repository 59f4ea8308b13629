"""Disputes: who opens and decides them, what a decision says, and that other partners learn nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.desk._closings import bring_to, post

SignIn = Callable[..., Any]
TYPED = {
    "partner": "aurora", "clause": "S1", "period": "2025-12", "category": "relief",
    "expected": "Two days are taken out", "text": "The forecast was exceeded", "evidence": "https://example.org/m?a=1",
}  # fmt: skip
DECISION = {"decision": "partly accepted", "reason": "One day only", "carrier": "relief", "carrier_words": "relief R2"}


def opened(client: Any, **more: str) -> str:
    """Open a dispute; its number."""
    response = client.post("/do/open-dispute", {**TYPED, **more})
    assert response.status_code == 302, response.content.decode()[-3000:]
    return str(response["Location"].rpartition("/")[2])


def decide(client: Any, number: str, **more: str) -> Any:
    return client.post("/do/decide-dispute", {"dispute": number, **DECISION, **more})


def test_a_partner_disputes_a_verdict_and_both_sides_see_the_same_clock(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    theirs, ours = (sign_in(who).get(f"/dispute/{number}.json").json() for who in ("aurora", "auditor"))
    assert theirs["due_at"] == ours["due_at"]
    assert theirs["state"] == "open"
    assert theirs["clock"]["words"] == "9 days 23 h left"
    assert "notes" not in [key for key, value in theirs.items() if value]


@pytest.mark.parametrize("more", [{"credit": "CR1", "clause": ""}, {"case": "FIRST"}])
def test_a_credit_and_a_case_can_be_disputed(sign_in: SignIn, room_of: Any, more: dict[str, str]) -> None:
    if "case" in more:
        room = room_of("aurora")
        store = room.books.store
        record = next(one for one in room.books.records if one.period == "2025-12")
        more = {"case": store.rows(record, "case").column("case_id")[0].as_py()}
    number = opened(sign_in("aurora"), **more)
    about = sign_in("owner").get(f"/dispute/{number}.json").json()["about"]
    assert next(iter(more.values())) in about


@pytest.mark.parametrize(
    "more",
    [
        {"partner": "borealis"}, {"partner": "nobody"}, {"clause": "S99"}, {"period": "1999-01"},
        {"credit": "CR99"}, {"case": "no-such-case"},
    ],
)  # fmt: skip
def test_what_is_not_there_and_what_is_not_yours_cannot_be_disputed_alike(
    sign_in: SignIn, more: dict[str, str]
) -> None:
    response = sign_in("aurora").post("/do/open-dispute", {**TYPED, **more})
    assert response.status_code == 404
    assert b"Nothing is here for you" in response.content


def test_a_dispute_of_another_partner_answers_as_one_that_does_not_exist(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    other = sign_in("borealis")
    for address in ("/dispute/{}", "/dispute/{}.json"):
        foreign, absent = other.get(address.format(number)), other.get(address.format("123456789"))
        assert foreign.status_code == absent.status_code == 404
    for name in ("withdraw-dispute", "comment"):
        for given in (number, "123456789"):
            sent = {"dispute": given, "about": f"dispute/{given}", "text": "x"}
            assert other.post(f"/do/{name}", sent).status_code == 404
    assert TYPED["text"] not in other.get("/portal").content.decode()


def test_the_numbers_of_disputes_do_not_count(sign_in: SignIn) -> None:
    first = int(opened(sign_in("aurora")))
    second = int(opened(sign_in("aurora"), clause="K1"))
    assert abs(first - second) > 1
    assert min(first, second) >= 100_000_000


def test_the_same_matter_is_not_disputed_twice_by_one_side_and_the_text_survives(sign_in: SignIn) -> None:
    opened(sign_in("aurora"))
    again = sign_in("aurora").post("/do/open-dispute", {**TYPED, "text": "A long text that took an hour"})
    assert again.status_code == 409
    assert b"A long text that took an hour" in again.content


def test_typed_text_survives_a_missing_answer(sign_in: SignIn) -> None:
    response = sign_in("aurora").post("/do/open-dispute", {**TYPED, "expected": ""})
    assert response.status_code == 422
    assert TYPED["text"].encode() in response.content
    assert TYPED["evidence"].replace("&", "&amp;").encode() in response.content


def test_a_decision_names_what_carries_it_and_changes_no_figure(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    before = sign_in("owner").get("/close/aurora/2025-12.json").json()["promises"]
    assert decide(sign_in("owner"), number, carrier="").status_code == 422
    assert decide(sign_in("owner"), number).status_code == 302
    page = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "No figure has changed by this decision" in page
    assert "relief R2" in page
    assert 'href="/contract/lumen-aurora"' in page
    assert sign_in("owner").get("/close/aurora/2025-12.json").json()["promises"] == before


def test_a_rejection_is_carried_by_nothing(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), number, decision="rejected").status_code == 422
    assert decide(sign_in("owner"), number, decision="rejected", carrier="").status_code == 302


def test_a_dispute_is_decided_once_and_not_by_who_opened_it(sign_in: SignIn) -> None:
    own = opened(sign_in("owner"))
    refused = decide(sign_in("owner"), own)
    assert refused.status_code == 409
    assert b"another person decides" in refused.content
    number = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), number).status_code == 302
    again = decide(sign_in("owner"), number, decision="rejected", carrier="")
    assert again.status_code == 409
    assert sign_in("aurora").get(f"/dispute/{number}.json").json()["state"] == "partly accepted"


@pytest.mark.parametrize("who", ["executive", "finance", "auditor", "aurora"])
def test_others_do_not_decide(sign_in: SignIn, who: str) -> None:
    number = opened(sign_in("aurora"))
    assert decide(sign_in(who), number).status_code in (403, 404)
    assert sign_in("owner").get(f"/dispute/{number}.json").json()["state"] == "open"


def test_only_who_opened_it_withdraws_it(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    assert sign_in("owner").post("/do/withdraw-dispute", {"dispute": number}).status_code == 409
    assert sign_in("aurora").post("/do/withdraw-dispute", {"dispute": number}).status_code == 302
    assert sign_in("aurora").post("/do/withdraw-dispute", {"dispute": number}).status_code == 409
    assert decide(sign_in("owner"), number).status_code == 409


def test_an_open_dispute_holds_the_approval_until_it_is_decided(sign_in: SignIn) -> None:
    bring_to("over", sign_in)
    number = opened(sign_in("aurora"))
    refused = post(sign_in("executive"), "approve-credits")
    assert refused.status_code == 409
    assert b"dispute" in refused.content
    assert decide(sign_in("owner"), number).status_code == 302
    assert post(sign_in("executive"), "approve-credits").status_code == 302


def test_every_change_of_a_dispute_is_audited_for_its_partner(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow

    number = opened(sign_in("aurora"))
    decide(sign_in("owner"), number)
    rows = list(AuditRow.objects.filter(about=f"dispute/{number}").order_by("seq"))
    assert [(row.action, row.partner) for row in rows] == [("open-dispute", "aurora"), ("decide-dispute", "aurora")]
    assert rows[0].after == rows[1].before != rows[1].after
    assert TYPED["text"] not in "".join(str(vars(row)) for row in rows)


def test_a_double_click_opens_one_dispute(sign_in: SignIn) -> None:
    from tallystick.web.desk.disputes import Dispute

    client = sign_in("aurora")
    first, second = (client.post("/do/open-dispute", {**TYPED, "once": "one-form"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Dispute.objects.count() == 1


def test_text_with_markup_is_shown_as_text_and_only_web_links_become_links(sign_in: SignIn) -> None:
    number = opened(
        sign_in("aurora"), text="<script>alert(1)</script>", evidence="javascript:alert(1)\nhttps://example.org/x"
    )
    page = sign_in("owner").get(f"/dispute/{number}").content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert 'href="https://example.org/x"' in page


def test_a_credit_of_the_same_name_is_told_by_its_partner(sign_in: SignIn) -> None:
    client = sign_in("owner")
    for partner, name in (("aurora", "Aurora Contact"), ("borealis", "Borealis")):
        form = client.get(f"/do/open-dispute?partner={partner}&period=2025-12&credit=CR1")
        assert form.status_code == 200
        assert name in form.content.decode()


def test_an_open_dispute_of_another_partner_of_the_contract_or_of_the_other_side_is_in_nobodys_way(
    sign_in: SignIn,
) -> None:
    from tallystick.web.desk.disputes import Dispute

    number = opened(sign_in("owner"))
    row = Dispute.objects.get(pk=number)
    Dispute.objects.filter(pk=number).update(partner="borealis", party="aurora")
    ours = opened(sign_in("aurora"))
    Dispute.objects.filter(pk=row.pk).delete()
    assert opened(sign_in("owner")) != ours
    refused = sign_in("aurora").post("/do/open-dispute", TYPED)
    assert refused.status_code == 409


def test_the_judging_in_dispute_is_the_one_of_its_contract_partner_and_period() -> None:
    from types import SimpleNamespace

    from tallystick.web.desk.disputes import Dispute, Disputes

    keys = [(c, p, m) for c in ("c", "d") for p in ("a", "b") for m in ("1", "2")]
    records = [SimpleNamespace(contract=c, partner=p, period=m) for c, p, m in keys]
    desk = Disputes(SimpleNamespace(books=SimpleNamespace(records=records)))  # type: ignore[arg-type]
    for key, record in zip(keys, records, strict=True):
        dispute = Dispute(contract=key[0], partner=key[1], period=key[2])
        assert desk.judging_of(dispute) is record
    assert desk.judging_of(Dispute(contract="c", partner="x", period="1")) is None


def test_a_period_shows_the_disputes_about_itself_alone(sign_in: SignIn, room_of: Any) -> None:
    number = opened(sign_in("aurora"))
    disputes = room_of("aurora").desk.disputes
    assert [str(one.pk) for one in disputes.of("lumen-aurora", "aurora", "2025-12")] == [number]
    key = ("lumen-aurora", "aurora", "2025-12")
    for place, other in enumerate(("lumen-borealis", "borealis", "2025-11")):
        assert disputes.of(*key[:place], other, *key[place + 1 :]) == ()

"""A line of an invoice from its dispute over a decision and a second person's approval to its posting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tallystick.billing.check.value import CheckedLine, Difference, InvoiceCheck
from tallystick.vocabulary.money import Money

SignIn = Callable[..., Any]
# Aurora billed 40 calls more than its records count: EUR 56.00 too much.
MAY = {"contract": "lumen-aurora-telephone", "partner": "aurora", "period": "2026-05"}
CALLS = {**MAY, "line": "charge:CALL"}
LINES = {**MAY, "line": "charge:LINE"}
BILL_ACCEPTED = (
    "Accepted: EUR\u202f56.00 lowers the fees, in favour of Lumen Home. "
    "It is posted once a second person has approved it."
)
CHECK_ACCEPTED = (
    "Accepted: the bill is right. Nothing is posted, and no second person is asked. "
    "This is in favour of Aurora Contact."
)
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


def differing(monkeypatch: pytest.MonkeyPatch, **amounts: str) -> None:
    """Let the check of May differ by these amounts, as if another invoice had come: `CALL="35.00"`, `"0.00"` agrees.

    Several amounts with a blank between are differences of one line.
    """
    from tallystick.web.desk import corrections

    honest = corrections.invoice_check_of

    def told(room: Any, partner: str, period: str, contract: str) -> InvoiceCheck:
        check = honest(room, partner, period, contract)
        return replace(check, lines=tuple(_differs(line, amounts.get(line.id)) for line in check.lines))

    monkeypatch.setattr(corrections, "invoice_check_of", told)


def _differs(line: CheckedLine, amounts: str | None) -> CheckedLine:
    if amounts is None:
        return line
    parts = [Money(Decimal(one), line.difference.currency) for one in amounts.split()]
    found = tuple(
        Difference("quantity", "quantity", one, says="x", formula="x", inserted="x") for one in parts if one.amount
    )
    return replace(line, differences=found, difference=sum(parts, Money.zero(line.difference.currency)))


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


def test_what_was_billed_too_little_raises_the_fees(room_of: Any) -> None:
    from tallystick.web.desk.corrections import _agreed
    from tallystick.web.desk.disputes import Dispute

    room = room_of("owner")
    for party in ("", "aurora"):  # a partner that billed too little does not contest the check
        short = Dispute(line="charge:CALL", amount="-30.00", currency="EUR", party=party)
        assert _agreed(room, short, {"decision": "partly accepted", "agreed": Decimal("12.5")}) == "-12.50"
        assert _agreed(room, short, {"decision": "accepted", "agreed": None}) == "-30.00"
        assert _agreed(room, short, {"decision": "rejected", "agreed": None}) == ""


def test_a_rejected_dispute_moves_nothing_and_the_line_can_be_disputed_again(sign_in: SignIn) -> None:
    number = opened(sign_in("aurora"))
    again = sign_in("finance").post("/do/open-line-dispute", {**named(sign_in("finance"), CALLS), **TYPED})
    assert again.status_code == 409, "one open dispute of a line"
    assert decide(sign_in("owner"), number, "rejected").status_code == 302
    assert approve(sign_in("executive"), number).status_code == 409
    second = opened(sign_in("finance"))
    assert second != number
    assert posted() == []


def corrected(sign_in: SignIn, line: dict[str, str] | None = None) -> int:
    """Dispute a line, accept it, approve it; its number."""
    number = opened(sign_in("finance"), line)
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    return number


def test_a_correction_of_another_line_of_a_month_leaves_the_first(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing(monkeypatch, LINE="12.00")
    for line in (CALLS, LINES):
        corrected(sign_in, line)
    assert [(kind, effect, reverses) for kind, _, effect, reverses in posted()] == [
        ("invoice correction", "EUR 56.00", None), ("invoice correction", "EUR 12.00", None),
    ]  # fmt: skip


# ---- a line is corrected once ----------------------------------------------------------------------------------------


def test_a_line_that_is_corrected_is_not_disputed_again_until_that_is_taken_back(sign_in: SignIn) -> None:
    from tests.web.desk.test_reversals import answer, propose

    first = corrected(sign_in)
    shown = sign_in("finance").get("/invoices.json?partner=aurora&period=2026-05").json()
    assert [one["open"] for one in shown["differences"]] == [""]
    for who in ("finance", "aurora"):
        client = sign_in(who)
        again = client.post("/do/open-line-dispute", {**named(client, CALLS), **TYPED})
        assert again.status_code == 409
        told = again.content.decode()
        assert f"dispute {first} posted EUR\u202f56.00" in told
        assert "taken back first" in told
    assert propose(sign_in("owner"), first).status_code == 302
    client = sign_in("finance")
    assert client.post("/do/open-line-dispute", {**named(client, CALLS), **TYPED}).status_code == 409
    assert answer(sign_in("executive"), "approve").status_code == 302
    shown = sign_in("finance").get("/invoices.json?partner=aurora&period=2026-05").json()
    assert [one["open"] != "" for one in shown["differences"]] == [True]
    corrected(sign_in)
    assert [effect for _, _, effect, _ in posted()] == ["EUR 56.00", "EUR -56.00", "EUR 56.00"]


def test_a_line_whose_agreed_amount_waits_for_approval_is_not_disputed_again(sign_in: SignIn) -> None:
    first = opened(sign_in("finance"))
    assert decide(sign_in("owner"), first, "partly accepted", agreed="5").status_code == 302
    client = sign_in("finance")
    again = client.post("/do/open-line-dispute", {**named(client, CALLS), **TYPED})
    assert again.status_code == 409
    assert f"In dispute {first} of this line EUR\u202f5.00 is agreed and waits" in again.content.decode()
    assert sign_in("executive").post("/do/return-line", {"dispute": first, "reason": "Why 5?"}).status_code == 302
    assert decide(sign_in("owner"), first, "rejected").status_code == 302
    opened(sign_in("finance"))


def twin_of(number: int) -> int:
    """A second open dispute of the same line, as an earlier version could hold it; its number."""
    from tallystick.web.desk._numbers import drawn_number
    from tallystick.web.desk.disputes import Dispute

    found = Dispute.objects.get(pk=number)
    found.pk = drawn_number()
    Dispute.objects.bulk_create([found])
    return int(found.pk)


def test_of_two_disputes_of_a_line_only_one_can_be_agreed_to_and_posted(sign_in: SignIn) -> None:
    first = opened(sign_in("finance"))
    second = twin_of(first)
    assert decide(sign_in("owner"), first).status_code == 302
    refused = decide(sign_in("owner"), second)
    assert refused.status_code == 409
    assert f"In dispute {first} of this line" in refused.content.decode()
    assert approve(sign_in("executive"), first).status_code == 302
    refused = decide(sign_in("owner"), second, "partly accepted", agreed="1")
    assert refused.status_code == 409
    assert f"dispute {first} posted" in refused.content.decode()
    assert decide(sign_in("owner"), second, "rejected").status_code == 302
    assert [effect for _, _, effect, _ in posted()] == ["EUR 56.00"]


def test_what_waits_beside_a_posted_correction_of_the_line_is_sent_back_and_not_posted(sign_in: SignIn) -> None:
    first = opened(sign_in("finance"))
    assert decide(sign_in("owner"), first).status_code == 302
    second = twin_of(first)
    refused = approve(sign_in("executive"), first)
    assert refused.status_code == 409, "two wait, so neither is posted before the other is sent back"
    assert "sent back first" in refused.content.decode()
    assert posted() == []
    assert sign_in("executive").post("/do/return-line", {"dispute": second, "reason": "Twice."}).status_code == 302
    assert approve(sign_in("executive"), first).status_code == 302
    assert decide(sign_in("owner"), second).status_code == 409
    assert [effect for _, _, effect, _ in posted()] == ["EUR 56.00"]


def test_a_dispute_of_another_month_or_line_stands_in_nobodys_way(sign_in: SignIn, room_of: Any) -> None:
    number = corrected(sign_in)
    key = (CALLS["contract"], CALLS["partner"], CALLS["period"], CALLS["line"])
    found = room_of("owner").desk.corrections
    assert found.holding(*key).pk == number
    assert found.holding(*key, but=number) is None
    for at in range(4):
        assert found.holding(*key[:at], "another", *key[at + 1 :]) is None, key[at]


# ---- nothing is posted that the check no longer shows ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "status"), [("56.00", 302), ("56.01", 302), ("55.99", 409), ("0.00", 409), ("-56.00", 409)]
)
def test_what_the_check_shows_no_more_is_not_posted(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, now: str, status: int
) -> None:
    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    differing(monkeypatch, CALL=now)
    answer = approve(sign_in("executive"), number)
    assert answer.status_code == status
    if status == 302:
        assert len(posted()) == 1
        return
    assert posted() == []
    told = answer.content.decode()
    shown = now.replace("-", "\u2212")
    assert f"found EUR\u202f56.00 on this line when it was disputed and finds EUR\u202f{shown} now" in told
    assert "Send the decision back" in told


def test_after_a_corrected_invoice_the_decision_is_sent_back_and_made_by_the_new_figures(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    differing(monkeypatch, CALL="35.00")
    assert approve(sign_in("executive"), number).status_code == 409
    sent_back = {"dispute": number, "reason": "A corrected invoice came."}
    assert sign_in("executive").post("/do/return-line", sent_back).status_code == 302
    owner = sign_in("owner")
    refused = decide(owner, number)
    assert refused.status_code == 409
    assert "Accept a part that it still shows, or reject" in refused.content.decode()
    assert decide(owner, number, "partly accepted", agreed="35.01").status_code == 409
    assert decide(owner, number, "partly accepted", agreed="35").status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    assert [effect for _, _, effect, _ in posted()] == ["EUR 35.00"]


def test_a_line_whose_check_is_gone_is_rejected_and_not_posted(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.vocabulary.errors import NotFound
    from tallystick.web.desk import corrections

    def gone(*_given: Any) -> InvoiceCheck:
        raise NotFound("invoice of this month", "x")

    number = opened(sign_in("finance"))
    monkeypatch.setattr(corrections, "invoice_check_of", gone)
    assert decide(sign_in("owner"), number).status_code == 409
    assert decide(sign_in("owner"), number, "rejected").status_code == 302


def test_what_is_approved_is_the_check_that_stands_then(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.desk.ledger import Posting

    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    differing(monkeypatch, LINE="12.00")
    assert approve(sign_in("executive"), number).status_code == 302
    assert Posting.objects.get().of != Dispute.objects.get(pk=number).judging


# ---- who contests what -----------------------------------------------------------------------------------------------


def test_a_partners_dispute_that_is_accepted_posts_nothing_against_it(sign_in: SignIn) -> None:
    """The check says that Aurora billed EUR 56.00 too much; Aurora says that its calls are right."""
    from tallystick.web.desk.disputes import Dispute

    number = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), number).status_code == 302
    dispute = Dispute.objects.get(pk=number)
    assert (dispute.state, dispute.agreed, dispute.carrier) == ("accepted", "", "")
    assert approve(sign_in("executive"), number).status_code == 409
    assert "Approve the correction" not in sign_in("executive").get("/close").content.decode()
    for who in ("aurora", "auditor"):
        shown = sign_in(who).get(f"/dispute/{number}").content.decode()
        assert "the finding is settled in favour of Aurora Contact" in shown, who
        assert "waits for a second person" not in shown
    assert posted() == []


def test_a_partners_dispute_that_is_rejected_leaves_the_check_and_the_client_disputes_the_bill(
    sign_in: SignIn,
) -> None:
    number = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), number, "rejected").status_code == 302
    shown = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "the check stands, and Lumen Home can dispute the bill" in shown
    assert posted() == []
    corrected(sign_in)
    assert [effect for _, _, effect, _ in posted()] == ["EUR 56.00"]


@pytest.mark.parametrize(
    ("party", "amount", "told"),
    [
        ("", "56.00", [("56.00", "client"), ("56.00", "client"), (None, "partner")]),
        ("aurora", "56.00", [(None, "partner"), ("56.00", "client"), (None, "client")]),
        ("", "0.01", [("0.01", "client"), ("0.01", "client"), (None, "partner")]),
        ("aurora", "0.01", [(None, "partner"), ("0.01", "client"), (None, "client")]),
        ("", "-0.01", [("-0.01", "partner"), ("-0.01", "partner"), (None, "client")]),
        ("aurora", "-0.01", [("-0.01", "partner"), ("-0.01", "partner"), (None, "client")]),
        ("", "0.00", [(None, "nobody"), (None, "nobody")]),
        ("aurora", "0.00", [(None, "nobody"), (None, "nobody")]),
    ],
)
def test_each_decision_says_what_it_posts_and_in_whose_favour(
    room_of: Any, party: str, amount: str, told: list[tuple[str | None, str]]
) -> None:
    from tallystick.web.desk.corrections import _agreed
    from tallystick.web.desk.disputes import Dispute

    dispute = Dispute(line="charge:CALL", amount=amount, currency="EUR", party=party, partner="aurora")
    found = room_of("owner").desk.corrections.stakes(dispute)
    assert [(str(one.posts.amount) if one.posts else None, one.favours.value) for one in found] == told
    for one in found:
        if one.decision != "partly accepted":
            agreed = _agreed(room_of("owner"), dispute, {"decision": one.decision, "agreed": None})
            assert agreed == (str(one.posts.amount) if one.posts else ""), "what is told is what is done"
    assert room_of("owner").desk.corrections.stakes(Dispute(party=party)) == ()


@pytest.mark.parametrize(
    ("who", "contests", "words", "accepted", "kind"),
    [
        ("finance", "bill", "The bill: Lumen Home says that it is wrong.",
         BILL_ACCEPTED, "A line of an invoice is wrong"),
        ("aurora", "check", "The check: Aurora Contact says that its bill is right.",
         CHECK_ACCEPTED, "The check of a line is wrong"),
    ],
)  # fmt: skip
def test_forms_page_twin_and_pack_tell_who_contests_what_before_the_decision(
    sign_in: SignIn, who: str, contests: str, words: str, accepted: str, kind: str
) -> None:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    form = sign_in(who).get("/do/open-line-dispute", CALLS).content.decode()
    number = opened(sign_in(who))
    page = sign_in("owner").get(f"/dispute/{number}").content.decode()
    asked = sign_in("owner").get("/do/decide-line", {"dispute": number}).content.decode()
    for shown in (form, page, asked):
        assert words in shown
        assert accepted in shown
    assert kind in page
    twin = sign_in("aurora").get(f"/dispute/{number}.json").json()["line"]
    assert (twin["contests"], twin["contests_words"]) == (contests, words)
    assert [one["decision"] for one in twin["stakes"]] == ["accepted", "partly accepted", "rejected"]
    assert twin["stakes"][0]["words"] == accepted
    (line,) = sign_in(who).get("/invoices.json?partner=aurora&period=2026-05").json()["differences"]
    assert (line["dispute"]["contests"], line["dispute"]["contests_words"]) == (contests, words)
    query = "partner=aurora&period=2026-05&contract=lumen-aurora-telephone"
    book = CalamineWorkbook.from_filelike(BytesIO(sign_in(who).get(f"/invoices.xlsx?{query}").content))
    sums = {str(row[0]): row[1] for row in book.get_sheet_by_name("Sums").to_python() if len(row) > 1}
    by = {"finance": "Lumen Home", "aurora": "Aurora Contact"}[who]
    assert sums["Disputes"] == f"Calls answered, EUR 56.00: {by} against the {contests}, open"


def test_the_pack_tells_no_dispute_that_was_withdrawn(sign_in: SignIn, room_of: Any) -> None:
    from tallystick.web.invoice_checks import invoice_check_of
    from tallystick.web.pages.invoices import _contests

    first = opened(sign_in("finance"))
    assert sign_in("finance").post("/do/withdraw-dispute", {"dispute": first}).status_code == 302
    second = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), second, "partly accepted", agreed="41.5").status_code == 302
    room = room_of("finance")
    check = invoice_check_of(room, MAY["partner"], MAY["period"], MAY["contract"])
    assert [one.words for one in _contests(room, check)] == [
        "Calls answered, EUR 56.00: Aurora Contact against the check, partly accepted, EUR 41.50 agreed"
    ]


def test_an_accepted_dispute_of_a_partner_from_before_keeps_what_was_agreed(sign_in: SignIn) -> None:
    """An earlier version agreed to EUR 56.00 against the partner; a second person still has the word on it."""
    from tallystick.web.desk.disputes import Dispute

    number = opened(sign_in("aurora"))
    assert decide(sign_in("owner"), number).status_code == 302
    Dispute.objects.filter(pk=number).update(agreed="56.00", carrier="ledger")
    shown = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "Agreed: EUR\u202f56.00." in shown
    assert "settled in favour" not in shown
    assert approve(sign_in("executive"), number).status_code == 302
    assert [effect for _, _, effect, _ in posted()] == ["EUR 56.00"]


# ---- differences that cancel -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["finance", "aurora"])
def test_a_line_whose_differences_cancel_is_accepted_and_settled_without_a_posting(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    differing(monkeypatch, CALL="20000.00 -20000.00")
    number = opened(sign_in(who))
    assert "Accepted: nothing is posted" in sign_in("owner").get(f"/dispute/{number}").content.decode()
    refused = decide(sign_in("owner"), number, "partly accepted", agreed="5")
    assert refused.status_code == 409
    assert "no part to agree on" in refused.content.decode()
    assert decide(sign_in("owner"), number).status_code == 302
    shown = sign_in("aurora").get(f"/dispute/{number}").content.decode()
    assert "Nothing is posted: the differences of the line come to nothing together." in shown
    assert "waits for a second person" not in shown
    assert "Approve the correction" not in sign_in("executive").get("/close").content.decode()
    assert approve(sign_in("executive"), number).status_code == 409
    assert posted() == []


def test_an_agreed_amount_of_nothing_from_before_waits_for_nobody(sign_in: SignIn, room_of: Any) -> None:
    from tallystick.web.desk.disputes import Dispute

    number = opened(sign_in("finance"))
    for agreed, waits in (("0", False), ("0.00", False), ("0.01", True), ("-0.01", True)):
        Dispute.objects.filter(pk=number).update(state="accepted", agreed=agreed, decided_name="Mara")
        desk = room_of("executive").desk
        assert desk.corrections.waits(desk.disputes.one(number)) is waits, agreed
        assert (desk.corrections.waiting_for_me() != []) is waits, agreed


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


@pytest.mark.parametrize(
    "period", ["2026-13", "0000-01", "9999-12", "garbage", "", "2026-W10", "2026-Q1", "2026", "2026-05\x00"]
)
def test_a_period_that_no_page_offers_has_no_line_to_dispute(sign_in: SignIn, period: str) -> None:
    for who in ("finance", "aurora"):
        client = sign_in(who)
        assert client.get("/do/open-line-dispute", {**CALLS, "period": period}).status_code == 404, who
        sent = {**CALLS, **TYPED, "period": period, "judging": "0" * 64}
        assert client.post("/do/open-line-dispute", sent).status_code in (404, 422), who


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

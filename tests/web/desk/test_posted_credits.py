"""A price adjustment moves once: by closing its period, or by a dispute of the invoice line, and never by both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tallystick.billing.check.value import CheckedLine, Difference, InvoiceCheck
from tallystick.vocabulary.money import Money
from tests.web.desk._closings import bring_to, judge_again, own_verdicts, post, shared_verdicts
from tests.web.desk.test_corrections import approve, decide, opened, posted
from tests.web.desk.test_reversals import answer, propose

SignIn = Callable[..., Any]
# Borealis owes EUR 500.00 under CT2, and its invoice of May leaves the credit out.
MAY = ("lumen-borealis-telephone", "borealis", "2026-05")
CREDIT = {"contract": MAY[0], "partner": MAY[1], "period": MAY[2], "line": "credit:CT2"}
BY_CLOSING = ("price adjustment", "CT2", "EUR 500.00", None)
KNOWN = "The ledger has EUR\u202f500.00 of CT2 already, by entry 1 that closing the period posted."


@pytest.fixture
def rewritten(prepared: Any) -> Iterator[None]:
    """Verdicts that a test may add to."""
    before = own_verdicts()
    yield
    shared_verdicts(before)


def billed(monkeypatch: pytest.MonkeyPatch, amount: str) -> None:
    """Let the invoice have this for the credit, which should be EUR 500.00 below zero."""
    from tallystick.web.desk import _posted_credits, corrections

    honest = corrections.invoice_check_of

    def line_of(line: CheckedLine) -> CheckedLine:
        if line.key != CREDIT["line"] or line.expected is None:
            return line
        told = Money(Decimal(amount), line.difference.currency)
        differs = told - line.expected
        found = Difference("credit_sign", "credit", differs, says="x", formula="x", inserted="x")
        return replace(line, billed=told, difference=differs, differences=(found,) if differs.amount else ())

    def told(*given: Any) -> InvoiceCheck:
        check = honest(*given)
        return replace(check, lines=tuple(map(line_of, check.lines)))

    for module in (corrections, _posted_credits):
        monkeypatch.setattr(module, "invoice_check_of", told)


def effects() -> list[str]:
    return [effect for _, _, effect, _ in posted()]


def test_a_credit_that_closing_has_posted_is_not_posted_again_by_a_dispute_of_its_line(sign_in: SignIn) -> None:
    bring_to("closed", sign_in, MAY)
    assert posted() == [BY_CLOSING]
    assert KNOWN in sign_in("finance").get("/do/open-line-dispute", CREDIT).content.decode()
    number = opened(sign_in("finance"), CREDIT)
    page = sign_in("borealis").get(f"/dispute/{number}").content.decode()
    asked = sign_in("owner").get("/do/decide-line", {"dispute": number}).content.decode()
    for shown in (page, asked):
        assert f"{KNOWN} So a decision posts nothing more." in shown
        assert "Accepted: nothing is posted, because the ledger has the price adjustment already." in shown
        assert "lowers the fees" not in shown
    refused = decide(sign_in("owner"), number, "partly accepted", agreed="200")
    assert refused.status_code == 409
    assert KNOWN in refused.content.decode()
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 409
    assert posted() == [BY_CLOSING]
    page = sign_in("borealis").get(f"/dispute/{number}").content.decode()
    assert "Nothing is posted by this: the ledger had the price adjustment already." in page
    assert "waits for a second person" not in page


def test_what_was_agreed_before_the_period_was_closed_is_sent_back_and_not_posted(sign_in: SignIn) -> None:
    number = opened(sign_in("finance"), CREDIT)
    assert decide(sign_in("owner"), number).status_code == 302
    bring_to("closed", sign_in, MAY)
    assert KNOWN in sign_in("executive").get("/do/approve-correction", {"dispute": number}).content.decode()
    refused = approve(sign_in("executive"), number)
    assert refused.status_code == 409
    told = refused.content.decode()
    assert KNOWN in told
    assert "Send the decision back" in told
    assert posted() == [BY_CLOSING]


def test_a_period_is_not_closed_over_a_correction_that_has_moved_its_credit(sign_in: SignIn) -> None:
    number = opened(sign_in("finance"), CREDIT)
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    assert effects() == ["EUR 500.00"]
    bring_to("approved", sign_in, MAY)
    words = f"Dispute {number} of an invoice line has posted EUR\u202f500.00 for CT2 already, by entry 1"
    named = dict(zip(("contract", "partner", "period"), MAY, strict=True))
    assert words in sign_in("owner").get("/do/close-period", named).content.decode()
    refused = post(sign_in("owner"), "close-period", MAY)
    assert refused.status_code == 409
    assert words in refused.content.decode()
    assert effects() == ["EUR 500.00"]
    assert propose(sign_in("owner"), number).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    assert post(sign_in("owner"), "close-period", MAY).status_code == 302
    assert effects() == ["EUR 500.00", "EUR -500.00", "EUR 500.00"]
    second = opened(sign_in("finance"), CREDIT)
    assert decide(sign_in("owner"), second).status_code == 302
    assert approve(sign_in("executive"), second).status_code == 409
    assert len(effects()) == 3


def test_of_a_credit_that_was_added_to_the_bill_only_the_addition_is_posted_after_closing(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed(monkeypatch, "500.00")
    bring_to("closed", sign_in, MAY)
    number = opened(sign_in("finance"), CREDIT)
    asked = sign_in("owner").get("/do/decide-line", {"dispute": number}).content.decode()
    assert f"{KNOWN} So a decision posts at most EUR\u202f500.00 more." in asked
    assert "Accepted: EUR\u202f500.00 lowers the fees" in asked
    assert decide(sign_in("owner"), number, "partly accepted", agreed="500").status_code == 409
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    assert effects() == ["EUR 500.00", "EUR 500.00"]
    page = sign_in("borealis").get(f"/dispute/{number}").content.decode()
    assert KNOWN in page
    assert "So a decision posts" not in page


def test_a_credit_that_was_taken_off_twice_comes_back_once_closed_or_not(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed(monkeypatch, "-1000.00")
    number = opened(sign_in("borealis"), CREDIT)
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    bring_to("closed", sign_in, MAY)
    assert effects() == ["EUR -500.00", "EUR 500.00"]
    assert propose(sign_in("owner"), number).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    again = opened(sign_in("borealis"), CREDIT)
    assert decide(sign_in("owner"), again).status_code == 302
    assert approve(sign_in("executive"), again).status_code == 302
    assert effects() == ["EUR -500.00", "EUR 500.00", "EUR 500.00", "EUR -500.00"]


def test_a_bill_that_gives_less_than_closing_has_posted_is_not_corrected_in_the_ledger(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed(monkeypatch, "-200.00")
    bring_to("closed", sign_in, MAY)
    number = opened(sign_in("finance"), CREDIT)
    assert decide(sign_in("owner"), number).status_code == 302
    assert effects() == ["EUR 500.00"]


def test_a_credit_is_not_restated_over_a_correction_of_its_line(
    sign_in: SignIn, rewritten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    billed(monkeypatch, "500.00")
    bring_to("closed", sign_in, MAY)
    number = opened(sign_in("finance"), CREDIT)
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    judge_again("300.00", MAY, credit="CT2")
    assert post(sign_in("owner"), "propose-restatement", MAY, reason="Late rows").status_code == 302
    refused = post(sign_in("finance"), "approve-restatement", MAY, reason="Seen")
    assert refused.status_code == 409
    assert f"Dispute {number} of an invoice line has posted" in refused.content.decode()
    assert propose(sign_in("owner"), number).status_code == 302
    assert answer(sign_in("executive"), "approve").status_code == 302
    assert post(sign_in("finance"), "approve-restatement", MAY, reason="Seen").status_code == 302
    assert effects()[-2:] == ["EUR -500.00", "EUR 300.00"]


def test_a_partners_dispute_of_the_finding_that_is_accepted_leaves_what_closing_posted(sign_in: SignIn) -> None:
    bring_to("closed", sign_in, MAY)
    number = opened(sign_in("borealis"), CREDIT)
    shown = sign_in("owner").get(f"/dispute/{number}").content.decode()
    assert "Nothing is posted, and nothing is taken back." in shown
    assert decide(sign_in("owner"), number).status_code == 302
    assert posted() == [BY_CLOSING]


def test_other_lines_and_other_months_have_nothing_in_common_with_a_credit(sign_in: SignIn, room_of: Any) -> None:
    from tallystick.web.desk._posted_credits import left_of, posted_of
    from tallystick.web.desk.disputes import Dispute

    bring_to("closed", sign_in, MAY)
    room, told = room_of("owner"), {**CREDIT, "amount": "500.00", "currency": "EUR"}
    assert [one.number for one in posted_of(room, Dispute(**told))] == [1]
    for other in (
        {"line": "charge:CT2"}, {"line": "credit:CT1"}, {"period": "2026-04"}, {"contract": "lumen-borealis"},
        {"partner": "aurora"}, {"amount": "-500.00"},
    ):  # fmt: skip
        dispute = Dispute(**{**told, **other})
        assert posted_of(room, dispute) == (), other
        assert left_of(room, dispute) == dispute.disputed

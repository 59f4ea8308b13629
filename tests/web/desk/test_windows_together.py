"""Windows that close with one month: what closing them posts, and what a dispute of the invoice's credit posts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.contract.section import Term
from tallystick.web.refusal import NotNow
from tests.billing.windows import quarterly, weighted
from tests.web.desk._windows import CONTRACT, PARTNER, Windows

CUT = "2026-04-30"


def test_a_quarter_that_the_term_cuts_has_posted_the_credit_of_the_terms_last_month(tmp_path: Path, desk: Any) -> None:
    line = Windows(tmp_path / "home", quarterly(CUT), "2026-04")
    line.close("2026-Q2")
    assert line.posted() == [("2026-Q2", "price adjustment", "EUR 10.00")]
    dispute = line.dispute()
    assert "So a decision posts nothing more." in line.accept(dispute)
    with pytest.raises(NotNow):
        line.approve(dispute)
    assert line.posted() == [("2026-Q2", "price adjustment", "EUR 10.00")]


def test_a_quarter_that_the_term_cuts_is_not_closed_over_a_correction_of_its_last_months_credit(
    tmp_path: Path, desk: Any
) -> None:
    line = Windows(tmp_path / "home", quarterly(CUT), "2026-04")
    dispute = line.dispute()
    line.accept(dispute)
    line.approve(dispute)
    assert [kind for _, kind, _ in line.posted()] == ["invoice correction"]
    with pytest.raises(NotNow, match=f"Dispute {dispute.pk} of an invoice line has posted"):
        line.close("2026-Q2")
    assert len(line.posted()) == 1
    # The month itself posts nothing of that clause, so it closes.
    line.close("2026-04")


def alike(period: str, other: str, to_on: str) -> bool:
    from tallystick.web.desk._posted_credits import _Closings

    terms = {CONTRACT: Term.model_validate({"from": "2026-01-01", "to": to_on})} if to_on else {}
    room: Any = SimpleNamespace(books=SimpleNamespace(terms=terms, records=()))
    return _Closings(room, CONTRACT, PARTNER).alike(period, other)


@pytest.mark.parametrize(
    ("period", "other", "to_on"),
    [
        ("2026-03", "2026-Q1", "2026-12-31"),
        ("2026-06", "2026-Q2", ""),
        ("2026-06", "2026-Q2", "2026-06-30"),
        ("2026-04", "2026-Q2", CUT),
        ("2026-04", "2026-Q2", "2026-04-01"),
        ("2026-05", "2026-Q2", "2026-05-01"),
        ("2026", "2026-Q2", "2026-04-15"),
        ("2026-03", "2026-Q1", CUT),
        ("2026-07", "2026-07", CUT),
    ],
)
def test_windows_close_together_on_the_same_last_day_within_the_term(period: str, other: str, to_on: str) -> None:
    assert alike(period, other, to_on)
    assert alike(other, period, to_on)


@pytest.mark.parametrize(
    ("period", "other", "to_on"),
    [
        ("2026-04", "2026-Q2", ""),
        ("2026-04", "2026-Q2", "2026-12-31"),
        ("2026-04", "2026-Q2", "2026-05-01"),
        ("2026-06", "2026-Q2", CUT),
        ("2026-05", "2026-06", CUT),
        ("2026-04", "2026-05", CUT),
        ("2026-03", "2026-04", CUT),
    ],
)
def test_windows_that_end_on_other_days_or_after_the_term_stand_apart(period: str, other: str, to_on: str) -> None:
    assert not alike(period, other, to_on)
    assert not alike(other, period, to_on)


def test_where_a_contracts_text_is_gone_the_term_is_that_of_the_kept_one(tmp_path: Path, desk: Any) -> None:
    from tallystick.web.desk._posted_credits import _Closings

    line = Windows(tmp_path / "home", quarterly(CUT), "2026-04")
    (line.root / "contracts" / "aurora.yaml").unlink()
    room = line.story.room(line.owner)
    assert CONTRACT not in room.books.terms
    closes = _Closings(room, CONTRACT, PARTNER)
    assert closes.alike("2026-04", "2026-Q2")
    assert not closes.alike("2026-03", "2026-Q2")


def test_a_credit_of_a_quarter_alone_is_posted_once_though_its_months_are_not_judged(tmp_path: Path, desk: Any) -> None:
    """The month's check is found because the partner has another contract that is judged then."""
    from tallystick.web.desk._posted_credits import posted_of
    from tallystick.web.desk.disputes import Dispute

    line = Windows(tmp_path / "home", quarterly(CUT), "2026-04")
    line.close("2026-Q2")
    for judging in (line.root / "verdicts" / CONTRACT / PARTNER / "2026-04").glob("*.json"):
        judging.unlink()
    room = line.story.room(line.owner)
    assert "2026-04" not in {one.period for one in room.books.records}
    dispute = Dispute(**line.key, period="2026-04", line="credit:C1", amount="11.10", currency="EUR")
    with room.opened():
        assert [one.journal.period for one in posted_of(room, dispute)] == ["2026-Q2"]


def test_a_dispute_of_what_two_windows_grant_posts_what_closing_one_of_them_has_left(tmp_path: Path, desk: Any) -> None:
    """The invoice should have EUR 4.84 for the month and as much for the quarter; the quarter has posted EUR 5.00."""
    line = Windows(tmp_path / "home", weighted(), "2026-03")
    line.close("2026-Q1")
    dispute = line.dispute()
    assert str(dispute.disputed) == "EUR 9.68"
    assert "So a decision posts at most EUR\u202f4.68 more." in line.accept(dispute)
    line.approve(dispute)
    assert line.posted() == [
        ("2026-Q1", "price adjustment", "EUR 5.00"), ("2026-03", "invoice correction", "EUR 4.68"),
    ]  # fmt: skip
    with pytest.raises(NotNow, match=f"Dispute {dispute.pk} of an invoice line has posted"):
        line.close("2026-03")


def test_a_dispute_of_what_two_windows_grant_posts_nothing_once_both_are_closed(tmp_path: Path, desk: Any) -> None:
    line = Windows(tmp_path / "home", weighted(), "2026-03")
    line.close("2026-Q1")
    line.close("2026-03")
    assert "So a decision posts nothing more." in line.accept(line.dispute())
    assert [kind for _, kind, _ in line.posted()] == ["price adjustment"] * 2


def test_of_two_windows_credits_the_one_that_a_bill_leaves_out_is_posted_once(tmp_path: Path, desk: Any) -> None:
    line = Windows(tmp_path / "home", weighted(), "2026-03", "4.84")
    dispute = line.dispute()
    line.accept(dispute)
    line.approve(dispute)
    assert line.posted() == [("2026-03", "invoice correction", "EUR 4.84")]
    with pytest.raises(NotNow, match="already, by entry 1"):
        line.close("2026-Q1")


def test_what_a_bill_leaves_out_of_two_windows_credits_is_covered_by_closing_one_of_them(
    tmp_path: Path, desk: Any
) -> None:
    """EUR 4.84 are missing on the bill and closing has posted 5.00; the month still posts its own."""
    line = Windows(tmp_path / "home", weighted(), "2026-03", "4.84")
    line.close("2026-Q1")
    assert "So a decision posts nothing more." in line.accept(line.dispute())
    line.close("2026-03")
    assert [effect for _, _, effect in line.posted()] == ["EUR 5.00", "EUR 5.00"]


def test_what_two_windows_grant_is_posted_whole_by_a_dispute_and_by_no_closing_after_it(
    tmp_path: Path, desk: Any
) -> None:
    line = Windows(tmp_path / "home", weighted(), "2026-03")
    dispute = line.dispute()
    line.accept(dispute)
    line.approve(dispute)
    assert line.posted() == [("2026-03", "invoice correction", "EUR 9.68")]
    for period in ("2026-03", "2026-Q1"):
        with pytest.raises(NotNow, match="already, by entry 1"):
            line.close(period)


def test_of_a_credit_that_was_added_to_the_bill_a_window_that_is_not_closed_is_left_too(
    tmp_path: Path, desk: Any
) -> None:
    """EUR 4.84 were added in place of 9.68 taken off: 14.52 too much, of which the quarter has posted 5.00."""
    line = Windows(tmp_path / "home", weighted(), "2026-03", "-4.84")
    line.close("2026-Q1")
    dispute = line.dispute()
    assert str(dispute.disputed) == "EUR 14.52"
    assert "at most EUR\u202f9.52 more" in line.accept(dispute)

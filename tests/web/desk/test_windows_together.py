"""Windows that close with one month: what closing them posts, and what a dispute of the invoice's credit posts."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.contract.section import Term
from tallystick.web.refusal import NotNow
from tests.web.desk._windows import CONTRACT, PARTNER, Windows, quarterly

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

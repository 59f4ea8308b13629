"""Credits as an append-only ledger."""

from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.verdicts.ledger import CreditDue, Ledger
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.money import Money


def due(amount: str, clause: str = "C1", verdict: str = "v1") -> CreditDue:
    return CreditDue("lumen-aurora", "aurora", "2026-03", clause, verdict, Money(Decimal(amount), "EUR"))


def test_posting_twice_appends_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    assert len(ledger.post([due("2500")], "2026-04-05T00:00:00Z")) == 1
    assert ledger.post([due("2500")], "2026-05-05T00:00:00Z") == []
    assert len(ledger.entries()) == 1


def test_a_restated_credit_reverses_the_old_entry_and_posts_a_new_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.post([due("2500")], "2026-04-05T00:00:00Z")
    added = ledger.post([due("1000", verdict="v2")], "2026-05-05T00:00:00Z")
    assert [entry.reverses for entry in added] == [1, None]
    assert added[0].debit == added[1].credit == "price adjustment:aurora"
    assert ledger.total("lumen-aurora", "aurora", ["2026-03"], "EUR") == Money(Decimal(1000), "EUR")


def test_a_credit_that_falls_to_zero_is_only_reversed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.post([due("2500")], "2026-04-05T00:00:00Z")
    added = ledger.post([due("0", verdict="v2")], "2026-05-05T00:00:00Z")
    assert [entry.reverses for entry in added] == [1]
    assert ledger.post([due("0", verdict="v2")], "2026-05-05T00:00:00Z") == []
    assert ledger.post([due("70", verdict="v3")], "2026-06-05T00:00:00Z")[0].amount.amount == 70
    assert ledger.total("lumen-aurora", "aurora", ["2026-03"], "EUR").amount == 70


def test_a_changed_line_is_named(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.post([due("2500"), due("10", "C2"), due("20", "C3")], "2026-04-05T00:00:00Z")
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b'"amount":"10"', b'"amount":"90"'))
    with pytest.raises(IntegrityError, match="entry 3 does not follow"):
        ledger.entries()


def test_the_label_says_price_adjustment_and_never_penalty(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.post([due("2500")], "2026-04-05T00:00:00Z")
    text = ledger.path.read_text(encoding="utf-8")
    assert "price adjustment" in text
    assert "penalty" not in text

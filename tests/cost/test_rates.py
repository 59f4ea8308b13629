"""What a unit of one currency costs in another: as a contract of the folder names it, or the other way round."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from tallystick.cost.month import Price
from tallystick.cost.rates import rates_between
from tests.billing.desk import TEXT

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
NAMED = """
series:
  dollar: {title: ECB, values: {2026-03: 0.92, 2026-04: 0.90}}
billing:
  currencies: {USD: {series: dollar}}
"""


def folder(root: Path, euro: str, dollar: str) -> list[Path]:
    """A contract in euros with Aurora and one in dollars with Cordoba, each with its own words on currencies."""
    root.mkdir()
    head = TEXT.partition("billing:")[0]
    other = head.replace("contract: line", "contract: south").replace(
        "id: aurora, name: Aurora", "id: cordoba, name: C"
    )
    (root / "a.yaml").write_text(head + euro, encoding="utf-8")
    (root / "b.yaml").write_text(other.replace("currency: EUR", "currency: USD") + dollar, encoding="utf-8")
    return [root / "a.yaml", root / "b.yaml"]


def test_a_contract_in_the_currency_names_the_rate_of_each_month(tmp_path: Path) -> None:
    texts = folder(tmp_path / "x", NAMED, "")
    wanted = [("USD", "2026-03"), ("USD", "2026-04"), ("USD", "2026-05"), ("CHF", "2026-03")]
    found = rates_between(tmp_path, texts, ["aurora", "cordoba"], wanted, "EUR", AS_OF)
    assert found == {
        ("USD", "2026-03"): Price(Fraction("0.92"), "price of one USD in EUR (dollar of line)"),
        ("USD", "2026-04"): Price(Fraction("0.9"), "price of one USD in EUR (dollar of line)"),
    }


def test_else_the_rate_that_the_other_contract_names_is_turned_round(tmp_path: Path) -> None:
    texts = folder(tmp_path / "x", "", NAMED.replace("USD", "EUR"))
    found = rates_between(tmp_path, texts, ["aurora", "cordoba"], [("USD", "2026-03")], "EUR", AS_OF)
    assert found["USD", "2026-03"].value == 1 / Fraction("0.92")
    assert found["USD", "2026-03"].words.startswith("1 / price of one EUR in USD")


def test_where_nobody_names_one_there_is_none(tmp_path: Path) -> None:
    texts = folder(tmp_path / "x", "", "")
    assert rates_between(tmp_path, texts, ["aurora", "cordoba"], [("USD", "2026-03")], "EUR", AS_OF) == {}

"""What a unit of one currency costs in another: as a contract of the folder names it, or the other way round."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from tallystick.cost.month_inputs import Price
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


def test_a_rate_counts_only_in_the_currency_of_the_contract_that_names_it(tmp_path: Path) -> None:
    """The contract in dollars knows the franc, in dollars; the one in euros names no rate at all."""
    texts = folder(tmp_path / "x", "", NAMED.replace("USD", "CHF"))
    assert rates_between(tmp_path, texts, ["aurora", "cordoba"], [("CHF", "2026-03")], "EUR", AS_OF) == {}
    assert ("CHF", "2026-03") in rates_between(
        tmp_path, texts, ["aurora", "cordoba"], [("CHF", "2026-03")], "USD", AS_OF
    )


def test_a_month_goes_by_the_text_in_force_on_its_first_day(tmp_path: Path) -> None:
    """From April on another series; the term begins in the middle of February, and that month is its text's too."""
    changed = NAMED.replace("2026-03: 0.92", "2026-02: 0.93, 2026-03: 0.92") + """amendments:
  - id: AM9
    effective: 2026-04-01
    title: Rates
    changes: [{series: dollar, set: {values: {2026-02: 0.83, 2026-03: 0.82, 2026-04: 0.80}}}]
"""  # fmt: skip
    texts = folder(tmp_path / "x", changed, "")
    path = texts[0]
    path.write_text(path.read_text(encoding="utf-8").replace("from: 2026-03-01, to", "from: 2026-02-15, to"), "utf-8")
    wanted = [("USD", month) for month in ("2026-02", "2026-03", "2026-04")]
    found = rates_between(tmp_path, texts, ["aurora", "cordoba"], wanted, "EUR", AS_OF)
    assert {month: str(price.value) for (_, month), price in found.items()} == {
        "2026-02": "93/100", "2026-03": "23/25", "2026-04": "4/5"}  # fmt: skip

"""The client's books of the shipped example: what was planted there is what each partner's year costs."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tallystick.cost.comparison import Hidden, hidden_trend
from tallystick.cost.gather import costs_of
from tests.journeys.command_line import Answer, tally


@pytest.fixture(scope="module")
def home(example: tuple[Path, Answer]) -> Path:
    return example[0]


@pytest.fixture(scope="module")
def expected(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((home / "raw" / "expected.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def years(home: Path, expected: dict[str, Any]) -> dict[str, Hidden]:
    as_of = datetime.fromisoformat(expected["as_of"])
    texts = sorted((home / "contracts").glob("*.yaml"))
    months = [str(month) for month in expected["months"]]
    return {
        row["partner"]: hidden_trend(
            [one.cost for one in costs_of(home, texts, row["partner"], months, as_of, counts=False)]
        )[0]
        for row in expected["books"]
    }


def test_each_year_costs_what_the_generator_wrote_into_the_books(
    years: dict[str, Hidden], expected: dict[str, Any]
) -> None:
    for row in expected["books"]:
        year = years[row["partner"]]
        assert year.currency == row["currency"]
        assert sum(Fraction(total.amount) for _, _, total, _, _ in year.points if total) == Fraction(row["in_all"])
        assert year.share == Fraction(row["hidden"]) / Fraction(row["in_all"])


def test_the_cheap_rate_is_the_dear_partner(years: dict[str, Hidden]) -> None:
    """Borealis bills 5,500 a month less than Aurora, and costs more in all."""
    totals = {
        name: sum(Fraction(total.amount) for _, _, total, _, _ in year.points if total) for name, year in years.items()
    }
    assert totals["borealis"] > totals["aurora"]
    shares = {name: year.share or Fraction(0) for name, year in years.items()}
    assert shares["borealis"] > Fraction(1, 4)
    assert max(shares["aurora"], shares["cordoba"]) < Fraction(1, 10)


def test_the_price_of_a_resolution_stands_beside_its_count(home: Path, expected: dict[str, Any]) -> None:
    answer = tally("cost", "--partner", "borealis", "--month", "2026-03", "--home", home, "--as-of", expected["as_of"],
                   "--json")  # fmt: skip
    (month,) = answer.json["months"]
    assert month["resolutions"]["value"] > 100
    total = Fraction(month["total"]["amount"])
    assert Fraction(month["per_resolution"]) == total / month["resolutions"]["value"]
    assert {line["basis"] for line in month["lines"]} == {"booked"}

"""The client's books of the shipped example: what was planted there is what each partner's year costs."""

from __future__ import annotations

import csv
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


def written(home: Path, expected: dict[str, Any], partner: str) -> tuple[Fraction, Fraction]:
    """What a partner's year costs and what of it is hidden, from the generator's own files and truths."""
    (books,) = [row for row in expected["books"] if row["partner"] == partner]
    with (home / "raw" / "in" / "client" / "lumen-costs.csv").open(encoding="utf-8") as file:
        beside = sum(Fraction(row["amount"]) for row in csv.DictReader(file) if row["partner"] == partner)
    months = [row for row in expected["floor"]["invoices"] if row["partner"] == partner]
    billed = sum(Fraction(row["billed"]) for row in months)
    told = [error.split(": ") for row in months for error in row["errors"]]
    off_card = sum(Fraction(amount) for name, amount in told if name == "unauthorised line")
    return books["in_all"] + billed + beside, books["hidden"] + beside + off_card


def test_each_year_costs_what_the_generator_wrote_into_the_books_and_the_invoices(
    home: Path, years: dict[str, Hidden], expected: dict[str, Any]
) -> None:
    """The care contracts stand in the books, their telephone annexes in invoices; what no price names is hidden."""
    for row in expected["books"]:
        year = years[row["partner"]]
        in_all, hidden = written(home, expected, row["partner"])
        assert year.currency == row["currency"]
        assert sum(Fraction(total.amount) for _, _, total, _, _ in year.points if total) == in_all
        assert year.share == hidden / in_all


def test_the_cheap_rate_is_the_dear_partner(home: Path, expected: dict[str, Any]) -> None:
    """Borealis bills 5,500 a month less than Aurora, and costs more in all."""
    found = {row["partner"]: written(home, expected, row["partner"]) for row in expected["books"]}
    assert found["borealis"][0] > found["aurora"][0]
    on_top = {name: hidden / (in_all - hidden) for name, (in_all, hidden) in found.items()}
    assert on_top["borealis"] > Fraction(1, 4)
    assert max(on_top["aurora"], on_top["cordoba"]) < Fraction(1, 10)


def test_the_price_of_a_resolution_stands_beside_its_count(home: Path, expected: dict[str, Any]) -> None:
    answer = tally("cost", "--partner", "borealis", "--month", "2026-03", "--home", home, "--as-of", expected["as_of"],
                   "--json")  # fmt: skip
    (month,) = answer.json["months"]
    assert month["resolutions"]["value"] > 100
    total = Fraction(month["total"]["amount"])
    assert Fraction(month["per_resolution"]) == total / month["resolutions"]["value"]
    assert {line["basis"] for line in month["lines"]} == {"booked"}


def test_a_line_that_no_price_names_is_told(home: Path, expected: dict[str, Any]) -> None:
    answer = tally("cost", "--partner", "aurora", "--month", "2026-06", "--home", home, "--as-of", expected["as_of"])
    assert "TS-K001" in answer.err
    assert "Surcharge for system changes" in answer.err

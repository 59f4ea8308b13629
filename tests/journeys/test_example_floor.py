"""The telephone lines of the shipped example: what was planted there is found, by figure, verdict and name.

What an honest assessment must find stands in `expected.yaml`, written by a generator that knows nothing of the product.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tallystick.verdicts.store import VerdictStore
from tests.journeys.command_line import Answer, tally


@pytest.fixture(scope="module")
def home(example: tuple[Path, Answer]) -> Path:
    return example[0]


@pytest.fixture(scope="module")
def expected(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load((home / "raw" / "expected.yaml").read_text("utf-8"))
    return found


def planted(expected: dict[str, Any], what: str) -> dict[str, Any]:
    (found,) = [one for one in expected["floor"]["planted"] if one["what"] == what]
    return dict(found)


def test_calls_in_time_given_up_and_asked_about_equal_the_generators_own_counts(
    home: Path, expected: dict[str, Any]
) -> None:
    values = {(one.partner, one.clause, one.period): one.value for one in VerdictStore(home / "verdicts").newest()}
    for row in expected["floor"]["calls"]:
        counts = {
            "T1": [row["in_time"], row["offered"]],
            "T2": [row["abandoned"], row["offered"]],
            "T4": [row["surveyed"], row["answered"]],
        }
        for clause, wanted in counts.items():
            value = values[row["partner"], clause, row["period"]]
            assert value is not None
            assert [value.numerator, value.denominator] == wanted, (row, clause)


def test_gaming_is_found_where_it_was_planted_and_nowhere_else(home: Path, expected: dict[str, Any]) -> None:
    found = set()
    for month in expected["months"]:
        for looked in tally("integrity", "--period", month, "--json", "--home", home).json:
            for pattern in looked["patterns"]:
                if pattern["state"] == "found":
                    found.add((looked["partner"], looked["period"], pattern["pattern"]))
    assert found == {(one["partner"], one["period"], one["pattern"]) for one in expected["floor"]["gaming"]}


def test_the_ghost_is_named_with_its_reasons(home: Path, expected: dict[str, Any]) -> None:
    ghost = planted(expected, "ghost agent")
    told = tally(
        "integrity", "--partner", ghost["partner"], "--period", "2026-06", "--pattern", "ghost_agents", "--home", home
    ).out
    assert ghost["agent"] in told
    assert "after the agent's last day" in told


def test_the_evening_without_its_shift_is_the_partners_to_answer_for(home: Path, expected: dict[str, Any]) -> None:
    evening = planted(expected, "understaffed evening")
    answer = tally(
        "staffing", "--partner", evening["partner"], "--period", evening["day"][:7], "--json", "--home", home
    )
    below = [one for one in answer.json["intervals_short"] if one["cause"] == "partner below its own roster"]
    that_evening = [one for one in below if one["started_at"].startswith(evening["day"])]
    assert len(that_evening) >= 4
    assert len(that_evening) > len(below) / 2


def test_the_week_whose_forecast_came_too_late_is_shown_with_and_without_it(
    home: Path, expected: dict[str, Any]
) -> None:
    week = planted(expected, "late forecast")
    explained = tally("explain", f"{week['partner']}/T1/2026-06", "--json", "--rows", "1", "--home", home).json
    assert explained["verdict"]["outcome"] == "missed"
    relief = explained["verdict"]["relief"]
    assert (relief["requested"], relief["agreed"]) == (["R1"], [])
    assert (relief["outcome_without"], relief["outcome_with"]) == ("missed", "met")


def test_each_error_of_an_invoice_is_found_to_the_cent_and_clean_ones_agree(
    home: Path, expected: dict[str, Any]
) -> None:
    from datetime import UTC, datetime

    from tallystick.billing.check.gathering import invoice_check
    from tallystick.verdicts.promise import known_on, promise_of, texts_at

    as_of, families = datetime(2026, 7, 6, 6, tzinfo=UTC), {"credit missing": "credit"}
    for row in expected["floor"]["invoices"]:
        texts = texts_at(home / "contracts" / f"lumen-{row['partner']}-telephone.yaml")
        checked = invoice_check(home, promise_of(texts, row["partner"], known_on(as_of)), row["period"], as_of)
        assert checked.checked
        assert [f"{sums.amount:.2f}" for sums in (checked.billed_total, checked.expected_total)] == [
            row["billed"], row["agreed"],
        ]  # fmt: skip
        planted = [
            (families.get(name, name), amount) for name, _, amount in (one.partition(": ") for one in row["errors"])
        ]
        assert [(one.family, f"{one.amount.amount:.2f}") for _, one in checked.differences] == planted, row

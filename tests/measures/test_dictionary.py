"""The dictionary in the docs is the one of the code: each number has its KPIs or the reason why there is none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tallystick.measures.dictionary import (
    ENTRIES,
    NOT_BUILT,
    USERS,
    entry,
    measures_by_number,
    numbers,
    users_of,
    why_missing,
)
from tallystick.measures.measure import catalogue
from tallystick.measures.reference import pages

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "kpi" / "dictionary.md"
ROW = re.compile(r"^\| (K\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str, str]]:
    """The rows of the written page by number."""
    return {row[0]: (row[1], row[2], row[3]) for row in ROW.findall(PAGE.read_text(encoding="utf-8"))}


def test_the_docs_list_every_number_in_order_with_its_name_and_users(rows: dict[str, tuple[str, str, str]]) -> None:
    assert list(rows) == numbers() == [f"K{place}" for place in range(1, 101)]
    for number, (name, _, users) in rows.items():
        assert name == entry(number).name
        assert tuple(users.split(", ")) == entry(number).users


def test_the_docs_name_the_kpis_that_the_code_has_and_no_other(rows: dict[str, tuple[str, str, str]]) -> None:
    for number, names in measures_by_number().items():
        told = rows[number][1]
        assert re.findall(r"\]\((\w+)\.md\)", told) == names
        assert names or told == why_missing(number)


def test_every_kpi_of_the_code_has_a_number_of_the_dictionary() -> None:
    carried = [name for names in measures_by_number().values() for name in names]
    assert sorted(carried) == sorted(catalogue())


def test_a_reason_stands_only_where_no_kpi_does() -> None:
    """A KPI that comes takes the reason for its absence away."""
    stale = [number for number, names in measures_by_number().items() if names and entry(number).missing]
    assert stale == []


def test_every_number_is_used_by_somebody_and_every_user_uses_something() -> None:
    used = {user for one in ENTRIES for user in one.users}
    assert used == set(USERS)
    assert all(one.users for one in ENTRIES)
    assert len({one.name for one in ENTRIES}) == len(ENTRIES)


def test_the_card_of_a_kpi_says_who_uses_it() -> None:
    made = pages()
    for name, measure in catalogue().items():
        card = made[f"{name}.md"]
        assert "## Who uses it" in card
        for user in users_of(measure.source):
            assert f"- {user[0].upper()}{user[1:]}." in card
        assert measure.section("Variants") in card


def test_a_number_outside_the_dictionary_has_no_entry_and_no_users() -> None:
    for wrong in ("K0", "K101", "K999", "S1", "K", "63"):
        with pytest.raises(KeyError):
            entry(wrong)
        assert users_of(wrong) == []


def test_a_number_without_a_kpi_and_without_a_reason_is_not_built_yet() -> None:
    assert {why_missing(number) for number in numbers() if not entry(number).missing} == {NOT_BUILT}
    assert why_missing("K66").startswith("Simulated rather than counted")

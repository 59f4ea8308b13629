"""A LongTable answers as a Table of the same rows does."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from tallystick.web.long_table import LongTable, long_table
from tallystick.web.table import PAGE_ROWS, Cell, Column, Table

COLUMNS = (
    Column("name", "Name"),
    Column("seconds", "Seconds", number=True),
    Column("place", "Place"),
    Column("at", "At"),
)


def both(count: int, seed: int = 7) -> tuple[LongTable, Table]:
    chance = random.Random(seed)  # noqa: S311
    rows = [
        {
            "name": f"{chance.choice('abcABC')}{chance.randrange(40)}",
            "seconds": chance.choice([None, 0, 5, 90, 86_400, -3]),
            "place": chance.choice(["met", "missed", "excluded: spam", "=1+1"]),
            "at": chance.choice([None, datetime(2026, 3, 29, 0, 59, 59, chance.randrange(10) * 100_000, UTC)]),
        }
        for _ in range(count)
    ]

    def write(row: Any) -> dict[str, Cell]:
        return {name: Cell(value) for name, value in row.items()}

    kinds = {"name": pa.string(), "seconds": pa.int64(), "place": pa.string(), "at": pa.timestamp("us", "UTC")}
    data = pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))
    long = long_table("cases", "Cases", COLUMNS, data, write, searched=("name", "place"), exact="place")
    return long, Table("cases", "Cases", COLUMNS, [write(row) for row in rows])


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 333])
@pytest.mark.parametrize("sort", ["", "name", "-name", "seconds", "-seconds", "place", "at", "no-such-column"])
@pytest.mark.parametrize("page", ["", "1", "2", "7", "0", "-1", "9" * 30, "x"])
def test_sorted_and_paged_it_is_the_table_of_the_same_rows(count: int, sort: str, page: str) -> None:
    long, table = both(count)
    query = {"cases.sort": sort, "cases.page": page}
    mine, theirs = long.asked(query), table.asked(query)
    assert (mine.total, mine.page, mine.pages, mine.sort) == (theirs.total, theirs.page, theirs.pages, theirs.sort)
    if not sort.startswith("-"):
        assert list(mine.rows) == list(theirs.rows)
    else:
        # Where values are equal, the one list keeps them as they stood and the other turns them round.
        key = sort[1:]
        assert [str(row[key].value).lower() for row in mine.rows] == [
            str(row[key].value).lower() for row in theirs.rows
        ]


@pytest.mark.parametrize("words", ["a", "MISSED", "spam", "b1", "=", "%", "\\", "nothing like it"])
def test_a_search_finds_what_a_table_finds(words: str) -> None:
    long, table = both(200)
    found = long.asked({"cases.q": words}, paged=False)
    wanted = [
        row for row in table.rows if any(words.lower() in str(row[name].value).lower() for name in ("name", "place"))
    ]
    assert list(found.rows) == wanted
    assert found.total == len(wanted)


def test_one_place_can_be_asked_for_exactly() -> None:
    long, table = both(200)
    found = long.asked({"cases.place": "met"}, paged=False)
    assert found.total == sum(1 for row in table.rows if row["place"].value == "met")
    assert {row["place"].value for row in found.rows} == {"met"}
    assert long.asked({"cases.place": "no such place"}).total == 0


def test_twins_hold_every_row_whatever_page_is_shown() -> None:
    long, table = both(PAGE_ROWS * 3 + 1)
    assert long.as_json()["rows"] == table.as_json()["rows"]
    assert long.asked({"cases.page": "2"}, paged=False).as_csv() == table.as_csv()
    page = {"cases.page": "2", "cases.sort": "name"}
    assert long.asked(page).as_csv() == table.asked(page).as_csv()
    assert long.asked(page).as_json() == table.asked(page).as_json()


@pytest.mark.long
def test_twins_of_a_long_list_are_made_piece_by_piece_in_bounded_memory() -> None:
    import json
    import tracemalloc

    from tallystick.web.page import is_long, twin_parts

    many = 230_000
    data = pa.table({"name": [f"n{at}" for at in range(many)], "seconds": range(many)})
    shown = long_table("cases", "Cases", COLUMNS[:2], data, lambda row: {name: Cell(one) for name, one in row.items()})
    for parts in (
        lambda: shown.asked({}, paged=False).csv_parts(),
        lambda: twin_parts({"cases": shown, "about": {"a": 1}}),
    ):
        tracemalloc.start()
        size = sum(len(part) for part in parts())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert size > 2_000_000
        assert peak < size / 2, "the whole list stood in memory"
    whole = json.loads("".join(twin_parts({"cases": shown, "about": {"a": 1}})))
    assert whole["about"] == {"a": 1}
    assert whole["cases"]["total"] == many
    assert whole["cases"]["rows"][-1] == {"name": f"n{many - 1}", "seconds": many - 1}
    assert is_long({"cases": shown})
    assert not is_long({"cases": both(100)[0]})


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_twin_in_pieces_is_the_twin(count: int) -> None:
    import json

    from tallystick.reports.markup import Markup
    from tallystick.web.page import twin, twin_parts

    long, table = both(count)
    for gathered in ({"cases": long, "drawing": Markup("<svg/>"), "b": [1, "ä"]}, {"table": table}, {}):
        assert json.loads("".join(twin_parts(gathered))) == json.loads(json.dumps(twin(gathered)))

"""Rows added up by cell: codes of words, gaps, exclusions and large sums."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from tallystick.measures import by_cell
from tallystick.measures.by_cell import NO_VALUE, AddedRows, placed
from tallystick.measures.engine import Sums, prepared
from tallystick.measures.measure import Word


def test_an_empty_text_and_no_text_are_one_cell_and_cells_come_in_order() -> None:
    queue = pa.chunked_array([["tech", None], ["", "billing"]])
    found = placed({"queue": [queue]}, 4)
    assert found.cells == [(("queue", NO_VALUE),), (("queue", "billing"),), (("queue", "tech"),)]
    assert found.places.tolist() == [2, 0, 0, 1]


def test_where_the_owner_at_due_is_missing_the_next_owner_stands_in() -> None:
    due = pa.chunked_array([pa.array(["aurora", None, None]).dictionary_encode()])
    stop = pa.chunked_array([["nobody", "borealis", None]])
    start = pa.chunked_array([["nobody", "nobody", "aurora"]])
    found = placed({"partner": [due, stop, start]}, 3)
    assert [found.cells[at] for at in found.places] == [
        (("partner", name),) for name in ("aurora", "borealis", "aurora")
    ]


def test_dates_without_neighbours_and_without_a_value_are_cells_of_their_own() -> None:
    week = pa.chunked_array([pa.array([date(2026, 3, 2), None, date(2026, 3, 16)], pa.date32())])
    month = pa.chunked_array([pa.array([202603, 202603, None], pa.int32())])
    found = placed({"week": [week], "month": [month]}, 3)
    assert [found.cells[at] for at in found.places] == [
        (("month", "2026-03"), ("week", "2026-03-02")),
        (("month", "2026-03"), ("week", NO_VALUE)),
        (("month", NO_VALUE), ("week", "2026-03-16")),
    ]


def test_cells_are_the_same_however_few_combinations_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    columns = {
        name: [pa.chunked_array([[f"{name} {value:02d}" for value in rng.integers(0, 40, 200)]])]
        for name in ("agent", "day", "queue")
    }
    found = placed(columns, 200)
    monkeypatch.setattr(by_cell, "COMBINATIONS", 10)
    again = placed(columns, 200)
    assert again.cells == found.cells == sorted(found.cells)
    assert again.places.tolist() == found.places.tolist()


def test_codes_without_a_row_lead_to_no_cell() -> None:
    queue = pa.chunked_array([["a", "b", "a", "c"]])
    language = pa.chunked_array([["de", "en", "de", "en"]])
    found = placed({"queue": [queue], "language": [language]}, 4)
    assert found.cells == [(("language", "de"), ("queue", "a")), *((("language", "en"), ("queue", x)) for x in "bc")]
    assert found.size == 6
    assert [found.of_cells.tolist().index(code) for code in found.codes.tolist()] == found.places.tolist()
    many = [pa.chunked_array([[f"{place:02d}" for place in range(20)]])]
    assert placed({"agent": many, "day": many}, 20).size == 20


def test_rows_that_are_not_meant_are_in_no_number() -> None:
    table = pa.table(
        {
            "queue": ["tech", "tech", "billing", "tech"],
            "excluded": [None, "spam", None, "spam"],
            "n": [True, True, True, True],
            "v": [1, 2, 4, 8],
            "meant": [True, True, False, False],
        }
    )
    added = AddedRows(table, {"queue": ("queue",)}, Sums((), ("n",), ("v",), (("keys", "v", "n"),)), "meant")
    assert added.cells == [(("queue", "billing"),), (("queue", "tech"),)]
    assert [added.numbers(name).tolist() for name in ("n", "v")] == [[0, 1], [0, 1]]
    assert [added.numbers(name, "spam").tolist() for name in ("n", "v")] == [[0, 1], [0, 2]]
    assert [keys.tolist() for keys in added.keys("keys").each()] == [[], [1]]


@pytest.mark.parametrize("large", [7, 1 << 40])
def test_gathered_keys_are_sorted_within_each_cell(large: int) -> None:
    table = pa.table(
        {
            "queue": ["tech", "billing", "tech", "billing", "tech"],
            "excluded": pa.array([None] * 5, pa.string()),
            "v": [large, 3, -2, None, 5],
            "n": [True, True, True, True, False],
        }
    )
    added = AddedRows(table, {"queue": ("queue",)}, Sums((), ("n",), (), (("keys", "v", "n"),)))
    assert [keys.tolist() for keys in added.keys("keys").each()] == [[3], [-2, large]]


def test_rows_that_the_facts_exclude_are_counted_apart() -> None:
    table = pa.table(
        {
            "queue": ["tech", "tech", "billing", "tech"],
            "excluded": [None, "spam", "spam", None],
            "n": [True, True, True, False],
            "late": [False, True, True, True],
        }
    )
    added = AddedRows(table, {"queue": ("queue",)}, Sums((), ("n", "late"), ()))
    assert added.cells == [(("queue", "billing"),), (("queue", "tech"),)]
    assert added.numbers("n").tolist() == [0, 1]
    assert added.numbers("late").tolist() == [0, 1]
    assert added.reasons == ["spam"]
    assert added.numbers("n", "spam").tolist() == [1, 1]
    assert added.numbers("n", "test").tolist() == [0, 0]


def test_a_part_of_a_table_is_counted_from_its_own_first_row() -> None:
    whole = pa.table({"excluded": pa.array([None] * 13, pa.string()), "n": [True] * 5 + [False] * 7 + [True]})
    assert AddedRows(whole.slice(3), {}, Sums((), ("n",), ())).numbers("n").tolist() == [3]


def test_sums_beyond_what_a_float_holds_are_exact() -> None:
    large = (1 << 60) + 1
    table = pa.table({"excluded": pa.array([None] * 3, pa.string()), "v": [large, large, -1]})
    assert AddedRows(table, {}, Sums((), (), ("v",))).numbers("v").tolist() == [2 * large - 1]


def test_more_marks_than_fit_into_one_counting_are_counted_in_several() -> None:
    marks = {f"m{place}": [place < 3, True, place % 2 == 0] for place in range(20)}
    table = pa.table({"excluded": pa.array([None] * 3, pa.string()), **marks})
    added = AddedRows(table, {}, Sums((), tuple(marks), ()))
    assert {name: added.numbers(name).tolist() for name in marks} == {name: [sum(set_)] for name, set_ in marks.items()}


@pytest.mark.parametrize("coded", [True, False])
def test_a_question_about_words_is_answered_no_where_there_is_none(coded: bool) -> None:
    state = pa.array(["running", None, "stopped", "cancelled"])
    table = pa.table({"state": state.dictionary_encode() if coded else state})
    word = Word("state", ("cancelled", "stopped"))
    assert prepared(table, [], [word]).column(word.flag).to_pylist() == [False, False, True, True]

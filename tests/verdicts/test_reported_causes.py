"""What no definition explains: the group of cases without which a figure comes out, and the nearest cases."""

from __future__ import annotations

import pytest

from tests.verdicts.agreement import clock_rows
from tests.verdicts.test_reported import Row, found

# ---- cases left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value", "by", "counts"),
    [
        pytest.param(
            [*clock_rows(1, 5, queue="returns"), *clock_rows(9, 1), *clock_rows(1, 5, queue="annex")],
            "0.625",
            ("queue", "annex"),
            (1, 5),
            id="of groups of one size the first in the alphabet",
        ),
        pytest.param(
            [*clock_rows(0, 4, queue="returns", channel="chat"), *clock_rows(0, 2, channel="chat"), *clock_rows(8, 0)],
            "1",
            ("channel", "chat"),
            (0, 6),
            id="what the whole group leaves",
        ),
        pytest.param(
            [*clock_rows(2, 2, queue=None), *clock_rows(0, 4, queue="returns"), *clock_rows(6, 2)],
            "0.667",
            ("queue", "returns"),
            (0, 4),
            id="rows without a queue are no group, and what comes after them is looked at",
        ),
        pytest.param(
            [*clock_rows(0, 3), *clock_rows(1, 0, queue="returns")],
            "1",
            ("queue", "billing"),
            (0, 3),
            id="one case that is left is enough",
        ),
        pytest.param(
            [*clock_rows(10, 10), *clock_rows(5, 15, language="fr", queue="returns"), *clock_rows(5, 0, queue="z")],
            "0.6",
            ("language", "fr"),
            (5, 15),
            id="of groups of the same cases the one whose dimension comes first in the alphabet",
        ),
        pytest.param(
            [*clock_rows(0, 51, queue="returns"), *clock_rows(9, 1)],
            "0.9",
            ("queue", "returns"),
            (0, 50),
            id="fifty cases are listed at most",
        ),
    ],
)
def test_the_smallest_group_without_which_their_figure_comes_out_is_named_with_its_cases(
    rows: list[Row], value: str, by: tuple[str, str], counts: tuple[int, int]
) -> None:
    said = found(rows, value)
    assert (said.cause, said.by) == ("cases", by)
    notes = [one.note for one in said.cases]
    assert (notes.count("met"), notes.count("missed")) == counts
    assert said.cases_total == sum(1 for row in rows if row.get(by[0], _USUAL[by[0]]) == by[1])


_USUAL = {"queue": "billing", "channel": "email", "language": "de"}


def test_a_group_that_is_all_there_is_leaves_nothing_to_compare() -> None:
    assert found(clock_rows(2, 2), "0.9").by == ()


# ---- the nearest cases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words", "listed"),
    [
        ("0.525", "1 more met than the 10", 1),
        ("0.625", "3 more met than the 10", 3),  # 12 and a half of 20 are 13
        ("0.62", "2 more met than the 10", 2),
        ("0.40", "2 fewer met than the 10", 0),
    ],
)
def test_so_many_would_have_to_be_met_for_their_figure(value: str, words: str, listed: int) -> None:
    said = found(clock_rows(10, 10), value)
    assert said.sentence == (
        "No definition that we know gives their figure. On our 20 cases it would take "
        f"{words.replace(' than the 10', '')} than the 10 in the records."
    )
    assert (said.cause, len(said.cases), said.cases_total) == ("unexplained", listed, listed)


def test_where_their_figure_is_ours_of_other_counts_the_counts_are_told() -> None:
    said = found(clock_rows(3, 1), "0.75", numerator=6, denominator=8)
    assert said.sentence == (
        "No definition that we know gives their figure. On our 4 cases it would take 0 fewer met than the 3 in the "
        "records. They count 8 cases, we count 4."
    )
    assert said.cases == ()
    other = found(clock_rows(2, 2), "0.75", numerator=3, denominator=4)
    assert "They count" not in other.sentence
    assert "They count" not in found(clock_rows(2, 2), "0.75").sentence


def test_the_failed_cases_nearest_to_their_due_moment_come_first_and_open_ones_last() -> None:
    def late(case: str, stop: str) -> Row:
        return {"case_id": case, "due_at": "2026-03-02T12:00:00Z", "stop_at": f"2026-03-02T{stop}Z"}

    open_yet = {"due_at": "2026-03-02T12:00:00Z", "stop_at": None, "state": "running"}
    rows = [
        {**open_yet, "case_id": "O-2"},
        {**open_yet, "case_id": "O-1"},
        late("L-3", "13:01:00"),
        late("L-2", "12:00:59.500"),
        late("L-9", "12:00:00.500"),
        late("L-8", "12:00:01"),
        late("L-1", "13:01:00"),
        *clock_rows(13, 0),
    ]
    said = found(rows, "0.95")
    assert [(one.case_id, one.note) for one in said.cases] == [
        ("L-9", "late by 0 h 0 min"),
        ("L-8", "late by 0 h 0 min"),
        ("L-2", "late by 0 h 0 min"),
        ("L-1", "late by 1 h 1 min"),
        ("L-3", "late by 1 h 1 min"),
        ("O-1", "still open past its due moment"),
    ]


def test_of_two_clocks_of_one_case_each_is_late_by_its_own() -> None:
    one = {"case_key": 700, "case_id": "C-7", "due_at": "2026-03-02T12:00:00Z"}
    rows = [
        {**one, "n": 1, "stop_at": "2026-03-02T15:00:00Z"},
        {**one, "n": 2, "stop_at": "2026-03-02T13:00:00Z"},
        *clock_rows(18, 0),
    ]
    notes = [(case.case_id, case.note) for case in found(rows, "0.99").cases]
    assert notes == [("C-7", "late by 1 h 0 min"), ("C-7", "late by 3 h 0 min")]

"""The list behind a figure, made in columns, is the list that one would write down row by row."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from tallystick.verdicts.listing import (
    CLOCK_COLUMNS,
    MISSED,
    RowShown,
    columns_shown,
    details,
    rows_against,
    rows_of_case,
    rows_shown,
    rows_table,
)

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
TYPES = {
    "case_id": pa.string(), "kind": pa.string(), "status": pa.string(), "numerator": pa.int64(),
    "start_at": pa.timestamp("us", "UTC"), "due_at": pa.timestamp("us", "UTC"), "stop_at": pa.timestamp("us", "UTC"),
    "business_s": pa.int64(), "queue": pa.string(), "basis": pa.string(),
}  # fmt: skip


@dataclass
class Given:
    """A figure whose rows are given."""

    rows: pa.Table
    better: str
    kind: str

    def __post_init__(self) -> None:
        self.verdict = SimpleNamespace(better=self.better)
        measure = SimpleNamespace(fact="clock", kind_in=lambda _params: self.kind)
        self.how = SimpleNamespace(measure=measure, request=SimpleNamespace(params=()), rows=self.listed)

    def fact_columns(self, name: str) -> tuple[str, ...]:
        return tuple(self.rows.column_names)

    def listed(self, _facts: Any, keep: Any) -> pa.Table:
        return self.rows


def rows(count: int, seed: int, kind: str) -> pa.Table:
    chance = random.Random(seed)  # noqa: S311

    def moment(none: float) -> datetime | None:
        tenth = timedelta(seconds=chance.randrange(40), microseconds=chance.choice([0, 0, 500_000]))
        return None if chance.random() < none else BEGIN + tenth

    made = [
        {
            "case_id": chance.choice([None, "a", "B", "ä", "c1", "c10", "c9"]),
            "kind": "first_reply",
            "status": chance.choice(["counted", "counted", "counted", "pending", "spam", "merged"]),
            "numerator": chance.choice([None, 0, 1]) if kind == "share" else chance.choice([None, 0, 1, 60, 4000]),
            "start_at": moment(0.2),
            "due_at": moment(0.5),
            "stop_at": moment(0.5),
            "business_s": chance.choice([None, 0, 60]),
            "queue": chance.choice([None, "q1", "q2"]),
            "basis": None,
        }
        for _ in range(count)
    ]
    return pa.Table.from_pylist(made, schema=pa.schema(list(TYPES.items())))


def one_by_one(given: Given) -> list[RowShown]:
    """The same list by a loop over rows."""

    def shown(row: Mapping[str, Any]) -> RowShown:
        status = row["status"]
        if status == "counted" and given.kind == "share":
            status = "met" if bool(row["numerator"]) == (given.better == "higher") else "missed"
        parts = {name: row[name] for name in CLOCK_COLUMNS if row.get(name) is not None}
        return RowShown(row["case_id"] or "", status, row["numerator"] or 0, {**parts, "clock": row["kind"]})

    def weight(row: RowShown) -> tuple[int, bool, datetime, str]:
        when = row.parts.get("due_at") or row.parts.get("start_at")
        places = {"missed": 0, "counted": 1, "met": 2, "pending": 3}
        return places.get(row.status, 4), when is not None, when or BEGIN, row.case_id

    return sorted((shown(row) for row in given.rows.to_pylist()), key=weight)


@pytest.mark.parametrize("count", [0, 1, 2, 500])
@pytest.mark.parametrize("better", ["higher", "lower"])
@pytest.mark.parametrize("kind", ["share", "mean"])
def test_the_list_is_that_of_a_loop_over_the_rows(count: int, better: str, kind: str) -> None:
    for seed in range(3):
        given: Any = Given(rows(count, seed, kind), better, kind)
        table = rows_table(given)
        assert list(rows_shown(table)) == one_by_one(given)
        assert "basis" not in table.column_names, "a part that no row has is no column"


def test_the_rows_of_a_case_are_all_its_rows_in_the_order_of_the_list() -> None:
    given: Any = Given(rows(300, 5, "share"), "higher", "share")
    table = rows_table(given)
    assert rows_of_case(table, "c10") == tuple(one for one in rows_shown(table) if one.case_id == "c10")
    assert rows_of_case(table, "nobody") == ()


def test_rows_that_missed_speak_against_the_partner_and_where_none_did_those_that_add_to_a_low_figure() -> None:
    shares: Any = Given(rows(300, 5, "share"), "higher", "share")
    missed = [one for one in one_by_one(shares) if one.status == MISSED]
    assert rows_against(rows_table(shares), "higher", 7) == (tuple(missed[:7]), len(missed))
    means: Any = Given(rows(300, 5, "mean"), "lower", "mean")
    adding = [one for one in one_by_one(means) if one.brings > 0]
    first, count = rows_against(rows_table(means), "lower", 9)
    assert count == len(adding)
    assert [one.brings for one in first] == sorted((one.brings for one in adding), reverse=True)[:9]
    assert rows_against(rows_table(means), "higher", 9) == ((), 0)


def test_a_figure_that_is_not_measured_has_no_rows() -> None:
    nothing: Any = SimpleNamespace(how=None)
    assert rows_shown(rows_table(nothing)) == ()


def test_what_a_row_says_besides_its_moments_and_its_place_is_told_in_words() -> None:
    parts = {
        "queue": "billing", "start_at": BEGIN, "repeated": True, "handled": False, "wait_s": 1234, "clock": "pause",
        "talk_s": 0, "customer_messages": 1200, "live": 0, "outcome": "answered", "programme": "german-email",
        "due_on": BEGIN.date(), "rate": 0.5, "stop_at": BEGIN, "basis": "business",
    }  # fmt: skip
    assert details(RowShown("c1", "met", 1, parts)) == (
        "repeated: yes",
        "handled: no",
        "wait 1,234 s",
        "talk 0 s",
        "customer messages 1,200",
        "live 0",
        "answered",
        "2026-03-01",
        "0.5",
        "business",
    )
    assert details(RowShown("c1", "met", 1, {})) == ()


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        ("clock", CLOCK_COLUMNS),
        ("case", ("created_at", "first_solved_at", "programme", "queue")),
        ("survey", ("sent_at", "answered_at", "score", "programme", "queue")),
        # A stream that names none is shown by its beginning and its ends.
        ("coverage", ("started_at", "ended_at", "programme", "queue")),
    ],
)
def test_rows_are_shown_by_the_columns_that_tell_them_apart(fact: str, shown: tuple[str, ...]) -> None:
    assert columns_shown(fact) == shown

"""Which canonical rows a period's verdicts read, and the digest of their content."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tallystick.measures.example import fact_table, instant
from tallystick.records.table import table
from tallystick.verdicts.rows_read import (
    canonical_schema,
    canonical_table,
    cases_of_period,
    content_digest,
    digest_of,
    json_line,
    json_rows,
    table_from_lines,
)
from tests.verdicts.tiny_lake import case, event, reported, statuses

MARCH = (date(2026, 3, 1), date(2026, 4, 1))
WEEK_S = 7 * 86_400


def rows(name: str, *given: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(given), schema=table(name).schema)


def test_arrival_never_shows_in_a_digest() -> None:
    one = case("1", "2026-03-02T08:00:00")
    other = {**one, "load_id": "load-9", "row_hash": 5, "revision": 3, "cohort": date(2025, 1, 1), "source_at": None}
    two = case("2", "2026-03-03T08:00:00")
    first = digest_of("case", canonical_table("case", rows("case", one, two)))
    assert digest_of("case", canonical_table("case", rows("case", two, other))) == first


def test_each_change_of_content_shows() -> None:
    plain = event("1", "2026-03-02T08:00:00", "message", "agent", "public")
    digests = {
        digest_of("case_event", canonical_table("case_event", rows("case_event", {**plain, **change}))).sha256
        for change in ({}, {"value": "auto"}, {"value": None}, {"value": ""}, {"actor": "bot"}, {"seq": 1})
    }
    assert len(digests) == 6


@given(st.lists(st.tuples(st.text(max_size=4), st.integers(-5, 5)), max_size=6))
def test_rows_survive_json_lines_with_the_same_digest(parts: list[tuple[str, int]]) -> None:
    given_rows = [
        {**event(str(place), "2026-03-02T08:00:00.123456", "owner", "agent", value), "seq": seq}
        for place, (value, seq) in enumerate(parts)
    ]
    made = canonical_table("case_event", rows("case_event", *given_rows))
    lines = b"".join(json_line(row) for row in json_rows(made)).split(b"\n")[:-1]
    again = table_from_lines(lines, canonical_schema("case_event"))
    assert digest_of("case_event", again) == digest_of("case_event", made)


def test_every_table_survives_json_lines() -> None:
    for name, row in (("mapping", statuses()[0]), ("reported_value", reported("0.75"))):
        made = canonical_table(name, rows(name, row))
        again = table_from_lines([json_line(one) for one in json_rows(made)], canonical_schema(name))
        assert digest_of(name, again) == digest_of(name, made)


def read_for_march(
    clocks: list[dict[str, Any]], cases: list[dict[str, Any]], surveyed: tuple[int, ...] = ()
) -> list[int]:
    clock = fact_table("clock", clocks, kind="first_reply")
    return cases_of_period(clock, fact_table("case", cases), surveyed, *MARCH, WEEK_S).to_pylist()


def lived(key: int, created: str, solved: str, **parts: Any) -> dict[str, Any]:
    return {"case_key": key, "created_at": created, "first_solved_at": solved, **parts}


def test_a_case_is_read_in_the_periods_it_touches() -> None:
    february = lived(1, "2026-02-02T08:00:00Z", "2026-02-03T08:00:00Z")
    across = lived(2, "2026-02-27T08:00:00Z", "2026-03-02T08:00:00Z")
    march = lived(3, "2026-03-05T08:00:00Z", "2026-04-05T08:00:00Z")
    assert read_for_march([], [february, across, march]) == [2, 3]


def test_a_clock_that_still_runs_at_the_end_is_read() -> None:
    running = {
        "case_key": 1,
        "start_at": "2026-01-02T08:00:00Z",
        "due_at": "2026-01-02T12:00:00Z",
        "state": "running",
        "stop_at": None,
    }
    old = {**running, "case_key": 2, "state": "stopped", "stop_at": "2026-01-05T12:00:00Z"}
    cases = [lived(key, "2026-01-02T08:00:00Z", "2026-01-09T08:00:00Z") for key in (1, 2)]
    assert read_for_march([running, old], cases) == [1]


def test_a_surveyed_case_is_read() -> None:
    assert read_for_march([], [lived(1, "2026-02-02T08:00:00Z", "2026-02-03T08:00:00Z")], (1,)) == [1]


def test_merge_partners_come_with_a_case_however_long_the_chain() -> None:
    cases = [
        lived(1, "2026-01-02T08:00:00Z", "2026-01-03T08:00:00Z", merged_into=2),
        lived(2, "2026-01-04T08:00:00Z", "2026-01-05T08:00:00Z", merged_into=3),
        lived(3, "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"),
        lived(4, "2026-01-02T08:00:00Z", "2026-01-03T08:00:00Z"),
    ]
    assert read_for_march([], cases) == [1, 2, 3]


def test_contacts_of_one_requester_come_as_far_as_the_window_links_them() -> None:
    def contact(key: int, created: str, requester: int = 7) -> dict[str, Any]:
        solved = (instant(created) + timedelta(hours=1)).isoformat()
        return lived(key, created, solved, requester_key=requester)

    cases = [
        contact(1, "2026-02-10T08:00:00Z"),
        contact(2, "2026-02-20T08:00:00Z"),
        contact(3, "2026-02-26T08:00:00Z"),
        contact(4, "2026-03-03T08:00:00Z"),
        contact(5, "2026-02-27T08:00:00Z", requester=8),
    ]
    assert read_for_march([], cases) == [2, 3, 4]


def test_rows_that_are_part_of_a_larger_table_have_the_digest_of_those_rows_alone() -> None:
    several = [
        case(str(number), f"2026-03-{number + 1:02}T08:00:00", reason="é" * number or None) for number in range(9)
    ]
    whole = canonical_table("case", rows("case", *several))
    part = whole.slice(3, 4)
    alone = pa.Table.from_pylist(part.to_pylist(), schema=part.schema)
    assert digest_of("case", part) == digest_of("case", alone)
    assert digest_of("case", part) != digest_of("case", whole.slice(4, 4))
    assert digest_of("case", whole.slice(9)) == digest_of("case", whole.slice(0, 0))


def test_words_have_the_digest_of_the_bytes_that_the_module_says() -> None:
    import hashlib

    words = ["one", None, "", "zwei", "trois é"]
    told = [("" if word is None else word).encode() for word in words]
    lengths = b"".join(len(word).to_bytes(8, "little") for word in told)
    valid = bytes(int(word is not None) for word in words)
    said = b"case\x1equeue\x1f" + valid + b"text" + lengths + b"".join(told)
    table_of_words = pa.table({"queue": pa.array(words)})
    assert content_digest("case", table_of_words) == hashlib.sha256(said).hexdigest()
    assert content_digest("case", pa.table({"queue": pa.array(words).dictionary_encode()})) == content_digest(
        "case", table_of_words
    )

"""Which canonical rows a period's verdicts read, and the digest of their content."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random
from typing import Any

import pyarrow as pa
import pytest
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
    row_index,
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


@pytest.mark.parametrize("name", ["case", "case_event"])
def test_rows_lie_by_their_natural_key_in_whatever_order_they_came(name: str) -> None:
    made = [case(str(number), "2026-03-02T08:00:00") for number in range(3)]
    if name == "case_event":
        # Of one case, so that the second part of the key decides.
        made = [event("1", f"2026-03-02T08:00:0{second}", "message", "agent", "public") for second in range(3)]
    given_keys = sorted(row["event_key" if name == "case_event" else "case_key"] for row in made)
    found = [canonical_table(name, rows(name, *order)) for order in permutations(made)]
    assert {tuple(one.column("event_key" if name == "case_event" else "case_key").to_pylist()) for one in found} == {
        tuple(given_keys)
    }
    assert len({content_digest(name, one) for one in found}) == 1


def test_a_row_without_a_key_stands_last() -> None:
    one, other = case("1", "2026-03-02T08:00:00"), case("2", "2026-03-03T08:00:00")
    made = canonical_table("case", rows("case", {**one, "case_key": None}, other))
    assert made.column("case_id").to_pylist() == ["2", "1"]


def test_a_row_is_one_line_of_json_with_its_keys_in_order_and_letters_as_they_are() -> None:
    assert json_line({"b": "é", "a": 1}) == '{"a":1,"b":"é"}\n'.encode()


def test_instants_dates_and_decimals_stand_in_a_line_as_people_write_them() -> None:
    columns = {
        "at": pa.array([datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, 0, 1, tzinfo=UTC), None]),
        "off": pa.array([datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), None, None], pa.timestamp("s", "UTC")),
        "on": pa.array([date(2026, 3, 2), date(1969, 12, 31), None]),
        "value": pa.array([Decimal("0.10"), Decimal("-5.00"), None], pa.decimal128(9, 2)),
    }
    assert list(json_rows(pa.table(columns))) == [
        {"at": "2026-03-02T08:00:00Z", "off": "1969-12-31T23:59:59Z", "on": "2026-03-02", "value": "0.10"},
        {"at": "2026-03-02T08:00:00.000001Z", "off": None, "on": "1969-12-31", "value": "-5.00"},
        {"at": None, "off": None, "on": None, "value": None},
    ]


def test_each_type_has_the_digest_of_the_bytes_that_the_module_says() -> None:
    def little(*numbers: int) -> bytes:
        return b"".join(number.to_bytes(8, "little", signed=True) for number in numbers)

    told: list[tuple[Any, bytes]] = [
        (pa.array([True, None, False]), b"\1\0\1" + b"bool" + b"\1\0\0"),
        (pa.array([7, None, -2], pa.int32()), b"\1\0\1" + b"int" + little(7, 0, -2)),
        (pa.array([date(1970, 1, 3), None, date(1969, 12, 31)]), b"\1\0\1" + b"date" + little(2, 0, -1)),
        (pa.array([1, None, -1], pa.timestamp("ms", "UTC")), b"\1\0\1" + b"instant" + little(1000, 0, -1000)),
        (pa.array([Decimal("1.50"), None], pa.decimal128(9, 2)), b"\1\0" + b"text" + little(4, 0) + b"1.50"),
        (pa.array([None, ""], pa.string()), b"\0\1" + b"text" + little(0, 0)),
        (pa.array([], pa.string()), b"text"),
        (pa.array(["a"]), b"\1" + b"text" + little(1) + b"a"),
        (pa.array(["", "a"]), b"\1\1" + b"text" + little(0, 1) + b"a"),
        (pa.array(["a", "é", ""]), b"\1\1\1" + b"text" + little(1, 2, 0) + "aé".encode()),
    ]
    for column, said in told:
        digest = hashlib.sha256(b"survey_response\x1ecolumn\x1f" + said).hexdigest()
        assert content_digest("survey_response", pa.table({"column": column})) == digest, column.type
    with pytest.raises(TypeError, match="no canonical form"):
        content_digest("case", pa.table({"column": pa.array([1.5])}))


def test_the_index_names_each_row_by_its_key_and_its_case() -> None:
    one, other = case("1", "2026-03-02T08:00:00"), case("2", "2026-03-03T08:00:00")
    told = event("1", "2026-03-02T08:00:00", "message", "agent", "public")
    cases = row_index("case", canonical_table("case", rows("case", one, other))).to_pylist()
    (of_event,) = row_index("case_event", canonical_table("case_event", rows("case_event", told))).to_pylist()
    (of_mapping,) = row_index("mapping", canonical_table("mapping", rows("mapping", statuses()[0]))).to_pylist()
    assert {row["key"] for row in cases} == {row["case_key"] for row in cases} == {one["case_key"], other["case_key"]}
    assert cases[0]["hash"] != cases[1]["hash"]
    assert (of_event["table"], of_event["key"], of_event["case_key"]) == (
        "case_event",
        told["event_key"],
        one["case_key"],
    )
    assert (of_mapping["key"], of_mapping["case_key"]) == (statuses()[0]["mapping_key"], None)
    assert row_index("case", rows("case")).num_rows == 0


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


DAY_BEFORE, LAST_DAY = "2026-02-28T23:59:59Z", "2026-03-31T23:59:59Z"
FIRST_DAY, DAY_AFTER = "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"
LONG_AGO, LONG_AFTER = "2026-01-02T08:00:00Z", "2026-06-02T08:00:00Z"


@pytest.mark.parametrize(
    ("parts", "is_read"),
    [
        ({"start_at": DAY_BEFORE, "due_at": LONG_AGO, "stop_at": DAY_BEFORE}, False),
        ({"start_at": FIRST_DAY, "due_at": LONG_AFTER, "stop_at": FIRST_DAY}, True),
        ({"start_at": LAST_DAY, "due_at": LONG_AFTER, "stop_at": LONG_AFTER}, True),
        ({"start_at": DAY_AFTER, "due_at": LONG_AFTER, "stop_at": LONG_AFTER}, False),
        ({"start_at": LONG_AGO, "due_at": FIRST_DAY, "stop_at": LONG_AGO}, True),
        ({"start_at": LONG_AGO, "due_at": LAST_DAY, "stop_at": LONG_AGO}, True),
        ({"start_at": LONG_AGO, "due_at": DAY_AFTER, "stop_at": LONG_AGO}, False),
        ({"start_at": LONG_AGO, "due_at": LONG_AGO, "stop_at": LAST_DAY}, True),
        # It still ran at the end: it stopped on the day after, later, or never.
        ({"start_at": LONG_AGO, "due_at": LONG_AGO, "stop_at": DAY_AFTER}, True),
        ({"start_at": LONG_AGO, "due_at": LONG_AGO, "stop_at": LONG_AFTER}, True),
        ({"start_at": LAST_DAY, "due_at": LONG_AFTER, "stop_at": None}, True),
        ({"start_at": DAY_AFTER, "due_at": LONG_AFTER, "stop_at": None}, False),
        # One that never began runs at no end.
        ({"start_at": LONG_AGO, "start_on": None, "due_at": None, "stop_at": None}, False),
    ],
)
def test_a_clock_is_read_where_it_starts_is_due_stops_or_still_runs(parts: dict[str, Any], is_read: bool) -> None:
    away = lived(1, "2025-12-02T08:00:00Z", "2025-12-03T08:00:00Z")
    assert read_for_march([{"case_key": 1, "state": "stopped", **parts}], [away]) == ([1] if is_read else [])


@pytest.mark.parametrize(
    ("created", "solved", "is_read"),
    [
        (DAY_BEFORE, DAY_BEFORE, False),
        (FIRST_DAY, LONG_AFTER, True),
        (LAST_DAY, LONG_AFTER, True),
        (DAY_AFTER, LONG_AFTER, False),
        (LONG_AGO, FIRST_DAY, True),
        (LONG_AGO, LAST_DAY, True),
        (LONG_AGO, DAY_AFTER, False),
    ],
)
def test_a_case_is_read_from_the_first_day_of_the_period_to_its_last(created: str, solved: str, is_read: bool) -> None:
    assert read_for_march([], [lived(1, created, solved)]) == ([1] if is_read else [])


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


@pytest.mark.parametrize(("into", "found"), [(2, [2, 5]), (5, [5]), (9, [5, 9]), (1, [5]), (77, [5])])
def test_a_case_is_merged_into_the_first_or_last_of_all_or_into_one_that_is_not_there(
    into: int, found: list[int]
) -> None:
    cases = [
        lived(9, "2026-01-02T08:00:00Z", "2026-01-03T08:00:00Z"),
        lived(5, "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z", merged_into=into),
        lived(2, "2026-01-02T08:00:00Z", "2026-01-03T08:00:00Z"),
    ]
    assert read_for_march([], cases) == found


@pytest.mark.parametrize(("gap_us", "found"), [(0, [1, 2]), (-1, [1, 2]), (1, [2])])
def test_the_window_links_contacts_to_the_microsecond(gap_us: int, found: list[int]) -> None:
    second = datetime(2026, 3, 5, 8, tzinfo=UTC)
    first = second - timedelta(seconds=WEEK_S, microseconds=gap_us)
    assert first.month == 2
    cases = [
        lived(key, created.isoformat(), "2026-02-27T08:00:00Z" if key == 1 else "2026-03-06T08:00:00Z", requester_key=7)
        for key, created in ((1, first), (2, second))
    ]
    assert read_for_march([], cases) == found


@pytest.mark.parametrize("seed", range(6))
def test_what_hangs_together_is_what_a_walk_from_case_to_case_finds(seed: int) -> None:
    """Against a search that follows one link after another, from each case of the period, over long chains."""
    chance = Random(seed)  # noqa: S311
    keys = chance.sample(range(1, 500), 60)
    begin = datetime(2025, 12, 1, tzinfo=UTC)
    made = []
    for place, key in enumerate(keys):
        created = begin + timedelta(days=chance.uniform(0, 120))
        into = keys[place - 1] if place and chance.random() < 0.6 else None
        requester = chance.choice([None, 1, 2, 3, 4, 5, 6])
        made.append(
            lived(key, created.isoformat(), created.isoformat(), merged_into=into, requester_key=requester)
        )  # fmt: skip
    linked: dict[int, set[int]] = {key: set() for key in keys}
    for one in made:
        for other in made:
            apart = abs(datetime.fromisoformat(one["created_at"]) - datetime.fromisoformat(other["created_at"]))
            same = one["requester_key"] is not None and one["requester_key"] == other["requester_key"]
            if one["merged_into"] == other["case_key"] or (same and apart <= timedelta(seconds=WEEK_S)):
                linked[one["case_key"]].add(other["case_key"])
                linked[other["case_key"]].add(one["case_key"])
    march = [datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4)]
    reached = {one["case_key"] for one in made if march[0] <= datetime.fromisoformat(one["created_at"]) < march[1]}
    waiting = list(reached)
    while waiting:
        waiting += (new := linked[waiting.pop()] - reached)
        reached |= new
    chance.shuffle(made)
    assert read_for_march([], made) == sorted(reached)


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

"""The data gate's answer for one period: read once for all periods, and without what a shared file tells of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.records import commits
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake, connect
from tallystick.records.stored_rows import StoredRows
from tallystick.verdicts import gating
from tallystick.verdicts.gating import data_gate
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope
from tests.verdicts.tiny_lake import APRIL, MARCH, ZONE, append, case, event, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
SCOPE = Scope.of_partner("lumen", "aurora")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    home = make_home(tmp_path_factory.mktemp("home"), [*MARCH, *APRIL])
    with Lake.open(home / "lake") as opened:
        yield opened


def answered(lake: Lake, label: str, pin: Pin | None = None) -> gating.GateAnswer:
    return data_gate(lake, SCOPE, pin or lake.pin(), AS_OF, Period.parse(label, ZONE))


def test_a_feed_that_ends_before_its_period_makes_that_period_provisional_and_no_other(lake: Lake) -> None:
    march, april = answered(lake, "2026-03"), answered(lake, "2026-04")
    assert march.reasons == ()
    assert april.reasons == (
        "Feed 'zendesk' ends on 2026-04-06 09:00 UTC; the period runs until 2026-04-30 21:00 UTC.",
    )


def test_what_was_said_of_a_file_is_told_once_for_its_rule_without_its_name_words_and_counts(tmp_path: Path) -> None:
    with Lake.open(make_home(tmp_path, [*MARCH, *APRIL]) / "lake") as lake:
        shared_file_of(lake)
        answer = answered(lake, "2026-03")
    own = "The status 'Weird' of 'zendesk' has no category; 3 change(s) are not understood."
    assert answer.reasons == (own,)
    assert answer.findings == (
        ("TS-D005", own, 3),
        ("TS-D009", "Told of a file in which some of these rows came: `tally explain TS-D009`.", 1),
    )
    assert answer.feeds == (("zendesk", 9, "2026-04-06T09:00:00Z"),)


def shared_file_of(lake: Lake) -> None:
    """Two files of which something was said that holds for others too, and three statuses without a category."""
    append(lake, "case", [case("M-7", "2026-03-12T08:00:00")], "load-9")
    weird = [event(f"M-{n}", f"2026-03-0{n}T12:00:00", "status", "agent", "Weird") for n in (1, 2, 3)]
    append(lake, "case_event", weird, "load-9")
    said = [
        {"id": "TS-I206", "message": message, "place": {"file": file, "column": "created"}, "count": count}
        for file, message, count in (("a.csv", "4 times of borealis", 4), ("b.csv", "5 times of borealis", 5))
    ]
    with commits.locked(lake.root):
        lake.commit([], load_id="load-9", outcome={"findings": said})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that are read into memory, in order; nothing is kept of what other tests have read."""
    gating._held.cache_clear()
    names: list[str] = []
    whole = StoredRows.read

    def noted(self: StoredRows, scope: Scope, name: str, **parts: Any) -> pa.Table:
        names.append(name)
        return whole(self, scope, name, **parts)

    monkeypatch.setattr(StoredRows, "read", noted)
    return names


def test_rows_are_read_into_memory_once_for_all_periods(lake: Lake, read: list[str]) -> None:
    months = [answered(lake, label) for label in ("2026-03", "2026-04", "2026-02")]
    assert {"case", "case_event", "mapping", "survey_response"} <= set(read)
    assert len(read) == len(set(read))
    assert [len(one.reasons) for one in months] == [0, 1, 0]


@pytest.mark.parametrize(
    ("events", "beside", "held"),
    [
        (34, 4, {"case", "case_event", "mapping", "survey_response"}),
        (34, 3, {"case", "case_event", "survey_response"}),
        (34, 1, {"case", "case_event"}),
        (33, 4, set()),
    ],
)
def test_larger_tables_are_read_where_they_lie_and_the_answer_is_the_same(
    lake: Lake, read: list[str], monkeypatch: pytest.MonkeyPatch, events: int, beside: int, held: set[str]
) -> None:
    """The lake holds 34 events, 4 words and 2 surveys: of so many a table is kept, of one more it is not."""
    known = answered(lake, "2026-04")
    read.clear()
    gating._held.cache_clear()
    monkeypatch.setattr(gating, "MOST_HELD", events)
    monkeypatch.setattr(gating, "MOST_BESIDE", beside)
    assert answered(lake, "2026-04") == known
    assert {name for name in read if name in ("case", "case_event", "mapping", "survey_response")} == held


def test_a_table_is_seen_under_another_name_where_one_is_given(lake: Lake) -> None:
    held = gating.HeldLake(lake.root, lake.client)
    with closing(connect()) as connection:
        assert held.relation(SCOPE, "case", connection, pin=lake.pin()) == "case"
        assert held.relation(SCOPE, "case", connection, pin=lake.pin(), view="mine") == "mine"
        found = connection.execute('select (select count(*) from mine), (select count(*) from "case")').fetchall()
    assert found == [(9, 9)]

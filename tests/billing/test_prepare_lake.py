"""What is read of a lake for an invoice: each month to its local borders, one month or many, as of one state of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tallystick.billing.prepare import opening_of, prepared, requests_of, source_of
from tallystick.billing.quantities import DailySource
from tallystick.contract.load import load_text
from tallystick.measures.measure import MeasureRequest
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tests.billing.by_day import on
from tests.facts.segments import answered
from tests.verdicts.tiny_lake import append, make_home, story

AS_OF = datetime(2026, 6, 20, 6, tzinfo=UTC)
TEXT = """
tallystick: 1
contract: borders
title: Borders
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-03-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
definitions: {pausing_statuses: [pending], repeat_window: 7d}
charges:
  - {id: CALL, kind: per_unit, rate: 1, quantity: {measure: offered_calls}}
  - {id: SOLVED, kind: per_unit, rate: 2, quantity: {measure: resolved_cases}}
  - {id: AGAIN, kind: per_unit, rate: 3, quantity: {measure: offered_calls}}
  - {id: UNKNOWN, kind: per_unit, rate: 4, quantity: {measure: nothing_known}}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: AGAIN, set: {quantity: {measure: billable_cases}}}]}
"""
BORDERS = ("2026-03-31T20:59:59", "2026-03-31T21:00:00", "2026-04-30T20:59:59", "2026-04-30T21:00:00")
CALLS, SOLVED = "offered_calls", "resolved_cases"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def add_call(lake: Lake, instant: str, load_id: str) -> None:
    one = answered(f"call-{instant}", at(instant), wait=5, talk=0)
    append(lake, "call", [row | {"source_at": row["started_at"]} for row in one.rows], load_id=load_id)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A call in the last and in the first second of each local month, and two cases solved in April, one in May."""
    solved = ("2026-04-02", "2026-04-03", "2026-05-04")
    stories = [story(f"M{day}", f"{day}T08:00:00", f"{day}T09:00:00", requester_key=int(day[-2:])) for day in solved]
    root: Path = make_home(tmp_path_factory.mktemp("borders") / "home", stories=stories, text=TEXT)
    with Lake.open(root / "lake") as lake:
        for instant in BORDERS:
            add_call(lake, instant, "load-1")
    return root


@pytest.fixture(scope="module")
def promise(home: Path) -> Promise:
    return promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(AS_OF))


@pytest.fixture
def lake(home: Path) -> Iterator[Lake]:
    with Lake.open(home / "lake") as opened:
        yield opened


def request(promise: Promise, measure: str) -> MeasureRequest:
    (found,) = [one for one in requests_of(promise.contract) if one.measure == measure]
    return found


def counted(source: DailySource, promise: Promise, month: str) -> tuple[int, int]:
    first = on(f"{month}-01")
    span = (first, date(first.year, first.month + 1, 1))
    calls, solved = (source.tally(request(promise, measure), (span,)).value for measure in (CALLS, SOLVED))
    return int(calls or 0), int(solved or 0)


MONTHS = {"2026-03": (1, 0), "2026-04": (2, 2), "2026-05": (1, 1)}


@pytest.mark.parametrize("month", MONTHS)
def test_a_month_has_what_lies_between_its_local_midnights(lake: Lake, promise: Promise, month: str) -> None:
    assert counted(source_of(lake, promise, AS_OF), promise, month) == MONTHS[month]


def test_many_months_read_together_have_the_same(lake: Lake, promise: Promise) -> None:
    source = source_of(lake, promise, AS_OF)
    assert [counted(source, promise, month) for month in (*MONTHS, "2026-03")] == [*MONTHS.values(), (1, 0)]


def test_a_source_of_an_earlier_state_of_the_lake_counts_what_was_there_then(
    home: Path, promise: Promise, tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(home / "lake", tmp_path / "lake")
    with Lake.open(tmp_path / "lake") as lake:
        before = lake.pin()
        add_call(lake, "2026-04-15T10:00:00", "load-2")
        assert counted(source_of(lake, promise, AS_OF, before), promise, "2026-04") == (2, 2)
        assert counted(source_of(lake, promise, AS_OF), promise, "2026-04") == (3, 2)


def test_of_clocks_those_of_the_kinds_asked_for_are_read(lake: Lake, promise: Promise) -> None:
    read = source_of(lake, promise, AS_OF).read(["clock", "case", "call"], None)
    columns = ["case_id", "kind"]
    kinds = set(read.table("clock", columns).column("kind").to_pylist())
    assert {"first_reply", "requester_wait"} <= kinds
    replies = read.table("clock", columns, kinds=("first_reply",))
    assert (set(replies.column("kind").to_pylist()), replies.column_names) == ({"first_reply"}, columns)
    assert (read.table("case", ["case_id"]).num_rows, read.table("call", ["case_id"]).num_rows) == (3, 4)


def test_rows_are_pinned_where_that_is_asked_and_outside_the_term_there_is_nothing_to_pin(
    home: Path, promise: Promise
) -> None:
    with prepared(home, promise, "2026-04", AS_OF) as given:
        bare, pinned = given.expected(), given.expected(with_rows=True)
        assert bare is not None
        assert pinned is not None
        assert {one.rows for line in bare.lines for one in line.counted} == {""}
        assert {len(one.rows) for line in pinned.lines for one in line.counted} == {64}
        assert [str(line.amount) for line in bare.lines] == ["EUR 2.00", "EUR 4.00", "EUR 6.00", "None"]
    with prepared(home, promise, "2026-01", AS_OF) as given:
        assert given.expected(with_rows=True) is None


def test_everything_is_asked_once_that_any_text_counts_by_a_measure_that_there_is() -> None:
    contract, findings = load_text(TEXT)
    assert contract is not None, findings
    assert [one.measure for one in requests_of(contract)] == [CALLS, SOLVED, "billable_cases"]


def test_a_calendar_is_open_on_a_day_that_any_of_its_hours_touch_and_not_beyond_the_last_that_is_known(
    promise: Promise,
) -> None:
    opens = opening_of(promise.terms)
    assert [opens("office", on(day)) for day in ("2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06")] == [
        True, False, False, True]  # fmt: skip
    assert not opens("office", date(2200, 1, 1))

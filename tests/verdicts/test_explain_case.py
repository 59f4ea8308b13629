"""One case under one verdict: its place, what became of it, whose messages are its own, and when the desk was open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.verdicts.evidence import PeriodEvidence, canonical_rows
from tallystick.verdicts.explain import Kept, kept
from tallystick.verdicts.explain_case import CaseExplained, explain_case
from tallystick.verdicts.gathering import evidence_of_rows
from tallystick.verdicts.listing import RowShown
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.opening import OpenHours
from tests.verdicts.fixed_desk import fixed_evidence, fixed_promise, rows_of
from tests.verdicts.kept_desk import kept_desk
from tests.verdicts.tiny_lake import case, case_key, event, statuses, story, survey

STORIES = {
    # From one second before the desk closes at 16:00, or when it does, to one second before it opens at 7:00 or then.
    "E-1": ("2026-03-02T16:00:00", "2026-03-03T06:59:59"),
    "E-2": ("2026-03-02T15:59:59", "2026-03-03T06:59:59"),
    "E-3": ("2026-03-02T16:00:00", "2026-03-03T07:00:00"),
    "E-4": ("2026-03-05T08:00:00", "2026-03-06T12:00:00"),
    "E-5": ("2026-03-10T07:00:00", "2026-03-10T13:00:01"),
    "E-6": ("2026-03-10T08:00:00", None),
}


def small_evidence() -> PeriodEvidence:
    told = [story(number, *times) for number, times in STORIES.items()]
    told.append((case("E-7", "2026-03-11T08:00:00"), []))
    ended = [event("E-5", "2026-03-11T07:00:00", "message", "customer", "public")]
    tables = {
        "case": rows_of("case", [one for one, _ in told]),
        "case_event": rows_of("case_event", [one for _, events in told for one in events] + ended),
        "survey_response": rows_of("survey_response", [survey("E-1", "2026-03-04T10:00:00", 5)]),
        "mapping": rows_of("mapping", statuses()),
    }
    return evidence_of_rows(canonical_rows(tables), fixed_promise().terms, fixed_evidence().gate)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    return kept_desk(tmp_path_factory.mktemp("desk"), small_evidence())[0]


def of(store: VerdictStore, clause: str = "A1") -> Kept:
    return kept(store, store.find(f"aurora/{clause}/2026-03"))


def told(store: VerdictStore, case_id: str, clause: str = "A1", **parts: Any) -> CaseExplained:
    own = parts.pop("own", None) or of(store, clause)
    return explain_case(store, own.verdict, case_id, own=own, **parts)


LATE_WORDS = "(first reply) did not keep the promise: it was due Tue 10 Mar 2026"


@pytest.mark.parametrize(
    ("case_id", "clause", "sentence"),
    [
        ("E-1", "A1", "Case E-1 (first reply) kept the promise."),
        ("E-5", "A1", f"Case E-5 {LATE_WORDS} 11:00:00 (UTC), and it ended 2 h 0 min 1 s later."),
        ("E-6", "A1", f"Case E-6 {LATE_WORDS} 12:00:00 (UTC), and it was still open then."),
        ("E-6", "K1", "Case E-6 is not due yet."),
        ("E-1", "K1", "Case E-1 is counted."),
        ("E-1", "K2", "Case E-1 kept the promise."),
        ("E-6", "K2", "Case E-6 was read for this period and takes no place in the figure."),
    ],
)  # fmt: skip
def test_a_case_is_told_in_one_sentence(store: VerdictStore, case_id: str, clause: str, sentence: str) -> None:
    found = told(store, case_id, clause)
    assert found.sentence == sentence
    assert found.command == f"tally explain fixed-desk/aurora/{clause}/2026-03 --case {case_id}"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (RowShown("E-1", "spam", 0, {}), "Case E-1 (first reply) is left out: spam."),
        (RowShown("E-1", "missed", 0, {}), "Case E-1 (first reply) did not keep the promise."),
        (RowShown("E-1", "met", 1, {"due_at": datetime(2026, 3, 4, 12, tzinfo=UTC)}),
         "Case E-1 (first reply) kept the promise."),
        (RowShown("E-9", "met", 1, {}),
         "Case E-1 was read for this period and takes no place in the figure."),
    ],
)  # fmt: skip
def test_a_case_takes_the_place_that_is_listed_for_it(store: VerdictStore, row: RowShown, sentence: str) -> None:
    found = told(store, "E-1", listed=[row])
    assert found.sentence == sentence
    assert found.row == (row if row.case_id == "E-1" else None)


def test_the_due_moment_is_that_of_the_clock_of_the_verdict(store: VerdictStore) -> None:
    found = [told(store, "E-5", clause).due_at for clause in ("A1", "A2", "K2", "K3")]
    assert found == [datetime(2026, 3, 10, 11, tzinfo=UTC), datetime(2026, 3, 10, 16, tzinfo=UTC), None, None]
    assert {one["kind"] for one in told(store, "E-5").clocks} >= {"first_reply", "first_resolution"}


def hours(*spans: tuple[str, str]) -> tuple[tuple[int, int], ...]:
    return tuple((int(seconds(opens)), int(seconds(closes))) for opens, closes in spans)


def seconds(moment: str) -> int:
    return int(datetime.fromisoformat(f"2026-03-{moment}").replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("case_id", "spans"),
    [
        ("E-1", ()),
        ("E-2", (("02T07:00", "02T16:00"),)),
        ("E-3", (("03T07:00", "03T16:00"),)),
        ("E-4", (("05T07:00", "05T16:00"), ("06T07:00", "06T16:00"))),
        ("E-5", (("10T07:00", "10T16:00"), ("11T07:00", "11T16:00"))),
        ("E-6", (("10T07:00", "10T16:00"),)),
    ],
)
def test_the_opening_hours_that_a_case_touches_are_drawn(
    store: VerdictStore, case_id: str, spans: tuple[tuple[str, str], ...]
) -> None:
    assert told(store, case_id).open_hours == hours(*spans)


LATE = tuple((seconds(f"{day:02}T10:00"), seconds(f"{day:02}T19:00")) for day in range(2, 13))
OFFICE_5, OFFICE_6, LATE_5, LATE_6 = (
    ("05T07:00", "05T16:00"),
    ("06T07:00", "06T16:00"),
    ("05T10:00", "05T19:00"),
    ("06T10:00", "06T19:00"),
)


@pytest.mark.parametrize(
    ("change", "spans"),
    [
        # Other hours from a moment on, for a case from Thursday 8:00 to Friday 12:00.
        ("06T00:00", (OFFICE_5, LATE_6)),
        ("06T07:00", (OFFICE_5, LATE_6)),
        ("06T07:00:01", (OFFICE_5, ("06T07:00", "06T07:00:01"), LATE_6)),
        ("05T19:00", (OFFICE_5, LATE_6)),
        ("05T18:59:59", (OFFICE_5, ("05T18:59:59", "05T19:00"), LATE_6)),
        ("06T12:00", (OFFICE_5, ("06T07:00", "06T12:00"), ("06T12:00", "06T19:00"))),
        ("06T12:00:01", (OFFICE_5, ("06T07:00", "06T12:00:01"))),
        ("05T08:00", (LATE_5, LATE_6)),
        ("05T08:00:01", (("05T07:00", "05T08:00:01"), LATE_5, LATE_6)),
        ("04T08:00", (LATE_5, LATE_6)),
    ],
)
def test_of_two_versions_of_opening_hours_each_is_drawn_on_its_own_side(
    store: VerdictStore, change: str, spans: tuple[tuple[str, str], ...]
) -> None:
    begin = fixed_promise().terms.programmes[0].hours[0][0]
    own = under(of(store), ((begin, "office"), (seconds(change), "late")))
    assert told(store, "E-4", own=own).open_hours == hours(*spans)


def under(own: Kept, versions: tuple[tuple[int, str], ...]) -> Kept:
    """What was kept, with opening hours of the first programme in these versions."""
    terms = own.promise.terms
    first, *others = terms.programmes
    office = terms.hours["office"]
    terms = replace(
        terms,
        programmes=(replace(first, hours=versions), *others),
        hours={**terms.hours, "late": OpenHours("UTC", LATE, office.from_s, office.until_s)},
    )
    return replace(own, promise=replace(own.promise, terms=terms))


def test_the_first_version_of_opening_hours_holds_before_its_day_too(store: VerdictStore) -> None:
    assert told(store, "E-4", own=under(of(store), ((seconds("05T20:00"), "office"),))).open_hours == hours(
        OFFICE_5, OFFICE_6
    )
    two = ((seconds("05T20:00"), "office"), (seconds("06T00:00"), "late"))
    assert told(store, "E-4", own=under(of(store), two)).open_hours == hours(OFFICE_5, LATE_6)


def test_without_opening_hours_none_are_drawn(store: VerdictStore) -> None:
    own = of(store)
    nobodys = replace(own, promise=replace(own.promise, terms=replace(own.promise.terms, programmes=())))
    assert told(store, "E-4", own=nobodys).open_hours == ()


def test_of_a_case_without_events_the_hours_of_its_first_moment_are_drawn(store: VerdictStore) -> None:
    assert told(store, "E-7").open_hours == hours(("11T07:00", "11T16:00"))


def test_messages_of_cases_that_were_merged_into_one_are_its_own_however_long_the_chain(tmp_path: Path) -> None:
    evidence = small_evidence()
    into = {"E-2": "E-1", "E-3": "E-2", "E-5": "E-4"}
    facts = evidence.facts["case"]
    ids = facts.column("case_id").to_pylist()
    merged = pa.array([case_key(into[one]) if one in into else None for one in ids], pa.int64())
    place = facts.column_names.index("merged_into")
    changed = facts.set_column(place, "merged_into", merged)
    # One that is not among the rows was merged into the first as well.
    away = changed.slice(0, 1).to_pylist()[0] | {"case_key": 77, "case_id": "E-0", "merged_into": case_key("E-1")}
    changed = pa.concat_tables([changed, pa.Table.from_pylist([away], schema=changed.schema)])
    store = VerdictStore(tmp_path / "verdicts")
    kept_desk(tmp_path, PeriodEvidence(evidence.rows, {**evidence.facts, "case": changed}, evidence.gate))
    assert {one: set(told(store, one).merged) for one in ("E-1", "E-2", "E-3", "E-4", "E-6")} == {
        "E-1": {"E-2", "E-3"}, "E-2": {"E-3"}, "E-3": set(), "E-4": {"E-5"}, "E-6": set(),
    }  # fmt: skip


def test_a_case_is_found_among_the_rows_or_those_alike_are_named(store: VerdictStore) -> None:
    with pytest.raises(NotFound) as caught:
        told(store, "E-44")
    assert "E-4" in caught.value.near
    assert explain_case(store, store.find("aurora/A1/2026-03"), "E-4").case_id == "E-4"


def test_the_parts_of_a_case_are_json(store: VerdictStore) -> None:
    parts = told(store, "E-5").as_json()
    assert parts["verdict"] == "aurora/A1/2026-03"
    assert parts["row"]["status"] == "missed"
    assert parts["spans"][0]["start_at"] == "2026-03-10T07:00:00Z"
    assert parts["due_at"] == "2026-03-10T11:00:00Z"
    assert json.loads(json.dumps(parts)) == parts
    assert told(store, "E-6", "K2").as_json()["row"] is None

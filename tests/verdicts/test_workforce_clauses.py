"""Clauses on agents' time and on leaving, from rows in a lake to a bundle that the other side recomputes."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.records.lake import Lake
from tallystick.verdicts.bundle import export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import explain, kept
from tallystick.verdicts.explain_row import explain_row
from tallystick.verdicts.signing import signing_key
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verify import verify_bundle, verify_kept
from tests.facts.floor import at, shift, state
from tests.facts.streams.test_employment import person
from tests.verdicts.tiny_lake import MARCH, append, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
TEXT = """
tallystick: 1
contract: lumen-aurora
title: Customer care
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-email: {languages: [de], channels: [email], calendar: office}}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: W1, kind: kpi, title: Adherence, measure: schedule_adherence, target: 90%}
  - {id: W2, kind: kpi, title: Attrition, measure: attrition, target: 150%}
  - {id: W3, kind: kpi, title: Quick attrition, measure: attrition, target: 60%, params: {leavers: voluntary}}
  - {id: C1, kind: service_credit, when: {clause: W1}, model: percentage, percentage: 5%, of: monthly}
"""
# Ana keeps her shift; Bo is ready for three of four hours. The night shift of 31 March ends in April.
STATES = [
    state("available", "2026-03-02T07:00", "2026-03-02T11:00"),
    state("available", "2026-03-02T07:00", "2026-03-02T10:00", agent="bo"),
    state("available", "2026-03-31T19:00", "2026-04-01T03:00"),
    state("talk", "2026-04-02T07:00", None),
    state("offline", "2026-04-02T08:00", None),
]
SHIFTS = [
    shift("work", "2026-03-02T07:00", "2026-03-02T11:00", published="2026-02-20T00:00"),
    shift("work", "2026-03-02T07:00", "2026-03-02T11:00", agent="bo", published="2026-02-20T00:00"),
    shift("work", "2026-03-31T19:00", "2026-04-01T03:00", published="2026-03-20T00:00"),
]
# Ten on the roll at the beginning of March, one of whom leaves; another comes.
PEOPLE = [
    *(person(f"p{place}", "2025-06-01") for place in range(9)),
    person("gone", "2025-06-01", "2026-03-15", left_as="voluntary"),
    person("new", "2026-03-16"),
    person("long-gone", "2025-06-01", "2025-12-24", left_as="involuntary"),
]


def stored(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [row | {"source_at": at("2026-03-01T00:00")} for row in rows]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_home(tmp_path_factory.mktemp("home"), MARCH, TEXT)
    with Lake.open(root / "lake") as lake:
        append(lake, "agent_state", stored(STATES))
        append(lake, "shift", stored(SHIFTS))
        append(lake, "agent", stored(PEOPLE))
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    return root


@pytest.fixture(scope="module")
def store(home: Path) -> VerdictStore:
    return VerdictStore(home / "verdicts")


def test_adherence_is_judged_by_the_days_of_the_month(store: VerdictStore) -> None:
    """4 + 3 of 4 + 4 hours on the 2nd; of the night of the 31st two of two hours lie in March: 9 of 10."""
    verdict = store.find("aurora/W1/2026-03")
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n) == (Fraction(9, 10), 3)
    assert verdict.outcome == "met"


def test_attrition_is_judged_by_opening_and_closing_headcount(store: VerdictStore) -> None:
    """One leaver of (10 + 10) / 2 in one month is 120 % a year."""
    verdict = store.find("aurora/W2/2026-03")
    assert verdict.value is not None
    assert verdict.value.value == Fraction(12, 10)
    assert verdict.outcome == "met"
    assert store.find("aurora/W3/2026-03").outcome == "missed"


def test_each_can_be_explained_down_to_its_rows(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/W1/2026-03"))
    assert told.rows_total == 3
    assert {row.case_id for row in told.rows} == {"ana@2026-03-02", "bo@2026-03-02", "ana@2026-03-31"}
    assert "90 %" in told.sentence
    months = explain(store, store.find("aurora/W2/2026-03"))
    assert months.rows_total == 11
    assert "gone@202603" in {row.case_id for row in months.rows}


def test_an_agents_day_opens_with_its_states_and_shifts(store: VerdictStore) -> None:
    own = kept(store, store.find("aurora/W1/2026-03"))
    records = dict(explain_row(own, "bo@2026-03-02").records)
    assert [(row["agent"], row["state"]) for row in records["agent_state"]] == [("bo", "available")]
    assert [(row["agent"], row["activity"]) for row in records["shift"]] == [("bo", "work")]
    night = dict(explain_row(own, "ana@2026-03-31").records)
    assert [row["ended_at"] for row in night["agent_state"]] == [at("2026-04-01T03:00")]
    months = kept(store, store.find("aurora/W2/2026-03"))
    (person_,) = dict(explain_row(months, "gone@202603").records)["agent"]
    assert (person_["agent_id"], person_["left_as"]) == ("gone", "voluntary")


def test_the_judging_and_its_bundle_hold_when_recomputed(home: Path, store: VerdictStore) -> None:
    (record,) = store.judged(period="2026-03")
    assert verify_kept(store, record).findings == ()
    answer = verify_bundle(export_bundle(store, record, signing_key(home / "keys"), home))
    assert answer.findings == ()
    assert len(answer.verdicts) == 3


def test_only_rows_that_the_period_needs_are_pinned(store: VerdictStore) -> None:
    verdict = store.find("aurora/W1/2026-03")
    pinned = {one.table: one.rows for one in verdict.pins.rows}
    assert pinned["agent_state"] == 3
    assert pinned["agent"] == 11

"""The contract over two times: from when something holds, and from when it was known."""

from __future__ import annotations

from datetime import date

import pytest

from tallystick.contract.clause import applied_order
from tallystick.contract.clauses.sla_target import SlaTarget
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tests.contract.agreement import edited, sound

FASTER = "{clause: A1, set: {within: 3h}}"
LATE = ("    known: 2025-12-10\n", "    known: 2026-02-15\n")


def within(contract: Contract) -> int:
    clause = contract.clause("A1")
    assert isinstance(clause, SlaTarget)
    return clause.within


def test_an_amendment_holds_from_its_effective_day() -> None:
    contract = sound()
    assert within(contract.in_force(date(2025, 12, 31))) == 4 * 3600
    assert within(contract.in_force(date(2026, 1, 1))) == 3 * 3600
    assert within(contract) == 4 * 3600


def test_what_was_not_yet_known_does_not_hold() -> None:
    contract = sound(LATE)
    january = date(2026, 1, 31)
    assert within(contract.in_force(january, known_on=date(2026, 2, 5))) == 4 * 3600
    assert within(contract.in_force(january, known_on=date(2026, 2, 15))) == 3 * 3600
    assert within(contract.in_force(january)) == 3 * 3600


def test_the_text_in_force_leads_back_to_the_original() -> None:
    contract = sound()
    amended = contract.in_force(date(2026, 6, 1))
    assert amended.version == "AM1"
    assert amended.in_force(date(2025, 8, 1)) is contract
    assert amended.in_force(date(2026, 7, 1)) is amended


def test_amendments_follow_each_other_by_effective_day() -> None:
    later = (
        "  - id: AM0\n    effective: 2025-10-01\n    changes:\n"
        "      - {clause: A1, set: {within: 5h, minimum: null}}\n"
        "      - {add: {id: K2, kind: kpi, measure: csat, target: 70%, minimum_volume: 10}}\n"
        "      - {calendar: office, set: {week: always}}\n"
        "      - {section: term, set: {to: 2028-06-30}}\n"
        "      - {clause: K1, remove: true}\n"
        "examples:\n"
    )
    contract = sound(("examples:\n", later), (FASTER, FASTER + ", {clause: K2, set: {target: 75%}}"))
    autumn, spring = contract.in_force(date(2025, 11, 1)), contract.in_force(date(2026, 3, 1))
    assert (within(autumn), within(spring)) == (5 * 3600, 3 * 3600)
    assert spring.applied == ("AM0", "AM1")
    clause = autumn.clause("A1")
    assert isinstance(clause, SlaTarget)
    assert clause.minimum is None
    assert autumn.clause("K1") is None
    assert [part.id for part in spring.clauses] == ["A1", "C1", "CAP", "K2"]
    assert autumn.term.to_on == date(2028, 6, 30)


def test_an_amendment_known_before_the_one_it_builds_on_is_refused() -> None:
    """AM1 changes a clause that AM0 adds, but was known a month before AM0 was."""
    added = (
        "  - id: AM0\n    effective: 2025-10-01\n    known: 2026-01-10\n    changes:\n"
        "      - {add: {id: K2, kind: kpi, measure: csat, target: 70%}}\nexamples:\n"
    )
    _, findings = load_text(edited(("examples:\n", added), (FASTER, "{clause: K2, set: {target: 75%}}")))
    assert [(found.id, found.place.line) for found in findings] == [("TS-C013", 58)]


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2025, 6, 30), "reporting-only"), (date(2025, 7, 1), "reporting-only"), (date(2025, 9, 1), "in-effect")],
)
def test_the_lifecycle_is_the_last_state_that_has_begun(day: date, state: str) -> None:
    clause = sound().clause("A1")
    assert clause is not None
    assert clause.state_on(day) == state


def test_partners_share_one_text() -> None:
    contract = sound(
        ("partner: {id: aurora, name: Aurora Contact}", "partners: [{id: aurora, name: A}, {id: borealis, name: B}]")
    )
    assert contract.partner_ids == ("aurora", "borealis")


def test_clauses_are_applied_after_those_they_need() -> None:
    contract = sound()
    assert [clause.id for clause in applied_order(contract)] == ["A1", "K1", "C1", "CAP"]


def test_a_place_leads_to_line_and_column() -> None:
    place = sound().place("clauses", 0, "target")
    assert (place.line, place.column) == (33, "5")

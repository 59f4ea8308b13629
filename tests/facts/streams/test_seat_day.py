"""Days of seats and vacancies, counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.facts.floor import Row, facts, whole
from tests.facts.streams.test_employment import person


def days(*people: Row, zone: str = "UTC") -> list[Row]:
    found: list[Row] = facts("seat_day", {"agent": whole("agent", people)}, zone).to_pylist()
    return found


def held(rows: list[Row], name: str) -> list[str]:
    return [str(row["day_on"]) for row in rows if row["agent"] == name and row["vacant_day"] == 0]


def vacant(rows: list[Row], name: str) -> list[tuple[str, int]]:
    return [(str(row["day_on"]), row["vacant_day"]) for row in rows if row["agent"] == name and row["vacant_day"]]


def test_a_person_holds_a_seat_from_the_first_day_to_the_last() -> None:
    rows = days(person("ana", "2026-03-30", "2026-04-02"))
    assert held(rows, "ana") == ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]


def test_a_vacancy_is_counted_until_the_next_newcomer_and_no_longer_than_followed() -> None:
    rows = days(person("ana", "2026-01-01", "2026-03-10"), person("bo", "2026-03-14", "2026-03-15"))
    assert vacant(rows, "ana") == [("2026-03-11", 1), ("2026-03-12", 2), ("2026-03-13", 3)]
    assert len(vacant(rows, "bo")) == 92
    assert vacant(rows, "bo")[0] == ("2026-03-16", 1)


def test_a_newcomer_on_the_day_after_the_last_leaves_no_vacancy() -> None:
    rows = days(person("ana", "2026-01-01", "2026-03-10"), person("bo", "2026-03-11", "2026-03-11"))
    assert vacant(rows, "ana") == []


def test_the_oldest_vacancy_is_filled_first() -> None:
    rows = days(
        person("ana", "2026-01-01", "2026-03-10"),
        person("bo", "2026-01-01", "2026-03-12"),
        person("cleo", "2026-03-14", "2026-12-31"),
    )
    assert len(vacant(rows, "ana")) == 3
    assert len(vacant(rows, "bo")) == 92


def test_a_newcomer_for_whom_no_vacancy_waits_opens_a_seat_and_fills_none_later() -> None:
    rows = days(
        person("ana", "2026-01-01", "2026-03-10"),
        person("early", "2026-02-01", "2026-12-31"),
        person("late", "2026-03-20", "2026-12-31"),
    )
    assert len(vacant(rows, "ana")) == 9


def test_a_vacancy_is_filled_by_the_same_role_and_partner_alone() -> None:
    rows = days(
        person("ana", "2026-01-01", "2026-03-10"),
        person("lead", "2026-03-12", "2026-12-31", role="team_leader"),
        person("other", "2026-03-13", "2026-12-31", partner="borealis"),
        person("bo", "2026-03-15", "2026-12-31", role="agent"),
    )
    assert len(vacant(rows, "ana")) == 4


def test_a_row_is_called_after_who_held_the_seat_or_left_it() -> None:
    rows = days(person("ana", "2026-03-10", "2026-03-10"), person("bo", "2026-03-12", "2026-03-12"))
    assert [row["case_id"] for row in rows if row["agent"] == "ana"] == [
        "ana@2026-03-10",
        "seat left by ana@2026-03-11",
    ]


def test_somebody_without_a_first_day_has_no_seat() -> None:
    assert days(person("ana", None)) == []


def in_turn(people: list[tuple[int, int]]) -> dict[int, int]:
    """By hand, one day after the other: who left which day, and on which day the seat was filled."""
    waiting: list[int] = []
    filled: dict[int, int] = {}
    for day in range(200):
        waiting += [number for number, (_, last) in enumerate(people) if last + 1 == day]
        for first, _ in people:
            if first == day and waiting:
                filled[waiting.pop(0)] = day
    return filled


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=1, max_size=12))
def test_vacancies_are_those_that_a_count_day_by_day_finds(stays: list[tuple[int, int]]) -> None:
    origin = date(2026, 1, 1)
    people = sorted((first, first + length) for first, length in stays)
    # Equal last days leave equal vacancies: which of them is filled first is told by nobody.
    last_days = [last for _, last in people]
    if len(set(last_days)) < len(last_days):
        return
    rows = days(
        *(
            person(f"p{number}", str(origin + timedelta(days=first)), str(origin + timedelta(days=last)))
            for number, (first, last) in enumerate(people)
        )
    )
    filled = in_turn(people)
    for number, (_, last) in enumerate(people):
        expected = min(filled[number] - last - 1, 92) if number in filled else 92
        assert len(vacant(rows, f"p{number}")) == expected

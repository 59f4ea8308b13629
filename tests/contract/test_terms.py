"""What the clocks are given."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tallystick.contract.cells import fact_population
from tallystick.contract.counted import CountedClause
from tallystick.contract.terms import clock_terms
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.errors import NotFound
from tests.contract.agreement import sound

LATE = ("    known: 2025-12-10\n", "    known: 2026-02-15\n")


def second(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc]


def test_targets_change_at_local_midnight_of_the_effective_day() -> None:
    terms = clock_terms(sound(), "aurora")
    found = [(target.programme, target.seconds, target.from_s, target.until_s) for target in terms.targets]
    start, change, end = second(2025, 6, 30, 21), second(2025, 12, 31, 22), second(2027, 6, 30, 21)
    assert ("german-email", 4 * 3600, start, change) in found
    assert ("german-email", 3 * 3600, change, end) in found


def test_an_amendment_that_was_not_known_is_not_in_the_terms() -> None:
    early = clock_terms(sound(LATE), "aurora", known_on=date(2026, 2, 1))
    assert {target.seconds for target in early.targets} == {4 * 3600}
    assert early.digest() != clock_terms(sound(LATE), "aurora").digest()


def test_definitions_reach_the_clocks() -> None:
    terms = clock_terms(sound(), "aurora")
    assert terms.pausing == {"pending"}
    assert terms.excluded_kinds == {"spam", "test", "duplicate"}
    assert (terms.reopen_window_s, terms.repeat_window_s) == (7 * 86_400, 7 * 86_400)
    assert terms.zone.zone == "Europe/Bucharest"


def test_opening_hours_know_holidays_and_own_days() -> None:
    hours = clock_terms(sound(), "aurora").hours["office"]
    starts = {start for start, _ in hours.intervals}
    assert second(2025, 12, 23, 7) in starts
    assert second(2025, 12, 24, 7) not in starts  # own day
    assert second(2025, 12, 25, 7) not in starts  # public holiday of Romania
    assert (second(2025, 12, 31, 7), second(2025, 12, 31, 11)) in hours.intervals  # override


def test_a_target_that_cuts_a_programme_splits_it() -> None:
    """German VIP cases of a programme that also takes French: the rest of the programme has no target."""
    contract = sound(
        ("german-email: {languages: [de], channels: [email], queues: [german], site: cluj, calendar: office}",
         "care: {calendar: office}"),
        ("for: {language: de, channel: email}", "for: {programme: care, language: de}"),
    )  # fmt: skip
    terms = clock_terms(contract, "aurora")
    assert [(part.programme, set(part.languages)) for part in terms.programmes] == [
        ("care/A1", {"de"}),
        ("care", set()),
    ]
    assert {target.programme for target in terms.targets} == {"care/A1"}
    clause = contract.clause("A1")
    assert isinstance(clause, CountedClause)
    named = {part.field: part.values for part in fact_population(contract, clause)}
    assert named == {"language": ("de",), "programme": ("care", "care/A1")}


def test_what_is_not_meant_lies_outside_the_cut() -> None:
    contract = sound(
        ("german-email: {languages: [de], channels: [email], queues: [german], site: cluj, calendar: office}",
         "care: {calendar: office}"),
        ("for: {language: de, channel: email}", "for: {language: {not: [de, fr]}, priority: [high, urgent]}"),
    )  # fmt: skip
    terms = clock_terms(contract, "aurora")
    assert {(target.programme, target.priority) for target in terms.targets} == {("care", "high"), ("care", "urgent")}


def test_a_retired_target_ends() -> None:
    contract = sound(("{from: 2025-09-01, as: in-effect}", "{from: 2025-09-01, as: retired}"))
    ends = {target.until_s for target in clock_terms(contract, "aurora").targets}
    assert ends == {second(2025, 8, 31, 21)}


def test_a_changed_calendar_never_changes_the_past() -> None:
    change = "{clause: A1, set: {within: 3h}}"
    contract = sound((change, '{calendar: office, set: {week: {daily: ["08:00-20:00"]}}}'))
    before, after = clock_terms(sound(), "aurora").hours["office"], clock_terms(contract, "aurora").hours["office"]
    cut = second(2025, 12, 31, 22)
    assert [part for part in after.intervals if part[1] <= cut] == [part for part in before.intervals if part[1] <= cut]
    assert (second(2026, 1, 4, 6), second(2026, 1, 4, 18)) in after.intervals  # a Sunday


def test_a_programme_can_change_its_calendar() -> None:
    contract = sound(
        ("queues: {german", "  night: {week: always}\nqueues: {german"),
        ("{clause: A1, set: {within: 3h}}", "{programme: german-email, set: {calendar: night}}"),
    )
    programme = clock_terms(contract, "aurora").programmes[0]
    assert [name for _, name in programme.hours] == ["office", "night"]
    assert programme.hours[1][0] == second(2025, 12, 31, 22)


def test_a_stranger_has_no_terms() -> None:
    with pytest.raises(NotFound):
        clock_terms(sound(), "borealis")
    assert clock_terms(sound(), "*").partner == "*"


def test_the_lock_of_forecasts_reaches_the_terms_and_the_usual_one_changes_no_digest() -> None:
    usual, said, early = (
        clock_terms(sound(("definitions:\n", f"definitions:\n{lock}")), "aurora")
        for lock in ("", "  forecast_lock: 14d\n", "  forecast_lock: 28d\n")
    )
    assert (usual.forecast_lock_s, said.forecast_lock_s, early.forecast_lock_s) == (
        14 * 86_400,
        14 * 86_400,
        28 * 86_400,
    )
    assert usual.digest() == said.digest() != early.digest()
    parts = {name: value for name, value in vars(usual).items() if name not in ("_digest", "forecast_lock_s")}
    assert usual.digest() == digest(parts), "terms that were kept before forecasts had a lock keep their digest"

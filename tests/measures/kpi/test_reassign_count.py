"""How often a case changes hands."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of


def owners(*names: str):  # type: ignore[no-untyped-def]
    """A case owned by these agents one after the other, and then solved; the empty name takes the owner away."""
    changes = [(f"2026-03-02T{9 + place:02}:00:00", "owner", "system", name) for place, name in enumerate(names)]
    return folded(told("H-1", "2026-03-02T08:00:00", *changes, ("2026-03-02T20:00:00", "status", "agent", "solved")))


def test_the_first_assignment_is_no_change() -> None:
    assert value_in(owners("ana"), "reassign_count").value == 0
    assert value_in(owners("ana", "bob"), "reassign_count").value == 1


def test_taking_a_case_away_and_giving_it_back_to_the_same_agent_is_none() -> None:
    assert value_in(owners("ana", "", "ana"), "reassign_count").value == 0


def test_a_return_to_an_earlier_owner_is_a_loop() -> None:
    facts = owners("ana", "bob", "ana")
    assert value_in(facts, "reassign_count").value == 2
    assert value_in(facts, "reassign_count", counting="loops").value == 1
    assert value_in(owners("ana", "bob", "cia"), "reassign_count", counting="loops").value == 0


def test_a_case_tossed_often_weighs_as_often_and_the_transfer_rate_counts_it_once() -> None:
    rows = [{"transfers_agent": 3}, *[{}] * 9]
    assert value_of("reassign_count", "case", *rows).value == Fraction(3, 10)
    assert value_of("transfer_rate", "case", *rows).value == Fraction(1, 10)


def test_all_three_kinds_of_change_can_be_counted_together() -> None:
    row = {"transfers_agent": 1, "transfers_queue": 2, "transfers_partner": 4}
    asked = {
        counting: value_of("reassign_count", "case", row, counting=counting).value
        for counting in ("agent", "queue", "partner", "all")
    }
    assert asked == {"agent": 1, "queue": 2, "partner": 4, "all": 7}

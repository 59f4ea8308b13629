"""What else a case's row tells, and the clocks beside first reply and resolution."""

from __future__ import annotations

import pytest

from tallystick.facts.rows import facts_of_rows
from tallystick.facts.timeline import trace
from tallystick.vocabulary.errors import NotFound
from tests.facts.histories import World, target, terms
from tests.facts.stories import MAPPING, Story, Told, clock_time

HOUR = 3600
# Guards the version of the folds: a change that moves a figure is a new version, and this digest says so.
GOLDEN = "c8ec3a7004d6cbc35b7e3d0d86852929b7f11e4916187bb5c5a16c179de42d9c"


def test_several_customer_messages_are_one_clock_from_the_first() -> None:
    story = Story().writes("mon 08:00").replies("mon 09:00").writes("mon 10:00").writes("mon 11:00")
    told = Told(story.replies("mon 12:00").writes("mon 13:00"))
    first, second = told.all("next_reply")
    assert (first["start_at"], first["calendar_s"]) == (clock_time("mon 10:00"), 2 * HOUR)
    assert (second["n"], second["state"]) == (2, "running")


def test_updates_are_the_gaps_between_public_replies_and_notes_are_none() -> None:
    story = Story().replies("mon 09:00").tell("mon 10:00", "note").replies("mon 12:00").status("mon 12:00", "solved")
    told = Told(story)
    assert told.one("periodic_update")["calendar_s"] == 3 * HOUR


def test_a_pausable_update_counts_only_new_open_and_hold() -> None:
    story = Story().replies("mon 09:00").status("mon 10:00", "Waiting").status("mon 14:00", "open").replies("mon 15:00")
    told = Told(story)
    assert told.all("pausable_update")[0]["calendar_s"] == 2 * HOUR
    assert told.all("periodic_update")[0]["calendar_s"] == 6 * HOUR


def test_solving_cancels_an_update_that_was_not_due_and_a_late_one_stays_missed() -> None:
    under = terms(targets=(target("periodic_update", 2),))
    quick = Story("A").replies("mon 09:00").status("mon 10:00", "solved")
    late = Story("B").replies("mon 09:00").status("mon 13:00", "solved")
    told = Told(quick, late, under=under)
    assert told.one("periodic_update", "A")["state"] == "cancelled"
    assert told.one("periodic_update", "B")["state"] == "stopped"


def test_requester_wait_counts_hold_and_agent_work_does_not() -> None:
    story = Story().status("mon 09:00", "hold").status("mon 11:00", "Waiting").status("mon 12:00", "solved")
    told = Told(story)
    assert told.one("requester_wait")["calendar_s"] == 3 * HOUR
    assert told.one("agent_work")["calendar_s"] == HOUR
    assert told.one("on_hold")["calendar_s"] == 2 * HOUR


def test_a_case_solved_without_a_reply_cancels_its_reply_clock_unless_it_was_late() -> None:
    quick = Story("A").writes("mon 08:00").status("mon 09:00", "solved")
    late = Story("B").writes("mon 08:00").status("mon 14:00", "solved")
    told = Told(quick, late)
    assert told.one("first_reply", "A")["state"] == "cancelled"
    assert (told.one("first_reply", "B")["state"], told.one("first_reply", "B")["calendar_s"]) == ("stopped", 6 * HOUR)


def test_an_escalation_is_acknowledged_by_saying_so_or_by_the_next_thing_an_agent_does() -> None:
    said = Story("A").tell("mon 09:00", "escalated", value="2").tell("mon 09:30", "acknowledged")
    done = Story("B").tell("mon 09:00", "escalated", value="2").tell("mon 10:00", "note").tell("mon 11:00", "note")
    told = Told(said, done)
    assert told.one("acknowledgement", "A")["calendar_s"] == 1800
    assert told.one("acknowledgement", "B")["calendar_s"] == HOUR


def test_transfers_and_loops_are_counted_by_agent_queue_and_partner() -> None:
    story = Story().tell("mon 08:00", "owner", "system", "ana")
    story.tell("mon 09:00", "owner", "agent", "bob").tell("mon 10:00", "owner", "agent", "ana")
    story.tell("mon 11:00", "queue", value="returns", partner="borealis").tell("mon 12:00", "queue", value="billing")
    case = Told(story).case()
    assert [case[f"transfers_{what}"] for what in ("agent", "queue", "partner")] == [2, 2, 2]
    assert [case["loops"], case["loops_partner"]] == [1, 1]
    assert [case[name] for name in ("partner", "partner_last", "agent", "agent_last")] == [
        "aurora",
        "aurora",
        "ana",
        "ana",
    ]


def test_repeated_contacts_are_numbered_within_the_window_by_customer_and_reason() -> None:
    same = {"requester_key": 7, "reason": "invoice"}
    told = Told(
        Story("A", "mon 08:00", **same),
        Story("B", "mon+7 08:00", **same),
        Story("C", "tue+21 08:00", **same),
        Story("D", "tue 08:00", requester_key=7, reason="return"),
        Story("E", "tue 09:00", requester_key=None),
        Story("F", "tue 10:00", kind="spam", **same),
    )
    assert {name: row["contact_no"] for name, row in told.cases.items()} == {
        "A": 1, "B": 2, "C": 1, "D": 1, "E": None, "F": None,
    }  # fmt: skip
    assert [told.case(name)["repeated"] for name in "ABCE"] == [True, False, False, None]


def test_a_status_word_means_what_its_newest_mapping_says_from_its_instant_on() -> None:
    mapping = [
        {"kind": "status", "source": "desk", "raw": "parked", "meaning": "hold", "valid_from": None},
        {
            "kind": "status",
            "source": "desk",
            "raw": "parked",
            "meaning": "solved",
            "valid_from": clock_time("tue 00:00"),
        },
    ]
    told = Told(Story("A").status("mon 09:00", " Parked "), Story("B").status("tue 09:00", "PARKED"), mapping=mapping)
    assert [told.case(name)["status"] for name in "AB"] == ["hold", "solved"]


def test_the_order_in_which_events_arrive_changes_nothing() -> None:
    story = (
        Story().writes("mon 08:00").replies("mon 09:00").status("mon 09:00", "Waiting").status("mon 12:00", "solved")
    )
    facts = facts_of_rows([story.case], story.events, MAPPING, terms())
    again = facts_of_rows([story.case], story.events[::-1], MAPPING, terms())
    assert facts.digest() == again.digest()


def test_events_before_the_creation_do_not_turn_time_back() -> None:
    told = Told(Story("A", "mon 10:00").writes("mon 09:00").replies("mon 09:30"))
    assert told.one("first_reply")["calendar_s"] == 0


def test_no_cases_give_empty_tables_with_all_columns() -> None:
    facts = facts_of_rows([], [], [], terms())
    assert [len(facts.table(name)) for name in ("clock", "case", "owner_share")] == [0, 0, 0]


def test_an_unknown_fact_or_column_is_named() -> None:
    facts = facts_of_rows([], [], [], terms())
    with pytest.raises(NotFound, match="nonsense"):
        facts.table("nonsense")
    with pytest.raises(NotFound, match="colour"):
        facts.table("case", ["colour"])


def test_the_spans_of_a_case_tell_status_pause_opening_hours_and_who_waits() -> None:
    story = Story().writes("mon 08:00").replies("mon 09:00").status("mon 09:00", "Waiting").writes("mon 16:00")
    story.status("mon 18:00", "solved")
    spans = trace([story.case], story.events, MAPPING, terms(), story.case["case_key"])
    assert [(span.status, span.pause, span.waiting, span.business_s) for span in spans] == [
        ("new", "", True, HOUR),
        ("pending", "legitimate", False, 7 * HOUR),
        ("pending", "with a waiting customer", True, HOUR),
        ("solved", "", True, None),
    ]
    assert spans[1].events == ("message public", "status Waiting")


def test_the_compiled_path_gives_the_same_facts_as_the_uncompiled_one() -> None:
    for seed in range(40):
        cases, events, mapping = history(seed)
        plain = facts_of_rows(cases, events, mapping, STRICT)
        compiled = facts_of_rows(cases, events, mapping, STRICT, compiled=True)
        for name in ("clock", "case", "owner_share"):
            assert plain.table(name).equals(compiled.table(name)), f"seed {seed}: {name}"


def test_the_figures_of_this_version_of_the_folds_have_not_moved() -> None:
    assert facts_of_rows(*history(7, cases=200), STRICT).digest() == GOLDEN


STRICT = terms(
    partner="aurora",
    targets=(
        target("first_reply", 4),
        target("first_reply", 1, priority="high"),
        target("next_reply", 2),
        target("periodic_update", 20, basis="calendar"),
        target("pausable_update", 5),
        target("requester_wait", 8),
        target("agent_work", 3),
        target("full_resolution", 16),
        target("acknowledgement", 1),
    ),
)


def history(seed: int, cases: int = 30) -> tuple[list[dict[str, object]], list[dict[str, object]], object]:
    """Random cases and events after random changes, as lists."""
    world = World(seed)
    for _ in range(cases):
        world.new_case()
    for _ in range(cases // 2):
        world.random.choice(world.steps())()
    names = [name for name, case in world.cases.items() if not case.get("gone")]
    events = [row for row in world.event_rows(names).to_pylist() if row["event_at"] is not None]
    return world.case_rows(names).to_pylist(), events, world.mapping_rows()

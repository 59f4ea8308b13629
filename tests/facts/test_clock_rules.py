"""The rules R1 to R15 of the KPI dictionary as far as facts carry them, and two faults of the best public model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tallystick.facts.rows import fold_rows
from tallystick.vocabulary.clock_terms import ProgrammeTerms
from tests.facts.histories import office, target, terms
from tests.facts.stories import MAPPING, Story, Told, clock_time

HOUR = 3600


# ---- R1 event time -----------------------------------------------------------------------------------------------


def test_r1_the_target_is_the_one_in_force_when_the_clock_starts_not_the_newest() -> None:
    change = int(clock_time("mon 12:00").timestamp())
    under = terms(targets=(target("first_reply", 4, until_s=change), target("first_reply", 1, from_s=change)))
    before, after = Story("A").writes("mon 08:00").replies("mon 13:00"), Story("B", "mon 13:00").writes("mon 13:00")
    told = Told(before, after, under=under)
    assert told.one("first_reply")["target_s"] == 4 * HOUR
    assert told.one("first_reply", "B")["target_s"] == HOUR


def test_r1_a_priority_raised_later_does_not_change_a_running_clock() -> None:
    under = terms(targets=(target("first_reply", 4), target("first_reply", 1, priority="urgent")))
    told = Told(Story().tell("mon 09:00", "priority", value="urgent").replies("mon 11:00"), under=under)
    row = told.one("first_reply")
    assert (row["target_s"], row["priority"]) == (4 * HOUR, "normal")
    assert told.case()["priority"] == "urgent"


def test_r1_a_priority_set_in_the_instant_of_creation_counts() -> None:
    under = terms(targets=(target("first_reply", 4), target("first_reply", 1, priority="urgent")))
    told = Told(Story().tell("mon 08:00", "priority", "system", "urgent").replies("mon 11:00"), under=under)
    assert told.one("first_reply")["target_s"] == HOUR


def test_r1_a_clock_without_a_target_takes_the_first_that_applies_counted_from_its_start() -> None:
    under = terms(targets=(target("first_reply", 2, priority="urgent"),))
    told = Told(Story().tell("mon 11:00", "priority", value="urgent").replies("mon 12:00"), under=under)
    row = told.one("first_reply")
    assert (row["target_s"], row["due_at"]) == (2 * HOUR, clock_time("mon 10:00"))


def test_r1_the_opening_hours_in_force_hold_for_each_part_of_a_span() -> None:
    change = int(clock_time("tue 00:00").timestamp())
    programme = ProgrammeTerms("mail", frozenset(), frozenset(), frozenset(), ((0, "office"), (change, "short")))
    under = terms(hours={"office": office(), "short": office(8, 12)}, programmes=(programme,))
    told = Told(Story().writes("mon 08:00").replies("tue 18:00"), under=under)
    assert told.one("first_reply")["business_s"] == (9 + 4) * HOUR


def test_r1_the_programme_and_calendar_follow_the_queue_from_the_instant_of_the_move() -> None:
    day = ProgrammeTerms("day", frozenset({"billing"}), frozenset(), frozenset(), ((0, "office"),))
    late = ProgrammeTerms("late", frozenset({"returns"}), frozenset(), frozenset(), ((0, "evening"),))
    under = terms(hours={"office": office(), "evening": office(17, 22)}, programmes=(day, late))
    told = Told(Story().tell("mon 12:00", "queue", value="returns").replies("mon 18:00"), under=under)
    row = told.one("first_reply")
    assert (row["business_s"], row["programme"]) == ((4 + 1) * HOUR, "day")
    assert told.case()["programme"] == "late"


# ---- R2 attribution ----------------------------------------------------------------------------------------------


def test_r2_owners_at_start_at_due_and_at_stop_are_all_kept() -> None:
    story = Story().tell("mon 08:00", "owner", "system", "bob")
    story.tell("mon 10:00", "queue", value="returns", partner="borealis")
    story.tell("mon 13:00", "owner", "system", "cyd", partner="cirrus").replies(
        "mon 14:00", partner="cirrus", agent="cyd"
    )
    told = Told(story)
    row = told.one("first_reply")
    assert [row[f"owner_{when}"] for when in ("start", "due", "stop")] == ["aurora", "borealis", "cirrus"]
    assert [row[f"agent_{when}"] for when in ("start", "due", "stop")] == ["bob", "bob", "cyd"]
    assert row["partner"] == "aurora"


def test_r2_a_case_unassigned_before_its_solving_keeps_its_last_owner() -> None:
    story = Story().tell("mon 08:00", "owner", "system", "bob").tell("mon 10:00", "owner", "system", "")
    told = Told(story.status("mon 11:00", "solved", "system"))
    assert told.one("full_resolution")["agent_stop"] == "bob"
    assert told.case()["agent_last"] == "bob"


def test_r2_the_share_of_each_partner_in_a_clock_adds_up_to_the_whole() -> None:
    story = (
        Story().tell("mon 10:00", "queue", value="returns", partner="borealis").replies("mon 13:00", partner="borealis")
    )
    shares = [row for row in Told(story).facts.table("owner_share").to_pylist() if row["kind"] == "first_reply"]
    assert [(row["owner"], row["owned_before_s"], row["owned_s"], row["owned_total_s"]) for row in shares] == [
        ("aurora", 0, 2 * HOUR, 5 * HOUR),
        ("borealis", 2 * HOUR, 3 * HOUR, 5 * HOUR),
    ]


def test_r2_coming_back_from_foreign_hands_the_clock_takes_the_target_of_that_instant() -> None:
    change = int(clock_time("mon 10:00").timestamp())
    under = terms(
        partner="aurora",
        targets=(target("first_reply", 4, until_s=change), target("first_reply", 8, from_s=change)),
    )
    story = Story().tell("mon 09:00", "queue", "agent", None, partner="other party", agent=None)
    told = Told(story.tell("mon 12:00", "queue", value="billing").replies("mon 14:00"), under=under)
    row = told.one("first_reply")
    assert (row["target_s"], row["business_s"]) == (8 * HOUR, 6 * HOUR)


# ---- R3, R4 what periods and snapshots need ----------------------------------------------------------------------


def test_r3_local_dates_weeks_and_months_of_start_due_and_stop_are_in_the_contract_zone() -> None:
    zone = replace(terms().zone, zone="Pacific/Kiritimati", transitions=((0, 14 * HOUR),))
    told = Told(Story("A", "tue+28 09:00").writes("tue+28 09:00").replies("tue+28 10:30"), under=terms(zone=zone))
    row = told.one("first_reply")
    assert (row["start_on"], row["start_week"], row["start_month"]) == (date(2026, 3, 31), date(2026, 3, 30), 202603)
    assert (row["stop_on"], row["stop_month"]) == (date(2026, 4, 1), 202604)


def test_r4_a_running_clock_keeps_what_it_has_counted_and_when_it_falls_due() -> None:
    told = Told(Story().writes("mon 08:00").tell("mon 09:00", "note"))
    row = told.one("first_reply")
    assert (row["state"], row["stop_at"], row["business_s"]) == ("running", None, HOUR)
    assert (row["running_since"], row["due_at"]) == (clock_time("mon 09:00"), clock_time("mon 12:00"))


def test_r4_a_clock_that_stands_still_has_no_due_instant_yet() -> None:
    under = terms(targets=(target("requester_wait", 4),))
    row = Told(Story().replies("mon 09:00").status("mon 09:00", "Waiting"), under=under).one("requester_wait")
    assert (row["state"], row["running_since"], row["due_at"], row["business_s"]) == ("running", None, None, HOUR)


# ---- R5 reopening ------------------------------------------------------------------------------------------------


def test_r5_a_reopening_inside_the_window_continues_the_issue_and_keeps_the_first_result() -> None:
    story = Story().replies("mon 09:00").status("mon 10:00", "solved").writes("tue 08:00")
    told = Told(story.status("tue 08:00", "open", "customer").replies("tue 09:00").status("tue 10:00", "solved"))
    assert told.one("first_resolution")["stop_at"] == clock_time("mon 10:00")
    full = told.one("full_resolution")
    assert (full["stop_at"], full["calendar_s"]) == (clock_time("tue 10:00"), 26 * HOUR)
    assert [told.case()[name] for name in ("reopens", "reopens_in_window", "reopens_by_customer")] == [1, 1, 1]
    assert told.case()["first_solved_at"] == clock_time("mon 10:00")


def test_r5_a_reopening_after_the_window_is_a_new_issue_kept_apart() -> None:
    story = Story().replies("mon 09:00").status("mon 10:00", "solved")
    told = Told(story.status("tue+7 10:00", "open", "customer").status("tue+7 12:00", "solved"))
    first, second = told.all("full_resolution")
    assert (first["stop_at"], first["n"]) == (clock_time("mon 10:00"), 1)
    assert (second["start_at"], second["calendar_s"], second["n"]) == (clock_time("tue+7 10:00"), 2 * HOUR, 2)
    assert [told.case()[name] for name in ("reopens", "reopens_in_window")] == [1, 0]


def test_r5_the_last_instant_of_the_window_is_inside_it() -> None:
    story = Story().status("mon 10:00", "solved").status("mon+7 10:00", "open")
    assert Told(story).case()["reopens_in_window"] == 1


def test_r5_a_customer_message_alone_does_not_reopen() -> None:
    told = Told(Story().replies("mon 09:00").status("mon 10:00", "solved").writes("mon 11:00"))
    assert told.case()["status"] == "solved"
    assert told.case()["reopens"] == 0
    assert told.all("next_reply") == []
    assert told.one("full_resolution")["state"] == "stopped"


def test_r5_a_message_after_the_solving_waits_from_its_own_instant_once_the_status_reopens() -> None:
    story = Story().replies("mon 09:00").status("mon 10:00", "solved").writes("mon 11:00")
    told = Told(story.status("mon 13:00", "open", "system").replies("mon 14:00"))
    assert told.one("next_reply")["calendar_s"] == 3 * HOUR


# ---- R6 merging --------------------------------------------------------------------------------------------------


def merged() -> tuple[Story, Story]:
    child = Story("C", "mon 08:00").writes("mon 08:00").tell("mon 10:00", "merged", value="A")
    return Story("A", "mon 09:00").writes("mon 09:00").replies("mon 12:00"), child


def test_r6_the_clocks_of_a_survivor_run_from_the_earliest_customer_message() -> None:
    told = Told(*merged())
    row = told.one("first_reply")
    assert (row["start_at"], row["calendar_s"]) == (clock_time("mon 08:00"), 4 * HOUR)
    assert [told.case()[name] for name in ("merged_count", "customer_messages")] == [1, 2]


def test_r6_a_merged_child_leaves_the_counts_with_its_reason() -> None:
    told = Told(*merged())
    assert told.case("C")["excluded"] == "merged"
    assert told.case("C")["merged_into"] == told.case("A")["case_key"]
    row = told.one("first_reply", "C")
    assert (row["state"], row["stop_at"], row["excluded"]) == ("cancelled", clock_time("mon 10:00"), "merged")


def test_r6_an_undone_merge_gives_both_cases_back() -> None:
    survivor, child = merged()
    told = Told(survivor, child.tell("mon 11:00", "unmerged"))
    assert told.case("C")["excluded"] is None
    assert told.one("first_reply")["start_at"] == clock_time("mon 09:00")


def test_r6_a_merge_into_a_case_nobody_has_seen_hides_nothing() -> None:
    told = Told(Story("C").writes("mon 08:00").tell("mon 10:00", "merged", value="never seen"))
    assert told.case("C")["excluded"] is None
    assert told.one("first_reply", "C")["state"] == "running"


def test_r6_a_chain_of_merges_ends_at_its_last_case_and_a_circle_is_cut() -> None:
    first = Story("A").tell("mon 09:00", "merged", value="B")
    second = Story("B").tell("mon 10:00", "merged", value="C")
    last = Story("C").tell("mon 11:00", "merged", value="A")
    told = Told(first, second, last)
    assert {name: row["excluded"] for name, row in told.cases.items()} == {"A": "merged", "B": "merged", "C": None}
    assert told.case("A")["merged_into"] == told.case("B")["merged_into"] == told.case("C")["case_key"]
    assert told.case("C")["merged_count"] == 2


# ---- R7 business clock -------------------------------------------------------------------------------------------


def test_r7_time_in_a_status_outside_every_opening_interval_counts_zero_business_seconds() -> None:
    story = (
        Story("A", "mon 18:00").status("mon 19:00", "hold").status("mon 23:00", "open").status("tue 07:00", "solved")
    )
    told = Told(story, mapping=MAPPING)
    assert (told.one("on_hold")["calendar_s"], told.one("on_hold")["business_s"]) == (4 * HOUR, 0)
    assert told.one("agent_work")["business_s"] == 0


def test_r7_a_case_created_on_a_holiday_keeps_its_first_reply_row() -> None:
    under = terms(hours={"office": office(closed=(date(2026, 3, 2),))})
    row = Told(Story().writes("mon 08:00").replies("tue 09:00"), under=under).one("first_reply")
    assert (row["business_s"], row["due_at"]) == (HOUR, clock_time("tue 12:00"))


def test_r7_a_deadline_on_the_closing_instant_stays_there() -> None:
    row = Told(Story("A", "mon 13:00").writes("mon 13:00")).one("first_reply")
    assert row["due_at"] == clock_time("mon 17:00")


# ---- R8 pauses ---------------------------------------------------------------------------------------------------


def test_r8_a_pause_while_no_message_waits_is_legitimate_and_stops_the_resolution_clock() -> None:
    story = Story().writes("mon 08:00").replies("mon 09:00").status("mon 09:00", "Waiting")
    told = Told(story.status("mon 14:00", "open").status("mon 15:00", "solved"))
    full = told.one("full_resolution")
    assert (full["calendar_s"], full["paused_s"], full["paused_other_s"]) == (2 * HOUR, 5 * HOUR, 0)
    pause = told.one("pause")
    assert (pause["calendar_s"], pause["waiting_s"]) == (5 * HOUR, 0)


def test_r8_a_pause_with_a_waiting_customer_does_not_stop_the_clock_and_is_counted() -> None:
    story = Story().writes("mon 08:00").status("mon 09:00", "Waiting").status("mon 14:00", "open")
    told = Told(story.replies("mon 15:00").status("mon 15:00", "solved"))
    full = told.one("full_resolution")
    assert (full["calendar_s"], full["paused_s"], full["paused_other_s"]) == (7 * HOUR, 0, 5 * HOUR)
    assert told.one("pause")["waiting_s"] == 5 * HOUR
    assert told.case()["waiting_paused_s"] == 5 * HOUR


def test_r8_a_message_in_the_middle_of_a_pause_ends_its_legitimate_part() -> None:
    story = Story().writes("mon 08:00").replies("mon 09:00").status("mon 09:00", "Waiting").writes("mon 11:00")
    told = Told(story.replies("mon 12:00").status("mon 14:00", "solved"))
    pause = told.one("pause")
    assert (pause["paused_s"], pause["waiting_s"], pause["calendar_s"]) == (4 * HOUR, HOUR, 5 * HOUR)


def test_r8_only_the_statuses_that_the_terms_name_pause() -> None:
    story = Story().replies("mon 09:00").status("mon 09:00", "hold").status("mon 12:00", "solved")
    assert Told(story).all("pause") == []
    assert Told(story, under=terms(pausing=frozenset({"hold"}))).one("pause")["paused_s"] == 3 * HOUR


# ---- R9 bots -----------------------------------------------------------------------------------------------------


def test_r9_the_human_clock_starts_at_the_hand_over_and_the_customers_at_the_first_message() -> None:
    story = Story().writes("mon 08:00").tell("mon 08:01", "message", "bot", "public")
    told = Told(story.tell("mon 09:00", "handover", "customer").replies("mon 10:00"))
    assert told.one("first_reply")["calendar_s"] == HOUR
    assert told.one("customer_first_reply")["calendar_s"] == 2 * HOUR
    assert told.case()["handover_at"] == clock_time("mon 09:00")


def test_r9_a_bot_that_needed_nobody_leaves_no_human_clock() -> None:
    story = Story(initiated_by="bot").writes("mon 08:00").tell("mon 08:01", "message", "bot", "public")
    told = Told(story.status("mon 08:05", "solved", "bot"))
    assert told.all("first_reply") == []
    assert told.one("customer_first_reply")["state"] == "cancelled"


# ---- R10 automatic replies and who opened the case ---------------------------------------------------------------


def test_r10_automatic_replies_and_messages_of_systems_never_stop_a_reply_clock() -> None:
    story = Story().writes("mon 08:00").tell("mon 08:00", "message", "system", "auto")
    story.tell("mon 08:30", "message", "agent", "auto").tell("mon 08:40", "message", "system", "public")
    told = Told(story.replies("mon 10:00"))
    assert told.one("first_reply")["calendar_s"] == 2 * HOUR
    assert told.case()["replies"] == 1


def test_r10_in_a_case_that_an_agent_opened_the_clock_starts_at_the_customers_first_message() -> None:
    story = Story(initiated_by="agent").replies("mon 08:00").writes("mon 10:00").replies("mon 11:00")
    told = Told(story)
    assert told.one("first_reply")["start_at"] == clock_time("mon 10:00")
    assert told.case()["first_reply_at"] == clock_time("mon 11:00")


def test_r10_in_a_case_that_an_agent_opened_the_second_agent_message_is_the_first_reply() -> None:
    told = Told(Story(initiated_by="agent").replies("mon 08:00").replies("mon 11:00"))
    assert told.all("first_reply") == []
    assert told.case()["first_reply_at"] == clock_time("mon 11:00")


# ---- R11 exclusions ----------------------------------------------------------------------------------------------


def test_r11_a_flag_excludes_with_its_reason_and_its_taking_back_returns_the_case() -> None:
    spam = Story("A").tell("mon 09:00", "flag", value="spam")
    back = Story("B").tell("mon 09:00", "flag", value="spam").tell("mon 10:00", "flag", value="normal")
    own = Story("C", kind="test")
    kept = Story("D", kind="proactive")
    told = Told(spam, back, own, kept)
    assert {name: row["excluded"] for name, row in told.cases.items()} == {
        "A": "spam",
        "B": None,
        "C": "test",
        "D": None,
    }
    assert told.one("first_reply")["excluded"] == "spam"


# ---- R12 to R15 belong to measures and the gate; what facts owe them ---------------------------------------------


def test_r13_every_row_carries_what_it_is_added_up_by_so_nobody_averages_averages() -> None:
    told = Told(Story().writes("mon 08:00").replies("mon 09:00"))
    row = told.one("first_reply")
    assert [row[name] for name in ("partner", "queue", "language", "channel", "priority", "reason")] == [
        "aurora",
        "billing",
        "de",
        "email",
        "normal",
        "invoice",
    ]


def test_r12_r14_facts_are_whole_seconds_and_words_and_never_rounded_shares() -> None:
    clock, case = fold_rows([Story().case], Story().events, MAPPING, terms())
    for schema in (clock.schema, case.schema):
        assert not [part.name for part in schema if str(part.type) in ("float", "double", "halffloat")]


def test_r15_events_without_a_case_and_unknown_statuses_are_counted_not_hidden() -> None:
    known, orphan = Story("A").status("mon 09:00", "Unheard of"), Story("B")
    told = Told(known)
    assert told.case()["unknown_statuses"] == 1
    assert told.case()["status"] == "new"
    lone = Told(known, orphan)
    assert lone.facts.orphans == 0
    from tallystick.facts.rows import facts_of_rows

    assert facts_of_rows([known.case], known.events + orphan.events, MAPPING, terms()).orphans == 1

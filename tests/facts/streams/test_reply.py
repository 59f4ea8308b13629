"""Written replies: in which language they are, by letters and as declared, and who wrote them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa

from tallystick.facts.stream import stream
from tests.facts.segments import NOON, TERMS, facts, no_cases, rows_of

Row = dict[str, Any]


def message(role: str, minute: int, code: str | None = None, case: int = 1, **parts: Any) -> Row:
    return {
        "case_key": case,
        "message_key": case * 1000 + minute,
        "sent_at": NOON + timedelta(minutes=minute),
        "role": role,
        "public": True,
        "identified_language": code,
        "identified_percent": None if code is None else 99,
        "partner": "aurora",
        **parts,
    }


def replies(*rows: Row, events: tuple[Row, ...] = (), case: pa.Table | None = None) -> list[Row]:
    found: list[Row] = facts(
        "reply", case=case, message=rows_of("message", rows), case_event=rows_of("case_event", events)
    ).to_pylist()
    return sorted(found, key=lambda row: (row["case_key"], row["sent_at"]))


def matches(*rows: Row, name: str = "identified_match", case: pa.Table | None = None) -> list[bool | None]:
    return [row[name] for row in replies(*rows, case=case)]


def test_a_reply_matches_in_a_language_in_which_the_customer_wrote_before() -> None:
    rows = (message("customer", 0, "de"), message("agent", 5, "de"), message("agent", 9, "en"))
    assert matches(*rows) == [True, False]


def test_a_customer_who_changes_languages_may_be_answered_in_either_from_then_on() -> None:
    rows = (
        message("customer", 0, "ro"), message("agent", 1, "en"), message("customer", 2, "en"),
        message("agent", 3, "en"), message("agent", 4, "ro"), message("agent", 5, "de"),
    )  # fmt: skip
    assert matches(*rows) == [False, True, True, False]
    assert [row["customer_writes"] for row in replies(*rows)] == ["ro", "en", "en", "en"]


def test_what_is_not_known_of_either_side_is_no_mismatch() -> None:
    assert matches(message("agent", 1, "de")) == [None]
    assert matches(message("customer", 0), message("agent", 1, "de")) == [None]
    assert matches(message("customer", 0, "de"), message("agent", 1)) == [None]
    assert matches(message("agent", 0, "de"), message("customer", 1, "de")) == [None]


def test_a_short_note_does_not_hide_the_language_that_was_known_before() -> None:
    assert matches(message("customer", 0, "fr"), message("customer", 1), message("agent", 2, "fr")) == [True]


def test_another_cases_customer_says_nothing_of_this_one() -> None:
    rows = (
        message("customer", 0, "de", case=1),
        message("agent", 1, "de", case=2),
        message("customer", 0, "it", case=3),
    )
    assert matches(*rows) == [None]
    assert matches(*rows, message("agent", 1, "de", case=3)) == [None, False]


def test_notes_bots_and_systems_are_neither_reply_nor_customer() -> None:
    rows = (
        message("customer", 0, "de"), message("agent", 1, "en", public=False), message("bot", 2, "en"),
        message("system", 3, "en"), message("customer", 4, "fr", public=False), message("agent", 5, "fr"),
    )  # fmt: skip
    assert matches(*rows) == [False]


def test_variants_of_one_language_are_one() -> None:
    rows = (message("customer", 0, "no", language="nb"), message("agent", 1, "no", language="nn-NO"))
    assert matches(*rows) == matches(*rows, name="declared_match") == [True]
    rows = (message("customer", 0, language="pt_BR"), message("agent", 1, language="pt"))
    assert matches(*rows, name="declared_match") == [True]


def test_declared_is_what_the_message_says_and_of_a_customer_who_says_nothing_the_case() -> None:
    case = no_cases()
    columns = {name: pa.nulls(1, case.schema.field(name).type) for name in case.column_names}
    columns |= {"case_key": pa.array([1]), "language": pa.array(["es"]), "case_id": pa.array(["C1"])}
    known = pa.table(columns)
    asked = (message("customer", 0), message("agent", 1, language="es"), message("agent", 2, language="en"))
    assert matches(*asked, name="declared_match", case=known) == [True, False]
    assert matches(*asked, name="declared_match") == [None, None]
    said = (message("customer", 0, language="en"), message("agent", 1, language="es"))
    assert matches(*said, name="declared_match", case=known) == [False]
    (row,) = replies(*said, case=known)
    assert (row["case_id"], row["customer_declared"], row["declared_in"]) == ("C1", "en", "es")


def test_the_writer_is_the_agent_of_the_message_of_the_same_case_and_instant() -> None:
    def event(minute: int, agent: str, case: int = 1, kind: str = "message", actor: str = "agent") -> Row:
        at = NOON + timedelta(minutes=minute)
        return {
            "case_key": case, "event_key": minute, "event_at": at, "kind": kind, "actor": actor, "agent": agent,
        }  # fmt: skip

    events = (event(1, "ana"), event(2, "bo", kind="note"), event(3, "cy", case=2), event(4, "dee", actor="bot"))
    rows = [message("agent", minute, "de") for minute in (1, 2, 3, 4)]
    assert [row["agent"] for row in replies(*rows, events=events)] == ["ana", None, None, None]
    assert [row["agent"] for row in replies(*rows)] == [None] * 4


def test_a_period_brings_the_whole_correspondence_of_the_cases_written_in_it() -> None:
    declared = stream("reply")
    assert declared is not None
    day = 24 * 60
    rows = (
        message("customer", -2 * day, "de"), message("agent", 0, "de"), message("customer", 3 * day, "de"),
        message("customer", -2 * day, "de", case=2), message("agent", 3 * day, "de", case=2),
    )  # fmt: skip
    begin = int(NOON.timestamp()) - 3600
    cut = declared.of_period({"message": rows_of("message", rows)}, begin, begin + 86_400, TERMS)
    assert cut["message"].column("case_key").to_pylist() == [1, 1, 1]


def test_the_source_alone_says_whether_a_machine_translated() -> None:
    rows = [message("agent", minute, "de", machine_translated=said) for minute, said in enumerate((True, False, None))]
    assert [row["machine_translated"] for row in replies(*rows)] == [True, False, None]

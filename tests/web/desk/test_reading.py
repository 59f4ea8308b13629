"""Words of a case are open to whom opened them, of that case alone, and for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any


def test_a_reading_opens_one_case_of_one_partner_to_one_person_for_a_while(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.desk.reading import HOLDS, Reading

    room = room_of("owner")
    made = Reading.objects.create(
        partner="", person=room.actor.id, person_name=room.actor.name, of_partner="aurora", case_id="1",
        verdict="lumen-aurora/aurora/S1/2025-12", reason="quality", at=room.now,
    )  # fmt: skip
    assert room.desk.reading.open_for("aurora", "1") == made
    assert room.desk.reading.open_for("aurora", "2") is None
    assert room.desk.reading.open_for("borealis", "1") is None, "cases of two partners can have the same number"
    assert room_of("auditor").desk.reading.open_for("aurora", "1") is None
    last = replace(room, now=made.at + HOLDS - timedelta(seconds=1))
    assert last.desk.reading.open_for("aurora", "1") == made
    assert replace(room, now=made.at + HOLDS).desk.reading.open_for("aurora", "1") is None

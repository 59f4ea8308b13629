"""The past of the example: made once by the actions of its people, with something for each of them to do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def test_the_example_has_a_past_made_by_its_own_people_and_is_filled_once(desk: Path, room_of: Any) -> None:
    from tallystick.web import example_desk
    from tallystick.web.closing_words import state_of
    from tallystick.web.desk.audit import AuditRow
    from tallystick.web.place import home

    now = datetime.now(UTC) + timedelta(minutes=1)
    done = example_desk.fill(home(), now)
    assert AuditRow.objects.count() == done
    assert example_desk.fill(home(), now) == 0
    states = Counter(state_of(one) for one in room_of("owner").desk.close.all)
    assert states == {"closed": 31 + 6, "preview": 2, "approved": 1, "proposed": 2 + 3}
    approver, partner = room_of("executive").desk.close.waiting_for_me(), room_of("aurora").desk.close.waiting_for_me()
    assert [one["href"] for one in approver] == ["/close/borealis/2026-05?contract=lumen-borealis"]
    assert [one["href"] for one in partner] == ["/close/aurora/2026-06?contract=lumen-aurora"]
    assert any(one["href"].startswith("/dispute/") for one in room_of("owner").desk.close.waiting_for_me())
    for row in AuditRow.objects.filter(action="approve-credits"):
        opened = AuditRow.objects.get(action="open-preview", about=row.about)
        assert opened.actor != row.actor

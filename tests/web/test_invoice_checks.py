"""The invoice check inside a room: what it is held against does not hang on who reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tallystick.home import open_home
from tallystick.vocabulary.scope import Scope
from tests.billing.check.several import make_several


def room_of(root: Path, scope: Scope) -> Any:
    """A room of the folder on a day in May 2026; who reads in it does not matter here."""
    from tallystick.web.room import Room

    return Room(open_home(root), scope, None, datetime(2026, 5, 5, 9, tzinfo=UTC))  # type: ignore[arg-type]


def test_an_invoice_of_a_contract_that_the_room_does_not_hold_is_in_no_check_of_it(tmp_path: Path) -> None:
    """Aurora shares a contract with Borealis, so its room does not hold that one; both sides see the same checks."""
    from tallystick.web.invoice_checks import invoice_checks

    root = make_several(tmp_path / "home")
    rooms = (room_of(root, Scope.of_client("lumen")), room_of(root, Scope.of_partner("lumen", "aurora")))
    of_client, of_partner = ({one.contract: one for one in invoice_checks(room, "aurora", "2026-04")} for room in rooms)
    assert (set(of_client), set(of_partner)) == ({"desk", "night", "joint"}, {"desk", "night"})
    for name, check in of_partner.items():
        assert [one.number for one in check.documents] == [f"N-{name}"]
        assert (check.agrees, check.digest) == (True, of_client[name].digest)

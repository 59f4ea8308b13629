"""The chain: what was altered is found, and where."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)
COLUMNS = ("at", "actor", "roles", "party", "partner", "action", "about", "before", "after", "reason", "request")


@pytest.fixture
def trail(desk: Path) -> Iterator[Path]:
    """Forty rows over four days, each day with its signed head."""
    from tallystick.web.desk.audit import append_system, sign_head
    from tallystick.web.place import home

    for day in range(4):
        for number in range(10):
            at = NOW + timedelta(days=day, minutes=number)
            partner = "aurora" if number % 2 else "borealis"
            append_system(at, "assess", f"{partner} 2026-{day}{number}", partner)
        sign_head(home().folder("keys"), NOW + timedelta(days=day, hours=1))
    return desk


def check() -> Any:
    from django.db import connections

    from tallystick.web.desk.audit import verify_desk
    from tallystick.web.place import home

    connections["default"].close()
    return verify_desk(home().folder("keys"))


def test_a_trail_that_nobody_touched_holds(trail: Path) -> None:
    proof = check()
    assert proof.holds
    assert (proof.rows, proof.checkpoints) == (40, 4)


def test_a_day_is_signed_once_and_a_day_without_events_has_its_checkpoint_too(trail: Path) -> None:
    from tallystick.web.desk.audit import Checkpoint, sign_head
    from tallystick.web.place import home

    keys = home().folder("keys")
    first = sign_head(keys, NOW + timedelta(days=9))
    again = sign_head(keys, NOW + timedelta(days=9, hours=5))
    assert first.signature == again.signature
    assert Checkpoint.objects.count() == 5
    assert check().holds


@pytest.mark.parametrize("seed", range(40))
def test_any_change_of_any_row_is_found_at_its_position(trail: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    seq, column = draw.randint(1, 40), draw.choice(COLUMNS)
    with closing(sqlite3.connect(trail)) as base, base:
        value = "2020-01-01 00:00:00" if column == "at" else "f" * 32
        base.execute(f"UPDATE desk_auditrow SET {column} = ? WHERE seq = ?", (value, seq))  # noqa: S608
    proof = check()
    assert not proof.holds
    assert proof.first_bad == seq


@pytest.mark.parametrize("seq", [1, 7, 20, 39, 40])
def test_a_row_taken_away_is_found_even_at_the_end(trail: Path, seq: int) -> None:
    with closing(sqlite3.connect(trail)) as base, base:
        base.execute("DELETE FROM desk_auditrow WHERE seq = ?", (seq,))
    proof = check()
    assert not proof.holds
    assert proof.first_bad is not None


def test_a_chain_written_anew_from_a_changed_row_breaks_at_the_signed_head(trail: Path) -> None:
    from tallystick.web.desk.audit import AuditRow

    previous = ""
    for row in AuditRow.objects.order_by("seq"):
        if row.seq == 5:
            row.about = "borealis 2026-03"
        if row.seq > 5:
            row.previous = previous
        row.hash = row.chained()
        row.save()
        previous = row.hash
    proof = check()
    assert not proof.holds
    assert "signed" in proof.finding


def test_a_checkpoint_signed_by_another_key_is_found(trail: Path, tmp_path: Path) -> None:
    from tallystick.verdicts.signing import public_text, sign, signing_key
    from tallystick.web.desk.audit import Checkpoint

    stranger = signing_key(tmp_path)
    last = Checkpoint.objects.order_by("-day").first()
    last.public, last.signature = public_text(stranger), sign(stranger, last.content())
    last.save()
    assert not check().holds


def test_the_page_checks_the_chain_for_the_client_and_shows_a_partner_its_own_rows(
    trail: Path, sign_in: Callable[..., Any]
) -> None:
    whole = sign_in("auditor").get("/audit?check=1").content.decode()
    assert "The chain is whole." in whole
    assert "borealis 2026-38" in whole
    own = sign_in("aurora").get("/audit?check=1").content.decode()
    assert "aurora 2026-39" in own
    assert "borealis" not in own

"""The worker's part of an import: files are looked at and taken in, and the outcome is noted in their row.

A process may die at any point: what was being read is read again, what was being taken in says so and is started again
by a person, and nothing is stored twice.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from tallystick.home import Home, partner_names
from tallystick.records.connector import Mapping as CoreMapping
from tallystick.vocabulary.errors import TallystickError, Unavailable
from tallystick.web import alarms, intake
from tallystick.web.desk.assessing import LOG, OUR_CURE, OUR_FAULT
from tallystick.web.desk.audit import append_system
from tallystick.web.desk.imports import (
    APPROVED,
    DONE,
    DROPPED,
    GIVEN,
    IMPORTING,
    INTERRUPTED,
    MOST_TO_CORRECT,
    OPEN,
    READ,
    READING,
    REFUSED,
    Import,
    uploads,
)  # fmt: skip

ORPHAN = timedelta(days=1)
# A file holds texts in clear, so it does not wait for ever.
WAITS = timedelta(days=14)


def work_off(home: Home, now: datetime) -> int:
    """Do what files wait for, oldest first; how many were done. Only the one worker at work may call this."""
    Import.objects.filter(state=READING).update(state=GIVEN)
    Import.objects.filter(state=IMPORTING, given_by__isnull=False).update(state=INTERRUPTED, changed_at=now)
    count = 0
    while (one := Import.objects.filter(state__in=(GIVEN, APPROVED)).order_by("changed_at").first()) is not None:
        if one.state == GIVEN:
            _look_at(home, one, now)
        elif not _take_in(home, one, now):
            break
        count += 1
    return count


def _own_name(home: Home, partner: str) -> str:
    return partner_names(home).get(partner, "") if partner else ""


def _path(home: Home, one: Import) -> Path:
    return uploads(home) / one.id.hex / one.stored


def _look_at(home: Home, one: Import, now: datetime) -> None:
    Import.objects.filter(id=one.id, state=GIVEN).update(state=READING)
    told, name = intake.Told.of_plain(one.told), _own_name(home, one.partner)
    try:
        plain = intake.look(home, _path(home, one), told, own=one.partner, name=name, as_of=now).as_plain()
    except Exception:  # noqa: BLE001  whatever a file does to us, its row must end somewhere
        LOG.exception("look at import %s failed", one.id)
        plain = {"mapping": {}, "columns": [], "refused": OUR_FAULT, "cure": OUR_CURE, "findings": []}
    state = READ if plain["columns"] or not plain["refused"] else REFUSED
    Import.objects.filter(id=one.id, state=READING).update(
        state=state, look=plain, feed=str(plain["mapping"].get("feed", "")), changed_at=now
    )


def _take_in(home: Home, one: Import, now: datetime) -> bool:
    """Take one file in; False where another program writes into the lake, so that it is tried again later."""
    if not store(home, one, _path(home, one), CoreMapping.of_plain(one.look["mapping"]), now):
        return False
    if one.state == DONE:
        # The rows are in the lake; the file itself, with its texts in clear, is not kept.
        shutil.rmtree(uploads(home) / one.id.hex, ignore_errors=True)
    return True


def store(home: Home, one: Import, path: Path, plan: CoreMapping, now: datetime) -> bool:
    """Store a file's rows and note the outcome in its row; False, and nothing noted, while the lake is taken."""
    tries, before = one.tries + 1, one.state
    one.state, one.tries, one.begun_at = IMPORTING, tries, one.begun_at or now
    one.save(update_fields=["state", "tries", "begun_at"])

    def progress(done: int, total: int) -> None:
        Import.objects.filter(id=one.id).update(done=done, total=total)

    name = _own_name(home, one.partner)
    try:
        outcome = intake.take_in(home, path, plan, own=one.partner, name=name, as_of=now, progress=progress)
        plain = intake.first_outcome(home, outcome, one.begun_at) if tries > 1 else outcome.as_plain()
    except Unavailable:
        one.state, one.tries = before, tries - 1
        one.save(update_fields=["state", "tries"])
        return False
    except TallystickError as error:
        plain = intake.refusal(error)
    except Exception:  # noqa: BLE001  whatever a file does to us, its row must end somewhere
        LOG.exception("import %s failed", one.id)
        plain = intake.refusal(TallystickError(OUR_FAULT, OUR_CURE))
    rows: list[dict[str, Any]] = []
    if plain.get("quarantine"):
        mapping = plan.as_plain()
        wrong = intake.rejected_rows(home, plain["quarantine"], mapping, MOST_TO_CORRECT)
        rows = intake.to_correct(path, mapping, wrong)
    with transaction.atomic():
        one.state, one.changed_at = REFUSED if plain.get("refused") else DONE, now
        one.outcome, one.load_id = {**plain, "to_correct": rows}, str(plain.get("load_id", ""))
        one.save(update_fields=["state", "changed_at", "outcome", "load_id"])
        told = f"import {one.id} {plain.get('stored', 0)}+{plain.get('duplicate', 0)}+{plain.get('rejected', 0)}"
        append_system(now, "import-stored" if one.state == DONE else "import-refused", told, one.partner)
    if one.state == DONE:
        alarms.arrived_well(one.feed, now)
    return True


def sweep(home: Home, now: datetime) -> None:
    """Remove files that wait for nobody any more, and those whose row was never written before the process died."""
    waiting = Import.objects.filter(state__in=(READ, REFUSED, INTERRUPTED), given_by__isnull=False)
    for one in waiting.filter(changed_at__lt=now - WAITS):
        with transaction.atomic():
            Import.objects.filter(id=one.id).update(state=DROPPED, look={}, changed_at=now)
            append_system(now, "file-dropped", f"import {one.id}", one.partner)
        shutil.rmtree(uploads(home) / one.id.hex, ignore_errors=True)
    folder = uploads(home)
    if not folder.is_dir():
        return
    known = {one.hex for one in Import.objects.filter(state__in=OPEN | {REFUSED}).values_list("id", flat=True)}
    for path in folder.iterdir():
        if path.name not in known and path.stat().st_mtime < (now - ORPHAN).timestamp():
            shutil.rmtree(path, ignore_errors=True)

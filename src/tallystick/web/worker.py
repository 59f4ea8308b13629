"""Work that no request waits for: imports, judgings, watched folders, alarms, the signed head of the trail, the mail.

`tick(home, now)` does everything that is due at `now`, in an order in which each step sees what the one before it did.
Whoever holds the lock is the worker; a second one does nothing. Every step may be cut off at any point: what it had
finished is not repeated, and what it had not is begun again from its beginning.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tallystick.home import Home
from tallystick.web import alarms, importing, inbox, letters
from tallystick.web.desk import assessing, audit, duties, relief
from tallystick.web.place import desk_folder

LOG = logging.getLogger("tallystick.worker")
LOCK = "worker.lock"
ASSESS_HOUR = 5


@contextmanager
def at_work(home: Home) -> Iterator[bool]:
    """Whether this process is the worker now. The system frees the lock when a process dies, however it dies."""
    with (desk_folder(home.root) / LOCK).open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def jobs(home: Home, now: datetime) -> int:
    """What people wait for: files to look at and to take in, judgings on request. How many were done."""
    with at_work(home) as mine:
        return _jobs(home, now) if mine else 0


def tick(home: Home, now: datetime) -> None:
    """Everything that is due at `now`."""
    with at_work(home) as mine:
        if not mine:
            return
        for step in (_sweep, inbox.scan, _jobs, _nightly, _judge, alarms.check_records, alarms.watch, _head,
                     letters.send_due):  # fmt: skip
            _done(step, home, now)


def _jobs(home: Home, now: datetime) -> int:
    return importing.work_off(home, now) + _judge(home, now)


def _judge(home: Home, now: datetime) -> int:
    """Carry out the orders to judge, by the relief as it is filed now."""
    relief.file_relief(home)
    return assessing.work_off(home, now)


def _sweep(home: Home, now: datetime) -> None:
    importing.sweep(home, now)
    inbox.make_folders(home)


def _nightly(home: Home, now: datetime) -> None:
    """Order the day's judging, once for each day that has come to its hour in the client's zone."""
    here = now.astimezone(ZoneInfo(home.zone))
    day = here.date() if here.hour >= ASSESS_HOUR else here.date() - timedelta(days=1)
    duty = duties.begin("assess", day.isoformat(), now, repeats=True)
    if duty is not None:
        relief.file_relief(home)
        assessing.order_nightly(home, now)
        duties.end(duty, now)


def _head(home: Home, now: datetime) -> None:
    """Sign the head of the audit trail of a new day."""
    duty = duties.begin("checkpoint", now.astimezone(UTC).date().isoformat(), now, repeats=True)
    if duty is not None:
        audit.sign_head(home.folder("keys"), now)
        duties.end(duty, now)


def _done(step: Callable[[Home, datetime], object], home: Home, now: datetime) -> None:
    try:
        step(home, now)
    except Exception:
        # One step that fails must not keep the others from their work; it is tried again with the next tick.
        LOG.exception("%s failed", step.__name__)

"""The worker as a process: `python -m tallystick.web.work HOME`, begun by the server and gone with it."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from tallystick.web import server

NICE = 10
LOOKS_EVERY_S, TICKS_EVERY_S = 1.0, 30.0


def main(root: Path) -> None:
    """Work until told to stop, or until the server is gone."""
    ended, parent = Event(), os.getppid()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    os.nice(NICE)
    server.set_up(root)
    work(ended, parent)


def work(ended: Event, parent: int) -> None:
    """Look every second for what people wait for, and every half minute for everything that may be due."""
    from django.db import close_old_connections
    from django.utils import timezone

    from tallystick.web import worker
    from tallystick.web.place import home

    last = -TICKS_EVERY_S
    # A process whose parent has died belongs to another one: the server was killed.
    while not ended.is_set() and os.getppid() == parent:
        close_old_connections()
        if time.monotonic() - last >= TICKS_EVERY_S or worker.jobs(home(), timezone.now()):
            worker.tick(home(), timezone.now())
            last = time.monotonic()
        ended.wait(LOOKS_EVERY_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""The worker as a process: `python -m tallystick.web.work HOME [SERVER]`, begun by the server and gone with it.

SERVER is the server's process id.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from threading import Event

from tallystick.web import server
from tallystick.web.lifeline import end_with

NICE = 10
LOOKS_EVERY_S, TICKS_EVERY_S = 1.0, 30.0


def main(root: Path, parent: int) -> None:
    """Work until told to stop, or until the server is gone."""
    ended = Event()
    end_with(parent)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    os.nice(NICE)
    server.set_up(root)
    work(ended)


def work(ended: Event) -> None:
    """Look every second for what people wait for, and every half minute for everything that may be due."""
    from django.db import close_old_connections
    from django.utils import timezone

    from tallystick.web import worker
    from tallystick.web.place import home

    last = -TICKS_EVERY_S
    while not ended.is_set():
        close_old_connections()
        if time.monotonic() - last >= TICKS_EVERY_S or worker.jobs(home(), timezone.now()):
            worker.tick(home(), timezone.now())
            last = time.monotonic()
        ended.wait(LOOKS_EVERY_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else os.getppid())

"""The worker's process, which lives and ends beside the server.

It is a process of its own, because importing a large file must not share an interpreter with the pages.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

NICE = 10
LOOKS_EVERY_S, TICKS_EVERY_S, ENDS_WITHIN_S = 1.0, 30.0, 10.0


@contextmanager
def worker_of(root: Path) -> Iterator[None]:
    """A worker while the block runs."""
    line = [sys.executable, "-m", "tallystick.web.beside", str(root)]
    begun = subprocess.Popen(line, stdin=subprocess.DEVNULL)  # noqa: S603  our own command
    try:
        yield
    finally:
        begun.terminate()
        try:
            begun.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            # Whatever it is at is whole or not at all, so it may be cut off.
            begun.kill()
            begun.wait()


def main(root: Path) -> None:
    """Work until told to stop, or until the server is gone."""
    from tallystick.web import server

    ended = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    os.nice(NICE)
    server.set_up(root)
    _work(ended, os.getppid())


def _work(ended: Event, parent: int) -> None:
    from django.db import close_old_connections

    from tallystick.web import worker
    from tallystick.web.place import home

    last = -TICKS_EVERY_S
    # A process whose parent has died belongs to another one: the server was killed.
    while not ended.is_set() and os.getppid() == parent:
        close_old_connections()
        if time.monotonic() - last >= TICKS_EVERY_S or worker.jobs(home(), datetime.now(UTC)):
            worker.tick(home(), datetime.now(UTC))
            last = time.monotonic()
        ended.wait(LOOKS_EVERY_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

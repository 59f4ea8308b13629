"""The worker's process, which lives and ends beside the server.

It is a process of its own, because importing a large file must not share an interpreter with the pages.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

ENDS_WITHIN_S = 10.0
AGAIN_AFTER_S, MOST_BETWEEN_S, SOUND_AFTER_S = 0.5, 60.0, 20.0


@contextmanager
def worker_of(root: Path) -> Iterator[None]:
    """A worker while the block runs, unless TALLY_WORKER=0 says that another process works for this home."""
    if os.environ.get("TALLY_WORKER") == "0":
        yield
        return
    keeper = _Keeper(root)
    keeper.start()
    try:
        yield
    finally:
        keeper.end()


class _Keeper(Thread):
    """Begins the worker, and begins it again when it was killed: files and judgings would wait for nobody.

    One that keeps dying is begun again ever more slowly.
    """

    def __init__(self, root: Path) -> None:
        super().__init__(name="keeper of the worker", daemon=True)
        self._line = [sys.executable, "-m", "tallystick.web.work", str(root), str(os.getpid())]
        self._over = Event()
        self._begun = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._line, stdin=subprocess.DEVNULL)  # noqa: S603  our own command

    def run(self) -> None:
        """Wait for the worker's end, again and again."""
        pause = AGAIN_AFTER_S
        while True:
            since = time.monotonic()
            self._begun.wait()
            if time.monotonic() - since > SOUND_AFTER_S:
                pause = AGAIN_AFTER_S
            if self._over.wait(pause):
                return
            pause = min(pause * 2, MOST_BETWEEN_S)
            self._begun = self._begin()

    def end(self) -> None:
        """End the worker and begin no other."""
        self._over.set()
        # The thread may have begun one just before it was told; a second look finds it.
        while self.is_alive():
            self._begun.terminate()
            try:
                self._begun.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                # Whatever it is at is whole or not at all, so it may be cut off.
                self._begun.kill()
            self.join(AGAIN_AFTER_S)

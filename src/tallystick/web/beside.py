"""The worker's process, which lives and ends beside the server.

It is a process of its own, because importing a large file must not share an interpreter with the pages.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENDS_WITHIN_S = 10.0


@contextmanager
def worker_of(root: Path) -> Iterator[None]:
    """A worker while the block runs, unless TALLY_WORKER=0 says that another process works for this home."""
    if os.environ.get("TALLY_WORKER") == "0":
        yield
        return
    line = [sys.executable, "-m", "tallystick.web.work", str(root)]
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

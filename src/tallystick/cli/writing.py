"""What stands in the way of a file or folder that a command writes, told as a mistake of the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallystick.vocabulary.errors import UsageError

FILE, FOLDER = "Name a file in a folder that is there.", "Name a folder that can be written to."


@contextmanager
def writing(path: Path, cure: str = FILE) -> Iterator[None]:
    """Raise UsageError where the system refuses `path`, one of its folders, or what is written in it or beside it.

    Trouble with any other file is none of the request, and stays what it is.
    """
    try:
        yield
    except OSError as error:
        refused, asked = Path(error.filename or path).absolute(), path.absolute()
        beside = asked.parent == refused.parent
        if not beside and refused not in asked.parents and asked not in refused.parents:
            raise
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.", cure) from error

"""What stands in the way of a file or folder that a command reads or writes, told as a mistake of the request."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallystick.vocabulary.errors import UsageError

FILE, FOLDER = "Name a file in a folder that is there.", "Name a folder that can be written to."
NOT_PERMITTED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


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


def refusal(error: OSError) -> UsageError | None:
    """The sentence for a file or folder that the user may not read or write, or a full disk; None for anything else."""
    if error.errno in NO_ROOM:
        return UsageError(
            f"{error.filename or 'A file'} cannot be written: {error.strerror}.",
            "Make room, then run the command again.",
        )
    if error.errno in NOT_PERMITTED and error.filename:
        return UsageError(
            f"{error.filename} cannot be read or written: {error.strerror}.",
            "Give yourself the right to it, or work on a copy of the folder.",
        )
    return None

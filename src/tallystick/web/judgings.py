"""Judgings that no longer stand: a closed period keeps the figures it was closed with, whatever was judged since."""

from __future__ import annotations

import json

from tallystick.verdicts.store import SHORT, Judged, VerdictStore
from tallystick.vocabulary.errors import IntegrityError, NotFound


def judging_named(store: VerdictStore, like: Judged, digest: str) -> Judged:
    """The judging of the same contract, partner and period with this digest, superseded or not.

    Raises NotFound where there is none, IntegrityError where the file is not what its name says.
    """
    if like.digest == digest:
        return like
    name = f"judged@{digest[:SHORT]}.json"
    path = store.folder / like.contract / like.partner / like.period.replace(" ", "_") / name
    if not path.is_file():
        raise NotFound("judging", f"{like.partner}/{like.period}")
    found = Judged.from_json(json.loads(path.read_bytes()))
    if found.digest != digest:
        raise IntegrityError(f"{path.name} was changed after it was written.", "Restore it from a backup.")
    return found

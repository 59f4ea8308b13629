"""Judgings that no longer stand: a closed period keeps the figures it was closed with, whatever was judged since."""

from __future__ import annotations

import json
from collections.abc import Mapping

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


class AsClosed(VerdictStore):
    """A store as money counts: of a closed period the judging that it was closed with, of any other what stands.

    `closed` are the digests of those judgings, by contract, partner and period.
    """

    def __init__(self, kept: VerdictStore, closed: Mapping[tuple[str, str, str], str]) -> None:
        super().__init__(kept.folder)
        self._kept, self._closed = kept, closed

    def judged(self, contract: str = "*", partner: str = "*", period: str = "*") -> list[Judged]:
        """The judgings that count, sorted by contract, partner and period."""
        return [self._counts(one) for one in self._kept.judged(contract, partner, period)]

    def _counts(self, one: Judged) -> Judged:
        digest = self._closed.get((one.contract, one.partner, one.period), one.digest)
        return judging_named(self._kept, one, digest)

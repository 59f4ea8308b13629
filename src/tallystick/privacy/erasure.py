"""Erase a person: key destroyed, texts purged from every version; counts, instants and verdicts stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.privacy.vault import Vault
from tallystick.records import commits
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope


@dataclass(frozen=True)
class Certificate:
    """What an erasure did, without any personal data: `request` is the keyed hash of the id that was named."""

    request: int
    erased_at: datetime
    texts: int
    key_destroyed: bool


def erase(lake: Lake, vault: Vault, person: str, as_of: datetime) -> Certificate:
    """Erase the person with this id (as the source names them). Erasing twice does nothing more.

    The mark that stays in the vault is a keyed hash; it keeps a later import from bringing the person's texts back.
    """
    key = vault.pseudonym(person)
    with commits.locked(lake.root):
        # The key goes first: should the process die now, the originals are lost already and the rest can be repeated.
        destroyed = vault.destroy(key)
        texts = lake.read(Scope.of_client(lake.client), "message_text", columns=["text_key", "person_key"])
        theirs = texts.filter(pc.equal(texts.column("person_key"), pa.scalar(key, pa.int64()))).column("text_key")
        if len(theirs):
            lake.purge("message_text", theirs.combine_chunks())
    return Certificate(key, as_of, len(theirs), destroyed)

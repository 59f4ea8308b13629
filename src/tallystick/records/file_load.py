"""One file on its way into the lake, what protects its persons, and how a load is told from a replay."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from tallystick.records.connector import Connector, Mapping, Reject
from tallystick.records.lake import Lake
from tallystick.records.ledger import Outcome
from tallystick.vocabulary.canonical import digest
from tallystick.vocabulary.finding import Finding


class Redactor(Protocol):
    """What ingest needs of `privacy.redaction`."""

    def redact(self, texts: pa.Array) -> tuple[pa.Array, pa.Array]:
        """The texts with personal data replaced, and per text the JSON of what was replaced."""


class Vault(Protocol):
    """What ingest needs of `privacy.vault`."""

    def pseudonyms(self, ids: pa.Array) -> pa.Array:
        """The keyed hash of each id, int64; null stays null."""

    def encrypt(self, place: str, column: str, rows: pa.Array, persons: pa.Array, values: pa.Array) -> pa.Array:
        """Each value under its person's key, bound to table, row and column; null for an erased person."""

    def destroyed(self, persons: pa.Array) -> pa.Array:
        """Which persons have been erased."""


@dataclass(frozen=True)
class Keyless:
    """A vault for a look at a file: persons go by their pseudonyms, and nothing is stored that would need a key."""

    vault: Vault

    def pseudonyms(self, ids: pa.Array) -> pa.Array:
        """As the vault has them."""
        return self.vault.pseudonyms(ids)

    def encrypt(self, place: str, column: str, rows: pa.Array, persons: pa.Array, values: pa.Array) -> pa.Array:
        """Nothing: no key is made for a text that is not kept."""
        del place, column, persons, values
        return pa.nulls(len(rows), pa.binary())

    def destroyed(self, persons: pa.Array) -> pa.Array:
        """Nobody: it is asked of what is stored."""
        return pa.array([False] * len(persons), pa.bool_())


@dataclass
class Load:
    """One file on its way into the lake."""

    home: Path
    path: Path
    sha256: str
    connector: Connector
    name: str
    mapping: Mapping
    load_id: str
    as_of: datetime
    dry_run: bool = False
    generation: int = 0
    rows_in: int = 0
    noted: int = 0
    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    texts: list[pa.Table] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cursor: dict[str, str] = field(default_factory=dict)
    undated: frozenset[str] = frozenset()

    def outcome(self, stored: int, rejected: int, **parts: Any) -> Outcome:
        """The outcome of this load: what is neither stored nor rejected was there already."""
        return Outcome(
            load_id=self.load_id,
            file=self.path.name,
            connector=self.name,
            mapping=self.mapping,
            rows_in=self.rows_in,
            stored=stored,
            duplicate=self.rows_in - stored - rejected,
            rejected=rejected,
            findings=tuple(self.findings),
            sha256=self.sha256,
            **parts,
        )


def settled(mapping: Mapping) -> dict[str, Any]:
    """The parts of a mapping that decide what is stored."""
    flat = mapping.as_plain()
    for words in ("notes", "doubts"):
        flat.pop(words, None)
    return {name: _hashable(value) for name, value in flat.items()}


def _hashable(value: Any) -> Any:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, AbstractMapping):
        return {str(name): _hashable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_hashable(part) for part in value]
    return value


# Words of a mapping that only touch the rows in which they occur: a further one corrects nothing that was read before.
WORDS = ("kinds", "channels", "languages", "priorities")
# So are forms of dates and units, by column: one that was empty in the first file has its form from the second.
FORMS = ("dates", "units")


def words_of(mapping: Mapping) -> dict[str, dict[str, str]]:
    """What the mapping makes of the source's words and, by column, of its dates and lengths."""
    words = {name: dict(getattr(mapping, name)) for name in WORDS}
    return {**words, **{name: dict(mapping.settings.get(name) or {}) for name in FORMS}}


def rendering(mapping: Mapping) -> str:
    """Digest of how rows are rendered, apart from `words_of`.

    Statuses and holders are left out: they act on stored rows, not on reading. So is what was seen of a file's
    container: a feed's files may come compressed or not.
    """
    flat = settled(mapping)
    holders = bool(mapping.queues or mapping.agents)
    for name in ("statuses", "queues", "agents", *WORDS):
        flat.pop(name, None)
    settings = {name: value for name, value in flat.pop("settings", {}).items() if name not in ("read_as", *FORMS)}
    return digest({**flat, "settings": settings, "holders": holders})


def generation_of(lake: Lake | None, mapping: Mapping, sha256: str) -> tuple[int, int | None]:
    """How often the reading of this source has been corrected: rows read by a corrected mapping replace older ones.

    A mapping is corrected where it says something else than before. Where a file is read again with other words, only
    its rows can tell whether it reads otherwise now (`tallystick.records.rereading`): then the second number is the
    generation in which it was read before.
    """
    highest, last, same = 0, None, None
    for record in lake.records() if lake is not None else ():
        if record.kind == "load" and record.outcome.get("source") == mapping.source:
            highest = max(highest, int(record.outcome.get("generation", 0)))
            if record.outcome.get("feed") == mapping.feed:
                last = record.outcome
                same = record.outcome if record.outcome.get("sha256") == sha256 else same
    if last is None:
        return highest, None
    words = words_of(mapping)
    otherwise = last.get("rendering") != rendering(mapping) or any(
        said.get(word) != meaning
        for name, said in words.items()
        for word, meaning in last.get("words", {}).get(name, {}).items()
    )
    if otherwise:
        return highest + 1, None
    if same is not None and same.get("words") != words and int(same.get("generation", 0)) == highest:
        return highest + 1, highest
    return highest, None


def read_otherwise(lake: Lake | None, load: Load) -> tuple[str, ...]:
    """Files of this source that were read by an older mapping and have not been read again since."""
    newest: dict[str, tuple[int, str]] = {}
    for record in lake.records() if lake is not None else ():
        if record.kind == "load" and record.outcome.get("feed") == load.mapping.feed:
            content = str(record.outcome.get("sha256"))
            newest[content] = (int(record.outcome.get("generation", 0)), str(record.outcome.get("file")))
    newest.pop(load.sha256, None)
    return tuple(sorted({file for generation, file in newest.values() if generation < load.generation}))


def replayed(lake: Lake, load_id: str) -> AbstractMapping[str, Any] | None:
    """The outcome of an earlier commit of the same load, unless a later load of the same file corrected it."""
    found: AbstractMapping[str, Any] | None = None
    for record in lake.records():
        if record.kind != "load":
            continue
        if record.load_id == load_id:
            found = record.outcome
        elif found is not None and record.outcome.get("sha256") == found.get("sha256"):
            found = None
    return found

"""What a connector is given and what it gives back: `Mapping`, `Batch`, `Reject`, `Resolver`, `Connector`.

A connector reads one source system's files and yields canonical tables, columnar (Arrow), without a Python loop over
clean rows. It decides nothing about storage: `ingest` assigns partner, cohort, load id and row hash, drops what is
there already, redacts texts and writes everything in one commit.

What `ingest` expects of each table of a `Batch` (names and types as in `records/tables/<name>.py`):

- every content column of the table; a missing one is filled with nulls (or the column's default);
- the key column (`keys.keys_of(source, ids)` for ids of the source, `keys.mixed(...)` for derived ones);
- `source_at`: the source's own version time of the row (last change), or null: then the row's instant is taken;
- `source_row`: int64, unique per row of the source within one load (a spreadsheet's row number; several files: file
  number * 2**40 + row). It is how the outcome balances: a source row is stored, duplicate or rejected. Not stored;
- `partner_given`: the partner the source itself names in the row, or null. Where it is null the partner is resolved
  from queue and agent (`Mapping.queues`, `Mapping.agents`), then from `Mapping.partner`, then from ingest's `partner`;
- `case`: a string column `requester` (any id, e-mail or phone of the customer) instead of `requester_key`;
- `agent`: `name` in clear; it is stored as a pseudonym beside an encrypted original;
- not needed: partner, cohort, load_id, row_hash, revision.

A null instant in the newest version of a key is a retraction: the row drops out on read.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pyarrow as pa

MAPPING_FORMAT = 1


@dataclass(frozen=True)
class Mapping:
    """How one feed is read: a plain value that is shown, corrected by hand and saved as `mappings/<feed>.yaml`.

    `source` is the first part of every key, so it must stay the same for a feed for ever (renaming a file must not
    make new cases). `columns` leads from canonical name to the source's column. `statuses` leads from the source's
    word to new|open|pending|hold|solved|closed, `queues` and `agents` to a partner, `kinds`, `channels`, `languages`
    and `priorities` to canonical words. `partner` holds for the whole feed. `zone` is the IANA zone of local times
    without offset, `dates` the date format (strptime, or `day-first`, `month-first`, `iso`, `unix`).
    `settings` are the connector's own. `notes` say in words how each guess came about, `doubts` what to look at.
    """

    connector: str
    feed: str
    source: str
    shape: str = ""
    partner: str = ""
    zone: str = ""
    dates: str = ""
    columns: AbstractMapping[str, str] = field(default_factory=dict)
    statuses: AbstractMapping[str, str] = field(default_factory=dict)
    queues: AbstractMapping[str, str] = field(default_factory=dict)
    agents: AbstractMapping[str, str] = field(default_factory=dict)
    kinds: AbstractMapping[str, str] = field(default_factory=dict)
    channels: AbstractMapping[str, str] = field(default_factory=dict)
    languages: AbstractMapping[str, str] = field(default_factory=dict)
    priorities: AbstractMapping[str, str] = field(default_factory=dict)
    settings: AbstractMapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def as_plain(self) -> dict[str, Any]:
        """The mapping as plain values ready for YAML or JSON, empty parts left out."""
        flat: dict[str, Any] = {"tallystick_mapping": MAPPING_FORMAT}
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, AbstractMapping):
                value = {str(key): inner for key, inner in value.items()}
            elif isinstance(value, tuple):
                value = list(value)
            if value not in ("", {}, []):
                flat[part.name] = value
        return flat

    @classmethod
    def of_plain(cls, plain: AbstractMapping[str, Any]) -> Mapping:
        """The mapping of plain values; raises UsageError for an unknown part or a newer format."""
        flat = dict(plain)
        written = flat.pop("tallystick_mapping", MAPPING_FORMAT)
        if written != MAPPING_FORMAT:
            raise UsageError(
                f"This mapping has format {written}; this version reads {MAPPING_FORMAT}.", "Upgrade Tallystick."
            )
        known = {part.name for part in fields(cls)}
        unknown = sorted(set(flat) - known)
        if unknown:
            raise UsageError(f"A mapping has no part named {unknown[0]!r}.", f"Parts are: {', '.join(sorted(known))}.")
        for name in ("notes", "doubts"):
            flat[name] = tuple(flat.get(name, ()))
        missing = [name for name in ("connector", "feed", "source") if not flat.get(name)]
        if missing:
            raise UsageError(
                f"The mapping does not say its {missing[0]}.", "Run `tally ingest --dry-run` to propose one."
            )
        return cls(**flat)

    def with_(self, **changes: Any) -> Mapping:
        """The mapping with some parts changed."""
        return replace(self, **changes)


@dataclass(frozen=True)
class Reject:
    """One source row that cannot be stored, and why. `row` counts as a spreadsheet does (the header is row 1).

    `source_row` is the same number as in the tables where the two differ (several files); 0 means `row`.
    A source row with two faults is one reject or several: it is counted once.
    """

    row: int
    column: str
    value: str
    finding: Finding
    source_row: int = 0

    @property
    def counted_as(self) -> int:
        """The number under which the row is counted."""
        return self.source_row or self.row


@dataclass(frozen=True)
class Batch:
    """A part of a load: canonical tables by name, texts before redaction, rows read, rows refused.

    `texts` columns: text_id (string, as in `message`), case_key (int64), person (string or null: whose text it is, the
    same id that `case.requester` holds for a customer, the agent id for an agent; `person_key`, optional, is the keyed
    hash of a person whose id the source does not know), text (string), source_at
    (timestamp us UTC or null), source_row (int64).
    `rows_in` counts source rows of this batch: those in `tables`, those in `rejects`, and `noted` ones, which were read
    and used but yield no canonical row (a schedule, an opening hour).
    `done` and `total` tell the progress in bytes or rows, `findings` what should be known about the file.
    `undated` are tables of a source that knows no version time: a row without `source_at` is as new as its load, and
    a duplicate where it says what is stored already.
    """

    tables: AbstractMapping[str, pa.Table]
    rows_in: int
    texts: pa.Table | None = None
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    noted: int = 0
    done: int = 0
    total: int = 0
    cursor: AbstractMapping[str, str] = field(default_factory=dict)
    undated: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Resolver:
    """What a connector may ask of the project while it reads. It never needs a partner: `ingest` resolves those.

    `as_of_us` is the instant of the ingest, UTC microseconds, for "far in the future" checks. `saved` are the raw words
    already mapped in the lake, by kind (status, queue, agent ...), so that a connector can tell an unknown one.
    `cases` finds stored cases by their ids (`known_cases.case_finder`), for a list that names cases of another feed.
    """

    client: str
    as_of_us: int
    saved: AbstractMapping[str, AbstractMapping[str, str]] = field(default_factory=dict)
    pseudonyms: Callable[[pa.Array], pa.Array] | None = None
    cases: Callable[[pa.Array], pa.Table] | None = None


class Connector(ABC):
    """One source system. A file of `records/connectors/` defines exactly one subclass.

    `fills` are the canonical tables that it can fill, `cannot` what this source can never tell (measure or table ->
    reason), so that an absent figure has a why. `clients_alone` names what no partner may give: what says whose an id
    is, or what the client's own side of a promise was.
    """

    title: ClassVar[str]
    fills: ClassVar[tuple[str, ...]] = ()
    clients_alone: ClassVar[str] = ""
    cannot: ClassVar[AbstractMapping[str, str]] = {}

    @abstractmethod
    def recognise(self, path: Path) -> float:
        """How sure the connector is that `path` (file or folder) is its own, 0 to 1; reads little, never raises."""

    @abstractmethod
    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The mapping to read `path` with: `saved` where there is one, guesses for the rest.

        `hints` are what the caller said on the command line (zone, partner, feed, delimiter, dates ...).
        Raises DamagedContainer where the file cannot be read at all.
        """

    def settle(self, path: Path, mapping: Mapping, resolver: Resolver) -> Mapping:  # noqa: ARG002 - for those who ask
        """The mapping with what only the lake can tell (whose cases a list means); as it is where nothing is asked.

        What is found is saved with the mapping, so that reading depends on the mapping and the file alone.
        """
        return mapping

    @abstractmethod
    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """The rows of `path`, batch by batch. DamagedContainer at the damage; then nothing is stored."""

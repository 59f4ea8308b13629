"""A canonical table: its grain, key, order and columns, each with type, unit and personal-data class.

Every table also has the columns of `COMMON`: whose data it is, the source's version time, and what the lake needs to
let the newest version win in any order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import pyarrow as pa

from tallystick.registry import load_folder, names

INSTANT = pa.timestamp("us", tz="UTC")
TABLES = "tallystick.records.tables"


class Personal(StrEnum):
    """How near a column stands to a person (GDPR art. 4): none, keyed pseudonym, direct identifier, free content."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    DIRECT = "direct"
    CONTENT = "content"


@dataclass(frozen=True)
class Column:
    """One column: `unit` of a number, `words` of a closed list, `default` where the source gives nothing.

    `later` marks a column that the table did not have from the beginning. Rows stored before read as null there, and a
    null is hashed as if there were no such column, so that an old row that comes again is still a duplicate.
    `hashed` marks text that comes in clear and is kept as a keyed hash only.
    """

    name: str
    type: pa.DataType
    note: str = ""
    unit: str = ""
    personal: Personal = Personal.NONE
    words: tuple[str, ...] = ()
    default: Any = None
    later: bool = False
    hashed: bool = False


def text(name: str, note: str = "", **parts: Any) -> Column:
    """A string column."""
    return Column(name, pa.string(), note, **parts)


def instant(name: str, note: str = "", **parts: Any) -> Column:
    """A UTC instant in microseconds."""
    return Column(name, INSTANT, note, unit="UTC instant", **parts)


def key(name: str, note: str = "", **parts: Any) -> Column:
    """A 63-bit key as int64."""
    return Column(name, pa.int64(), note, **parts)


COMMON = (
    text("partner", "whose data the row is, resolved at ingest"),
    text("partner_given", "the partner that the source itself named, null where it was resolved from queue or agent"),
    instant("source_at", "the source's own version time of the row; the newest wins per key"),
    Column(
        "revision",
        pa.int32(),
        "1000 x generation of the feed's mapping + later attributions to another partner",
        default=0,
    ),
    text("load_id", "the load that brought this version"),
    key("row_hash", "hash of the content columns and the partner; decides between versions of one source_at"),
)
# A revision is the generation of its feed's mapping times this, plus the attributions to another partner since.
GENERATION = 1000
# Tables whose rows belong to a case, and move with it from partner to partner.
OF_A_CASE = ("case", "case_event", "message", "survey_response", "message_text")
# Columns that no digest covers and no fold reads: how rows arrived, and what the next load needs to know of them.
STORAGE = frozenset({"revision", "load_id", "row_hash", "cohort", "seen", "said_at"})


@dataclass(frozen=True)
class Table:
    """A canonical table.

    `grain` says what one row is. `key` is the key column, `presence` the column whose null in the newest version means
    a retraction, `at` the instant that stands in for an absent `source_at` (empty: none), `order` the natural order
    of rows on read, `partitioned` whether files lie in folders by `cohort` (first day of the UTC month in which the
    case was created, fixed at its first arrival; storage only, never content).
    """

    grain: str
    key: str
    presence: str
    columns: tuple[Column, ...]
    at: str = ""
    order: tuple[str, ...] = ()
    partitioned: bool = False

    @cached_property
    def all_columns(self) -> tuple[Column, ...]:
        """Content columns, the cohort where partitioned, then the common ones."""
        cohort = (
            (Column("cohort", pa.date32(), "storage partition: month of the case's creation"),)
            if self.partitioned
            else ()
        )
        return (*cohort, *self.columns, *COMMON)

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema of all columns."""
        return pa.schema([pa.field(column.name, column.type) for column in self.all_columns])

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Names of the columns that say something about the world: what a digest of canonical rows covers."""
        return tuple(column.name for column in self.all_columns if column.name not in STORAGE)

    @cached_property
    def holders(self) -> tuple[str, ...]:
        """The columns that tell whose a row is where it belongs to no case: its queue, its agent."""
        if self.key == "agent_key":
            return ("agent_id",)
        own = {column.name for column in self.columns}
        return tuple(name for name in ("queue", "agent") if name in own and {"source", self.at} <= own)

    @property
    def names_holder(self) -> bool:
        """Whether rows name the queue or agent that they belong to, at an instant."""
        return bool(self.holders) and bool(self.at)

    @cached_property
    def sort(self) -> tuple[str, ...]:
        """Natural order of rows, ending in the key so that it is total."""
        return self.order if self.key in self.order else (*self.order, self.key)

    def column(self, name: str) -> Column:
        """One column by name; KeyError where there is none (a bug)."""
        return next(column for column in self.all_columns if column.name == name)


def tables() -> dict[str, Table]:
    """Every canonical table by name."""
    return dict(load_folder(TABLES, Table))


def table(name: str) -> Table:
    """One canonical table; KeyError names the known ones."""
    found = tables().get(name)
    if found is None:
        raise KeyError(f"{name!r} is no canonical table; known: {', '.join(names(TABLES))}")
    return found

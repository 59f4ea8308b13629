"""What the three shapes share: rows in chunks, their instants in UTC, their words, and which must be refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tallystick.records.connector import Mapping, Reject
from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors._instants import EARLIEST_US, LATEST_US, MICROS, NONE, Flags, Integers
from tallystick.records.connectors.any_table.guess import UNIT_SECONDS, forms_of
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.containers import Loaded, finding
from tallystick.records.table import INSTANT
from tallystick.vocabulary.finding import Place

CHUNK_ROWS = 250_000
DAY_US = 86_400 * MICROS
# A source that lies a day ahead of the ingest has a wrong clock or a wrong zone; a due date may lie ahead.
FUTURE_US = DAY_US
_CLOCKS = ("%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p", "%H:%M:%S", "%H:%M", "%H:%M:%S.%f")


def micros(values: Integers) -> pa.Array:
    """Microseconds as an Arrow column of UTC instants; NONE is null."""
    return pa.array(values, pa.int64(), mask=values == NONE).cast(INSTANT)


def constant(word: str | None, rows: int) -> pa.Array:
    """A column that says the same in each row."""
    return pa.nulls(rows, pa.string()) if word is None else pa.repeat(pa.scalar(word, pa.string()), rows)


def translated(column: pa.Array, meanings: dict[str, str], *, keep: bool) -> pa.Array:
    """Each word by its meaning; one without a meaning stays as it is (`keep`) or becomes null."""
    encoded = column.dictionary_encode()
    words = [None if word is None else word.strip() for word in encoded.dictionary.to_pylist()]
    found = pa.array([meanings.get(word or "", word if keep else None) for word in words], pa.string())
    return found.take(encoded.indices)


@dataclass
class Chunk:
    """Some rows: their numbers, columns of words by role, instants by role (NONE where there is none).

    `bad` are the rows that cannot be stored; `rejects` say why.
    """

    ordinals: Integers
    numbers: Integers
    words: dict[str, pa.Array]
    instants: dict[str, Integers]
    bad: Flags
    rejects: list[Reject] = field(default_factory=list)
    twice: int = 0

    def __len__(self) -> int:
        return len(self.numbers)

    def word(self, role: str) -> pa.Array:
        """The column of a role, nulls where there is none."""
        return self.words.get(role, pa.nulls(len(self), pa.string()))

    def at(self, role: str) -> Integers:
        """The instants of a role, NONE where there are none."""
        return self.instants.get(role, np.full(len(self), NONE, np.int64))

    def refuse(self, where: Flags, rule: str, column: str, message: str, cells: pa.Array | None, file: str) -> None:
        """Mark rows as rejects under a rule, with their cells."""
        fresh = np.flatnonzero(where)
        self.bad |= where
        picked = cells.take(pa.array(fresh)).to_pylist() if cells is not None else [""] * len(fresh)
        for at, cell in zip(fresh, picked, strict=True):
            number = int(self.numbers[at])
            place = Place(file=file, row=number, column=column)
            shown = "" if cell is None else str(cell)
            self.rejects.append(
                Reject(
                    number, column, shown[:65536], finding(rule, message.format(cell=shown[:80]), place, value=shown)
                )
            )

    def kept(self) -> Chunk:
        """The rows that can be stored."""
        if not self.bad.any():
            return self
        good = np.flatnonzero(~self.bad)
        picked = pa.array(good)
        return Chunk(
            self.ordinals[good],
            self.numbers[good],
            {role: column.take(picked) for role, column in self.words.items()},
            {role: values[good] for role, values in self.instants.items()},
            np.zeros(len(good), np.bool_),
            self.rejects,
            self.twice,
        )


# Ids may look like instants (telephone systems make them of the second and a number) and are none.
_IDS = frozenset({"case", "response", "requester", "customer", "person", "agent", "queue"})


def _may_hold(role: str, instants: Collection[str] | None) -> bool:
    return role not in _IDS if instants is None else role in instants


class TableReader:
    """Reads a loaded table chunk by chunk under a mapping.

    `instants` are the roles that may hold instants or times of the day, where not every column that looks like one is
    (ids made of digits do). `ahead` are those that may lie in the future.
    """

    def __init__(
        self,
        loaded: Loaded,
        profiles: list[Profile],
        mapping: Mapping,
        file: str,
        as_of_us: int,
        *,
        instants: Collection[str] | None = None,
        ahead: Collection[str] = ("due",),
    ) -> None:
        self.ahead = ahead
        self.loaded = loaded
        self.mapping = mapping
        self.file = file
        self.as_of_us = as_of_us
        by_name = {found.name: found for found in profiles}
        self.columns = {
            role: by_name[name] for role, name in mapping.columns.items() if name in by_name and not by_name[name].empty
        }
        forms = forms_of(mapping, profiles, loaded)
        self.forms = {role: form for role, form in forms.items() if role in self.columns and _may_hold(role, instants)}
        self.units: dict[str, str] = {
            role: unit
            for role, name in mapping.columns.items()
            if (unit := mapping.settings.get("units", {}).get(name)) and role in self.columns
        }
        self.clocks = {
            role
            for role, found in self.columns.items()
            if role not in self.forms and role not in self.units and found.clocks > 0.5 and _may_hold(role, instants)
        }

    def _selected(self) -> tuple[list[str], list[str]]:
        """The inner and outer lists of columns to select: what is read, and which cells say something and were lost.

        Two levels, so that a date is parsed once; whether a cell says something is asked only where nothing came out.
        """
        inner, outer = ["rowid AS ordinal"], ["ordinal"]
        for role, found in self.columns.items():
            slot, kind = found.column.slot, found.column.type
            text = slot if kind == "VARCHAR" else f"CAST({slot} AS VARCHAR)"
            if role in self.forms:
                form = self.forms[role]
                value, aware = instants.micros_sql(slot, kind, form, clean=found.plain, tidy=found.tidy)
                inner += [f"{value} AS us_{role}", f"{aware} AS aware_{role}"]
                outer.append(f"aware_{role}")
            elif role in self.units or role in self.clocks:
                inner.append(f"{self._length_sql(role, text)} AS us_{role}")
            elif found.plain:
                inner.append(f"nullif({found.cell}, '') AS w_{role}")
            else:
                given = instants.is_given_sql(text, "VARCHAR", tidy=found.tidy)
                inner.append(f"CASE WHEN {given} OR {found.cell} = '0' THEN {found.cell} END AS w_{role}")
            if role in self.forms or role in self.units or role in self.clocks:
                given = (
                    instants.is_given_sql(slot, kind) if role in self.forms else instants.is_given_sql(text, "VARCHAR")
                )
                inner.append(f"{slot} AS raw_{role}")
                outer.append(f"us_{role}")
                outer.append(
                    f"CASE WHEN us_{role} IS NULL THEN {given.replace(slot, f'raw_{role}')} ELSE false END "
                    f"AS lost_{role}"
                )
            else:
                outer.append(f"w_{role}")
        return inner, outer

    def _length_sql(self, role: str, text: str) -> str:
        """SQL for a length of time, or a clock reading, in microseconds."""
        cell = f"trim({text})"
        if role in self.clocks:
            listed = ", ".join(f"'{pattern}'" for pattern in _CLOCKS)
            return f"epoch_us(try_strptime(upper({cell}), [{listed}])) - epoch_us(TIMESTAMP '1900-01-01')"
        unit = self.units[role]
        if unit == "clock":
            return f"epoch_us(TIMESTAMP '1970-01-01' + try_cast({cell} AS INTERVAL))"
        if unit == "words":
            return f"epoch_us(TIMESTAMP '1970-01-01' + try_cast({cell} AS INTERVAL))"
        number = f"try_cast(replace({cell}, ',', '.') AS DECIMAL(24, 6))"
        return f"CAST(round({number} * {UNIT_SECONDS[unit] * MICROS}) AS BIGINT)"

    def chunks(self, *, whole: bool = False) -> Iterator[Chunk]:
        """All rows of the table in the order of the file, 250,000 at a time or, for an event log, as a whole."""
        inner, outer = (", ".join(part) for part in self._selected())
        size = max(self.loaded.rows, 1) if whole else CHUNK_ROWS
        for begin in range(0, self.loaded.rows, size):
            query = (
                f"SELECT {outer} FROM (SELECT {inner} FROM {self.loaded.table} "  # noqa: S608
                f"WHERE rowid >= {begin} AND rowid < {begin + size}) ORDER BY ordinal"
            )
            yield self._chunk(self.loaded.connection.sql(query).to_arrow_table().combine_chunks())

    def _chunk(self, table: pa.Table) -> Chunk:
        ordinals = table["ordinal"].to_numpy().astype(np.int64)
        chunk = Chunk(ordinals, self.loaded.row_numbers(ordinals), {}, {}, np.zeros(len(ordinals), np.bool_))
        for role, found in self.columns.items():
            if f"us_{role}" not in table.column_names:
                chunk.words[role] = table[f"w_{role}"].combine_chunks()
                continue
            column = table[f"us_{role}"]
            values = column.fill_null(NONE).to_numpy().astype(np.int64)
            lost = table[f"lost_{role}"].to_numpy().astype(np.bool_)
            if lost.any():
                what = "date" if role in self.forms else "length of time"
                chunk.refuse(
                    lost,
                    "TS-I108",
                    found.name,
                    f"{{cell!r}} cannot be read as a {what}.",
                    self._cells(found, ordinals),
                    self.file,
                )
            if role in self.forms:
                values = self._in_utc(chunk, role, found, values, table[f"aware_{role}"].to_numpy().astype(np.bool_))
            chunk.instants[role] = values
        return chunk

    def _cells(self, found: Profile, ordinals: Integers) -> pa.Array:
        begin, end = int(ordinals[0]), int(ordinals[-1])
        return (
            self.loaded.connection.sql(
                f"SELECT CAST({found.column.slot} AS VARCHAR) AS cell FROM {self.loaded.table} "  # noqa: S608
                f"WHERE rowid BETWEEN {begin} AND {end} ORDER BY rowid"
            )
            .to_arrow_table()["cell"]
            .combine_chunks()
        )

    def _in_utc(self, chunk: Chunk, role: str, found: Profile, values: Integers, aware: Flags) -> Integers:
        if not aware.all():
            local = np.where(aware, NONE, values)
            moved, gap, twice = instants.utc_of_local(local, self.mapping.zone or "UTC")
            values = np.where(aware, values, moved)
            if gap.any():
                chunk.refuse(
                    gap,
                    "TS-I109",
                    found.name,
                    f"{{cell!r}} does not exist in {self.mapping.zone}.",
                    self._cells(found, chunk.ordinals),
                    self.file,
                )
            chunk.twice += int(twice.sum())
        known = values != NONE
        latest = LATEST_US if role in self.ahead else min(LATEST_US, self.as_of_us + FUTURE_US)
        outside = known & ((values < EARLIEST_US) | (values > latest))
        if outside.any():
            chunk.refuse(
                outside,
                "TS-I110",
                found.name,
                "{cell!r} lies before 1990 or after the day of the import.",
                self._cells(found, chunk.ordinals),
                self.file,
            )
        return values

"""A connector of plain lists: declare the roles of its columns and what a row becomes; the rest is here, once.

A file of `records/connectors/` subclasses `ListConnector`: its `roles`, which of them it `needs`, which are its `own`
(their names mark such a list), and `tables`, which makes canonical columns out of the columns of good rows.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Resolver
from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors._amounts import POINT, Marks, decimals_in, exact_in, marks_in
from tallystick.records.connectors._instants import MICROS, NONE, Flags, Integers
from tallystick.records.connectors._lists import (
    container_of,
    dates_of,
    distinct_words,
    followed,
    kept_of,
    looked_at,
    table_findings,
    told_of,
    unread_of,
    zone_of,
)
from tallystick.records.connectors._roles import Content, Role, columns_of, told_by_name
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.call_lists import wall_of
from tallystick.records.connectors.any_table.guess import unit_of
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import DAY_US, Chunk, TableReader, micros, translated
from tallystick.records.connectors.any_table.words import channel_of, language_of, plain_name
from tallystick.records.connectors.surveys import cases
from tallystick.records.containers import Container, Loaded, damaged, finding, forget
from tallystick.vocabulary.finding import Finding, Place

_INSTANTS = (Content.INSTANT, Content.DAY, Content.CLOCK)
_NUMBERS = (Content.COUNT, Content.MILLI)
_CLOCK = r"^\s*(?P<hour>\d{1,2})[:.hH](?P<minute>\d{2})"
_UNTIL = "^.*?\\d\\s*(-|\u2013|to|bis|a|\u00e0)\\s*"
# A spreadsheet's numbers are numbers: they come with a point whatever they look like.
_TYPED = frozenset({".xlsx", ".xlsm", ".parquet"})
_BETWEEN = "[\\s\u00a0']"
_WORDED = {"channel": channel_of, "language": language_of}


@dataclass(frozen=True)
class Rows:
    """The good rows of a list: words, instants, lengths and numbers by role, and meanings of words.

    `marks` tells of columns of amounts what parts their decimals, as the whole of each shows.
    """

    chunk: Chunk
    mapping: Mapping
    roles: AbstractMapping[str, Role]
    marks: AbstractMapping[str, Marks] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.chunk)

    def has(self, *roles: str) -> bool:
        """Whether the file has a column of any of some roles."""
        return any(role in self.chunk.words or role in self.chunk.instants for role in roles)

    def word(self, role: str) -> pa.Array:
        """The text of a role, null where there is none."""
        return self.chunk.word(role)

    def at(self, role: str) -> Integers:
        """Instants as UTC microseconds, lengths as microseconds; NONE where there is none."""
        return self.chunk.at(role)

    def instant(self, role: str) -> pa.Array:
        """Instants as a column."""
        return micros(self.at(role))

    def day(self, role: str) -> pa.Array:
        """Days as a column."""
        return micros(self.at(role)).cast(pa.timestamp("us")).cast(pa.date32())

    def seconds(self, role: str) -> pa.Array:
        """Lengths in whole seconds, rounded down."""
        found = self.at(role)
        return pa.array(np.floor_divide(found, MICROS), mask=found == NONE)

    def number(self, role: str) -> pa.Array:
        """Whole numbers, or thousandths, as the role says; null where there is none."""
        cells = self.word(role)
        return numbers_in(cells, 1000 if self.roles[role].content is Content.MILLI else 1)

    def meant(self, role: str) -> pa.Array:
        """The canonical word of each cell: as the mapping says, else as is commonly meant; null where neither tells."""
        if role == "channel":
            return _meant(self.word(role), self.mapping.channels, channel_of, keep=True)
        if role == "language":
            return _meant(self.word(role), self.mapping.languages, language_of, keep=True)
        return _meant(self.word(role), self.mapping.kinds, self.roles[role].meaning, keep=False)

    def amount(self, role: str) -> pa.Array:
        """Amounts as decimals, null where a cell is none."""
        return decimals_in(self.word(role), self.marks[role].mark if role in self.marks else "")

    def exact(self, role: str) -> pa.Array:
        """Numbers to their last digit, null where a cell is none; the setting `decimals` says which mark parts them."""
        return _exact(role, self.word(role), self.mapping)

    def cases(self, resolver: Resolver) -> cases.Found:
        """The cases that the rows name, under the setting `cases`."""
        return cases.find_cases(
            self.word("case"), self.word("partner"), self.mapping.settings.get("cases"), resolver.cases
        )

    @property
    def numbers(self) -> pa.Array:
        """The column `source_row`."""
        return pa.array(self.chunk.numbers)

    def newest(self, *roles: str) -> pa.Array:
        """The version time: what the source says, else the latest of some instants."""
        found = self.at(roles[0])
        for role in roles[1:]:
            found = np.maximum(found, self.at(role))
        own = self.at("updated")
        return micros(np.where(own == NONE, found, own))


def _meant(column: pa.Array, saved: AbstractMapping[str, str], known: Any, *, keep: bool) -> pa.Array:
    if known is None:
        return translated(column, dict(saved), keep=keep)
    meanings = {word: meant for word in pc.unique(column).to_pylist() if word and (meant := known(word))}
    return translated(column, {**meanings, **{word: meant for word, meant in saved.items() if meant}}, keep=keep)


def numbers_in(column: pa.Array, unit: int = 1) -> pa.Array:
    """Numbers in `1 / unit`: `1,234`, `12.5`, `12,5`; digits beyond the unit are dropped, other cells are null.

    A comma before exactly three digits parts thousands, unless a zero leads: `0,125` is an eighth.
    """
    text = pc.replace_substring_regex(pc.utf8_trim_whitespace(column), _BETWEEN, "")
    thousands = pc.fill_null(pc.match_substring_regex(text, r"^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"), fill_value=False)
    text = pc.if_else(thousands, pc.replace_substring(text, ",", ""), pc.replace_substring(text, ",", "."))
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?\d{1,15}(\.\d*)?$"), fill_value=False)
    whole_only = unit == 1
    if whole_only:
        # A count of 12.5 contacts is a mistake, one of 12.0 is a spreadsheet's habit.
        good = pc.and_(good, pc.fill_null(pc.match_substring_regex(text, r"^-?\d+(\.0*)?$"), fill_value=False))
    text = pc.if_else(good, text, pa.scalar(None, pa.string()))
    digits = len(str(unit)) - 1
    parts = pc.extract_regex(text, r"^(?P<sign>-?)(?P<whole>\d+)\.?(?P<rest>\d*)$")
    rest = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.struct_field(parts, "rest"), digits, "0"), 0, digits)
    joined = pc.binary_join_element_wise(pc.struct_field(parts, "sign"), pc.struct_field(parts, "whole"), rest, "")
    return joined.cast(pa.int64())


def clock_us(column: pa.Array) -> Integers:
    """The time of day that a text begins with, in microseconds: `09:30-10:00` is half past nine."""
    parts = pc.extract_regex(pc.cast(column, pa.string()), _CLOCK)
    hour, minute = (pc.struct_field(parts, name).cast(pa.int64()) for name in ("hour", "minute"))
    found = pc.add(pc.multiply(hour, 3600 * MICROS), pc.multiply(minute, 60 * MICROS))
    return np.asarray(pc.fill_null(found, NONE), np.int64)


class ListConnector(Connector):
    """A plain list, one row per thing.

    `needs` are groups of roles of which each must have a column; a row without a value in a group of instants is
    refused, and so is one without a word in a group of words. `clocks` are roles that may be times of the day beside a
    role `date`, in their order within a row: one that is earlier than the one before lies on the next day. `ahead` are
    roles that may lie in the future. A source that is not `dated` and has no column of `versions` knows no version
    time. Its `own` roles must be there by their names, `enough` of them, and no name that speaks `against` it.
    """

    shape: ClassVar[str] = "list"
    roles: ClassVar[AbstractMapping[str, Role]]
    needs: ClassVar[tuple[tuple[str, ...], ...]]
    own: ClassVar[tuple[str, ...]]
    enough: ClassVar[int] = 2
    against: ClassVar[str] = ""
    clocks: ClassVar[tuple[str, ...]] = ()
    ahead: ClassVar[tuple[str, ...]] = ()
    plain_days: ClassVar[bool] = False
    dated: ClassVar[bool] = True
    versions: ClassVar[tuple[str, ...]] = ("updated",)
    whole: ClassVar[bool] = False
    noun: ClassVar[str] = "row"
    # The canonical words that a person may choose from where a word of the list is not known.
    meanings: ClassVar[tuple[str, ...]] = ()

    @property
    def name(self) -> str:
        """The connector's name: its file's."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The canonical tables of good rows, each with `source_row`."""

    def load(self, container: Container) -> Loaded:
        """The rows of the file; by default those of any table."""
        return container.rows()

    def texts(
        self,
        rows: Rows,  # noqa: ARG002 - for those who ask
        tables: AbstractMapping[str, pa.Table],  # noqa: ARG002
        mapping: Mapping,  # noqa: ARG002
    ) -> pa.Table | None:
        """Texts of the rows for the vault, as `Batch.texts`; by default there are none."""
        return None

    def settle(self, path: Path, mapping: Mapping, resolver: Resolver) -> Mapping:
        """The source of the case ids, looked up among the stored cases, for a list that names cases."""
        return cases.settled(path, mapping, resolver) if "case" in self.roles else mapping

    def prepare(self, chunk: Chunk, reader: TableReader) -> None:
        """What is worked out before rows are refused; by default times of the day get their dates."""
        add_dates(chunk, reader, self.clocks)

    def columns(self, profiles: Sequence[Profile]) -> dict[str, Profile]:
        """Role -> column."""
        return columns_of(profiles, self.roles)

    def confidence(self, profiles: Sequence[Profile]) -> float:
        """How sure it is that a table is such a list, 0 to 1: its needs, names of its own, how much is explained."""
        found = self.columns(profiles)
        if not all(any(role in found for role in group) for group in self.needs):
            return 0.0
        if self.against and any(re.search(self.against, plain_name(one.name)) for one in profiles):
            return 0.0
        own = told_by_name(found, self.roles, self.own)
        if own < self.enough:
            return 0.0
        return round(0.6 + 0.05 * min(own, 4) + 0.14 * len(found) / max(len(profiles), 1), 3)

    def recognise(self, path: Path) -> float:
        """By the names and the content of its columns."""
        profiles = looked_at(path)
        return self.confidence(profiles) if profiles else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Columns by name and content, units by name, meanings of words as they are commonly used."""
        container = container_of(path, saved, hints, self.load)
        loaded = self.load(container)
        profiles = profile(loaded)
        doubts: list[str] = []
        found = self.columns(profiles)
        followed(found, profiles, saved, path.name)
        for group in self.needs:
            if not any(role in found for role in group):
                listed = ", ".join(repr(one.name) for one in profiles[:12])
                what = " or ".join(self.roles[role].names[0] for role in group)
                raise damaged("TS-I022", path.name, f"no column is the {what} of a {self.noun}; there are {listed}.")
        dated = [role for role in found if self.roles[role].content in _INSTANTS]
        settings: dict[str, Any] = {"dates": dates_of(found, dated, hints, doubts), **told_of(container)}
        units = self._units(found, doubts)
        if units:
            settings["units"] = units
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or feed_of(path)
        words = {
            role: {word: meant for word in distinct_words(loaded, found[role]) if (meant := known(word))}
            for role, known in _WORDED.items()
            if role in found and role in self.roles
        }
        proposed = Mapping(
            connector=self.name,
            feed=feed,
            source=hints.get("source") or feed,
            shape=self.shape,
            partner=hints.get("partner") or "",
            zone="UTC" if self.plain_days else zone_of(found, dated, saved, hints, doubts),
            dates=str(hints.get("dates") or ""),
            columns={role: one.name for role, one in found.items()},
            kinds=self._kinds(found, loaded, doubts),
            channels=words.get("channel", {}),
            languages=words.get("language", {}),
            settings={**self._cases(hints), **settings, **self.settings(found, path, hints, doubts)},
            doubts=tuple(doubts),
        )
        return proposed if saved is None else kept_of(saved, proposed)

    def settings(
        self,
        found: AbstractMapping[str, Profile],  # noqa: ARG002 - for those who ask
        path: Path,  # noqa: ARG002
        hints: AbstractMapping[str, str],  # noqa: ARG002
        doubts: list[str],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Settings of the connector's own."""
        return {}

    def _cases(self, hints: AbstractMapping[str, str]) -> dict[str, str]:
        return {"cases": str(hints.get("cases") or "")} if "case" in self.roles else {}

    def _kinds(self, found: AbstractMapping[str, Profile], loaded: Any, doubts: list[str]) -> dict[str, str]:
        kinds: dict[str, str] = {}
        for role, one in found.items():
            meaning = self.roles[role].meaning
            if meaning is None or role in _WORDED:
                continue
            for word in distinct_words(loaded, one):
                if meant := meaning(word):
                    kinds[word] = meant
                else:
                    doubts.append(f"{one.name!r}: {word!r} has no meaning yet; say one under `kinds`.")
        return kinds

    def _units(self, found: AbstractMapping[str, Profile], doubts: list[str]) -> dict[str, str]:
        units: dict[str, str] = {}
        for role, one in found.items():
            if self.roles[role].content is not Content.LENGTH or one.empty:
                continue
            if one.clocks > 0.5 or one.durations > one.numbers:
                units[one.name] = "clock" if one.clocks > 0.5 else "words"
                continue
            units[one.name] = unit_of(one.name)
            if not units[one.name]:
                units[one.name] = "seconds"
                middle = median(float(text.replace(",", ".")) for text in one.words if text)
                doubts.append(f"{one.name!r} names no unit; taken as seconds (half of them are under {middle:g}).")
        return units

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each row; one that lacks what it needs, or whose numbers cannot be read, is refused."""
        container = container_of(path, mapping, {}, self.load)
        loaded = self.load(container)
        profiles = profile(loaded)
        plain = mapping.with_(zone="UTC") if self.plain_days else mapping
        dated = [role for role, told in self.roles.items() if told.content in _INSTANTS]
        reader = TableReader(
            loaded, profiles, plain, container.name, resolver.as_of_us, instants=dated, ahead=self.ahead
        )
        versioned = any(role in reader.columns for role in self.versions)
        marks = self._marks(loaded, reader, mapping, path)
        unknown: dict[tuple[str, str], int] = {}
        twice = 0
        for chunk in reader.chunks(whole=self.whole):
            self.prepare(chunk, reader)
            self._refuse(chunk, mapping, container.name)
            good = Rows(chunk.kept(), mapping, self.roles, marks)
            tables = dict(self.tables(good, mapping, resolver))
            self._count_unknown(good, unknown)
            twice += chunk.twice
            used = [np.asarray(table["source_row"]) for table in tables.values() if table.num_rows]
            count = len(np.unique(np.concatenate(used))) if used else 0
            yield Batch(
                tables,
                len(chunk),
                texts=self.texts(good, tables, mapping),
                rejects=good.chunk.rejects,
                noted=len(good) - count,
                done=int(chunk.ordinals[-1]) + 1 if len(chunk) else 0,
                total=loaded.rows,
                undated=frozenset() if self.dated or versioned else frozenset(tables),
            )
        bad = unread_of(loaded, container.name)
        of_file = container.findings if loaded is container.rows_of_table else loaded.findings
        told = [*of_file, *table_findings(reader, profiles, plain, twice)]
        told += self._unknown(unknown, mapping, container.name)
        told += self._unclear(marks, mapping, container.name)
        if self.plain_days:
            told = [one for one in told if one.id != "TS-I206"]
        yield Batch({}, len(bad), rejects=bad, findings=told, done=loaded.rows_in, total=loaded.rows_in)
        forget()

    def _refuse(self, chunk: Chunk, mapping: Mapping, file: str) -> None:
        for group in self.needs:
            missing = ~chunk.bad
            dated = False
            for role in group:
                here = role in chunk.instants
                dated |= here
                missing &= chunk.at(role) == NONE if here else _null(chunk.word(role))
            if missing.any():
                named = next((mapping.columns[role] for role in group if role in mapping.columns), group[0])
                rule = "TS-I112" if dated else "TS-I107"
                chunk.refuse(missing, rule, named, f"The row has nothing in {named!r}.", None, file)
        for role, told in self.roles.items():
            if told.content in (*_NUMBERS, Content.AMOUNT, Content.EXACT) and role in chunk.words:
                cells = chunk.word(role)
                unit = 1000 if told.content is Content.MILLI else 1
                if told.content is Content.EXACT:
                    read = _exact(role, cells, mapping)
                else:
                    read = decimals_in(cells) if told.content is Content.AMOUNT else numbers_in(cells, unit)
                wrong = _null(read) & ~_null(cells) & ~chunk.bad
                chunk.refuse(wrong, "TS-I111", mapping.columns[role], "{cell!r} is no number.", cells, file)

    def _marks(self, loaded: Loaded, reader: TableReader, mapping: Mapping, path: Path) -> dict[str, Marks]:
        """What parts decimals in each column of amounts: as the mapping says, else as all of its cells show."""
        said = str(mapping.settings.get("decimals", ""))
        typed = path.suffix.lower() in _TYPED
        return {
            role: Marks(said) if said else Marks(POINT) if typed else marks_in(loaded, reader.columns[role].column)
            for role, told in self.roles.items()
            if told.content is Content.AMOUNT and role in reader.columns
        }

    def _unclear(self, marks: AbstractMapping[str, Marks], mapping: Mapping, file: str) -> list[Finding]:
        return [
            finding(
                "TS-I235",
                f"{mapping.columns[role]!r}: {one.unclear:,} amount(s) such as {one.sample!r} may be thousands or "
                "thousandths, and no other cell tells; taken as thousands.",
                Place(file=file, column=mapping.columns[role]),
                value=one.sample,
                count=one.unclear,
            )
            for role, one in marks.items()
            if one.unclear
        ]

    def _count_unknown(self, rows: Rows, unknown: dict[tuple[str, str], int]) -> None:
        for role, told in self.roles.items():
            if told.meaning is None or role in _WORDED or role not in rows.chunk.words:
                continue
            lost = pc.and_(pc.is_valid(rows.word(role)), pc.is_null(rows.meant(role)))
            counted = pc.value_counts(rows.word(role).filter(lost))
            for word, count in zip(
                counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True
            ):
                unknown[role, word] = unknown.get((role, word), 0) + count

    def _unknown(self, unknown: AbstractMapping[tuple[str, str], int], mapping: Mapping, file: str) -> list[Finding]:
        return [
            finding(
                "TS-I230",
                f"{mapping.columns[role]!r}: {word!r} of {count} row(s) has no meaning.",
                Place(file=file, column=mapping.columns[role]),
                value=word,
                count=count,
            )
            for (role, word), count in sorted(unknown.items())
        ]


def _exact(role: str, cells: pa.Array, mapping: Mapping) -> pa.Array:
    """Numbers of a role to their last digit; only a rate of tax is written in per cent."""
    return exact_in(cells, str(mapping.settings.get("decimals", POINT)), percent=role == "tax_rate")


def _null(column: pa.Array) -> Flags:
    return np.asarray(pc.is_null(column), np.bool_)


def add_dates(chunk: Chunk, reader: TableReader, clocks: Sequence[str]) -> None:
    """Times of the day with their dates, as UTC instants; a time earlier than the one before lies on the next day.

    A clock reading is added to the wall time of the date, not to its instant: the day of a clock change has its hours.
    A time that the clock skips is refused.
    """
    if "date" not in reader.columns or "date" not in chunk.instants:
        return
    zone = reader.mapping.zone or "UTC"
    midnight = wall_of(chunk.at("date"), zone)
    before: Integers | None = None
    until: Integers | None = None
    for role in clocks:
        if role in reader.forms:
            continue
        if role not in reader.columns:
            # `09:00-17:30` in one column tells both.
            if until is None:
                continue
            reading = until
        elif role in reader.clocks:
            reading = chunk.at(role)
        else:
            reading = clock_us(chunk.word(role))
            until = clock_us(pc.replace_substring_regex(chunk.word(role), _UNTIL, ""))
            until = np.where(until == reading, NONE, until)
        known = (reading != NONE) & (midnight != NONE)
        wall = np.where(known, midnight + np.where(known, reading, 0), NONE)
        if before is not None:
            wall = np.where(known & (before != NONE) & (wall < before), wall + DAY_US, wall)
        before = np.where(wall == NONE, before if before is not None else NONE, wall)
        found, gap, twice = instants.utc_of_local(wall, zone)
        chunk.twice += int(twice.sum())
        if gap.any():
            sentence = f"The time of the row does not exist in {zone}."
            chunk.refuse(
                gap & ~chunk.bad, "TS-I109", reader.mapping.columns.get(role, role), sentence, None, reader.file
            )
        chunk.words.pop(role, None)
        chunk.instants[role] = found


def lasting(start: Integers, *lengths: Integers) -> Integers:
    """The end of a span from its start and its lengths; NONE where any is not known."""
    found = start
    for length in lengths:
        known = (found != NONE) & (length != NONE)
        found = np.where(known, np.where(known, found, 0) + np.where(known, length, 0), NONE)
    return found


def joined(*parts: pa.Array | Integers | str) -> pa.Array:
    """One text per row out of several, for a key; a null counts as nothing."""
    words = []
    for part in parts:
        column = pa.scalar(part) if isinstance(part, str) else part
        if isinstance(column, np.ndarray):
            column = pa.array(column)
        if not isinstance(column, pa.Scalar):
            column = pc.fill_null(column.cast(pa.string()), "")
        words.append(column)
    return pc.binary_join_element_wise(*words, "\x1f")

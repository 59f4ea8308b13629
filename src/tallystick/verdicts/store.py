"""Where verdicts are kept: files that are written once and never edited.

    verdicts/<contract>/<partner>/<period>/judged@<digest>.json        one judging of the period, with its credits
    verdicts/<contract>/<partner>/<period>/<clause>@<digest>.json      one verdict of it
    verdicts/<contract>/<partner>/<period>/evidence@<digest>/          the rows it read and their facts, as Parquet
    verdicts/texts/<digest>/                                           the partner's part of contract text and lock

A period is judged as a whole. The judging that stands is the one that no other supersedes. Because the evidence lies
beside it, explaining and verifying need neither the lake nor the engine, and the lake may be vacuumed.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from tallystick.contract.past import NO_PAST, Past
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.promise import known_on
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import canonical_bytes, digest, plain
from tallystick.vocabulary.errors import Ambiguous, IntegrityError, NotFound, TallystickError, UsageError
from tallystick.vocabulary.money import Money

FACT_PREFIX = "fact_"
SHORT = 12
RESTORE = "Restore it from a backup."
RESTORE_EVIDENCE = "Restore it from a backup or from the period's bundle."


@dataclass(frozen=True)
class Judged:
    """One judging of a partner's period. `zone` and `period` give the Period back; `evidence` and `texts` are digests.

    `earlier` is what caps of longer spans had used up, `past` what earlier periods ended in, as far as clauses look
    back; `supersedes` the digest of the judging that this one replaces.
    """

    SPARSE: ClassVar = ("past",)

    contract: str
    partner: str
    period: str
    zone: str
    verdicts: tuple[tuple[str, str], ...]
    statement: Statement | None
    evidence: str
    gate: GateAnswer
    texts: str
    as_of: str
    earlier: tuple[tuple[str, Money], ...] = ()
    supersedes: str | None = None
    past: Past = NO_PAST

    @property
    def known_on(self) -> date:
        """The day of its instant: amendments known by then count."""
        return known_on(datetime.fromisoformat(self.as_of))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole record."""
        return digest(self)

    def as_json(self) -> dict[str, Any]:
        """The record as plain JSON values with its digest."""
        parts: dict[str, Any] = plain(self)
        return {"digest": self.digest, **parts}

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> Judged:
        """The record that `as_json` wrote."""
        given = {name: part for name, part in parts.items() if name != "digest"}
        given["verdicts"] = tuple((clause, sha) for clause, sha in given["verdicts"])
        given["statement"] = None if given["statement"] is None else Statement.from_json(given["statement"])
        given["gate"] = GateAnswer.from_json(given["gate"])
        given["earlier"] = tuple(
            (cap, Money(Decimal(money["amount"]), money["currency"])) for cap, money in given["earlier"]
        )
        given["past"] = Past.from_json(given.get("past"))
        return cls(**given)


class VerdictStore:
    """The verdicts of one project, in its folder `verdicts`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # With what its file was when it was read: a judging is written once, but somebody may tamper with it.
        self._known: dict[Path, tuple[tuple[int, int, int], Judged]] = {}

    # ---- reading ------------------------------------------------------------------------------------------------

    def judged(self, contract: str = "*", partner: str = "*", period: str = "*") -> list[Judged]:
        """The judgings that stand, sorted by contract, partner and period."""
        paths = self.folder.glob(f"{contract}/{partner}/{_named(period)}/judged@*.json")
        return standing([self._once(path) for path in paths])

    def _once(self, path: Path) -> Judged:
        """A judging, read again only where its file is not what it was: each later period looks back at it."""
        stat = path.stat()
        state = stat.st_size, stat.st_mtime_ns, stat.st_ino
        if path not in self._known or self._known[path][0] != state:
            self._known[path] = state, _judged(path)
        return self._known[path][1]

    def judging_at(self, path: Path) -> Judged:
        """The judging of a file; raises IntegrityError where it is not what was written."""
        return _judged(path)

    def judging_of_digest(self, beside: Judged, period: str, sha: str) -> Judged | None:
        """A judging of the same contract and partner by its digest, standing or not; None where it is not kept."""
        path = self._period(beside.contract, beside.partner, period) / f"judged@{sha[:SHORT]}.json"
        found = _judged(path) if path.is_file() else None
        return found if found is not None and found.digest == sha else None

    def judging_of(self, verdict: Verdict) -> Judged:
        """The newest judging that a verdict belongs to; raises NotFound where its record is missing.

        A period may be judged again with the verdict unchanged: then its evidence and its money are the newer ones.
        """
        paths = sorted(self._period(verdict.contract, verdict.partner, verdict.period).glob("judged@*.json"))
        for record in _newest_first([_judged(path) for path in paths]):
            if (verdict.clause, verdict.digest) in record.verdicts:
                return record
        raise NotFound("judging", verdict.name)

    def verdicts_of(self, record: Judged) -> list[Verdict]:
        """The verdicts of one judging, in the order of the contract's text."""
        folder = self._period(record.contract, record.partner, record.period)
        return [_verdict(folder / f"{clause}@{sha[:SHORT]}.json") for clause, sha in record.verdicts]

    def newest(self, contract: str = "*", partner: str = "*", period: str = "*") -> list[Verdict]:
        """The verdicts that stand, by contract, partner, period and the order of the text."""
        return [
            verdict for record in self.judged(contract, partner, period) for verdict in self.verdicts_of(record)
        ]  # fmt: skip

    def all(self) -> Iterator[Verdict]:
        """Every verdict ever written, those that were restated too, sorted by file."""
        for path in sorted(self.folder.glob("*/*/*/*@*.json")):
            if not path.name.startswith("judged@"):
                yield _verdict(path)

    def find(self, name: str) -> Verdict:
        """One verdict: by name, by id, or by 8 or more digits of its digest.

        `acme-aurora/aurora/A1/2026-03` is the one that stands; the contract may be left out where one alone is meant.
        Raises Ambiguous with the whole names where several verdicts are meant, NotFound with names that look alike.
        """
        wanted, _, short = name.partition("@")
        parts = wanted.split("/")
        contract = escape(parts.pop(0)) if len(parts) == 4 else "*"
        partner, clause, period = map(escape, parts) if len(parts) == 3 else ("*", "*", "*")
        if short and len(parts) == 3:
            found = self._by_digest(f"{contract}/{partner}/{_named(period)}/{clause}@{escape(short[:SHORT])}*.json")
            if found:
                return _only(name, found)
        if len(name) >= 8 and all(letter in "0123456789abcdef" for letter in name):
            found = self._by_digest(f"*/*/*/*@{name[:SHORT]}*.json")
            if found:
                return _only(name, found)
        named = [one for one in self.newest(contract, partner, period) if wanted in (one.name, one.whole_name)]
        if named:
            return _only(name, named)
        raise NotFound(
            "verdict", name, tuple(difflib.get_close_matches(name, [one.name for one in self.newest()], n=3))
        )

    def _by_digest(self, pattern: str) -> list[Verdict]:
        paths = sorted(self.folder.glob(pattern))
        return [_verdict(path) for path in paths if not path.name.startswith("judged@")]

    def evidence(self, record: Judged) -> PeriodEvidence:
        """The rows and facts that a judging rests on; raises IntegrityError where they are not what it pins."""
        folder = self._evidence_folder(record)
        tables = {path.stem: _table(path) for path in sorted(folder.glob("*.parquet"))}
        rows = {name: table for name, table in tables.items() if not name.startswith(FACT_PREFIX)}
        facts = {
            name.removeprefix(FACT_PREFIX): table for name, table in tables.items() if name.startswith(FACT_PREFIX)
        }
        found = PeriodEvidence(rows, facts, record.gate)
        if found.digest != record.evidence:
            raise IntegrityError(
                f"The evidence of {record.partner} {record.period} was changed after it was judged.",
                RESTORE_EVIDENCE,
            )
        return found

    def facts(self, record: Judged, name: str, columns: list[str] | None = None, *, coded: bool = False) -> Any:
        """One fact table of a judging as kept, without reading the rows; None where there is none.

        `coded` gives words as dictionaries, as they lie in the file: three times as quick to read.
        """
        path = self._evidence_folder(record) / f"{FACT_PREFIX}{name}.parquet"
        return _table(path, columns, coded=coded) if path.exists() else None

    def fact_columns(self, record: Judged, name: str) -> tuple[str, ...]:
        """The columns of a fact table of a judging; none where there is no such table."""
        path = self._evidence_folder(record) / f"{FACT_PREFIX}{name}.parquet"
        try:
            return tuple(parquet.read_schema(path).names) if path.exists() else ()
        except (OSError, pa.ArrowInvalid) as error:
            raise _unread(path, error) from error

    def rows(self, record: Judged, name: str, case_keys: Sequence[int] | None = None) -> Any:
        """One canonical table of a judging as kept, of some cases where `case_keys` are given."""
        path = self._evidence_folder(record) / f"{name}.parquet"
        whole = _table(path)
        if case_keys is None:
            return whole
        return whole.filter(pc.is_in(whole.column("case_key"), value_set=pa.array(sorted(case_keys), pa.int64())))

    def texts(self, record: Judged) -> dict[str, bytes]:
        """The texts of a judging by name, the contract's first: the partner's own part (all of them, for version 2)."""
        folder = self.folder / "texts" / record.texts[:SHORT]
        names = _parts(folder / "texts.json", "list of texts")
        return {name: _content(folder / "files" / name) for name in names}

    # ---- writing ------------------------------------------------------------------------------------------------

    def add(
        self, record: Judged, verdicts: list[Verdict], evidence: PeriodEvidence, texts: Mapping[str, bytes]
    ) -> None:
        """Write one judging: evidence and texts first, the record last, so that what is listed is whole."""
        self._add_texts(record.texts, texts)
        self._add_evidence(record, evidence)
        folder = self._period(record.contract, record.partner, record.period)
        for verdict in verdicts:
            path = folder / f"{verdict.clause}@{verdict.digest[:SHORT]}.json"
            if not path.exists():
                _write_once(path, canonical_bytes(verdict.as_json()) + b"\n")
        path = folder / f"judged@{record.digest[:SHORT]}.json"
        if not path.exists():
            _write_once(path, canonical_bytes(record.as_json()) + b"\n")

    def _add_texts(self, sha: str, texts: Mapping[str, bytes]) -> None:
        folder = self.folder / "texts" / sha[:SHORT]
        if (folder / "texts.json").exists():
            return
        for name, content in texts.items():
            _write_once(folder / "files" / PurePosixPath(name), content)
        _write_once(folder / "texts.json", json.dumps(list(texts)).encode())

    def _add_evidence(self, record: Judged, evidence: PeriodEvidence) -> None:
        folder = self._evidence_folder(record)
        if folder.exists():
            # Another text may count other facts of the same rows.
            for name, table in evidence.facts.items():
                path = folder / f"{FACT_PREFIX}{name}.parquet"
                if not path.exists():
                    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
                    _write_table(table, part)
                    part.replace(path)
            return
        part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        part.mkdir(parents=True)
        for name, table in evidence.rows.items():
            _write_table(table, part / f"{name}.parquet")
        for name, table in evidence.facts.items():
            _write_table(table, part / f"{FACT_PREFIX}{name}.parquet")
        try:
            part.rename(folder)
        except OSError:  # another process was quicker, with the same content
            shutil.rmtree(part)

    def _period(self, contract: str, partner: str, period: str) -> Path:
        return self.folder / contract / partner / _named(period)

    def _evidence_folder(self, record: Judged) -> Path:
        return self._period(record.contract, record.partner, record.period) / f"evidence@{record.evidence[:SHORT]}"


def standing(judgings: Collection[Judged]) -> list[Judged]:
    """Those that no other supersedes, sorted by contract, partner and period."""
    superseded = {one.supersedes for one in judgings}
    found = [one for one in judgings if one.digest not in superseded]
    return sorted(found, key=lambda one: (one.contract, one.partner, one.period))


def _table(path: Path, columns: list[str] | None = None, *, coded: bool = False) -> pa.Table:
    """A Parquet file as a table, without pyarrow's dataset layer: that imports pandas wherever it is installed."""
    try:
        words = None
        if coded:
            strings = [one.name for one in parquet.read_schema(path) if pa.types.is_string(one.type)]
            words = [name for name in strings if columns is None or name in columns]
        with parquet.ParquetFile(path, read_dictionary=words) as file:
            return file.read(columns=columns, use_threads=False)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unread(path, error) from error


def _write_table(table: pa.Table, path: Path) -> None:
    """A table as Parquet. Lists of words are kept for words alone: keys and instants hardly ever come twice."""
    words = [one.name for one in table.schema if pa.types.is_string(one.type)]
    parquet.write_table(table, path, compression="zstd", use_dictionary=words, write_statistics=False)


def texts_digest(texts: Mapping[str, bytes]) -> str:
    """One digest over names and contents of texts."""
    return digest({name: hashlib.sha256(content).hexdigest() for name, content in texts.items()})


def _newest_first(records: list[Judged]) -> list[Judged]:
    """The judgings of one period, each before those that it supersedes."""
    by_digest = {one.digest: one for one in records}
    superseded = {one.supersedes for one in records}
    ordered: dict[str, Judged] = {}
    for one in records:
        at: Judged | None = one if one.digest not in superseded else None
        while at is not None and at.digest not in ordered:
            ordered[at.digest] = at
            at = by_digest.get(at.supersedes or "")
    return list(ordered.values())


def _only(name: str, found: list[Verdict]) -> Verdict:
    """The one verdict that a name means; raises Ambiguous for several."""
    if len(found) > 1:
        whole = [one.id if "@" in name or "/" not in name else one.whole_name for one in found]
        raise Ambiguous("verdict", name, tuple(sorted(whole)))
    return found[0]


def _named(period: str) -> str:
    """A period's label as the name of a folder."""
    return period.replace(" ", "_")


def _judged(path: Path) -> Judged:
    parts = _parts(path, "judging")
    try:
        record = Judged.from_json(parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{path.name} is not a judging: {error}.", RESTORE) from error
    if record.digest != parts.get("digest"):
        raise IntegrityError(f"{path.name} was changed after it was written.", RESTORE)
    return record


def _verdict(path: Path) -> Verdict:
    parts = _parts(path, "verdict")
    try:
        verdict = Verdict.from_json(parts)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(f"{path.name} is not a verdict: {error}.", RESTORE) from error
    if verdict.digest != parts.get("digest"):
        raise IntegrityError(
            f"{path.name} was changed after it was written: its digest is now {verdict.digest[:SHORT]}.",
            "Restore it from a backup, or judge the period again.",
        )
    return verdict


def _parts(path: Path, what: str) -> Any:
    """The JSON of a kept file; raises IntegrityError where it is gone or none, UsageError where it may not be read."""
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise IntegrityError(f"{path.name} is not a {what}: {error}.", RESTORE) from error
    except OSError as error:
        raise _unread(path, error) from error


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: Exception) -> TallystickError:
    """Why a kept file cannot be read: the system refuses it, or it is gone or damaged, which a backup cures."""
    if isinstance(error, FileNotFoundError):
        return IntegrityError(f"{path} is missing.", RESTORE)
    # What Parquet finds damaged may be an OSError too; only the system's own has a number.
    if isinstance(error, OSError) and error.errno is not None:
        return UsageError(f"{path} cannot be read: {error.strerror or error}.", "Give yourself the right to read it.")
    return IntegrityError(f"{path} is damaged.", RESTORE_EVIDENCE)


def _write_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

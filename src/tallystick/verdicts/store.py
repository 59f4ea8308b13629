"""Where verdicts are kept: one JSON file each, written once, never edited.

    verdicts/<contract>/<partner>/<period>/<clause>@<12 digits of the digest>.json     a verdict
    verdicts/<contract>/<partner>/<period>/rows@<12 digits>.parquet                    which rows were read, by hash
    verdicts/ledger.jsonl                                                              what was posted

The newest verdict of a name is the one that no other restates.
"""

from __future__ import annotations

import difflib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from tallystick.verdicts.ledger import Ledger
from tallystick.verdicts.rows_read import INDEX
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import canonical_bytes, digest
from tallystick.vocabulary.errors import IntegrityError, NotFound


class VerdictStore:
    """The verdicts of one project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def ledger(self) -> Ledger:
        """The postings."""
        return Ledger(self.folder / "ledger.jsonl")

    def all(self) -> Iterator[Verdict]:
        """Every verdict ever written, restated ones too, sorted by file; raises IntegrityError for a changed file."""
        for path in sorted(self.folder.glob("*/*/*/*@*.json")):
            yield _read(path)

    def newest(self, contract: str = "*", partner: str = "*", period: str = "*") -> list[Verdict]:
        """The verdicts that stand, sorted by contract, partner, period and clause."""
        found: dict[str, Verdict] = {}
        for path in sorted(self.folder.glob(f"{contract}/{partner}/{period}/*@*.json")):
            verdict = _read(path)
            found[verdict.id] = verdict
        restated = {verdict.restates for verdict in found.values()}
        standing = [verdict for key, verdict in found.items() if key not in restated]
        return sorted(standing, key=lambda one: (one.contract, one.partner, one.from_on, one.end_on, one.clause))

    def find(self, name: str) -> Verdict:
        """One verdict by id, by name (`aurora/A1/2026-03`: the newest), or by digest (8 digits are enough).

        Raises NotFound with names that look alike.
        """
        verdicts = list(self.all())
        exact = [one for one in verdicts if name in (one.id, one.id.partition("/")[2])]
        exact += [one for one in verdicts if len(name) >= 8 and one.digest.startswith(name)]
        if exact:
            return exact[0]
        standing = self.newest()
        named = [one for one in standing if name in (one.name, f"{one.contract}/{one.name}")]
        if len(named) == 1:
            return named[0]
        known = [one.name for one in standing]
        near = tuple(f"{one.contract}/{one.name}" for one in named) or tuple(difflib.get_close_matches(name, known, n=3))
        raise NotFound("verdict", name, near)

    def add(self, verdict: Verdict) -> Path:
        """Write one verdict; the same verdict twice is one file."""
        folder = self._folder(verdict)
        path = folder / f"{verdict.clause}@{verdict.digest[:12]}.json"
        if not path.exists():
            _write_once(path, canonical_bytes(verdict.as_json()) + b"\n")
        return path

    def add_index(self, verdict: Verdict, index: pa.Table) -> None:
        """Keep the hashes of the rows that a period's verdicts read, so that a restatement can name what moved."""
        from pyarrow import parquet  # noqa: PLC0415  a reader of verdicts does not need it

        path = self._folder(verdict) / f"rows@{rows_digest(verdict)[:12]}.parquet"
        if not path.exists():
            sink = pa.BufferOutputStream()
            parquet.write_table(index, sink, compression="zstd")
            _write_once(path, sink.getvalue().to_pybytes())

    def index(self, verdict: Verdict) -> pa.Table:
        """The hashes that `add_index` kept; an empty table where there are none."""
        from pyarrow import parquet  # noqa: PLC0415

        path = self._folder(verdict) / f"rows@{rows_digest(verdict)[:12]}.parquet"
        return parquet.read_table(path) if path.exists() else INDEX.empty_table()

    def _folder(self, verdict: Verdict) -> Path:
        return self.folder / verdict.contract / verdict.partner / verdict.period


def rows_digest(verdict: Verdict) -> str:
    """One digest over the digests of all tables that the verdict read."""
    return digest(verdict.pins.rows)


def standing_by_clause(verdicts: Iterable[Verdict]) -> dict[str, Verdict]:
    """Verdicts of one contract, partner and period by clause."""
    return {verdict.clause: verdict for verdict in verdicts}


def _read(path: Path) -> Verdict:
    try:
        parts = json.loads(path.read_bytes())
        verdict = Verdict.from_json(parts)
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(f"{path.name} is not a verdict: {error}.", "Restore it from a backup.") from error
    if verdict.digest != parts.get("digest"):
        raise IntegrityError(
            f"{path.name} was changed after it was written: its digest is {verdict.digest[:12]}.",
            "Restore it from a backup, or judge the period again.",
        )
    return verdict


def _write_once(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with part.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

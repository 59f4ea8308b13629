"""A backup is one file that proves itself: every file of the home with its hash, and what must come out again.

In it are the lake, verdicts with their evidence, contracts, mappings, and the desk with its ledger. Keys are not: only
their fingerprints, because a backup that can read itself protects nobody. They are kept apart and given again at the
restore.
The desk is copied by SQLite's own backup while it is in use; the lake is held still for the copy.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from tallystick import __version__
from tallystick.home import MARKER, create_home, open_home
from tallystick.records import commits
from tallystick.records.lake import Lake
from tallystick.verdicts.signing import PUBLIC_FILE, fingerprint
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verify import verify_kept
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import DamagedContainer, IntegrityError, UsageError
from tallystick.web.place import DATABASE, DESK, SECRET

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("contracts", "relief", "mappings", "imports", "lake", "verdicts")
RECOMPUTED = 3
BLOCK = 1 << 20


@dataclass(frozen=True)
class Proof:
    """What a home holds, so that a restored one can be compared: rows by table, the ledger, the audit chain, verdicts.

    `verdicts` are the digests of every judging that stands; `postings` their number and a hash over the heads of the
    partners' chains.
    """

    rows: Mapping[str, int]
    postings: tuple[int, str]
    chain: tuple[int, str]
    verdicts: Mapping[str, str]
    key: str


def proof_of(root: Path) -> Proof:
    """Count and hash what matters in a home."""
    home = open_home(root)
    rows: dict[str, int] = {}
    if (root / "lake" / "PROTOCOL.json").is_file():
        with Lake.open(root / "lake") as lake:
            pin = lake.pin()
            rows = {name: sum(file.rows for file in lake.files(name, pin)) for name in sorted(pin.versions)}
    store = VerdictStore(home.folder("verdicts"))
    public = root / "keys" / PUBLIC_FILE
    return Proof(
        rows,
        _postings(root / DESK / DATABASE),
        _chain(root / DESK / DATABASE),
        {f"{one.contract}/{one.partner}/{one.period}": one.digest for one in store.judged()},
        fingerprint(public.read_text(encoding="ascii").strip()) if public.is_file() else "",
    )


def _chain(database: Path) -> tuple[int, str]:
    found = _asked(database, "SELECT seq, hash FROM desk_auditrow ORDER BY seq DESC LIMIT 1")
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def _postings(database: Path) -> tuple[int, str]:
    found = _asked(database, "SELECT partner, max(number), hash FROM desk_posting GROUP BY partner ORDER BY partner")
    heads = "".join(f"{partner} {number} {head}\n" for partner, number, head in found)
    return (sum(int(one[1]) for one in found), hashlib.sha256(heads.encode()).hexdigest()) if found else (0, "")


def _asked(database: Path, question: str) -> list[Any]:
    if not database.is_file():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as desk:
        try:
            return desk.execute(question).fetchall()
        except sqlite3.OperationalError:  # a desk that was never opened, or one from before the table
            return []


# ---- writing -----------------------------------------------------------------------------------------------------


def write_backup(root: Path, target: Path, now: datetime) -> dict[str, Any]:
    """Write a backup of a home to `target`, which appears whole or not at all; the manifest."""
    if target.exists():
        raise UsageError(f"{target} exists already.", "Name another file: a backup is never written over.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    hashes: dict[str, dict[str, Any]] = {}
    try:
        with _held_still(root), tarfile.open(part, "w") as archive:
            proof = proof_of(root)
            for path, name in _files(root):
                hashes[name] = _add(archive, path, name)
            if (root / DESK / DATABASE).is_file():
                with tempfile.TemporaryDirectory() as folder:
                    copy = Path(folder) / DATABASE
                    _copy_desk(root / DESK / DATABASE, copy)
                    hashes[f"{DESK}/{DATABASE}"] = _add(archive, copy, f"{DESK}/{DATABASE}")
            manifest = {
                "tallystick_backup": FORMAT,
                "version": __version__,
                "made_at": now,
                "proof": asdict(proof),
                "files": hashes,
            }
            content = json.dumps(plain(manifest), sort_keys=True, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(content), 0o600
            archive.addfile(entry, io.BytesIO(content))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.chmod(0o600)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _held_still(root: Path) -> Any:
    """Nobody writes into the lake while it is copied; without one there is nothing to hold."""
    from contextlib import nullcontext

    return commits.locked(root / "lake", wait=True) if (root / "lake").is_dir() else nullcontext()


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    yield root / MARKER, MARKER
    public = root / "keys" / PUBLIC_FILE
    if public.is_file():
        yield public, f"keys/{PUBLIC_FILE}"
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path, path.relative_to(root).as_posix()


def _add(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, Any]:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = path.stat().st_size, 0o600
    with path.open("rb") as source:
        hashed = _Hashed(source)
        archive.addfile(entry, cast("IO[bytes]", hashed))  # it reads, which is all that is asked
    return {"bytes": entry.size, "sha256": hashed.digest.hexdigest()}


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block: bytes = self._source.read(size)
        self.digest.update(block)
        return block


def _copy_desk(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as desk, closing(sqlite3.connect(target)) as copy:
        desk.backup(copy)
        # A restored desk knows nobody's session.
        copy.execute("DELETE FROM django_session")
        copy.commit()


# ---- reading -----------------------------------------------------------------------------------------------------


def restore(archive: Path, root: Path, keys: Path | None = None) -> dict[str, Any]:
    """Bring a backup back into an empty place and compare it with what it said of itself; the manifest.

    Raises DamagedContainer for a file that is not a whole backup, IntegrityError where the restored home differs. The
    home appears only after every comparison held.
    """
    if root.exists() and any(root.iterdir()):
        raise UsageError(f"{root} is not empty.", "Restore into a new folder.")
    root.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    try:
        manifest = _unpack(archive, part)
        create_home(part)
        if keys is not None:
            for path in sorted(keys.iterdir()):
                if path.is_file():
                    shutil.copy(path, part / "keys" / path.name)
        (part / "keys" / SECRET).unlink(missing_ok=True)
        _compare(part, manifest)
        if root.exists():
            root.rmdir()
        part.replace(root)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _refused(archive: Path, message: str) -> DamagedContainer:
    return DamagedContainer("TS-B001", archive.name, message, "Take another backup; this one was cut or changed.")


def _unpack(archive: Path, part: Path) -> dict[str, Any]:
    """Unpack what the manifest names, each file hashed as it is written; anything else is refused."""
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(archive, "r:") as packed:
            for entry in packed:
                name = PurePosixPath(entry.name)
                if not entry.isfile() or name.is_absolute() or ".." in name.parts:
                    raise _refused(archive, f"{entry.name!r} is no plain file of a backup.")
                source = packed.extractfile(entry)
                if source is None:
                    raise _refused(archive, f"{entry.name!r} cannot be read.")
                if entry.name == MANIFEST:
                    manifest = json.loads(source.read())
                    continue
                target = part / name
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                found[entry.name] = _unpacked(source, target)
    except (tarfile.TarError, ValueError, OSError) as error:
        raise _refused(archive, f"it cannot be read to its end ({error}).") from error
    if manifest is None or manifest.get("tallystick_backup") != FORMAT:
        raise _refused(archive, "it ends without a manifest of this version.")
    if found != manifest["files"]:
        wrong = sorted(
            name for name in set(found) | set(manifest["files"]) if found.get(name) != manifest["files"].get(name)
        )
        raise _refused(archive, f"{len(wrong)} file(s) differ from the manifest, first {wrong[0]}.")
    return manifest


def _unpacked(source: Any, target: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while block := source.read(BLOCK):
            digest.update(block)
            size += len(block)
            file.write(block)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _compare(root: Path, manifest: Mapping[str, Any]) -> None:
    """Count again, compare with the manifest, and recompute three judgings from their evidence."""
    expected, found = manifest["proof"], plain(asdict(proof_of(root)))
    for part in ("rows", "postings", "chain", "verdicts"):
        # A backup from before the desk kept the ledger says nothing of it, and has none.
        told = expected.get(part, [0, ""]) if part == "postings" else expected[part]
        if told != found[part]:
            raise IntegrityError(
                f"The restored {part} differ: {found[part]} instead of {told}.", "Take another backup."
            )
    store = VerdictStore(root / "verdicts")
    records = [record for record in store.judged() if record.verdicts]
    chosen = {len(records) * step // RECOMPUTED for step in range(RECOMPUTED)} if records else set()
    for at in sorted(chosen):
        answer = verify_kept(store, records[at])
        if not answer.holds:
            raise IntegrityError(
                f"The restored {records[at].partner} {records[at].period} does not recompute.", "Take another backup."
            )

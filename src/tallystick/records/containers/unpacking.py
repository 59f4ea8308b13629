"""What a file really is, by its first bytes, and unpacking it without trusting it.

Limits (OWASP ASVS 5.2.3, 5.2.5, 5.3.3): an archive has at most 1,000 entries, nothing unpacks to more than 100 times
its size once it is past 32 MiB, nothing nested, no links, no path that leads outside. Declared sizes are not believed:
bytes are counted while they stream.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyarrow as pa

from tallystick.records.containers.trouble import damaged

MAX_ENTRIES = 1_000
MAX_RATIO = 100
FREE_BYTES = 32 << 20
MAX_UNPACKED = 64 << 30
MAX_WORKBOOK = 400 << 20
CHUNK = 1 << 20

# First bytes -> what the file is. Order matters only where one is the beginning of another.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"PARE", "encrypted parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"ARROW1", "Arrow file"),
    (b"Obj\x01", "Avro file"),
    (b"ORC", "ORC file"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG picture"),
    (b"\xff\xd8\xff", "JPEG picture"),
    (b"GIF8", "GIF picture"),
    (b"\x7fELF", "program"),
    (b"MZ\x90", "program"),
    (b"{\\rtf", "RTF document"),
)

_STREAMS = frozenset({"gzip", "bzip2", "zstd", "xz"})
_ARCHIVES = frozenset({"7z archive", "RAR archive"})
_NESTED = _STREAMS | _ARCHIVES | {"zip"}
_IGNORED_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


def kind_of(head: bytes) -> str:
    """The kind of file that begins with `head`: a name of the table above, `html`, or `text`."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if len(head) >= 262 and head[257:262] == b"ustar":
        return "tar archive"
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "xml" if start.startswith(b"<?xml") else "text"


def head_of(path: Path, size: int = 4096) -> bytes:
    """The first bytes of a file; refuses what cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise damaged("TS-I019", path.name, f"it cannot be read ({error.strerror or error}).") from error


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


class CountedCopy:
    """Copies a stream and stops as soon as it has become more than its source can honestly hold."""

    def __init__(self, file: object, packed: int, limit: int) -> None:
        self.file = file
        self.packed = max(packed, 1)
        self.limit = limit
        self.written = 0

    def check(self, more: int) -> None:
        """Count `more` bytes; refuses at the limit or past 100 times the packed size."""
        self.written += more
        if self.written > self.limit:
            raise damaged("TS-I004", self.file, f"it unpacks to more than {self.limit >> 20:,} MiB.")
        if self.written > FREE_BYTES and self.written > MAX_RATIO * self.packed:
            raise damaged(
                "TS-I004",
                self.file,
                f"{self.packed:,} bytes unpack to more than {MAX_RATIO} times as much; reading stopped "
                f"after {self.written >> 20} MiB.",
            )

    def copy(self, source: IO[bytes], target: IO[bytes]) -> None:
        """All of `source` into `target`, counted."""
        while chunk := source.read(CHUNK):
            self.check(len(chunk))
            target.write(chunk)


@contextmanager
def _stream_of(path: Path, kind: str) -> Iterator[IO[bytes]]:
    opened: Any
    if kind == "gzip":
        opened = gzip.open(path, "rb")  # noqa: SIM115 - closed below
    elif kind == "bzip2":
        opened = bz2.open(path, "rb")  # noqa: SIM115 - closed below
    elif kind == "xz":
        opened = lzma.open(path, "rb")  # noqa: SIM115 - closed below
    else:
        opened = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")
    try:
        yield opened
    finally:
        opened.close()


def unpack_stream(path: Path, kind: str, target: Path) -> None:
    """A gzip, bzip2, xz or zstd file into `target`; refuses a cut-off, damaged or exploding one."""
    counter = CountedCopy(path.name, path.stat().st_size, MAX_UNPACKED)
    try:
        with _stream_of(path, kind) as source, target.open("wb") as sink:
            counter.copy(source, sink)
    except (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError) as error:
        done = f"after {counter.written:,} unpacked bytes" if counter.written else "at its beginning"
        raise damaged("TS-I003", path.name, f"the {kind} stream breaks off or is damaged {done}.") from error
    if kind == "zstd":
        _require_whole_zstd(path)
    if counter.written == 0:
        raise damaged("TS-I001", path.name, "it is compressed and holds nothing.")
    inner = kind_of(head_of(target))
    if inner in _NESTED:
        raise damaged("TS-I005", path.name, f"inside is another {inner}.")


def _require_whole_zstd(path: Path) -> None:
    """Refuse a zstd file whose last frame is cut off: the stream reader ends such a file without a word."""
    data = path.read_bytes() if path.stat().st_size < (1 << 30) else b""
    offset = 0
    while offset < len(data):
        size = _zstd_frame_size(data, offset)
        if size is None:
            raise damaged("TS-I003", path.name, f"the zstd stream breaks off in the frame at byte {offset:,}.")
        offset += size


def _zstd_frame_size(data: bytes, at: int) -> int | None:
    """Bytes of the zstd frame at `at` (RFC 8878, 3.1.1), or None where it is cut off."""
    if len(data) - at < 5:
        return None
    magic = int.from_bytes(data[at : at + 4], "little")
    if 0x184D2A50 <= magic <= 0x184D2A5F:  # a skippable frame: its length follows
        size = 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        return size if at + size <= len(data) else None
    descriptor = data[at + 4]
    single = descriptor >> 5 & 1
    content_bytes = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    position = at + 5 + (0 if single else 1) + (0, 1, 2, 4)[descriptor & 3] + content_bytes
    while position + 3 <= len(data):
        block = int.from_bytes(data[position : position + 3], "little")
        # Block types: 0 raw, 1 one byte repeated, 2 compressed.
        position += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)
        if block & 1:
            position += 4 if descriptor >> 2 & 1 else 0
            return position - at if position <= len(data) else None
    return None


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or (len(entry.filename) > 1 and entry.filename[1] == ":"):
        raise damaged("TS-I007", path.name, f"the entry {entry.filename!r} leads outside of the archive.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise damaged("TS-I007", path.name, f"the entry {entry.filename!r} is a link.")
    if entry.flag_bits & 1:
        raise damaged("TS-I008", path.name, f"the entry {entry.filename!r} is encrypted.")


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise damaged("TS-I004", path.name, f"the archive has {len(entries):,} entries, more than {MAX_ENTRIES:,}.")
    for entry in entries:
        _check_entry(path, entry)


def open_archive(path: Path) -> zipfile.ZipFile:
    """A zip file whose entries were looked at: no more than 1,000, none encrypted, linked or leading outside."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged("TS-I003", path.name, "the zip archive breaks off or is damaged.") from error
    try:
        _check_entries(path, archive.infolist())
    except BaseException:
        archive.close()
        raise
    return archive


def is_workbook(path: Path) -> bool:
    """Whether a zip file is an XLSX (or XLSM) workbook."""
    with open_archive(path) as archive:
        return _is_workbook(archive)


def check_workbook(path: Path) -> None:
    """Stream every part of a workbook through the counter, so that a bomb is found before a parser meets it."""
    with open_archive(path) as archive:
        counter = CountedCopy(path.name, path.stat().st_size, MAX_WORKBOOK)
        try:
            for entry in archive.infolist():
                # An embedded workbook is not unpacked by anyone here, so it is only counted as bytes.
                with archive.open(entry) as part:
                    head = part.read(CHUNK)
                    _refuse_entities(path, entry, head)
                    while head:
                        counter.check(len(head))
                        head = part.read(CHUNK)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise damaged("TS-I011", path.name, "a part of the workbook is cut off or damaged.") from error


def _refuse_entities(path: Path, entry: zipfile.ZipInfo, head: bytes) -> None:
    if b"<!DOCTYPE" in head[:4096] or b"<!ENTITY" in head[:4096]:
        raise damaged("TS-I011", path.name, f"the part {entry.filename!r} defines XML entities.")


def tables_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The entries of an archive that may be tables: no folders, no files of the operating system, no readme."""
    return [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and not entry.filename.startswith("__MACOSX/")
        and PurePosixPath(entry.filename).name.lower() not in _IGNORED_NAMES
        and not PurePosixPath(entry.filename).name.lower().startswith(("readme", "license", "."))
    ]


def unpack_archive(path: Path, target: Path) -> str:
    """The one table inside a zip archive into `target`; returns the entry's name."""
    with open_archive(path) as archive:
        entries = tables_in(archive)
        if len(entries) != 1:
            named = ", ".join(entry.filename for entry in entries[:5]) or "nothing"
            raise damaged("TS-I006", path.name, f"the archive holds {len(entries)} tables ({named}).")
        counter = CountedCopy(path.name, path.stat().st_size, MAX_UNPACKED)
        try:
            with archive.open(entries[0]) as source, target.open("wb") as sink:
                counter.copy(source, sink)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, lzma.LZMAError) as error:
            raise damaged("TS-I003", path.name, f"the entry {entries[0].filename!r} is cut off or damaged.") from error
    inner = kind_of(head_of(target))
    if inner in _NESTED:
        raise damaged("TS-I005", path.name, f"inside is another {inner}: {entries[0].filename}.")
    return entries[0].filename

"""A bundle's container: a ZIP whose every byte follows from its members, so that any flipped byte shows.

Members are stored, in order of name, with one fixed date and no extra fields. Reading builds the container again from
the members and compares: a byte that no check sum covers (a date in the directory, a flag) is found by its offset.
Large members are gzip files in their own right; their compressed bytes are what is hashed and signed.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from tallystick.vocabulary.errors import IntegrityError

DATE = (1980, 1, 1, 0, 0, 0)
LARGEST_MEMBER = 4 * 1024**3
LARGEST_RATIO = 200
MOST_MEMBERS = 10_000


def packed(members: Mapping[str, bytes]) -> bytes:
    """The container of these members."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, members[name])
    return sink.getvalue()


def unpacked(path: Path) -> dict[str, bytes]:
    """The members of a container; raises IntegrityError that names the member or the offset that is wrong."""
    raw = path.read_bytes()
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_MEMBERS:
                raise IntegrityError(f"{path.name} has {len(entries)} members; no bundle has so many.")
            for entry in entries:
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > LARGEST_MEMBER:
                    raise IntegrityError(f"{path.name}: {entry.filename} is not stored as a bundle stores it.")
                members[entry.filename] = _member(archive, entry, path.name)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        if isinstance(error, IntegrityError):
            raise
        raise IntegrityError(f"{path.name} cannot be read as a bundle: {error}.", ASK_AGAIN) from error
    again = packed(members)
    if again != raw:
        shared = min(len(again), len(raw))
        at = next((index for index in range(shared) if again[index] != raw[index]), shared)
        raise IntegrityError(f"{path.name}: byte {at:,} of the container was changed.", ASK_AGAIN)
    return members


ASK_AGAIN = "Ask the other party for the bundle again; this copy is not what was signed."


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    try:
        return archive.read(entry)
    except zipfile.BadZipFile as error:
        raise IntegrityError(f"{file}: {entry.filename} was changed ({error}).", ASK_AGAIN) from error


def compressed(content: bytes) -> bytes:
    """`content` as a gzip file without name and date."""
    return gzip.compress(content, compresslevel=6, mtime=0)


def decompressed(name: str, content: bytes) -> bytes:
    """What is inside a gzip member; raises IntegrityError where it is damaged or grows beyond all measure."""
    engine = zlib.decompressobj(wbits=31)
    most = min(LARGEST_MEMBER, max(1 << 20, len(content) * LARGEST_RATIO))
    try:
        plain = engine.decompress(content, most)
    except zlib.error as error:
        raise IntegrityError(f"{name} is damaged: {error}.", ASK_AGAIN) from error
    if not engine.eof or engine.unused_data:
        raise IntegrityError(f"{name} is cut off, or larger than its size allows.", ASK_AGAIN)
    return plain

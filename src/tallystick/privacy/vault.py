"""Originals under a key per person: destroying the key erases the person, totals and audit stay.

`keys/vault.key` holds the master key (32 random bytes, mode 0600). `keys/persons.vault` holds one record per person:
the keyed hash of the person and their own random key, wrapped by the master key (AES-256-GCM). Destroying a person
overwrites the wrapped key with zeros in place; the hash stays behind as a mark, so that a later import of the same
person is not stored again. A ciphertext is bound to table, row and column, so none can be put in another's place.
A copy of `keys/` (a backup) holds keys too: erasures must be repeated after one is restored.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import hardly_repeats
from tallystick.vocabulary.errors import IntegrityError, NotFound

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from numpy.typing import NDArray

MASTER = "vault.key"
PERSONS = "persons.vault"
_KEY, _NONCE, _TAG = 32, 12, 16
_WRAPPED = _NONCE + _KEY + _TAG
_RECORD = 8 + _WRAPPED
_FORMAT = b"\x01"
# What `str.strip` takes away among the letters of ASCII.
_BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
# Texts of nobody known share one key.
NOBODY = 0


@dataclass
class Vault:
    """The keys of one folder."""

    folder: Path
    _master: bytes = field(repr=False)
    _at: dict[int, int] = field(default_factory=dict, repr=False)
    _open: dict[int, bytes | None] = field(default_factory=dict, repr=False)
    _read: int = field(default=0, repr=False)

    # ---- opening ----------------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, folder: Path | str) -> Vault:
        """A vault with a new master key; one that exists is opened as it is."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        path = place / MASTER
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls.open(place)
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(_KEY))
            out.flush()
            os.fsync(out.fileno())
        _sync_folder(place)
        return cls.open(place)

    @classmethod
    def rehearse(cls, folder: Path | str) -> Vault:
        """The vault for a look at a file: that of the folder, else one whose master key is forgotten; writes nothing.

        It is for pseudonyms. Encrypting with it would write keys of persons as with any other.
        """
        place = Path(folder)
        return cls.open(place) if (place / MASTER).is_file() else cls(place, secrets.token_bytes(_KEY))

    @classmethod
    def open(cls, folder: Path | str) -> Vault:
        """The vault of a folder; refuses a master key that others may read."""
        place = Path(folder)
        path = place / MASTER
        if not path.is_file():
            raise NotFound("vault", str(path))
        if path.stat().st_mode & 0o077:
            raise IntegrityError(
                f"{path} may be read by others.", f"Run `chmod 600 {path}`; if others had access, re-key."
            )
        master = path.read_bytes()
        if len(master) != _KEY:
            raise IntegrityError(f"{path} is damaged: {len(master)} bytes, not {_KEY}.", "Restore it from a backup.")
        return cls(place, master)

    # ---- pseudonyms -------------------------------------------------------------------------------------------------

    @cached_property
    def _wrapping(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._master)

    @cached_property
    def _hash_key(self) -> bytes:
        return blake2b(b"tallystick pseudonym", key=self._master, digest_size=32).digest()

    def pseudonym(self, person: str) -> int:
        """The keyed hash of an id, 63 bits: stable within a vault, and nobody without its key can tell whose."""
        return int(self._hashed(pa.array([person], pa.string()))[0])

    def _hashed(self, persons: pa.Array) -> NDArray[np.int64]:
        key = self._hash_key
        # The key is taken in once, not anew for each word.
        begun = blake2b(key=key, digest_size=8)
        digests = []
        for word in _folded(persons):
            one = begun.copy()
            one.update(word)
            digests.append(one.digest())
        return (np.frombuffer(b"".join(digests), dtype=">u8").astype(np.uint64) >> np.uint64(1)).view(np.int64)

    def pseudonyms(self, ids: pa.Array | pa.ChunkedArray) -> pa.Array:
        """`pseudonym` of a whole column; null stays null."""
        column = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
        if not pa.types.is_dictionary(column.type) or column.dictionary.null_count:
            column = column.cast(pa.string())
            if not column.null_count and hardly_repeats(column):
                return pa.array(self._hashed(column))
            column = column.dictionary_encode()
        return pa.array(self._hashed(column.dictionary)).take(column.indices)

    # ---- texts ------------------------------------------------------------------------------------------------------

    def encrypt(self, place: str, column: str, rows: pa.Array, persons: pa.Array, values: pa.Array) -> pa.Array:
        """Each value under its person's key. Null for a null value and for a person who has been erased."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        everyone, whose = np.unique(persons.cast(pa.int64()).fill_null(NOBODY).to_numpy(), return_inverse=True)
        keys = self._make(everyone.tolist())
        ciphers = [None if key is None else AESGCM(key) for key in keys]
        kept = np.array([key is not None for key in keys], dtype=bool)[whose] & values.is_valid().to_numpy(False)
        at = np.flatnonzero(kept)
        raw = values.take(pa.array(at)).cast(pa.binary())
        known = zip(
            rows.to_numpy()[at].tolist(), whose[at].tolist(), raw.to_pylist(), _random(_NONCE, len(at)), strict=True
        )
        sealed = b"".join(
            [
                _FORMAT + nonce + ciphers[person].encrypt(nonce, value, _bound(place, row, column))
                for row, person, value, nonce in known
            ]
        )
        lengths = np.zeros(len(kept), dtype=np.int64)
        lengths[at] = pc.binary_length(raw).to_numpy() + len(_FORMAT) + _NONCE + _TAG
        return _binary(sealed, lengths, kept)

    def decrypt(self, place: str, column: str, row: int, person: int | None, value: bytes | None) -> str | None:
        """The original, or None where the person has been erased; raises IntegrityError for bytes from elsewhere."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._key(NOBODY if person is None else person)
        if value is None or key is None:
            return None
        if value[:1] != _FORMAT:
            raise IntegrityError("A ciphertext has an unknown format.", "Upgrade Tallystick.")
        nonce, sealed = value[1 : 1 + _NONCE], value[1 + _NONCE :]
        try:
            return AESGCM(key).decrypt(nonce, sealed, _bound(place, row, column)).decode()
        except InvalidTag as error:
            raise IntegrityError(
                f"The {column} of {place} {row} was altered or moved.", "Restore it from a backup."
            ) from error

    # ---- persons ----------------------------------------------------------------------------------------------------

    def destroy(self, person: int | str) -> bool:
        """Erase a person (keyed hash, or id): their key is overwritten. False where it was destroyed already.

        A person of whom nothing is stored yet is marked too, so that a later import stores nothing of them.
        """
        key = self.pseudonym(person) if isinstance(person, str) else person
        with self._locked() as handle:
            self._load(handle)
            known = key in self._at
            if not known:
                self._at[key] = self._append(handle, [(key, bytes(_WRAPPED))])
            elif self._unwrapped(handle, key) is None:
                return False
            handle.seek(self._at[key] * _RECORD + 8)
            handle.write(bytes(_WRAPPED))
            handle.flush()
            os.fsync(handle.fileno())
        self._open[key] = None
        return True

    def destroyed(self, persons: pa.Array) -> pa.Array:
        """Which persons have been erased; null counts as not."""
        with self._locked() as handle:
            self._load(handle)
            records = self._records(handle, 0)
        gone = pa.array(records["person"][records["wrapped"] == np.void(bytes(_WRAPPED))].astype(np.int64))
        return pc.is_in(persons.cast(pa.int64()), value_set=gone)

    def _key(self, person: int) -> bytes | None:
        if person not in self._open:
            with self._locked() as handle:
                self._load(handle)
                self._open[person] = self._unwrapped(handle, person) if person in self._at else None
        return self._open[person]

    def _make(self, persons: list[int]) -> list[bytes | None]:
        """The keys of these persons, None for an erased one; new keys are durable before they are handed out."""
        with self._locked() as handle:
            self._load(handle)
            known = [person in self._at for person in persons]
            unknown = [person for person, known_one in zip(persons, known, strict=True) if not known_one]
            fresh = dict(zip(unknown, _random(_KEY, len(unknown)), strict=True))
            if fresh:
                nonces = _random(_NONCE, len(fresh))
                wrap = self._wrapping.encrypt
                records = [
                    (person, nonce + wrap(nonce, key, _owner(person)))
                    for (person, key), nonce in zip(fresh.items(), nonces, strict=True)
                ]
                first = self._append(handle, records)
                self._at.update(zip(unknown, range(first, first + len(unknown)), strict=True))
                handle.flush()
                os.fsync(handle.fileno())
                if not first:
                    _sync_folder(self.folder)
            self._open.update(fresh)
            for person, known_one in zip(persons, known, strict=True):
                if known_one:
                    self._open[person] = self._unwrapped(handle, person)
        return [self._open[person] for person in persons]

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        path = self.folder / PERSONS
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield opened

    def _load(self, handle: BinaryIO) -> None:
        """Learn the records that were written since the last look. A record cut off by a crash is written over."""
        size = os.fstat(handle.fileno()).st_size // _RECORD
        if size > self._read:
            for offset, person in enumerate(self._records(handle, self._read)["person"].tolist()):
                self._at[person] = self._read + offset
            self._read = size

    def _records(self, handle: BinaryIO, first: int) -> NDArray[np.void]:
        """The whole records of the file from one on: person, wrapped key."""
        handle.seek(first * _RECORD)
        raw = handle.read()
        shape = np.dtype([("person", ">i8"), ("wrapped", f"V{_WRAPPED}")])
        return np.frombuffer(raw[: len(raw) // _RECORD * _RECORD], dtype=shape)

    def _append(self, handle: BinaryIO, records: list[tuple[int, bytes]]) -> int:
        first = self._read
        handle.seek(first * _RECORD)
        handle.write(b"".join(person.to_bytes(8, "big") + wrapped for person, wrapped in records))
        self._read += len(records)
        return first

    def _unwrapped(self, handle: BinaryIO, person: int) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        handle.seek(self._at[person] * _RECORD + 8)
        wrapped = handle.read(_WRAPPED)
        if wrapped == bytes(_WRAPPED):
            return None
        try:
            return self._wrapping.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _owner(person))
        except InvalidTag as error:
            raise IntegrityError(
                f"{self.folder / PERSONS} was not written with this {MASTER}.", "Restore both from the same backup."
            ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folded(words: pa.Array) -> list[bytes]:
    """Words as they are hashed, UTF-8: in normal form (NFKC), without blanks around, case folded."""
    # Letters of ASCII are in their normal form already, and Arrow folds them a column at a time.
    found: list[bytes] = pc.ascii_lower(pc.ascii_trim(words, _BLANKS)).cast(pa.binary()).to_pylist()
    others = np.flatnonzero(~pc.string_is_ascii(words).to_numpy(zero_copy_only=False))
    for at, word in zip(others.tolist(), words.take(pa.array(others)).to_pylist(), strict=True):
        found[at] = unicodedata.normalize("NFKC", word).strip().casefold().encode()
    return found


def _binary(whole: bytes, lengths: NDArray[np.int64], valid: NDArray[np.bool_]) -> pa.Array:
    """Values that lie end to end in `whole` as a column; those that are not valid are null."""
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    large = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(lengths), [pa.array(valid).buffers()[1], pa.py_buffer(offsets), pa.py_buffer(whole)]
    )
    return large.cast(pa.binary())


def _owner(person: int) -> bytes:
    return b"person|" + str(person).encode()


def _random(size: int, count: int) -> list[bytes]:
    """`count` strings of `size` random bytes, drawn at once."""
    drawn = secrets.token_bytes(size * count)
    return [drawn[at : at + size] for at in range(0, len(drawn), size)]


def _bound(place: str, row: int, column: str) -> bytes:
    return f"{place}|{row}|{column}".encode()

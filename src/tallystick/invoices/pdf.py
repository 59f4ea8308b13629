"""The invoice inside a PDF: Factur-X and ZUGFeRD embed a CII document as a file of a known name (ISO 32000-1, 7.11.4).

Only the cross-reference table, the catalog and the embedded files are read; no page is. A general library was tried
and repairs whatever it meets, at the sender's choice of cost: 4 s for 16 MiB of false objects, 1.9 GB for 20 MB of one
filter. Here a file is read as it claims to be or refused, and every step is counted before it is taken.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from tallystick.invoices.tree import MAX_BYTES, UnreadableInvoice

MAX_PDF = 24 << 20
# By the specification, newest first; XRechnung writes a name of its own.
NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
_MOST_TOKENS = 200_000
_MOST_SECTIONS = 2_000
_MOST_FILES = 200
_MOST_DEPTH = 24
_TABLE_BYTES = 4 << 20
_BLANK = b" \t\r\n\f\0"
_DELIMITER = b"()<>[]{}/%"
_WORD = re.compile(rb"[^ \t\r\n\f\0()<>\[\]{}/%]+")
_NAME = re.compile(rb"[^ \t\r\n\f\0()<>\[\]{}/%]*")
_SKIP = re.compile(rb"(?:[ \t\r\n\f\0]+|%[^\r\n]*)*")
_REFERENCE = re.compile(rb"(\d{1,8})[ \t\r\n\f\0]+(\d{1,5})[ \t\r\n\f\0]+R(?![^ \t\r\n\f\0()<>\[\]{}/%])")
_OBJECT = re.compile(rb"(\d{1,8})[ \t\r\n\f\0]+(\d{1,5})[ \t\r\n\f\0]+obj")
_SECTION = re.compile(rb"[ \t\r\n\f\0]*(\d{1,8})[ \t]+(\d{1,8})[ \t]*(?:\r\n|\n|\r)")
_ENTRY = 20
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def is_pdf(head: bytes) -> bool:
    """Whether bytes begin as a PDF does."""
    return head.startswith(b"%PDF-")


def embedded(content: bytes) -> tuple[str, bytes]:
    """(name, bytes) of the invoice inside a PDF; raises UnreadableInvoice where there is none or it may not be read."""
    if len(content) > MAX_PDF:
        raise UnreadableInvoice("TS-I025", f"it is a PDF of more than {MAX_PDF >> 20} MiB.")
    document = _Document(content)
    files = document.files()
    lower = {name.lower(): name for name in files}
    named = next((lower[name] for name in NAMES if name in lower), None)
    if named is None:
        others = [name for name in files if name.lower().endswith(".xml")]
        if len(others) != 1:
            shown = ", ".join(sorted(name[:60] for name in files)[:5])
            held = f"it holds {shown}" if files else "it holds no file at all"
            raise UnreadableInvoice("TS-I028", f"no invoice is embedded in the PDF; {held}.")
        named = others[0]
    return named, document.unpacked(files[named], MAX_BYTES)


def _damaged(why: str) -> UnreadableInvoice:
    return UnreadableInvoice("TS-I028", f"the PDF is damaged: {why}.")


@dataclass(frozen=True)
class _Reference:
    number: int


@dataclass(frozen=True)
class _Stream:
    parts: dict[str, Any]
    raw: bytes


class _Tokens:
    """Objects of PDF syntax, one after the other; each counts against the document's allowance."""

    def __init__(self, content: bytes, at: int, allowance: list[int]) -> None:
        self.content = content
        self.at = at
        self.allowance = allowance

    def skip(self) -> None:
        found = _SKIP.match(self.content, self.at)
        self.at = found.end() if found else self.at

    def begins(self, word: bytes) -> bool:
        self.skip()
        if not self.content.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def one(self, depth: int = 0) -> Any:
        self.allowance[0] -= 1
        if self.allowance[0] < 0 or depth > _MOST_DEPTH:
            raise UnreadableInvoice("TS-I025", "the objects of the PDF are more or deeper than any invoice's.")
        self.skip()
        content, at = self.content, self.at
        first = content[at : at + 1]
        if content.startswith(b"<<", at):
            return self._dictionary(depth)
        if first == b"[":
            self.at += 1
            found = []
            while not self.begins(b"]"):
                found.append(self.one(depth + 1))
            return found
        if first == b"/":
            name = _NAME.match(content, at + 1)
            self.at = name.end() if name else at + 1
            return _name(content[at + 1 : self.at])
        if first == b"(":
            return self._text()
        if first == b"<":
            end = content.find(b">", at)
            if end < 0:
                raise _damaged("a text never ends")
            self.at = end + 1
            return _hexadecimal(content[at + 1 : end])
        return self._word()

    def _word(self) -> Any:
        reference = _REFERENCE.match(self.content, self.at)
        if reference:
            self.at = reference.end()
            return _Reference(int(reference[1]))
        word = _WORD.match(self.content, self.at)
        if not word:
            raise _damaged(f"nothing that is known stands at byte {self.at:,}")
        self.at = word.end()
        text = word[0]
        if re.fullmatch(rb"[+-]?\d{1,18}", text):
            return int(text)
        return {b"true": True, b"false": False}.get(text)

    def _dictionary(self, depth: int) -> dict[str, Any]:
        self.at += 2
        found: dict[str, Any] = {}
        while not self.begins(b">>"):
            name = self.one(depth + 1)
            if not isinstance(name, str):
                raise _damaged(f"a dictionary has no name at byte {self.at:,}")
            found[name] = self.one(depth + 1)
        return found

    def _text(self) -> bytes:
        at, open_ones, parts = self.at + 1, 1, []
        while open_ones:
            letter = self.content[at : at + 1]
            if not letter:
                raise _damaged("a text never ends")
            if letter == b"\\":
                octal = re.compile(rb"[0-7]{1,3}").match(self.content, at + 1)
                if octal:
                    parts.append(bytes([int(octal[0], 8) & 255]))
                    at = octal.end()
                    continue
                escaped = self.content[at + 1 : at + 2]
                parts.append(_ESCAPES.get(escaped, escaped))
                at += 2
                continue
            open_ones += (letter == b"(") - (letter == b")")
            if open_ones:
                parts.append(letter)
            at += 1
            if len(parts) > 65_536:
                raise UnreadableInvoice("TS-I025", "a text of the PDF is longer than any invoice's.")
        self.at = at
        return b"".join(parts)


def _name(raw: bytes) -> str:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), raw)
    return plain.decode("latin-1")


def _hexadecimal(raw: bytes) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw[:131_072])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _text_of(raw: Any) -> str:
    if not isinstance(raw, bytes):
        return ""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", errors="replace")
    return raw.decode("utf-8" if raw.startswith(b"\xef\xbb\xbf") else "latin-1", errors="replace").lstrip("\ufeff")


class _Document:
    """A PDF by its cross-reference table; objects are looked up when they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.allowance = [_MOST_TOKENS]
        # Sections of the table, the newest first: (first number, count, entry of a place in it).
        self.sections: list[tuple[int, int, Any]] = []
        self.packed: dict[int, tuple[dict[int, int], bytes]] = {}
        self.trailer: dict[str, Any] = {}
        start = re.search(
            rb"startxref[ \t\r\n\f\0]+(\d{1,10})[ \t\r\n\f\0]*(?:%%EOF\s*)?\Z", content[-2048:].rstrip(_BLANK)
        )
        if not start:
            raise _damaged("its end is missing")
        self._tables(int(start[1]))
        if self.trailer.get("Encrypt") is not None:
            raise UnreadableInvoice("TS-I008", "it is a PDF with a password.")

    # ---- the table of objects ---------------------------------------------------------------------------------------

    def _tables(self, at: int) -> None:
        waiting, seen = [at], set()
        while waiting:
            at = waiting.pop(0)
            if at in seen or not 0 <= at < len(self.content):
                continue
            seen.add(at)
            tokens = _Tokens(self.content, at, self.allowance)
            trailer = self._plain_table(tokens) if tokens.begins(b"xref") else self._packed_table(at)
            self.trailer = {**trailer, **self.trailer}
            waiting += [one for one in (trailer.get("XRefStm"), trailer.get("Prev")) if isinstance(one, int)]

    def _plain_table(self, tokens: _Tokens) -> dict[str, Any]:
        content = self.content
        while not tokens.begins(b"trailer"):
            head = _SECTION.match(content, tokens.at)
            if not head or len(self.sections) > _MOST_SECTIONS:
                raise _damaged("its table of objects cannot be read")
            first, count, start = int(head[1]), int(head[2]), head.end()
            if start + count * _ENTRY > len(content) + _ENTRY:
                raise _damaged("its table of objects is cut off")
            self.sections.append((first, count, lambda place, start=start: self._plain_entry(start + place * _ENTRY)))
            tokens.at = start + count * _ENTRY
        found = tokens.one()
        if not isinstance(found, dict):
            raise _damaged("its trailer cannot be read")
        return found

    def _plain_entry(self, at: int) -> tuple[int, int, int]:
        entry = re.compile(rb"(\d{10}) (\d{5}) ([nf])").match(self.content, at)
        if not entry:
            raise _damaged("its table of objects cannot be read")
        return (1 if entry[3] == b"n" else 0), int(entry[1]), int(entry[2])

    def _packed_table(self, at: int) -> dict[str, Any]:
        found = self._object_at(at, None)
        if not isinstance(found, _Stream) or found.parts.get("Type") != "XRef":
            raise _damaged("its table of objects is not where it should be")
        widths = found.parts.get("W")
        if not (
            isinstance(widths, list) and len(widths) == 3 and all(isinstance(w, int) and 0 <= w <= 8 for w in widths)
        ):
            raise _damaged("its table of objects cannot be read")
        data = self.unpacked(found, _TABLE_BYTES, table=True)
        size = sum(widths)
        index = found.parts.get("Index") or [0, found.parts.get("Size")]
        if not size or len(index) % 2 or len(index) > _MOST_SECTIONS or not all(isinstance(one, int) for one in index):
            raise _damaged("its table of objects cannot be read")
        start = 0
        for first, claimed in zip(index[::2], index[1::2], strict=True):
            count = min(claimed, (len(data) - start) // size)
            base = start
            self.sections.append(
                (first, count, lambda place, base=base: _packed_entry(data, base + place * size, widths))
            )
            start += count * size
        return found.parts

    def _entry_of(self, number: int) -> tuple[int, int, int] | None:
        for first, count, entry in self.sections:
            if first <= number < first + count:
                found: tuple[int, int, int] = entry(number - first)
                return found
        return None

    # ---- objects ----------------------------------------------------------------------------------------------------

    def resolved(self, value: Any, hops: int = 8) -> Any:
        """What a reference leads to; None where it leads nowhere."""
        while isinstance(value, _Reference):
            hops -= 1
            entry = self._entry_of(value.number) if hops > 0 else None
            if entry is None or entry[0] == 0:
                return None
            value = (
                self._object_at(entry[1], value.number) if entry[0] == 1 else self._object_in(entry[1], value.number)
            )
        return value

    def _object_at(self, at: int, number: int | None) -> Any:
        head = _OBJECT.match(self.content, at) or _OBJECT.match(self.content, at + 1)
        if not head or (number is not None and int(head[1]) != number):
            raise _damaged(f"object {number if number is not None else 'of its table'} is not where its table says")
        tokens = _Tokens(self.content, head.end(), self.allowance)
        found = tokens.one()
        if not isinstance(found, dict) or not tokens.begins(b"stream"):
            return found
        at = tokens.at
        at += 2 if self.content.startswith(b"\r\n", at) else 1
        length = self._length(found.get("Length"))
        if not isinstance(length, int) or not 0 <= length <= len(self.content) - at:
            length = self.content.find(b"endstream", at) - at
            if length < 0:
                raise _damaged("a stream never ends")
        return _Stream(found, self.content[at : at + length])

    def _length(self, said: Any) -> Any:
        """The length of a stream: a number, or a reference to an object that is nothing but one."""
        entry = self._entry_of(said.number) if isinstance(said, _Reference) else None
        if entry is None or entry[0] != 1:
            return said
        head = _OBJECT.match(self.content, entry[1])
        found = re.compile(rb"\s*(\d{1,10})\s").match(self.content, head.end()) if head else None
        return int(found[1]) if found else None

    def _object_in(self, holder: int, number: int) -> Any:
        """An object that is packed with others in a stream."""
        if holder not in self.packed:
            entry = self._entry_of(holder)
            stream = self._object_at(entry[1], holder) if entry is not None and entry[0] == 1 else None
            if not isinstance(stream, _Stream) or len(self.packed) >= 64:
                raise _damaged("its packed objects cannot be read")
            data = self.unpacked(stream, _TABLE_BYTES)
            count, first = stream.parts.get("N"), stream.parts.get("First")
            tokens = _Tokens(data, 0, self.allowance)
            if not isinstance(count, int) or not isinstance(first, int):
                raise _damaged("its packed objects cannot be read")
            pairs = [(tokens.one(), tokens.one()) for _ in range(count)]
            places = {one: first + at for one, at in pairs if isinstance(one, int) and isinstance(at, int)}
            self.packed[holder] = places, data
        places, data = self.packed[holder]
        return _Tokens(data, places[number], self.allowance).one() if number in places else None

    def unpacked(self, stream: Any, limit: int, *, table: bool = False) -> bytes:
        """What a stream holds, at most `limit` bytes; by no filter or one, and by rows of a table where it is one."""
        if not isinstance(stream, _Stream):
            raise _damaged("an embedded file is missing")
        filters = self.resolved(stream.parts.get("Filter"))
        filters = filters if isinstance(filters, list) else [] if filters is None else [filters]
        settings = self.resolved(stream.parts.get("DecodeParms"))
        settings = settings[0] if isinstance(settings, list) and settings else settings
        predictor = settings.get("Predictor", 1) if isinstance(settings, dict) else 1
        if filters not in ([], ["FlateDecode"]) or (predictor != 1 and not table):
            raise UnreadableInvoice("TS-I028", "a part of the PDF is packed in a way that no invoice is.")
        data = stream.raw
        if filters:
            unpacker = zlib.decompressobj()
            try:
                data = unpacker.decompress(stream.raw, limit + 1)
            except zlib.error as error:
                raise _damaged("a stream cannot be unpacked") from error
        if len(data) > limit:
            raise UnreadableInvoice("TS-I004", f"a part of the PDF unpacks to more than {limit >> 20} MiB.")
        return _unpredicted(data, settings, predictor) if predictor != 1 else data

    # ---- embedded files ---------------------------------------------------------------------------------------------

    def files(self) -> dict[str, Any]:
        """Embedded files by name."""
        catalog = self.resolved(self.trailer.get("Root"))
        if not isinstance(catalog, dict):
            raise _damaged("its catalog is missing")
        names = self.resolved(catalog.get("Names"))
        tree = names.get("EmbeddedFiles") if isinstance(names, dict) else None
        found: dict[str, Any] = {}
        waiting, steps = [tree], 0
        while waiting:
            node = self.resolved(waiting.pop())
            steps += 1
            if not isinstance(node, dict):
                continue
            kids, pairs = self.resolved(node.get("Kids")), self.resolved(node.get("Names"))
            waiting += kids if isinstance(kids, list) else []
            listed = pairs[1::2] if isinstance(pairs, list) else []
            if len(found) + len(listed) > _MOST_FILES or len(waiting) + steps > 10 * _MOST_FILES:
                raise UnreadableInvoice("TS-I025", f"the PDF holds more than {_MOST_FILES} files.")
            self._add(found, listed)
        associated = self.resolved(catalog.get("AF"))
        self._add(found, associated[:_MOST_FILES] if isinstance(associated, list) else [])
        return found

    def _add(self, found: dict[str, Any], listed: list[Any]) -> None:
        for one in listed:
            told = self.resolved(one)
            if not isinstance(told, dict):
                continue
            name = _text_of(self.resolved(told.get("UF"))) or _text_of(self.resolved(told.get("F")))
            held = self.resolved(told.get("EF"))
            stream = self.resolved(held.get("F") or held.get("UF")) if isinstance(held, dict) else None
            if name and isinstance(stream, _Stream):
                found.setdefault(name, stream)


def _packed_entry(data: bytes, at: int, widths: list[int]) -> tuple[int, int, int]:
    parts = []
    for width in widths:
        parts.append(int.from_bytes(data[at : at + width], "big"))
        at += width
    # Without a width of its own the kind is 1: an object that stands for itself.
    return (parts[0] if widths[0] else 1), parts[1], parts[2]


def _unpredicted(data: bytes, settings: dict[str, Any], predictor: Any) -> bytes:
    """A table whose rows were written as differences (PNG predictors): all rows alike, as writers of tables do."""
    columns = settings.get("Columns", 1)
    if not (isinstance(columns, int) and 0 < columns <= 64 and isinstance(predictor, int) and predictor >= 10):
        raise _damaged("its table of objects cannot be read")
    rows = np.frombuffer(data[: len(data) - len(data) % (columns + 1)], np.uint8).reshape(-1, columns + 1)
    kinds = np.unique(rows[:, 0])
    body = rows[:, 1:]
    if kinds.tolist() == [2]:
        body = np.cumsum(body, axis=0, dtype=np.uint8)
    elif kinds.tolist() == [1]:
        body = np.cumsum(body, axis=1, dtype=np.uint8)
    elif kinds.tolist() not in ([0], []):
        body = _row_by_row(rows)
    return body.tobytes()


def _row_by_row(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if len(rows) > 50_000 or rows[:, 0].max() > 2:
        raise _damaged("its table of objects cannot be read")
    above = np.zeros(rows.shape[1] - 1, np.uint8)
    done = []
    for row in rows:
        above = row[1:] if row[0] == 0 else np.cumsum(row[1:], dtype=np.uint8) if row[0] == 1 else above + row[1:]
        done.append(above)
    return np.array(done, np.uint8)

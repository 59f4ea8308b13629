"""Opening a file: what it is, unpacked if need be, its letters and delimiter guessed, its rows in the engine.

`opened(path, hints)` is the way in. The last file opened is kept for the next call with the same path, so that
proposing a mapping and reading by it cost one reading; it is dropped as soon as the file's size or time changes.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tallystick.records.containers import delimited, json_records, unpacking
from tallystick.records.containers.encoding import Encoding, guess_encoding, known, transcode
from tallystick.records.containers.loaded import Loaded, connect
from tallystick.records.containers.parquet_file import load_parquet
from tallystick.records.containers.trouble import damaged, finding
from tallystick.records.containers.workbook import load_workbook
from tallystick.vocabulary.finding import Finding, Place

_ENDINGS = {
    "csv": "delimited",
    "tsv": "delimited",
    "tab": "delimited",
    "txt": "delimited",
    "jsonl": "json lines",
    "ndjson": "json lines",
    "json": "json",
    "parquet": "parquet",
    "pq": "parquet",
    "xlsx": "workbook",
    "xlsm": "workbook",
}
_PACKED_ENDINGS = frozenset({"gz", "gzip", "bz2", "zst", "zstd", "xz", "zip"})
LineReader = Callable[[duckdb.DuckDBPyConnection, Path, delimited.Census, str], Loaded]
_TEXT_FORMS = frozenset({"delimited", "json", "json lines"})
HINTS = ("encoding", "delimiter", "sheet", "list")


@dataclass
class Container:
    """One file and what was found out about it. Use `rows()` for its table; `close()` frees the copies on disk.

    `shown` says in words what was guessed, for the user and for the saved mapping: form, packing, encoding, delimiter.
    """

    path: Path
    form: str
    packing: str
    text: Path
    work: Path
    hints: dict[str, str]
    encoding: Encoding | None = None
    dialect: delimited.Dialect | None = None
    shown: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _loaded: Loaded | None = None
    _lines: Loaded | None = None

    @property
    def name(self) -> str:
        """The file's name, as findings show it."""
        return self.path.name

    def rows(self) -> Loaded:
        """The table, read once."""
        if self._loaded is None:
            self._loaded = self._load()
            self.findings += self._loaded.findings
            if not self._loaded.rows_in:
                self.findings.append(finding("TS-I214", "There is a header and no row.", Place(file=self.name)))
        return self._loaded

    def rows_by(self, load: LineReader) -> Loaded:
        """The table as a reader of a system's own lines makes it, read once; the text is UTF-8 by then."""
        if self._lines is None:
            census = self._as_utf8()
            connection = connect()
            try:
                self._lines = load(connection, self.text, census, self.name)
            except BaseException:
                connection.close()
                raise
        return self._lines

    @property
    def rows_of_table(self) -> Loaded | None:
        """The table as `rows` read it, None where it was read by lines only."""
        return self._loaded

    def _load(self) -> Loaded:
        connection = connect()
        try:
            return self._load_into(connection)
        except BaseException:
            connection.close()
            raise

    def _load_into(self, connection: duckdb.DuckDBPyConnection) -> Loaded:
        if self.form == "parquet":
            return load_parquet(connection, self.text, self.name)
        if self.form == "workbook":
            return load_workbook(connection, self.text, self.name, self.hints.get("sheet"))
        census = self._as_utf8()
        if self.form == "json lines":
            return json_records.load_json_lines(connection, self.text, census, self.name, self.work)
        if self.form == "json":
            return self._load_document(connection)
        with self.text.open(encoding="utf-8-sig", errors="replace", newline="") as reader:
            sample = reader.read(delimited.SAMPLE)
        self.dialect = delimited.guess_dialect(
            sample, self.name, self.hints.get("delimiter"), whole=census.size <= delimited.SAMPLE
        )
        mark = self.dialect.delimiter
        self.shown["delimiter"] = delimited.DELIMITER_NAMES.get(mark, mark)
        place = Place(file=self.name)
        if mark != "," and "delimiter" not in self.hints:
            self.findings.append(
                finding("TS-I202", f"The delimiter is a {self.shown['delimiter']}.", place, value=mark)
            )
        if self.dialect.preamble:
            lines = self.dialect.preamble
            self.findings.append(
                finding("TS-I213", f"{lines} line(s) above the table were passed over.", place, count=lines)
            )
        return delimited.load_delimited(connection, self.text, self.dialect, census, self.name, self.work)

    def _as_utf8(self) -> delimited.Census:
        """The census of the text, made UTF-8 with newlines first where it is not."""
        census = delimited.take_census(self.text)
        hinted = self.hints.get("encoding")
        with self.text.open("rb") as stream:
            head = stream.read(1 << 16)
        sample = head if census.utf8 else head[: 1 << 16] + b"\n" + b"\n".join(census.odd_lines[:400])
        if hinted:
            if not known(hinted):
                raise damaged("TS-I020", self.name, f"there is no encoding named {hinted!r}.")
            self.encoding = Encoding(hinted, 1.0, "as told")
        else:
            self.encoding = guess_encoding(sample, valid_utf8=census.utf8)
        self.shown["encoding"] = self.encoding.name
        if not self.encoding.is_utf8:
            target = self.work / "utf8.txt"
            try:
                held = transcode(self.text, self.encoding.name, target)
            except (UnicodeError, LookupError) as error:
                raise damaged("TS-I020", self.name, f"it is not {self.encoding.name} throughout.") from error
            self.text = target
            self.shown["encoding"] = held
            if not hinted and self.encoding.sure < 1:
                self.findings.append(
                    finding(
                        "TS-I201",
                        f"The text is read as {held}: {self.encoding.why}.",
                        Place(file=self.name),
                        value=held,
                    )
                )
            census = delimited.take_census(target)
        if census.nuls > 64 and census.nuls * 20 > census.size:
            raise damaged("TS-I002", self.name, f"{census.nuls:,} of its {census.size:,} bytes are NUL.")
        with self.text.open("rb") as stream:
            _refuse_binary(stream.read(1 << 16), self.name)
        if census.lone_returns and b"\n" not in head:
            target = self.work / "newlines.txt"
            delimited.unify_line_ends(self.text, target)
            self.text = target
            census = delimited.take_census(target)
        return census

    def _load_document(self, connection: duckdb.DuckDBPyConnection) -> Loaded:
        lists, repeated = json_records.document_lists(self.text, self.name)
        named = self.hints.get("list")
        full = {name: items for name, items in lists.items() if any(isinstance(item, dict) for item in items)}
        if named and named not in lists:
            raise damaged("TS-I013", self.name, f"there is no list named {named!r}.")
        if not named and not full and not (len(lists) == 1 and not next(iter(lists.values()))):
            raise damaged(
                "TS-I013", self.name, f"no list of objects was found among {', '.join(lists) or 'its parts'}."
            )
        chosen = named or max(full or lists, key=lambda name: len(lists[name]))
        others = [name for name in full if name != chosen]
        if others:
            self.findings.append(
                finding("TS-I209", f"The list {chosen!r} was read, not: {', '.join(others)}.", Place(file=self.name))
            )
        if repeated:
            self.findings.append(
                finding(
                    "TS-I218", f"An object names {repeated[0]!r} twice.", Place(file=self.name), count=len(repeated)
                )
            )
        target = self.work / "document.jsonl"
        json_records.write_lines(lists[chosen], target)
        census = delimited.Census(records=len(lists[chosen]))
        return json_records.load_json_lines(connection, target, census, self.name, self.work)

    def close(self) -> None:
        """Free the engine and the copies on disk."""
        for loaded in (self._loaded, self._lines):
            if loaded is not None:
                loaded.connection.close()
        self._loaded = self._lines = None
        shutil.rmtree(self.work, ignore_errors=True)
        _folders.discard(self.work)


# Private folders of containers that are not closed yet: a process that ends leaves no copy of a file behind.
_folders: set[Path] = set()


@atexit.register
def _remove_folders() -> None:
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


def _refuse_binary(head: bytes, file: str) -> None:
    """Refuse bytes that are no text: many control characters that text does not have."""
    control = sum(head.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28, 29, 127))
    if control * 50 > len(head) and control > 2:
        raise damaged("TS-I002", file, "its bytes are not text, and it is no kind of file that is known.")


def _endings(path: Path) -> tuple[str, bool]:
    """(the form that the name promises or "", whether the name promises packing)."""
    suffixes = [suffix.lstrip(".").lower() for suffix in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] in _PACKED_ENDINGS
    if packed:
        suffixes.pop()
    return (_ENDINGS.get(suffixes[-1], "") if suffixes else ""), packed


def _form_of(text: Path, kind: str, promised: str, file: str) -> str:
    """Which reader an unpacked file needs, by content first and name second."""
    if kind == "parquet":
        return "parquet"
    if kind == "zip":
        return "workbook"
    if kind == "ole":
        content = text.read_bytes()[: 1 << 20]
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise damaged("TS-I008", file, "it is a workbook with a password.")
        raise damaged("TS-I009", file, "it is an old binary Office file (XLS), whatever its name says.")
    if kind == "encrypted parquet":
        raise damaged("TS-I008", file, "it is an encrypted Parquet file.")
    if kind == "html":
        raise damaged("TS-I018", file, "it is a web page (HTML).")
    if kind in ("7z archive", "RAR archive", "tar archive"):
        raise damaged("TS-I017", file, f"it is a {kind}.")
    if kind != "text":
        raise damaged("TS-I002", file, f"it is a file of another kind ({kind}).")
    if promised in ("parquet", "workbook"):
        rule = "TS-I010" if promised == "parquet" else "TS-I011"
        raise damaged(rule, file, f"its name promises a {promised}, and its first bytes are not those of one.")
    return _text_form(text, promised)


def _text_form(text: Path, promised: str) -> str:
    head = unpacking.head_of(text, 1 << 16)
    encoding = guess_encoding(head)
    sample = head.decode(encoding.name, errors="replace").lstrip("\ufeff").lstrip()
    first_line = sample.split("\n", 1)[0].strip()
    if sample.startswith("["):
        return "json" if promised != "delimited" or re.match(r"\[\s*[{\]]", sample) else "delimited"
    if sample.startswith("{"):
        whole = first_line.endswith("}") and "\n" in sample.strip()
        if promised == "json" and not (whole and sample.strip().split("\n")[1].lstrip().startswith("{")):
            return "json"
        if promised == "json lines" or whole or (first_line.endswith("}") and not promised):
            return "json lines"
        return "json" if re.match(r'\{\s*(["}]|$)', sample) else promised or "delimited"
    return promised if promised in _TEXT_FORMS else "delimited"


def open_container(path: Path, hints: Mapping[str, Any] | None = None) -> Container:
    """A file, unpacked into a private folder where it is packed; refuses what no reader may touch.

    `hints`: encoding, delimiter, sheet (of a workbook), list (of a JSON document). Others are passed over.
    """
    if not path.is_file():
        raise damaged("TS-I019", path.name, "there is no such file." if not path.exists() else "it is not a file.")
    head = unpacking.head_of(path)
    if not head:
        raise damaged("TS-I001", path.name, "it is empty (0 bytes).")
    told = {name: str(hints[name]) for name in HINTS if hints and hints.get(name)}
    work = Path(tempfile.mkdtemp(prefix="tally-"))
    _folders.add(work)
    try:
        return _open(path, head, told, work)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        _folders.discard(work)
        raise


def _open(path: Path, head: bytes, told: dict[str, str], work: Path) -> Container:
    kind, packing = unpacking.kind_of(head), ""
    promised, promised_packing = _endings(path)
    text = work / "input"
    if kind in ("gzip", "bzip2", "zstd", "xz"):
        packing = kind
        unpacking.unpack_stream(path, kind, text)
    elif kind == "zip" and not unpacking.is_workbook(path):
        packing = "zip"
        entry = unpacking.unpack_archive(path, text)
        promised = _endings(Path(entry))[0]
    else:
        # The engine reads `*` and `[` in a name as a pattern, so it is given a plain name.
        try:
            text.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, text)
    if packing:
        if not text.stat().st_size:
            raise damaged("TS-I001", path.name, "it is packed and holds nothing.")
        kind = unpacking.kind_of(unpacking.head_of(text))
        if kind == "zip" and not unpacking.is_workbook(text):
            raise damaged("TS-I005", path.name, "inside is another zip.")
    form = _form_of(text, kind, promised, path.name)
    container = Container(path, form, packing, text, work, told)
    container.shown = {"form": form, **({"packing": packing} if packing else {})}
    if (promised and form != promised) or promised_packing != bool(packing):
        packed = f", packed as {packing}" if packing else ""
        container.findings.append(
            finding(
                "TS-I217",
                f"The name says {path.suffix or promised}, the content is {form}{packed}.",
                Place(file=path.name),
            )
        )
    return container


_kept: dict[str, tuple[tuple[Any, ...], Container]] = {}


def opened(path: Path, hints: Mapping[str, Any] | None = None) -> Container:
    """The container of a file, the one opened last if it is the same file with the same hints and unchanged.

    The one kept is closed when another is opened; `forget()` closes it at once.
    """
    told = tuple(sorted((name, str(hints[name])) for name in HINTS if hints and hints.get(name)))
    try:
        facts = path.stat()
        mark: tuple[Any, ...] = (str(path.resolve()), facts.st_size, facts.st_mtime_ns, told)
    except OSError:
        mark = ()
    last = _kept.get("last")
    if last is not None and mark and last[0] == mark:
        return last[1]
    forget()
    container = open_container(path, hints)
    _kept["last"] = (mark, container)
    return container


def forget() -> None:
    """Close the container that is kept, if there is one."""
    last = _kept.pop("last", None)
    if last is not None:
        last[1].close()

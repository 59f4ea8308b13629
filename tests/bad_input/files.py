# ruff: noqa: E501, RUF001 - the content of files, as it comes
"""The bad files: each made here, byte by byte, with the rule, row and exit code that it must end with."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tests.invoices.documents import ubl
from tests.invoices.test_pdf import HOSTILE as HOSTILE_PDF
from tests.invoices.test_tree import HOSTILE as HOSTILE_XML

HEADER = "ticket_id,created_at,resolved_at,status\n"
ROWS = [f"T{n},2026-03-{n % 28 + 1:02} 09:00:00,2026-03-{n % 28 + 1:02} 17:30:00,solved\n" for n in range(1, 21)]
GOOD = HEADER + "".join(ROWS)
STORED, REJECTED, REFUSED = 0, 1, 3


@dataclass(frozen=True)
class BadFile:
    """One file: its name, its bytes, the rule that must be found, the first row named, and how the import ends."""

    name: str
    file: str
    build: Callable[[], bytes]
    rule: str
    exit_code: int
    row: int = 0
    rows_in: int = 0
    rejected: int = 0
    connector: str = "any_table"


def text(content: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: content.encode(encoding)


def with_row(row: str, at: int = 5) -> str:
    """The good table with one row more, which stands at spreadsheet row `at`."""
    rows = [*ROWS[: at - 2], row, *ROWS[at - 2 :]]
    return HEADER + "".join(rows)


def zipped(*entries: tuple[str, bytes], ratio: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", ratio) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return sink.getvalue()


def encrypted_zip() -> bytes:
    raw = bytearray(zipped(("a.csv", GOOD.encode()), ratio=zipfile.ZIP_STORED))
    raw[6] |= 1
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def link_zip() -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        entry = zipfile.ZipInfo("a.csv")
        entry.create_system = 3
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return sink.getvalue()


def workbook(rows: list[list[object]], *, sheet: str = "Tickets") -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return sink.getvalue()


def workbook_rows() -> list[list[object]]:
    head: list[object] = ["ticket_id", "created_at", "resolved_at", "status"]
    return [head, *[[f"T{n}", datetime(2026, 3, n, 9), datetime(2026, 3, n, 17), "solved"] for n in range(1, 21)]]  # noqa: DTZ001


def xlsx_bomb() -> bytes:
    """A workbook of 400 KiB whose one sheet unpacks to 400 MiB of zeros."""
    return zipped(
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", b"0" * (400 << 20)),
    )


def xlsx_entities() -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    return zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", bomb))


def ole(marker: bytes = b"") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + marker + bytes(512)


def parquet() -> bytes:
    sink = io.BytesIO()
    days = [datetime(2026, 3, n, 9) for n in range(1, 21)]  # noqa: DTZ001
    table = {
        "ticket_id": [f"T{n}" for n in range(20)],
        "created_at": pa.array(days, pa.timestamp("us")),
        "status": ["open"] * 20,
    }
    pq.write_table(pa.table(table), sink)
    return sink.getvalue()


def torn_parquet() -> bytes:
    raw = parquet()
    return raw[: len(raw) // 2]


def footless_parquet() -> bytes:
    return parquet()[:-8] + b"\xff\xff\x00\x00PAR1"


def bitten_parquet() -> bytes:
    raw = bytearray(parquet())
    raw[10:60] = bytes(50)
    return bytes(raw)


def wide_parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({f"c{n}": [1] for n in range(2_500)}), sink)
    return sink.getvalue()


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packer:
        packer.write(content)
    return sink.getvalue().to_pybytes()


def lines(*rows: str) -> str:
    return "".join(row + "\n" for row in rows)


TICKETS = [{"ticket_id": f"T{n}", "created_at": f"2026-03-{n:02}T09:00:00Z", "status": "open"} for n in range(1, 11)]
BILLED = "invoice number,invoice date,quantity,unit price,net amount\nA-1,2026-04-02,2,1.25,2.50\nA-2,2026-04-02,1,0.50,0.50\n"
LINES = [json.dumps(ticket) for ticket in TICKETS]


# Their cost is measured with the readers themselves.
HEAVY = {"100 MiB", "a bomb in a bomb", "a table of objects that is a bomb", "three million elements"}


def invoice(name: str, of: dict[str, tuple[str, Callable[[], bytes]]], file: str = "a.xml") -> BadFile:
    """A hostile or damaged invoice of the tests of documents; all are refused."""
    rule, build = of[name]
    kind = "PDF" if file.endswith("pdf") else "invoice"
    return BadFile(f"{kind}: {name}", file, build, rule, REFUSED, connector="e_invoices")


FILES: tuple[BadFile, ...] = (
    # ---- the container: nothing is stored
    BadFile("empty", "a.csv", text(""), "TS-I001", REFUSED),
    BadFile("blank lines only", "a.csv", text("\n\n\n"), "TS-I001", REFUSED),
    BadFile("gzip of nothing", "a.csv.gz", lambda: gzip.compress(b"", mtime=0), "TS-I001", REFUSED),
    BadFile("random bytes", "a.csv", lambda: bytes((n * 7919 + n // 3) % 256 for n in range(4096)), "TS-I002", REFUSED),
    BadFile("all NUL", "a.csv", lambda: bytes(4096), "TS-I002", REFUSED),
    BadFile("a PDF", "a.csv", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "TS-I002", REFUSED),
    BadFile("a picture", "a.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "TS-I002", REFUSED),
    BadFile("a database", "a.csv", lambda: b"SQLite format 3\x00" + bytes(100), "TS-I002", REFUSED),
    BadFile("a program", "a.csv", lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "TS-I002", REFUSED),
    BadFile("truncated gzip", "a.csv.gz", lambda: gzip.compress(GOOD.encode() * 50, mtime=0)[:-40], "TS-I003", REFUSED),
    BadFile("gzip with a wrong sum", "a.csv.gz", lambda: gzip.compress(GOOD.encode(), mtime=0)[:-8] + bytes(8), "TS-I003", REFUSED),
    BadFile("truncated bzip2", "a.csv.bz2", lambda: bz2.compress(GOOD.encode())[:-20], "TS-I003", REFUSED),
    BadFile("truncated xz", "a.csv.xz", lambda: lzma.compress(GOOD.encode())[:-20], "TS-I003", REFUSED),
    BadFile("truncated zstd", "a.csv.zst", lambda: zstd(GOOD.encode() * 50)[:-20], "TS-I003", REFUSED),
    BadFile("truncated zip", "a.zip", lambda: zipped(("a.csv", GOOD.encode() * 50))[:-30], "TS-I003", REFUSED),
    BadFile("gzip bomb", "a.csv.gz", lambda: gzip.compress(bytes(200 << 20), 9, mtime=0), "TS-I004", REFUSED),
    BadFile("zip bomb", "a.zip", lambda: zipped(("a.csv", b"a" * (200 << 20))), "TS-I004", REFUSED),
    BadFile("zip bomb as XLSX", "a.xlsx", xlsx_bomb, "TS-I004", REFUSED),
    BadFile("zip with 1,100 entries", "a.zip", lambda: zipped(*((f"{n}.csv", b"a") for n in range(1_100))), "TS-I004", REFUSED),
    BadFile("gzip in gzip", "a.csv.gz", lambda: gzip.compress(gzip.compress(GOOD.encode(), mtime=0), mtime=0), "TS-I005", REFUSED),
    BadFile("zip in zip", "a.zip", lambda: zipped(("b.zip", zipped(("a.csv", GOOD.encode())))), "TS-I005", REFUSED),
    BadFile("zip in gzip", "a.csv.gz", lambda: gzip.compress(zipped(("a.csv", b"x")), mtime=0), "TS-I005", REFUSED),
    BadFile("zip of two tables", "a.zip", lambda: zipped(("a.csv", b"x"), ("b.csv", b"y")), "TS-I006", REFUSED),
    BadFile("zip of nothing", "a.zip", zipped, "TS-I006", REFUSED),
    BadFile("zip that leads outside", "a.zip", lambda: zipped(("../../a.csv", GOOD.encode())), "TS-I007", REFUSED),
    BadFile("zip with a link", "a.zip", link_zip, "TS-I007", REFUSED),
    BadFile("encrypted zip", "a.zip", encrypted_zip, "TS-I008", REFUSED),
    BadFile("encrypted XLSX", "a.xlsx", lambda: ole("EncryptedPackage".encode("utf-16-le")), "TS-I008", REFUSED),
    BadFile("encrypted Parquet", "a.parquet", lambda: b"PARE" + bytes(100) + b"PARE", "TS-I008", REFUSED),
    BadFile("old XLS", "a.xls", ole, "TS-I009", REFUSED),
    BadFile("old XLS named CSV", "a.csv", ole, "TS-I009", REFUSED),
    BadFile("Parquet cut in half", "a.parquet", torn_parquet, "TS-I010", REFUSED),
    BadFile("Parquet without footer", "a.parquet", footless_parquet, "TS-I010", REFUSED),
    BadFile("Parquet with a damaged page", "a.parquet", bitten_parquet, "TS-I010", REFUSED),
    BadFile("text named Parquet", "a.parquet", text(GOOD), "TS-I010", REFUSED),
    BadFile("text named XLSX", "a.xlsx", text(GOOD), "TS-I011", REFUSED),
    BadFile("XLSX with entities", "a.xlsx", xlsx_entities, "TS-I011", REFUSED),
    BadFile("XLSX without sheets", "a.xlsx", lambda: zipped(("[Content_Types].xml", b"<Types/>"), ("xl/a.xml", b"<a/>")), "TS-I011", REFUSED),
    BadFile("XLSX with an empty sheet", "a.xlsx", lambda: workbook([]), "TS-I021", REFUSED),
    BadFile("truncated JSON", "a.json", lambda: json.dumps(TICKETS).encode()[:-30], "TS-I012", REFUSED),
    BadFile("JSON with NaN", "a.json", text('[{"ticket_id": NaN}]'), "TS-I012", REFUSED),
    BadFile("JSON of a number", "a.json", text("42"), "TS-I013", REFUSED),
    BadFile("JSON object without a list", "a.json", text('{"a": {"b": 1},\n "c": 2}'), "TS-I013", REFUSED),
    BadFile("JSON nested 200,000 deep", "a.json", text("[" * 200_000 + "]" * 200_000), "TS-I015", REFUSED),
    BadFile("JSON Lines that are not", "a.jsonl", text("a\nb\nc\n"), "TS-I012", REFUSED),
    BadFile("100,000 columns", "a.csv", text(",".join(f"c{n}" for n in range(100_000)) + "\n"), "TS-I014", REFUSED),
    BadFile("2,500 columns in Parquet", "a.parquet", wide_parquet, "TS-I014", REFUSED),
    BadFile("JSON object with 100,000 names", "a.jsonl", lambda: json.dumps({f"n{n}": n for n in range(100_000)}).encode(), "TS-I014", REFUSED),
    BadFile("7z", "a.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(60), "TS-I017", REFUSED),
    BadFile("RAR", "a.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(60), "TS-I017", REFUSED),
    BadFile("a login page", "a.csv", text("<!DOCTYPE html><html><body>Sign in</body></html>"), "TS-I018", REFUSED),
    BadFile("no case id", "a.csv", text("created_at,colour\n2026-03-01 09:00,red\n2026-03-01 09:00,red\n"), "TS-I022", REFUSED),
    BadFile("no instant", "a.csv", text("ticket_id,colour\nT1,red\nT2,blue\n"), "TS-I022", REFUSED),
    *(invoice(name, HOSTILE_XML) for name in HOSTILE_XML if name not in HEAVY),
    *(invoice(name, HOSTILE_PDF, "a.pdf") for name in HOSTILE_PDF if name not in HEAVY),
    BadFile("invoice: an empty file", "a.xml", text(""), "TS-I001", REFUSED, connector="e_invoices"),
    BadFile("billed lines without an invoice's number", "a.csv", text("invoice date,quantity,unit price,net amount\n2026-03-01,1,2,2\n2026-03-02,1,2,2\n"), "TS-I022", REFUSED, connector="invoice_lists"),
    # ---- a row: the rest is stored
    BadFile("too few fields", "a.csv", text(with_row("T99,2026-03-01 09:00:00\n")), "TS-I101", REJECTED, 5, 21, 1),
    BadFile("too many fields", "a.csv", text(with_row("T99,2026-03-01 09:00:00,,open,x,y\n")), "TS-I101", REJECTED, 5, 21, 1),
    BadFile("quotation mark never closed", "a.csv", text(with_row('T99,"2026-03-01 09:00:00,,open\n')), "TS-I102", REJECTED, 5, 21, 1),
    BadFile("text after a closed quotation", "a.csv", text(with_row('T99,"2026-03-01" 09:00:00,,open\n')), "TS-I102", REJECTED, 5, 21, 1),
    BadFile("quotation open at the end", "a.csv", text(GOOD + 'T99,2026-03-01 09:00:00,,"open'), "TS-I102", REJECTED, 22, 21, 1),
    BadFile("a byte that is no UTF-8", "a.csv", lambda: with_row("T9ü,2026-03-01 09:00:00,,öüä\n").encode() + b"T\xff9,2026-03-01 09:00:00,,open\n", "TS-I103", REJECTED, 23, 22, 1),
    BadFile("a NUL byte", "a.csv", text(with_row("T99,2026-03-01 09:00:00,,op\0en\n")), "TS-I104", REJECTED, 5, 21, 1),
    BadFile("a row of 2 MiB", "a.csv", text(with_row(f"T99,2026-03-01 09:00:00,,{'x' * (2 << 20)}\n")), "TS-I105", REJECTED, 5, 21, 1),
    BadFile("a line that is no JSON", "a.jsonl", text(lines(*LINES, "{broken", '{"ticket_id": "T99", "created_at": "2026-03-01T09:00:00Z", "status": "open"}')), "TS-I106", REJECTED, 11, 12, 1),
    BadFile("a line that is an array", "a.jsonl", text(lines(*LINES, "[1, 2]")), "TS-I106", REJECTED, 11, 11, 1),
    BadFile("a NUL in JSON Lines", "a.jsonl", text(lines(*LINES, LINES[0].replace("T1", "T\0"))), "TS-I104", REJECTED, 11, 11, 1),
    BadFile("no case id in a row", "a.csv", text(with_row(",2026-03-01 09:00:00,,open\n")), "TS-I107", REJECTED, 5, 21, 1),
    BadFile("a date that is none", "a.csv", text(with_row("T99,yesterday,,open\n")), "TS-I108", REJECTED, 5, 21, 1),
    BadFile("the 30th of February", "a.csv", text(with_row("T99,2026-02-30 09:00:00,,open\n")), "TS-I108", REJECTED, 5, 21, 1),
    BadFile("an hour that the clock skips", "a.csv", text(with_row("T99,2026-03-29 03:30:00,,open\n")), "TS-I109", REJECTED, 5, 21, 1),
    BadFile("a date in 1066", "a.csv", text(with_row("T99,1066-10-14 09:00:00,,open\n")), "TS-I110", REJECTED, 5, 21, 1),
    BadFile("a date in the far future", "a.csv", text(with_row("T99,2099-03-01 09:00:00,,open\n")), "TS-I110", REJECTED, 5, 21, 1),
    BadFile("a row without any date", "a.csv", text(with_row("T99,,,open\n")), "TS-I112", REJECTED, 5, 21, 1),
    BadFile("a total at the end", "a.csv", text(GOOD + "Total,,,20\n"), "TS-I112", REJECTED, 22, 21, 1),
    BadFile("mixed day-first and month-first", "a.csv", text("id,created at\n" + lines(*(f"{n},{n}/03/2026 09:00" for n in range(1, 29)), "99,03/29/2026 09:00")), "TS-I108", REJECTED, 30, 29, 1),
    BadFile("a bad cell in XLSX", "a.xlsx", lambda: workbook([*workbook_rows(), ["T99", "soon", None, "open"]]), "TS-I108", REJECTED, 22, 21, 1),
    BadFile("a price whose comma could mean anything", "a.csv", text(BILLED + 'A-9,2026-04-02,1,"1,5",1.50\n'), "TS-I111", REJECTED, 4, 3, 1, connector="invoice_lists"),
    BadFile("a billed line without amount", "a.csv", text(BILLED + "A-9,2026-04-02,1,1.50,\n"), "TS-I107", REJECTED, 4, 3, 1, connector="invoice_lists"),
    # ---- told: everything is stored
    BadFile("a billed line that is not quantity x price", "a.csv", text(BILLED + "A-9,2026-04-02,2,1.50,3.50\n"), "PEPPOL-EN16931-R120", STORED, 4, 3, connector="invoice_lists"),
    BadFile("invoice: a total that is not its sum", "a.xml", text(ubl().replace(">267.74</cbc:PayableAmount>", ">300.00</cbc:PayableAmount>")), "BR-CO-16", REJECTED, 0, 3, connector="e_invoices"),
    BadFile("invoice: an amount in another currency", "a.xml", text(ubl().replace('PriceAmount currencyID="EUR">12.50', 'PriceAmount currencyID="USD">12.50')), "TS-I232", STORED, 0, 3, connector="e_invoices"),
    BadFile("invoice: an amount that the norm does not know", "a.xml", text(ubl().replace("</cac:LegalMonetaryTotal>", '<cbc:PayableAlternativeAmount currencyID="RON">1.00</cbc:PayableAlternativeAmount></cac:LegalMonetaryTotal>')), "TS-I233", STORED, 0, 3, connector="e_invoices"),
    BadFile("invoice: words that the norm does not know", "a.xml", text(ubl().replace("<cbc:Name>", "<cbc:Keyword>x</cbc:Keyword><cbc:Name>", 1)), "TS-I234", STORED, 0, 3, connector="e_invoices"),
    BadFile("header and no row", "a.csv", text(HEADER), "TS-I214", STORED),
    BadFile("duplicate headers", "a.csv", text(GOOD.replace("resolved_at", "status", 1)), "TS-I203", STORED, 1, 20),
    BadFile("a column without a name", "a.csv", text(GOOD.replace(",status", ",", 1)), "TS-I204", STORED, 1, 20),
    BadFile("cp1252", "a.csv", text(with_row("T99,2026-03-01 09:00:00,,gelöst – Größe\n"), "cp1252"), "TS-I201", STORED, 0, 21),
    BadFile("UTF-16 without mark", "a.csv", text(GOOD, "utf-16-le"), "TS-I201", STORED, 0, 20),
    BadFile("semicolons", "a.csv", text(GOOD.replace(",", ";")), "TS-I202", STORED, 0, 20),
    BadFile("only days up to 12", "a.csv", text("id,created at\n" + lines(*(f"{n},0{n}/0{n}/2025 09:00" for n in range(1, 10)))), "TS-I205", STORED, 0, 9),
    BadFile("an hour that exists twice", "a.csv", text(with_row("T99,2025-10-26 03:30:00,,open\n")), "TS-I210", STORED, 0, 21),
    BadFile("a status nobody knows", "a.csv", text(with_row("T99,2026-03-01 09:00:00,,zorp\n")), "TS-I211", STORED, 0, 21),
    BadFile("no header", "a.csv", text("".join(ROWS)), "TS-I212", STORED, 1, 20),
    BadFile("title lines above", "a.csv", text("Export of 1 April\n\n" + GOOD), "TS-I213", STORED, 0, 20),
    BadFile("a column empty in all rows", "a.csv", text(HEADER.replace("status", "status,due_date") + "".join(row.rstrip() + ",\n" for row in ROWS)), "TS-I207", STORED, 0, 20),
    BadFile("gzip named CSV", "a.csv", lambda: gzip.compress(GOOD.encode(), mtime=0), "TS-I217", STORED, 0, 20),
    BadFile("Parquet named CSV", "a.csv", parquet, "TS-I217", STORED, 0, 20),
    BadFile("old Mac line ends", "a.csv", text(GOOD.replace("\n", "\r")), "TS-I206", STORED, 0, 20),
    BadFile("mixed line ends", "a.csv", text(GOOD.replace("\n", "\r\n", 5)), "TS-I206", STORED, 0, 20),
    BadFile("a name twice in one object", "a.jsonl", text(lines(*LINES, '{"ticket_id": "T98", "created_at": "2026-03-01T09:00:00Z", "status": "open", "status": "new"}')), "TS-I218", STORED, 11, 11),
)  # fmt: skip

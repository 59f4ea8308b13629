"""Electronic invoices: UBL 2.1 and CII documents, and PDFs that hold one (Factur-X, ZUGFeRD 2, XRechnung).

In: an XML or PDF file, or a folder of them. Out: invoices with their lines, tax groups, allowances and charges, and
what is wrong with their sums. Verbs: recognise, propose, read. Must not know: what was agreed or delivered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

from tallystick.invoices import pdf, reading
from tallystick.invoices.rule import check
from tallystick.invoices.source import Read
from tallystick.invoices.tree import MAX_BYTES, UnreadableInvoice
from tallystick.records.connector import Batch, Connector, Mapping, Resolver
from tallystick.records.containers import damaged, finding
from tallystick.records.containers.unpacking import head_of
from tallystick.records.invoice_rows import Arrived, tables_of, told_by
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

FEED = "e-invoices"
# Rows of the files of a folder: the document is row 1 of its file, its lines follow.
STRIDE = 2**40
MAX_FILES = 10_000
_LOOK = 1 << 16
_KNOWN = re.compile(rb"CrossIndustry(Invoice|Document)|ubl:schema:xsd:(Invoice|CreditNote)-2")
_ENDINGS = (".xml", ".pdf")
_LISTED = 8


class EInvoices(Connector):
    """One document a file, read whole or refused."""

    title: ClassVar[str] = "Electronic invoices and credit notes (UBL 2.1, CII, Factur-X and ZUGFeRD inside PDF)"
    fills: ClassVar[tuple[str, ...]] = ("invoice", "invoice_line", "invoice_tax", "invoice_allowance")
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "call": "an invoice tells what was billed, not what was done",
        "agent_state": "an invoice tells how many hours were billed, not who worked them",
        "cost": "an invoice is the partner's own account; what else the service cost stands in the client's ledger",
    }

    def recognise(self, path: Path) -> float:
        """By the namespaces at the beginning of a text; of a PDF by its first bytes, since nothing else reads those."""
        try:
            if path.is_dir():
                files = _files(path)
                return 0.9 if files and all(self.recognise(one) >= 0.6 for one in files[:20]) else 0.0
            head = head_of(path, _LOOK) if path.is_file() else b""
        except (DamagedContainer, OSError):
            return 0.0
        if pdf.is_pdf(head):
            return 0.6
        if not _is_xml(head):
            return 0.0
        return 0.98 if _KNOWN.search(head.replace(b"\0", b"")) else 0.3

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Whose invoices they are: `kinds` leads from the seller's id to a partner."""
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or FEED
        known = dict(saved.kinds) if saved is not None else {}
        partner = hints.get("partner") or (saved.partner if saved is not None else "")
        notes, doubts = [], []
        for file, read in _reads(path):
            seller = told_by(read.invoice.seller)
            notes.append(f"{file}: {read.syntax} {read.invoice.number} of {read.invoice.seller.name}.")
            if partner and seller:
                known.setdefault(seller, partner)
            if seller not in known:
                doubts.append(
                    f"{read.invoice.seller.name!r} ({seller}) is no partner yet; say whose invoice it is with "
                    "--partner, or under `kinds`."
                )
            elif partner and known[seller] != partner:
                doubts.append(
                    f"{read.invoice.seller.name!r} ({seller}) is known as {known[seller]!r}, not {partner!r}."
                )
        return Mapping(
            connector="e_invoices",
            feed=feed,
            source=(saved.source if saved is not None else "") or hints.get("source") or feed,
            shape="documents",
            partner=saved.partner if saved is not None else "",
            kinds=known,
            settings=dict(saved.settings) if saved is not None else {},
            notes=tuple(notes[:_LISTED]),
            doubts=tuple(dict.fromkeys(doubts)),
        )

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:  # noqa: ARG002 - the contract
        """The documents with what their sums say; a file that is no invoice refuses all."""
        arrived: list[Arrived] = []
        findings: list[Finding] = []
        for at, (file, read) in enumerate(_reads(path)):
            partner = mapping.kinds.get(told_by(read.invoice.seller)) or None
            arrived.append(Arrived(read.invoice, read.syntax, file, partner, at * STRIDE + 1))
            findings += told_of(read, file)
        rows = sum(1 + len(one.invoice.lines) for one in arrived)
        tables = tables_of(arrived, mapping.source)
        yield Batch(tables, rows, findings=findings, done=rows, total=rows, undated=frozenset(tables))


def told_of(read: Read, file: str) -> list[Finding]:
    """What is wrong with the sums of a document, and what of it was not read."""
    found = [fault.finding(file, read.line_of(fault.miss.where)) for fault in check(read.invoice)]
    for where, currency in read.foreign:
        message = f"An amount is in {currency}; the invoice is in {read.invoice.currency}."
        place = Place(file=file, line=read.line_of(where), key=where)
        found.append(finding("TS-I232", message, place, value=currency))
    for counts, rule in ((True, "TS-I233"), (False, "TS-I234")):
        unread = [one for one in read.unread if one.counts is counts]
        if unread:
            # Words may name persons or accounts: they are told by where they stand alone.
            told = [f"{one.path.rpartition('/')[2]}{f' {one.text}' if counts else ''}" for one in unread[:_LISTED]]
            listed = ", ".join(dict.fromkeys(told))
            more = f" and {len(unread) - _LISTED} more" if len(unread) > _LISTED else ""
            place = Place(file=file, line=unread[0].line, key=unread[0].path)
            found.append(finding(rule, f"Not read: {listed}{more}.", place, count=len(unread)))
    return found


def _is_xml(head: bytes) -> bool:
    return head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


def _files(folder: Path) -> list[Path]:
    """The invoices of a folder in order of their names; none where it holds anything else."""
    files = sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith("."))
    alike = all(one.suffix.lower() in _ENDINGS for one in files)
    return files if alike and len(files) <= MAX_FILES else []


def _reads(path: Path) -> Iterator[tuple[str, Read]]:
    """(file, what it says) of each document; DamagedContainer at the first that is none."""
    for file in _files(path) if path.is_dir() else [path]:
        try:
            yield file.name, _read(file)
        except UnreadableInvoice as error:
            place = f"line {error.line}: " if error.line and error.rule != "TS-I026" else ""
            raise damaged(error.rule, file.name, f"{place}{error.message}") from error


def _read(file: Path) -> Read:
    head = head_of(file)
    limit = pdf.MAX_PDF if pdf.is_pdf(head) else MAX_BYTES
    size = file.stat().st_size
    if not size:
        raise damaged("TS-I001", file.name, "it is empty (0 bytes).")
    if size > limit:
        raise UnreadableInvoice("TS-I025", f"it holds {size >> 20} MiB; an invoice is read up to {limit >> 20} MiB.")
    content = file.read_bytes()
    return reading.read(pdf.embedded(content)[1] if pdf.is_pdf(head) else content)

"""An invoice or credit note as Factur-X: a PDF/A-3 that a person reads, with the CII inside that a system reads.

Typst sets the page and embeds the file; what the specification of Factur-X asks of the metadata is added as an update
at the end, so that nothing before it moves. Fonts are those of the program: every machine gives the same bytes.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from tallystick.invoices.rule import number
from tallystick.invoices.value import Invoice, Party
from tallystick.reports.credit_note import cii

FILE = "factur-x.xml"
LEVEL = "EN 16931"
SPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", FILE, "The name of the embedded XML document"),
    ("DocumentType", "INVOICE", "The type of the hybrid document"),
    ("Version", "1.0", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", LEVEL, "The conformance level of the embedded XML document"),
)
# Units of UN/ECE Recommendation 20 as people write them; others stay codes.
_UNITS = {"C62": "", "H87": "", "HUR": "h", "MIN": "min", "DAY": "d", "MON": "months", "P1": "%"}
_KINDS = {True: "Credit note", False: "Invoice"}


def write(invoice: Invoice, language: str = "en") -> bytes:
    """The PDF. Dates and numbers are written as in `language`; words are English."""
    import typst  # a compiler of 34 MB, which only this page pays for

    issued = datetime(invoice.issued_on.year, invoice.issued_on.month, invoice.issued_on.day, tzinfo=UTC)
    page = files("tallystick.reports.credit_note").joinpath("credit_note.typ").read_bytes()
    made = typst.compile(
        page,
        format="pdf",
        pdf_standards=["a-3b"],
        ignore_system_fonts=True,
        timestamp=int(issued.timestamp()),
        sys_inputs={
            "page": json.dumps(_page(invoice, language), ensure_ascii=False, sort_keys=True),
            "document": cii.write(invoice).decode(),
        },
    )
    return _with_properties(made)


def _with_properties(made: bytes) -> bytes:
    """The PDF with the properties of Factur-X in its metadata, as an update (ISO 32000-1, 7.5.6)."""
    catalog = re.search(rb"/Type/Catalog\b[^\0]*?/Metadata (\d+) 0 R", made)
    start = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", made)
    trailer = re.search(rb"trailer\s*<<(.*?)>>\s*startxref", made, re.DOTALL)
    if catalog is None or start is None or trailer is None:
        raise ValueError("the compiler writes its PDF otherwise than it did")
    holder = int(catalog[1])
    told = re.search(rb"\n%d 0 obj\s.*?stream\r?\n(.*?)\r?\nendstream" % holder, made, re.DOTALL)
    if told is None:
        raise ValueError("the compiler writes its metadata otherwise than it did")
    metadata = _described(told[1])
    at = len(made) + 1
    out = made + b"\n%d 0 obj\n<</Length %d/Type/Metadata/Subtype/XML>>\nstream\n" % (holder, len(metadata))
    out += metadata + b"\nendstream\nendobj\n"
    table = len(out)
    out += b"xref\n%d 1\n%010d 00000 n \n" % (holder, at)
    return out + b"trailer\n<<%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer[1], start[1], table)


def _described(metadata: bytes) -> bytes:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
        f"<pdfaProperty:description>{says}</pdfaProperty:description><pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
        for name, _, says in _PROPERTIES
    )
    schema = (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{SPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
    values = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, value, _ in _PROPERTIES)
    description = f'<rdf:Description rdf:about="" xmlns:fx="{SPACE}">{values}</rdf:Description>'
    text = metadata.decode()
    begins, ends = "<pdfaExtension:schemas><rdf:Bag>", "</rdf:RDF>"
    if text.count(begins) != 1 or text.count(ends) != 1:
        raise ValueError("the compiler writes its metadata otherwise than it did")
    return text.replace(begins, begins + schema).replace(ends, description + ends).encode()


# ---- what the page shows --------------------------------------------------------------------------------------------


def _page(invoice: Invoice, language: str) -> dict[str, Any]:
    """Words and figures of the page, ready to be set."""

    def amount(value: Any) -> str:
        return "" if value is None else format_decimal(value, format="#,##0.00########", locale=language)

    def plain(value: Any) -> str:
        return "" if value is None else format_decimal(value, format="#,##0.##########", locale=language)

    def day(value: Any) -> str:
        return "" if value is None else format_date(value, format="long", locale=language)

    sums, currency = invoice.totals, invoice.currency
    kind = _KINDS[invoice.is_credit_note]
    facts = [
        ("Number", invoice.number),
        ("Issued", day(invoice.issued_on)),
        ("Period", " to ".join(filter(None, (day(invoice.period.first), day(invoice.period.last))))),
        *(("Corrects invoice", f"{one.number}{f' of {day(one.issued_on)}' if one.issued_on else ''}")
          for one in invoice.references if one.kind == "preceding"),
        *((one.kind.capitalize(), one.number) for one in invoice.references if one.kind in ("order", "contract")),
        ("Your reference", invoice.buyer_reference),
    ]  # fmt: skip
    rows = [
        {
            "id": line.id,
            "item": line.name,
            "more": [*filter(None, (line.description,)), *line.notes],
            "quantity": f"{plain(line.quantity)} {_UNITS.get(line.unit, line.unit)}".strip(),
            "price": amount(line.price),
            "rate": f"{plain(line.rate)} %" if line.rate is not None else line.category,
            "net": amount(line.net),
        }
        for line in invoice.lines
    ]
    totals = [
        ("Sum of lines", sums.lines),
        ("Allowances", -sums.allowances if sums.allowances else None),
        ("Charges", sums.charges or None),
        ("Total without tax", sums.net),
        *(
            (f"Tax {group.category} {plain(group.rate)} % of {amount(group.taxable)}".replace("  ", " "), group.tax)
            for group in invoice.taxes
        ),
        ("Total with tax", sums.gross),
        ("Already settled", -sums.prepaid if sums.prepaid else None),
        ("Rounding", sums.rounding or None),
    ]
    return {
        "title": f"{kind} {invoice.number}",
        "kind": kind,
        "language": language,
        "date": [invoice.issued_on.year, invoice.issued_on.month, invoice.issued_on.day],
        "author": invoice.seller.name,
        "seller": _block(invoice.seller),
        "buyer": _block(invoice.buyer),
        "facts": [[name, said] for name, said in facts if said],
        "rows": rows,
        "currency": currency,
        "totals": [[name, f"{amount(value)} {currency}"] for name, value in totals if value is not None],
        "due": ["To be credited" if invoice.is_credit_note else "To be paid", f"{amount(sums.payable)} {currency}"],
        "notes": [note.text for note in invoice.notes]
        + [group.exemption for group in invoice.taxes if group.exemption]
        + [invoice.payment.terms] * bool(invoice.payment.terms),
        "embedded": f"This page shows what the embedded file {FILE} says; the file is the document "
        f"(EN 16931, total {number(sums.payable)} {currency}).",
    }


def _block(party: Party) -> list[str]:
    address = party.address
    town = " ".join(filter(None, (address.postcode, address.city)))
    place = ", ".join(filter(None, (town, address.region, address.country)))
    ids = f"VAT id {party.vat_id}" if party.vat_id else party.tax_id
    return [line for line in (party.name, *address.lines, place, ids) if line]

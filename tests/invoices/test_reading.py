"""Reading UBL and CII: nothing is lost, and one invoice is the same in both syntaxes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tallystick.invoices.tree import UnreadableInvoice
from tallystick.invoices.value import Identifier, Invoice, Note, Period, Reference
from tallystick.vocabulary.finding import Severity
from tests.invoices.documents import cii, ubl

CODES = {"false", "true", "VAT", "FC", "130", "916"}
COUNTED = re.compile(r"(Amount|Quantity|Percent|Numeric)$")
SAME = ("totals", "lines", "taxes", "allowances", "period", "currency", "number", "issued_on", "kind")


def files(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "invoices").glob("*/*.xml"))


def numbers_of(value: Any) -> Counter[Decimal]:
    """Every decimal inside of a value, however deep."""
    if isinstance(value, Decimal):
        return Counter([value])
    parts = [getattr(value, one.name) for one in fields(value)] if is_dataclass(value) else value
    return sum((numbers_of(part) for part in parts), Counter()) if isinstance(parts, list | tuple) else Counter()


def numbers_in(path: Path) -> Counter[Decimal]:
    """Every amount, quantity and rate of a document, read by another parser that knows nothing of invoices."""
    found: Counter[Decimal] = Counter()
    for element in ET.parse(path).iter():  # noqa: S314 - public files, by another parser than ours
        name = element.tag.rpartition("}")[2]
        if COUNTED.search(name) and not len(element) and (element.text or "").strip():
            found[Decimal((element.text or "").strip())] += 1
    return found


def words_of(value: Any) -> set[str]:
    if isinstance(value, str):
        return {" ".join(value.split())}
    if isinstance(value, date):
        return {value.isoformat(), f"{value:%Y%m%d}"}
    parts = [getattr(value, one.name) for one in fields(value)] if is_dataclass(value) else value
    return set().union(*map(words_of, parts)) if isinstance(parts, list | tuple) and parts else set()


def test_every_amount_quantity_and_rate_of_the_public_invoices_is_read_exactly_once(shared_data: Path) -> None:
    assert len(files(shared_data)) >= 18
    for path in files(shared_data):
        found = read(path.read_bytes())
        assert numbers_of(found.invoice) == numbers_in(path), path.name
        assert not [one for one in found.unread if one.counts], path.name


def test_lines_and_tax_groups_of_the_public_invoices_are_all_there_in_their_order(shared_data: Path) -> None:
    for path in files(shared_data):
        root = ET.parse(path).getroot()  # noqa: S314 - public files, by another parser than ours
        if path.name.endswith(".ubl.xml"):
            ids = [line.find("{*}ID").text for line in root.findall("{*}InvoiceLine")]  # type: ignore[union-attr]
            groups = root.findall("{*}TaxTotal/{*}TaxSubtotal")
        else:
            ids = [one.text for one in root.findall(".//{*}AssociatedDocumentLineDocument/{*}LineID")]
            groups = root.findall(".//{*}ApplicableHeaderTradeSettlement/{*}ApplicableTradeTax")
        found = read(path.read_bytes()).invoice
        assert [line.id for line in found.lines] == ids
        assert len(found.taxes) == len(groups) > 0


def test_what_is_not_read_of_the_public_invoices_is_told_and_is_no_figure(shared_data: Path) -> None:
    told = set()
    for path in files(shared_data):
        found = read(path.read_bytes())
        words = words_of(found.invoice)
        left = {" ".join(one.text.split()) for one in found.unread}
        told |= {one.path.rpartition("/")[2] for one in found.unread}
        for element in ET.parse(path).iter():  # noqa: S314 - public files, by another parser than ours
            text, name = " ".join((element.text or "").split()), element.tag.rpartition("}")[2]
            if len(element) or not text or COUNTED.search(name) or name == "AttachmentBinaryObject":
                continue
            # A note of UBL carries the code of its subject before it; codes of kind are read as what they mean.
            said = re.sub(r"^#\w+# ?", "", text)
            assert said in words or text[:80].strip() in left or text in CODES, (path.name, name, text)
    assert told == {"DocumentDescription", "IBANID", "Information", "Name", "TypeCode", "URIID"}


@pytest.mark.parametrize("part", SAME)
def test_a_public_invoice_says_the_same_in_both_syntaxes(part: str, shared_data: Path) -> None:
    folder = shared_data / "invoices" / "zugferd"
    stems = sorted({path.name.removesuffix(".cii.xml") for path in folder.glob("*.cii.xml")})
    assert len(stems) == 6
    for stem in stems:
        one, two = (read((folder / f"{stem}.{kind}.xml").read_bytes()).invoice for kind in ("cii", "ubl"))
        assert figures(part, one) == figures(part, two), stem


def figures(part: str, invoice: Invoice) -> Any:
    """A part of an invoice without what only one of the syntaxes was given; 0 and nothing are the same sum."""
    found = getattr(invoice, part)
    if part == "totals":
        return {name: value or Decimal(0) for name, value in vars(found).items()}
    if part == "lines":
        return [(line.id, line.quantity, line.unit, line.net, line.price, line.category, line.rate, line.name.split())
                for line in found]  # fmt: skip
    if part == "taxes":
        return sorted(found, key=lambda group: group.rate)
    if part == "allowances":
        return [(one.charge, one.amount, one.base, one.reason, one.category, one.rate) for one in found]
    return found


def test_the_public_invoices_break_no_rule_of_the_norm_itself(shared_data: Path) -> None:
    for path in files(shared_data):
        grave = [fault for fault in check(read(path.read_bytes()).invoice) if fault.severity is Severity.ERROR]
        assert grave == [], path.name


def test_a_line_of_a_public_invoice_that_is_not_quantity_times_price_is_told(shared_data: Path) -> None:
    for kind in ("cii", "ubl"):
        path = shared_data / "invoices" / "zugferd" / f"EN16931_1_Teilrechnung.{kind}.xml"
        found = read(path.read_bytes())
        faults = check(found.invoice)
        assert [(one.rule.id, one.miss.where) for one in faults] == [("PEPPOL-EN16931-R120", "line 4/net")]
        assert faults[0].miss.message == "Line '4' is 55.46; 20 x 2.77 is 55.4: 0.06 too much."
        line = path.read_text(encoding="utf-8").splitlines()[found.line_of("line 4/net") - 1]
        assert "55.46" in line


# ---- invoices of our own ----------------------------------------------------------------------------------------


def test_our_invoice_says_the_same_in_both_syntaxes_and_its_sums_are_right() -> None:
    one, two = read(ubl().encode()), read(cii().encode())
    assert (one.syntax, two.syntax) == ("UBL invoice", "CII invoice")
    assert one.invoice == two.invoice
    assert check(one.invoice) == ()
    assert one.unread == two.unread == ()
    assert one.invoice.totals.payable == Decimal("267.74")
    assert one.invoice.period == Period(date(2026, 3, 1), date(2026, 3, 31))
    assert one.invoice.payment.due_on == date(2026, 5, 2)
    assert not one.invoice.is_credit_note


def test_a_day_of_issue_that_cannot_be_is_told_with_its_line() -> None:
    text = ubl().replace("2026-04-02", "0001-01-01")
    with pytest.raises(UnreadableInvoice) as refused:
        read(text.encode())
    assert refused.value.message == "IssueDate is '0001-01-01', which lies before 1990 or after 2099."
    assert "IssueDate" in text.splitlines()[refused.value.line - 1]


@pytest.mark.parametrize("empty", ["0001-01-01", "1899-12-30", "1970-01-01", "1989-12-31"])
def test_the_empty_date_of_a_system_is_a_day_that_is_not_told(empty: str) -> None:
    """The day to pay by and the period of the document; each is named among what was not read."""
    found = read(ubl().replace("2026-05-02", empty).replace("2026-03-01", empty).replace("2026-03-31", empty).encode())
    assert (found.invoice.payment.due_on, found.invoice.period) == (None, Period())
    assert {one.path for one in found.unread} == {"DueDate", "InvoicePeriod/StartDate", "InvoicePeriod/EndDate"}
    assert read(ubl().replace("2026-05-02", "1990-01-01").encode()).invoice.payment.due_on == date(1990, 1, 1)


def test_a_credit_note_is_one_by_its_code_and_its_lines_are_credited() -> None:
    found = read(ubl(credit=True).encode())
    assert found.syntax == "UBL credit note"
    assert found.invoice.is_credit_note
    assert found.invoice.kind == "381"
    assert [line.quantity for line in found.invoice.lines] == [10, 1]
    assert found.invoice.totals == read(ubl().encode()).invoice.totals
    assert check(found.invoice) == ()


def with_parts(text: str, **parts: str) -> Invoice:
    for mark, more in parts.items():
        found = re.search(rf"</?(cbc|cac|ram):{mark}[ />]", text)
        assert found is not None
        text = text[: found.start()] + more + text[found.start() :]
    return read(text.encode()).invoice


def test_references_notes_and_payment_of_ubl_are_read() -> None:
    found = with_parts(
        ubl(),
        DocumentCurrencyCode="<cbc:Note>#AAI#All is well</cbc:Note><cbc:Note>plain # text</cbc:Note>",
        InvoicePeriod="<cbc:TaxCurrencyCode>RON</cbc:TaxCurrencyCode><cbc:BuyerReference>B-7</cbc:BuyerReference>",
        AccountingSupplierParty=(
            "<cac:OrderReference><cbc:ID>PO-1</cbc:ID><cbc:SalesOrderID>SO-1</cbc:SalesOrderID></cac:OrderReference>"
            "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-0</cbc:ID>"
            "<cbc:IssueDate>2026-02-28Z</cbc:IssueDate></cac:InvoiceDocumentReference></cac:BillingReference>"
            "<cac:ContractDocumentReference><cbc:ID>MSA-1</cbc:ID></cac:ContractDocumentReference>"
            "<cac:AdditionalDocumentReference><cbc:ID>OBJ</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>"
            "</cac:AdditionalDocumentReference>"
        ),
        TaxTotal=(
            "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cbc:PaymentID>R-1</cbc:PaymentID>"
            "<cac:PayeeFinancialAccount><cbc:ID>RO49AAAA1B31007593840000</cbc:ID></cac:PayeeFinancialAccount>"
            "</cac:PaymentMeans>"
            '<cac:TaxTotal><cbc:TaxAmount currencyID="RON">212.80</cbc:TaxAmount></cac:TaxTotal>'
        ),
    )
    assert found.references == (
        Reference("preceding", "INV-0", date(2026, 2, 28)),
        Reference("sales order", "SO-1"),
        Reference("order", "PO-1"),
        Reference("contract", "MSA-1"),
        Reference("object", "OBJ"),
    )
    assert found.notes == (Note("All is well", "AAI"), Note("plain # text"))
    assert (found.payment.means, found.payment.reference, found.payment.account) == (
        "58", "R-1", "RO49AAAA1B31007593840000",
    )  # fmt: skip
    assert found.tax_currency == "RON"
    assert (found.totals.tax_accounting, found.totals.tax) == (Decimal("212.80"), Decimal("42.75"))
    assert found.buyer_reference == "B-7"
    assert check(found) == ()


def test_an_amount_in_another_currency_than_the_invoice_is_told_with_its_place() -> None:
    found = read(
        ubl().replace('<cbc:PriceAmount currencyID="EUR">99.99', '<cbc:PriceAmount currencyID="USD">99.99').encode()
    )
    assert found.foreign == (("line 2/price", "USD"),)
    assert found.line_of("line 2/price") > found.line_of("line 1/price") > 0


def test_an_amount_that_stands_a_second_time_is_told_as_not_read() -> None:
    text = ubl().replace(
        "</cac:LegalMonetaryTotal>",
        '<cbc:PayableAmount currencyID="EUR">1.00</cbc:PayableAmount></cac:LegalMonetaryTotal>',
    )
    found = read(text.encode())
    assert [(one.path, one.text, one.counts) for one in found.unread] == [
        ("LegalMonetaryTotal/PayableAmount", "1.00", True)
    ]


def test_many_digits_are_kept_as_they_are_written() -> None:
    price = "1234567890123456.0123456789"
    found = read(ubl().replace(">12.50</cbc:PriceAmount>", f">{price}</cbc:PriceAmount>").encode()).invoice
    assert f"{found.lines[0].price:f}" == price


def test_classes_attributes_and_ids_of_an_item_are_read_alike() -> None:
    one = with_parts(
        ubl(lines=[("Hours", 1, 100)]),
        ClassifiedTaxCategory=(
            "<cac:BuyersItemIdentification><cbc:ID>B1</cbc:ID></cac:BuyersItemIdentification>"
            "<cac:SellersItemIdentification><cbc:ID>S1</cbc:ID></cac:SellersItemIdentification>"
            '<cac:StandardItemIdentification><cbc:ID schemeID="0160">123</cbc:ID></cac:StandardItemIdentification>'
            '<cac:CommodityClassification><cbc:ItemClassificationCode listID="STI">9</cbc:ItemClassificationCode>'
            "</cac:CommodityClassification>"
        ),
    )
    two = read(
        cii(lines=[("Hours", 1, 100)])
        .replace(
            "<ram:Name>Hours</ram:Name>",
            '<ram:GlobalID schemeID="0160">123</ram:GlobalID><ram:SellerAssignedID>S1</ram:SellerAssignedID>'
            "<ram:BuyerAssignedID>B1</ram:BuyerAssignedID><ram:Name>Hours</ram:Name>"
            '<ram:DesignatedProductClassification><ram:ClassCode listID="STI">9</ram:ClassCode>'
            "</ram:DesignatedProductClassification>",
        )
        .encode()
    ).invoice
    assert one.lines == two.lines
    assert one.lines[0].classes == (Identifier("9", "STI"),)

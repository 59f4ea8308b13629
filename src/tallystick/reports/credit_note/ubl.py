"""An invoice or credit note as UBL 2.1, in the order of its schema."""

from __future__ import annotations

from collections.abc import Iterable

from tallystick.invoices.ubl import SEPA, SPACES
from tallystick.invoices.value import Address, Allowance, Identifier, Invoice, Line, Note, Party, Period
from tallystick.reports.credit_note.elements import Element, branch, leaf, written

_COMPONENTS = "urn:oasis:names:specification:ubl:schema:xsd:Common"
_OBJECT, _PROJECT = "130", "50"


def write(invoice: Invoice) -> bytes:
    """The document: a CreditNote where its code is one of a credit note, else an Invoice."""
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    credit = invoice.is_credit_note
    currency = invoice.currency
    seller = invoice.seller
    head = (
        leaf("cbc:CustomizationID", invoice.profile),
        leaf("cbc:ProfileID", invoice.process),
        leaf("cbc:ID", invoice.number),
        leaf("cbc:IssueDate", invoice.issued_on.isoformat()),
        None if credit else leaf("cbc:DueDate", _day(invoice.payment.due_on)),
        leaf("cbc:TaxPointDate", _day(invoice.tax_point_on)) if credit else None,
        leaf(f"cbc:{kind}TypeCode", invoice.kind),
        *(leaf("cbc:Note", _note(note)) for note in invoice.notes),
        None if credit else leaf("cbc:TaxPointDate", _day(invoice.tax_point_on)),
        leaf("cbc:DocumentCurrencyCode", currency),
        leaf("cbc:TaxCurrencyCode", invoice.tax_currency),
        leaf("cbc:AccountingCost", invoice.accounting),
        leaf("cbc:BuyerReference", invoice.buyer_reference),
        _period(invoice.period, invoice.tax_point_code),
        *_references(invoice),
        branch("cac:AccountingSupplierParty", _party(seller, creditor=invoice.payment.creditor)),
        branch("cac:AccountingCustomerParty", _party(invoice.buyer)),
        _named("cac:PayeeParty", invoice.payee),
        _named("cac:TaxRepresentativeParty", invoice.representative),
        _delivery(invoice),
        _payment(invoice),
        branch("cac:PaymentTerms", leaf("cbc:Note", invoice.payment.terms)),
        *_allowances(invoice.allowances, currency),
        *_taxes(invoice),
        _totals(invoice),
        *(_line(line, invoice) for line in invoice.lines),
    )
    space = next(space for space, name in SPACES.items() if name == kind)
    spaces = {"xmlns": space, "xmlns:cac": f"{_COMPONENTS}AggregateComponents-2",
              "xmlns:cbc": f"{_COMPONENTS}BasicComponents-2"}  # fmt: skip
    return written(Element(kind, children=tuple(one for one in head if one is not None), attributes=spaces))


def _day(day: object) -> str:
    return "" if day is None else str(day)


def _note(note: Note) -> str:
    return f"#{note.subject}#{note.text}" if note.subject else note.text


def _period(period: Period, code: str = "") -> Element | None:
    return branch(
        "cac:InvoicePeriod",
        leaf("cbc:StartDate", _day(period.first)),
        leaf("cbc:EndDate", _day(period.last)),
        leaf("cbc:DescriptionCode", code),
    )


def _references(invoice: Invoice) -> Iterable[Element | None]:
    """References in the order of the schema, which differs between the two documents."""

    def listed(kind: str, name: str) -> list[Element | None]:
        return [branch(name, leaf("cbc:ID", one.number)) for one in invoice.references if one.kind == kind]

    credit = invoice.is_credit_note
    first = {one.kind: one.number for one in reversed(invoice.references)}
    yield branch("cac:OrderReference", leaf("cbc:ID", first.get("order") or ("NA" if "sales order" in first else None)),
                 leaf("cbc:SalesOrderID", first.get("sales order")))  # fmt: skip
    for one in invoice.references:
        if one.kind == "preceding":
            told = (leaf("cbc:ID", one.number), leaf("cbc:IssueDate", _day(one.issued_on)))
            yield branch("cac:BillingReference", branch("cac:InvoiceDocumentReference", *told))
    yield from listed("despatch", "cac:DespatchDocumentReference")
    yield from listed("receipt", "cac:ReceiptDocumentReference")
    tender, contract = (
        listed("tender", "cac:OriginatorDocumentReference"),
        listed("contract", "cac:ContractDocumentReference"),
    )
    if not credit:
        yield from [*tender, *contract]
    else:
        yield from contract
    codes = {"object": _OBJECT, "document": "", **({"project": _PROJECT} if credit else {})}
    for one in invoice.references:
        if one.kind in codes:
            told = (leaf("cbc:ID", one.number), leaf("cbc:DocumentTypeCode", codes[one.kind]))
            yield branch("cac:AdditionalDocumentReference", *told)
    if credit:
        yield from tender
    else:
        yield from listed("project", "cac:ProjectReference")


def _id(name: str, one: Identifier | None) -> Element | None:
    return None if one is None else leaf(name, one.value, schemeID=one.scheme)


def _address(name: str, address: Address) -> Element | None:
    lines = [*address.lines, "", ""]
    return branch(
        name,
        leaf("cbc:StreetName", lines[0]),
        leaf("cbc:AdditionalStreetName", lines[1]),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.postcode),
        leaf("cbc:CountrySubentity", address.region),
        *(branch("cac:AddressLine", leaf("cbc:Line", line)) for line in lines[2:] if line),
        branch("cac:Country", leaf("cbc:IdentificationCode", address.country)),
    )


def _parts(party: Party, creditor: str = "", *, legal: bool = True) -> tuple[Element | None, ...]:
    ids = [*party.ids, *([Identifier(creditor, SEPA)] if creditor else [])]
    taxes = ((party.vat_id, "VAT"), (party.tax_id, "FC"))
    contact = party.contact
    return (
        _id("cbc:EndpointID", party.endpoint),
        *(branch("cac:PartyIdentification", _id("cbc:ID", one)) for one in ids),
        branch("cac:PartyName", leaf("cbc:Name", party.trading_name if legal else party.name)),
        _address("cac:PostalAddress", party.address),
        *(
            branch("cac:PartyTaxScheme", leaf("cbc:CompanyID", told), branch("cac:TaxScheme", leaf("cbc:ID", scheme)))
            for told, scheme in taxes
            if told
        ),
        branch(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name) if legal else None,
            _id("cbc:CompanyID", party.legal_id),
            leaf("cbc:CompanyLegalForm", party.about),
        ),
        branch(
            "cac:Contact",
            leaf("cbc:Name", contact.name),
            leaf("cbc:Telephone", contact.phone),
            leaf("cbc:ElectronicMail", contact.mail),
        ),
    )


def _party(party: Party, creditor: str = "") -> Element | None:
    return branch("cac:Party", *_parts(party, creditor), needed=True)


def _named(name: str, party: Party | None) -> Element | None:
    """A payee or representative: told by name, not by registration."""
    return None if party is None else branch(name, *_parts(party, legal=False))


def _delivery(invoice: Invoice) -> Element | None:
    to = invoice.deliver_to or Party()
    return branch(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", _day(invoice.delivered_on)),
        branch(
            "cac:DeliveryLocation",
            *(_id("cbc:ID", one) for one in to.ids[:1]),
            _address("cac:Address", to.address),
        ),
        branch("cac:DeliveryParty", branch("cac:PartyName", leaf("cbc:Name", to.name))),
    )


def _payment(invoice: Invoice) -> Element | None:
    payment = invoice.payment
    due = payment.due_on if invoice.is_credit_note else None
    if not (payment.means or payment.account or payment.reference or due):
        return None
    return branch(
        "cac:PaymentMeans",
        # 1: no means of payment was agreed. The schema asks for a code.
        leaf("cbc:PaymentMeansCode", payment.means or "1"),
        leaf("cbc:PaymentDueDate", _day(due)),
        leaf("cbc:PaymentID", payment.reference),
        branch(
            "cac:PayeeFinancialAccount",
            leaf("cbc:ID", payment.account),
            branch("cac:FinancialInstitutionBranch", leaf("cbc:ID", payment.bank)) if payment.account else None,
        ),
        branch("cac:PaymentMandate", leaf("cbc:ID", payment.mandate)),
    )


def _category(name: str, code: str, rate: object, *more: Element | None) -> Element | None:
    if not code:
        return None
    percent = leaf("cbc:Percent", rate)  # type: ignore[arg-type]
    return branch(name, leaf("cbc:ID", code), percent, *more, branch("cac:TaxScheme", leaf("cbc:ID", "VAT")))


def _allowances(found: tuple[Allowance, ...], currency: str) -> Iterable[Element | None]:
    for one in found:
        yield branch(
            "cac:AllowanceCharge",
            leaf("cbc:ChargeIndicator", "true" if one.charge else "false"),
            leaf("cbc:AllowanceChargeReasonCode", one.code),
            leaf("cbc:AllowanceChargeReason", one.reason),
            leaf("cbc:MultiplierFactorNumeric", one.percent),
            leaf("cbc:Amount", one.amount, currencyID=currency),
            leaf("cbc:BaseAmount", one.base, currencyID=currency),
            _category("cac:TaxCategory", one.category, one.rate),
        )


def _taxes(invoice: Invoice) -> Iterable[Element | None]:
    currency, sums = invoice.currency, invoice.totals
    groups = (
        branch(
            "cac:TaxSubtotal",
            leaf("cbc:TaxableAmount", group.taxable, currencyID=currency),
            leaf("cbc:TaxAmount", group.tax, currencyID=currency),
            _category("cac:TaxCategory", group.category, group.rate,
                      leaf("cbc:TaxExemptionReasonCode", group.exemption_code),
                      leaf("cbc:TaxExemptionReason", group.exemption)),
        )
        for group in invoice.taxes
    )  # fmt: skip
    yield branch("cac:TaxTotal", leaf("cbc:TaxAmount", sums.tax, currencyID=currency), *groups)
    yield branch("cac:TaxTotal", leaf("cbc:TaxAmount", sums.tax_accounting, currencyID=invoice.tax_currency))


def _totals(invoice: Invoice) -> Element | None:
    sums = invoice.totals
    told = (
        ("LineExtensionAmount", sums.lines),
        ("TaxExclusiveAmount", sums.net),
        ("TaxInclusiveAmount", sums.gross),
        ("AllowanceTotalAmount", sums.allowances),
        ("ChargeTotalAmount", sums.charges),
        ("PrepaidAmount", sums.prepaid),
        ("PayableRoundingAmount", sums.rounding),
        ("PayableAmount", sums.payable),
    )
    return branch(
        "cac:LegalMonetaryTotal",
        *(leaf(f"cbc:{name}", value, currencyID=invoice.currency) for name, value in told),
    )


def _line(line: Line, invoice: Invoice) -> Element | None:
    currency, credit = invoice.currency, invoice.is_credit_note
    return branch(
        "cac:CreditNoteLine" if credit else "cac:InvoiceLine",
        leaf("cbc:ID", line.id),
        *(leaf("cbc:Note", note) for note in line.notes),
        leaf("cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity", line.quantity, unitCode=line.unit),
        leaf("cbc:LineExtensionAmount", line.net, currencyID=currency),
        leaf("cbc:AccountingCost", line.accounting),
        _period(line.period),
        branch("cac:OrderLineReference", leaf("cbc:LineID", line.order_line)),
        branch("cac:DocumentReference", _id("cbc:ID", line.object_id), leaf("cbc:DocumentTypeCode", _OBJECT))
        if line.object_id
        else None,
        *_allowances(line.allowances, currency),
        _item(line),
        branch(
            "cac:Price",
            leaf("cbc:PriceAmount", line.price, currencyID=currency),
            leaf("cbc:BaseQuantity", line.base_quantity, unitCode=line.base_unit),
            _discount(line, currency),
        ),
    )


def _discount(line: Line, currency: str) -> Element | None:
    """The discount of the price; the schema has the gross price as its base."""
    if line.discount is None and line.gross_price is None:
        return None
    off = line.discount if line.discount is not None else (line.gross_price or 0) - (line.price or 0)
    return branch(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "false"),
        leaf("cbc:Amount", off, currencyID=currency),  # type: ignore[arg-type]
        leaf("cbc:BaseAmount", line.gross_price, currencyID=currency),
    )


def _item(line: Line) -> Element | None:
    return branch(
        "cac:Item",
        leaf("cbc:Description", line.description),
        leaf("cbc:Name", line.name),
        branch("cac:BuyersItemIdentification", leaf("cbc:ID", line.buyer_item)),
        branch("cac:SellersItemIdentification", leaf("cbc:ID", line.seller_item)),
        branch("cac:StandardItemIdentification", _id("cbc:ID", line.standard_item)),
        branch("cac:OriginCountry", leaf("cbc:IdentificationCode", line.origin)),
        *(
            branch("cac:CommodityClassification",
                   leaf("cbc:ItemClassificationCode", one.value, listID=one.scheme))
            for one in line.classes
        ),
        _category("cac:ClassifiedTaxCategory", line.category, line.rate),
        *(
            branch("cac:AdditionalItemProperty", leaf("cbc:Name", name), leaf("cbc:Value", value))
            for name, value in line.attributes
        ),
    )  # fmt: skip

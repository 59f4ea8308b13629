"""UBL 2.1 (ISO/IEC 19845): an Invoice or a CreditNote, by the binding of CEN/TS 16931-3-2."""

from __future__ import annotations

from tallystick.invoices.source import Read, Source
from tallystick.invoices.tree import Node
from tallystick.invoices.value import (
    Address,
    Allowance,
    Contact,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    Reference,
    TaxGroup,
    Totals,
)

SPACES = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2": "Invoice",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2": "CreditNote",
}
_REFERENCES = {
    "sales order": "OrderReference/SalesOrderID",
    "order": "OrderReference/ID",
    "contract": "ContractDocumentReference/ID",
    "receipt": "ReceiptDocumentReference/ID",
    "despatch": "DespatchDocumentReference/ID",
    "tender": "OriginatorDocumentReference/ID",
    "project": "ProjectReference/ID",
}
# Codes of UNTDID 1001 that tell what an additional reference is; others are supporting documents.
_OBJECT, _PROJECT = "130", "50"
# A creditor's id for direct debits stands among the seller's ids.
SEPA = "SEPA"


def is_ubl(root: Node) -> bool:
    """Whether a document is a UBL invoice or credit note."""
    return SPACES.get(root.space) == root.name


def read(root: Node) -> Read:
    """What the document says; raises UnreadableInvoice for a number or day that is none, and for a missing head."""
    source = Source(root)
    credit = root.name == "CreditNote"
    number, issued, currency = source.head(root, "ID", "IssueDate", "DocumentCurrencyCode")
    taxes, totals = _taxes(source, root, currency)
    seller = _party(source, root.first("AccountingSupplierParty/Party"), "seller")
    invoice = Invoice(
        number=number,
        issued_on=issued,
        kind=source.word(root, "CreditNoteTypeCode" if credit else "InvoiceTypeCode", "kind")
        or ("381" if credit else "380"),
        currency=currency,
        seller=seller,
        buyer=_party(source, root.first("AccountingCustomerParty/Party"), "buyer"),
        totals=totals,
        lines=tuple(
            _line(source, one, f"line {at}")
            for at, one in enumerate(root.all("CreditNoteLine" if credit else "InvoiceLine"), start=1)
        ),
        taxes=taxes,
        allowances=_allowances(source, root, "allowance"),
        references=_references(source, root),
        notes=tuple(_note(text) for text in source.words(root, "Note")),
        period=_period(source, root, "period"),
        payment=_payment(source, root),
        payee=_payee(source, root.first("PayeeParty")),
        representative=_payee(source, root.first("TaxRepresentativeParty")),
        deliver_to=_delivery(source, root.first("Delivery")),
        delivered_on=source.day(root, "Delivery/ActualDeliveryDate", "delivered_on"),
        tax_point_on=source.day(root, "TaxPointDate", "tax_point_on"),
        tax_point_code=source.word(root, "InvoicePeriod/DescriptionCode"),
        tax_currency=source.word(root, "TaxCurrencyCode"),
        buyer_reference=source.word(root, "BuyerReference"),
        accounting=source.word(root, "AccountingCost"),
        profile=source.word(root, "CustomizationID"),
        process=source.word(root, "ProfileID"),
    )
    return source.finished(invoice, "UBL credit note" if credit else "UBL invoice")


def _note(text: str) -> Note:
    """A note whose subject stands before it between hashes."""
    parts = text.split("#", 2)
    if text.startswith("#") and len(parts) == 3 and 0 < len(parts[1]) <= 3:
        return Note(parts[2].strip(), parts[1])
    return Note(text)


def _period(source: Source, node: Node, where: str) -> Period:
    path = "InvoicePeriod"
    first = source.day(node, f"{path}/StartDate", f"{where}/first")
    return Period(first, source.day(node, f"{path}/EndDate", f"{where}/last"))


def _address(source: Source, node: Node | None) -> Address:
    lines = (source.word(node, "StreetName"), source.word(node, "AdditionalStreetName"),
             *source.words(node, "AddressLine/Line"))  # fmt: skip
    return Address(
        tuple(line for line in lines if line),
        source.word(node, "CityName"),
        source.word(node, "PostalZone"),
        source.word(node, "CountrySubentity"),
        source.word(node, "Country/IdentificationCode"),
    )


def _party(source: Source, node: Node | None, where: str) -> Party:
    if node is None:
        return Party()
    source.places[where] = node.line
    vat, tax = "", ""
    for scheme in node.all("PartyTaxScheme"):
        told = source.word(scheme, "CompanyID")
        if source.word(scheme, "TaxScheme/ID").upper() == "VAT":
            vat = told
        else:
            tax = told
    legal = source.word(node, "PartyLegalEntity/RegistrationName")
    trading = source.word(node, "PartyName/Name")
    return Party(
        name=legal or trading,
        trading_name=trading if legal else "",
        ids=tuple(one for one in source.identifiers(node, "PartyIdentification/ID") if one.scheme != SEPA),
        legal_id=source.identifier(node, "PartyLegalEntity/CompanyID"),
        vat_id=vat,
        tax_id=tax,
        about=source.word(node, "PartyLegalEntity/CompanyLegalForm"),
        address=_address(source, node.first("PostalAddress")),
        endpoint=source.identifier(node, "EndpointID"),
        contact=Contact(
            source.word(node, "Contact/Name"),
            source.word(node, "Contact/Telephone"),
            source.word(node, "Contact/ElectronicMail"),
        ),
    )


def _payee(source: Source, node: Node | None) -> Party | None:
    return None if node is None else _party(source, node, "")


def _delivery(source: Source, node: Node | None) -> Party | None:
    if node is None:
        return None
    found = Party(
        name=source.word(node, "DeliveryParty/PartyName/Name"),
        ids=source.identifiers(node, "DeliveryLocation/ID"),
        address=_address(source, node.first("DeliveryLocation/Address")),
    )
    return None if found == Party() else found


def _references(source: Source, root: Node) -> tuple[Reference, ...]:
    found = [
        Reference("preceding", source.word(one, "ID"), source.day(one, "IssueDate"))
        for one in root.all("BillingReference/InvoiceDocumentReference")
    ]
    found += [Reference(kind, text) for kind, path in _REFERENCES.items() for text in source.words(root, path)]
    for one in root.all("AdditionalDocumentReference"):
        code = source.word(one, "DocumentTypeCode")
        kind = {_OBJECT: "object", _PROJECT: "project"}.get(code, "document")
        found.append(Reference(kind, source.word(one, "ID")))
    return tuple(one for one in found if one.number)


def _payment(source: Source, root: Node) -> Payment:
    means = root.first("PaymentMeans")
    creditors = root.all("AccountingSupplierParty/Party/PartyIdentification/ID")
    creditors += root.all("PayeeParty/PartyIdentification/ID")
    return Payment(
        means=source.word(means, "PaymentMeansCode"),
        reference=source.word(means, "PaymentID"),
        account=source.word(means, "PayeeFinancialAccount/ID"),
        bank=source.word(means, "PayeeFinancialAccount/FinancialInstitutionBranch/ID"),
        mandate=source.word(means, "PaymentMandate/ID"),
        creditor=next((one.said() for one in creditors if one.attributes.get("schemeID") == SEPA), ""),
        due_on=source.day(root, "DueDate", "due_on") or source.day(means, "PaymentDueDate", "due_on"),
        terms="\n".join(source.words(root, "PaymentTerms/Note")),
    )


def _allowances(source: Source, node: Node, where: str) -> tuple[Allowance, ...]:
    found = []
    for at, one in enumerate(node.all("AllowanceCharge"), start=1):
        here = f"{where} {at}"
        source.places[here] = one.line
        found.append(
            Allowance(
                charge=source.word(one, "ChargeIndicator").lower() in ("true", "1"),
                amount=source.amount(one, "Amount", f"{here}/amount", "how much an allowance or charge is"),
                base=source.number(one, "BaseAmount", f"{here}/base"),
                percent=source.number(one, "MultiplierFactorNumeric", f"{here}/percent"),
                reason=source.word(one, "AllowanceChargeReason"),
                code=source.word(one, "AllowanceChargeReasonCode"),
                category=_category(source, one, "TaxCategory"),
                rate=source.number(one, "TaxCategory/Percent", f"{here}/rate"),
            )
        )
    return tuple(found)


def _category(source: Source, node: Node | None, path: str) -> str:
    source.word(node, f"{path}/TaxScheme/ID")
    return source.word(node, f"{path}/ID")


def _taxes(source: Source, root: Node, currency: str) -> tuple[tuple[TaxGroup, ...], Totals]:
    groups: list[TaxGroup] = []
    tax = accounting = None
    for one in root.all("TaxTotal"):
        told = one.first("TaxAmount")
        # The sum in the currency of accounting comes without groups.
        own = bool(one.all("TaxSubtotal")) or told is None or told.attributes.get("currencyID") in (None, currency)
        if own and tax is None:
            tax = source.number(one, "TaxAmount", "totals/tax")
        elif not own and accounting is None:
            accounting = source.number(one, "TaxAmount", "totals/tax_accounting")
        for part in one.all("TaxSubtotal"):
            here = f"tax {len(groups) + 1}"
            source.places[here] = part.line
            groups.append(
                TaxGroup(
                    category=_category(source, part, "TaxCategory"),
                    rate=source.number(part, "TaxCategory/Percent", f"{here}/rate"),
                    taxable=source.number(part, "TaxableAmount", f"{here}/taxable"),
                    tax=source.number(part, "TaxAmount", f"{here}/tax"),
                    exemption=source.word(part, "TaxCategory/TaxExemptionReason"),
                    exemption_code=source.word(part, "TaxCategory/TaxExemptionReasonCode"),
                )
            )
    sums = root.first("LegalMonetaryTotal")
    if sums is not None:
        source.places["totals"] = sums.line
    totals = Totals(
        lines=source.number(sums, "LineExtensionAmount", "totals/lines"),
        allowances=source.number(sums, "AllowanceTotalAmount", "totals/allowances"),
        charges=source.number(sums, "ChargeTotalAmount", "totals/charges"),
        net=source.number(sums, "TaxExclusiveAmount", "totals/net"),
        tax=tax,
        tax_accounting=accounting,
        gross=source.number(sums, "TaxInclusiveAmount", "totals/gross"),
        prepaid=source.number(sums, "PrepaidAmount", "totals/prepaid"),
        rounding=source.number(sums, "PayableRoundingAmount", "totals/rounding"),
        payable=source.number(sums, "PayableAmount", "totals/payable"),
    )
    return tuple(groups), totals


def _line(source: Source, node: Node, where: str) -> Line:
    source.places[where] = node.line
    quantity = "CreditedQuantity" if node.name == "CreditNoteLine" else "InvoicedQuantity"
    item, price = node.first("Item"), node.first("Price")
    code = source.word(node, "DocumentReference/DocumentTypeCode")
    object_id = source.identifier(node, "DocumentReference/ID") if code in ("", _OBJECT) else None
    source.word(price, "AllowanceCharge/ChargeIndicator")
    return Line(
        id=source.word(node, "ID"),
        quantity=source.number(node, quantity, f"{where}/quantity"),
        unit=source.unit(node, quantity),
        net=source.number(node, "LineExtensionAmount", f"{where}/net"),
        price=source.number(price, "PriceAmount", f"{where}/price"),
        gross_price=source.number(price, "AllowanceCharge/BaseAmount", f"{where}/gross_price"),
        discount=source.number(price, "AllowanceCharge/Amount", f"{where}/discount"),
        base_quantity=source.number(price, "BaseQuantity", f"{where}/base_quantity"),
        base_unit=source.unit(price, "BaseQuantity"),
        name=source.word(item, "Name"),
        description=source.word(item, "Description"),
        seller_item=source.word(item, "SellersItemIdentification/ID"),
        buyer_item=source.word(item, "BuyersItemIdentification/ID"),
        standard_item=source.identifier(item, "StandardItemIdentification/ID"),
        classes=source.identifiers(item, "CommodityClassification/ItemClassificationCode", "listID"),
        attributes=tuple(
            (source.word(one, "Name"), source.word(one, "Value"))
            for one in (item.all("AdditionalItemProperty") if item is not None else ())
        ),
        origin=source.word(item, "OriginCountry/IdentificationCode"),
        category=_category(source, item, "ClassifiedTaxCategory"),
        rate=source.number(item, "ClassifiedTaxCategory/Percent", f"{where}/rate"),
        period=_period(source, node, f"{where}/period"),
        notes=source.words(node, "Note"),
        order_line=source.word(node, "OrderLineReference/LineID"),
        object_id=object_id,
        accounting=source.word(node, "AccountingCost"),
        allowances=_allowances(source, node, f"{where}/allowance"),
    )

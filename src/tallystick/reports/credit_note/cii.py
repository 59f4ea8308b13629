"""An invoice or credit note as a Cross Industry Invoice D16B, in the order of its schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tallystick.invoices.cii import SPACE
from tallystick.invoices.value import Allowance, Identifier, Invoice, Line, Party, Period
from tallystick.reports.credit_note.elements import Element, branch, leaf, written

_DATA = "urn:un:unece:uncefact:data:standard"
_SPACES = {
    "xmlns:rsm": SPACE,
    "xmlns:ram": f"{_DATA}:ReusableAggregateBusinessInformationEntity:100",
    "xmlns:qdt": f"{_DATA}:QualifiedDataType:100",
    "xmlns:udt": f"{_DATA}:UnqualifiedDataType:100",
}


def write(invoice: Invoice) -> bytes:
    """The document; whether it is a credit note stands in its code."""
    context = branch(
        "rsm:ExchangedDocumentContext",
        branch("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.process)),
        branch("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.profile)),
    )
    document = branch(
        "rsm:ExchangedDocument",
        leaf("ram:ID", invoice.number),
        leaf("ram:TypeCode", invoice.kind),
        branch("ram:IssueDateTime", _day(invoice.issued_on)),
        *(
            branch("ram:IncludedNote", leaf("ram:Content", note.text), leaf("ram:SubjectCode", note.subject))
            for note in invoice.notes
        ),
    )
    trade = branch(
        "rsm:SupplyChainTradeTransaction",
        *(_line(line) for line in invoice.lines),
        _agreement(invoice),
        _delivery(invoice),
        _settlement(invoice),
    )
    parts = tuple(one for one in (context, document, trade) if one is not None)
    return written(Element("rsm:CrossIndustryInvoice", children=parts, attributes=_SPACES))


def _day(day: date | None, name: str = "udt:DateTimeString") -> Element | None:
    return None if day is None else leaf(name, f"{day:%Y%m%d}", format="102")


def _id(name: str, one: Identifier | None) -> Element | None:
    return None if one is None else leaf(name, one.value, schemeID=one.scheme)


def _document(name: str, number: str | None, *more: Element | None) -> Element | None:
    return branch(name, leaf("ram:IssuerAssignedID", number), *more) if number else None


def _party(name: str, party: Party | None) -> Element | None:
    if party is None:
        return None
    address, contact = party.address, party.contact
    lines = [*address.lines, "", "", ""]
    return branch(
        name,
        *(_id("ram:ID", one) for one in party.ids if not one.scheme),
        *(_id("ram:GlobalID", one) for one in party.ids if one.scheme),
        leaf("ram:Name", party.name),
        leaf("ram:Description", party.about),
        branch(
            "ram:SpecifiedLegalOrganization",
            _id("ram:ID", party.legal_id),
            leaf("ram:TradingBusinessName", party.trading_name),
        ),
        branch(
            "ram:DefinedTradeContact",
            leaf("ram:PersonName", contact.name),
            branch("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", contact.phone)),
            branch("ram:EmailURIUniversalCommunication", leaf("ram:URIID", contact.mail)),
        ),
        branch(
            "ram:PostalTradeAddress",
            leaf("ram:PostcodeCode", address.postcode),
            leaf("ram:LineOne", lines[0]),
            leaf("ram:LineTwo", lines[1]),
            leaf("ram:LineThree", ", ".join(line for line in lines[2:] if line)),
            leaf("ram:CityName", address.city),
            leaf("ram:CountryID", address.country),
            leaf("ram:CountrySubDivisionName", address.region),
        ),
        branch("ram:URIUniversalCommunication", _id("ram:URIID", party.endpoint)),
        branch("ram:SpecifiedTaxRegistration", leaf("ram:ID", party.vat_id, schemeID="VA")),
        branch("ram:SpecifiedTaxRegistration", leaf("ram:ID", party.tax_id, schemeID="FC")),
    )


def _agreement(invoice: Invoice) -> Element | None:
    first = {one.kind: one.number for one in reversed(invoice.references)}
    codes = {"tender": "50", "object": "130", "document": "916"}
    return branch(
        "ram:ApplicableHeaderTradeAgreement",
        leaf("ram:BuyerReference", invoice.buyer_reference),
        _party("ram:SellerTradeParty", invoice.seller),
        _party("ram:BuyerTradeParty", invoice.buyer),
        _party("ram:SellerTaxRepresentativeTradeParty", invoice.representative),
        _document("ram:SellerOrderReferencedDocument", first.get("sales order")),
        _document("ram:BuyerOrderReferencedDocument", first.get("order")),
        _document("ram:ContractReferencedDocument", first.get("contract")),
        *(
            _document("ram:AdditionalReferencedDocument", one.number, leaf("ram:TypeCode", codes[one.kind]))
            for one in invoice.references
            if one.kind in codes
        ),
        branch(
            "ram:SpecifiedProcuringProject",
            leaf("ram:ID", first.get("project")),
            leaf("ram:Name", first.get("project")),
        ),
        needed=True,
    )


def _delivery(invoice: Invoice) -> Element | None:
    first = {one.kind: one.number for one in reversed(invoice.references)}
    return branch(
        "ram:ApplicableHeaderTradeDelivery",
        _party("ram:ShipToTradeParty", invoice.deliver_to),
        branch("ram:ActualDeliverySupplyChainEvent", branch("ram:OccurrenceDateTime", _day(invoice.delivered_on))),
        _document("ram:DespatchAdviceReferencedDocument", first.get("despatch")),
        _document("ram:ReceivingAdviceReferencedDocument", first.get("receipt")),
        needed=True,
    )


def _settlement(invoice: Invoice) -> Element | None:
    payment = invoice.payment
    return branch(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:CreditorReferenceID", payment.creditor),
        leaf("ram:PaymentReference", payment.reference),
        leaf("ram:TaxCurrencyCode", invoice.tax_currency),
        leaf("ram:InvoiceCurrencyCode", invoice.currency),
        _party("ram:PayeeTradeParty", invoice.payee),
        branch(
            "ram:SpecifiedTradeSettlementPaymentMeans",
            leaf("ram:TypeCode", payment.means or ("1" if payment.account else "")),
            branch("ram:PayeePartyCreditorFinancialAccount", leaf("ram:IBANID", payment.account)),
            branch("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", payment.bank)),
        ),
        *_taxes(invoice),
        _period(invoice.period),
        *_allowances(invoice.allowances),
        branch(
            "ram:SpecifiedTradePaymentTerms",
            leaf("ram:Description", payment.terms),
            branch("ram:DueDateDateTime", _day(payment.due_on)),
            leaf("ram:DirectDebitMandateID", payment.mandate),
        ),
        _totals(invoice),
        *(
            _document(
                "ram:InvoiceReferencedDocument",
                one.number,
                branch("ram:FormattedIssueDateTime", _day(one.issued_on, "qdt:DateTimeString")),
            )
            for one in invoice.references
            if one.kind == "preceding"
        ),
        branch("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", invoice.accounting)),
    )


def _period(period: Period) -> Element | None:
    return branch(
        "ram:BillingSpecifiedPeriod",
        branch("ram:StartDateTime", _day(period.first)),
        branch("ram:EndDateTime", _day(period.last)),
    )


def _taxes(invoice: Invoice) -> Iterable[Element | None]:
    for at, group in enumerate(invoice.taxes):
        yield branch(
            "ram:ApplicableTradeTax",
            leaf("ram:CalculatedAmount", group.tax),
            leaf("ram:TypeCode", "VAT"),
            leaf("ram:ExemptionReason", group.exemption),
            leaf("ram:BasisAmount", group.taxable),
            leaf("ram:CategoryCode", group.category),
            leaf("ram:ExemptionReasonCode", group.exemption_code),
            branch("ram:TaxPointDate", _day(invoice.tax_point_on, "udt:DateString")) if not at else None,
            leaf("ram:DueDateTypeCode", invoice.tax_point_code),
            leaf("ram:RateApplicablePercent", group.rate),
        )


def _category(name: str, code: str, rate: Decimal | None) -> Element | None:
    if not code:
        return None
    return branch(
        name,
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:CategoryCode", code),
        leaf("ram:RateApplicablePercent", rate),
    )


def _allowances(found: tuple[Allowance, ...]) -> Iterable[Element | None]:
    for one in found:
        yield branch(
            "ram:SpecifiedTradeAllowanceCharge",
            branch("ram:ChargeIndicator", leaf("udt:Indicator", "true" if one.charge else "false")),
            leaf("ram:CalculationPercent", one.percent),
            leaf("ram:BasisAmount", one.base),
            leaf("ram:ActualAmount", one.amount),
            leaf("ram:ReasonCode", one.code),
            leaf("ram:Reason", one.reason),
            _category("ram:CategoryTradeTax", one.category, one.rate),
        )


def _totals(invoice: Invoice) -> Element | None:
    sums = invoice.totals
    return branch(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        leaf("ram:LineTotalAmount", sums.lines),
        leaf("ram:ChargeTotalAmount", sums.charges),
        leaf("ram:AllowanceTotalAmount", sums.allowances),
        leaf("ram:TaxBasisTotalAmount", sums.net),
        leaf("ram:TaxTotalAmount", sums.tax, currencyID=invoice.currency),
        leaf("ram:TaxTotalAmount", sums.tax_accounting, currencyID=invoice.tax_currency),
        leaf("ram:RoundingAmount", sums.rounding),
        leaf("ram:GrandTotalAmount", sums.gross),
        leaf("ram:TotalPrepaidAmount", sums.prepaid),
        leaf("ram:DuePayableAmount", sums.payable),
    )


def _line(line: Line) -> Element | None:
    return branch(
        "ram:IncludedSupplyChainTradeLineItem",
        branch(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", line.id),
            # The syntax has one note a line.
            branch("ram:IncludedNote", leaf("ram:Content", "\n".join(line.notes))),
        ),
        _product(line),
        branch(
            "ram:SpecifiedLineTradeAgreement",
            branch("ram:BuyerOrderReferencedDocument", leaf("ram:LineID", line.order_line)),
            _gross(line),
            branch(
                "ram:NetPriceProductTradePrice",
                leaf("ram:ChargeAmount", line.price),
                leaf("ram:BasisQuantity", line.base_quantity, unitCode=line.base_unit),
            ),
        ),
        branch("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", line.quantity, unitCode=line.unit)),
        branch(
            "ram:SpecifiedLineTradeSettlement",
            _category("ram:ApplicableTradeTax", line.category, line.rate),
            _period(line.period),
            *_allowances(line.allowances),
            branch("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", line.net)),
            _object(line),
            branch("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", line.accounting)),
        ),
    )


def _object(line: Line) -> Element | None:
    one = line.object_id
    if one is None:
        return None
    return _document("ram:AdditionalReferencedDocument", one.value, leaf("ram:TypeCode", "130"),
                     leaf("ram:ReferenceTypeCode", one.scheme))  # fmt: skip


def _gross(line: Line) -> Element | None:
    """The price before its discount; the syntax cannot say a discount without it."""
    if line.gross_price is None and line.discount is None:
        return None
    gross = line.gross_price
    if gross is None:
        gross = (line.price or Decimal(0)) + (line.discount or Decimal(0))
    discount = branch(
        "ram:AppliedTradeAllowanceCharge",
        branch("ram:ChargeIndicator", leaf("udt:Indicator", "false")),
        leaf("ram:ActualAmount", line.discount),
    )
    return branch(
        "ram:GrossPriceProductTradePrice",
        leaf("ram:ChargeAmount", gross),
        leaf("ram:BasisQuantity", line.gross_base_quantity, unitCode=line.base_unit),
        discount if line.discount is not None else None,
    )


def _product(line: Line) -> Element | None:
    return branch(
        "ram:SpecifiedTradeProduct",
        _id("ram:GlobalID", line.standard_item),
        leaf("ram:SellerAssignedID", line.seller_item),
        leaf("ram:BuyerAssignedID", line.buyer_item),
        leaf("ram:Name", line.name),
        leaf("ram:Description", line.description),
        *(
            branch("ram:ApplicableProductCharacteristic", leaf("ram:Description", name), leaf("ram:Value", value))
            for name, value in line.attributes
        ),
        *(
            branch("ram:DesignatedProductClassification", leaf("ram:ClassCode", one.value, listID=one.scheme))
            for one in line.classes
        ),
        branch("ram:OriginTradeCountry", leaf("ram:ID", line.origin)),
    )

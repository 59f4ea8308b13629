"""UN/CEFACT Cross Industry Invoice D16B, by the binding of CEN/TS 16931-3-3; Factur-X and ZUGFeRD 2 are it too."""

from __future__ import annotations

from tallystick.invoices.source import Read, Source
from tallystick.invoices.tree import Node
from tallystick.invoices.value import (
    Address,
    Allowance,
    Contact,
    Identifier,
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

SPACE = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
_OBJECT = "130"
_TENDER = "50"
_AGREEMENT = {
    "sales order": "SellerOrderReferencedDocument/IssuerAssignedID",
    "order": "BuyerOrderReferencedDocument/IssuerAssignedID",
    "contract": "ContractReferencedDocument/IssuerAssignedID",
    "project": "SpecifiedProcuringProject/ID",
}
_DELIVERY = {
    "receipt": "ReceivingAdviceReferencedDocument/IssuerAssignedID",
    "despatch": "DespatchAdviceReferencedDocument/IssuerAssignedID",
}


def is_cii(root: Node) -> bool:
    """Whether a document is a Cross Industry Invoice of the form that EN 16931 binds."""
    return root.space == SPACE and root.name == "CrossIndustryInvoice"


def read(root: Node) -> Read:
    """What the document says; raises UnreadableInvoice for a number or day that is none, and for a missing head."""
    source = Source(root)
    paths = ("ID", "IssueDateTime/DateTimeString",
             "SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement/InvoiceCurrencyCode")  # fmt: skip
    document = root.first("ExchangedDocument")
    number, issued, currency = source.head(document, *paths)
    trade = root.first("SupplyChainTradeTransaction")
    agreement = root.first("SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement")
    delivery = root.first("SupplyChainTradeTransaction/ApplicableHeaderTradeDelivery")
    settlement = root.first("SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement")
    context = root.first("ExchangedDocumentContext")
    tax_currency = source.word(settlement, "TaxCurrencyCode")
    taxes = _taxes(source, settlement)
    invoice = Invoice(
        number=number,
        issued_on=issued,
        kind=source.word(document, "TypeCode", "kind") or "380",
        currency=currency,
        seller=_party(source, agreement, "SellerTradeParty", "seller") or Party(),
        buyer=_party(source, agreement, "BuyerTradeParty", "buyer") or Party(),
        totals=_totals(source, settlement, currency),
        lines=tuple(
            _line(source, one, f"line {at}")
            for at, one in enumerate(
                trade.all("IncludedSupplyChainTradeLineItem") if trade is not None else (), start=1
            )
        ),
        taxes=taxes,
        allowances=_allowances(source, settlement, "allowance"),
        references=_references(source, agreement, delivery, settlement),
        notes=tuple(
            Note(source.word(one, "Content"), source.word(one, "SubjectCode"))
            for one in (document.all("IncludedNote") if document is not None else ())
        ),
        period=_period(source, settlement, "period"),
        payment=_payment(source, settlement),
        payee=_party(source, settlement, "PayeeTradeParty", ""),
        representative=_party(source, agreement, "SellerTaxRepresentativeTradeParty", ""),
        deliver_to=_party(source, delivery, "ShipToTradeParty", ""),
        delivered_on=source.day(
            delivery, "ActualDeliverySupplyChainEvent/OccurrenceDateTime/DateTimeString", "delivered_on"
        ),
        tax_point_on=source.day(settlement, "ApplicableTradeTax/TaxPointDate/DateString", "tax_point_on"),
        tax_point_code=source.word(settlement, "ApplicableTradeTax/DueDateTypeCode"),
        tax_currency=tax_currency,
        buyer_reference=source.word(agreement, "BuyerReference"),
        accounting=source.word(settlement, "ReceivableSpecifiedTradeAccountingAccount/ID"),
        profile=source.word(context, "GuidelineSpecifiedDocumentContextParameter/ID"),
        process=source.word(context, "BusinessProcessSpecifiedDocumentContextParameter/ID"),
    )
    # Every group of a document repeats the point of time at which its tax is due.
    for part in ("TaxPointDate/DateString", "DueDateTypeCode"):
        source.words(settlement, f"ApplicableTradeTax/{part}")
    return source.finished(invoice, "CII invoice")


def _period(source: Source, node: Node | None, where: str) -> Period:
    path = "BillingSpecifiedPeriod"
    first = source.day(node, f"{path}/StartDateTime/DateTimeString", f"{where}/first")
    return Period(first, source.day(node, f"{path}/EndDateTime/DateTimeString", f"{where}/last"))


def _party(source: Source, holder: Node | None, name: str, where: str) -> Party | None:
    node = holder.first(name) if holder is not None else None
    if node is None:
        return None
    if where:
        source.places[where] = node.line
    vat, tax = "", ""
    for one in node.all("SpecifiedTaxRegistration/ID"):
        if one.attributes.get("schemeID") == "VA":
            vat = one.said()
        else:
            tax = one.said()
    address = node.first("PostalTradeAddress")
    lines = (source.word(address, part) for part in ("LineOne", "LineTwo", "LineThree"))
    contact = node.first("DefinedTradeContact")
    return Party(
        name=source.word(node, "Name"),
        trading_name=source.word(node, "SpecifiedLegalOrganization/TradingBusinessName"),
        ids=source.identifiers(node, "ID") + source.identifiers(node, "GlobalID"),
        legal_id=source.identifier(node, "SpecifiedLegalOrganization/ID"),
        vat_id=vat,
        tax_id=tax,
        about=source.word(node, "Description"),
        address=Address(
            tuple(line for line in lines if line),
            source.word(address, "CityName"),
            source.word(address, "PostcodeCode"),
            source.word(address, "CountrySubDivisionName"),
            source.word(address, "CountryID"),
        ),
        endpoint=source.identifier(node, "URIUniversalCommunication/URIID"),
        contact=Contact(
            source.word(contact, "PersonName") or source.word(contact, "DepartmentName"),
            source.word(contact, "TelephoneUniversalCommunication/CompleteNumber"),
            source.word(contact, "EmailURIUniversalCommunication/URIID"),
        ),
    )


def _references(
    source: Source, agreement: Node | None, delivery: Node | None, settlement: Node | None
) -> tuple[Reference, ...]:
    found = []
    for one in settlement.all("InvoiceReferencedDocument") if settlement is not None else ():
        number = source.word(one, "IssuerAssignedID")
        found.append(Reference("preceding", number, source.day(one, "FormattedIssueDateTime/DateTimeString")))
    for node, paths in ((agreement, _AGREEMENT), (delivery, _DELIVERY)):
        found += [Reference(kind, text) for kind, path in paths.items() for text in source.words(node, path)]
    for one in agreement.all("AdditionalReferencedDocument") if agreement is not None else ():
        kind = {_OBJECT: "object", _TENDER: "tender"}.get(source.word(one, "TypeCode"), "document")
        found.append(Reference(kind, source.word(one, "IssuerAssignedID")))
    return tuple(one for one in found if one.number)


def _payment(source: Source, settlement: Node | None) -> Payment:
    means = settlement.first("SpecifiedTradeSettlementPaymentMeans") if settlement is not None else None
    path = "PayeePartyCreditorFinancialAccount"
    return Payment(
        means=source.word(means, "TypeCode"),
        reference=source.word(settlement, "PaymentReference"),
        account=source.word(means, f"{path}/IBANID") or source.word(means, f"{path}/ProprietaryID"),
        bank=source.word(means, "PayeeSpecifiedCreditorFinancialInstitution/BICID"),
        mandate=source.word(settlement, "SpecifiedTradePaymentTerms/DirectDebitMandateID"),
        creditor=source.word(settlement, "CreditorReferenceID"),
        due_on=source.day(settlement, "SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString", "due_on"),
        terms="\n".join(source.words(settlement, "SpecifiedTradePaymentTerms/Description")),
    )


def _allowances(source: Source, node: Node | None, where: str) -> tuple[Allowance, ...]:
    found = []
    for at, one in enumerate(node.all("SpecifiedTradeAllowanceCharge") if node is not None else (), start=1):
        here = f"{where} {at}"
        source.places[here] = one.line
        source.word(one, "CategoryTradeTax/TypeCode")
        found.append(
            Allowance(
                charge=source.word(one, "ChargeIndicator/Indicator").lower() in ("true", "1"),
                amount=source.amount(one, "ActualAmount", f"{here}/amount", "how much an allowance or charge is"),
                base=source.number(one, "BasisAmount", f"{here}/base"),
                percent=source.number(one, "CalculationPercent", f"{here}/percent"),
                reason=source.word(one, "Reason"),
                code=source.word(one, "ReasonCode"),
                category=source.word(one, "CategoryTradeTax/CategoryCode"),
                rate=source.number(one, "CategoryTradeTax/RateApplicablePercent", f"{here}/rate"),
            )
        )
    return tuple(found)


def _taxes(source: Source, settlement: Node | None) -> tuple[TaxGroup, ...]:
    found = []
    for at, one in enumerate(settlement.all("ApplicableTradeTax") if settlement is not None else (), start=1):
        here = f"tax {at}"
        source.places[here] = one.line
        source.word(one, "TypeCode")
        found.append(
            TaxGroup(
                category=source.word(one, "CategoryCode"),
                rate=source.number(one, "RateApplicablePercent", f"{here}/rate"),
                taxable=source.number(one, "BasisAmount", f"{here}/taxable"),
                tax=source.number(one, "CalculatedAmount", f"{here}/tax"),
                exemption=source.word(one, "ExemptionReason"),
                exemption_code=source.word(one, "ExemptionReasonCode"),
            )
        )
    return tuple(found)


def _totals(source: Source, settlement: Node | None, currency: str) -> Totals:
    path = "SpecifiedTradeSettlementHeaderMonetarySummation"
    sums = settlement.first(path) if settlement is not None else None
    tax = accounting = None
    if sums is not None:
        source.places["totals"] = sums.line
        for one in sums.all("TaxTotalAmount"):
            holder = Node(sums.space, sums.name, {}, one.line)
            holder.children = [one]
            if one.attributes.get("currencyID") in (None, currency) and tax is None:
                tax = source.number(holder, "TaxTotalAmount", "totals/tax")
            elif accounting is None:
                accounting = source.number(holder, "TaxTotalAmount", "totals/tax_accounting")
    return Totals(
        lines=source.number(sums, "LineTotalAmount", "totals/lines"),
        allowances=source.number(sums, "AllowanceTotalAmount", "totals/allowances"),
        charges=source.number(sums, "ChargeTotalAmount", "totals/charges"),
        net=source.number(sums, "TaxBasisTotalAmount", "totals/net"),
        tax=tax,
        tax_accounting=accounting,
        gross=source.number(sums, "GrandTotalAmount", "totals/gross"),
        prepaid=source.number(sums, "TotalPrepaidAmount", "totals/prepaid"),
        rounding=source.number(sums, "RoundingAmount", "totals/rounding"),
        payable=source.number(sums, "DuePayableAmount", "totals/payable"),
    )


def _line(source: Source, node: Node, where: str) -> Line:
    source.places[where] = node.line
    product = node.first("SpecifiedTradeProduct")
    agreement = node.first("SpecifiedLineTradeAgreement")
    settlement = node.first("SpecifiedLineTradeSettlement")
    net, gross = "NetPriceProductTradePrice", "GrossPriceProductTradePrice"
    billed = "SpecifiedLineTradeDelivery/BilledQuantity"
    source.word(agreement, f"{gross}/AppliedTradeAllowanceCharge/ChargeIndicator/Indicator")
    source.word(settlement, "ApplicableTradeTax/TypeCode")
    is_object = source.word(settlement, "AdditionalReferencedDocument/TypeCode") in ("", _OBJECT)
    said = settlement.first("AdditionalReferencedDocument") if settlement is not None else None
    number = source.word(said, "IssuerAssignedID") if is_object else ""
    object_id = Identifier(number, source.word(said, "ReferenceTypeCode")) if number else None
    return Line(
        id=source.word(node, "AssociatedDocumentLineDocument/LineID"),
        quantity=source.number(node, billed, f"{where}/quantity"),
        unit=source.unit(node, billed),
        net=source.number(settlement, "SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount", f"{where}/net"),
        price=source.number(agreement, f"{net}/ChargeAmount", f"{where}/price"),
        gross_price=source.number(agreement, f"{gross}/ChargeAmount", f"{where}/gross_price"),
        discount=source.number(agreement, f"{gross}/AppliedTradeAllowanceCharge/ActualAmount", f"{where}/discount"),
        base_quantity=source.number(agreement, f"{net}/BasisQuantity", f"{where}/base_quantity"),
        base_unit=source.unit(agreement, f"{net}/BasisQuantity"),
        gross_base_quantity=source.number(agreement, f"{gross}/BasisQuantity", f"{where}/gross_base_quantity"),
        name=source.word(product, "Name"),
        description=source.word(product, "Description"),
        seller_item=source.word(product, "SellerAssignedID"),
        buyer_item=source.word(product, "BuyerAssignedID"),
        standard_item=source.identifier(product, "GlobalID"),
        classes=source.identifiers(product, "DesignatedProductClassification/ClassCode", "listID"),
        attributes=tuple(
            (source.word(one, "Description"), source.word(one, "Value"))
            for one in (product.all("ApplicableProductCharacteristic") if product is not None else ())
        ),
        origin=source.word(product, "OriginTradeCountry/ID"),
        category=source.word(settlement, "ApplicableTradeTax/CategoryCode"),
        rate=source.number(settlement, "ApplicableTradeTax/RateApplicablePercent", f"{where}/rate"),
        period=_period(source, settlement, f"{where}/period"),
        notes=source.words(node, "AssociatedDocumentLineDocument/IncludedNote/Content"),
        order_line=source.word(agreement, "BuyerOrderReferencedDocument/LineID"),
        object_id=object_id,
        accounting=source.word(settlement, "ReceivableSpecifiedTradeAccountingAccount/ID"),
        allowances=_allowances(source, settlement, f"{where}/allowance"),
    )

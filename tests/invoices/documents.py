"""Invoices of our own making in both syntaxes: lines at whole cents, one rate of tax, sums that are right."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# What was billed, how many, the price in cents.
Amounts = Sequence[tuple[str, int, int]]
UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def cents(amount: int) -> str:
    return f"{Decimal(amount) / 100:.2f}"


def tax_of(net: int, rate: int) -> int:
    return int((Decimal(net) * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))


def ubl(
    number: str = "INV-1",
    lines: Amounts = (("Hours", 10, 1250), ("Training", 1, 9999)),
    rate: int = 19,
    credit: bool = False,
) -> str:
    kind, line_name, quantity = (
        ("CreditNote", "CreditNoteLine", "CreditedQuantity")
        if credit
        else ("Invoice", "InvoiceLine", "InvoicedQuantity")
    )
    net = sum(count * price for _, count, price in lines)
    tax = tax_of(net, rate)
    category = f"<cbc:ID>S</cbc:ID><cbc:Percent>{rate}</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    rows = "".join(
        f'<cac:{line_name}><cbc:ID>{at}</cbc:ID><cbc:{quantity} unitCode="HUR">{count}</cbc:{quantity}>'
        f'<cbc:LineExtensionAmount currencyID="EUR">{cents(count * price)}</cbc:LineExtensionAmount>'
        f"<cac:Item><cbc:Name>{what}</cbc:Name>"
        f"<cac:ClassifiedTaxCategory>{category}</cac:ClassifiedTaxCategory></cac:Item>"
        f'<cac:Price><cbc:PriceAmount currencyID="EUR">{cents(price)}</cbc:PriceAmount></cac:Price></cac:{line_name}>\n'
        for at, (what, count, price) in enumerate(lines, start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{UBL}:{kind}-2" '
        f'xmlns:cac="{UBL}:CommonAggregateComponents-2" xmlns:cbc="{UBL}:CommonBasicComponents-2">\n'
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>"
        f"<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-04-02</cbc:IssueDate>"
        + ("" if credit else "<cbc:DueDate>2026-05-02</cbc:DueDate>")
        + f"<cbc:{kind}TypeCode>{381 if credit else 380}</cbc:{kind}TypeCode>"
        "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\n"
        "<cac:InvoicePeriod><cbc:StartDate>2026-03-01</cbc:StartDate><cbc:EndDate>2026-03-31</cbc:EndDate>"
        "</cac:InvoicePeriod>"
        + party("Supplier", "Aurora Contact SRL", "RO12345674", "RO")
        + party("Customer", "Lumen GmbH", "DE123456788", "DE")
        + ("<cac:PaymentTerms><cbc:Note>30 days</cbc:Note></cac:PaymentTerms>" if credit else "")
        + f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{cents(tax)}</cbc:TaxAmount><cac:TaxSubtotal>'
        f'<cbc:TaxableAmount currencyID="EUR">{cents(net)}</cbc:TaxableAmount>'
        f'<cbc:TaxAmount currencyID="EUR">{cents(tax)}</cbc:TaxAmount><cac:TaxCategory>{category}</cac:TaxCategory>'
        "</cac:TaxSubtotal></cac:TaxTotal>\n<cac:LegalMonetaryTotal>"
        f'<cbc:LineExtensionAmount currencyID="EUR">{cents(net)}</cbc:LineExtensionAmount>'
        f'<cbc:TaxExclusiveAmount currencyID="EUR">{cents(net)}</cbc:TaxExclusiveAmount>'
        f'<cbc:TaxInclusiveAmount currencyID="EUR">{cents(net + tax)}</cbc:TaxInclusiveAmount>'
        f'<cbc:PayableAmount currencyID="EUR">{cents(net + tax)}</cbc:PayableAmount></cac:LegalMonetaryTotal>\n'
        f"{rows}</{kind}>\n"
    )


def party(side: str, name: str, vat: str, country: str) -> str:
    return (
        f"<cac:Accounting{side}Party><cac:Party><cac:PostalAddress><cac:Country><cbc:IdentificationCode>{country}"
        "</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        f"<cac:PartyTaxScheme><cbc:CompanyID>{vat}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
        f"</cac:PartyTaxScheme><cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>"
        f"</cac:PartyLegalEntity></cac:Party></cac:Accounting{side}Party>\n"
    )


def cii(number: str = "INV-1", lines: Amounts = (("Hours", 10, 1250), ("Training", 1, 9999)), rate: int = 19) -> str:
    net = sum(count * price for _, count, price in lines)
    tax = tax_of(net, rate)
    spaces = "".join(
        f' xmlns:{short}="urn:un:unece:uncefact:data:standard:{name}:100"'
        for short, name in (
            ("rsm", "CrossIndustryInvoice"),
            ("ram", "ReusableAggregateBusinessInformationEntity"),
            ("udt", "UnqualifiedDataType"),
        )
    )
    category = (
        "<ram:TypeCode>VAT</ram:TypeCode>{}<ram:CategoryCode>S</ram:CategoryCode>"
        f"<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent>"
    )
    rows = "".join(
        "<ram:IncludedSupplyChainTradeLineItem>"
        f"<ram:AssociatedDocumentLineDocument><ram:LineID>{at}</ram:LineID></ram:AssociatedDocumentLineDocument>"
        f"<ram:SpecifiedTradeProduct><ram:Name>{what}</ram:Name></ram:SpecifiedTradeProduct>"
        f"<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{cents(price)}"
        "</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        f'<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="HUR">{count}</ram:BilledQuantity>'
        "</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>"
        f"<ram:ApplicableTradeTax>{category.format('')}</ram:ApplicableTradeTax>"
        f"<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{cents(count * price)}"
        "</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>\n"
        for at, (what, count, price) in enumerate(lines, start=1)
    )
    taxes = (
        f"<ram:CalculatedAmount>{cents(tax)}</ram:CalculatedAmount>",
        f"<ram:BasisAmount>{cents(net)}</ram:BasisAmount>",
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice{spaces}>\n<rsm:ExchangedDocumentContext>'
        "<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:cen.eu:en16931:2017</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>"
        f"<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>380</ram:TypeCode>"
        f"<ram:IssueDateTime>{day('20260402')}</ram:IssueDateTime></rsm:ExchangedDocument>"
        f"<rsm:SupplyChainTradeTransaction>\n{rows}<ram:ApplicableHeaderTradeAgreement>"
        + trader("Seller", "Aurora Contact SRL", "RO12345674", "RO")
        + trader("Buyer", "Lumen GmbH", "DE123456788", "DE")
        + "</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>"
        "<ram:ApplicableHeaderTradeSettlement>"
        "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
        f"<ram:ApplicableTradeTax>{taxes[0]}{category.format(taxes[1])}</ram:ApplicableTradeTax>"
        f"<ram:BillingSpecifiedPeriod><ram:StartDateTime>{day('20260301')}</ram:StartDateTime>"
        f"<ram:EndDateTime>{day('20260331')}</ram:EndDateTime></ram:BillingSpecifiedPeriod>"
        f"<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>{day('20260502')}</ram:DueDateDateTime>"
        "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{cents(net)}</ram:LineTotalAmount>"
        f"<ram:TaxBasisTotalAmount>{cents(net)}</ram:TaxBasisTotalAmount>"
        f'<ram:TaxTotalAmount currencyID="EUR">{cents(tax)}</ram:TaxTotalAmount>'
        f"<ram:GrandTotalAmount>{cents(net + tax)}</ram:GrandTotalAmount>"
        f"<ram:DuePayableAmount>{cents(net + tax)}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>"
        "</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n"
    )


def day(text: str) -> str:
    return f'<udt:DateTimeString format="102">{text}</udt:DateTimeString>'


def trader(side: str, name: str, vat: str, country: str) -> str:
    return (
        f"<ram:{side}TradeParty><ram:Name>{name}</ram:Name><ram:PostalTradeAddress><ram:CountryID>{country}"
        f'</ram:CountryID></ram:PostalTradeAddress><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{vat}</ram:ID>'
        f"</ram:SpecifiedTaxRegistration></ram:{side}TradeParty>"
    )

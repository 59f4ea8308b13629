"""What a partner bills, as its document says: an invoice or a credit note with its sums."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text

# Exact: quantities, prices and rates carry more digits than cents, and what a document says is kept as it says it.
NUMBER = pa.decimal128(38, 10)
KINDS = ("invoice", "credit_note")
TAX = (
    "tax category by UNTDID 5305: S standard, Z zero, E exempt, AE reverse charge, K intra-community, G export, O none"
)

TABLE = Table(
    grain="one invoice or credit note",
    key="invoice_key",
    presence="issued_on",
    order=("invoice_key",),
    columns=(
        key("invoice_key", "key of source, seller, kind, number and day of issue"),
        text("source", "the feed's source"),
        text("number", "the seller's number of it"),
        Column("issued_on", pa.date32(), "its day of issue; null retracts it with all of its lines"),
        text("kind", "what it is; amounts of a credit note are owed by the seller", words=KINDS, default="invoice"),
        text("code", "UNTDID 1001: 380 invoice, 381 credit note, 384 corrected invoice, 386 prepayment ..."),
        text("currency", "ISO 4217 code of every amount but `tax_accounting`"),
        Column("period_from", pa.date32(), "first day that it bills, where told"),
        Column("period_to", pa.date32(), "day after the last, where told"),
        text("seller", "legal name of who bills"),
        text("seller_id", "by which the seller is told: VAT id, else legal or other id, else name"),
        text("buyer", "legal name of who is billed"),
        text("buyer_id", "by which the buyer is told"),
        text("payee_account", "the account to pay to, hashed: a change shows, the number does not", hashed=True),
        Column("due_on", pa.date32(), "last day to pay, where told"),
        text("terms", "terms of payment in words"),
        text("order_ref", "the order it names"),
        text("contract_ref", "the contract it names"),
        text("buyer_ref", "the buyer's own reference"),
        text("preceding", "invoices that it corrects or credits: JSON list of number and day"),
        text("notes", "remarks: JSON list of text and code of its subject"),
        Column("lines", NUMBER, "BT-106, sum of lines", unit="`currency`"),
        Column("allowances", NUMBER, "BT-107, sum of what the document takes off", unit="`currency`"),
        Column("charges", NUMBER, "BT-108, sum of what the document adds", unit="`currency`"),
        Column("net", NUMBER, "BT-109, total without tax", unit="`currency`"),
        Column("tax", NUMBER, "BT-110, total tax", unit="`currency`"),
        text("tax_currency", "currency of accounting for the tax, where told"),
        Column("tax_accounting", NUMBER, "BT-111, total tax in `tax_currency`", unit="`tax_currency`"),
        Column("gross", NUMBER, "BT-112, total with tax", unit="`currency`"),
        Column("prepaid", NUMBER, "BT-113, already paid", unit="`currency`"),
        Column("rounding", NUMBER, "BT-114, rounding of what is due", unit="`currency`"),
        Column("payable", NUMBER, "BT-115, amount due", unit="`currency`"),
        Column("line_count", pa.int32(), "lines it has; rows with a higher place are of an older version", unit="rows"),
        Column("tax_count", pa.int32(), "tax groups it has", unit="rows"),
        Column("allowance_count", pa.int32(), "allowances and charges it has, lines' included", unit="rows"),
        text("syntax", "what it came as: UBL, CII, table"),
        text("document", "JSON of parties, payment and references beyond these columns, without contacts and accounts"),
        text("file", "name of the file"),
    ),
)  # fmt: skip

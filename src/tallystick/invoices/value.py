"""An invoice or a credit note as EN 16931-1 understands it, whichever syntax it came in.

Numbers are decimals as they were written, never rounded here; days are plain dates. What the document does not say is
None, or an empty text. Comments name the business terms (BT) and groups (BG) of the norm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# UNTDID 1001, the codes that EN 16931 admits for a credit note; any other one is an invoice.
CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})


@dataclass(frozen=True)
class Identifier:
    """An id and the scheme that gave it out (ISO 6523, or a syntax's own word); the scheme may be empty."""

    value: str
    scheme: str = ""


@dataclass(frozen=True)
class Note:
    """A remark and the code of its subject (UNTDID 4451), which may be empty (BG-1)."""

    text: str
    subject: str = ""


@dataclass(frozen=True)
class Period:
    """First and last day, both counted; either may be open (BG-14, BG-26)."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Address:
    """A postal address: up to three lines, city, postcode, region, country (ISO 3166-1, two letters)."""

    lines: tuple[str, ...] = ()
    city: str = ""
    postcode: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True)
class Contact:
    """Whom to ask at a party (BG-6, BG-9)."""

    name: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class Party:
    """Seller, buyer or payee: `name` is the legal one, `about` more legal words, `endpoint` the electronic address."""

    name: str = ""
    trading_name: str = ""
    ids: tuple[Identifier, ...] = ()
    legal_id: Identifier | None = None
    vat_id: str = ""
    tax_id: str = ""
    about: str = ""
    address: Address = field(default_factory=Address)
    endpoint: Identifier | None = None
    contact: Contact = field(default_factory=Contact)


@dataclass(frozen=True)
class Reference:
    """Another document: `kind` is one of `REFERENCES`; a preceding invoice may carry its day (BG-3)."""

    kind: str
    number: str
    issued_on: date | None = None


REFERENCES = ("preceding", "order", "sales order", "contract", "project", "receipt", "despatch", "tender", "object",
              "document")  # fmt: skip


@dataclass(frozen=True)
class Allowance:
    """Money taken off, or added where `charge`, from a line or from the document (BG-20, BG-21, BG-27, BG-28).

    `amount` = `base` x `percent` / 100 where both are said. `category` and `rate` are the tax of a document's.
    """

    charge: bool
    amount: Decimal
    base: Decimal | None = None
    percent: Decimal | None = None
    reason: str = ""
    code: str = ""
    category: str = ""
    rate: Decimal | None = None


@dataclass(frozen=True)
class Line:
    """One line (BG-25). `net` = `quantity` x `price` / `base_quantity` + charges - allowances, as the norm has it.

    `price` is the net price of `base_quantity` units (1 where none is said), `gross_price` the one before `discount`.
    """

    id: str
    quantity: Decimal | None = None
    unit: str = ""
    net: Decimal | None = None
    price: Decimal | None = None
    gross_price: Decimal | None = None
    discount: Decimal | None = None
    base_quantity: Decimal | None = None
    base_unit: str = ""
    gross_base_quantity: Decimal | None = None
    name: str = ""
    description: str = ""
    seller_item: str = ""
    buyer_item: str = ""
    standard_item: Identifier | None = None
    classes: tuple[Identifier, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    origin: str = ""
    category: str = ""
    rate: Decimal | None = None
    period: Period = field(default_factory=Period)
    notes: tuple[str, ...] = ()
    order_line: str = ""
    object_id: Identifier | None = None
    accounting: str = ""
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True)
class TaxGroup:
    """What is taxed alike: category (UNTDID 5305) and rate in percent, taxable sum, tax (BG-23)."""

    category: str
    rate: Decimal | None
    taxable: Decimal | None
    tax: Decimal | None
    exemption: str = ""
    exemption_code: str = ""


@dataclass(frozen=True)
class Totals:
    """The sums of the document, as it says them (BG-22).

    `lines` BT-106, `allowances` BT-107, `charges` BT-108, `net` BT-109, `tax` BT-110, `tax_accounting` BT-111 (in the
    currency of accounting), `gross` BT-112, `prepaid` BT-113, `rounding` BT-114, `payable` BT-115.
    """

    lines: Decimal | None = None
    allowances: Decimal | None = None
    charges: Decimal | None = None
    net: Decimal | None = None
    tax: Decimal | None = None
    tax_accounting: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    payable: Decimal | None = None


@dataclass(frozen=True)
class Payment:
    """How and until when to pay: `means` is a code of UNTDID 4461, `account` an IBAN or other number (BG-16)."""

    means: str = ""
    reference: str = ""
    account: str = ""
    bank: str = ""
    mandate: str = ""
    creditor: str = ""
    due_on: date | None = None
    terms: str = ""


@dataclass(frozen=True)
class Invoice:
    """One document: `kind` is a code of UNTDID 1001 (380 invoice, 381 credit note, 384 corrected invoice ...)."""

    number: str
    issued_on: date
    kind: str
    currency: str
    seller: Party
    buyer: Party
    totals: Totals
    lines: tuple[Line, ...] = ()
    taxes: tuple[TaxGroup, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    period: Period = field(default_factory=Period)
    payment: Payment = field(default_factory=Payment)
    payee: Party | None = None
    representative: Party | None = None
    deliver_to: Party | None = None
    delivered_on: date | None = None
    tax_point_on: date | None = None
    tax_point_code: str = ""
    tax_currency: str = ""
    buyer_reference: str = ""
    accounting: str = ""
    profile: str = ""
    process: str = ""

    @property
    def is_credit_note(self) -> bool:
        """Whether its amounts are owed by the seller."""
        return self.kind in CREDIT_NOTES

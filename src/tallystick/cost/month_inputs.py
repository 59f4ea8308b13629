"""What one partner's month is made of: lines of invoices, the books, counts and prices. `cost.month` adds them up.

Definitions: docs/guide/cost.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from tallystick.billing.invoice import ExpectedInvoice
from tallystick.cost.shared import Allocated
from tallystick.vocabulary.finding import Finding


class Basis(StrEnum):
    """Where an amount comes from.

    `received`: a line of the partner's invoice. `expected`: computed from rate card and records, as no invoice came.
    `accrual`: the same for the days so far. `booked`: the client's books. `shared`: a part of what the books say that
    several partners share. `priced`: a count times a price.
    """

    RECEIVED = "received"
    EXPECTED = "expected"
    ACCRUAL = "accrual"
    BOOKED = "booked"
    SHARED = "shared"
    PRICED = "priced"


@dataclass(frozen=True)
class BilledLine:
    """One amount of a received invoice, without tax; of a credit note below zero.

    `charge` is the charge, discount or clause of the contract that it matches, empty for none. `dated` says whether the
    line or its invoice names the days that it bills. `contract` is the one that the invoice names, empty for none.
    `takes_off` marks the lines of a document that bills nothing: a credit note, or what comes to less than nothing.
    """

    invoice: str
    place: str
    title: str
    charge: str
    amount: Fraction
    currency: str
    quantity: Fraction | None = None
    unit: str = ""
    dated: bool = True
    contract: str = ""
    takes_off: bool = False


@dataclass(frozen=True)
class BookedCost:
    """One amount of the client's books. `on_rate_card` None where the books do not say."""

    key: int
    kind: str
    amount: Decimal
    currency: str
    from_on: date
    borne_by: str = "client"
    on_rate_card: bool | None = None


@dataclass(frozen=True)
class Counted:
    """A count with the rows behind it; `value` None where no record of its kind is known. `pending` rows still wait."""

    value: int | None = None
    n: int = 0
    pending: int = 0


@dataclass(frozen=True)
class Ramp:
    """The time of beginners beyond that of tenured colleagues for as many contacts, of the productive time of all.

    Seconds; `contacts` are those that beginners handled.
    """

    extra_s: Fraction
    productive_s: int
    contacts: int


@dataclass(frozen=True)
class Card:
    """What is known of one charge of a contract's rate card: how invoices name it, and whether it pays for time."""

    id: str
    kind: str
    title: str
    timed: bool = False
    contract: str = ""


@dataclass(frozen=True)
class Price:
    """What one unit of a currency costs in that of the month, and where the rate stands."""

    value: Fraction
    words: str


@dataclass(frozen=True)
class MonthInputs:
    """All that one partner's month is made of.

    `has_books` says whether the client's books reach the month: without them nobody knows what lies beside the invoice.
    `booked_to` is the newest month of which they tell a cost of the partner, empty for none. `runs` says whether the
    month is not over yet. `unbilled` are contracts in force of which no invoice is known, received or expected: for
    these the books' own rows of invoices stand. `credit_clauses` are the ids under which price
    adjustments stand on invoices, `passed_on` the kinds of cost that the rate card passes on. `prices` are by currency,
    `own_contacts` (those that a charge covers) by contract and charge. `said` are findings of the month's documents,
    `allocated` the partner's parts of what several share, `worked` the productive seconds of its agents, and `in_force`
    whether a contract with it holds in the month.
    """

    partner: str
    month: str
    currency: str
    expected: tuple[ExpectedInvoice, ...] = ()
    received: tuple[BilledLine, ...] = ()
    booked: tuple[BookedCost, ...] = ()
    has_books: bool = True
    booked_to: str = ""
    runs: bool = False
    unbilled: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    credit_clauses: frozenset[str] = frozenset()
    passed_on: frozenset[str] = frozenset()
    prices: Mapping[str, Price] = field(default_factory=dict)
    contacts: Counted = Counted()
    recontacts: Counted = Counted()
    resolutions: Counted = Counted()
    ramp: Ramp | None = None
    own_contacts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    said: tuple[Finding, ...] = ()
    allocated: tuple[Allocated, ...] = ()
    worked: Counted = Counted()
    in_force: bool = True

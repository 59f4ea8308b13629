"""From a project's folder to the check of a partner's month; pages and commands alike begin here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.evidence import ListedRows
from tallystick.billing.check.linked import linked
from tallystick.billing.check.matching import plain_name
from tallystick.billing.check.received import Document, month_of
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.parts import first_of
from tallystick.billing.prepare import Prepared, prepared
from tallystick.contract.model import Contract
from tallystick.records.invoice_rows import stored_invoices
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.scope import Scope


def documents_of(lake: Lake, partner: str) -> tuple[Document, ...]:
    """Every invoice and credit note of a partner in the records, linked, inside its own scope, by day of issue."""
    scope = Scope.of_partner(lake.client, partner)
    return linked(Document(one.key, one.invoice, one.file) for one in stored_invoices(lake, scope))


def documents_under(
    documents: Sequence[Document], contract: Contract, others: Sequence[Contract]
) -> tuple[Document, ...]:
    """The documents that belong to one of a partner's contracts; `others` are all of its other ones.

    A document that names a contract belongs to it, whether that has a rate card or not. One that names none of them
    belongs to the contract whose charges most of its lines name by their code; where none names more, to the first of
    those that have a rate card.
    """
    every = sorted([contract, *others], key=lambda one: one.contract)
    return tuple(one for one in documents if _belongs(one, every, contract) == contract.contract)


def _belongs(document: Document, contracts: Sequence[Contract], asked: Contract) -> str:
    named = set(map(plain_name, document.contracts))
    for one in contracts:
        if plain_name(one.contract) in named:
            return one.contract
    cards = [one for one in contracts if one.has_card] or [asked]
    items = [
        plain_name(name) for line in document.invoice.lines for name in (line.seller_item, line.buyer_item) if name
    ]
    counts = [
        (sum(item in codes for item in items), -place)
        for place, one in enumerate(cards)
        for codes in ({plain_name(charge.id) for text in one.states() for charge in text.charges},)
    ]
    return cards[-max(counts)[1]].contract


def months_billed(documents: Sequence[Document]) -> frozenset[date]:
    """The first days of the months that documents bill."""
    return frozenset(month for one in documents for month in month_of(one)[0])


def months_charged(contract: Contract, until: date) -> frozenset[date]:
    """The first days of the months in which a contract charges, to that of `until`; none without a rate card."""
    found: list[date] = []
    month = first_of(contract.term.from_on)
    charges = contract.has_card
    while charges and month <= until:
        following = first_of(month, 1)
        charges = contract.charges_in(month, following)
        found += [month] if charges else []
        month = following
    return frozenset(found)


def is_checked(contract: Contract, own: Sequence[Document], month: Period) -> bool:
    """Whether a month is checked under a contract: it charges in the month, or a document of its own bills it.

    A contract that ended long ago has nothing to say of a month, unless something was billed under it.
    """
    return contract.charges_in(month.start_on, month.end_on) or month.start_on in months_billed(own)


def given_of(ready: Prepared, documents: tuple[Document, ...]) -> Given:
    """All that a check reads, of a month that is ready and its partner's documents."""
    rows = ListedRows(ready.source)
    return Given(ready.order(), ready.source, documents, ready.credits_on, rows, ready.expected(with_rows=True))


def invoice_check(
    home: Path, promise: Promise, label: str, as_of: datetime, others: Sequence[Contract] = ()
) -> InvoiceCheck:
    """The check of a partner's month under one contract; `others` are all other contracts of the partner.

    Raises UsageError where `label` is no month, and NotFound where there are no records.
    """
    with Lake.open(home / "lake") as lake:
        documents = documents_of(lake, promise.partner)
    mine = documents_under(documents, promise.contract, others)
    with prepared(home, promise, label, as_of) as ready:
        return check_invoice(given_of(ready, mine))

"""The money that two people agreed to move: rules from what is due to postings, and what must hold of a ledger.

Everything here is a pure function of entries; the control room's database keeps them, append-only (web/desk/ledger.py).

A *matter* is one thing that money moves for: a credit clause of a closed period, a decided dispute of an invoice line.
An entry debits one account and credits another with the same amount, above zero, so both sides balance by construction.
A credit is a *price adjustment* of the fees, never a penalty: it debits the fees payable to the partner and credits
price adjustments; an addition (a bonus, a credit that comes back) does the opposite. Entries are never edited: what is
due otherwise reverses the entry that stands and posts anew. Nothing is posted that one person proposed and approved
alone. The entries of each partner are a chain of their own, so each side can check what it sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from tallystick.vocabulary.canonical import canonical_bytes
from tallystick.vocabulary.errors import IntegrityError, UsageError
from tallystick.vocabulary.money import Money

PRICE_ADJUSTMENT = "price adjustment"
INVOICE_CORRECTION = "invoice correction"
KINDS = (PRICE_ADJUSTMENT, INVOICE_CORRECTION)
FEES = "service fees payable"
FIRST = "0" * 64


@dataclass(frozen=True)
class Journal:
    """The matters that are posted together: those of one kind, under one contract, for a partner's period."""

    contract: str
    partner: str
    period: str
    kind: str = PRICE_ADJUSTMENT

    def accounts(self) -> tuple[str, str]:
        """The fees, and what lowers them."""
        return f"{FEES}:{self.partner}", f"{self.kind}:{self.partner}"


@dataclass(frozen=True)
class Due:
    """What should stand for one matter; `source` is the id of what it follows from (a verdict, a dispute).

    An amount below zero is an addition to the fees: a bonus, or a credit that comes back.
    """

    matter: str
    source: str
    amount: Money


@dataclass(frozen=True)
class Approval:
    """Who proposed and who approved, as pseudonyms, and the digest of exactly what was approved."""

    of: str
    proposed_by: str
    approved_by: str


@dataclass(frozen=True)
class Entry:
    """One posting. `amount` is above zero; `debit` and `credit` name the accounts; `reverses` the entry taken back.

    `number` counts the partner's entries from 1, and `previous` is the digest of the one before.
    """

    number: int
    journal: Journal
    matter: str
    source: str
    debit: str
    credit: str
    amount: Money
    approval: Approval
    posted_at: datetime
    reverses: int | None = None
    previous: str = FIRST

    @cached_property
    def digest(self) -> str:
        """What the next entry of the partner chains to."""
        return hashlib.sha256(canonical_bytes(self)).hexdigest()

    @property
    def effect(self) -> Money:
        """By how much the entry lowers the fees; below zero where it raises them (a reversal, a bonus)."""
        return self.amount if self.debit == self.journal.accounts()[0] else -self.amount


# ---- posting rules -----------------------------------------------------------------------------------------------


def postings(
    entries: Sequence[Entry], journal: Journal, dues: Iterable[Due], approval: Approval, at: datetime
) -> list[Entry]:
    """What to append to a partner's entries so that exactly `dues` stand in a journal, in the order of their matters.

    What stands already is left alone; what changed, fell to zero or is due no more is reversed first. Raises
    IntegrityError where a second person is missing, an amount is no whole number of minor units, or the entries given
    do not hold.
    """
    check(entries)
    _two_people(approval)
    wanted = _by_matter(dues)
    standing = {one.matter: one for one in standing_in(entries, journal)}
    added: list[Entry] = []

    def append(matter: str, source: str, debit: str, credit: str, amount: Money, reverses: int | None = None) -> None:
        last = added[-1] if added else entries[-1] if entries else None
        number, previous = (1, FIRST) if last is None else (last.number + 1, last.digest)
        # As it is read back: one amount has one form, and so one digest.
        whole = amount.rounded() if amount == amount.rounded() else amount
        added.append(
            Entry(number, journal, matter, source, debit, credit, whole, approval, at, reverses, previous)
        )  # fmt: skip

    fees, other = journal.accounts()
    for matter in sorted({*wanted, *standing}):
        due, old = wanted.get(matter), standing.get(matter)
        if due is not None and old is not None and old.effect == due.amount:
            continue
        if old is not None:
            append(matter, due.source if due else old.source, old.credit, old.debit, old.amount, old.number)
        if due is not None and due.amount.amount > 0:
            append(matter, due.source, fees, other, due.amount)
        elif due is not None and due.amount.amount < 0:
            append(matter, due.source, other, fees, -due.amount)
    check([*entries, *added])
    return added


def _by_matter(dues: Iterable[Due]) -> dict[str, Due]:
    found: dict[str, Due] = {}
    for due in dues:
        if due.matter in found:
            raise UsageError(f"{due.matter} is due twice.", "Give each matter its whole amount once.")
        found[due.matter] = due
    return found


def standing_in(entries: Iterable[Entry], journal: Journal | None = None) -> list[Entry]:
    """The entries that stand, of all journals or of one: posted, and neither reversed nor a reversal."""
    listed = list(entries)
    reversed_ = {(one.journal.partner, one.reverses) for one in listed if one.reverses is not None}
    return [
        one
        for one in listed
        if one.reverses is None
        and (one.journal.partner, one.number) not in reversed_
        and journal in (None, one.journal)
    ]


def balances(entries: Iterable[Entry]) -> dict[str, dict[str, Decimal]]:
    """By currency and account: what was debited to it less what was credited."""
    found: dict[str, dict[str, Decimal]] = {}
    for one in entries:
        accounts = found.setdefault(one.amount.currency, {})
        for account, amount in ((one.debit, one.amount.amount), (one.credit, -one.amount.amount)):
            accounts[account] = accounts.get(account, Decimal(0)) + amount
    return {currency: dict(sorted(found[currency].items())) for currency in sorted(found)}


# ---- what must hold ----------------------------------------------------------------------------------------------


def check(entries: Sequence[Entry]) -> None:
    """Raise IntegrityError naming the first entry of one partner that cannot be what was posted."""
    seen: dict[int, Entry] = {}
    taken_back: set[int] = set()
    standing: dict[tuple[Journal, str], int] = {}
    previous = FIRST
    for number, one in enumerate(entries, start=1):
        if one.number != number or one.previous != previous:
            raise _broken(one, "does not follow from the one before")
        if one.journal.partner != entries[0].journal.partner:
            raise _broken(one, "is another partner's")
        _sound(one)
        at = (one.journal, one.matter)
        if one.reverses is None:
            if at in standing:
                raise _broken(one, f"is posted beside entry {standing[at]}, which stands for the same")
            standing[at] = number
        else:
            _reverses(one, seen.get(one.reverses), taken_back)
            taken_back.add(one.reverses)
            del standing[at]
        seen[number] = one
        previous = one.digest
    for currency, accounts in balances(entries).items():
        if sum(accounts.values()) != 0:
            raise IntegrityError(f"The accounts in {currency} do not balance.", _CURE)


def _sound(one: Entry) -> None:
    """What holds of every entry by itself."""
    if one.amount.amount <= 0:
        raise _broken(one, "has no amount above zero")
    if one.amount != one.amount.rounded():
        raise _broken(one, f"is no whole number of minor units: {one.amount}")
    if one.journal.kind not in KINDS or {one.debit, one.credit} != set(one.journal.accounts()):
        raise _broken(one, "names other accounts than its journal")
    _two_people(one.approval, one)


def _reverses(one: Entry, old: Entry | None, taken_back: set[int]) -> None:
    """A reversal takes back exactly one entry, whole, once."""
    if old is None or old.reverses is not None or old.number in taken_back:
        raise _broken(one, f"reverses entry {one.reverses}, which does not stand")
    mirrored = (one.debit, one.credit, one.amount) == (old.credit, old.debit, old.amount)
    if not mirrored or (one.journal, one.matter) != (old.journal, old.matter):
        raise _broken(one, f"is not entry {one.reverses} the other way round")


def _two_people(approval: Approval, one: Entry | None = None) -> None:
    if not (approval.of and approval.proposed_by and approval.approved_by):
        raise _broken(one, "is not approved")
    if approval.proposed_by == approval.approved_by:
        raise _broken(one, "was proposed and approved by one person")


_CURE = "Restore the desk from the last whole backup; postings are only ever appended."


def _broken(one: Entry | None, what: str) -> IntegrityError:
    if one is None:
        return IntegrityError(f"What should be posted {what}.", "Ask a second person to approve it.")
    return IntegrityError(f"Entry {one.number} of {one.journal.partner} {what}.", _CURE)


def by_partner(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """Entries by partner, each in the order of its chain."""
    found: dict[str, list[Entry]] = {}
    for one in entries:
        found.setdefault(one.journal.partner, []).append(one)
    return {partner: sorted(found[partner], key=lambda one: one.number) for partner in sorted(found)}

"""Service credits as a ledger: append-only, two sides to each entry, every line chained to the one before.

A credit is a *price adjustment* of the fees, never a penalty. An entry debits the
fees payable to the partner and credits price adjustments by the same amount, so both sides balance by construction; an
addition (a bonus, a credit that comes back) does the opposite. An entry's amount is never below zero.
Posted entries are never edited: a restated verdict reverses the old entry and posts a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tallystick.vocabulary.canonical import canonical_bytes
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.money import Money

PRICE_ADJUSTMENT = "price adjustment"
ADDITION = "addition to the fees"
FEES = "service fees payable"
FIRST = "0" * 64


@dataclass(frozen=True)
class LedgerEntry:
    """One posting. `amount` is positive; `debit` and `credit` name the accounts; `reverses` the entry taken back."""

    number: int
    contract: str
    partner: str
    period: str
    clause: str
    verdict: str
    label: str
    debit: str
    credit: str
    amount: Money
    posted_as_of: str
    reverses: int | None = None
    previous: str = FIRST

    @property
    def line(self) -> bytes:
        """The entry's canonical bytes."""
        return canonical_bytes(self)

    @property
    def digest(self) -> str:
        """What the next entry chains to."""
        return hashlib.sha256(self.line).hexdigest()

    @property
    def effect(self) -> Decimal:
        """By how much the entry lowers the fees; below zero where it raises them (a reversal, a bonus)."""
        return self.amount.amount if self.debit.startswith(FEES) else -self.amount.amount


@dataclass(frozen=True)
class CreditDue:
    """What one clause of one period grants after the caps; `verdict` is the id of the verdict it follows from.

    An amount below zero is an addition to the fees: a bonus, or a credit that comes back.
    """

    contract: str
    partner: str
    period: str
    clause: str
    verdict: str
    amount: Money


class Ledger:
    """The entries of one project, in `verdicts/ledger.jsonl`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> list[LedgerEntry]:
        """All entries in order; raises IntegrityError naming the first that does not follow from the one before."""
        if not self.path.exists():
            return []
        found: list[LedgerEntry] = []
        previous = FIRST
        for number, line in enumerate(self.path.read_bytes().splitlines(), start=1):
            entry = _entry(json.loads(line))
            if entry.previous != previous or entry.number != number or entry.line != line:
                raise IntegrityError(
                    f"{self.path.name}: entry {number} does not follow from the one before.",
                    "Restore the file from the last backup; entries are only ever appended.",
                )
            previous = entry.digest
            found.append(entry)
        return found

    def post(self, due: Iterable[CreditDue], as_of: str) -> list[LedgerEntry]:
        """Bring the ledger to what is due by contract, partner, period and clause; returns what was appended.

        Posting the same twice appends nothing. An amount that changed, or fell to zero, is reversed first.
        """
        entries = self.entries()
        standing = _standing(entries)
        added: list[LedgerEntry] = []

        def append(**parts: Any) -> None:
            before = added or entries
            last = before[-1] if before else None
            number, previous = (1, FIRST) if last is None else (last.number + 1, last.digest)
            added.append(LedgerEntry(number=number, previous=previous, posted_as_of=as_of, **parts))

        for credit in due:
            at = (credit.contract, credit.partner, credit.period, credit.clause)
            old = standing.get(at)
            same = old is not None and Money(old.effect, old.amount.currency) == credit.amount
            if same or (old is None and credit.amount.amount == 0):
                continue
            named = dict(zip(("contract", "partner", "period", "clause"), at, strict=True))
            fees, adjustments = f"{FEES}:{credit.partner}", f"{PRICE_ADJUSTMENT}:{credit.partner}"
            if old is not None:
                append(
                    **named,
                    verdict=credit.verdict,
                    label=f"reversal of {old.label}",
                    debit=old.credit,
                    credit=old.debit,
                    amount=old.amount,
                    reverses=old.number,
                )
            lowers = credit.amount.amount > 0
            if credit.amount.amount != 0:
                append(
                    **named,
                    verdict=credit.verdict,
                    label=PRICE_ADJUSTMENT if lowers else ADDITION,
                    debit=fees if lowers else adjustments,
                    credit=adjustments if lowers else fees,
                    amount=credit.amount if lowers else -credit.amount,
                )
        if added:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                file.write(b"".join(entry.line + b"\n" for entry in added))
                file.flush()
                os.fsync(file.fileno())
        return added

    def total(self, contract: str, partner: str, periods: Iterable[str], currency: str) -> Money:
        """The sum of what stands posted for `periods`: what a cap over several periods has used up already."""
        wanted = set(periods)
        amount = sum(
            (
                entry.effect
                for entry in self.entries()
                if entry.contract == contract and entry.partner == partner and entry.period in wanted
            ),
            Decimal(0),
        )
        return Money(amount, currency)


def _standing(entries: Iterable[LedgerEntry]) -> dict[tuple[str, str, str, str], LedgerEntry]:
    """The entry that stands for each (contract, partner, period, clause): posted and not reversed."""
    standing: dict[tuple[str, str, str, str], LedgerEntry] = {}
    for entry in entries:
        at = (entry.contract, entry.partner, entry.period, entry.clause)
        if entry.reverses is None:
            standing[at] = entry
        else:
            standing.pop(at, None)
    return standing


def _entry(parts: Mapping[str, Any]) -> LedgerEntry:
    given = dict(parts)
    given["amount"] = Money(Decimal(given["amount"]["amount"]), given["amount"]["currency"])
    return LedgerEntry(**given)

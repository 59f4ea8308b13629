"""What a check says: lines with what was billed and what was expected, differences with their causes, sums that close.

Amounts are of the contract's currency. A difference is what was billed less what was expected: above zero it favours
the partner, below zero the client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from tallystick.billing.invoice import ExpectedInvoice
from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money


class Kind(StrEnum):
    """What a checked line is: a charge, a discount, a price adjustment, tax, or the sums of a document."""

    CHARGE = "charge"
    DISCOUNT = "discount"
    CREDIT = "credit"
    TAX = "tax"
    DOCUMENT = "document"


class Favours(StrEnum):
    """Whom a difference favours."""

    PARTNER = "partner"
    CLIENT = "client"
    NOBODY = "nobody"


def favours(amount: Money) -> Favours:
    """Whom a difference favours: who was billed too much pays for it."""
    if amount.amount == 0:
        return Favours.NOBODY
    return Favours.PARTNER if amount.amount > 0 else Favours.CLIENT


@dataclass(frozen=True)
class Clause:
    """The words of the contract that decide: id, where they stand, what the signed document is called, plain words."""

    id: str
    place: str
    source: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A record behind a difference, by its opaque id: what it is, and what it brings to each side's quantity.

    `agreed` and `billed` are in the measure's own unit (seconds, cases); `why` is its place in the agreed count.
    """

    fact: str
    row: str
    why: str
    agreed: Fraction
    billed: Fraction


@dataclass(frozen=True)
class Difference:
    """One part of a difference, with the one cause that explains it.

    `formula` says what was computed, `inserted` the same with the numbers in. `WORDS` are the parts that only readers
    need; no digest covers them. `documents` are the lines of received
    documents that it is about. `rows` are the records behind it, at most `SHOWN`; `row_count` are all of them. `also`
    names causes that would come to the very same figures.
    """

    WORDS: ClassVar = ("says", "formula", "inserted")

    cause: str
    family: str
    amount: Money
    says: str
    formula: str
    inserted: str
    documents: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    row_count: int = 0
    also: tuple[str, ...] = ()

    @property
    def favours(self) -> Favours:
        """Whom it favours; nobody where it only moves between months."""
        return Favours.NOBODY if self.family == OTHER_MONTHS else favours(self.amount)


SHOWN = 1000


@dataclass(frozen=True)
class BilledLine:
    """A line, allowance or charge of a received document, as it was billed; credit notes count below zero.

    `matched` says how it was told what it bills.
    """

    document: str
    line: str
    name: str
    quantity: Fraction | None
    unit: str
    price: Fraction | None
    amount: Money
    matched: str


@dataclass(frozen=True)
class CheckedLine:
    """One charge, discount, price adjustment or tax: billed, expected, and the differences between them.

    `expected` is None where the quantity is not known, `billed` where nothing was. `settles` names an earlier month
    that is settled now. `steps` are those of the expected amount.
    """

    kind: Kind
    id: str
    title: str
    settles: str
    from_on: date | None
    end_on: date | None
    billed: Money | None
    expected: Money | None
    difference: Money
    billed_quantity: Fraction | None
    expected_quantity: Fraction | None
    unit: str
    billed_price: Fraction | None
    expected_price: Fraction | None
    lines: tuple[BilledLine, ...]
    differences: tuple[Difference, ...]
    clause: Clause | None
    steps: tuple[Step, ...] = ()

    @property
    def name(self) -> str:
        """What a reader calls it: its id, and the earlier month that it settles."""
        return f"{self.id}@{self.settles}" if self.settles else self.id

    @property
    def key(self) -> str:
        """What tells it from the other lines of a check."""
        return f"{self.kind}:{self.name}"

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


@dataclass(frozen=True)
class SeenDocument:
    """A received document: what it bills, and how its month was told.

    `code` is that of UNTDID 1001; `replaced_by` the corrected invoice in its place, with which it is in no sum.
    """

    key: int
    number: str
    issued_on: date
    is_credit_note: bool
    file: str
    currency: str
    month_by: str
    total: Money | None
    code: str = ""
    replaced_by: str = ""

    @property
    def what(self) -> str:
        """Credit note, corrected invoice or invoice."""
        return "credit note" if self.is_credit_note else "corrected invoice" if self.code == "384" else "invoice"


@dataclass(frozen=True)
class InvoiceCheck:
    """What was billed for a month against what it should cost.

    `billed_total` less `expected_total` is `difference`, and the amounts of all differences add up to it. Totals are
    with tax where both sides tell tax, else without (`with_tax`); what is withheld from the payment is in neither.
    `checked` is False where nothing could be compared; findings say why.
    """

    contract: str
    version: str
    text: str
    partner: str
    period: str
    currency: str
    checked: bool
    with_tax: bool
    documents: tuple[SeenDocument, ...]
    lines: tuple[CheckedLine, ...]
    billed_total: Money
    expected_total: Money
    findings: tuple[Finding, ...]
    expected: ExpectedInvoice | None
    as_of: str

    @property
    def difference(self) -> Money:
        """What was billed less what was expected."""
        return self.billed_total - self.expected_total

    @property
    def differences(self) -> tuple[tuple[CheckedLine, Difference], ...]:
        """Every difference with its line, in the order of the lines."""
        return tuple((line, one) for line in self.lines for one in line.differences)

    @property
    def claims(self) -> tuple[tuple[CheckedLine, Difference], ...]:
        """The differences that there is a reason to dispute: all but what only moves between months."""
        return tuple((line, one) for line, one in self.differences if one.family != OTHER_MONTHS)

    @property
    def unexplained(self) -> Money:
        """What no cause explains."""
        return self._total(one for _, one in self.differences if one.family == UNEXPLAINED)

    @property
    def in_favour(self) -> Mapping[Favours, Money]:
        """The sums of what favours the partner and of what favours the client; the latter is below zero."""
        found = {side: Money.zero(self.currency) for side in (Favours.PARTNER, Favours.CLIENT)}
        for _, one in self.differences:
            if one.favours in found:
                found[one.favours] += one.amount
        return found

    @property
    def by_cause(self) -> Mapping[str, Money]:
        """What each cause comes to, the largest sum first."""
        found: dict[str, Money] = {}
        for _, one in self.differences:
            found[one.cause] = found.get(one.cause, Money.zero(self.currency)) + one.amount
        return dict(sorted(found.items(), key=lambda entry: (-abs(entry[1].amount), entry[0])))

    @property
    def closes(self) -> bool:
        """Whether the differences add up to the difference; always, and asserted where a check is made."""
        return self._total(one for _, one in self.differences) == self.difference

    @property
    def agrees(self) -> bool:
        """Whether a document was checked and nothing differs."""
        return self.checked and not self.differences

    def line(self, line_id: str) -> CheckedLine | None:
        """A line by its id (of the charge, discount, clause or tax), its name or its key; None where there is none."""
        return next((line for line in self.lines if line_id in (line.id, line.name, line.key)), None)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the facts of the check: lines, differences and sums."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        del parts["findings"]
        return digest(facts_in(parts | {"expected": None if self.expected is None else self.expected.digest}))

    def to_dict(self) -> dict[str, Any]:
        """The check as plain JSON values with its digest, sums, and sums by cause."""
        return {
            "digest": self.digest,
            **self._plain(),
            "difference": plain(self.difference),
            "unexplained": plain(self.unexplained),
            "in_favour": {str(side): plain(amount) for side, amount in self.in_favour.items()},
            "by_cause": {cause: plain(amount) for cause, amount in self.by_cause.items()},
            "findings": [one.as_json() for one in self.findings],
        }

    def _plain(self) -> dict[str, Any]:
        parts: dict[str, Any] = plain(
            {part.name: getattr(self, part.name) for part in fields(self) if part.name not in ("expected", "findings")}
        )
        for told, line in zip(parts["lines"], self.lines, strict=True):
            told["key"] = line.key
            for one, difference in zip(told["differences"], line.differences, strict=True):
                one["favours"] = str(difference.favours)
        return parts | {"expected": None if self.expected is None else self.expected.digest}

    def _total(self, parts: Iterable[Difference]) -> Money:
        return sum((one.amount for one in parts), Money.zero(self.currency))


UNEXPLAINED, OTHER_MONTHS = "unexplained", "other months"

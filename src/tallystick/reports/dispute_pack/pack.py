"""What stands in a dispute pack, once for both forms: differences with their text and records, sums that close.

Nothing of a person is in it but opaque ids: those of cases and calls, and of agents where the record is an agent's day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tallystick.billing.check.cause import causes
from tallystick.billing.check.value import CheckedLine, Difference, Favours, InvoiceCheck
from tallystick.vocabulary.money import Money


@dataclass(frozen=True)
class Disputed:
    """One difference with its number in the pack, and the line that it is of."""

    number: int
    line: CheckedLine
    difference: Difference

    @property
    def title(self) -> str:
        """The cause in words."""
        return causes()[self.difference.cause].title


@dataclass(frozen=True)
class Contest:
    """A dispute of a line between both sides: who is against what (the bill or the check), and how it stands."""

    line: str
    by: str
    against: str
    amount: Money
    state: str
    agreed: Money | None = None

    @property
    def words(self) -> str:
        """All of it in a sentence's part."""
        agreed = "" if self.agreed is None else f", {self.agreed} agreed"
        return f"{self.line}, {self.amount}: {self.by} against the {self.against}, {self.state}{agreed}"


@dataclass(frozen=True)
class Pack:
    """The disputed differences of a check, and the sums around them.

    `disputed` and `others` add up to `check.difference`; `others` are differences that are not disputed here.
    `contests` are what both sides have made of them.
    """

    check: InvoiceCheck
    items: tuple[Disputed, ...]
    disputed: Money
    others: Money
    contests: tuple[Contest, ...] = ()

    @property
    def sums(self) -> tuple[tuple[str, Money], ...]:
        """The sums of the pack by name, in order."""
        zero = Money.zero(self.check.currency)
        parts = dict.fromkeys((Favours.PARTNER, Favours.CLIENT), zero)
        for one in self.items:
            if one.difference.favours in parts:
                parts[one.difference.favours] += one.difference.amount
        found = [
            ("Billed", self.check.billed_total),
            ("Expected", self.check.expected_total),
            ("Difference", self.check.difference),
            ("In favour of the partner", parts[Favours.PARTNER]),
            ("In favour of the client", parts[Favours.CLIENT]),
            ("Disputed", self.disputed),
        ]
        return (*found, *((("Not disputed", self.others),) if self.others.amount else ()))

    @property
    def heading(self) -> str:
        """What the pack is about."""
        return f"Dispute of {self.check.partner}, {self.check.period}"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What tells the check from others, by name."""
        check = self.check
        documents = "; ".join(
            f"{one.what} {one.number} of {one.issued_on.isoformat()}"
            + (f" (replaced by {one.replaced_by})" if one.replaced_by else "")
            for one in check.documents
        )
        contests = (("Disputes", "; ".join(one.words for one in self.contests)),) if self.contests else ()
        return (
            *contests,
            ("Documents", documents),
            ("Contract", f"{check.contract}, text {check.version}"),
            ("Sums", "with tax" if check.with_tax else "without tax"),
            ("As of", check.as_of),
            ("Digest of the text", check.text),
            ("Digest of the check", check.digest),
        )


def pack_of(check: InvoiceCheck, lines: Collection[str] = (), contests: Iterable[Contest] = ()) -> Pack:
    """The pack of a check: every difference that does not only move between months, or those of lines by their keys.

    `contests` say who contests what.
    """
    zero = Money.zero(check.currency)
    chosen = [(line, one) for line, one in check.differences if line.key in lines] if lines else check.claims
    items = tuple(Disputed(number, line, one) for number, (line, one) in enumerate(chosen, start=1))
    disputed = sum((one.difference.amount for one in items), zero)
    return Pack(check, items, disputed, check.difference - disputed, tuple(contests))


def favours_words(side: Favours) -> str:
    """Whom a difference favours, in words."""
    return {Favours.PARTNER: "the partner", Favours.CLIENT: "the client"}.get(side, "nobody")


def amount_words(money: Money | None, missing: str) -> str:
    """An amount, or a word where there is none."""
    return missing if money is None else str(money)

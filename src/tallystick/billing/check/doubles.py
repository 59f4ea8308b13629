"""What was billed already: earlier documents, and the other documents of the same month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tallystick.billing.check.bench import Item
from tallystick.billing.check.received import Document, Told, before, month_of, outside, told_by
from tallystick.vocabulary.money import Money


@dataclass(frozen=True)
class History:
    """The month that is checked, its documents, and all documents of the partner.

    `taken_back` are the invoices that credit notes take back as a whole, and these: together they bill nothing, so
    nothing repeats them.
    `item` is the charge looked at, or the part of it, and `owed` what it should come to; None where that is not known.
    """

    month: date
    documents: tuple[Document, ...]
    everything: tuple[Document, ...]
    item: Item | None = None
    owed: Money | None = None
    taken_back: frozenset[int] = frozenset()

    def earlier(self, document: Document) -> list[Document]:
        """The documents that were there before one, without what was taken back as a whole."""
        return [one for one in before(self.everything, document) if one.key not in self.taken_back]

    def lines_before(self, document: Document) -> list[Told]:
        """The lines of invoices of other months that were there before a document."""
        return [
            line
            for other in self.earlier(document)
            if other.sign > 0 and self.month not in month_of(other)[0]
            for line in told_by(other)
        ]

    def elsewhere(self, line: Told) -> bool:
        """Whether a line's days lie wholly in another month than the one that its charge is charged for."""
        return not (self.item is not None and self.item.settles) and outside(line, self.month)

"""What was billed already: earlier documents, and the other documents of the same month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tallystick.billing.check.bench import Item
from tallystick.billing.check.received import Document, Told, before, month_of, told_by


@dataclass(frozen=True)
class History:
    """The month that is checked, its documents, and all documents of the partner; `item` is the charge looked at."""

    month: date
    documents: tuple[Document, ...]
    everything: tuple[Document, ...]
    item: Item | None = None

    def earlier(self, document: Document) -> list[Document]:
        """The documents that were there before one."""
        return before(self.everything, document)

    def lines_before(self, document: Document) -> list[Told]:
        """The lines of invoices of other months that were there before a document."""
        return [
            line
            for other in self.earlier(document)
            if other.sign > 0 and self.month not in month_of(other)[0]
            for line in told_by(other)
        ]

    @property
    def expected_amounts(self) -> Sequence[object]:
        """What the parts of the charge come to, each as it is expected."""
        return () if self.item is None else tuple(one.exact for one in self.item.workings)

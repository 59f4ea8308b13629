"""Reading numbers, days and words out of a document, with the line on which each stood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tallystick.invoices.tree import Node, UnreadableInvoice
from tallystick.invoices.value import Identifier, Invoice

# What the lake's decimal(38, 10) holds with room for sums.
MAX_WHOLE, MAX_DECIMALS = 18, 10
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(Z|[+-]\d{2}:\d{2}|\d{4}|\d{6}|T.*)?", re.ASCII)
_COUNTED = re.compile(r"(Amount|Quantity|Percent|Numeric)$")
_NAMES = 12
# Of what lies outside, most is the empty date of a system: 0001-01-01, 1899-12-30, 1970-01-01.
EARLIEST, AFTER_LAST = date(1990, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Unread:
    """Something that the document says and no `Invoice` holds."""

    path: str
    text: str
    line: int

    @property
    def counts(self) -> bool:
        """Whether it is an amount, a quantity or a rate."""
        return bool(_COUNTED.search(self.path)) and any(letter.isdigit() for letter in self.text)


@dataclass(frozen=True)
class Read:
    """A document as read: `places` leads from a part (`line 3/net`) to the line of the text on which it stands.

    `foreign` are parts whose amount is in another currency than the document's, with that currency. `unread` is what
    the norm has no place for, or what stands there a second time.
    """

    invoice: Invoice
    syntax: str
    places: dict[str, int]
    foreign: tuple[tuple[str, str], ...] = ()
    unread: tuple[Unread, ...] = ()

    def line_of(self, where: str) -> int:
        """The line of a part of the document, or of what holds it; 0 where it is not known."""
        while where not in self.places and "/" in where:
            where = where.rpartition("/")[0]
        return self.places.get(where, 0)


class Source:
    """The document while it is being read."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.places: dict[str, int] = {}
        self.currencies: list[tuple[str, str]] = []

    def word(self, node: Node | None, path: str, where: str = "") -> str:
        """The text under a path; empty where there is none."""
        found = node.first(path) if node is not None else None
        if found is None:
            return ""
        if where:
            self.places[where] = found.line
        return found.said()

    def words(self, node: Node | None, path: str) -> tuple[str, ...]:
        """The texts of all elements under a path."""
        return tuple(found.said() for found in (node.all(path) if node is not None else ()))

    def number(self, node: Node | None, path: str, where: str = "") -> Decimal | None:
        """The number under a path; None where there is none, UnreadableInvoice where it is no plain decimal."""
        found = node.first(path) if node is not None else None
        if found is None or not found.text.strip():
            return None
        text = found.said()
        if where:
            self.places[where] = found.line
            currency = found.attributes.get("currencyID", "")
            if currency:
                self.currencies.append((where, currency))
        if _NUMBER.fullmatch(text):
            whole, _, rest = text.lstrip("+-").partition(".")
            if len(whole.lstrip("0")) <= MAX_WHOLE and len(rest.rstrip("0")) <= MAX_DECIMALS:
                return Decimal(text)
        raise UnreadableInvoice("TS-I029", f"{found.name} is {text[:40]!r}, which is no plain number.", found.line)

    def amount(self, node: Node, path: str, where: str, what: str) -> Decimal:
        """The number under a path; UnreadableInvoice where there is none."""
        found = self.number(node, path, where)
        if found is None:
            raise UnreadableInvoice("TS-I029", f"it does not say {what}.", node.line)
        return found

    def day(self, node: Node | None, path: str, where: str = "") -> date | None:
        """The day under a path; None where there is none, UnreadableInvoice where it is none.

        One before 1990 stands for none: it is left unread, and so it is told.
        """
        found = node.first(path) if node is not None else None
        if found is None or not found.text.strip():
            return None
        day = self._day(found)
        if day < EARLIEST:
            return None
        found.used = True
        if where:
            self.places[where] = found.line
        return day

    @staticmethod
    def _day(found: Node) -> date:
        text = found.text.strip()
        parts = _DAY.fullmatch(text)
        try:
            if parts is not None:
                return date(int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError:
            pass
        raise UnreadableInvoice("TS-I029", f"{found.name} is {text[:40]!r}, which is no day.", found.line)

    def issued(self, node: Node | None, path: str) -> date | None:
        """The day of issue; UnreadableInvoice where no invoice can be of that day."""
        found = node.first(path) if node is not None else None
        if found is not None and found.text.strip() and not EARLIEST <= self._day(found) < AFTER_LAST:
            says = f"{found.name} is {found.text.strip()[:40]!r}, which lies before 1990 or after 2099."
            raise UnreadableInvoice("TS-I029", says, found.line)
        return self.day(node, path, "issued_on")

    def identifier(self, node: Node | None, path: str) -> Identifier | None:
        """The id under a path with its scheme; None where there is none."""
        found = node.first(path) if node is not None else None
        if found is None or not found.text.strip():
            return None
        return Identifier(found.said(), found.attributes.get("schemeID", ""))

    def identifiers(self, node: Node | None, path: str, scheme: str = "schemeID") -> tuple[Identifier, ...]:
        """The ids under a path with their schemes; empty ones left out."""
        found = node.all(path) if node is not None else []
        ids = (Identifier(one.said(), one.attributes.get(scheme, "")) for one in found)
        return tuple(one for one in ids if one.value)

    def unit(self, node: Node | None, path: str) -> str:
        """The unit code of a quantity."""
        found = node.first(path) if node is not None else None
        return "" if found is None else found.attributes.get("unitCode", "")

    def head(self, node: Node | None, number: str, issued: str, currency: str) -> tuple[str, date, str]:
        """Number, day of issue and currency, without which there is no invoice, by their paths."""
        told = self.word(node, number, "number")
        day = self.issued(node, issued)
        money = self.word(self.root, currency, "currency")
        for what, found in (("its number", told), ("its day of issue", day), ("its currency", money)):
            if not found:
                raise UnreadableInvoice("TS-I029", f"it does not say {what}.", self.root.line)
        if not (len(money) == 3 and money.isascii() and money.isalpha() and money.isupper()):
            raise UnreadableInvoice("TS-I029", f"its currency is {money[:40]!r}.", self.root.line)
        return told, day or date.min, money

    def finished(self, invoice: Invoice, syntax: str) -> Read:
        """What was read, and what was not."""
        accounting = {invoice.currency, invoice.tax_currency} if invoice.tax_currency else {invoice.currency}
        foreign = tuple(
            (where, currency)
            for where, currency in self.currencies
            if currency not in (accounting if where == "totals/tax_accounting" else {invoice.currency})
        )
        unread = tuple(
            Unread(path.partition("/")[2], node.text.strip()[:80], node.line)
            for path, node in self.root.leaves()
            if not node.used and node.text.strip()
        )
        return Read(invoice, syntax, self.places, foreign, unread)

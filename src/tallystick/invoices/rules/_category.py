"""The rules that every category of tax has, under a prefix: BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG.

A category that is `taxed` has rates: its sums stand once per rate. In every other category the rate and the tax are 0
and there is one group. Taxable sums are exact, as the norm says; of the official artefacts those for CII are too, those
for UBL let them stand less than one unit of currency beside. Tax alone has that tolerance in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tallystick.invoices.rule import Miss, Rule, cents, number, total
from tallystick.invoices.value import Invoice, Party, TaxGroup
from tallystick.vocabulary.finding import Severity

# The artefacts of the norm compare with one unit more and one less, both excluded.
TOLERANCE = Decimal(1)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Category:
    """A category: its code of UNTDID 5305, its prefix, its name.

    `rate` says which rates it may have: `positive`, `any`, `zero` or `none`. `ids` says which parties must be told by
    an id of tax: `seller`, `both` (the buyer by its VAT id or legal registration), `vat` (both by VAT ids), `neither`.
    """

    code: str
    prefix: str
    name: str
    rate: str
    ids: str
    exempt: bool

    @property
    def taxed(self) -> bool:
        """Whether it has rates of its own."""
        return self.rate in ("positive", "any")

    def rules(self) -> tuple[Rule, ...]:
        """Its ten rules."""
        code, prefix = self.code, self.prefix
        once = "a tax group" if self.taxed else "exactly one tax group"
        say = {
            "positive": "is greater than 0",
            "any": "is 0 or greater",
            "zero": "is 0",
            "none": "is not said",
        }[self.rate]
        told = {
            "seller": "the seller is told by a tax id",
            "both": "the seller is told by a tax id and the buyer by a VAT id or legal registration",
            "vat": "seller and buyer are told by VAT ids",
            "neither": "nobody is told by a VAT id",
        }[self.ids]
        due = "taxable sum x rate" if self.taxed else "0"
        reason = "gives the reason" if self.exempt else "gives no reason of exemption"
        return (
            Rule(f"{prefix}-01", f"What is taxed as {self.name} ({code}) has {once}.", self._grouped),
            Rule(f"{prefix}-02", f"With a line taxed as {code}, {told}.", self._told(self._in_lines)),
            Rule(f"{prefix}-03", f"With an allowance taxed as {code}, {told}.", self._told(self._in(charge=False))),
            Rule(f"{prefix}-04", f"With a charge taxed as {code}, {told}.", self._told(self._in(charge=True))),
            Rule(f"{prefix}-05", f"The rate of a line taxed as {code} {say}.", self._rates_of_lines),
            Rule(f"{prefix}-06", f"The rate of an allowance taxed as {code} {say}.", self._rates(charge=False)),
            Rule(f"{prefix}-07", f"The rate of a charge taxed as {code} {say}.", self._rates(charge=True)),
            Rule(f"{prefix}-08", f"The taxable sum of {code} is its lines - allowances + charges.", self._taxable),
            Rule(f"{prefix}-09", f"The tax of {code} is {due}.", self._tax),
            Rule(f"{prefix}-10", f"A tax group of {code} {reason}.", self._reason),
        )

    def _groups(self, invoice: Invoice) -> list[tuple[str, TaxGroup]]:
        return [(f"tax {at}", one) for at, one in enumerate(invoice.taxes, start=1) if one.category == self.code]

    def _in_lines(self, invoice: Invoice) -> bool:
        return any(line.category == self.code for line in invoice.lines)

    def _in(self, *, charge: bool) -> Callable[[Invoice], bool]:
        return lambda invoice: any(one.category == self.code and one.charge is charge for one in invoice.allowances)

    def _grouped(self, invoice: Invoice) -> Iterator[Miss]:
        used = self._in_lines(invoice) or any(one.category == self.code for one in invoice.allowances)
        count = len(self._groups(invoice))
        if used and not count:
            yield Miss("", f"Something is taxed as {self.code}, and there is no tax group for it.", self.code)
        elif used and count > 1 and not self.taxed:
            yield Miss("", f"There are {count} tax groups for {self.code}.", str(count))

    def _told(self, applies: Callable[[Invoice], bool]) -> Callable[[Invoice], Iterator[Miss]]:
        def find(invoice: Invoice) -> Iterator[Miss]:
            if not applies(invoice):
                return
            seller, buyer = invoice.seller, invoice.buyer
            by = invoice.representative or Party()
            if self.ids == "neither":
                if seller.vat_id or buyer.vat_id or by.vat_id:
                    yield Miss("seller", f"{self.code} is outside of tax, and a VAT id is given.", seller.vat_id)
                return
            known = bool(seller.vat_id or by.vat_id or (seller.tax_id and self.ids != "vat"))
            if not known:
                yield Miss("seller", f"Something is taxed as {self.code}, and the seller has no tax id.", seller.name)
            if self.ids == "vat" and not buyer.vat_id:
                yield Miss("buyer", f"Something is taxed as {self.code}, and the buyer has no VAT id.", buyer.name)
            if self.ids == "both" and not (buyer.vat_id or buyer.legal_id):
                message = f"Something is taxed as {self.code}, and the buyer has neither VAT id nor legal registration."
                yield Miss("buyer", message, buyer.name)

        return find

    def _wrong(self, rate: Decimal | None) -> bool:
        if self.rate == "none":
            return rate is not None
        return (
            rate is None or rate < 0 or (self.rate == "positive" and rate == 0) or (self.rate == "zero" and rate != 0)
        )

    def _rates_of_lines(self, invoice: Invoice) -> Iterator[Miss]:
        for at, line in enumerate(invoice.lines, start=1):
            if line.category == self.code and self._wrong(line.rate):
                message = f"Line {line.id!r} is taxed as {self.code} at {number(line.rate)} %."
                yield Miss(f"line {at}/rate", message, number(line.rate))

    def _rates(self, *, charge: bool) -> Callable[[Invoice], Iterator[Miss]]:
        def find(invoice: Invoice) -> Iterator[Miss]:
            for at, one in enumerate(invoice.allowances, start=1):
                if one.category == self.code and one.charge is charge and self._wrong(one.rate):
                    what = "A charge" if charge else "An allowance"
                    message = f"{what} is taxed as {self.code} at {number(one.rate)} %."
                    yield Miss(f"allowance {at}/rate", message, number(one.rate))

        return find

    def _sum(self, invoice: Invoice, rate: Decimal | None) -> Decimal:
        def alike(category: str, own: Decimal | None) -> bool:
            return category == self.code and (not self.taxed or own == rate)

        lines = total(line.net for line in invoice.lines if alike(line.category, line.rate))
        more = total(one.amount if one.charge else -one.amount for one in invoice.allowances
                     if alike(one.category, one.rate))  # fmt: skip
        return lines + more

    def _taxable(self, invoice: Invoice) -> Iterator[Miss]:
        groups = self._groups(invoice)
        for where, group in groups:
            if group.taxable is None:
                continue
            computed = self._sum(invoice, group.rate)
            if group.taxable == computed:
                continue
            rate = f"at {number(group.rate)} % " if self.taxed else ""
            share = f"its lines - allowances + charges are {number(computed)}"
            message = f"The taxable sum of {self.code} {rate}is {number(group.taxable)}; {share}"
            yield Miss(f"{where}/taxable", f"{message}.", number(group.taxable))
        if self.taxed and groups:
            rates = {group.rate for _, group in groups}
            for at, line in enumerate(invoice.lines, start=1):
                if line.category == self.code and line.rate is not None and line.rate not in rates:
                    message = f"Line {line.id!r} is taxed at {number(line.rate)} %, and no tax group has that rate."
                    yield Miss(f"line {at}/rate", message, number(line.rate))

    def _tax(self, invoice: Invoice) -> Iterator[Miss]:
        for where, group in self._groups(invoice):
            if group.taxable is None or group.tax is None:
                continue
            computed = cents(group.taxable * group.rate / 100) if self.taxed and group.rate is not None else ZERO
            off = abs(group.tax - computed)
            if not off:
                continue
            rate = number(group.rate if group.rate is not None else ZERO)
            share = f"{rate} % of {number(group.taxable)} is {number(computed)}"
            message = f"The tax of {self.code} is {number(group.tax)}; {share}"
            yield self._graded(f"{where}/tax", message, group.tax, off)

    def _graded(self, where: str, message: str, said: Decimal, off: Decimal) -> Miss:
        if self.taxed and off < TOLERANCE:
            return Miss(where, f"{message}, which is within the tolerance of the norm.", number(said), Severity.NOTE)
        return Miss(where, f"{message}.", number(said))

    def _reason(self, invoice: Invoice) -> Iterator[Miss]:
        for where, group in self._groups(invoice):
            said = bool(group.exemption or group.exemption_code)
            if said is not self.exempt:
                what = f"a reason of exemption: {group.exemption or group.exemption_code}" if said else "no reason"
                yield Miss(where, f"The tax group of {self.code} gives {what}.", group.exemption)

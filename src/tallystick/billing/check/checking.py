"""check: a month's documents against its expected invoice. Pure; the entry is `check_invoice`.

Documents of another currency, or that repeat another document, stand apart first. What is left is matched to charges,
discounts and price adjustments, each of which is led from its expected amount to the billed one (`line_check`,
`adjust_check`). Discounts, adjustments and tax are first recomputed from the charges as they were billed, so that the
part of a difference that only follows is told from one that has a cause of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tallystick.billing.check.adjust_check import Taxed, adjusted_lines, tax_line
from tallystick.billing.check.adjusted import Books, added, names_of
from tallystick.billing.check.bench import Bench, Item, Rows, amount_of, known, price_of, quantity_of
from tallystick.billing.check.cause import Stage, causes_of
from tallystick.billing.check.clauses import of_charge
from tallystick.billing.check.document_sums import DocumentSums
from tallystick.billing.check.doubles import History
from tallystick.billing.check.figures import figures_of, part_of
from tallystick.billing.check.line_check import alone_says, difference, differences_of
from tallystick.billing.check.linked import linked, standing, taken_back
from tallystick.billing.check.matching import BY_AMOUNT, Matched, Target, by_amount, match
from tallystick.billing.check.reaching import Reaching
from tallystick.billing.check.received import (
    A_DAY,
    Document,
    Told,
    days_of,
    month_billed,
    month_of,
    of_month,
    outside,
    several,
    told_by,
)
from tallystick.billing.check.seen import billed_again, findings_of, nothing_checked, seen
from tallystick.billing.check.units import factor
from tallystick.billing.check.value import BilledLine, CheckedLine, Difference, InvoiceCheck, Kind
from tallystick.billing.expected import CreditsOn, Order, Work, Working, expected_invoice, no_credits
from tallystick.billing.invoice import ExpectedInvoice, WindowCredit, by_clause, followed
from tallystick.billing.parts import first_of
from tallystick.billing.quantities import Source
from tallystick.contract.charge import Charge
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, money_of

Key = tuple[str, str]


@dataclass(frozen=True)
class Given:
    """All that a check reads: the order and the sources of the expected invoice, and the partner's documents.

    `documents` are all of the partner's, of every month: what was billed before is found among them. `rows` lists the
    records behind a quantity; without it differences have no rows. `expected` is the invoice where it is made already.
    """

    order: Order
    source: Source
    documents: tuple[Document, ...]
    credits_on: CreditsOn = no_credits
    rows: Rows | None = None
    expected: ExpectedInvoice | None = None


def check_invoice(given: Given) -> InvoiceCheck:
    """The check of a month; what documents say raises nothing. UsageError where an accrual is to be checked."""
    if given.order.until is not None:
        raise UsageError("An accrual is not checked against an invoice.", "Ask for the whole month.")
    expected = given.expected or expected_invoice(given.order, given.source, given.credits_on)
    given = replace(given, documents=linked(given.documents))
    mine = of_month(given.documents, given.order.month.start_on)
    currency = given.order.contract.currency if expected is None else expected.currency
    comparable = [(one, by) for one, by in mine if one.invoice.currency == currency and not one.replaced_by]
    findings = findings_of(given.order, expected, mine, currency)
    if expected is None or not comparable:
        return nothing_checked(given.order, expected, currency, mine, findings)
    return _Check(given, expected, [one for one, _ in comparable]).made(mine, findings)


class _Check:
    """One check in the making."""

    def __init__(self, given: Given, expected: ExpectedInvoice, documents: Sequence[Document]) -> None:
        self.given, self.expected = given, expected
        work = Work(given.order, given.source)
        self.bench = Bench(work, expected, tuple(work.workings()), given.rows)
        self.currency = expected.currency
        self.month = given.order.month
        stand = standing(given.documents)
        self.history = History(self.month.start_on, tuple(documents), stand, taken_back=taken_back(stand))
        self.repeated = self._repeated(documents)
        # One of several months is claimed whole, so it is claimed in one of them: the first that the contract has.
        begins = first_of(given.order.contract.term.from_on)
        self.claimed = [(one, says) for one, says in self.repeated
                        if max(month_of(one)[0][0], begins) == self.month.start_on]  # fmt: skip
        self.documents = [one for one in documents if one not in {other for other, _ in self.repeated}]
        start = self.month.start_on
        self.told = [line for one in self.documents for line in told_by(one) if month_billed(line) == start]
        self.text = given.order.text
        # Both sides tell tax: the text names one, and every document is of this month alone.
        with_tax = bool(added(self.text)) and all(
            one.tax is not None and one.total is not None and not several(one) for one in self.documents
        )
        self.sums = DocumentSums(self.documents, self.told, self.currency, with_tax)
        self.workings: dict[Key, list[Working]] = {}
        for one in self.bench.workings:
            self.workings.setdefault((one.line.charge, one.line.settles), []).append(one)
        self.charges = self._charges()
        self.reaching = Reaching(given.order, given.source, self.currency)
        self.brought = self._by_charge(self.reaching.brought(self.documents))
        self.again: list[Finding] = []

    # ---------------------------------------------------------------- documents

    def _repeated(self, documents: Sequence[Document]) -> list[tuple[Document, str]]:
        found = []
        for one in documents:
            for cause in causes_of(Stage.DOUBLE):
                says = cause.repeats(one, self.history) if cause.repeats is not None else None
                if says:
                    found.append((one, says))
                    break
        return found

    # ---------------------------------------------------------------- matching

    def _charges(self) -> dict[str, Charge]:
        """Every charge of any text in force by now, the newest words of each."""
        order = self.given.order
        found: dict[str, Charge] = {}
        for day in order.contract.changes_between(order.known_on):
            found |= {one.id: one for one in order.contract.in_force(day, order.known_on).charges}
        return found

    def _targets(self) -> list[Target]:
        targets = [
            Target(Kind.CHARGE, charge, self.workings[charge, settles][-1].line.title, settles)
            for charge, settles in self.workings
        ]
        there = {one.id for one in targets}
        targets += [
            Target(Kind.CHARGE, one.id, one.title or "") for one in self.charges.values() if one.id not in there
        ]
        targets += [Target(Kind.DISCOUNT, one.id, one.title or "") for one in self.text.billing.discounts]
        follows = followed(self.expected.credits)
        targets += [
            Target(Kind.CREDIT, clause.id, getattr(clause, "title", None) or "", "", follows.get(clause.id, ()))
            for clause in self.text.clauses
            if clause.moves_money
        ]
        return targets

    def _fits(self, target: Target, told: Told) -> bool:
        """Whether unit and price of a line are those of a charge."""
        workings = self.workings.get((target.id, target.settles))
        if target.kind is not Kind.CHARGE or not workings or told.price is None:
            return False
        size = factor(told.unit, workings[-1].charged.unit or workings[-1].part.charge.unit_word, self.currency)
        price = price_of(workings)
        return size is not None and price is not None and told.price / size == price

    def _choose(self, told: Told, targets: Sequence[Target]) -> Target:
        """Which month of a charge a line means: the one that its days name; a credit means what is settled."""
        if len(targets) == 1:
            return targets[0]
        for target in targets:
            if told.span is not None and target.settles == f"{told.span[0]:%Y-%m}":
                return target
        later = [target for target in targets if target.settles]
        now = [target for target in targets if not target.settles]
        return later[-1] if later and (told.net < 0 or not now) else now[0]

    def _matched(self) -> Matched:
        found = match(self.told, self._targets(), self._fits, self._choose)
        wanted = [((Kind.DISCOUNT, one.id, ""), Fraction(one.amount.amount)) for one in self.expected.discounts]
        wanted += [_wanted(one) for one in by_clause(self.expected.credits)]
        # What several windows grant of a clause is given in one sum, or each for itself.
        each = [_wanted(one) for one in self.expected.credits if isinstance(one, WindowCredit)]
        for amounts in (wanted, each):
            free = [(key, amount) for key, amount in amounts if key not in found.by_target]
            for told, key in by_amount(found.alone, free):
                found.alone.remove(told)
                found.by_target.setdefault(key, []).append((told, BY_AMOUNT))
        return found

    # ---------------------------------------------------------------- lines

    def made(self, mine: Sequence[tuple[Document, str]], findings: Sequence[Finding]) -> InvoiceCheck:
        """The whole check."""
        matched = self._matched()
        lines, billed, extra = self._lines(matched)
        books = Books(self.bench, self.given.credits_on, billed, extra)
        adjusted, credited, discounted = adjusted_lines(books, self.expected, matched)
        lines += [*adjusted, *self._alone(matched)]
        sums = self.sums
        if sums.with_tax:
            lines.append(tax_line(Taxed(books, self.expected, self.documents, sums.net, credited, discounted)))
        expected_total = self._expected_total()
        billed_total = sums.billed([one for one, _ in self.claimed])
        lines += self._repeats()
        off = billed_total - sum((line.difference for line in lines), expected_total)
        lines += self._sums_line(off)
        found = InvoiceCheck(
            contract=self.expected.contract,
            version=self.expected.version,
            text=self.expected.text,
            partner=self.expected.partner,
            period=self.expected.period,
            currency=self.currency,
            checked=True,
            with_tax=sums.with_tax,
            documents=seen(mine, self.currency),
            lines=tuple(line for line in lines if _told_at_all(line)),
            billed_total=billed_total,
            expected_total=expected_total,
            findings=(*findings, *self.again),
            expected=self.expected,
            as_of=self.expected.as_of,
        )
        stray = abs(Fraction(off.amount) - sums.off)
        if stray > sums.most_rounding(self.bench.tolerance) or not found.closes:
            raise AssertionError(f"the differences of {found.partner} {found.period} do not add up")
        return found

    def _expected_total(self) -> Money:
        """What the documents should come to: with tax, but without what is withheld from the payment."""
        invoice = self.expected
        net = invoice.charges_total + invoice.discounts_total + invoice.credits_total
        if not self.sums.with_tax:
            return net
        withheld = {one.id for one in self.text.billing.taxes if one.withheld}
        return sum((one.amount for one in invoice.taxes if one.id not in withheld), net)

    def _lines(self, matched: Matched) -> tuple[list[CheckedLine], dict[Key, Money], Money]:
        """Each charge with its differences; what was billed for each, and what was billed for none."""
        lines, billed, extra = [], dict[Key, Money](), Money.zero(self.currency)
        extra += money_of(sum((one.net for one in matched.alone), Fraction(0)), self.currency)
        keys = list(self.workings)
        keys += [(name, settles) for kind, name, settles in matched.by_target
                 if kind is Kind.CHARGE and (name, settles) not in self.workings]  # fmt: skip
        for key in keys:
            told = matched.by_target.get((Kind.CHARGE, *key), [])
            line, amount, beside = self._charge(key, told)
            lines.append(line)
            extra += beside
            if amount is not None:
                billed[key] = amount
        return lines, billed, extra

    def _charge(self, key: Key, told: Sequence[tuple[Told, str]]) -> tuple[CheckedLine, Money | None, Money]:
        """A charge with its differences, what of it was billed once, and what was billed besides."""
        workings, settles = tuple(self.workings.get(key, ())), key[1]
        item = self._item(key, workings, tuple(one for one, _ in told))
        differences, kept = self._doubled(item)
        beside = Money.zero(self.currency)
        for one in list(kept):
            if not workings or (not settles and outside(one, self.month.start_on)):
                cause, says = alone_says(one, item, self.bench)
                amount = money_of(one.net, self.currency)
                differences.append(Difference(cause.id, cause.family, amount, says, "billed - nothing", f"{amount} - 0",
                                              (one.ref,)))  # fmt: skip
                kept.remove(one)
        beside += sum((one.amount for one in differences), Money.zero(self.currency))
        single, own = self._item(key, workings, tuple(kept)), Money.zero(self.currency)
        if workings:
            moved, left = self._over_months(single)
            differences += moved
            # What bills several months is of no one part of this one.
            parts = self._parts(single) if left is single else [left]
            for part in parts:
                differences += differences_of(part, self.bench)
            own += sum((one.billed for one in (parts if left is single else [single]) if one.billed is not None), own)
        # Rounded where its differences are, so that they add up to it whatever decimals the lines have.
        line = self._checked(key, item, told, beside + own if told else None, differences)
        return line, own if workings and kept else None, beside

    def _parts(self, item: Item) -> list[Item]:
        """The item by the parts of the month, where every line tells which it bills: by its days, or by its price."""
        if len(item.workings) < 2 or not item.told:
            return [item]
        places = [part_of(one, item.workings, self.currency) for one in item.told]
        by_days = all(one.span is not None for one in item.told)
        if None in places or not (by_days or set(places) == set(range(len(item.workings)))):
            return [item]
        found = []
        for place, working in enumerate(item.workings):
            own = tuple(one for one, at in zip(item.told, places, strict=True) if at == place)
            found.append(self._item((item.charge, item.settles), (working,), own))
        return found

    def _doubled(self, item: Item) -> tuple[list[Difference], list[Told]]:
        """What was billed already, as differences; and the lines that are left."""
        found, left = [], list(item.told)
        for cause in causes_of(Stage.DOUBLE):
            if cause.doubles is None:
                continue
            for part in self._parts(self._item((item.charge, item.settles), item.workings, tuple(left))):
                owed = self._owed(part)
                for one in cause.doubles(part.told, replace(self.history, item=part, owed=owed)):
                    amount = money_of(sum((line.net for line in one.lines), Fraction(0)), self.currency)
                    found.append(Difference(cause.id, cause.family, amount, one.says, "billed again", f"{amount} - 0",
                                            (*names_of(one.lines), *one.documents)))  # fmt: skip
                    again = {id(line) for line in one.lines}
                    left = [line for line in left if id(line) not in again]
        return found, left

    def _owed(self, item: Item) -> Money | None:
        """What a charge comes to over the days of its lines; None where that is not known."""
        if not item.workings or not known(item.workings):
            return None
        ahead = [] if item.settles else self.reaching.ahead(item.told)
        later = self.reaching.later(item.charge, ahead) if ahead else Fraction(0)
        return None if later is None else amount_of(item.workings, self.currency) + money_of(later, self.currency)

    # ---------------------------------------------------------------- lines of several months

    def _by_charge(self, lines: Sequence[Told]) -> dict[str, list[Told]]:
        found: dict[str, list[Told]] = {}
        for (kind, name, _), told in match(lines, self._targets(), self._fits, self._choose).by_target.items():
            if kind is Kind.CHARGE:
                found.setdefault(name, []).extend(one for one, _ in told)
        return found

    def _over_months(self, item: Item) -> tuple[list[Difference], Item]:
        """What lines of several months move to later months, or to this one; and the item with what is left for it."""
        ahead, brought = self.reaching.ahead(item.told), self.brought.get(item.charge, [])
        if item.settles or not known(item.workings) or not (ahead or brought):
            return [], item
        found, zero = [], Money.zero(self.currency)
        due, billed = amount_of(item.workings, self.currency), item.billed or zero
        if ahead:
            # Quantity and price are those of several months.
            item = replace(item, quantity=None, price=None)
            later = self.reaching.later(item.charge, ahead)
            most = [Fraction((billed - due).amount), sum((one.net for one in ahead), Fraction(0))]
            moved = money_of(max(min(*most, *([] if later is None else [later])), Fraction(0)), self.currency)
            if moved.amount:
                last = max(days_of(one)[1] for one in ahead) - A_DAY
                known_words = "is what the charge costs" if later is not None else "is left to be checked"
                says = f"Days to {last.isoformat()} are billed; {moved} {known_words} after {self.month.label}."
                found.append(difference("beyond_month", moved, says, "billed for later months", f"{moved} - 0",
                                        documents=names_of(ahead)))  # fmt: skip
                billed -= moved
                item = replace(item, billed=billed)
        if brought and billed.amount < due.amount:
            moved = self._carried(item.charge, brought, due - billed)
            if moved.amount:
                first = min(map(month_billed, brought))
                says = f"These days are billed in {first:%Y-%m} too, and {moved} of it is counted there."
                found.append(difference("beyond_month", -moved, says, "0 - billed in an earlier month", f"0 - {moved}",
                                        documents=names_of(brought)))  # fmt: skip
                item = replace(item, billed=billed + moved, quantity=None, price=None)
        elif brought and item.told:
            self.again.append(billed_again(item.charge, names_of(brought), names_of(item.told), self.month.label))
        return found, item

    def _carried(self, charge: str, brought: Sequence[Told], most: Money) -> Money:
        """What earlier months left over of the lines that reach into this one, up to what this month lacks.

        It is all that was billed for the charge since, less what the charge cost; all that is lacking where that is not
        known.
        """
        first, start = min(map(month_billed, brought)), self.month.start_on
        cost = self.reaching.cost(charge, first, start)
        if cost is None:
            return most
        documents = [one for one in standing(self.given.documents) if one.invoice.currency == self.currency]
        again = {one.key for one, _ in self.repeated}
        lines = [line for one in documents if one.key not in again for line in told_by(one)
                 if first <= month_billed(line) < start]  # fmt: skip
        billed = sum((one.net for one in self._by_charge(lines).get(charge, [])), Fraction(0))
        left = min(billed - cost, sum((one.net for one in brought), Fraction(0)), Fraction(most.amount))
        return money_of(max(left, Fraction(0)), self.currency)

    def _item(self, key: Key, workings: tuple[Working, ...], told: tuple[Told, ...]) -> Item:
        """A charge with what was billed for it, in the charge's own unit."""
        quantity = price = None
        if workings and told:
            word = workings[-1].charged.unit or workings[-1].part.charge.unit_word
            sizes = [factor(one.unit, word, workings[-1].line.currency) for one in told]
            quantity, price = figures_of(told, sizes, workings, self.currency)
        billed = money_of(sum((one.net for one in told), Fraction(0)), self.currency) if told else None
        return Item(key[0], key[1], workings, told, quantity, price, billed)

    def _checked(
        self,
        key: Key,
        item: Item,
        told: Sequence[tuple[Told, str]],
        total: Money | None,
        differences: Sequence[Difference],
    ) -> CheckedLine:
        workings, charge = item.workings, self.charges[key[0]]
        whole = bool(workings) and known(workings)
        zero = Money.zero(self.currency)
        steps: tuple[Step, ...] = tuple(step for one in self.expected.lines if (one.charge, one.settles) == key
                                        for step in one.steps)  # fmt: skip
        text = workings[-1].part.text if workings else self.text
        own = text.charge(charge.id)
        return CheckedLine(
            kind=Kind.CHARGE,
            id=key[0],
            title=workings[-1].line.title if workings else charge.title or charge.called,
            settles=key[1],
            from_on=workings[0].part.from_on if workings else None,
            end_on=workings[-1].part.end_on if workings else None,
            billed=total,
            expected=amount_of(workings, self.currency) if whole else None,
            difference=(total or zero) - amount_of(workings, self.currency),
            billed_quantity=item.quantity,
            expected_quantity=quantity_of(workings) if workings else None,
            unit=workings[-1].charged.unit if workings else "",
            billed_price=item.price,
            expected_price=price_of(workings) if workings else None,
            lines=tuple(billed_line(one, how, self.currency) for one, how in told),
            differences=tuple(differences),
            clause=of_charge(text, own) if own is not None else None,
            steps=steps,
        )

    def _alone(self, matched: Matched) -> list[CheckedLine]:
        """Lines that mean nothing that the text knows, each a line of its own."""
        found = []
        for one in matched.alone:
            cause, says = alone_says(one, None, self.bench)
            amount = money_of(one.net, self.currency)
            step = Difference(cause.id, cause.family, amount, says, "billed - nothing", f"{amount} - 0", (one.ref,))
            shown = (billed_line(one, "nothing", self.currency),)
            steps = (step,) * bool(amount.amount)
            found.append(_plain_line(Kind.CHARGE, one.ref, one.text or one.ref, amount, amount, shown, steps))
        return found

    # ---------------------------------------------------------------- whole documents

    def _repeats(self) -> list[CheckedLine]:
        """Documents that repeat others."""
        found = []
        for one, says in self.claimed:
            amount = self.sums.whole(one)
            step = difference("duplicate_invoice", amount, says, "billed again", f"{amount} - 0", documents=(one.name,))
            found.append(_plain_line(Kind.DOCUMENT, one.name, f"Invoice {one.name}", amount, amount, (), (step,)))
        return found

    def _sums_line(self, off: Money) -> list[CheckedLine]:
        """By how much the sums of the documents are not those of their lines; nothing where they are."""
        if not off.amount:
            return []
        names = tuple(one.name for one in self.documents)
        cause, says = "arithmetic", "The sums of the document are not those of its lines, allowances and taxes."
        if abs(off.amount) <= self.bench.tolerance.amount * len(self.told):
            cause, says = "rounding", "Rounding: at most one minor unit for each line of the document."
        step = difference(
            cause, off, says, "total - (lines + tax)", f"{self.sums.net} in lines; {off} off", documents=names
        )
        return [_plain_line(Kind.DOCUMENT, ", ".join(names), "Sums of the document", off, off, (), (step,))]


def billed_line(told: Told, how: str, currency: str) -> BilledLine:
    """A line of a document as a check shows it."""
    return BilledLine(told.document.name, told.place, told.text, told.quantity, told.unit, told.price,
                      money_of(told.net, currency), how)  # fmt: skip


def _plain_line(
    kind: Kind,
    name: str,
    title: str,
    billed: Money,
    moved: Money,
    lines: tuple[BilledLine, ...],
    differences: tuple[Difference, ...],
) -> CheckedLine:
    zero = Money.zero(billed.currency)
    return CheckedLine(kind, name, title, "", None, None, billed, zero, moved, None, None, "", None, None, lines,
                       differences, None)  # fmt: skip


def _wanted(line: CreditLine) -> tuple[tuple[Kind, str, str], Fraction]:
    """What an allowance that is named by nothing comes to where it is this credit."""
    return (Kind.CREDIT, line.clause, ""), -Fraction(line.payable.amount)


def _told_at_all(line: CheckedLine) -> bool:
    """Whether a line has anything to show: charges of nothing that nobody billed have not."""
    return line.billed is not None or line.expected is None or bool(line.expected.amount) or bool(line.differences)

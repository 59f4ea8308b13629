"""What one partner cost in one month, in all: every line with where it comes from, and the shares that follow. Pure.

Lines that are paid add up to the total. What invoices by time or volume already contain (contacts that came back, time
of beginners beyond that of tenured colleagues) is priced and shown beside it as `contained`, and is never added: it is
paid once. Hidden is what the total holds beside the lines of the rate card.

Definitions: docs/guide/cost.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from tallystick.billing.invoice import ExpectedInvoice, InvoiceState, credit_name
from tallystick.contract.quantity import amount_text, figure_text, percentage_text
from tallystick.cost.month_inputs import Basis, BilledLine, BookedCost, Counted, MonthInputs
from tallystick.cost.part import INVOICE, PARTS, RAMP, RECONTACTS, part_of, plain_kind
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, money_of

OFF_CARD, NO_RATE, NO_INVOICE = "TS-K001", "TS-K002", "TS-K003"
NOT_FINAL, NO_DAYS, NO_BOOKS = "TS-K004", "TS-K005", "TS-K006"
RUNNING, UNBILLED, NOT_GIVEN = "TS-K009", "TS-K010", "TS-K011"
REFS = 20
# Kinds of charge that come beside nearly every pricing model.
BESIDE = frozenset({"fixed", "one_off", "pass_through", "premium", "per_unit"})
NOTHING = Fraction(0)


@dataclass(frozen=True)
class CostLine:
    """One line of the ledger: its part, what it is, on which basis, and the rows behind it.

    `amount` is in the month's currency, rounded once; `stated` and `price` are told where it was converted. `n` counts
    the rows or documents' lines behind it, of which `refs` names the first twenty. `contract` is that of `charge`.
    """

    part: str
    title: str
    basis: Basis
    on_rate_card: bool
    amount: Money
    n: int
    charge: str = ""
    refs: tuple[str, ...] = ()
    stated: Money | None = None
    steps: tuple[Step, ...] = ()
    contract: str = ""


@dataclass(frozen=True)
class MonthCost:
    """What a partner's month cost. Sums are None where nothing is known, ratios where they have no base.

    `charged` is what each kind of charge brings in. `lines` add up to `total`; `invoiced` are those of the rate card
    and `hidden` the rest. `contained` are parts of the lines, priced, and in no sum. `apart` are amounts in currencies
    for which no rate is named, in no sum either. `is_whole` says whether the month is over, an invoice of each contract
    is known that leaves no expected charge out, and the books are known; only then is anything called hidden.
    `per_resolution` and `per_contact` are exact; their bases stand beside them with n.
    """

    partner: str
    month: str
    currency: str
    charged: tuple[tuple[str, Money], ...]
    lines: tuple[CostLine, ...]
    contained: tuple[CostLine, ...]
    apart: tuple[CostLine, ...]
    left_out: tuple[tuple[str, int], ...]
    total: Money | None
    invoiced: Money | None
    hidden: Money | None
    hidden_share: Fraction | None
    n: int
    contacts: Counted
    recontacts: Counted
    resolutions: Counted
    per_contact: Fraction | None
    per_resolution: Fraction | None
    findings: tuple[Finding, ...]
    is_whole: bool

    @property
    def model(self) -> str:
        """The month's pricing model; empty without a rate card."""
        return model_of(dict(self.charged))

    @property
    def by_part(self) -> dict[str, Money]:
        """What each part comes to, in the order of the lines."""
        found: dict[str, Money] = {}
        for line in self.lines:
            found[line.part] = found.get(line.part, Money.zero(self.currency)) + line.amount
        return found

    @property
    def off_card(self) -> tuple[CostLine, ...]:
        """Lines of invoices that no price of the contract names: charge types outside the rate card."""
        return tuple(line for line in self.lines if line.part == INVOICE and not line.on_rate_card)

    def as_json(self) -> dict[str, Any]:
        """The month as plain JSON values, fractions and amounts as exact text."""
        parts: dict[str, Any] = plain(
            {part.name: getattr(self, part.name) for part in fields(self) if part.name != "findings"}
        )
        return {
            **parts,
            "model": self.model,
            "by_part": plain(self.by_part),
            "findings": [one.as_json() for one in self.findings],
        }


def cost_of(given: MonthInputs) -> MonthCost:
    """The ledger of one month."""
    work = _Work(given)
    billed = work.billed()
    booked = work.booked(has_invoice=work.has_invoice)
    found = [*billed, *booked, *work.shared()]
    lines = tuple(line for line in found if line.amount.currency == given.currency)
    apart = tuple(line for line in found if line.amount.currency != given.currency)
    total = _sum(lines, given.currency) if lines else None
    on_card = tuple(line for line in lines if line.on_rate_card)
    invoiced = _sum(on_card, given.currency) if any(line.part == INVOICE for line in lines) else None
    known = invoiced is not None and (not given.unbilled or any(line.part == INVOICE for line in booked))
    if total is not None and not known:
        of = f" of {', '.join(given.unbilled)}" if given.unbilled and invoiced is not None else ""
        work.find(
            NO_INVOICE, Severity.WARNING,
            f"No invoice{of} is known, received, expected or in the books, so no share is hidden or not.",
            "Take the partner's invoices in, or write `charges` into the contract's text.",
        )  # fmt: skip
    elif total is not None and not given.has_books:
        after = f" after {given.booked_to}" if given.booked_to else ""
        work.find(
            NO_BOOKS, Severity.NOTE,
            f"The books tell no costs of {given.partner}{after}, so nobody knows what is hidden.",
            "`tally ingest` takes a list of costs in: governance, tools, travel, rework ...",
        )  # fmt: skip
    if total is not None and given.runs:
        work.find(
            RUNNING, Severity.NOTE,
            "The month still runs: it costs what is known so far, and nothing is called hidden.",
            "Look again when the month is over and its invoice is in.",
        )  # fmt: skip
    whole = known and given.has_books and not given.runs and not work.is_short
    hidden = total - invoiced if whole and total is not None and invoiced is not None else None
    share = None
    if hidden is not None and total is not None and total.amount > 0:
        share = Fraction(hidden.amount) / Fraction(total.amount)
    return MonthCost(
        partner=given.partner,
        month=given.month,
        currency=given.currency,
        charged=tuple(charged_by_kind(given, lines).items()),
        lines=lines,
        contained=work.contained(lines),
        apart=apart,
        left_out=tuple(sorted(work.left_out.items())),
        total=total,
        invoiced=invoiced,
        hidden=hidden,
        hidden_share=share,
        n=sum(line.n for line in lines),
        contacts=given.contacts,
        recontacts=given.recontacts,
        resolutions=given.resolutions,
        per_contact=_per(total, given.contacts),
        per_resolution=_per(total, given.resolutions),
        findings=tuple(work.findings),
        is_whole=whole,
    )


def _sum(lines: Iterable[CostLine], currency: str) -> Money:
    return _sum_of((line.amount for line in lines), currency)


def _sum_of(amounts: Iterable[Money], currency: str) -> Money:
    return sum(amounts, Money.zero(currency))


def _per(total: Money | None, counted: Counted) -> Fraction | None:
    """An amount for each of a count; None without either."""
    return None if total is None or not counted.value else Fraction(total.amount) / counted.value


def charged_by_kind(given: MonthInputs, lines: Iterable[CostLine]) -> dict[str, Money]:
    """What each kind of charge brings in, in the order of the text: by the month's lines, else as it is expected."""
    kinds = {(card.contract, card.id): card.kind for card in given.cards}
    sums: dict[str, Fraction] = {}
    for line in lines:
        kind = kinds.get((line.contract, line.charge))
        if kind is not None:
            sums[kind] = sums.get(kind, NOTHING) + Fraction(line.amount.amount)
    if not sums:
        for invoice in given.expected:
            for one in invoice.lines:
                if one.amount is not None and one.amount.currency == given.currency:
                    sums[one.kind] = sums.get(one.kind, NOTHING) + Fraction(one.amount.amount)
    return {kind: money_of(sums[kind], given.currency) for kind in dict.fromkeys(kinds.values()) if kind in sums}


def model_of(charged: Mapping[str, Money]) -> str:
    """The pricing model: the kind of charge that brings in most; empty without a rate card.

    Fees, premiums and costs passed on come beside nearly every model, so they are one only where there is nothing else.
    Of two that bring in the same, the one that stands first in the contract's text.
    """
    main = {kind: money for kind, money in charged.items() if kind not in BESIDE} or charged
    return max(main, key=lambda kind: main[kind].amount, default="")


def _in_order(group: tuple[tuple[str, str, bool, str], object]) -> tuple[int, str, bool, str]:
    part, kind, on_card, currency = group[0]
    return tuple(PARTS).index(part), kind, on_card, currency


# A discount or price adjustment of an expected invoice: name, title, amount below zero, steps.
TakenOff = tuple[str, str, Money, tuple[Step, ...]]


def _taken_off(invoice: ExpectedInvoice) -> Iterable[TakenOff]:
    """The discounts and price adjustments of an expected invoice."""
    for one in invoice.discounts:
        yield one.id, one.title, one.amount, one.steps
    for credit in invoice.credits:
        if credit.payable.amount:
            yield credit.clause, f"price adjustment {credit_name(credit)}", -credit.payable, credit.steps


def _to_come(name: str, amount: Money, share: Fraction) -> tuple[Money, tuple[Step, ...]]:
    """What of an amount belongs to charges that are not billed yet, with the step that says so; all of it without."""
    if share == 1:
        return amount, ()
    part = money_of(Fraction(amount.amount) * share, amount.currency)
    said = f"{amount} x {percentage_text(share)} -> {part}"
    formula = "amount x share of the charges that is not billed yet"
    return part, (Step(name, "not billed yet", formula, said, part, amount.currency),)


class _Work:
    """One month in the making: its findings, and what it leaves out."""

    def __init__(self, given: MonthInputs) -> None:
        self.given = given
        self.findings: list[Finding] = list(given.said)
        self.left_out: dict[str, int] = {}
        # Whether an invoice came, or is expected; and whether one that came leaves expected charges out.
        self.has_invoice = any(not line.takes_off for line in given.received)
        self.is_short = False

    def find(self, rule: str, severity: Severity, message: str, cure: str, count: int = 1, value: str = "") -> None:
        """Note a finding of this month."""
        place = Place(key=f"{self.given.partner}/{self.given.month}")
        self.findings.append(Finding(rule, severity, message, place, cure, value, count))

    # ---------------------------------------------------------------- what the partner bills

    def billed(self) -> list[CostLine]:
        """The lines of received documents, and those of the expected invoice that none of them stands for.

        An invoice that names no contract is taken for all of them.
        """
        found = self._received()
        for invoice in self.given.expected:
            expected = self._expected(invoice)
            self.has_invoice = self.has_invoice or bool(expected)
            found += expected
        return found

    def _received(self) -> list[CostLine]:
        groups: dict[tuple[str, str, str, str], list[BilledLine]] = {}
        for line in self.given.received:
            named = line.charge or plain_kind(line.title)
            groups.setdefault((line.contract, line.charge, named, line.currency), []).append(line)
        undated = {line.invoice for line in self.given.received if not line.dated}
        if undated:
            self.find(
                NO_DAYS, Severity.NOTE,
                f"{', '.join(sorted(undated))}: no days are named, so it is taken for the month before its issue.",
                "Ask the partner to name the period that it bills.", len(undated),
            )  # fmt: skip
        cards = {(card.contract, card.id): card for card in self.given.cards}
        with_card = {card.contract for card in self.given.cards}
        found = []
        for (contract, charge, _, currency), lines in groups.items():
            card = cards.get((contract, charge))
            title = lines[0].title if card is None else card.title
            # Without a rate card in the text nothing can stand outside it; what names no contract is held against all.
            on_card = bool(charge) or not (contract in with_card if contract else with_card)
            amount = sum((line.amount for line in lines), NOTHING)
            refs = tuple(f"{line.invoice}:{line.place}" for line in lines)
            of = (contract, charge)
            found.append(self._line(INVOICE, title, Basis.RECEIVED, on_card, amount, currency, refs, of))
            if not on_card:
                self.find(
                    OFF_CARD, Severity.WARNING,
                    f"“{title}” is billed with {amount_text(amount, currency)}, and no price of the contract names it.",
                    "Ask on what it rests; if it was agreed, write it into the rate card.", len(lines), title,
                )  # fmt: skip
        return found

    def _expected(self, invoice: ExpectedInvoice) -> list[CostLine]:
        """The lines of an expected invoice that no received document names; see `_left`."""
        told = [line for line in self.given.received if line.contract in ("", invoice.contract)]
        bills = [line for line in told if not line.takes_off]
        billed = {line.charge for line in bills}
        left = self._left(invoice, bills)
        named = {line.charge for line in told}
        off = [(one, *_to_come(one[0], one[2], left)) for one in _taken_off(invoice) if one[0] not in named]
        if bills:
            self._tell_not_given(invoice, [(one, one[2] - part) for one, part, _ in off])
        if not left:
            return []
        basis = Basis.ACCRUAL if invoice.state is InvoiceState.ACCRUAL else Basis.EXPECTED
        found = []
        for line in invoice.lines:
            if line.amount is not None and line.charge not in billed:
                n = sum(one.n for one in line.counted) if line.counted else 1
                of = (invoice.contract, line.charge)
                found.append(self._of(INVOICE, line.title, basis, line.amount, n, of, line.steps))
        for (name, title, _, steps), part, share in off:
            found.append(self._of(INVOICE, title, basis, part, 1, (invoice.contract, name), (*steps, *share)))
        if invoice.reasons:
            self.find(
                NOT_FINAL, Severity.NOTE,
                f"The expected invoice of {invoice.contract} is not final: {invoice.reasons[0]}.",
                "`tally invoice expected` shows every reason.", len(invoice.reasons),
            )  # fmt: skip
        return found

    def _tell_not_given(self, invoice: ExpectedInvoice, off: Iterable[tuple[TakenOff, Money]]) -> None:
        """Tell what should come off charges that are billed, and that no document gives: the cost is without it."""
        missing = [(one[1], amount) for one, amount in off if amount.amount]
        if not missing:
            return
        titles = ", ".join(dict.fromkeys(title for title, _ in missing))
        whole = _sum_of((amount for _, amount in missing), invoice.currency)
        self.find(
            NOT_GIVEN, Severity.WARNING,
            f"{invoice.contract}: {titles} ({whole}) should come off what is billed, and no document of the month "
            "names it, so it lowers no cost yet.",
            "`tally invoice check` shows whether it is missing; ask the partner for a credit note.", len(missing),
        )  # fmt: skip

    def _left(self, invoice: ExpectedInvoice, bills: Sequence[BilledLine]) -> Fraction:
        """The share of the expected charges that still stands; all of them where no invoice came.

        Where lines that no price names come to half of what is left or more, they may be it under other words: nothing
        is left then, because a charge that is counted twice is worse than one that waits.
        """
        if not bills:
            return Fraction(1)
        named = {line.charge for line in bills}
        told = [(one, Fraction(one.amount.amount)) for one in invoice.lines if one.amount is not None]
        priced = [(one, amount) for one, amount in told if amount > 0]
        open_lines = [(one, amount) for one, amount in priced if one.charge not in named]
        if not open_lines:
            return NOTHING
        self.is_short = True
        left = sum((amount for _, amount in open_lines), NOTHING)
        beside = sum((one.amount for one in bills if not one.charge and one.currency == invoice.currency), NOTHING)
        stands = 2 * beside < left
        what = "so it stands as expected"
        if not stands:
            other = amount_text(beside, invoice.currency)
            what = f"and lines that no price names come to {other}, so they are taken for it"
        titles = ", ".join(dict.fromkeys(one.title for one, _ in open_lines))
        sum_told = amount_text(left, invoice.currency)
        self.find(
            UNBILLED, Severity.WARNING,
            f"No invoice names {titles} of {invoice.contract}, expected with {sum_told}, {what}.",
            "`tally invoice check` shows each charge beside what is billed of it.", len(open_lines),
        )  # fmt: skip
        return left / sum((amount for _, amount in priced), NOTHING) if stands else NOTHING

    def _of(
        self, part: str, title: str, basis: Basis, amount: Money, n: int, of: tuple[str, str], steps: tuple[Step, ...]
    ) -> CostLine:
        line = self._line(part, title, basis, True, Fraction(amount.amount), amount.currency, (":".join(of),), of)
        return replace(line, n=n, steps=(*steps, *line.steps))

    # ---------------------------------------------------------------- what the books say

    def booked(self, *, has_invoice: bool) -> list[CostLine]:
        """The client's books by kind. What the invoice bills already, or the partner bears, is left out with counts.

        Rows of invoices stand for those of contracts of which none is known.
        """
        groups: dict[tuple[str, str, bool, str], list[BookedCost]] = {}
        for cost in self.given.booked:
            part, kind = part_of(cost.kind), plain_kind(cost.kind)
            on_card = cost.on_rate_card
            if on_card is None:
                on_card = part == INVOICE or kind in self.given.passed_on
            if cost.borne_by == "partner":
                self._leave("borne by the partner")
            elif has_invoice and (not self.given.unbilled if part == INVOICE else on_card):
                self._leave("on the invoice already")
            else:
                groups.setdefault((part, kind, on_card, cost.currency), []).append(cost)
        found = []
        for (part, kind, on_card, currency), costs in sorted(groups.items(), key=_in_order):
            amount = sum((Fraction(cost.amount) for cost in costs), NOTHING)
            refs = tuple(f"cost:{cost.key}" for cost in sorted(costs, key=lambda one: one.key))
            found.append(self._line(part, kind, Basis.BOOKED, on_card, amount, currency, refs))
        return found

    def shared(self) -> list[CostLine]:
        """The partner's parts of what several partners share, by kind."""
        found = []
        for one in self.given.allocated:
            amount, title = one.amount, f"{one.kind}, shared"
            line = self._line(
                part_of(one.kind), title, Basis.SHARED, False, Fraction(amount.amount), amount.currency, one.refs
            )
            found.append(replace(line, n=one.n, steps=(one.step, *line.steps)))
        return found

    def _leave(self, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def _line(
        self,
        part: str,
        title: str,
        basis: Basis,
        on_card: bool,
        amount: Fraction,
        currency: str,
        refs: tuple[str, ...],
        of: tuple[str, str] = ("", ""),
    ) -> CostLine:
        """A line in the month's currency where a rate is named; else in its own, which keeps it apart.

        `of` are the contract and the charge.
        """
        contract, charge = of
        own = self.given.currency
        price = None if currency == own else self.given.prices.get(currency)
        stated = money_of(amount, currency)
        if currency != own and price is None:
            self.find(
                NO_RATE, Severity.WARNING,
                f"“{title}” is {stated}, and no rate of {currency} is named, so it stands apart from the sums.",
                f"Name a series for {currency} under `billing.currencies` of the contract.", len(refs), currency,
            )  # fmt: skip
        if price is None:
            return CostLine(part, title, basis, on_card, stated, len(refs), charge, refs[:REFS], contract=contract)
        money = money_of(amount * price.value, own)
        said = f"{amount_text(amount, currency)} x {figure_text(price.value, 9)} -> {money}"
        step = Step(charge or title, "currency", f"amount x {price.words}", said, money, own)
        return CostLine(part, title, basis, on_card, money, len(refs), charge, refs[:REFS], stated, (step,), contract)

    # ---------------------------------------------------------------- what is in the invoice already

    def contained(self, lines: Iterable[CostLine]) -> tuple[CostLine, ...]:
        """Contacts that came back and the learning curve, at the month's own prices; parts of the lines."""
        given, currency = self.given, self.given.currency
        timed = {(card.contract, card.id) for card in given.cards if card.timed}
        charged = [line for line in lines if line.part == INVOICE and line.on_rate_card and self._charges(line)]
        whole = Fraction(_sum(charged, currency).amount)
        found = []
        contacts, again = given.contacts.value, given.recontacts.value
        if charged and contacts and again:
            amount = money_of(whole * again / contacts, currency)
            said = f"{again:,} x {amount_text(whole, currency)} / {contacts:,} -> {amount}"
            step = Step(RECONTACTS, RECONTACTS, "recontacts x charges / contacts", said, amount, currency)
            found.append(
                CostLine(RECONTACTS, "contacts that came back", Basis.PRICED, True, amount, again, steps=(step,))
            )
        if given.ramp is not None and given.ramp.productive_s and given.ramp.extra_s:
            by_time = [line for line in charged if (line.contract, line.charge) in timed]
            pays = Fraction(_sum(by_time, currency).amount)
            amount = money_of(pays * given.ramp.extra_s / given.ramp.productive_s, currency)
            extra = figure_text(given.ramp.extra_s, 0)
            said = f"{amount_text(pays, currency)} x {extra} s / {given.ramp.productive_s:,} s -> {amount}"
            formula = "charges for time x time of beginners beyond that of tenured colleagues / productive time"
            step = Step(RAMP, RAMP, formula, said, amount, currency)
            if amount.amount:
                found.append(
                    CostLine(RAMP, "learning curve", Basis.PRICED, True, amount, given.ramp.contacts, steps=(step,))
                )
        return tuple(found)

    def _charges(self, line: CostLine) -> bool:
        """Whether a line of an invoice charges anything: all but discounts and price adjustments do.

        A contract without a rate card has no discounts.
        """
        if not line.charge or (line.contract, line.charge) in {(card.contract, card.id) for card in self.given.cards}:
            return True
        with_card = {card.contract for card in self.given.cards}
        return line.contract not in with_card and line.charge not in self.given.credit_clauses

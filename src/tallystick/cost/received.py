"""What received invoices bill of a month, amount by amount, and which part of the contract each belongs to.

Documents, their months and the words by which a line is known are those of the invoice check, so that both pages say
the same of a line. A line is known by its ids, its title or its words; its price alone is no name here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from tallystick.billing.check.gathering import documents_under
from tallystick.billing.check.matching import Target, match, plain_name
from tallystick.billing.check.received import BY_ISSUE, Document, Told, month_of, told_by
from tallystick.billing.check.value import Kind
from tallystick.billing.parts import first_of
from tallystick.contract.model import Contract
from tallystick.cost.month_inputs import BilledLine
from tallystick.cost.ruling import Ruling


def contract_of(document: Document, contracts: Sequence[Contract], cards: Sequence[Contract]) -> str:
    """The contract that a document belongs to; empty where it names none and no contract has a rate card.

    `cards` are those of the contracts that have one.
    """
    named = set(map(plain_name, document.contracts))
    known = next((one.contract for one in contracts if plain_name(one.contract) in named), "")
    if known or not cards:
        return known
    return next(
        one.contract
        for one in cards
        if documents_under((document,), one, [other for other in cards if other is not one])
    )


def targets_of(ruling: Ruling, follows: Mapping[str, tuple[str, ...]]) -> list[Target]:
    """What a line may mean in a month: charges, discounts, price adjustments (also by the clause they follow from).

    A charge without a title goes by what its kind is called, where it is the only one of that kind. What is titled
    otherwise from a day within the month on is known by both titles.
    """
    charges = [charge for _, charge in ruling.charges]
    kinds = Counter({charge.id: charge.kind for charge in charges}.values())
    found = [Target(Kind.CHARGE, one.id, one.title or (one.called if kinds[one.kind] == 1 else "")) for one in charges]
    for text in ruling.texts:
        found += [Target(Kind.DISCOUNT, one.id, one.title or "") for one in text.billing.discounts]
        for clause in text.clauses:
            if clause.moves_money:
                found.append(Target(Kind.CREDIT, clause.id, clause.title or "", "", follows.get(clause.id, ())))
    return list(dict.fromkeys(found))


def billed_lines(document: Document, contract: str, targets: Sequence[Target]) -> Iterable[tuple[date, BilledLine]]:
    """The amounts of a document without tax, signed, each with the first day of the month that it bills."""
    told = told_by(document)
    matched = match(told, targets, lambda _target, _told: False, lambda _told, hits: hits[0])
    meant = {id(one): key[1] for key, ones in matched.by_target.items() for one, _ in ones}
    months, how = month_of(document)
    takes_off = document.invoice.is_credit_note or sum((one.net for one in told), Fraction(0)) < 0
    for one in told:
        month = first_of(one.span[0]) if one.span is not None else months[0]
        dated = one.span is not None or how != BY_ISSUE
        yield month, _line(one, contract, meant.get(id(one), ""), dated=dated, takes_off=takes_off)


def _line(told: Told, contract: str, meant: str, *, dated: bool, takes_off: bool) -> BilledLine:
    return BilledLine(
        invoice=told.document.name,
        place=told.place,
        title=told.text or ", ".join(told.names) or told.place,
        charge=meant,
        amount=told.net,
        currency=told.document.invoice.currency,
        quantity=told.quantity,
        unit=told.unit,
        dated=dated,
        contract=contract,
        takes_off=takes_off,
    )

"""The words of the contract behind a checked line: where they stand, and what they say in plain sentences."""

from __future__ import annotations

from tallystick.billing.check.value import Clause
from tallystick.contract.charge import Charge
from tallystick.contract.model import Contract
from tallystick.contract.plain_rates import (
    adjustment_words,
    currency_words,
    discount_words,
    indexation_words,
    tax_words,
)
from tallystick.contract.section import Source
from tallystick.verdicts.cards import cards_of
from tallystick.vocabulary.finding import Place


def of_charge(text: Contract, charge: Charge) -> Clause:
    """A charge, with the index and the currency rule that it follows."""
    words = charge.plain(text, cards_of(text))
    words += [indexation_words(text, one) for one in text.billing.indexation_of(charge.indexed_as(text))]
    code = charge.currency_under(text)
    if code in text.billing.currencies:
        words.append(currency_words(text, code, text.billing.currencies[code]))
    return Clause(charge.id, str(text.charge_place(charge)), _signed(charge.source), _sentences(words))


def of_discount(text: Contract, discount_id: str) -> Clause | None:
    """A discount, and when it is taken."""
    for place, one in enumerate(text.billing.discounts):
        if one.id == discount_id:
            words = (discount_words(text, one), _order(text))
            return Clause(one.id, str(text.place("billing", "discounts", place)), "", words)
    return None


def of_credit(text: Contract, clause_id: str) -> Clause | None:
    """A price adjustment, and of what it is taken."""
    clause = text.clause(clause_id)
    if clause is None:
        return None
    words = [*clause.plain(text, cards_of(text)), *adjustment_words(text.billing)]
    return Clause(clause.id, str(text.clause_place(clause)), _signed(clause.source), _sentences(words))


def of_tax(text: Contract) -> Clause | None:
    """The taxes of the text."""
    if not text.billing.taxes:
        return None
    words = tuple(tax_words(text.billing, one) for one in text.billing.taxes)
    place: Place = text.place("billing", "taxes")
    return Clause(", ".join(one.id for one in text.billing.taxes), str(place), "", (*words, _order(text)))


def _order(text: Contract) -> str:
    return f"The order is {', then '.join(text.billing.order)}."


def _signed(source: Source | None) -> str:
    """Where the words stand in the signed document."""
    if source is None:
        return ""
    told = {name: value for name, value in vars(source).items() if value}
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _sentences(words: list[str]) -> tuple[str, ...]:
    return tuple(line.removeprefix("- ").strip() for line in words if line.strip())

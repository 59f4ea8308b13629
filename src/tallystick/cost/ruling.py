"""What rules a partner's month under one contract: every text that is in force on one of its days, and its charges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tallystick.contract.charge import Charge
from tallystick.contract.model import Contract
from tallystick.vocabulary.period import Period


@dataclass(frozen=True)
class Ruling:
    """One contract in one month: its texts in the order of their days, none where the month lies outside its term.

    `charges` are those of the texts, each as often as it stands otherwise, beside the first text that has it so; and
    those that only a line of the month names, because an earlier month is settled in it.
    """

    contract: str
    texts: tuple[Contract, ...]
    charges: tuple[tuple[Contract, Charge], ...]


def ruling_of(contract: Contract, period: Period, known_on: date, named: Iterable[str] = ()) -> Ruling:
    """What rules a month under a contract as written, by what was known; `named` are charges that its lines name."""
    texts = texts_in(contract, period, known_on)
    found: list[tuple[Contract, Charge]] = []
    for text in texts:
        found += [(text, charge) for charge in text.charges if all(charge != one for _, one in found)]
    there = {charge.id for _, charge in found}
    days = [day for day in contract.changes_between(known_on) if day < period.start_on]
    earlier = [contract.in_force(day, known_on) for day in reversed(days)]
    for name in dict.fromkeys(named):
        if name not in there:
            found += [(text, charge) for text in earlier if (charge := text.charge(name)) is not None][:1]
    return Ruling(contract.contract, texts, tuple(found))


def texts_in(contract: Contract, period: Period, known_on: date) -> tuple[Contract, ...]:
    """The texts in force on the days of a month that lie in the term, in their order."""
    term = contract.whole_term_by(known_on)
    begin, end = max(period.start_on, term.from_on), min(period.end_on, term.end_on)
    if begin >= end:
        return ()
    days = (begin, *(day for day in contract.changes_between(known_on) if begin < day < end))
    # The same amendments give the very same text.
    return tuple({id(text): text for text in (contract.in_force(day, known_on) for day in days)}.values())

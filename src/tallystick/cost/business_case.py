"""What a partner was expected to save, beside what was saved: the business case of the client, held against the ledger.

    partner: aurora
    currency: EUR
    from: 2026-01            # the first month that it speaks of
    to: 2026-12              # the last one; left out: no end
    baseline: 52000          # what a month cost before; or
    baseline: {per: contact, cost: 6.50, planned: 8000}       # contact or resolution
    expected:                # what a month was expected to cost, by part; `total` where the case has one figure
      invoice: 41000
      effort: 1500

It stands in a file of the client's own (`business-case.yaml` in the project's folder, or one that is named) and not in
the contract, because a partner reads its part of the contract. Promised is the baseline less what was expected; reached
is the baseline at the month's own volume less what the month cost; the difference falls to volume and to each part, to
the cent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from tallystick.contract.quantity import Month, Number
from tallystick.contract.section import Name, Section
from tallystick.cost.month import MonthCost
from tallystick.cost.own_file import sections_at
from tallystick.cost.part import PARTS
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.money import Money, money_of

FILE = "business-case.yaml"
WHOLE = "total"
VOLUME = "volume"


class PerUnit(Section):
    """A baseline that follows the volume: what one contact or resolution cost, and how many a month were planned."""

    per: Literal["contact", "resolution"]
    cost: Number
    planned: Number


class BusinessCase(Section):
    """The business case of one partner; see the module."""

    partner: Name
    currency: str = Field(pattern="^[A-Z]{3}$")
    title: str | None = None
    from_month: Month = Field(alias="from")
    to_month: Month | None = Field(None, alias="to")
    baseline: Number | PerUnit
    expected: dict[str, Number] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_parts(self) -> BusinessCase:
        unknown = sorted(set(self.expected) - {*PARTS, WHOLE})
        if unknown:
            raise ValueError(f"`expected` names {', '.join(PARTS)} or {WHOLE}, not {', '.join(unknown)}")
        if WHOLE in self.expected and len(self.expected) > 1:
            raise ValueError(f"`expected` names either parts or {WHOLE}")
        return self

    def covers(self, month: str) -> bool:
        """Whether it speaks of a month."""
        return self.from_month <= month and (self.to_month is None or month <= self.to_month)


@dataclass(frozen=True)
class Reason:
    """A part of a difference: more saved above zero, less below. `planned` and `actual` are None of the volume."""

    name: str
    amount: Money
    planned: Money | None = None
    actual: Money | None = None


@dataclass(frozen=True)
class Benefit:
    """One month of a business case. `reached` is None, as are the difference and its reasons, where it is not known.

    `why` says what is missing. The reasons add up to `difference` (reached less promised) to the cent.
    """

    partner: str
    month: str
    promised: Money
    reached: Money | None
    difference: Money | None
    reasons: tuple[Reason, ...]
    n: int | None = None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """The month as plain JSON values."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return parts


def business_cases_at(path: Path, known: Collection[str]) -> tuple[BusinessCase, ...]:
    """The business cases of a file: one, or a list of them, each of a known partner.

    Raises DataError, with what to correct, for anything else.
    """
    found = sections_at(path, BusinessCase)
    stranger = next((one.partner for one in found if one.partner not in known), None)
    if stranger is not None:
        near = get_close_matches(stranger, known)
        cure = f"Did you mean {near[0]}?" if near else f"Partners with a contract are {', '.join(sorted(known))}."
        raise DataError(f"{path.name} names {stranger}, with whom there is no contract.", cure)
    return found


def benefits(case: BusinessCase, months: Iterable[MonthCost]) -> tuple[Benefit, ...]:
    """The months of a partner that a case speaks of, in order."""
    own = [month for month in months if month.partner == case.partner and case.covers(month.month)]
    return tuple(_benefit(case, month) for month in sorted(own, key=lambda one: one.month))


def _benefit(case: BusinessCase, month: MonthCost) -> Benefit:
    currency = case.currency
    expected = {name: _money(amount, currency) for name, amount in case.expected.items()}
    planned = _sum(expected.values(), currency)
    base = case.baseline
    count: int | None = None
    if isinstance(base, PerUnit):
        before = money_of(Fraction(base.cost) * Fraction(base.planned), currency)
        counted = month.contacts if base.per == "contact" else month.resolutions
        count = counted.value
        actual = None if count is None else money_of(Fraction(base.cost) * count, currency)
    else:
        before = _money(base, currency)
        actual = before
    promised = before - planned
    why = ""
    if month.currency != currency:
        why = f"the month is in {month.currency}, the case in {currency}"
    elif month.total is None:
        why = "nothing is known of the month"
    elif not month.is_whole:
        why = (
            "the month still runs, an invoice is missing or leaves charges out, or the books tell no costs of it, "
            "so nobody knows what was saved"
        )
    elif actual is None:
        why = "nobody counted what the baseline is paid for"
    if why or actual is None or month.total is None:
        return Benefit(case.partner, month.month, promised, None, None, (), count, why)
    paid = {WHOLE: month.total} if WHOLE in expected else month.by_part
    zero = Money.zero(currency)
    reasons = [Reason(VOLUME, actual - before)] if isinstance(base, PerUnit) else []
    for name in (*PARTS, WHOLE):
        if name in expected or name in paid:
            of_plan, of_month = expected.get(name, zero), paid.get(name, zero)
            reasons.append(Reason(name, of_plan - of_month, of_plan, of_month))
    reached = actual - month.total
    return Benefit(case.partner, month.month, promised, reached, reached - promised, tuple(reasons), count)


def _money(amount: Decimal, currency: str) -> Money:
    return Money(amount, currency).rounded()


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    total = Money.zero(currency)
    for amount in amounts:
        total += amount
    return total

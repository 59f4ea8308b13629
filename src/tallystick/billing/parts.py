"""How a month falls into parts: by amendments, reviews of prices, and the days on which charges begin and end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tallystick.billing.stages import Factor, index_factor, unit_price
from tallystick.contract.charge import Charge
from tallystick.contract.model import Contract


@dataclass(frozen=True)
class Part:
    """Days [from_on, end_on) of a month on which one charge stands as it does, with its factor and unit price."""

    text: Contract
    charge: Charge
    from_on: date
    end_on: date
    factor: Factor
    price: Factor

    @property
    def multiplier(self) -> Fraction | None:
        """By what an amount of the charge is multiplied to be one of the invoice."""
        if self.price.value is None or self.factor.value is None:
            return None
        return self.factor.value * self.price.value


def first_of(month: date, months: int = 0) -> date:
    """The first day of a month, or of one so many months later or earlier."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def year_start(text: Contract, month: date) -> date:
    """The day on which the year of volumes begins in which a month lies."""
    term = text.term.from_on
    if text.billing.year == "calendar":
        return max(date(month.year, 1, 1), term)
    begins = first_of(term)
    years = (month.year - begins.year) - (month.month < begins.month)
    return max(first_of(begins, 12 * years), term)


def parts_of(contract: Contract, known_on: date | None, first: date, end: date) -> list[Part]:
    """The parts of a month [first, end) in the order of the text, each charge's by its days.

    What an amendment does not touch is not cut: parts of a charge that do not differ are one.
    """
    days = _cuts(contract, known_on, first, end)
    found: dict[str, list[Part]] = {}
    for from_on, end_on in zip(days, [*days[1:], end], strict=True):
        text = contract.in_force(from_on, known_on)
        for charge in text.charges:
            begin, stop = max(from_on, charge.begins(text)), min(end_on, charge.ends(text))
            if begin >= stop:
                continue
            factor = index_factor(text, charge.id, begin)
            price = unit_price(text, charge.id, charge.currency_under(text), begin)
            _add(found.setdefault(charge.id, []), Part(text, charge, begin, stop, factor, price))
    order = [charge.id for day in days for charge in contract.in_force(day, known_on).charges]
    return [part for name in dict.fromkeys(order) for part in found.get(name, [])]


def _cuts(contract: Contract, known_on: date | None, first: date, end: date) -> list[date]:
    """The days within a month on which anything that a charge depends on may change; the first one included."""
    begin = max(first, contract.term.from_on)
    end = min(end, contract.whole_term_by(known_on).end_on)
    days = {begin, *(day for day in contract.changes_between(known_on) if begin < day < end)}
    for day in sorted(days):
        text = contract.in_force(day, known_on)
        reviews = (day for one in text.billing.indexation for day, _ in one.reviews(end))
        edges = (edge for charge in text.charges for edge in (charge.begins(text), charge.ends(text)))
        days |= {day for day in (*reviews, *edges) if begin < day < end}
    return sorted(days)


def _add(parts: list[Part], part: Part) -> None:
    """Put a part behind the others, joined with the last one where nothing changed between them."""
    last = parts[-1] if parts else None
    if last is not None and last.end_on == part.from_on and _alike(last, part):
        factor, price = last.factor.missing_too(part.factor), last.price.missing_too(part.price)
        parts[-1] = Part(last.text, last.charge, last.from_on, part.end_on, factor, price)
    else:
        parts.append(part)


def _alike(one: Part, other: Part) -> bool:
    """Whether a charge stands in two texts alike: its own words, and those of the text that it refers to.

    Remarks, sources and examples are no words of the price: they cut nothing.
    """
    if _priced(one.charge) != _priced(other.charge) or one.multiplier != other.multiplier:
        return False
    for name, _ in one.charge.references():
        if _priced(one.text.charge(name)) != _priced(other.text.charge(name)):
            return False
    for name, _ in one.charge.fee_references():
        if one.text.fees.get(name) != other.text.fees.get(name):
            return False
    return one.text.definitions == other.text.definitions


def _priced(charge: Charge | None) -> Charge | None:
    """A charge without what nothing is computed from."""
    return None if charge is None else charge.model_copy(update={"note": None, "source": None, "examples": ()})


def days_counted(calendar: str | None, from_on: date, end_on: date, opens: Iterable[bool]) -> int:
    """Days of a span: all of them, or those on which the calendar is open (`opens`, day by day)."""
    return (end_on - from_on).days if calendar is None else sum(opens)

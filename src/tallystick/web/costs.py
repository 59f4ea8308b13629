"""What partners cost in all, as the page of costs reads it: the core's ledgers of months, inside the client's room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from tallystick.cost.business_case import FILE, Benefit, benefits, business_cases_at
from tallystick.cost.gather import CostedMonth, gather_costs
from tallystick.cost.month_inputs import MonthInputs
from tallystick.cost.rates import rates_between
from tallystick.cost.shared import FILE as SHARED
from tallystick.cost.shared import Allocation
from tallystick.cost.sharing import costs_shared
from tallystick.cost.side import period_of
from tallystick.cost.together import Fall, Together, falls_of, main_currency, missing_words, together_of
from tallystick.cost.waterfall import Waterfall, waterfall
from tallystick.vocabulary.errors import NotFound, ScopeError, UsageError
from tallystick.web.imported import lake_number
from tallystick.web.remembered import remembered
from tallystick.web.room import Room


@dataclass(frozen=True)
class Costs:
    """The ledgers of some partners by name, and what all partners share in these months."""

    months: Mapping[str, tuple[CostedMonth, ...]]
    shared: tuple[Allocation, ...] = ()


def costs(room: Room, partner: str, months: Sequence[str]) -> tuple[CostedMonth, ...]:
    """The ledgers of some months of a partner, with its parts of what is shared; see `costs_of_all`."""
    return costs_of_all(room, (partner,), months).months.get(partner, ())


def costs_of_all(room: Room, partners: Iterable[str], months: Sequence[str]) -> Costs:
    """The ledgers of some months of partners; none where nothing was imported or no contract is with one.

    Raises ScopeError in a partner's room: what the client spends beside an invoice is the client's own.
    """
    if not room.scope.sees_all:
        raise ScopeError("A partner's room sees no costs of the client.", "Open the page of invoices.")
    number = lake_number(room)
    if not months or number is None:
        return Costs({})
    day, root = room.now.date(), room.home.root
    texts = tuple(text.path for text in room.books.contracts)

    def gathered(name: str) -> tuple[MonthInputs, ...]:
        key = ("costs", name, tuple(months), number, day, (root / SHARED).is_file())
        return remembered(room, key, lambda: _gathered(root, texts, name, months, _as_of(room)))

    found, shared = costs_shared(root, partners, _everybody(room), months, gathered)
    return Costs({name: own for name, own in found.items() if own}, shared)


def _everybody(room: Room) -> list[str]:
    return sorted({partner for text in room.books.contracts for partner in text.partners})


def _as_of(room: Room) -> datetime:
    return datetime.combine(room.now.date(), time(), UTC)


def _gathered(
    root: Path, texts: Sequence[Path], partner: str, months: Sequence[str], as_of: datetime
) -> tuple[MonthInputs, ...]:
    try:
        return gather_costs(root, texts, partner, list(months), as_of)
    except NotFound:  # a partner whose contract is gone, and whose judgings are kept
        return ()


@dataclass(frozen=True)
class Whole:
    """Several partners as one, by currency: ledgers, what moved the last month, and a sentence for what is apart."""

    groups: tuple[Together, ...]
    falls: tuple[Fall, ...]
    apart: tuple[str, ...]


def whole_of(room: Room, found: Costs) -> Whole:
    """All partners together in the currency of most, with the rates that the contracts name."""
    currency = main_currency(found.months)
    labels = sorted({one.cost.month for own in found.months.values() for one in own})
    foreign = {(one.cost.currency, one.cost.month) for own in found.months.values() for one in own}
    asked = {one for one in foreign if one[0] != currency}
    texts = tuple(text.path for text in room.books.contracts)
    rates = rates_between(room.home.root, texts, found.months, asked, currency, _as_of(room)) if asked else {}
    falls: tuple[Fall, ...] = ()
    if len(labels) > 1:
        before, after = labels[-2:]
        falls = falls_of(found.months, [before], [after], (before, after), currency, rates)
    return Whole(together_of(found.months, currency, rates), falls, missing_words(found.months, currency, rates))


def fall_of(months: Sequence[CostedMonth]) -> Waterfall | None:
    """What moved the cost from the month before the last to the last; None where one of them is not known."""
    if len(months) < 2:
        return None
    before, after = months[-2], months[-1]
    try:
        return waterfall(period_of([(before.given, before.cost)]), period_of([(after.given, after.cost)]))
    except UsageError:  # nothing is known of a month, or the two are in different currencies
        return None


def benefits_of(room: Room, months: Sequence[CostedMonth]) -> tuple[Benefit, ...]:
    """What the client's business case promised of these months, and what was reached; none without a case."""
    path = room.home.root / FILE
    if not path.is_file():
        return ()
    listed = [one.cost for one in months]
    return tuple(one for case in business_cases_at(path, _everybody(room)) for one in benefits(case, listed))

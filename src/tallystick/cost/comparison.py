"""Several months side by side: cost per verified resolution by partner and by pricing model, and the hidden share.

Sums are divided, ratios never averaged. A month whose cost or resolutions are not known stays out of both sums of the
price of a resolution, and is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from tallystick.cost.month import MonthCost, model_of
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.money import Money

NO_MODEL = "no rate card in the text"


@dataclass(frozen=True)
class PerResolution:
    """What a verified resolution cost in all, over the months of one partner or pricing model, in one currency.

    `cost` and `resolutions` are of the months in which both are known; `left_out` are the others. `pending` solved
    cases still wait for their window, so the figure may fall. `value` is None where nothing was resolved.
    """

    name: str
    currency: str
    cost: Money
    resolutions: int
    pending: int
    months: int
    left_out: int
    value: Fraction | None

    def as_json(self) -> dict[str, Any]:
        """The figure as plain JSON values."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return parts


def by_partner(months: Iterable[MonthCost]) -> tuple[PerResolution, ...]:
    """By partner, in order of name."""
    return _grouped(months, lambda month: month.partner)


def by_model(months: Iterable[MonthCost]) -> tuple[PerResolution, ...]:
    """By pricing model: for each partner the kind of charge that brought in most over all of its months."""
    listed = list(months)
    sums: dict[tuple[str, str], dict[str, Money]] = {}
    for month in listed:
        own = sums.setdefault((month.partner, month.currency), {})
        for kind, money in month.charged:
            own[kind] = own[kind] + money if kind in own else money
    models = {name: model_of(charged) for name, charged in sums.items()}
    return _grouped(listed, lambda month: models[month.partner, month.currency] or NO_MODEL)


def _grouped(months: Iterable[MonthCost], name_of: Callable[[MonthCost], str]) -> tuple[PerResolution, ...]:
    groups: dict[tuple[str, str], list[MonthCost]] = {}
    for month in months:
        groups.setdefault((name_of(month), month.currency), []).append(month)
    return tuple(_of(name, currency, own) for (name, currency), own in sorted(groups.items()))


def _of(name: str, currency: str, months: Sequence[MonthCost]) -> PerResolution:
    known = [month for month in months if month.total is not None and month.resolutions.value is not None]
    cost = Money.zero(currency)
    for month in known:
        cost += month.total or Money.zero(currency)
    resolutions = sum(month.resolutions.value or 0 for month in known)
    return PerResolution(
        name=name,
        currency=currency,
        cost=cost,
        resolutions=resolutions,
        pending=sum(month.resolutions.pending for month in known),
        months=len(known),
        left_out=len(months) - len(known),
        value=Fraction(cost.amount) / resolutions if resolutions else None,
    )


@dataclass(frozen=True)
class Hidden:
    """The hidden share of a partner over months: of all of them together, month by month, and how it moved.

    `share` is all that is hidden of all that was paid; `moved` the last month's share less the first one's, as a
    fraction (0.01 is one point); both None where nothing is known, `moved` also with fewer than two months. `points`
    are (month, hidden, total, share, lines behind it), in order, None where a month has none.
    """

    partner: str
    currency: str
    share: Fraction | None
    moved: Fraction | None
    points: tuple[tuple[str, Money | None, Money | None, Fraction | None, int], ...]

    def as_json(self) -> dict[str, Any]:
        """The trend as plain JSON values."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return parts


def hidden_trend(months: Iterable[MonthCost]) -> tuple[Hidden, ...]:
    """The hidden share by partner and currency, its months in order."""
    groups: dict[tuple[str, str], list[MonthCost]] = {}
    for month in months:
        groups.setdefault((month.partner, month.currency), []).append(month)
    found = []
    for (partner, currency), own in sorted(groups.items()):
        ordered = sorted(own, key=lambda month: month.month)
        known = [month for month in ordered if month.hidden_share is not None]
        hidden = sum((Fraction(month.hidden.amount) for month in known if month.hidden), Fraction(0))
        total = sum((Fraction(month.total.amount) for month in known if month.total), Fraction(0))
        moved = None
        if len(known) > 1:
            moved = (known[-1].hidden_share or Fraction(0)) - (known[0].hidden_share or Fraction(0))
        points = tuple((one.month, one.hidden, one.total, one.hidden_share, one.n) for one in ordered)
        found.append(Hidden(partner, currency, hidden / total if total else None, moved, points))
    return tuple(found)

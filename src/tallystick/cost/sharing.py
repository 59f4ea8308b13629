"""Months of several partners with what they share: rows of the books that name no partner, led to each by its key.

Reads only, and for the client alone: what the client spends on all partners is none of any partner's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.cost.gather import BOOKS, CostedMonth, gather_costs
from tallystick.cost.month import cost_of
from tallystick.cost.month_inputs import Counted, MonthInputs
from tallystick.cost.shared import (
    FILE,
    Allocation,
    Key,
    SharedAmount,
    SharingRule,
    Weight,
    allocations,
    sharing_rules_at,
)
from tallystick.records.attribution import UNASSIGNED
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope


@dataclass(frozen=True)
class Sharing:
    """What some months share: the rules, and the rows of the books by month."""

    rules: tuple[SharingRule, ...]
    amounts: Mapping[str, tuple[SharedAmount, ...]]

    @property
    def needs_counts(self) -> bool:
        """Whether what partners did must be counted to lead anything to them."""
        return any(one.key is not Key.FIXED for one in self.rules) and any(self.amounts.values())


def sharing_of(root: Path, months: Sequence[str], currency: str = "") -> Sharing:
    """The rules of a project's folder, and what its books share in some months (2026-03).

    `currency` is that of rows that name none. Raises DataError for a file of rules that cannot be read.
    """
    path = root / FILE
    rules = sharing_rules_at(path) if path.is_file() else ()
    with Lake.open(root / "lake") as lake:
        rows = lake.read(Scope.of_partner(lake.client, UNASSIGNED), "cost", columns=list(BOOKS))
    found: dict[str, list[SharedAmount]] = {month: [] for month in months}
    for row in _told(rows).to_pylist():
        month = f"{row['period_from']:%Y-%m}"
        if month in found and (row["borne_by"] or "client") == "client":
            amount = SharedAmount(row["cost_key"], row["kind"] or "other", row["amount"], row["currency"] or currency)
            found[month].append(amount)
    return Sharing(rules, {month: tuple(amounts) for month, amounts in found.items()})


def _told(rows: pa.Table) -> pa.Table:
    return rows.filter(pc.and_(pc.is_valid(rows.column("amount")), pc.is_valid(rows.column("period_from"))))


Gathered = Callable[[str], Sequence[MonthInputs]]
Shared = tuple[dict[str, tuple[CostedMonth, ...]], tuple[Allocation, ...]]


def costs_of_partners(
    root: Path, contracts: Iterable[Path], partners: Iterable[str], everybody: Sequence[str], months: Sequence[str],
    as_of: datetime,
) -> Shared:  # fmt: skip
    """The ledgers of some months of several partners with what is led to each, and all that is shared, in order.

    `everybody` are all partners with a contract. Raises as `gather_costs` and `sharing_of`.
    """
    listed = list(contracts)
    return costs_shared(root, partners, everybody, months, lambda name: gather_costs(root, listed, name, months, as_of))


def costs_shared(
    root: Path, partners: Iterable[str], everybody: Sequence[str], months: Sequence[str], gathered: Gathered
) -> Shared:
    """The same where `gathered` gives the months of a partner, in order.

    Of those who are not asked for it is called only where a key counts what they did.
    """
    asked = list(partners)
    given = {name: tuple(gathered(name)) for name in asked}
    currency = next((own[-1].currency for own in given.values() if own), "")
    sharing = sharing_of(root, months, currency)
    if sharing.needs_counts:
        given |= {name: tuple(gathered(name)) for name in everybody if name not in given}
    found: list[Allocation] = []
    for month, amounts in sharing.amounts.items():
        inputs = [one for own in given.values() for one in own if one.month == month and one.in_force]
        found += allocations(month, amounts, sharing.rules, weights_of(inputs), {*everybody, *asked})
    return {
        name: tuple(CostedMonth(one, cost_of(one)) for one in (_with_parts(one, found) for one in given[name]))
        for name in asked
    }, tuple(found)


def weights_of(months: Iterable[MonthInputs]) -> dict[Key, tuple[Weight, ...]]:
    """What the keys count of each partner in one month, by partner."""
    listed = sorted(months, key=lambda one: one.partner)

    def weight(one: MonthInputs, counted: Counted) -> Weight:
        return Weight(one.partner, None if counted.value is None else Fraction(counted.value), counted.n)

    return {
        Key.VOLUME: tuple(weight(one, one.contacts) for one in listed),
        Key.HOURS: tuple(weight(one, one.worked) for one in listed),
    }


def _with_parts(given: MonthInputs, shared: Iterable[Allocation]) -> MonthInputs:
    own = tuple(part for one in shared if one.month == given.month and (part := one.part_of(given.partner)) is not None)
    return replace(given, allocated=own, has_books=given.has_books or bool(own)) if own else given

"""What a planted error is: what a partner does to a right bill, and what that is worth, reckoned by hand.

`line`, `cause` and `amount` are what a check has to say of it, before tax and before what follows for a discount.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import import_module

from tests.billing.planted.bills import Bill, Row, bill
from tests.billing.planted.world import MONTHS


@dataclass(frozen=True)
class Planting:
    """The wrong bill, the line it shows on, the cause and the amount; `others` are documents that were there before."""

    bill: Bill
    line: str
    cause: str
    amount: Decimal
    others: tuple[tuple[Bill, str], ...] = ()
    document: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of error, in which model, and how it is planted into a right bill."""

    name: str
    model: str
    plant: Callable[[Bill], Planting | None]

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which it happens."""
        return tuple(month for month in MONTHS if self.plant(bill(self.model, month)) is not None)


KINDS: list[Kind] = []


def kind(model: str) -> Callable[[Callable[[Bill], Planting | None]], Callable[[Bill], Planting | None]]:
    def named(plant: Callable[[Bill], Planting | None]) -> Callable[[Bill], Planting | None]:
        KINDS.append(Kind(plant.__name__, model, plant))
        return plant

    return named


def swap(given: Bill, code: str, new: Row, cause: str) -> Planting | None:
    """One line in place of another: worth what it comes to more."""
    old = given.row(code)
    if new.net == old.net:
        return None
    found = replace(given, rows=tuple(new if one is old else one for one in given.rows))
    return Planting(found, code, cause, new.net - old.net)


def every_kind() -> list[Kind]:
    """All kinds, of the three models."""
    for model in ("heads", "calls", "hours"):
        import_module(f"tests.billing.planted.of_{model}")
    return KINDS

"""What every cause of a difference shares. A cause is a file of `causes/`; the file's name is its id.

A cause is never guessed. It reads the text or the records another way, as a partner might have done, and is told only
where that reading comes to the very figures that were billed. What no reading comes to is a plain difference of
quantity or price where the line tells both, and unexplained where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, cast

from tallystick.billing.check.value import Row
from tallystick.registry import load_folder
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.billing.check.adjusted import Adjusted
    from tallystick.billing.check.bench import Bench, Item
    from tallystick.billing.check.doubles import History
    from tallystick.billing.check.received import Document, Told
    from tallystick.billing.expected import Working

PACKAGE = "tallystick.billing.check.causes"


class Stage(StrEnum):
    """At which step between the expected and the billed amount a cause is asked.

    `double`: documents and lines that were billed already. `quantity`: another quantity. `price`: another price or
    amount for the quantity that was billed. `adjustment`: discounts and price adjustments. `tax`: taxes. `alone`: lines
    that match no charge. `rest`: what remains; these are named by the check itself and ask nothing.
    """

    DOUBLE = "double"
    QUANTITY = "quantity"
    PRICE = "price"
    ADJUSTMENT = "adjustment"
    TAX = "tax"
    ALONE = "alone"
    REST = "rest"


FAMILIES = (
    "quantity", "rate", "tier", "proration", "duplicate", "shared agent", "ghost hours", "unauthorised line", "index",
    "currency", "rounding", "credit", "discount", "tax", "commitment", "consequence", "arithmetic", "other months",
    "unexplained",
)  # fmt: skip


@dataclass(frozen=True)
class Rereading:
    """What a charge comes to, read another way: the amount, the quantity, and what was read.

    `says` is one sentence; `formula` and `inserted` replace those that the charge's own steps give. `rows` are the
    records behind it, where they are not those by which the counts differ.
    """

    says: str
    amount: Money
    quantity: Fraction | None = None
    workings: tuple[Working, ...] = ()
    formula: str = ""
    inserted: str = ""
    rows: tuple[Row, ...] | None = None


@dataclass(frozen=True)
class Doubled:
    """Lines that were billed already, and what says so; `documents` are those that they repeat."""

    lines: tuple[Told, ...]
    says: str
    documents: tuple[str, ...] = ()


Rereadings = Callable[["Item", "Bench"], Iterable[Rereading]]
Doubles = Callable[["tuple[Told, ...]", "History"], Iterable[Doubled]]
Repeats = Callable[["Document", "History"], "str | None"]
Adjustments = Callable[["Adjusted"], Iterable[Rereading]]
Alone = Callable[["Told", "Item | None", "Bench"], "str | None"]


@dataclass(frozen=True)
class Cause:
    """One cause: its module and text, its title and family, and at which stage what is asked.

    Causes of a stage are asked by `rank`, the lowest first; where several come to the same figures, the first is told
    and the others stand beside it.
    """

    module: str
    text: str | None
    title: str
    family: str
    stage: Stage
    rank: int = 50
    readings: Rereadings | None = None
    doubles: Doubles | None = None
    repeats: Repeats | None = None
    adjustments: Adjustments | None = None
    alone: Alone | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the id from the file's name, and refuse a cause without a text or of an unknown family."""
        object.__setattr__(self, "id", self.module.rpartition(".")[2])
        if not self.text or self.family not in FAMILIES:
            raise ValueError(f"cause {self.id}: a text, and a family out of {', '.join(FAMILIES)}")

    @property
    def summary(self) -> str:
        """The first sentence of its text."""
        return (self.text or "").strip().split("\n\n")[0].replace("\n", " ")


def causes() -> Mapping[str, Cause]:
    """Every cause by its id."""
    return cast("Mapping[str, Cause]", load_folder(PACKAGE, Cause))


@cache
def causes_of(stage: Stage) -> tuple[Cause, ...]:
    """The causes of a stage in the order in which they are asked."""
    found = [one for one in causes().values() if one.stage is stage]
    return tuple(sorted(found, key=lambda one: (one.rank, one.id)))

"""A price for each unit of any measure, or for so many of them: people trained, messages, gigabytes."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import NUMBER, Cards
from tallystick.contract.charge import QUANTITY, Charge, Charged, ChargeValues, Quantities, Role, quantity_words
from tallystick.contract.quantity import Number, figure_text

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class PerUnit(Charge):
    """Units of any measure times a rate, beyond those that are free."""

    called: ClassVar[str] = "Price per unit"

    kind: Literal["per_unit"] = "per_unit"
    rate: Number = Field(description="The price of a unit, or of `every` units.")
    every: int = Field(1, ge=1, description="How many units the rate is for; a part of them costs its part.")
    free: Number | None = Field(None, description="So many units of a month cost nothing.")
    quantity: Quantities = Field(description="What is counted.")

    @property
    def unit_rate(self) -> Fraction | None:
        """The price of one unit."""
        return Fraction(self.rate) / self.every

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """What is counted."""
        return {QUANTITY: Role(self.own(self.quantity), NUMBER)}

    def apply(self, values: ChargeValues) -> Charged:
        """Units that are not free x rate."""
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        units, step = self.units_step(values)
        steps = [step]
        if self.free is not None:
            free = Fraction(self.free) * values.share
            rest = max(units - free, Fraction(0))
            said = f"{figure_text(units)} - {figure_text(free)}, not below 0"
            steps.append(self.step("charged", "units - free units", said, rest, self.unit_word))
            units = rest
        return self.priced(values, units, Fraction(self.rate) / self.every, steps)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        what = "Each unit costs" if self.every == 1 else f"Every {self.every:,} units cost"
        lines = [
            f"{what} {self.money_words(contract, self.rate)}.",
            f"Counted is {quantity_words(self.own(self.quantity), cards)}.",
        ]
        if self.free is not None:
            lines.append(f"The first {figure_text(Fraction(self.free))} of a month cost nothing.")
        return [*lines, *self.closing_words(contract)]

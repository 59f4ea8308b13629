"""A price per hour: productive hours, hours in adherence, and the other times that the contract names as billable.

Several measures are added up, so that a text can say which time off the phone is paid (training, meetings) and leave
out all other. `at_most` limits the hours paid to those that were asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import SECONDS, Cards
from tallystick.contract.charge import (
    HOUR_S,
    QUANTITY,
    Charge,
    Charged,
    ChargeValues,
    Quantities,
    Role,
    quantity_words,
)
from tallystick.contract.quantity import Number, figure_text

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

AT_MOST = "at_most"


class PerHour(Charge):
    """Hours times a rate, up to the hours asked for where the text says so."""

    called: ClassVar[str] = "Price per hour"
    unit_size: ClassVar[int] = HOUR_S
    unit_word: ClassVar[str] = "hour"

    kind: Literal["per_hour"] = "per_hour"
    rate: Number = Field(description="The price of an hour.")
    hours: Quantities = Field(description="Which time is paid: measures in seconds, added up.")
    at_most: Quantities | None = Field(None, description="Hours beyond these are not paid: measures in seconds.")

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Seconds paid, and the most of them."""
        found = {QUANTITY: Role(self.own(self.hours), SECONDS)}
        return found | ({AT_MOST: Role(self.own(self.at_most), SECONDS)} if self.at_most else {})

    def apply(self, values: ChargeValues) -> Charged:
        """Hours, or the most of them, x rate."""
        if (unknown := self.unknown(values, self.roles(values.contract))) is not None:
            return unknown
        hours, step = self.units_step(values)
        steps = [step]
        if self.at_most is not None:
            most, more = self.units_step(values, AT_MOST)
            paid = min(hours, most)
            sign = "≤" if hours <= most else ">"
            said = f"{figure_text(hours)} {sign} {figure_text(most)}"
            steps += [more, self.step("hours paid", "the smaller of hours and at most", said, paid, self.unit_word)]
            hours = paid
        return self.priced(values, hours, Fraction(self.rate), steps)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [
            f"Each hour costs {self.money_words(contract, self.rate)}.",
            f"Paid is {quantity_words(self.own(self.hours), cards)}, and no other time.",
        ]
        if self.at_most:
            lines.append(f"Never paid is more than {quantity_words(self.own(self.at_most), cards)}.")
        return [*lines, *self.closing_words(contract)]

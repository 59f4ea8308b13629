"""A block of hours bought each month at a fixed price; hours beyond it cost a rate, unused ones live on for a while.

Hours are used up the oldest first. A part of a month buys its part of the block; what it leaves is for later parts of
the month, whether hours live on in later months or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.bank import banked, drawn, kept, lots_text, total
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
from tallystick.contract.quantity import Number, amount_text, figure_text

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class BankOfHours(Charge):
    """The price of the block, plus hours that no block covers times a rate."""

    called: ClassVar[str] = "Bank of hours"
    unit_size: ClassVar[int] = HOUR_S
    unit_word: ClassVar[str] = "hour"

    kind: Literal["bank_of_hours"] = "bank_of_hours"
    hours: Number = Field(description="Hours bought each month.")
    price: Number = Field(description="The price of a month's block.")
    rate: Number = Field(description="The price of an hour that no block covers.")
    months: int = Field(0, ge=0, le=60, description="For how many months after its own an unused hour can be used.")
    quantity: Quantities = Field(description="Which hours are used: measures in seconds.")

    @property
    def unit_rate(self) -> Fraction | None:
        """An hour has no one price."""
        return None

    @property
    def carries(self) -> bool:
        """Hours live on for the months that the text says."""
        return self.months > 0

    @property
    def carries_on(self) -> bool:
        """A block is of a whole month."""
        return True

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Seconds used."""
        return {QUANTITY: Role(self.own(self.quantity), SECONDS)}

    def apply(self, values: ChargeValues) -> Charged:
        """Price of the block + hours beyond the bank x rate."""
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        currency = self.currency_under(values.contract)
        used, first = self.units_step(values)
        bought, price = Fraction(self.hours) * values.share, Fraction(self.price) * values.share
        lots = banked(kept(values.lots, values.month, self.months), values.month, bought)
        steps = [first, self.step("bank", "hours that can be used", lots_text(lots), total(lots), self.unit_word)]
        covered, left = drawn(lots, used)
        beyond = used - covered
        if beyond:
            said = f"{figure_text(used)} - {figure_text(covered)} = {figure_text(beyond)}"
            steps.append(self.step("beyond", "hours used - hours of the bank", said, beyond, self.unit_word))
        rate = Fraction(self.rate)
        amount = price + beyond * rate
        inserted = amount_text(price, currency)
        if values.share != 1:
            inserted = f"{amount_text(Fraction(self.price), currency)} x {values.days} / {values.month_days}"
        inserted += f" + {figure_text(beyond)} x {amount_text(rate, currency)}" if beyond else ""
        steps.append(self.amount_step(values, "price of the block + hours beyond it x rate", inserted, amount))
        lots = kept(left, values.month, self.months)
        return Charged(amount, tuple(steps), used, self.unit_word, None, lots)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        many = "month" if self.months == 1 else f"{self.months} months"
        return [
            (
                f"Each month {figure_text(Fraction(self.hours))} hours are bought for "
                f"{self.money_words(contract, self.price)}."
            ),
            f"Used is {quantity_words(self.own(self.quantity), cards)}, the oldest hours first.",
            f"An hour that the bank does not cover costs {self.money_words(contract, self.rate)}.",
            f"An hour that is not used can be used in the next {many}; later it is lost."
            if self.months
            else "An hour that is not used in its month is lost.",
            *self.closing_words(contract),
        ]

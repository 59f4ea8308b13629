"""A fixed price of a month: management, licences, lines. A part of a month costs its part, by days."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import Cards
from tallystick.contract.charge import Charge, Charged, ChargeValues
from tallystick.contract.quantity import Number, amount_text
from tallystick.contract.section import MONTHS, Name

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class Fixed(Charge):
    """A sum for each month."""

    called: ClassVar[str] = "Fixed price"
    unit_word: ClassVar[str] = "month"

    kind: Literal["fixed"] = "fixed"
    amount: Number | None = Field(None, description="The price of a month.")
    of: Name | None = Field(None, description="A fee of the text, in place of an amount.")
    working_days: Name | None = Field(None, description="The calendar whose open days prorate it; else all days.")

    @model_validator(mode="after")
    def _one_of(self) -> Fixed:
        if (self.amount is None) == (self.of is None):
            raise ValueError("a fixed price says either `amount`, or `of` with the name of a fee")
        return self

    def fee_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The fee that it charges."""
        return ((self.of, ("of",)),) if self.of else ()

    def day_calendar(self) -> str | None:
        """The calendar whose open days prorate it."""
        return self.working_days

    def currency_under(self, contract: Contract) -> str:
        """That of the fee, or of the charge."""
        fee = contract.fee(self.of) if self.of else None
        return fee.currency if fee is not None else super().currency_under(contract)

    def monthly(self, contract: Contract) -> Fraction | None:
        """The price of a whole month; a fee of a quarter or a year is shared out over its months."""
        if self.amount is not None:
            return Fraction(self.amount)
        section, fee = contract.fees.get(self.of or ""), contract.fee(self.of or "")
        if section is None or fee is None:
            return None
        return Fraction(fee.amount) / MONTHS[section.per]

    def apply(self, values: ChargeValues) -> Charged:
        """The month's price x days / days of the month."""
        whole = self.monthly(values.contract)
        if whole is None:
            step = self.step("amount", "without the fee nothing is known", self.of or "", None)
            return Charged(None, (step,))
        amount, said = whole * values.share, amount_text(whole, self.currency_under(values.contract))
        formula = "price of the month"
        if values.share != 1:
            formula, said = f"{formula} x days / days of the month", f"{said} x {values.days} / {values.month_days}"
        last = self.amount_step(values, formula, said, amount)
        return Charged(amount, (last,), values.share, self.unit_word, whole)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The charge in plain sentences."""
        price = (
            f"A month costs {self.money_words(contract, self.amount)}."
            if self.amount is not None
            else f"Charged is {contract.fee_words(self.of or '')}."
        )
        by = f" on which the opening hours “{self.working_days}” are open" if self.working_days else ""
        return [price, f"A part of a month costs its part, by days{by}.", *self.closing_words(contract)]

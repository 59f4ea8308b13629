"""Costs that the partner laid out and passes on, with or without a mark-up, up to a ceiling.

Counted are documented costs of the records in the charge's currency, by what they were for; costs in other currencies
need a charge of their own, so that none is converted in passing. Where no cost line of the month is known, nothing is
passed on and the invoice stays open. Costs follow an index only where it names the charge. They are a part of a fee
under `billing.fees` that names no charges, which the linter asks about.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import NUMBER, Cards
from tallystick.contract.charge import QUANTITY, Charge, Charged, ChargeValues, Role, counted_by
from tallystick.contract.quantity import Number, Percentage, amount_text, percentage_text
from tallystick.contract.section import Words

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class PassThrough(Charge):
    """Documented costs, plus a mark-up."""

    called: ClassVar[str] = "Costs passed on"
    has_price: ClassVar[bool] = False

    kind: Literal["pass_through"] = "pass_through"
    costs: Words = Field(min_length=1, description="Kinds of cost that are passed on: travel, telecom ...")
    mark_up: Percentage = Field(Fraction(0), description="What is added to the costs.")
    at_most: Number | None = Field(None, description="The most of a month, mark-up included.")

    def roles(self, contract: Contract) -> Mapping[str, Role]:
        """Documented costs in the charge's currency."""
        currency = self.currency_under(contract)
        counted = [counted_by("documented_costs", cost=kind, currency=currency) for kind in self.costs]
        return {QUANTITY: Role(self.own(counted), NUMBER)}

    @property
    def unit_rate(self) -> Fraction | None:
        """Costs have no price."""
        return None

    def apply(self, values: ChargeValues) -> Charged:
        """Costs x (1 + mark-up), up to the ceiling."""
        currency = self.currency_under(values.contract)
        # Costs are charged where they are documented: without a document there is nothing to pass on, and the invoice
        # stays open, because the documents of the month may still come.
        costs = values.quantity()
        shown = self.open_for(values) or amount_text(costs, currency)
        steps = [self.step("costs", "documented costs", shown, costs, currency)]
        amount = costs * (1 + self.mark_up)
        if self.mark_up:
            inserted = f"{amount_text(costs, currency)} x (1 + {percentage_text(self.mark_up)})"
            said = f"{inserted} = {amount_text(amount, currency)}"
            steps.append(self.step("with mark-up", "costs x (1 + mark-up)", said, amount, currency))
        if self.at_most is not None:
            most = Fraction(self.at_most) * values.share
            sign = "≤" if amount <= most else ">"
            said = f"{amount_text(amount, currency)} {sign} {amount_text(most, currency)}"
            amount = min(amount, most)
            steps.append(self.step("ceiling", "the smaller of costs and ceiling", said, amount, currency))
        shown = amount_text(costs, currency) if not self.mark_up and self.at_most is None else "as above"
        steps.append(self.amount_step(values, "costs passed on", shown, amount))
        return Charged(amount, tuple(steps), costs, currency)

    def open_for(self, values: ChargeValues) -> str:
        """No cost of the partner is known in the month, of whatever kind."""
        return f"no cost line of {values.month} is known" if values.missing([QUANTITY]) else ""

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The charge in plain sentences."""
        lines = [f"Documented costs of {', '.join(self.costs)} in {self.currency_under(contract)} are passed on."]
        lines.append(
            f"A mark-up of {percentage_text(self.mark_up)} is added." if self.mark_up else "Nothing is added to them."
        )
        if self.at_most is not None:
            lines.append(f"They never come to more than {self.money_words(contract, self.at_most)} a month.")
        return [*lines, *self.closing_words(contract)]

"""A price per resolution, proved by silence: what comes back within the window is given back, or never charged.

`billed: solved` charges what was solved in the month at once and gives back, `true_up` months later and at the rate of
then, the share `claw_back` of what came back within the window. `billed: verified` charges a month's resolutions only
when their window is over, `true_up` months later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import NUMBER, Cards
from tallystick.contract.charge import QUANTITY, Charge, Charged, ChargeValues, Role, counted_by, quantity_words
from tallystick.contract.quantity import (
    DAY_S,
    Number,
    Percentage,
    amount_text,
    duration_words,
    figure_text,
    percentage_text,
)
from tallystick.vocabulary.finding import Finding

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

RETURNED, VERIFIED = "returned", "verified"
SHORTEST_MONTH_S = 28 * DAY_S


class PerResolution(Charge):
    """Resolutions times a rate, less those that came back."""

    called: ClassVar[str] = "Price per resolution"
    unit_word: ClassVar[str] = "resolution"

    kind: Literal["per_resolution"] = "per_resolution"
    rate: Number = Field(description="The price of a resolution.")
    billed: Literal["solved", "verified"] = Field("solved", description="When a resolution is charged.")
    claw_back: Percentage = Field(Fraction(1), description="The share given back of what came back.")
    true_up: int = Field(1, ge=1, le=12, description="After how many months the month is settled.")

    @property
    def months_later(self) -> int | None:
        """The month is settled once its windows are over."""
        return self.true_up

    @property
    def charges_now(self) -> bool:
        """What is charged when verified is not charged in its month."""
        return self.billed == "solved"

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """What was solved."""
        return {QUANTITY: Role(self.own([counted_by("resolved_cases")]), NUMBER)} if self.charges_now else {}

    def later_roles(self, contract: Contract) -> Mapping[str, Role]:
        """What came back within the window, or what did not."""
        name = RETURNED if self.charges_now else VERIFIED
        window = contract.definitions.repeat_window
        counted = counted_by("verified_resolutions", window_s=window, outcome=name)
        return {name: Role(self.own([counted]), NUMBER)}

    def apply(self, values: ChargeValues) -> Charged:
        """Resolutions x rate."""
        if (unknown := self.unknown(values, self.roles(values.contract))) is not None:
            return unknown
        solved, step = self.units_step(values)
        return self.priced(values, solved, Fraction(self.rate), [step])

    def settle(self, values: ChargeValues) -> Charged:
        """What came back x rate x claw-back, given back; or what is verified x rate."""
        if (unknown := self.unknown(values, self.later_roles(values.contract))) is not None:
            return unknown
        if not self.charges_now:
            verified, step = self.units_step(values, VERIFIED)
            return self.priced(values, verified, Fraction(self.rate), [step])
        returned, step = self.units_step(values, RETURNED)
        rate, amount = Fraction(self.rate), -returned * Fraction(self.rate) * self.claw_back
        currency = self.currency_under(values.contract)
        inserted = f"-({figure_text(returned)} x {amount_text(rate, currency)} x {percentage_text(self.claw_back)})"
        last = self.amount_step(values, "-(came back x rate x claw-back)", inserted, amount)
        return Charged(amount, (step, last), -returned, self.unit_word, rate)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        window = duration_words(contract.definitions.repeat_window)
        later = f"{self.true_up} month{'s' if self.true_up != 1 else ''} later"
        lines = [f"Each resolution costs {self.money_words(contract, self.rate)}."]
        if self.charges_now:
            lines += [
                f"Counted is {quantity_words(self.roles(contract)[QUANTITY].of, cards)}.",
                (
                    f"A resolution fails where the customer comes back about the same issue within {window}; "
                    f"{percentage_text(self.claw_back)} of its price of then is given back {later}."
                ),
            ]
        else:
            lines.append(
                f"Charged is only what stayed resolved for {window}; a month's resolutions are charged {later}."
            )
        return [*lines, *self.closing_words(contract)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """A window that is longer than the months after which the month is settled."""
        from tallystick.contract.rule import reading_rule

        if contract.definitions.repeat_window > self.true_up * SHORTEST_MONTH_S:
            message = (
                f"The repeat window of {duration_words(contract.definitions.repeat_window)} may still run when the "
                f"month is settled, {self.true_up} month(s) later."
            )
            yield reading_rule("charge_window_open").found(contract.charge_place(self, "true_up"), message)

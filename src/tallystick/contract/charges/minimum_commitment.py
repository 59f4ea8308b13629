"""Units times a rate, but at least a committed volume: a share of the forecast in force at its lock date, or a number.

What was paid and not used can be banked: for so many months it is used up, the oldest first, by units above a later
month's commitment, which then cost nothing. A part of a month has its part of a committed number; a committed share
goes by the forecast of its own days.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.bank import banked, drawn, kept, lots_text
from tallystick.contract.card import NUMBER, SECONDS, Cards
from tallystick.contract.charge import (
    QUANTITY,
    Charge,
    Charged,
    ChargeValues,
    Quantities,
    Role,
    counted_by,
    quantity_words,
    sized,
)
from tallystick.contract.charges.tiered import SIZES
from tallystick.contract.names import with_article
from tallystick.contract.quantity import Number, Percentage, amount_text, figure_text, percentage_text
from tallystick.contract.section import Section
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

FORECAST = "forecast"


class Banking(Section):
    """For how many months after its own a paid and unused unit can be used."""

    months: int = Field(ge=1, le=60)


class MinimumCommitment(Charge):
    """The larger of actual and committed units, times a rate."""

    called: ClassVar[str] = "Minimum commitment"

    kind: Literal["minimum_commitment"] = "minimum_commitment"
    rate: Number = Field(description="The price of a unit.")
    excess_rate: Number | None = Field(None, description="The price of units above the commitment, where it differs.")
    quantity: Quantities = Field(description="What is counted.")
    per: Literal["unit", "minute", "hour"] = Field("unit", description="What the rate prices.")
    share: Percentage | None = Field(None, description="The committed share of the forecast.")
    forecast: Quantities | None = Field(None, description="Else forecast_contacts at its lock date, for units alone.")
    units: Number | None = Field(None, description="The committed units of a month, in place of a share.")
    banking: Banking | None = Field(None, description="Whether paid and unused units can be used later.")

    @model_validator(mode="after")
    def _one_of(self) -> MinimumCommitment:
        if (self.share is None) == (self.units is None):
            raise ValueError("a commitment says either `share` of the forecast, or `units`")
        if self.forecast is not None and self.share is None:
            raise ValueError("`forecast` goes with `share`")
        return self

    @property
    def carries(self) -> bool:
        """Units are banked where the text says so."""
        return self.banking is not None

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Actual units, and the forecast."""
        unit = NUMBER if self.per == "unit" else SECONDS
        found = {QUANTITY: Role(self.own(self.quantity), unit)}
        if self.share is not None:
            found[FORECAST] = Role(self.own(self.forecast or self._forecast()), NUMBER if not self.forecast else unit)
        return found

    @staticmethod
    def _forecast() -> Quantities:
        return (counted_by("forecast_contacts"),)

    def billed_units(self, counted: Fraction, values: ChargeValues) -> tuple[Fraction, str]:  # noqa: ARG002
        """Units, or seconds over those of a minute or an hour."""
        return sized(counted, SIZES[self.per])

    @property
    def billed_word(self) -> str:
        """Unit, minute or hour."""
        return self.per

    def apply(self, values: ChargeValues) -> Charged:
        """max(actual, committed), less what the bank gives, x rate."""
        if (unknown := self.unknown(values, self.roles(values.contract))) is not None:
            return unknown
        size, currency = SIZES[self.per], self.currency_under(values.contract)
        actual = values.quantity() / size
        steps = [self.step(QUANTITY, f"actual {self.per}s", figure_text(actual), actual, self.per)]
        committed, said = self._committed(values)
        steps.append(said)
        months = self.banking.months if self.banking else 0
        lots = kept(values.lots, values.month, months)
        if actual < committed:
            short = committed - actual
            if self.banking:
                lots = banked(lots, values.month, short)
                formula, inserted = "committed - actual, banked", f"{figure_text(committed)} - {figure_text(actual)}"
                steps.append(self.step("banked", formula, f"{inserted} = {figure_text(short)}", short, self.per))
            excess = from_bank = Fraction(0)
        else:
            excess = actual - committed
            from_bank, lots = drawn(lots, excess)
            if from_bank:
                was = lots_text(kept(values.lots, values.month, months))
                formula = "units above the commitment, as far as the bank has them"
                steps.append(self.step("from the bank", formula, f"bank {was}", from_bank, self.per))
        rate = Fraction(self.rate)
        over = Fraction(self.rate if self.excess_rate is None else self.excess_rate)
        amount = committed * rate + (excess - from_bank) * over
        charged = committed + excess - from_bank
        inserted = f"{figure_text(committed)} x {amount_text(rate, currency)}"
        if excess - from_bank:
            inserted += f" + {figure_text(excess - from_bank)} x {amount_text(over, currency)}"
        steps.append(self.amount_step(values, "committed x rate + units above it x rate", inserted, amount))
        return Charged(amount, tuple(steps), charged, self.per, rate if rate == over else None, lots)

    def _committed(self, values: ChargeValues) -> tuple[Fraction, Step]:
        if self.share is None:
            units = Fraction(self.units or 0)
            found = units * values.share
            if values.share == 1:
                return found, self.step("committed", "committed units", figure_text(found), found, self.per)
            said = f"{figure_text(units)} x {values.days} / {values.month_days} = {figure_text(found)}"
            return found, self.step("committed", "committed units x days / days of the month", said, found, self.per)
        forecast = values.quantity(FORECAST) / (SIZES[self.per] if self.forecast else 1)
        found = self.share * forecast
        said = f"{percentage_text(self.share)} x {figure_text(forecast)} = {figure_text(found)}"
        return found, self.step("committed", "share x forecast at its lock date", said, found, self.per)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [
            f"Each {self.per} costs {self.money_words(contract, self.rate)}.",
            f"Counted is {quantity_words(self.own(self.quantity), cards)}.",
        ]
        if self.share is not None:
            lines.append(
                f"Charged are at least {percentage_text(self.share)} of "
                f"{quantity_words(self.own(self.forecast or self._forecast()), cards)}."
            )
        else:
            lines.append(f"Charged are at least {figure_text(Fraction(self.units or 0))} {self.per}s a month.")
        if self.excess_rate is not None:
            one = with_article(self.per).capitalize()
            lines.append(f"{one} above that costs {self.money_words(contract, self.excess_rate)}.")
        if self.banking:
            many = "month" if self.banking.months == 1 else f"{self.banking.months} months"
            lines.append(
                f"What is paid and not used is banked: in the next {many} it covers units above the commitment, the "
                "oldest first."
            )
        else:
            lines.append("What is paid and not used is lost.")
        lines.append("Where the price changes within a month, each part of it is committed for its own days.")
        return [*lines, *self.closing_words(contract)]

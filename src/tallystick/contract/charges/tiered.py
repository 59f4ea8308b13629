"""A price per unit that falls or rises with volume: marginal, or for all units at once.

`marginal` prices each unit by the tier in which it lies. `all-units` prices every unit by the tier that the volume has
reached, so crossing a border moves the price of what was charged before too. Tiers go by the volume of the month, or of
the year of the rate card so far; then the month is charged what the year comes to with it less what it came to before,
both at the prices in force in the month. Under `all-units` that moves earlier units to the tier reached; what they were
charged at older prices stays. With `reprice: no` earlier months of the year keep their price; earlier days of the month
never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import NUMBER, SECONDS, Cards
from tallystick.contract.charge import (
    EARLIER,
    EARLIER_IN_MONTH,
    HOUR_S,
    MINUTE_S,
    MONTH,
    QUANTITY,
    YEAR,
    Charge,
    Charged,
    ChargeValues,
    Quantities,
    Role,
    quantity_words,
    sized,
)
from tallystick.contract.names import with_article
from tallystick.contract.quantity import Number, amount_text, figure_text
from tallystick.contract.section import Section
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

SIZES = {"unit": 1, "hour": HOUR_S, "minute": MINUTE_S}


class Tier(Section):
    """A price up to a volume, that volume included; the last tier has no end."""

    up_to: Number | None = None
    rate: Number


class Tiered(Charge):
    """Units by tiers of volume."""

    called: ClassVar[str] = "Price by volume"

    kind: Literal["tiered"] = "tiered"
    tiers: tuple[Tier, ...] = Field(min_length=1, description="`up_to` (the last has none) and `rate`.")
    model: Literal["marginal", "all-units"] = Field(description="Each unit by its own tier, or all by the one reached.")
    over: Literal["month", "year"] = Field("month", description="Over which span volume is added up.")
    reprice: bool = Field(default=True, description="Whether earlier months of the year take the tier reached.")
    quantity: Quantities = Field(description="What is counted.")
    per: Literal["unit", "minute", "hour"] = Field("unit", description="What a rate prices; minutes of seconds, say.")

    @model_validator(mode="after")
    def _rising(self) -> Tiered:
        ends = [tier.up_to for tier in self.tiers]
        if ends[-1] is not None or any(end is None for end in ends[:-1]):
            raise ValueError("every tier but the last says `up_to`")
        known = [end for end in ends if end is not None]
        if known != sorted(set(known)) or any(end <= 0 for end in known):
            raise ValueError("the tiers rise: each `up_to` is higher than the one before")
        return self

    @property
    def unit_rate(self) -> Fraction | None:
        """The price depends on volume."""
        return Fraction(self.tiers[0].rate) if len(self.tiers) == 1 else None

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Units of the days charged, and those before them in the span."""
        own, unit = self.own(self.quantity), NUMBER if self.per == "unit" else SECONDS
        found = {QUANTITY: Role(own, unit), EARLIER: Role(own, unit, YEAR if self.over == "year" else MONTH)}
        return found | ({EARLIER_IN_MONTH: Role(own, unit, MONTH)} if self._keeps else {})

    @property
    def _keeps(self) -> bool:
        """Whether earlier months of the year keep their price."""
        return self.model == "all-units" and self.over == "year" and not self.reprice

    def tier_of(self, volume: Fraction) -> Tier:
        """The tier that a volume lies in; the end of a tier belongs to it."""
        return next(tier for tier in self.tiers if tier.up_to is None or volume <= Fraction(tier.up_to))

    def cost_of(self, volume: Fraction) -> Fraction:
        """What a volume costs from nothing."""
        if self.model == "all-units":
            return volume * Fraction(self.tier_of(volume).rate)
        return sum((units * Fraction(tier.rate) for tier, units in self._slices(Fraction(0), volume)), Fraction(0))

    def _slices(self, begin: Fraction, end: Fraction) -> list[tuple[Tier, Fraction]]:
        """The units of each tier between two volumes."""
        found, low = [], Fraction(0)
        for tier in self.tiers:
            high = end if tier.up_to is None else min(Fraction(tier.up_to), end)
            units = high - max(low, begin)
            if units > 0:
                found.append((tier, units))
            low = max(low, high)
        return found

    def billed_units(self, counted: Fraction, values: ChargeValues) -> tuple[Fraction, str]:  # noqa: ARG002
        """Units, or seconds over those of a minute or an hour."""
        return sized(counted, SIZES[self.per])

    @property
    def billed_word(self) -> str:
        """Unit, minute or hour."""
        return self.per

    def apply(self, values: ChargeValues) -> Charged:
        """What the volume comes to with the days charged, less what it came to before them."""
        if (unknown := self.unknown(values, [QUANTITY, EARLIER])) is not None:
            return unknown
        size, currency = SIZES[self.per], self.currency_under(values.contract)
        units, earlier = values.quantity() / size, values.quantity(EARLIER) / size
        volume = earlier + units
        steps = [self.step(QUANTITY, f"{self.per}s charged", figure_text(units), units, self.per)]
        if earlier:
            said = f"{figure_text(earlier)} + {figure_text(units)} = {figure_text(volume)}"
            steps.append(self.step("volume", f"earlier in the {self.over} + charged", said, volume, self.per))
        if self.model == "marginal":
            return self._marginal(values, earlier, volume, steps)
        tier = self.tier_of(volume)
        rate = Fraction(tier.rate)
        border = f"up to {figure_text(Fraction(tier.up_to))}" if tier.up_to is not None else "the last tier"
        said = f"{figure_text(volume)}: {border}"
        steps.append(self.step("tier", "the tier that the volume has reached", said, tier.rate, currency))
        moved = values.quantity(EARLIER_IN_MONTH) / size if self._keeps else earlier
        if not moved:
            charged = self.priced(values, units, rate, steps)
            return Charged(charged.amount, charged.steps, units, self.per, rate)
        was = Fraction(self.tier_of(earlier).rate)
        before = moved * was
        already = f"{figure_text(moved)} x {amount_text(was, currency)}"
        amount = (moved + units) * rate - before
        if self._keeps:
            said = f"{figure_text(moved)} + {figure_text(units)} = {figure_text(moved + units)}"
            steps.append(self.step("month", "earlier in the month + charged", said, moved + units, self.per))
        steps.append(self.step("volume before", "volume before x the rate of its tier now", already, before, currency))
        said = f"{figure_text(moved + units)} x {amount_text(rate, currency)} - {amount_text(before, currency)}"
        last = self.amount_step(values, "volume x rate - volume before x its rate now", said, amount)
        return Charged(amount, (*steps, last), units, self.per, rate)

    def _marginal(self, values: ChargeValues, earlier: Fraction, volume: Fraction, steps: list[Step]) -> Charged:
        currency, amount, rates = self.currency_under(values.contract), Fraction(0), []
        for tier, units in self._slices(earlier, volume):
            rate = Fraction(tier.rate)
            part = units * rate
            amount += part
            rates.append(rate)
            border = f"up to {figure_text(Fraction(tier.up_to))}" if tier.up_to is not None else "the last tier"
            said = f"{figure_text(units)} x {amount_text(rate, currency)} = {amount_text(part, currency)}"
            steps.append(self.step("tier", f"units in the tier ({border}) x rate", said, part, currency))
        shown = " + ".join(amount_text(Fraction(step.result), currency) for step in steps if step.label == "tier")
        last = self.amount_step(values, "sum of the tiers", shown or "nothing", amount)
        return Charged(amount, (*steps, last), volume - earlier, self.per, rates[0] if len(rates) == 1 else None)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        one = self.per
        lines = [f"The price of {with_article(one)} depends on how many there are in the {self.over}:", ""]
        low = Fraction(0)
        for tier in self.tiers:
            reach = f"up to {figure_text(Fraction(tier.up_to))}" if tier.up_to is not None else "beyond"
            more = f"more than {figure_text(low)}" if low else ""
            words = ", ".join(part for part in (more, reach if tier.up_to is not None or not low else "") if part)
            lines.append(f"- {words}: {self.money_words(contract, tier.rate)}")
            low = Fraction(tier.up_to) if tier.up_to is not None else low
        lines += ["", f"Counted is {quantity_words(self.own(self.quantity), cards)}."]
        if self.model == "marginal":
            lines.append(f"Each {one} is priced by the tier in which it lies (marginal).")
        else:
            lines.append(f"All {one}s are priced by the tier that the volume has reached (all units).")
        if self.over == "year":
            lines.append("Volume is added up from the first day of the year of the rate card.")
            if self.model == "all-units":
                lines.append(
                    "When a border is crossed, earlier units of the year move to the tier reached: charged is the "
                    "volume with the month at the price of its tier, less the volume before at the price of its own, "
                    "both at the prices in force in the month. What earlier months were charged at older prices stays."
                    if self.reprice
                    else "Earlier months of the year keep the price that they had."
                )
        return [*lines, *self.closing_words(contract)]

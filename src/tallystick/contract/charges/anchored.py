"""A base charge for a baseline volume, with an additional charge above it and a reduced credit below it.

Inside the dead-band around the baseline nothing moves. Above it ARC = (actual - baseline - dead-band) x Z x rate is
added, below it RRC = (baseline - actual - dead-band) x Z x rate is taken off. Z is `factor`, the part of the rate that
really varies with volume.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import NUMBER, RATIO, Cards
from tallystick.contract.charge import QUANTITY, Charge, Charged, ChargeValues, Quantities, Role, quantity_words
from tallystick.contract.quantity import (
    Month,
    Number,
    Percentage,
    Target,
    amount_text,
    decimal_text,
    figure_text,
    percentage_text,
)
from tallystick.contract.section import Section
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class Varying(Section):
    """What a unit beyond the dead-band costs or saves: a rate, and the part Z of it that applies."""

    rate: Number
    factor: Percentage = Field(Fraction(1), description="Z, the part of the rate that varies with volume.")


class Anchored(Charge):
    """Base charge, plus what lies above the dead-band, less what lies below it."""

    called: ClassVar[str] = "Base charge with additional and reduced resources"
    unit_word: ClassVar[str] = "resource unit"

    kind: Literal["anchored"] = "anchored"
    base: Number = Field(description="The charge of a month at the baseline.")
    baseline: Number = Field(description="Resource units of a month that the base charge covers.")
    baselines: dict[Month, Number] = Field(default_factory=dict, description="Other baselines, by month (2026-12).")
    dead_band: Target | None = Field(None, description="Around the baseline: a percentage of it, or units.")
    arc: Varying = Field(description="Additional resource charge: `rate`, and `factor`.")
    rrc: Varying = Field(description="Reduced resource credit: `rate`, and `factor`.")
    quantity: Quantities = Field(description="The resource units: measures that count.")

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Resource units used."""
        return {QUANTITY: Role(self.own(self.quantity), NUMBER)}

    def baseline_of(self, month: str) -> Fraction:
        """The baseline of a month (2026-12)."""
        return Fraction(self.baselines.get(month, self.baseline))

    def band_of(self, baseline: Fraction, share: Fraction) -> Fraction:
        """The dead-band in units, on either side of the baseline of a part of a month."""
        if self.dead_band is None:
            return Fraction(0)
        return self.dead_band.value * (baseline if self.dead_band.unit == RATIO else share)

    def apply(self, values: ChargeValues) -> Charged:
        """Base + ARC or - RRC."""
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        currency = self.currency_under(values.contract)
        actual, first = self.units_step(values)
        base, baseline, steps = self._anchor(values, currency)
        steps = [first, *steps]
        band = self.band_of(baseline, values.share)
        if band:
            steps.append(self.step("dead-band", "units on either side", figure_text(band), band, self.unit_word))
        beyond, name, part = Fraction(0), "", self.arc
        if actual > baseline + band:
            beyond, name, part = actual - baseline - band, "ARC", self.arc
            said = f"({figure_text(actual)} - {figure_text(baseline)} - {figure_text(band)})"
        elif actual < baseline - band:
            beyond, name, part = baseline - actual - band, "RRC", self.rrc
            said = f"({figure_text(baseline)} - {figure_text(actual)} - {figure_text(band)})"
        moved = beyond * part.factor * Fraction(part.rate)
        if name:
            formula = (
                "(actual - baseline - dead-band) x Z x rate"
                if name == "ARC"
                else "(baseline - actual - dead-band) x Z x rate"
            )
            priced = f"{percentage_text(part.factor)} x {amount_text(Fraction(part.rate), currency)}"
            inserted = f"{said} x {priced} = {amount_text(moved, currency)}"
            steps.append(self.step(name, formula, inserted, moved, currency))
        else:
            within = f"{figure_text(baseline - band)} ≤ {figure_text(actual)} ≤ {figure_text(baseline + band)}"
            steps.append(self.step("dead-band", "within it nothing moves", within, Fraction(0), currency))
        sign = -1 if name == "RRC" else 1
        shown = f"{amount_text(base, currency)} {'-' if sign < 0 else '+'} {amount_text(moved, currency)}"
        amount = base + sign * moved
        last = self.amount_step(values, "base charge + ARC - RRC", shown, amount)
        return Charged(amount, (*steps, last), actual, self.unit_word)

    def _anchor(self, values: ChargeValues, currency: str) -> tuple[Fraction, Fraction, list[Step]]:
        """Base charge and baseline of the days charged, and the steps where they are not a whole month's."""
        base, baseline = Fraction(self.base), self.baseline_of(values.month)
        if values.share != 1:
            days = f"{values.days} / {values.month_days}"
            part = base * values.share
            prorated = self.step(
                "base charge",
                "base charge x days / days of the month",
                f"{amount_text(base, currency)} x {days} = {amount_text(part, currency)}",
                part,
                currency,
            )
            units = baseline * values.share
            said = f"{figure_text(baseline)} x {days} = {figure_text(units)}"
            return (
                part,
                units,
                [
                    prorated,
                    self.step("baseline", "baseline x days / days of the month", said, units, self.unit_word),
                ],
            )
        return base, baseline, [self.step("baseline", "of the month", figure_text(baseline), baseline, self.unit_word)]

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [
            (
                f"A month costs {self.money_words(contract, self.base)} for a baseline of "
                f"{figure_text(Fraction(self.baseline))} resource units."
            ),
            f"A resource unit is counted by {quantity_words(self.own(self.quantity), cards)}.",
        ]
        lines += [f"In {month} the baseline is {figure_text(Fraction(units))}." for month, units in
                  self.baselines.items()]  # fmt: skip
        if self.dead_band is not None:
            band = (
                f"{percentage_text(self.dead_band.value)} of the baseline"
                if self.dead_band.unit == RATIO
                else f"{decimal_text(self.dead_band.value)} units"
            )
            lines.append(f"Nothing moves within {band} above or below it, the dead-band.")
        for what, part, side in (("added", self.arc, "above"), ("taken off", self.rrc, "below")):
            z = f"{percentage_text(part.factor)} of " if part.factor != 1 else ""
            lines.append(
                f"For each unit further {side}, {z}{self.money_words(contract, part.rate)} "
                f"{'are' if z else 'is'} {what}."
            )
        lines.append("For a part of a month base charge, baseline and a dead-band in units are prorated by days.")
        return [*lines, *self.closing_words(contract)]

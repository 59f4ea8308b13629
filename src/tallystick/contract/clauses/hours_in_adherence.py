"""Hours are paid as far as they were worked to the roster: only hours in adherence, or a rate reduced by bands.

The charge is a fee, or hours x a rate, where the hours are the value of a clause. `pay: in-adherence` takes off the
share of the hours that were not in adherence, whatever the target; `pay: by-band` takes off the reduction of the worst
band that is reached.
Source: practice of hourly pricing (billing by adherence; line-adherence bands).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, due_step, rounding_words
from tallystick.contract.amounts import amount_text, exact, shown
from tallystick.contract.card import RATIO, SECONDS
from tallystick.contract.clause import CREDIT, MET, MISSED, Clause, Values
from tallystick.contract.counted import credit_words
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Number, Percentage, Target, decimal_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Section
from tallystick.contract.triggered import (
    Path,
    band_text,
    better_by,
    better_of,
    never_judged,
    side_words,
    unit_of,
    value_of,
    worst_band,
)
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class RateBand(Section):
    """Below a level of adherence the rate is lower by so much."""

    below: Target
    reduction: Percentage


class HoursInAdherence(Clause):
    """Hours paid as far as they were worked to the roster."""

    called: ClassVar[str] = "Hours in adherence"
    moves_money: ClassVar[bool] = True

    kind: Literal["hours_in_adherence"] = "hours_in_adherence"
    adherence: Name = Field(description="The clause whose value is the share of hours in adherence.")
    pay: Literal["in-adherence", "by-band"] = Field("in-adherence", description="What of the hours is paid.")
    bands: tuple[RateBand, ...] = Field((), description="`below` a level, `reduction` of the rate (pay: by-band).")
    of: Name | None = Field(None, description="The fee that the hours come to; or `hours` and `rate`.")
    hours: Name | None = Field(None, description="The clause whose value is the hours.")
    rate: Number | None = Field(None, description="The rate of an hour.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    @model_validator(mode="after")
    def _complete(self) -> HoursInAdherence:
        if (self.of is None) == (self.hours is None or self.rate is None) or (self.of and (self.hours or self.rate)):
            raise ValueError("write either `of`, a fee, or `hours` and `rate`")
        if (self.pay == "by-band") != bool(self.bands):
            raise ValueError("`bands` go with `pay: by-band`")
        return self

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause on adherence, and the one on hours."""
        return (self.adherence, *((self.hours,) if self.hours else ()))

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clauses that it names."""
        return ((self.adherence, ("adherence",)), *(((self.hours, ("hours",)),) if self.hours else ()))

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fee that the hours come to."""
        return ((self.of, ("of",)),) if self.of else ()

    def apply(self, values: Values) -> list[Step]:
        """The charge of the hours, the share that is not paid, and what is due."""
        currency = values.contract.currency
        nothing = Money.zero(currency)
        clause = values.contract.clause(self.adherence)
        outcome, value = values.outcomes.get(self.adherence), value_of(values, clause)
        if clause is None or outcome not in (MET, MISSED) or value is None:
            why = f"{self.adherence} is {outcome or 'not judged'}"
            return [self.step(CREDIT, "no price adjustment", why, nothing, currency)]
        if clause.state_on(values.on) != IN_EFFECT or self.state_on(values.on) != IN_EFFECT:
            return [self.step(CREDIT, "no price adjustment", "not in effect", nothing, currency)]
        steps: list[Step] = []
        charge = self._charge(values, steps)
        if charge is None:
            return [*steps, self.step(CREDIT, "without the charge nothing follows", "no hours", nothing, currency)]
        share = self._unpaid(values, clause, value, steps)
        amount = share * charge
        said = f"{percentage_text(share)} x {amount_text(charge, currency)}"
        steps.append(
            self.step("amount", "share that is not paid x charge of the hours", said, shown(amount, currency), currency)
        )
        return [*steps, due_step(self, amount, currency, self.rounding)]

    def _charge(self, values: Values, steps: list[Step]) -> Fraction | None:
        currency = values.contract.currency
        if self.of is not None:
            fee = values.fee(self.of)
            if fee is not None:
                steps.append(self.step("charge", f"fee “{self.of}”", str(fee), fee, currency))
            return exact(fee) if fee is not None else None
        clause = values.contract.clause(self.hours or "")
        value = value_of(values, clause)
        if value is None:
            return None
        hours = value / 3600 if unit_of(clause) == SECONDS else value
        charge = hours * Fraction(self.rate or 0)
        said = f"{decimal_text(hours)} x {currency} {self.rate}"
        steps.append(
            self.step("charge", f"hours of clause {self.hours} x rate", said, shown(charge, currency), currency)
        )
        return charge

    def _unpaid(self, values: Values, clause: Clause | None, value: Fraction, steps: list[Step]) -> Fraction:
        if self.pay == "in-adherence":
            share = max(1 - value, Fraction(0))
            steps.append(self.step("not paid", "1 - adherence", f"1 - {percentage_text(value)}", share, RATIO))
            return share
        better = better_of(values, clause)
        band = worst_band(value, self.bands, better)
        share = band.reduction if band is not None else Fraction(0)
        said = band_text(value, band.below, better, unit_of(clause)) if band is not None else percentage_text(value)
        formula = "reduction of the worst band that is reached" if band is not None else "no band is reached"
        steps.append(self.step("not paid", formula, said, share, RATIO))
        return share

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """Bands rise, and the clauses that it names have values."""
        yield from never_judged(contract, self, self.references())
        sign = 1 if better_by(contract, contract.clause(self.adherence), cards) == "higher" else -1
        for index, (mild, worse) in enumerate(zip(self.bands, self.bands[1:], strict=False), start=1):
            if not (worse.reduction > mild.reduction and sign * (mild.below.value - worse.below.value) > 0):
                message = (
                    f"Band {index + 1} of {self.id} is not worse in level and larger in reduction than band {index}."
                )
                yield reading_rule("bands_not_monotone").found(contract.clause_place(self, "bands", index), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        rate = credit_words(Money(self.rate or Decimal(0), contract.currency))
        charge = contract.fee_words(self.of) if self.of else f"the hours of clause {self.hours} at {rate} an hour"
        if self.pay == "in-adherence":
            lines = [
                (
                    f"Of {charge} only the share is paid that was worked in adherence to the roster, by the value of "
                    f"clause {self.adherence}, whatever its target."
                )
            ]
        else:
            better = better_by(contract, contract.clause(self.adherence), cards)
            lines = [f"{charge[0].upper()}{charge[1:]} is reduced by the value of clause {self.adherence}:", ""]
            lines += [f"- {side_words(band.below, better)}: {percentage_text(band.reduction)}" for band in self.bands]
            lines += ["", "Only the worst band that is reached applies."]
        return [
            *lines,
            "Nothing follows while that clause is excused, not assessable, provisional, or not in effect.",
            rounding_words(self.rounding, contract),
        ]

"""A price adjustment that grows with the shortfall: a percentage for each percentage point below the level.

`part: full` counts whole points only (4.9 points are 4), `part: exact` counts parts too.
Source: software contracts (5 % of monthly fees for each full point); TriZetto (a table for each step).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, due_step, rounding_words
from tallystick.contract.amounts import exact, shown
from tallystick.contract.card import NUMBER, RATIO
from tallystick.contract.clause import CREDIT, Clause, Values
from tallystick.contract.quantity import Level, Percentage, Target, decimal_text, level_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name
from tallystick.contract.triggered import (
    NOTHING,
    Path,
    Trigger,
    level_of,
    nothing_because,
    unit_of,
    value_of,
)
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

SHORT = "shortfall"


class LinearSlope(Clause):
    """A percentage of a fee for each step of the shortfall."""

    called: ClassVar[str] = "Price adjustment by shortfall"
    moves_money: ClassVar[bool] = True

    kind: Literal["linear_slope"] = "linear_slope"
    when: Trigger = Field(description="Which clause, and below which of its levels; the shortfall is measured from it.")
    per: Target = Field(description="The step: `1%` is one percentage point, `30s` half a minute.")
    part: Literal["full", "exact"] = Field("full", description="Whether parts of a step count.")
    percentage: Percentage = Field(description="So much for each step.")
    of: Name = Field(description="The fee that the percentage refers to.")
    at_most: Percentage | None = Field(None, description="The most that the shortfall comes to.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause that sets it off."""
        return (self.when.clause,)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clause that sets it off."""
        return ((self.when.clause, ("when", "clause")),)

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fee that the percentage refers to."""
        return ((self.of, ("of",)),)

    def apply(self, values: Values) -> list[Step]:
        """The shortfall, its steps, and what is due."""
        currency = values.contract.currency
        nothing = Money.zero(currency)
        trigger = values.contract.clause(self.when.clause)
        reason = nothing_because(values, self, self.when.clause, self.when.below)
        value, level, fee = value_of(values, trigger), level_of(trigger, self.when.below), values.fee(self.of)
        if reason or value is None or level is None or fee is None or self.per.value <= 0:
            return [self.step(CREDIT, "no price adjustment", reason or "no value or fee", nothing, currency)]
        unit = unit_of(trigger)
        short = abs(level.value - value)
        said = f"{level_text(level.value, unit)} and {level_text(value, unit)}"
        steps = [self.step(SHORT, f"distance of {self.when.below} and value", said, short, unit)]
        count = short / self.per.value
        said = f"{_distance(short, self.per)} / {self.per}"
        if self.part == "full":
            count = Fraction(count.numerator // count.denominator)
            steps.append(self.step("steps", "full steps of the shortfall", said, count, NUMBER))
        else:
            steps.append(self.step("steps", "steps of the shortfall, parts included", said, count, NUMBER))
        share = count * self.percentage
        said = f"{decimal_text(count)} x {percentage_text(self.percentage)}"
        steps.append(self.step("percentage", "steps x percentage of a step", said, share, RATIO))
        if self.at_most is not None and share > self.at_most:
            said = f"{percentage_text(share)} > {percentage_text(self.at_most)}"
            share = self.at_most
            steps.append(self.step("at most", "the smaller of that and the most", said, share, RATIO))
        amount = share * exact(fee)
        said = f"{percentage_text(share)} x {fee}"
        steps.append(self.step("amount", f"percentage x fee “{self.of}”", said, shown(amount, currency), currency))
        return [*steps, due_step(self, amount, currency, self.rounding)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The step is written in the unit of the level, and the slope ends somewhere."""
        level = level_of(contract.clause(self.when.clause), self.when.below)
        if self.per.value <= 0 or (level is not None and level.unit != self.per.unit):
            message = f"The step {self.per} of {self.id} is not written as the level {level}."
            yield reading_rule("slope_step").found(contract.clause_place(self, "per"), message)
        if self.at_most is None:
            message = f"The adjustment {self.id} grows with the shortfall without an end of its own."
            yield reading_rule("slope_without_end").found(contract.clause_place(self, "percentage"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        parts = "full step" if self.part == "full" else "step, parts included,"
        most = f", at most {percentage_text(self.at_most)}" if self.at_most is not None else ""
        return [
            (
                f"If clause {self.when.clause} is missed ({self.when.below}), the charges are reduced by "
                f"{percentage_text(self.percentage)} of {contract.fee_words(self.of)} for each {parts} of "
                f"{_distance(self.per.value, self.per)} between that level and the value{most}."
            ),
            NOTHING,
            rounding_words(self.rounding, contract),
        ]


def _distance(value: Fraction, step: Level) -> str:
    """A distance in words: percentage points for shares."""
    if step.unit == "ratio":
        return f"{decimal_text(value * 100, 4)} percentage points"
    return level_text(value, step.unit)

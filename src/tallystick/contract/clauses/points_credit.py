"""Points turned into a price adjustment: a percentage for each point, or a stepped table.

The points of the clauses named are added up, over this period or over the last months together. In a table the highest
step that is reached applies. From a number of points on, a rectification plan is due.
Source: UK model contract family (1 point = 1 %); TELUS IVR (5, 10, 15, 20, 25, 30 points -> 0, 2, 4, 6, 8, 10 %).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, due_step, rounding_words
from tallystick.contract.amounts import exact, shown
from tallystick.contract.card import RATIO
from tallystick.contract.clause import CREDIT, POINTS, Clause, Values
from tallystick.contract.names import with_article
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Number, Percentage, decimal_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Names, Section
from tallystick.contract.triggered import Path
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

SUM, PLAN = "sum of points", "rectification plan"


class PointsStep(Section):
    """From so many points on, this percentage."""

    from_points: Number = Field(alias="from")
    percentage: Percentage


class PointsCredit(Clause):
    """Points turned into a price adjustment."""

    called: ClassVar[str] = "Price adjustment by points"
    moves_money: ClassVar[bool] = True

    kind: Literal["points_credit"] = "points_credit"
    points: Names = Field(min_length=1, description="The clauses whose points are added up.")
    each: Percentage | None = Field(None, description="So much for each point.")
    table: tuple[PointsStep, ...] = Field((), description="`from` so many points on, `percentage`.")
    of: Name = Field(description="The fee that the percentage refers to.")
    months: int = Field(1, ge=1, le=24, description="Over how many months points are added up, this one included.")
    at_most: Percentage | None = Field(None, description="The most that points come to in a period.")
    plan_from: Number | None = Field(None, description="From so many points on a rectification plan is due.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    @model_validator(mode="after")
    def _one_form(self) -> PointsCredit:
        if (self.each is None) == (not self.table):
            raise ValueError("write either `each` or `table`")
        return self

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clauses whose points it adds up."""
        return self.points

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clauses whose points it adds up."""
        return tuple((name, ("points", index)) for index, name in enumerate(self.points))

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fee that the percentage refers to."""
        return ((self.of, ("of",)),)

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:  # noqa: ARG002
        """The points of earlier months, where several are added up."""
        return tuple((name, self.months - 1) for name in self.points) if self.months > 1 else ()

    def apply(self, values: Values) -> list[Step]:
        """The sum of points, the percentage that it brings, and what is due."""
        currency = values.contract.currency
        state = self.state_on(values.on)
        if state != IN_EFFECT and values.rules >= 5:
            said = f"{self.id} is {state} on {values.on.isoformat()}"
            return [self.step(CREDIT, "no price adjustment", said, Money.zero(currency), currency)]
        parts = [(name, values.points[name]) for name in self.points if name in values.points]
        if self.months > 1:
            since = values.since(self.months)
            parts += [
                (f"{name} {period.label}", one.points)
                for name in self.points
                for period, one in values.past.of(name, since)
                if one.points
            ]
        total = sum((points for _, points in parts), Fraction(0))
        inserted = " + ".join(f"{name} {decimal_text(points)}" for name, points in parts) or "none"
        steps = [self.step(SUM, "points added up", inserted, total, POINTS)]
        if self.plan_from is not None:
            due = total >= Fraction(self.plan_from)
            said = f"{decimal_text(total)} {'≥' if due else '<'} {decimal_text(Fraction(self.plan_from))}"
            steps.append(self.step(PLAN, "points at least those of a plan", said, "due" if due else "not due"))
        fee, share = values.fee(self.of), self._share(total, steps)
        if fee is None or not share:
            nothing = Money.zero(currency)
            return [
                *steps,
                self.step(CREDIT, "no price adjustment", f"{decimal_text(total)} points", nothing, currency),
            ]
        amount = share * exact(fee)
        said = f"{percentage_text(share)} x {fee}"
        steps.append(self.step("amount", f"percentage x fee “{self.of}”", said, shown(amount, currency), currency))
        return [*steps, due_step(self, amount, currency, self.rounding)]

    def _share(self, total: Fraction, steps: list[Step]) -> Fraction:
        if self.each is not None:
            share = total * self.each
            formula, said = "points x percentage of a point", f"{decimal_text(total)} x {percentage_text(self.each)}"
        else:
            reached = [step for step in self.table if total >= Fraction(step.from_points)]
            if not reached:
                steps.append(
                    self.step("percentage", "no step of the table is reached", decimal_text(total), Fraction(0), RATIO)
                )
                return Fraction(0)
            last = max(reached, key=lambda step: step.from_points)
            share = last.percentage
            formula = "the highest step of the table that is reached"
            said = f"{decimal_text(total)} ≥ {decimal_text(Fraction(last.from_points))}: {percentage_text(share)}"
        steps.append(self.step("percentage", formula, said, share, RATIO))
        if self.at_most is not None and share > self.at_most:
            said = f"{percentage_text(share)} > {percentage_text(self.at_most)}"
            share = self.at_most
            steps.append(self.step("at most", "the smaller of that and the most of a period", said, share, RATIO))
        return share

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The table rises; what is added up are points."""
        for index, (few, many) in enumerate(zip(self.table, self.table[1:], strict=False), start=1):
            if not (many.from_points > few.from_points and many.percentage > few.percentage):
                message = f"Step {index + 1} of {self.id} does not rise above step {index} in points and percentage."
                yield reading_rule("bands_not_monotone").found(contract.clause_place(self, "table", index), message)
        for index, name in enumerate(self.points):
            clause = contract.clause(name)
            if clause is not None and clause.kind != "points":
                message = (
                    f"{self.id} adds up the points of {name}, which gives none: it is {with_article(clause.kind)}."
                )
                yield reading_rule("wrong_kind").found(contract.clause_place(self, "points", index), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        span = "each period" if self.months == 1 else f"every run of {self.months} months"
        lines = [f"The points of {', '.join(self.points)} are added up for {span}."]
        if self.each is not None:
            lines.append(
                f"Each point reduces the charges by {percentage_text(self.each)} of {contract.fee_words(self.of)}."
            )
        else:
            lines += [f"The charges are reduced by a percentage of {contract.fee_words(self.of)}:", ""]
            lines += [
                f"- from {decimal_text(Fraction(step.from_points))} points on: {percentage_text(step.percentage)}"
                for step in self.table
            ]
            lines += ["", "Only the highest step that is reached applies."]
        if self.at_most is not None:
            lines.append(f"Points never come to more than {percentage_text(self.at_most)} in a period.")
        if self.plan_from is not None:
            lines.append(f"From {decimal_text(Fraction(self.plan_from))} points on a rectification plan is due.")
        return [*lines, rounding_words(self.rounding, contract)]

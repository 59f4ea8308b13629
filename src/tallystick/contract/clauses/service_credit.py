"""A price adjustment that follows when a clause is missed: a fixed sum, a share of a fee, or a stepped table.

A fixed sum follows once for the miss, or for each failed case (`model: per-failure`).

Credits are drafted as price adjustment, because penalties may be unenforceable; the word stays in every export.
Nothing follows from a clause that is met, excused, not assessable, provisional or reporting-only. Rounding happens
once, at the end, to the minor unit of the currency.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.clause import CREDIT, Clause, Values
from tallystick.contract.counted import CountedClause, credit_words, failures_in
from tallystick.contract.quantity import Level, Number, Percentage, Target, level_text, percentage_text
from tallystick.contract.section import Name, Section, share_of
from tallystick.contract.triggered import (
    NOTHING,
    Trigger,
    band_text,
    better_by,
    better_of,
    nothing_because,
    side_words,
    unit_of,
    value_of,
    worst_band,
)
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class CreditStep(Section):
    """One step of the table: from which level on (the value is worse than it), and how much follows."""

    below: Target
    percentage: Percentage | None = None
    amount: Number | None = None

    @model_validator(mode="after")
    def _one_of(self) -> CreditStep:
        if (self.percentage is None) == (self.amount is None):
            raise ValueError("a step says either `percentage` or `amount`")
        return self


class ServiceCredit(Clause):
    """A price adjustment in favour of the client when a clause is missed."""

    called: ClassVar[str] = "Price adjustment"
    moves_money: ClassVar[bool] = True

    kind: Literal["service_credit"] = "service_credit"
    when: Trigger = Field(description="Which clause, and below which of its levels.")
    model: Literal["fixed", "per-failure", "percentage", "stepped"] = Field(description="How the sum is found.")
    amount: Number | None = None
    at_most: Number | None = Field(None, description="The most that failures come to in a period (model: per-failure).")
    percentage: Percentage | None = None
    of: Name | None = Field(None, description="The fee that percentages refer to.")
    steps: tuple[CreditStep, ...] = Field((), description="Levels and what follows below each (model: stepped).")
    rounding: Literal["half-up", "half-even", "up", "down", "ceiling", "floor"] = Field(
        "half-up", description="Once, at the end, to the minor unit of the currency."
    )

    @model_validator(mode="after")
    def _complete(self) -> ServiceCredit:
        needed = {"percentage": "percentage", "stepped": "steps"}.get(self.model, "amount")
        if not getattr(self, needed):
            raise ValueError(f"`model: {self.model}` needs `{needed}`")
        extra = [
            name
            for name, value in (("amount", self.amount), ("percentage", self.percentage), ("steps", self.steps))
            if value and name != needed
        ]
        if extra:
            raise ValueError(f"`model: {self.model}` does not read `{extra[0]}`")
        if self.at_most is not None and self.model != "per-failure":
            raise ValueError(f"`model: {self.model}` does not read `at_most`")
        if self.of is None and (self.percentage is not None or any(step.percentage is not None for step in self.steps)):
            raise ValueError("a percentage needs `of`, the fee that it refers to")
        return self

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause that sets it off."""
        return (self.when.clause,)

    def references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The clause that sets it off."""
        return ((self.when.clause, ("when", "clause")),)

    def fee_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The fee that percentages refer to."""
        return ((self.of, ("of",)),) if self.of else ()

    def apply(self, values: Values) -> list[Step]:
        """The adjustment for one period, with each step of its arithmetic."""
        nothing = Money.zero(values.contract.currency)
        trigger = values.contract.clause(self.when.clause)
        reason = nothing_because(values, self, self.when.clause, self.when.below)
        if reason:
            return [self.step(CREDIT, "no price adjustment", reason, nothing, nothing.currency)]
        steps: list[Step] = []
        exact = self._exact(values, trigger, steps)
        if exact is None:
            return [*steps, self.step(CREDIT, "no step of the table is reached", "0", nothing, nothing.currency)]
        due = exact.rounded(Rounding(self.rounding))
        formula = f"price adjustment rounded {self.rounding} to the minor unit"
        steps.append(self.step(CREDIT, formula, f"{exact} -> {due}", due, due.currency))
        return steps

    def _exact(self, values: Values, trigger: Clause | None, steps: list[Step]) -> Money | None:
        if self.model == "per-failure":
            return self._per_failure(values, trigger, steps)
        if self.model == "fixed":
            return self._sum("fixed sum", self.amount, values, steps)
        if self.model == "percentage":
            return self._share(values, self.percentage or Fraction(0), steps)
        reached = self._reached(values, trigger, steps)
        if reached is None:
            return None
        if reached.percentage is not None:
            return self._share(values, reached.percentage, steps)
        return self._sum("fixed sum of the step", reached.amount, values, steps)

    def _sum(self, formula: str, number: Decimal | None, values: Values, steps: list[Step]) -> Money:
        amount = Money(number or Decimal(0), values.contract.currency)
        steps.append(self.step("amount", formula, str(amount), amount, amount.currency))
        return amount

    def _per_failure(self, values: Values, trigger: Clause | None, steps: list[Step]) -> Money | None:
        """The sum for each failed row beyond those that are forgiven; None where the measure counts no rows."""
        found = values.measured.get(self.when.clause)
        if not isinstance(trigger, CountedClause) or found is None:
            return None
        failures = failures_in(found, better_of(values, trigger))
        if failures is None:
            return None
        forgiven = trigger.forgiven(found.n)
        counted = max(failures - forgiven, 0)
        each = Money(self.amount or Decimal(0), values.contract.currency)
        if forgiven:
            said = f"{failures:,} - {forgiven:,}"
            steps.append(self.step("failures", "failures - those that are forgiven", said, counted))
        else:
            steps.append(self.step("failures", "failed cases", f"{failures:,}", counted))
        amount = each * counted
        said = f"{each} x {counted:,}"
        steps.append(self.step("amount", "sum for each failure x failures", said, amount, amount.currency))
        if self.at_most is None:
            return amount
        most = Money(self.at_most, amount.currency)
        due = amount if amount <= most else most
        sign = "≤" if amount <= most else ">"
        formula = "the smaller of that and the most of a period"
        steps.append(self.step("at most", formula, f"{amount} {sign} {most}", due, due.currency))
        return due

    def _reached(self, values: Values, trigger: Clause | None, steps: list[Step]) -> CreditStep | None:
        value, better = value_of(values, trigger), better_of(values, trigger)
        reached = worst_band(value, self.steps, better) if value is not None else None
        if value is None or reached is None:
            return None
        steps.append(
            self.step(
                "table step",
                "the last step whose level the value falls short of",
                band_text(value, reached.below, better, unit_of(trigger)),
                reached.below.text,
            )
        )
        return reached

    def _share(self, values: Values, share: Fraction, steps: list[Step]) -> Money | None:
        fee = values.fee(self.of or "")
        if fee is None:
            return None
        exact = share_of(fee, share)
        steps.append(
            self.step(
                "amount", f"percentage x fee “{self.of}”", f"{percentage_text(share)} x {fee}", exact, fee.currency
            )
        )
        return exact

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        trigger = contract.clause(self.when.clause)
        level: Level | None = getattr(trigger, self.when.below, None)
        named = f" of {level_text(level.value, level.unit)}" if level is not None else ""
        opening = (
            f"If the value of clause {self.when.clause} is worse than its {self.when.below}{named}, the partner's "
            "charges for the period are reduced by a price adjustment"
        )
        if self.model == "stepped":
            lines = [f"{opening} whose size depends on the value:", ""]
            lines += [f"- {self._step_words(step, trigger, contract, cards)}" for step in self.steps]
            lines += ["", "Only the step of the worst level that is reached applies; steps are not added up."]
        else:
            lines = [f"{opening} of {self._size_words(contract)}."]
        return [
            *lines,
            NOTHING,
            f"The sum is rounded once ({self.rounding}) to the minor unit of {contract.currency}.",
        ]

    def _size_words(self, contract: Contract) -> str:
        if self.percentage is not None:
            return f"{percentage_text(self.percentage)} of {contract.fee_words(self.of or '')}"
        words = credit_words(Money(self.amount or Decimal(0), contract.currency))
        if self.model == "per-failure":
            words += " for each failed case that is not forgiven"
        if self.at_most is not None:
            words += f", at most {credit_words(Money(self.at_most, contract.currency))} for a period"
        return words

    def _step_words(self, step: CreditStep, trigger: Clause | None, contract: Contract, cards: Cards) -> str:
        size = (
            f"{percentage_text(step.percentage)} of {contract.fee_words(self.of or '')}"
            if step.percentage is not None
            else credit_words(Money(step.amount or Decimal(0), contract.currency))
        )
        return f"{side_words(step.below, better_by(contract, trigger, cards))}: {size}"

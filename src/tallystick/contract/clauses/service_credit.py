"""A price adjustment that follows when a clause is missed: a fixed sum, a share of a fee, or a stepped table.

Credits are drafted as price adjustment, because penalties may be unenforceable; the word stays in every export.
Nothing follows from a clause that is met, excused, not assessable, provisional or reporting-only. Rounding happens
once, at the end, to the minor unit of the currency.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.clause import CREDIT, MISSED, Clause, Thresholds, Values
from tallystick.contract.counted import CountedClause, credit_words, reaches
from tallystick.contract.quantity import Level, Number, Percentage, Target, level_text, percentage_text
from tallystick.contract.section import Name, Section, share_of
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class Trigger(Section):
    """What sets the adjustment off: a clause whose value falls short of its target, or of its minimum."""

    clause: Name
    below: Thresholds = "target"


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

    kind: Literal["service_credit"] = "service_credit"
    when: Trigger = Field(description="Which clause, and below which of its levels.")
    model: Literal["fixed", "percentage", "stepped"] = Field(description="How the sum is found.")
    amount: Number | None = None
    percentage: Percentage | None = None
    of: Name | None = Field(None, description="The fee that percentages refer to.")
    steps: tuple[CreditStep, ...] = Field((), description="Levels and what follows below each (model: stepped).")
    rounding: Literal["half-up", "half-even", "up", "down", "ceiling", "floor"] = Field(
        "half-up", description="Once, at the end, to the minor unit of the currency."
    )

    @model_validator(mode="after")
    def _complete(self) -> ServiceCredit:
        needed = {"fixed": "amount", "percentage": "percentage", "stepped": "steps"}[self.model]
        if not getattr(self, needed):
            raise ValueError(f"`model: {self.model}` needs `{needed}`")
        extra = [
            name
            for name, value in (("amount", self.amount), ("percentage", self.percentage), ("steps", self.steps))
            if value and name != needed
        ]
        if extra:
            raise ValueError(f"`model: {self.model}` does not read `{extra[0]}`")
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
        outcome = values.outcomes.get(self.when.clause)
        reason = self._no_reason(values, trigger, outcome)
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

    def _no_reason(self, values: Values, trigger: Clause | None, outcome: str | None) -> str:
        if outcome != MISSED:
            return f"{self.when.clause} is {outcome or 'not judged'}"
        for clause in (trigger, self):
            state = clause.state_on(values.on) if clause is not None else "in-effect"
            if clause is not None and state != "in-effect":
                return f"{clause.id} is {state} on {values.on.isoformat()}"
        if self.when.below == "minimum" and isinstance(trigger, CountedClause) and trigger.minimum is not None:
            value = self._value(values, trigger)
            if value is not None and reaches(value, trigger.minimum, self._better(values, trigger)):
                unit = trigger.target.unit
                return (
                    f"{trigger.id} is missed, but {level_text(value, unit)} keeps its minimum of "
                    f"{level_text(trigger.minimum.value, unit)}"
                )
        return ""

    @staticmethod
    def _value(values: Values, trigger: CountedClause) -> Fraction | None:
        found = values.measured.get(trigger.id)
        return trigger.compared_value(found) if found is not None else None

    @staticmethod
    def _better(values: Values, trigger: CountedClause) -> str:
        return values.better.get(trigger.id, trigger.direction)

    def _exact(self, values: Values, trigger: Clause | None, steps: list[Step]) -> Money | None:
        currency = values.contract.currency
        if self.model == "fixed":
            amount = Money(self.amount or Decimal(0), currency)
            steps.append(self.step("amount", "fixed sum", str(amount), amount, currency))
            return amount
        if self.model == "percentage":
            return self._share(values, self.percentage or Fraction(0), steps)
        reached = self._reached(values, trigger, steps)
        if reached is None:
            return None
        if reached.percentage is not None:
            return self._share(values, reached.percentage, steps)
        amount = Money(reached.amount or Decimal(0), currency)
        steps.append(self.step("amount", "fixed sum of the step", str(amount), amount, currency))
        return amount

    def _reached(self, values: Values, trigger: Clause | None, steps: list[Step]) -> CreditStep | None:
        if not isinstance(trigger, CountedClause):
            return None
        value, better = self._value(values, trigger), self._better(values, trigger)
        if value is None:
            return None
        worse = [step for step in self.steps if not reaches(value, step.below, better)]
        if not worse:
            return None
        # The step furthest from good is the one that applies: the lowest where higher is better.
        reached = (min if better == "higher" else max)(worse, key=lambda step: step.below.value)
        unit, sign = trigger.target.unit, "<" if better == "higher" else ">"
        steps.append(
            self.step(
                "table step",
                "the last step whose level the value falls short of",
                f"{level_text(value, unit)} {sign} {level_text(reached.below.value, unit)}",
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
            "Nothing follows while the clause is met, excused, not assessable, provisional, or not in effect.",
            f"The sum is rounded once ({self.rounding}) to the minor unit of {contract.currency}.",
        ]

    def _size_words(self, contract: Contract) -> str:
        if self.percentage is not None:
            return f"{percentage_text(self.percentage)} of {contract.fee_words(self.of or '')}"
        return credit_words(Money(self.amount or Decimal(0), contract.currency))

    def _step_words(self, step: CreditStep, trigger: Clause | None, contract: Contract, cards: Cards) -> str:
        better = trigger.better_by(cards) if isinstance(trigger, CountedClause) else "higher"
        size = (
            f"{percentage_text(step.percentage)} of {contract.fee_words(self.of or '')}"
            if step.percentage is not None
            else credit_words(Money(step.amount or Decimal(0), contract.currency))
        )
        side, level = "below" if better == "higher" else "above", level_text(step.below.value, step.below.unit)
        return f"{side} {level}: {size}"

"""The value of a clause averaged with the periods right before it, held against a level.

One bad month beside a good one does not count twice: the mean of the values is compared. Periods without a value, and
those before the contract, are left out of the mean. While the clause itself is excused, not assessable or provisional,
so is this one.
Source: TELUS IVR (the measure averaged with the month before).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.clause import COMPARED, MET, MISSED, NOT_ASSESSABLE, OUTCOME, Clause, Values
from tallystick.contract.counted import CASE, CountedClause, reaches
from tallystick.contract.quantity import Target, level_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name
from tallystick.contract.triggered import Path, better_by, better_of, level_of, months_of, unit_of, value_of
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class AveragedLevel(Clause):
    """A level for the mean of a clause's value and those of the periods before."""

    called: ClassVar[str] = "Averaged level"
    capped: ClassVar[bool] = False

    kind: Literal["averaged_level"] = "averaged_level"
    averages: Name = Field(description="The clause whose values are averaged.")
    periods: int = Field(2, ge=2, le=12, description="How many periods, this one included.")
    target: Target
    minimum: Target | None = Field(None, description="The level below which it is worse than missed; as `target`.")

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause whose values are averaged."""
        return (self.averages,)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clause whose values are averaged."""
        return ((self.averages, ("averages",)),)

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:
        """The values of the periods right before."""
        return ((self.averages, (self.periods - 1) * months_of(contract, contract.clause(self.averages))),)

    def apply(self, values: Values) -> list[Step]:
        """The mean, and whether it keeps the level."""
        clause = values.contract.clause(self.averages)
        outcome, value = values.outcomes.get(self.averages), value_of(values, clause)
        if outcome not in (MET, MISSED) or value is None:
            why = f"{self.averages} is {outcome or 'not judged'}"
            return [self.step(OUTCOME, "as the clause that is averaged", why, outcome or NOT_ASSESSABLE)]
        unit, better = unit_of(clause), better_of(values, clause)
        before = values.past.run(self.averages, values.begins_on)[: self.periods - 1]
        found = [value, *(one.value for _, one in before if one.value is not None)]
        mean = sum(found, Fraction(0)) / len(found)
        numbers = " + ".join(level_text(one, unit) for one in found)
        said = f"({numbers}) / {len(found)} = {level_text(mean, unit)}"
        steps = [self.step(COMPARED, f"mean of {len(found)} periods", said, mean, unit)]
        kept = reaches(mean, self.target, better)
        steps += [self._held("target", mean, better, unit, MET if kept else MISSED)]
        if not kept and self.minimum is not None:
            keeps = reaches(mean, self.minimum, better)
            steps.append(self._held("minimum", mean, better, unit, "kept" if keeps else "not kept"))
        last = steps[1]
        return [*steps, self.step(OUTCOME, last.formula, last.inserted, MET if kept else MISSED)]

    def _held(self, which: str, mean: Fraction, better: str, unit: str, result: str) -> Step:
        level = level_of(self, which)
        assert level is not None  # noqa: S101 - the caller has looked
        kept = result in (MET, "kept")
        sign = ("≥" if kept else "<") if better == "higher" else ("≤" if kept else ">")
        said = f"{level_text(mean, unit)} {sign} {level_text(level.value, unit)}"
        return self.step(which, f"mean {CASE[better]} {which}", said, result)

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """The level is written as that of the clause, and the minimum is the worse of the two."""
        clause = contract.clause(self.averages)
        if clause is not None and not isinstance(clause, CountedClause):
            message = f"{self.id} averages the values of {self.averages}, which measures nothing ({clause.kind})."
            yield reading_rule("wrong_kind").found(contract.clause_place(self, "averages"), message)
        elif clause is not None and clause.target.unit != self.target.unit:
            message = f"The level {self.target} of {self.id} is not written as {clause.target} of {self.averages}."
            yield reading_rule("unit_mismatch").found(contract.clause_place(self, "target"), message)
        if self.minimum is not None:
            sign = 1 if better_by(contract, clause, cards) == "higher" else -1
            if sign * (self.target.value - self.minimum.value) < 0:
                message = f"The minimum {self.minimum} of {self.id} is better than its target {self.target}."
                yield reading_rule("target_below_minimum").found(contract.clause_place(self, "minimum"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        better = better_by(contract, contract.clause(self.averages), cards)
        before = "the period before" if self.periods == 2 else f"the {self.periods - 1} periods before"
        level = level_text(self.target.value, self.target.unit)
        minimum = f" (the minimum level is {level_text(self.minimum.value, self.minimum.unit)})" if self.minimum else ""
        return [
            (
                f"The value of clause {self.averages} and those of {before} are averaged; the mean must be "
                f"{CASE[better]} {level}{minimum}."
            ),
            "A period without a value is left out of the mean.",
            f"While clause {self.averages} is excused, not assessable or provisional, so is this one.",
        ]

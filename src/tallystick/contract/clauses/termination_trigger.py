"""A right that arises from persistent failure: to terminate, to step in, or to a rectification plan.

It arises from so many misses within so many months, from so many misses in a row, from a value below a threshold, from
a number of points, or from a cap that was reached so many times. Each clause counts by itself (`counting: each`), or
all of them together. The ledger of what was counted stands in the steps. A right that is not used in time is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.clause import LOOKS, MISSED, POINTS, Clause, Values
from tallystick.contract.counted import CountedClause, reaches
from tallystick.contract.names import with_article
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Number, SpanField, Target, decimal_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import DAY, Name, Names
from tallystick.contract.triggered import (
    Path,
    band_text,
    better_by,
    better_of,
    level_of,
    months_of,
    never_judged,
    side_words,
    unit_of,
    value_of,
)
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

TRIGGER, COUNTED, USE_BY = "trigger", "counted", "use by"
REACHED, NOT_REACHED = "reached", "not reached"


class TerminationTrigger(Clause):
    """A right that arises from persistent failure, with its ledger."""

    called: ClassVar[str] = "Right from persistent failure"
    stage: ClassVar[int] = LOOKS
    capped: ClassVar[bool] = False

    kind: Literal["termination_trigger"] = "termination_trigger"
    clauses: Names = Field((), description="The clauses whose misses are counted.")
    failures: int | None = Field(None, ge=1, description="So many misses within `months`.")
    months: int = Field(12, ge=1, le=120, description="The window, this period included.")
    counting: Literal["each", "together"] = Field("each", description="Each clause by itself, or all together.")
    consecutive: int | None = Field(None, ge=2, description="So many misses of one clause in a row.")
    below: dict[Name, Target] = Field(
        default_factory=dict, description="Clause -> the threshold that it must not pass."
    )
    points: Names = Field((), description="Points clauses whose points within `months` are added up.")
    points_from: Number | None = Field(None, description="From so many points on.")
    cap: Name | None = Field(None, description="The cap that is reached.")
    times: int = Field(1, ge=1, description="How often the cap is reached within `months`.")
    right: Literal["termination", "partial-termination", "step-in", "rectification-plan"] = Field(
        "termination", description="What arises."
    )
    use_within: SpanField | None = Field(None, description="How long after the period the right can be used.")

    @model_validator(mode="after")
    def _one_form(self) -> TerminationTrigger:
        forms = [
            self.failures is not None,
            self.consecutive is not None,
            bool(self.below),
            self.points_from is not None,
            self.cap is not None,
        ]
        if sum(forms) != 1:
            raise ValueError("write one of `failures`, `consecutive`, `below`, `points_from` and `cap`")
        if (self.failures is not None or self.consecutive is not None) != bool(self.clauses):
            raise ValueError("`clauses` go with `failures` or `consecutive`")
        if (self.points_from is not None) != bool(self.points):
            raise ValueError("`points` go with `points_from`")
        return self

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """What it counts."""
        return (*self.clauses, *self.below, *self.points, *((self.cap,) if self.cap else ()))

    def references(self) -> tuple[tuple[str, Path], ...]:
        """What it counts."""
        return (
            *((name, ("clauses", index)) for index, name in enumerate(self.clauses)),
            *((name, ("below", name)) for name in self.below),
            *((name, ("points", index)) for index, name in enumerate(self.points)),
            *(((self.cap, ("cap",)),) if self.cap else ()),
        )

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:
        """What it counts, as far back as the window or the row."""
        if self.below:
            return ()
        if self.consecutive is not None:
            row = self.consecutive - 1
            return tuple((name, row * months_of(contract, contract.clause(name))) for name in self.clauses)
        return tuple((name, self.months - 1) for name in self.needs(contract)) if self.months > 1 else ()

    def apply(self, values: Values) -> list[Step]:
        """What was counted, whether the right arises, and until when it can be used."""
        if self.state_on(values.on) != IN_EFFECT:
            return [self.step(TRIGGER, "not in effect", self.state_on(values.on), NOT_REACHED)]
        steps, reached = self._counted(values)
        formula = f"right of {self.right.replace('-', ' ')}"
        steps.append(
            self.step(TRIGGER, formula, REACHED if reached else NOT_REACHED, REACHED if reached else NOT_REACHED)
        )
        if reached and self.use_within is not None and values.end_on is not None:
            last = self.use_within.after(values.end_on) - DAY
            steps.append(self.step(USE_BY, f"{self.use_within} after the period", str(self.use_within), last))
        return steps

    def _counted(self, values: Values) -> tuple[list[Step], bool]:
        if self.below:
            return self._thresholds(values)
        if self.points_from is not None:
            return self._points(values)
        if self.cap is not None:
            times = [label for label, hit in self._caps(values) if hit]
            said = ", ".join(times) or "none"
            return [self.step(COUNTED, f"cap {self.cap} reached within {self.months} months", said, len(times))], (
                len(times) >= self.times
            )
        return self._misses(values)

    def _misses(self, values: Values) -> tuple[list[Step], bool]:
        steps, counts = [], []
        for name in self.clauses:
            clause = values.contract.clause(name)
            now = values.outcomes.get(name) == MISSED and clause is not None and clause.state_on(values.on) == IN_EFFECT
            if self.consecutive is not None:
                labels = [] if not now else self._row(values, name)
                formula = f"misses of {name} in a row"
            else:
                since = values.since(self.months)
                labels = [period.label for period, one in values.past.of(name, since) if one.missed]
                labels += [values.label or "this period"] * now
                formula = f"misses of {name} within {self.months} months"
            steps.append(self.step(f"{COUNTED} {name}", formula, ", ".join(labels) or "none", len(labels)))
            counts.append(len(labels))
        if self.consecutive is not None:
            return steps, max(counts, default=0) >= self.consecutive
        count = sum(counts) if self.counting == "together" else max(counts, default=0)
        return steps, count >= (self.failures or 0)

    def _row(self, values: Values, name: str) -> list[str]:
        labels = [values.label or "this period"]
        for period, one in values.past.run(name, values.begins_on):
            if not one.missed:
                break
            labels.insert(0, period.label)
        return labels

    def _thresholds(self, values: Values) -> tuple[list[Step], bool]:
        steps, reached = [], False
        for name, level in self.below.items():
            clause = values.contract.clause(name)
            value, better = value_of(values, clause), better_of(values, clause)
            if values.outcomes.get(name) != MISSED or value is None or clause is None:
                said, passed = f"{name} is {values.outcomes.get(name, 'not judged')}", False
            else:
                passed = not reaches(value, level, better) and clause.state_on(values.on) == IN_EFFECT
                said = band_text(value, level, better, unit_of(clause)) if passed else f"kept: {level}"
            steps.append(self.step(f"{COUNTED} {name}", f"value of {name} and its threshold", said, int(passed)))
            reached |= passed
        return steps, reached

    def _points(self, values: Values) -> tuple[list[Step], bool]:
        since = values.since(self.months)
        parts = [
            (period.label, one.points)
            for name in self.points
            for period, one in values.past.of(name, since)
            if one.points
        ]
        parts += [(name, values.points[name]) for name in self.points if values.points.get(name)]
        total = sum((points for _, points in parts), Fraction(0))
        said = " + ".join(f"{label} {decimal_text(points)}" for label, points in parts) or "none"
        step = self.step(COUNTED, f"points within {self.months} months", said, total, POINTS)
        return [step], total >= Fraction(self.points_from or 0)

    def _caps(self, values: Values) -> list[tuple[str, bool]]:
        since = values.since(self.months)
        before = [(period.label, one.reached) for period, one in values.past.of(self.cap or "", since)]
        return [*before, (values.label or "this period", self.cap in values.reached)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The right can arise at all, and thresholds are written as the levels."""
        clauses = [clause for name in self.clauses if (clause := contract.clause(name)) is not None]
        most = [self.months // months_of(contract, clause) for clause in clauses]
        room = sum(most) if self.counting == "together" else max(most, default=0)
        if clauses and self.failures is not None and self.failures > room:
            message = (
                f"{self.id} asks for {self.failures} misses within {self.months} months, which hold {room} periods."
            )
            yield reading_rule("trigger_never").found(contract.clause_place(self, "failures"), message)
        for name, level in self.below.items():
            target = level_of(contract.clause(name), "target")
            if target is not None and target.unit != level.unit:
                message = f"The threshold {level} of {self.id} is not written as the target {target} of {name}."
                yield reading_rule("unit_mismatch").found(contract.clause_place(self, "below", name), message)
        wanted: list[tuple[str, Path, str]] = [(name, ("points", i), "points") for i, name in enumerate(self.points)]
        wanted += [(self.cap, ("cap",), "credit_cap")] if self.cap else []
        for name, path, kind in wanted:
            clause = contract.clause(name)
            if clause is not None and clause.kind != kind:
                message = f"{self.id} counts {name} as a {kind}; it is {with_article(clause.kind)}."
                yield reading_rule("wrong_kind").found(contract.clause_place(self, *path), message)
        for index, clause in enumerate(clauses):
            if not isinstance(clause, CountedClause) and level_of(clause, "target") is None:
                message = (
                    f"{self.id} counts misses of {clause.id}, which is never missed: it is {with_article(clause.kind)}."
                )
                yield reading_rule("wrong_kind").found(contract.clause_place(self, "clauses", index), message)
        yield from never_judged(contract, self, [(name, ("below", name)) for name in self.below])

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        right = {
            "termination": "The client may terminate the contract",
            "partial-termination": "The client may terminate the service concerned",
            "step-in": "The client may step in",
            "rectification-plan": "A rectification plan is due",
        }[self.right]
        use = f" The right can be used within {self.use_within} after the period." if self.use_within else ""
        return [f"{right} where {self._words(contract, cards)}.{use}"]

    def _words(self, contract: Contract, cards: Cards) -> str:
        listed = ", ".join(self.clauses)
        if self.consecutive is not None:
            return f"one of {listed} is missed {self.consecutive} times in a row"
        if self.below:
            parts = (
                f"clause {name} lies {side_words(level, better_by(contract, contract.clause(name), cards))}"
                for name, level in self.below.items()
            )
            return " or ".join(parts)
        if self.points_from is not None:
            points = decimal_text(Fraction(self.points_from))
            return f"{', '.join(self.points)} give {points} points or more within {self.months} months"
        if self.cap is not None:
            return f"cap {self.cap} is reached {self.times} times within {self.months} months"
        if self.counting == "together":
            return f"{listed} are missed {self.failures} times together within {self.months} months"
        return f"one of {listed} is missed {self.failures} times within {self.months} months"

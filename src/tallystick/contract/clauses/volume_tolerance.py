"""Levels that do not bind in a period whose volume lies outside a tolerance around its forecast.

The volume is the value of a counted clause: how far what came lies above or below the forecast (the measure
`volume_against_forecast`, or a figure that is imported or typed). It is compared exactly, and the border itself still
binds. Outside it a miss is excused, or not assessed; what is kept stays met. A miss waits with a volume that is not
final, and without a volume the levels bind.
Source: contracts that make the partner's duties hang on the client's own (VoiceStream/StarTek).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import RATIO
from tallystick.contract.clause import (
    EXCUSED,
    EXCUSES,
    MET,
    MISSED,
    NOT_ASSESSABLE,
    PROVISIONAL,
    Clause,
    Values,
)
from tallystick.contract.counted import CountedClause
from tallystick.contract.names import with_article
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Percentage, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Names
from tallystick.contract.triggered import Path, unit_of, value_of
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

VOLUME_MEASURE = "volume_against_forecast"
VOLUME, TOLERANCE, TURNS = "volume", "tolerance", "outcome of "
INSIDE, OUTSIDE, NOT_FINAL, BINDING = "inside", "outside", "not final", "binding"


class VolumeTolerance(Clause):
    """Levels that do not bind while the volume lies outside its tolerance."""

    called: ClassVar[str] = "Volume outside tolerance"
    stage: ClassVar[int] = EXCUSES
    capped: ClassVar[bool] = False
    # A volume may come to more than twice its forecast.
    beyond_whole: ClassVar[tuple[str, ...]] = ("over",)

    kind: Literal["volume_tolerance"] = "volume_tolerance"
    volume: Name = Field(description="The counted clause whose value is volume / forecast - 1.")
    over: Percentage | None = Field(None, description="So much above the forecast still binds, such as 10%.")
    under: Percentage | None = Field(None, description="So much below the forecast still binds.")
    clauses: Names = Field(min_length=1, description="The counted clauses that do not bind outside it.")
    effect: Literal["excused", "not-assessable"] = Field("excused", description="What a miss becomes outside it.")

    @model_validator(mode="after")
    def _band(self) -> VolumeTolerance:
        if self.over is None and self.under is None:
            raise ValueError("write `over`, `under` or both")
        if any(side is not None and side <= 0 for side in (self.over, self.under)):
            raise ValueError("a tolerance is above 0 %")
        if self.under is not None and self.under >= 1:
            raise ValueError("`under` is below 100 %: no volume lies further below its forecast")
        return self

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The volume, and the levels that it may release."""
        return (self.volume, *self.clauses)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The volume, and the levels that it may release."""
        return ((self.volume, ("volume",)), *((name, ("clauses", index)) for index, name in enumerate(self.clauses)))

    def apply(self, values: Values) -> list[Step]:
        """Where the volume lies, and what each miss becomes by it."""
        steps = self._placed(values)
        turned = {OUTSIDE: self.effect.replace("-", " "), NOT_FINAL: PROVISIONAL}.get(steps[-1].result)
        if turned is None:
            return steps
        formula = {
            EXCUSED: "a miss outside the tolerance is excused",
            NOT_ASSESSABLE: "a miss outside the tolerance is not assessed",
            PROVISIONAL: "a miss waits until the volume is final",
        }[turned]
        missed = (name for name in dict.fromkeys(self.clauses) if values.outcomes.get(name) == MISSED)
        return [*steps, *(self.step(f"{TURNS}{name}", formula, MISSED, turned) for name in missed)]

    def leaves(self, values: Values, steps: tuple[Step, ...]) -> Values:
        """The outcomes with the misses that it turns."""
        turned = turned_by(steps)
        return replace(values, outcomes={**values.outcomes, **turned}) if turned else values

    def _placed(self, values: Values) -> list[Step]:
        """The volume with its n, and a last step that says where it lies."""
        state = self.state_on(values.on)
        if state != IN_EFFECT:
            return [self.step(TOLERANCE, "not in effect", state, BINDING)]
        clause, outcome = values.contract.clause(self.volume), values.outcomes.get(self.volume)
        value, found = value_of(values, clause), values.measured.get(self.volume)
        if clause is not None and clause.state_on(values.on) in ("suspended", "retired"):
            return [self.step(TOLERANCE, "no volume", f"{self.volume} is {clause.state_on(values.on)}", BINDING)]
        if value is None or found is None or outcome not in (MET, MISSED, EXCUSED, PROVISIONAL):
            return [self.step(TOLERANCE, "no volume", f"{self.volume} is {outcome or 'not judged'}", BINDING)]
        rows = "n not stated" if found.n is None else f"n = {found.n:,}"
        said = f"{percentage_text(value)} ({rows})"
        steps = [self.step(VOLUME, f"value of {self.volume}: volume / forecast - 1", said, value, RATIO)]
        if outcome == PROVISIONAL:
            return [*steps, self.step(TOLERANCE, "the volume is not final", PROVISIONAL, NOT_FINAL)]
        return [*steps, self._compared(value)]

    def _compared(self, value: Fraction) -> Step:
        if self.over is not None and value > self.over:
            said, result = f"{percentage_text(value)} > {percentage_text(self.over)}", OUTSIDE
        elif self.under is not None and value < -self.under:
            said, result = f"{percentage_text(value)} < {percentage_text(-self.under)}", OUTSIDE
        else:
            least = f"{percentage_text(-self.under)} ≤ " if self.under is not None else ""
            most = f" ≤ {percentage_text(self.over)}" if self.over is not None else ""
            said, result = f"{least}{percentage_text(value)}{most}", INSIDE
        return self.step(TOLERANCE, f"volume {self.band_words()}", said, result)

    def band_words(self) -> str:
        """More than 10 % over the forecast or more than 20 % under it."""
        over = f"more than {percentage_text(self.over)} over the forecast" if self.over is not None else ""
        under = f"more than {percentage_text(self.under)} under " if self.under is not None else ""
        return f"{over} or {under}it" if over and under else over or f"{under}the forecast"

    # ------------------------------------------------------------------ text

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The volume is one, the levels are counted over the same window, and no other tolerance says the same."""
        volume = contract.clause(self.volume)
        if volume is not None:
            yield from self._lint_volume(contract, volume)
        seen = set[str]()
        for index, name in enumerate(self.clauses):
            place, clause = contract.clause_place(self, "clauses", index), contract.clause(name)
            if name in seen:
                yield reading_rule("tolerance_twice").found(place, f"{self.id} names {name} twice.")
            elif name == self.volume:
                message = f"{self.id} would release {name} by its own value: it is the volume of this tolerance."
                yield reading_rule("tolerance_never").found(place, message)
            elif clause is not None and not isinstance(clause, CountedClause):
                message = (
                    f"{self.id} would release {name}, which is no counted level: it is {with_article(clause.kind)}."
                )
                yield reading_rule("wrong_kind").found(place, message)
            elif isinstance(clause, CountedClause) and isinstance(volume, CountedClause):
                yield from self._lint_level(contract, clause, volume, index)
            seen.add(name)

    def _lint_volume(self, contract: Contract, volume: Clause) -> Iterable[Finding]:
        place = contract.clause_place(self, "volume")
        if not isinstance(volume, CountedClause):
            message = (
                f"{self.id} takes {volume.id} as the volume, which measures nothing: it is {with_article(volume.kind)}."
            )
            yield reading_rule("wrong_kind").found(place, message)
        elif volume.value == "measured" and volume.measure != VOLUME_MEASURE:
            message = (
                f"{self.id} takes {volume.id} as the volume against its forecast, but it measures {volume.measure}."
            )
            yield reading_rule("wrong_kind").found(place, message, f"Name a clause on {VOLUME_MEASURE}.")
        elif unit_of(volume) != RATIO:
            message = f"The volume {volume.id} of {self.id} is not a percentage: its target is {volume.target}."
            yield reading_rule("unit_mismatch").found(place, message)

    def _lint_level(
        self, contract: Contract, clause: CountedClause, volume: CountedClause, index: int
    ) -> Iterable[Finding]:
        place = contract.clause_place(self, "clauses", index)
        if clause.window != volume.window:
            message = (
                f"{self.id} never holds for {clause.id}: it is judged by {clause.window}, its volume {volume.id} by "
                f"{volume.window}."
            )
            yield reading_rule("tolerance_never").found(place, message)
        for other in contract.clauses:
            if other is self:
                return
            if isinstance(other, VolumeTolerance) and self._repeats(other, clause.id):
                message = f"{self.id} and {other.id} hold the same volume against a tolerance for {clause.id}."
                yield reading_rule("tolerance_twice").found(place, message)

    def _repeats(self, other: VolumeTolerance, clause: str) -> bool:
        """Whether another one speaks of the same side of the same volume for a clause."""
        over = self.over is not None and other.over is not None
        under = self.under is not None and other.under is not None
        return self.volume == other.volume and clause in other.clauses and (over or under)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        one = len(self.clauses) == 1
        which = f"{'Clause' if one else 'Clauses'} {', '.join(self.clauses)} {'does' if one else 'do'} not bind"
        border = " and ".join(
            f"{percentage_text(side)} {word}"
            for side, word in ((self.over, "over"), (self.under, "under"))
            if side is not None
        )
        turned = "excused" if self.effect == "excused" else "not assessed"
        return [
            f"{which} in a period in which the volume, the value of clause {self.volume}, lies {self.band_words()}.",
            f"Exactly {border} still binds; the exact value is compared.",
            f"Where the volume lies outside, a miss is {turned}, and nothing follows from it; what is kept stays met.",
            (
                f"While the value of clause {self.volume} is not final, a miss is provisional. Without a value, "
                f"{'the clause binds' if one else 'the clauses bind'}."
            ),
        ]


def turned_by(steps: Iterable[Step]) -> Mapping[str, str]:
    """The clauses whose miss the steps of a tolerance turn, each with what it becomes."""
    return {step.label.removeprefix(TURNS): str(step.result) for step in steps if step.label.startswith(TURNS)}

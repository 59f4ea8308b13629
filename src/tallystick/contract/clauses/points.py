"""Points for a missed clause: by severity band, more where it is missed again.

The worst band that is reached gives its points; a repeat in the periods right before multiplies them. Points bring no
money by themselves: a `points_credit` turns them into a percentage, a termination trigger may count them.
Source: UK model contract family (minor 1, serious 2, severe 3, below the threshold 4; a repeat counts twice).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.clause import POINTS, Clause, Values
from tallystick.contract.quantity import Number, Target, decimal_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Section
from tallystick.contract.triggered import (
    NOTHING,
    Path,
    Trigger,
    band_text,
    better_by,
    better_of,
    months_of,
    nothing_because,
    side_words,
    unit_of,
    value_of,
    worst_band,
)
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

BASE = "points of the band"


class Band(Section):
    """A severity band: below which level, and how many points."""

    below: Target
    points: Number
    title: str | None = Field(None, description="Minor, serious, severe ...")


class Repeat(Section):
    """A repeat within so many periods right before multiplies the points."""

    times: Number
    periods: int = Field(1, ge=1, le=24, description="How many periods back; the one right before, if not written.")


class Points(Clause):
    """Points for a missed clause."""

    called: ClassVar[str] = "Points"
    capped: ClassVar[bool] = False

    kind: Literal["points"] = "points"
    when: Trigger = Field(description="Which clause, and below which of its levels.")
    bands: tuple[Band, ...] = Field(
        min_length=1, description="`below` a level, `points`, from the mildest to the worst."
    )
    repeat: Repeat | None = Field(None, description="`times`: by how much a repeat counts more; `periods` back.")

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause that sets them off."""
        return (self.when.clause,)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clause that sets them off."""
        return ((self.when.clause, ("when", "clause")),)

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:
        """Its own points, as far back as a repeat reaches."""
        if self.repeat is None:
            return ()
        return ((self.id, self.repeat.periods * months_of(contract, contract.clause(self.when.clause))),)

    def apply(self, values: Values) -> list[Step]:
        """The points of the period."""
        trigger = values.contract.clause(self.when.clause)
        reason = nothing_because(values, self, self.when.clause, self.when.below)
        value, better = value_of(values, trigger), better_of(values, trigger)
        if reason or value is None:
            return [self.step(POINTS, "no points", reason or "no value", Fraction(0), POINTS)]
        band = worst_band(value, self.bands, better)
        if band is None:
            return [self.step(POINTS, "no band is reached", "0", Fraction(0), POINTS)]
        points = Fraction(band.points)
        said = band_text(value, band.below, better, unit_of(trigger))
        steps = [self.step(BASE, "the worst band that is reached", f"{said}: {decimal_text(points)}", points, POINTS)]
        if self.repeat is None:
            return [*steps, self.step(POINTS, "points of the band", decimal_text(points), points, POINTS)]
        before = values.past.run(self.id, values.begins_on)[: self.repeat.periods]
        again = [period.label for period, one in before if one.points]
        if not again:
            formula = f"no points in the {_periods_words(self.repeat.periods)} before"
            return [*steps, self.step(POINTS, formula, decimal_text(points), points, POINTS)]
        times = Fraction(self.repeat.times)
        formula = f"points of the band x {decimal_text(times)}, for a repeat of {', '.join(again)}"
        inserted = f"{decimal_text(points)} x {decimal_text(times)}"
        return [*steps, self.step(POINTS, formula, inserted, points * times, POINTS)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """Bands rise; a repeat does not count less."""
        sign = 1 if better_by(contract, contract.clause(self.when.clause), cards) == "higher" else -1
        for index, (mild, worse) in enumerate(zip(self.bands, self.bands[1:], strict=False), start=1):
            if not (worse.points > mild.points and sign * (mild.below.value - worse.below.value) > 0):
                message = f"Band {index + 1} of {self.id} is not worse in level and higher in points than band {index}."
                yield reading_rule("bands_not_monotone").found(contract.clause_place(self, "bands", index), message)
        if self.repeat is not None and self.repeat.times < 1:
            message = f"A repeat of {self.id} counts {self.repeat.times} times: less than the first miss."
            yield reading_rule("repeat_counts_less").found(contract.clause_place(self, "repeat", "times"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        better = better_by(contract, contract.clause(self.when.clause), cards)
        lines = [f"When clause {self.when.clause} is missed ({self.when.below}), the partner gets points:", ""]
        lines += [
            f"- {side_words(band.below, better)}: {decimal_text(Fraction(band.points))}"
            f"{f' ({band.title})' if band.title else ''}"
            for band in self.bands
        ]
        lines += ["", "Only the worst band that is reached counts."]
        if self.repeat is not None:
            times = decimal_text(Fraction(self.repeat.times))
            lines.append(
                f"Where there were points in the {_periods_words(self.repeat.periods)} right before, "
                f"they count {times} times."
            )
        return [*lines, NOTHING]


def _periods_words(count: int) -> str:
    return "period" if count == 1 else f"{count} periods"

"""Critical levels bear credits by weight; key measures are reported only and may be promoted with notice.

A promotion says from which day on which levels are critical with which weights; what is not critical any more is a key
measure again. The weights come to 100 % at all times, and a change is noticed in time.
Source: Health Net (critical service levels and weighting factors).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.allocation import (
    ROUNDED_ONCE,
    AtRisk,
    RoundingMode,
    allocated,
    listed_shares,
    rounding_words,
)
from tallystick.contract.clause import Clause, Thresholds, Values
from tallystick.contract.quantity import Day, Percentage, SpanField, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Names, Section
from tallystick.contract.triggered import NOTHING, Path, never_judged
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class Promotion(Section):
    """From a day on other levels are critical; noticed on a day before."""

    from_on: Day = Field(alias="from")
    noticed: Day
    critical: dict[Name, Percentage] = Field(min_length=1)


class CriticalLevels(Clause):
    """Critical levels with weights, key measures without money, and promotions between them."""

    called: ClassVar[str] = "Critical levels and key measures"
    moves_money: ClassVar[bool] = True
    bounded: ClassVar[bool] = True

    kind: Literal["critical_levels"] = "critical_levels"
    at_risk: AtRisk = Field(description="The amount at risk: `percentage`, `of` a fee, `less` fees.")
    critical: dict[Name, Percentage] = Field(min_length=1, description="Clause -> weight; together 100 %.")
    key: Names = Field((), description="Measures that are reported only, and may be promoted.")
    notice: SpanField | None = Field(None, description="How long before its day a promotion must be noticed.")
    promotions: tuple[Promotion, ...] = Field((), description="`from` a day, `noticed` on a day, `critical` weights.")
    below: Thresholds = Field("target", description="Which level of the clauses must be kept.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def weights_on(self, on: date) -> Mapping[str, Fraction]:
        """The critical levels and their weights on a day."""
        begun = [part for part in self.promotions if part.from_on <= on]
        return max(begun, key=lambda part: part.from_on).critical if begun else self.critical

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """Every measure that is or may become critical."""
        promoted = (name for part in self.promotions for name in part.critical)
        return tuple(dict.fromkeys((*self.critical, *promoted, *self.key)))

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The measures that it names."""
        return (
            *((name, ("critical", name)) for name in self.critical),
            *((name, ("key", index)) for index, name in enumerate(self.key)),
            *(
                (name, ("promotions", index, "critical", name))
                for index, part in enumerate(self.promotions)
                for name in part.critical
            ),
        )

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fees of the amount at risk."""
        return self.at_risk.fees("at_risk")

    def apply(self, values: Values) -> list[Step]:
        """Each missed critical level's weight of the amount at risk, their sum, and what is due."""
        weights = self.weights_on(values.on)
        shares = [(name, weight, "weight", percentage_text(weight)) for name, weight in weights.items()]
        return allocated(self, values, self.at_risk, shares, self.rounding, self.below)

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The weights come to 100 % at all times, what they weigh is judged, and promotions are noticed in time."""
        yield from never_judged(contract, self, self.references())
        states: list[tuple[Mapping[str, Fraction], Path]] = [(self.critical, ("critical",))]
        states += [(part.critical, ("promotions", index, "critical")) for index, part in enumerate(self.promotions)]
        for weights, path in states:
            total = sum(weights.values(), Fraction(0))
            if total != 1:
                message = f"The weights of {self.id} come to {percentage_text(total)}."
                yield reading_rule("weights_sum").found(contract.clause_place(self, *path), message)
        for index, part in enumerate(self.promotions):
            place = contract.clause_place(self, "promotions", index, "noticed")
            latest = self.notice.before(part.from_on) if self.notice is not None else part.from_on
            if part.noticed > latest:
                needed = f"{self.notice} before" if self.notice is not None else "by"
                message = (
                    f"The promotion of {self.id} from {part.from_on.isoformat()} on was noticed on "
                    f"{part.noticed.isoformat()}; the text asks for notice {needed}, by {latest.isoformat()}."
                )
                yield reading_rule("promotion_noticed_late").found(place, message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        lines = [
            f"At risk is {self.at_risk.words(contract)}.",
            f"Critical levels, each with its weight of that amount: {listed_shares(self.critical.items())}.",
        ]
        if self.key:
            lines.append(f"Key measures are reported only: {', '.join(self.key)}. No money follows from them.")
        if self.notice is not None:
            lines.append(f"The client may promote a measure with notice of {self.notice}.")
        lines += [
            f"From {part.from_on.isoformat()} on (noticed on {part.noticed.isoformat()}) critical are "
            f"{listed_shares(part.critical.items())}."
            for part in self.promotions
        ]
        return [*lines, NOTHING, rounding_words(self.rounding, contract)]

"""A factor of the charges of the statement of work that a missed level belongs to.

Credit = factor x charge base, summed over the levels that are missed. Factors need not come to anything together: each
is agreed by itself.
Source: British Columbia, TELUS; Health Net (weighting factors).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, due_step, rounding_words
from tallystick.contract.amounts import exact, shown
from tallystick.contract.clause import CREDIT, Clause, Thresholds, Values
from tallystick.contract.quantity import Number, decimal_text
from tallystick.contract.section import Name
from tallystick.contract.triggered import NOTHING, Path, never_judged, nothing_because
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class WeightingFactor(Clause):
    """A factor of a charge for each level that is missed."""

    called: ClassVar[str] = "Weighting factors"
    moves_money: ClassVar[bool] = True

    kind: Literal["weighting_factor"] = "weighting_factor"
    factors: dict[Name, Number] = Field(min_length=1, description="Clause -> factor, such as 0.05.")
    of: Name = Field(description="The charge base: a fee, that of the statement of work.")
    below: Thresholds = Field("target", description="Which level of the clauses must be kept.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The levels that it weighs."""
        return tuple(self.factors)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The levels that it names."""
        return tuple((name, ("factors", name)) for name in self.factors)

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The charge base."""
        return ((self.of, ("of",)),)

    def apply(self, values: Values) -> list[Step]:
        """Each missed level's factor of the charges, and their sum."""
        currency = values.contract.currency
        nothing = Money.zero(currency)
        reasons = {name: nothing_because(values, self, name, self.below) for name in self.factors}
        failed = [name for name, reason in reasons.items() if not reason]
        fee = values.fee(self.of)
        if not failed or fee is None:
            why = "; ".join(reasons.values()) if not failed else f"fee “{self.of}” is unknown"
            return [self.step(CREDIT, "no price adjustment", why, nothing, currency)]
        steps, total = [], Fraction(0)
        for name in failed:
            factor = Fraction(self.factors[name])
            part = factor * exact(fee)
            total += part
            formula, said = f"factor x charges “{self.of}”", f"{decimal_text(factor)} x {fee}"
            steps.append(self.step(f"share of {name}", formula, said, shown(part, currency), currency))
        return [*steps, due_step(self, total, currency, self.rounding)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """What it weighs is judged."""
        return never_judged(contract, self, self.references())

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        listed = ", ".join(f"clause {name} {decimal_text(Fraction(factor))}" for name, factor in self.factors.items())
        return [
            (
                f"For each level that is missed ({self.below}) the charges are reduced by its factor of "
                f"{contract.fee_words(self.of)}: {listed}."
            ),
            "Several misses add up.",
            NOTHING,
            rounding_words(self.rounding, contract),
        ]

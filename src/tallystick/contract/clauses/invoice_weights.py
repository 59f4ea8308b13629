"""A share of the invoice, split by weights: each standard that is missed takes its weight of the amount at risk.

The weights come to 100 %, so that all standards missed together take the whole amount.
Source: Maryland DoIT, call centre (up to 10 % of the monthly invoice).
"""

from __future__ import annotations

from collections.abc import Iterable
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
from tallystick.contract.quantity import Percentage, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name
from tallystick.contract.triggered import NOTHING, Path, never_judged
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class InvoiceWeights(Clause):
    """A share of the invoice, split by weights among the standards that are missed."""

    called: ClassVar[str] = "Weights on the invoice"
    moves_money: ClassVar[bool] = True
    bounded: ClassVar[bool] = True

    kind: Literal["invoice_weights"] = "invoice_weights"
    at_risk: AtRisk = Field(description="The part of the invoice at risk: `percentage`, `of` a fee, `less` fees.")
    weights: dict[Name, Percentage] = Field(min_length=1, description="Clause -> weight; together 100 %.")
    below: Thresholds = Field("target", description="Which level of the clauses must be kept.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The standards that it weighs."""
        return tuple(self.weights)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The standards that it names."""
        return tuple((name, ("weights", name)) for name in self.weights)

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fees of the amount at risk."""
        return self.at_risk.fees("at_risk")

    def apply(self, values: Values) -> list[Step]:
        """Each missed standard's weight of the amount at risk, their sum, and what is due."""
        shares = [(name, weight, "weight", percentage_text(weight)) for name, weight in self.weights.items()]
        return allocated(self, values, self.at_risk, shares, self.rounding, self.below)

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The weights come to 100 %, and what they weigh is judged."""
        yield from never_judged(contract, self, self.references())
        total = sum(self.weights.values(), Fraction(0))
        if total != 1:
            message = f"The weights of {self.id} come to {percentage_text(total)}."
            yield reading_rule("weights_sum").found(contract.clause_place(self, "weights"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        return [
            f"At risk is {self.at_risk.words(contract)}.",
            f"Each standard that is missed ({self.below}) takes its weight: {listed_shares(self.weights.items())}.",
            NOTHING,
            rounding_words(self.rounding, contract),
        ]

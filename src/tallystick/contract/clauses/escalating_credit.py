"""A percentage that grows with each repetition in a rolling window.

The first miss takes the first percentage, the second miss within the window the second, and so on; the last one holds
for every further miss. The window ends with the period itself.
Source: practice of transition services (5 % of the service line, 10 to 15 % on repetition).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, due_step, rounding_words
from tallystick.contract.amounts import exact, shown
from tallystick.contract.card import RATIO
from tallystick.contract.clause import CREDIT, Clause, Values
from tallystick.contract.quantity import Percentage, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name
from tallystick.contract.triggered import NOTHING, Path, Trigger, nothing_because
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

MISSES = "misses in the window"


class EscalatingCredit(Clause):
    """A percentage of a fee that grows with each repetition."""

    called: ClassVar[str] = "Escalating price adjustment"
    moves_money: ClassVar[bool] = True

    kind: Literal["escalating_credit"] = "escalating_credit"
    when: Trigger = Field(description="Which clause, and below which of its levels.")
    percentages: tuple[Percentage, ...] = Field(min_length=1, description="For the first miss, the second, and so on.")
    of: Name = Field(description="The fee that percentages refer to.")
    months: int = Field(6, ge=2, le=60, description="The window, this period included.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause that sets it off."""
        return (self.when.clause,)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clause that sets it off."""
        return ((self.when.clause, ("when", "clause")),)

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fee that percentages refer to."""
        return ((self.of, ("of",)),)

    def remembers(self, contract: Contract) -> tuple[tuple[str, int], ...]:  # noqa: ARG002
        """The misses of the window."""
        return ((self.when.clause, self.months - 1),)

    def apply(self, values: Values) -> list[Step]:
        """Which miss of the window it is, its percentage, and what is due."""
        currency = values.contract.currency
        nothing = Money.zero(currency)
        reason = nothing_because(values, self, self.when.clause, self.when.below)
        if reason:
            return [self.step(CREDIT, "no price adjustment", reason, nothing, currency)]
        since = values.since(self.months)
        before = [
            period.label
            for period, one in values.past.of(self.when.clause, since)
            if one.missed and (self.when.below == "target" or one.level == "below")
        ]
        count = len(before) + 1
        inserted = " + ".join((*before, "this one"))
        steps = [self.step(MISSES, f"misses within {self.months} months", inserted, count)]
        share = self.percentages[min(count, len(self.percentages)) - 1]
        said = f"miss {count}: {percentage_text(share)}"
        steps.append(self.step("percentage", "the percentage of that miss, or else the last", said, share, RATIO))
        fee = values.fee(self.of)
        if fee is None:
            return [*steps, self.step(CREDIT, "without the fee nothing follows", self.of, nothing, currency)]
        amount = share * exact(fee)
        said = f"{percentage_text(share)} x {fee}"
        steps.append(self.step("amount", f"percentage x fee “{self.of}”", said, shown(amount, currency), currency))
        return [*steps, due_step(self, amount, currency, self.rounding)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The percentages grow."""
        for index, (first, second) in enumerate(zip(self.percentages, self.percentages[1:], strict=False), start=1):
            if second <= first:
                message = f"Percentage {index + 1} of {self.id} is not larger than percentage {index}."
                yield reading_rule("escalation_flat").found(contract.clause_place(self, "percentages", index), message)
        if len(self.percentages) > self.months:
            message = f"{self.id} names {len(self.percentages)} percentages for a window of {self.months} months."
            yield reading_rule("trigger_never").found(contract.clause_place(self, "percentages"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        listed = ", then ".join(map(percentage_text, self.percentages))
        return [
            (
                f"If clause {self.when.clause} is missed ({self.when.below}), the charges are reduced by a percentage "
                f"of {contract.fee_words(self.of)} that grows with each miss within {self.months} months: {listed}."
            ),
            "The last percentage holds for every further miss in the window.",
            NOTHING,
            rounding_words(self.rounding, contract),
        ]

"""One credit of several: where one incident fails several levels, the client picks which of them follows.

The client's election is written down for the period; without one the largest applies (or the first of the text). The
others are struck out before any cap.
Source: anti-double-count clauses (one incident, one credit at the client's choice).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.clause import CREDIT, STRIKES, Values
from tallystick.contract.limit import Limit
from tallystick.contract.quantity import Day
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Names, Section
from tallystick.contract.triggered import Path
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

PICKED = "picked"


class Election(Section):
    """What the client picked for one period."""

    period: str = Field(description="As a period is named: 2025-07, 2025-Q3.")
    pick: Name
    partner: Name | None = None
    on: Day | None = Field(None, description="The day of the election.")
    evidence: str | None = None


class PickOne(Limit):
    """One credit of several, at the client's election."""

    called: ClassVar[str] = "One price adjustment of several"
    stage: ClassVar[int] = STRIKES
    cut: ClassVar[tuple[str, str]] = ("struck out", "another one is picked")

    kind: Literal["pick_one"] = "pick_one"
    credits: Names = Field(min_length=2, description="The credits of which one applies.")
    otherwise: Literal["largest", "first"] = Field("largest", description="Which one, without an election.")
    elections: tuple[Election, ...] = Field((), description="`period`, `pick`, and where it needs `partner`, `on`.")

    def covered(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The credits of which one applies."""
        return self.credits

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The credits that it names."""
        picked = ((part.pick, ("elections", index, "pick")) for index, part in enumerate(self.elections))
        return (*((name, ("credits", index)) for index, name in enumerate(self.credits)), *picked)

    def apply(self, values: Values) -> list[Step]:
        """Which credit applies, and how much it is."""
        currency = values.contract.currency
        due = {name: values.credits[name] for name in self.credits if name in values.credits}
        due = {name: money for name, money in due.items() if money.amount > 0}
        if not due:
            return [self.step(CREDIT, "none of the credits follows", "0", Money.zero(currency), currency)]
        elected = [
            one.pick
            for one in self.elections
            if one.period == values.label and one.partner in (None, values.partner) and one.pick in due
        ]
        if len(due) == 1:
            (pick,) = due
            formula = "the only one that follows"
        elif elected:
            pick, formula = elected[-1], f"the client's election for {values.label}"
        elif self.otherwise == "largest":
            pick, formula = max(due, key=lambda name: (due[name].amount, -self.credits.index(name))), "the largest"
        else:
            pick, formula = next(iter(due)), "the first of the text"
        inserted = ", ".join(f"{name} {money}" for name, money in due.items())
        return [
            self.step(PICKED, formula, inserted, pick),
            self.step(CREDIT, "the credit that is picked", pick, due[pick], currency),
        ]

    def left(self, values: Values, payable: Mapping[str, Money], steps: tuple[Step, ...]) -> dict[str, Money]:
        """Nothing is left of the others."""
        picked = next((str(step.result) for step in steps if step.label == PICKED), "")
        zero = Money.zero(values.contract.currency)
        return {name: zero for name in payable if name in self.credits and name != picked and zero < payable[name]}

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """An election picks one of the credits named, and one period is elected for once."""
        yield from super().lint(contract, cards)
        seen = set[tuple[str, str | None]]()
        for index, part in enumerate(self.elections):
            place = contract.clause_place(self, "elections", index)
            if part.pick not in self.credits:
                message = (
                    f"The election of {self.id} for {part.period} picks {part.pick}, which is none of its credits."
                )
                yield reading_rule("election_impossible").found(place, message)
            if (part.period, part.partner) in seen:
                message = f"{self.id} has two elections for {part.period}."
                yield reading_rule("election_impossible").found(place, message)
            seen.add((part.period, part.partner))

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        otherwise = "the largest of them" if self.otherwise == "largest" else "the first of them that follows"
        lines = [
            (
                f"Of the price adjustments {', '.join(self.credits)} only one applies in a period: the one that the "
                f"client picks, without an election {otherwise}. The others are struck out before any cap."
            )
        ]
        return lines + [
            f"For {part.period} the client picked {part.pick}"
            f"{f' on {part.on.isoformat()}' if part.on else ''}{f' ({part.evidence})' if part.evidence else ''}."
            for part in self.elections
        ]

"""A clause that leaves less of what other clauses grant: a ceiling, an election, a deadline.

Limits are applied after all that they limit. Which order the money takes is a part of the contract's meaning: credits
are struck out first, then ceilings are applied in the order of the text, then what was claimed too late is lost.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from tallystick.contract.clause import LIMITS, STRIKES, Clause, Values, credit_of
from tallystick.contract.names import with_article
from tallystick.contract.rule import reading_rule
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class Limit(Clause):
    """A clause that leaves less of other clauses' credits."""

    stage: ClassVar[int] = LIMITS
    capped: ClassVar[bool] = False
    standing: ClassVar[bool] = True
    limiting: ClassVar[bool] = True
    # What is told of a credit of which less is left: the step's label, and its formula.
    cut: ClassVar[tuple[str, str]] = ("cut by the cap", "excess over the cap")

    def covered(self, contract: Contract) -> tuple[str, ...]:
        """Ids of the credits that it limits; all that can be capped, unless a kind says otherwise."""
        return tuple(clause.id for clause in contract.clauses if clause.capped)

    def needs(self, contract: Contract) -> tuple[str, ...]:
        """The credits that it limits."""
        return self.covered(contract)

    @abstractmethod
    def left(self, values: Values, payable: Mapping[str, Money], steps: tuple[Step, ...]) -> dict[str, Money]:
        """What is left of the payable credits, by clause, for those of which less is left.

        `payable` is in the order of the text, `steps` what `apply` gave. Pure, as everything that is applied.
        """

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """What it limits are credits."""
        for name, path in self.references():
            clause = contract.clause(name)
            if clause is not None and not clause.capped and path[0] in ("clauses", "credits"):
                message = (
                    f"{self.id} would limit {name}, which grants nothing to limit: it is {with_article(clause.kind)}."
                )
                yield reading_rule("wrong_kind").found(contract.clause_place(self, *path), message)

    def leaves(self, values: Values, steps: tuple[Step, ...]) -> Values:
        """The values with what this limit leaves."""
        ordered = {one.id: values.payable[one.id] for one in values.contract.clauses if one.id in values.payable}
        left = self.left(values, ordered, steps)
        struck = {**values.credits, **left} if self.stage == STRIKES else values.credits
        return replace(values, payable={**values.payable, **left}, credits=struck)


def cut_from_the_end(payable: Mapping[str, Money], covered: tuple[str, ...], ceiling: Money) -> dict[str, Money]:
    """What a ceiling leaves: the last credits of the text are cut first. An addition to the fees is never cut."""
    zero = Money.zero(ceiling.currency)
    names = [name for name in payable if name in covered and zero < payable[name]]
    excess = sum((payable[name].amount for name in names), zero.amount) - ceiling.amount
    left = {}
    for name in reversed(names):
        if excess <= 0:
            break
        cut = min(payable[name].amount, excess)
        left[name] = Money(payable[name].amount - cut, ceiling.currency)
        excess -= cut
    return left


def sum_after(steps: tuple[Step, ...], currency: str) -> Money:
    """What the steps of a ceiling leave of the sum."""
    return credit_of(steps) or Money.zero(currency)

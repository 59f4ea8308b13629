"""Price adjustments that must be claimed: a claim that comes after its last day is lost.

Claims are written down as they are made. What was claimed too late is lost, and the text says by how much; what nobody
has claimed yet is due until its last day has passed (`tally credits` tells which). Without such a clause adjustments
are automatic, on the next invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.clause import CREDIT, LAPSES, Values
from tallystick.contract.limit import Limit
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Day, SpanField
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import DAY, Name, Names, Section
from tallystick.contract.triggered import Path
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

LOST = "lost by lateness"


class Claimed(Section):
    """A claim for the adjustments of one period."""

    period: str = Field(description="As a period is named: 2025-07, 2025-Q3.")
    on: Day
    partner: Name | None = None
    evidence: str | None = None


class ClaimDeadline(Limit):
    """Adjustments that are lost when they are claimed too late."""

    called: ClassVar[str] = "Claiming price adjustments"
    stage: ClassVar[int] = LAPSES
    cut: ClassVar[tuple[str, str]] = (LOST, "claimed after the last day")

    kind: Literal["claim_deadline"] = "claim_deadline"
    within: SpanField = Field(description="How long after the last day of the period, such as `30 days`.")
    credits: Names = Field((), description="The credits it holds for; where none is named, all without a deadline.")
    claimed: tuple[Claimed, ...] = Field((), description="`period`, `on` the day; `partner`, `evidence`.")

    def covered(self, contract: Contract, on: date | None = None) -> tuple[str, ...]:
        """The credits that must be claimed by it; one that several clauses name goes by the first of them.

        With a day, by the first of those in effect on it: a deadline that is not holds for nothing.
        """
        others = [one for one in contract.clauses if isinstance(one, ClaimDeadline) and one.id != self.id]
        others = [one for one in others if on is None or one.state_on(on) == IN_EFFECT]
        if not self.credits:
            named = {name for one in others for name in one.credits}
            return tuple(name for name in super().covered(contract) if name not in named)
        before = [one.id for one in contract.clauses]
        taken = {name for one in others if before.index(one.id) < before.index(self.id) for name in one.credits}
        return tuple(name for name in self.credits if name not in taken)

    def _covered(self, values: Values) -> tuple[str, ...]:
        if values.rules < 5:
            return self.credits or super().covered(values.contract)
        return self.covered(values.contract, values.on)

    def needs(self, contract: Contract) -> tuple[str, ...]:
        """The credits that it names, also those that another takes first while it is in effect; or all it holds for."""
        return self.credits or self.covered(contract)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The credits that it names."""
        return tuple((name, ("credits", index)) for index, name in enumerate(self.credits))

    def until(self, last_on: date) -> date:
        """The last day on which the adjustments of a period that ended with `last_on` can be claimed."""
        return self.within.after(last_on + DAY) - DAY

    def claim_of(self, period: str, partner: str) -> Claimed | None:
        """The first claim for a period, or None where nobody has claimed."""
        found = [one for one in self.claimed if one.period == period and one.partner in (None, partner)]
        return min(found, key=lambda one: one.on) if found else None

    def apply(self, values: Values) -> list[Step]:
        """The last day, the claim, and what is left."""
        currency = values.contract.currency
        names = self._covered(values)
        due = Money.zero(currency)
        for name in names:
            if name in values.payable and values.payable[name].amount > 0:
                due += values.payable[name]
        if values.end_on is None or not due.amount:
            return [self.step(CREDIT, "nothing is to be claimed", "0", due, currency)]
        last = self.until(values.end_on - DAY)
        steps = [self.step("claim by", f"{self.within} after the last day of the period", str(self.within), last)]
        claim = self.claim_of(values.label, values.partner)
        if claim is None:
            return [*steps, self.step(CREDIT, "not claimed yet", str(due), due, currency)]
        late = claim.on > last
        said = f"{claim.on.isoformat()} {'>' if late else '≤'} {last.isoformat()}"
        steps.append(self.step("claimed", "the day of the claim", said, "too late" if late else "in time"))
        if not late:
            return [*steps, self.step(CREDIT, "claimed in time", str(due), due, currency)]
        steps.append(self.step(LOST, "what was claimed too late is lost", str(due), due, currency))
        return [*steps, self.step(CREDIT, "nothing is left", str(due), Money.zero(currency), currency)]

    def left(self, values: Values, payable: Mapping[str, Money], steps: tuple[Step, ...]) -> dict[str, Money]:
        """Nothing is left of what was claimed too late."""
        if all(step.label != LOST for step in steps):
            return {}
        zero, covered = Money.zero(values.contract.currency), self._covered(values)
        return {name: zero for name in payable if name in covered and zero < payable[name]}

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        """A claim comes after its period has begun, and the text has one rule about claims of all credits."""
        yield from super().lint(contract, cards)
        for index, claim in enumerate(self.claimed):
            begins = _first_day(claim.period, contract.zone)
            if begins is not None and claim.on < begins:
                message = f"The claim of {self.id} for {claim.period} was made on {claim.on.isoformat()}, before it."
                yield reading_rule("claim_impossible").found(contract.clause_place(self, "claimed", index), message)
        if not self.credits and contract.claims is not None and contract.claims.within != self.within:
            message = f"{self.id} says {self.within} for claims, and `claims` of the contract {contract.claims.within}."
            yield reading_rule("claim_impossible").found(contract.clause_place(self, "within"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        others = any(isinstance(one, ClaimDeadline) and one.credits for one in contract.clauses)
        which = "All other price adjustments" if others else "Price adjustments"
        which = f"The price adjustments of {', '.join(self.credits)}" if self.credits else which
        lines = [
            f"{which} must be claimed within {self.within} after the last day of their period; later they are lost."
        ]
        return lines + [
            f"Those of {one.period}{f' ({one.partner})' if one.partner else ''} were claimed on {one.on.isoformat()}"
            f"{f', evidence {one.evidence}' if one.evidence else ''}."
            for one in self.claimed
        ]


def _first_day(label: str, zone: str) -> date | None:
    """The day on which the period of a label begins; None where the label names none."""
    try:
        return Period.parse(label, zone).start_on
    except UsageError:
        return None

"""A bonus above and a price adjustment below a band around the target, equal on both sides unless it is said otherwise.

Inside the band nothing follows. Outside it follows once, or for each full step beyond the band. A bonus is an addition
to the fees and falls away while one of the gates is missed or not yet decided. What else a good period may bring, more
volume for example, is no money and belongs into the clause's note.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.allocation import ROUNDED_ONCE, RoundingMode, rounding_words
from tallystick.contract.amounts import amount_text, exact, shown, to_money
from tallystick.contract.card import RATIO
from tallystick.contract.clause import CREDIT, MET, MISSED, Clause, Values
from tallystick.contract.past import IN_EFFECT
from tallystick.contract.quantity import Percentage, Target, decimal_text, level_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Names
from tallystick.contract.triggered import Path, better_of, level_of, never_judged, unit_of, value_of
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

GATE_SHUT = ("missed", "provisional")


class BonusMalus(Clause):
    """A bonus above and a price adjustment below a band around the target."""

    called: ClassVar[str] = "Bonus and price adjustment"
    moves_money: ClassVar[bool] = True
    beyond_whole: ClassVar[tuple[str, ...]] = ("bonus",)

    kind: Literal["bonus_malus"] = "bonus_malus"
    clause: Name = Field(description="The clause whose target the band lies around.")
    band: Target = Field(description="How far from the target nothing follows, such as `2%` (percentage points).")
    percentage: Percentage = Field(description="What follows outside the band.")
    of: Name = Field(description="The fee that the percentage refers to.")
    bonus: Percentage | None = Field(None, description="What follows above the band, where that is another percentage.")
    per: Target | None = Field(None, description="For each full step beyond the band; once, where nothing is written.")
    at_most: Percentage | None = Field(None, description="The most on either side.")
    gates: Names = Field((), description="Clauses of which none may be missed for a bonus.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The clause, and the gates."""
        return (self.clause, *self.gates)

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The clauses that it names."""
        return ((self.clause, ("clause",)), *((name, ("gates", index)) for index, name in enumerate(self.gates)))

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fee that the percentage refers to."""
        return ((self.of, ("of",)),)

    def apply(self, values: Values) -> list[Step]:
        """On which side of the band the value lies, and what is due; an addition to the fees is negative."""
        currency = values.contract.currency
        nothing = Money.zero(currency)
        clause, outcome = values.contract.clause(self.clause), values.outcomes.get(self.clause)
        value, target, fee = value_of(values, clause), level_of(clause, "target"), values.fee(self.of)
        if outcome not in (MET, MISSED) or clause is None or value is None or target is None or fee is None:
            why = f"{self.clause} is {outcome or 'not judged'}"
            return [self.step(CREDIT, "nothing follows", why, nothing, currency)]
        if clause.state_on(values.on) != IN_EFFECT or self.state_on(values.on) != IN_EFFECT:
            return [self.step(CREDIT, "nothing follows", "not in effect", nothing, currency)]
        better, unit = better_of(values, clause), unit_of(clause)
        distance = (value - target.value) * (1 if better == "higher" else -1)
        said = f"{level_text(value, unit)} and {level_text(target.value, unit)}"
        steps = [self.step("distance", "value beyond the target; negative where it falls short", said, distance, unit)]
        beyond = abs(distance) - self.band.value
        if beyond <= 0:
            said = f"{decimal_text(abs(distance))} ≤ {decimal_text(self.band.value)}"
            return [*steps, self.step(CREDIT, "inside the band nothing follows", said, nothing, currency)]
        if distance < 0 and outcome == MET and values.rules >= 4:
            why = f"{self.clause} is met by its allowed failures"
            return [*steps, self.step(CREDIT, "nothing follows", why, nothing, currency)]
        if distance > 0:
            shut = [name for name in self.gates if values.outcomes.get(name) in GATE_SHUT]
            if shut:
                said = ", ".join(f"{name} is {values.outcomes[name]}" for name in shut)
                return [*steps, self.step(CREDIT, "a gate is shut: no bonus", said, nothing, currency)]
        share = self._share(beyond, self.bonus if distance > 0 and self.bonus is not None else self.percentage, steps)
        amount = share * exact(fee)
        said = f"{percentage_text(share)} x {fee}"
        side = "bonus" if distance > 0 else "price adjustment"
        steps.append(self.step(side, f"percentage x fee “{self.of}”", said, shown(amount, currency), currency))
        due = to_money(-amount if distance > 0 else amount, currency, self.rounding)
        formula = f"{side} rounded {self.rounding} to the minor unit"
        if distance > 0:
            formula += "; an addition to the fees is negative"
        return [*steps, self.step(CREDIT, formula, f"{amount_text(amount, currency)} -> {due}", due, currency)]

    def _share(self, beyond: Fraction, percentage: Fraction, steps: list[Step]) -> Fraction:
        share = percentage
        if self.per is not None:
            count = beyond / self.per.value
            full = count.numerator // count.denominator
            share = full * percentage
            said = f"{decimal_text(beyond)} / {decimal_text(self.per.value)}"
            steps.append(self.step("steps", "full steps beyond the band", said, full))
        if self.at_most is not None and share > self.at_most:
            said = f"{percentage_text(share)} > {percentage_text(self.at_most)}"
            share = self.at_most
            steps.append(self.step("at most", "the smaller of that and the most", said, share, RATIO))
        return share

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """The band is written as the target, and a bonus has a gate that can shut."""
        yield from never_judged(contract, self, self.references())
        target = level_of(contract.clause(self.clause), "target")
        for key, level in (("band", self.band), ("per", self.per)):
            if level is None:
                continue
            if (
                (target is not None and level.unit != target.unit)
                or level.value < 0
                or (key == "per" and not level.value)
            ):
                message = f"The {key} {level} of {self.id} is no distance from the target {target}."
                yield reading_rule("slope_step").found(contract.clause_place(self, key), message)
        if not self.gates:
            message = f"A bonus of {self.id} follows even while every other clause is missed."
            yield reading_rule("bonus_without_gate").found(contract.clause_place(self, "id"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        fee, band = contract.fee_words(self.of), level_text(self.band.value, self.band.unit)
        each = f" for each full {level_text(self.per.value, self.per.unit)} beyond it" if self.per is not None else ""
        most = f", at most {percentage_text(self.at_most)}" if self.at_most is not None else ""
        bonus = self.bonus if self.bonus is not None else self.percentage
        lines = [
            f"Within {band} of the target of clause {self.clause} nothing follows.",
            f"Further from good, the charges are reduced by {percentage_text(self.percentage)} of {fee}{each}{most}.",
            f"Further beyond it, a bonus of {percentage_text(bonus)} of {fee}{each}{most} is added to the charges.",
        ]
        if self.gates:
            lines.append(f"No bonus while one of {', '.join(self.gates)} is missed or not yet decided.")
        return [
            *lines,
            (
                f"Nothing follows while clause {self.clause} is excused, not assessable, provisional, or not in "
                "effect; the charges are not reduced where its allowed failures keep it."
            ),
            rounding_words(self.rounding, contract),
        ]

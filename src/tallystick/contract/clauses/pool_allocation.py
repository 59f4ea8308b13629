"""Shares of an amount at risk for the levels that are missed: pools, and the allocation of each level inside its pool.

Credit = A x B x C: A the share of the pool, B the allocation of the level inside it, C the amount at risk. Without
`pools` there is one, of the whole amount. Several misses add up, and never come to more than the amount at risk. A
level may be multiplied from a day on; where the allocations then come to more than 100 %, `pool` says so openly.
Source: Texas DIR (pools), Virginia VITA 3.12 (at most 25 % for a level, at most 20 levels).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.allocation import (
    ROUNDED_ONCE,
    AtRisk,
    RoundingMode,
    allocated,
    listed_shares,
    rounding_words,
)
from tallystick.contract.clause import Clause, Thresholds, Values
from tallystick.contract.quantity import Day, Number, Percentage, decimal_text, percentage_text
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Name, Section
from tallystick.contract.triggered import NOTHING, Path, never_judged
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

WHOLE = Fraction(1)


class Pool(Section):
    """A category of levels: its share of the amount at risk, and what each level is allotted of that share."""

    share: Percentage
    levels: dict[Name, Percentage] = Field(min_length=1)


class Multiplier(Section):
    """From a day on the client weighs a level so many times."""

    clause: Name
    times: Number
    from_on: Day = Field(alias="from")
    to_on: Day | None = Field(None, alias="to")

    def holds_on(self, on: date) -> bool:
        """Whether it is chosen on a day."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


class PoolAllocation(Clause):
    """Shares of an amount at risk for the levels that are missed."""

    called: ClassVar[str] = "Pool of price adjustments"
    moves_money: ClassVar[bool] = True
    bounded: ClassVar[bool] = True
    # What the text says openly in `pool` is held against the sums of the allocations.
    beyond_whole: ClassVar[tuple[str, ...]] = ("pool", "pools", "levels", "most_per_level")

    kind: Literal["pool_allocation"] = "pool_allocation"
    at_risk: AtRisk = Field(description="The amount at risk: `percentage`, `of` a fee, `less` pass-through fees.")
    pools: dict[Name, Pool] = Field(default_factory=dict, description="Pools by name: `share`, and `levels`.")
    levels: dict[Name, Percentage] = Field(default_factory=dict, description="Clause -> allocation, for one pool.")
    below: Thresholds = Field("target", description="Which level of the clauses must be kept.")
    pool: Percentage = Field(WHOLE, description="What the allocations come to; above 100 % they are oversubscribed.")
    multipliers: tuple[Multiplier, ...] = Field((), description="`clause`, `times`, `from` (and `to`) a day.")
    most_per_level: Percentage | None = Field(None, description="No level is allotted more than this.")
    most_at_risk: Percentage | None = Field(None, description="No larger share of the fee is at risk than this.")
    most_levels: int | None = Field(None, ge=1, description="No more levels than this.")
    rounding: RoundingMode = Field("half-up", description=ROUNDED_ONCE)

    @model_validator(mode="after")
    def _one_form(self) -> PoolAllocation:
        if bool(self.pools) == bool(self.levels):
            raise ValueError("write either `levels` or `pools`")
        return self

    def _parts(self) -> Iterator[tuple[str, Pool, Path]]:
        """Each pool with its name (empty for the only one) and the path of its levels."""
        if self.levels:
            yield "", Pool.model_construct(share=WHOLE, levels=self.levels), ("levels",)
        for name, pool in self.pools.items():
            yield name, pool, ("pools", name, "levels")

    def _times(self, clause: str, on: date) -> Fraction:
        chosen = [part for part in self.multipliers if part.clause == clause and part.holds_on(on)]
        return Fraction(max(chosen, key=lambda part: part.from_on).times) if chosen else WHOLE

    def needs(self, contract: Contract) -> tuple[str, ...]:  # noqa: ARG002
        """The levels that it shares out among."""
        return tuple(dict.fromkeys(name for _, pool, _ in self._parts() for name in pool.levels))

    def references(self) -> tuple[tuple[str, Path], ...]:
        """The levels that it names."""
        named = [(name, (*path, name)) for _, pool, path in self._parts() for name in pool.levels]
        chosen = [(part.clause, ("multipliers", index, "clause")) for index, part in enumerate(self.multipliers)]
        return (*named, *chosen)

    def fee_references(self) -> tuple[tuple[str, Path], ...]:
        """The fees of the amount at risk."""
        return self.at_risk.fees("at_risk")

    def apply(self, values: Values) -> list[Step]:
        """Each missed level's share of the amount at risk, their sum, and what is due."""
        shares = []
        for name, pool, _ in self._parts():
            for clause, allocation in pool.levels.items():
                times = self._times(clause, values.on)
                formula, numbers = "allocation", percentage_text(allocation)
                if times != 1:
                    formula, numbers = f"multiplier x {formula}", f"{decimal_text(times)} x {numbers}"
                if name:
                    formula = f"share of pool “{name}” x {formula}"
                    numbers = f"{percentage_text(pool.share)} x {numbers}"
                shares.append((clause, pool.share * allocation * times, formula, numbers))
        return allocated(self, values, self.at_risk, shares, self.rounding, self.below)

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """Sums, the most for a level, the number of levels, and that they are levels."""
        yield from never_judged(contract, self, self.references())
        parts = list(self._parts())
        days = sorted({contract.term.from_on, *(part.from_on for part in self.multipliers)})
        for name, pool, path in parts:
            total, on = max((sum((self._times(c, day) * a for c, a in pool.levels.items()), 0 * WHOLE), day)
                            for day in days)  # fmt: skip
            where = f"pool “{name}” of {self.id}" if name else f"{self.id}"
            if total > self.pool:
                begins = f" from {on.isoformat()} on" if on != days[0] else ""
                message = (
                    f"The allocations of {where} come to {percentage_text(total)}{begins}, more than "
                    f"{percentage_text(self.pool)}."
                )
                cure = "Lower them, or say openly what they come to: `pool`." if total > 1 else ""
                yield reading_rule("allocation_over_pool").found(contract.clause_place(self, *path), message, cure)
            elif total < 1:
                message = f"The allocations of {where} come to {percentage_text(total)}: the rest is never at risk."
                yield reading_rule("allocation_below_pool").found(contract.clause_place(self, *path), message)
        shares = sum((pool.share for _, pool, _ in parts), 0 * WHOLE)
        if self.pools and shares != 1:
            message = f"The shares of the pools of {self.id} come to {percentage_text(shares)}."
            yield reading_rule("pools_sum").found(contract.clause_place(self, "pools"), message)
        yield from self._limits(contract, parts)

    def _limits(self, contract: Contract, parts: list[tuple[str, Pool, Path]]) -> Iterator[Finding]:
        levels = [(clause, pool.share * share, (*path, clause)) for _, pool, path in parts
                  for clause, share in pool.levels.items()]  # fmt: skip
        for clause, share, path in levels:
            if self.most_per_level is not None and share > self.most_per_level:
                message = (
                    f"Level {clause} of {self.id} is allotted {percentage_text(share)}, more than "
                    f"{percentage_text(self.most_per_level)}."
                )
                yield reading_rule("allocation_over_most").found(contract.clause_place(self, *path), message)
        most = self.most_at_risk
        if most is not None and self.at_risk.percentage > most:
            message = (
                f"{self.id} puts {percentage_text(self.at_risk.percentage)} at risk, more than {percentage_text(most)}."
            )
            yield reading_rule("at_risk_over_most").found(contract.clause_place(self, "at_risk"), message)
        if self.most_levels is not None and len(levels) > self.most_levels:
            message = f"{self.id} names {len(levels)} levels, more than {self.most_levels}."
            yield reading_rule("too_many_levels").found(contract.clause_place(self, "most_levels"), message)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        lines = [f"At risk is {self.at_risk.words(contract)}."]
        for name, pool, _ in self._parts():
            named = f"Pool “{name}” is {percentage_text(pool.share)} of it; of that" if name else "Of that amount"
            lines.append(
                f"{named} each level that is missed ({self.below}) takes: {listed_shares(pool.levels.items())}."
            )
        lines += [
            f"From {part.from_on.isoformat()}{f' to {part.to_on.isoformat()}' if part.to_on else ' on'} the client "
            f"weighs clause {part.clause} {decimal_text(Fraction(part.times))} times."
            for part in self.multipliers
        ]
        if self.pool > 1:
            lines.append(f"The allocations are oversubscribed: they may come to {percentage_text(self.pool)}.")
        if self.most_per_level is not None:
            lines.append(f"No level is allotted more than {percentage_text(self.most_per_level)}.")
        if self.most_at_risk is not None:
            lines.append(f"Never more than {percentage_text(self.most_at_risk)} is at risk.")
        if self.most_levels is not None:
            lines.append(f"There are at most {self.most_levels} levels.")
        return [
            *lines,
            "Several misses add up; together they never come to more than the amount at risk.",
            NOTHING,
            rounding_words(self.rounding, contract),
        ]

"""The money of one partner and period: what each credit clause grants, what the caps leave of it, and the sum.

Order, which is part of the contract's meaning: (1) every counted clause is judged, (2) every credit is computed from
the outcomes, in the order of the text after the clauses it needs, (3) what an election does not pick is struck out,
(4) caps are applied in the order of the text, (5) what was claimed too late is lost, (6) what was earned back comes
back. Where a cap leaves less than its credits come to, the last credits of the text are cut first. Rounding happened
once, in the credit clause; a cut is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from tallystick.contract.clause import credit_of
from tallystick.contract.limit import Limit
from tallystick.contract.model import Contract
from tallystick.verdicts.consequences import Consequences
from tallystick.verdicts.ledger import Due
from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money


@dataclass(frozen=True)
class CreditLine:
    """One credit clause: the clause that set it off, its amount, and what is payable after the limits.

    Amounts lower the fees; one below zero (a bonus, a credit that comes back) is an addition to them.
    """

    clause: str
    follows: str
    amount: Money
    payable: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Tally:
    """What a clause counted that moves no money by itself (points, triggers), and the clause that set it off."""

    clause: str
    follows: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Statement:
    """All price adjustments of one contract, partner and period. `verdicts` are the digests they follow from.

    `caps` are the steps of every limit: elections, caps, deadlines. `tallies` are there where clauses count.
    """

    SPARSE: ClassVar = ("tallies",)

    contract: str
    partner: str
    period: str
    currency: str
    lines: tuple[CreditLine, ...]
    caps: tuple[Step, ...]
    total: Money
    verdicts: tuple[tuple[str, str], ...]
    as_of: str
    tallies: tuple[Tally, ...] = ()

    @cached_property
    def claim(self) -> str:
        """SHA-256 of the money alone: equal claims need no restatement."""
        return digest(facts_in((self.lines, self.caps, self.total, self.tallies)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole statement, without the words of its steps."""
        return digest(facts_in(self))

    def line_of(self, clause: str, text: Contract) -> CreditLine | None:
        """The credit that is a clause, or else the first that answers for it by `text`; None where there is none.

        What outlasts its promise comes after the promise's other credits, and is none of the one it is settled with.
        """
        own = [line for line in self.lines if clause in (line.clause, line.follows)]
        found = [line for line in own if line.clause == clause or _answers_for(text, line.clause, clause)]
        return min(found, key=lambda line: _rank(text, line.clause, clause), default=None)

    def dues(self) -> list[Due]:
        """What should stand in the ledger once the statement is approved and its period closed."""
        ids = dict(self.verdicts)
        return [Due(line.clause, ids.get(line.follows, ""), line.payable) for line in self.lines]

    def as_json(self) -> dict[str, Any]:
        """The statement as plain JSON values with its digest."""
        parts: dict[str, Any] = plain(self)
        return {"digest": self.digest, **parts}

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> Statement:
        """The statement that `as_json` wrote."""
        given = {name: part for name, part in parts.items() if name != "digest"}
        given["lines"] = tuple(
            CreditLine(
                line["clause"],
                line["follows"],
                _money(line["amount"]),
                _money(line["payable"]),
                tuple(Step(**step) for step in line["steps"]),
            )
            for line in given["lines"]
        )
        given["caps"] = tuple(Step(**step) for step in given["caps"])
        given["total"] = _money(given["total"])
        given["verdicts"] = tuple((clause, sha) for clause, sha in given["verdicts"])
        given["tallies"] = tuple(
            Tally(one["clause"], one["follows"], tuple(Step(**step) for step in one["steps"]))
            for one in given.get("tallies", ())
        )
        return cls(**given)


def _answers_for(text: Contract, name: str, promise: str) -> bool:
    """Whether a clause of the text rests on a promise, by itself or by what it needs."""
    clause = text.clause(name)
    needs = clause.needs(text) if clause is not None else ()
    return promise in needs or any(_answers_for(text, one, promise) for one in needs)


def _rank(text: Contract, name: str, promise: str) -> tuple[bool, bool]:
    clause = text.clause(name)
    return name != promise, clause is not None and clause.outlasting


def _money(parts: Mapping[str, str]) -> Money:
    return Money(Decimal(parts["amount"]), parts["currency"])


def settle(after: Consequences) -> tuple[tuple[CreditLine, ...], tuple[Step, ...], Money]:
    """Credit lines after the limits, the limits' steps, and the sum."""
    contract, granted, limits = after.values.contract, after.granted, after.limits
    zero = Money.zero(contract.currency)
    order = [clause.id for clause in contract.clauses if clause.id in granted]
    payable = {clause: credit_of(granted[clause][1]) or zero for clause in order}
    amounts = dict(payable)
    shown: list[Step] = []
    in_order = [clause for clause in contract.clauses if isinstance(clause, Limit) and clause.id in limits]
    for clause in sorted(in_order, key=lambda one: one.stage):
        shown += limits[clause.id]
        label, why = clause.cut
        for name, left in clause.left(after.values, payable, limits[clause.id]).items():
            shown.append(
                clause.step(label, f"{name} - {why}", f"{payable[name]} - {payable[name] - left}", left)
            )  # fmt: skip
            payable[name] = left
    lines = tuple(CreditLine(name, granted[name][0], amounts[name], payable[name], granted[name][1]) for name in order)
    return lines, tuple(shown), sum(payable.values(), zero)

"""The money of one partner and period: what each credit clause grants, what the caps leave of it, and the sum.

Order, which is part of the contract's meaning: (1) every counted clause is judged, (2) every credit is computed from
the outcomes, in the order of the text after the clauses it needs, (3) caps are applied in the order of the text. Where
a cap leaves less than its credits come to, the last credits of the text are cut first. Rounding happened once, in the
credit clause; a cut is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

from tallystick.contract.clause import credit_of
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.verdicts.ledger import CreditDue
from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import digest, plain
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

CUT = "cut by the cap"


@dataclass(frozen=True)
class CreditLine:
    """One credit clause: the clause that set it off, its amount, and what is payable after the caps."""

    clause: str
    follows: str
    amount: Money
    payable: Money
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Statement:
    """All price adjustments of one contract, partner and period. `verdicts` are the digests they follow from."""

    contract: str
    partner: str
    period: str
    currency: str
    lines: tuple[CreditLine, ...]
    caps: tuple[Step, ...]
    total: Money
    verdicts: tuple[tuple[str, str], ...]
    as_of: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the whole statement, without the words of its steps."""
        return digest(facts_in(self))

    def line_of(self, clause: str) -> CreditLine | None:
        """The credit that follows from a clause, or is that clause."""
        return next((line for line in self.lines if clause in (line.clause, line.follows)), None)

    def dues(self) -> list[CreditDue]:
        """What the ledger is brought to."""
        ids = dict(self.verdicts)
        return [
            CreditDue(self.contract, self.partner, self.period, line.clause, ids.get(line.follows, ""), line.payable)
            for line in self.lines
        ]

    def as_json(self) -> dict[str, Any]:
        """The statement as plain JSON values with its digest."""
        parts: dict[str, Any] = plain({part.name: getattr(self, part.name) for part in fields(self)})
        return {"digest": self.digest, **parts}

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> Statement:
        """The statement that `as_json` wrote."""
        given = {part.name: parts[part.name] for part in fields(cls)}
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
        return cls(**given)


def _money(parts: Mapping[str, str]) -> Money:
    return Money(Decimal(parts["amount"]), parts["currency"])


def settle(
    contract: Contract, granted: Mapping[str, tuple[str, tuple[Step, ...]]], caps: Mapping[str, tuple[Step, ...]]
) -> tuple[tuple[CreditLine, ...], tuple[Step, ...], Money]:
    """Credit lines after the caps, the caps' steps, and the sum.

    `granted` are by clause id: the clause that it follows from, and its steps; `caps` the steps of each cap.
    """
    zero = Money.zero(contract.currency)
    order = [clause.id for clause in contract.clauses if clause.id in granted]
    payable = {clause: credit_of(granted[clause][1]) or zero for clause in order}
    amounts = dict(payable)
    shown: list[Step] = []
    for clause in contract.clauses:
        if clause.id not in caps or not isinstance(clause, CreditCap):
            continue
        shown += caps[clause.id]
        covered = [name for name in order if name in clause.covered(contract)]
        left = credit_of(caps[clause.id]) or zero
        excess = _sum(payable[name] for name in covered) - left if covered else zero
        for name in reversed(covered):
            if excess <= zero:
                break
            cut = payable[name] if payable[name] <= excess else excess
            if cut.amount == 0:
                continue
            shown.append(
                clause.step(CUT, f"{name} - excess over the cap", f"{payable[name]} - {cut}", payable[name] - cut)
            )
            payable[name] -= cut
            excess -= cut
    lines = tuple(CreditLine(name, granted[name][0], amounts[name], payable[name], granted[name][1]) for name in order)
    return lines, tuple(shown), _sum([zero, *payable.values()])


def _sum(amounts: Any) -> Money:
    total: Money | None = None
    for money in amounts:
        total = money if total is None else total + money
    assert total is not None  # noqa: S101 - callers give at least one
    return total

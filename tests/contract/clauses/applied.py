"""Clauses of a small contract applied to figures, for tests of one kind at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tallystick.contract.card import cards_by_id
from tallystick.contract.clause import Values
from tallystick.contract.counted import CountedClause
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.past import Past, PastClause, PastPeriod, months_after
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money
from tests.contract.agreement import CARDS

HEAD = """\
tallystick: 1
contract: small
title: Small
client: {id: c, name: C}
partner: {id: p, name: P}
currency: EUR
zone: UTC
term: {from: 2026-01-01, to: 2027-12-31}
fees: {fee: {amount: 10000}, passed: {amount: 1000}}
clauses:
"""
A1 = "{id: A1, kind: kpi, measure: csat, target: 80%, minimum: 70%, minimum_volume: 1}"
A2 = "{id: A2, kind: kpi, measure: reopen_rate, target: 5%, better: lower, minimum_volume: 1}"
ON = date(2026, 3, 1)


def contract_of(
    *clauses: str,
    currency: str = "EUR",
    begins: str = "2026-01-01",
    ends: str = "2027-12-31",
    amendment: str = "",
) -> Contract:
    """A small text; `amendment` is one such as `effective: 2026-02-01, changes: [...]`."""
    head = HEAD.replace("EUR", currency).replace("2026-01-01", begins).replace("2027-12-31", ends)
    text = head + "".join(f"  - {clause}\n" for clause in clauses)
    text += f"amendments: [{{id: AM1, {amendment}}}]\n" if amendment else ""
    made, findings = load_text(text)
    assert made is not None, findings
    return made


def share(met: int, total: int) -> MeasureValue:
    return MeasureValue("csat", 1, "share", "ratio", (), "2026-03", total, met, total, Fraction(met, total))


def euros(amount: str, currency: str = "EUR") -> Money:
    return Money(Decimal(amount), currency)


def month(number: int, **clauses: PastClause) -> PastPeriod:
    """A month so many months before March 2026, with how its clauses ended."""
    begins = months_after(ON, -number)
    listed = tuple(replace(one, clause=name) for name, one in sorted(clauses.items()))
    return PastPeriod(begins.strftime("%Y-%m"), begins, months_after(begins, 1), "", listed)


def missed(**parts: Any) -> PastClause:
    return PastClause("", "missed", "in-effect", **parts)


def met(**parts: Any) -> PastClause:
    return PastClause("", "met", "in-effect", **parts)


def linted(*clauses: str, **parts: str) -> list[tuple[str, str]]:
    """What the clauses of a text are told about themselves: the clause and the message."""
    contract = contract_of(*clauses, **parts)
    cards = cards_by_id(CARDS)
    return [(clause.id, found.message) for clause in contract.clauses for found in clause.lint(contract, cards)]


def refused(*clauses: str) -> bool:
    """Whether a text with these clauses cannot be read whole."""
    made, findings = load_text(HEAD + "".join(f"  - {clause}\n" for clause in clauses))
    return made is None or len(made.clauses) < len(clauses) or bool(findings)


class Applied:
    """A contract applied to one period: the steps and results by clause."""

    def __init__(
        self,
        clauses: Iterable[str],
        figures: Mapping[str, tuple[int, int]],
        *,
        outcomes: Mapping[str, str] | None = None,
        past: Iterable[PastPeriod] = (),
        currency: str = "EUR",
        amendment: str = "",
        begins: str = "2026-01-01",
        **parts: Any,
    ) -> None:
        on = parts.get("on", ON)
        self.contract = contract_of(*clauses, currency=currency, begins=begins, amendment=amendment).in_force(on).at(on)
        listed = tuple(sorted(past, key=lambda one: one.from_on))
        parts = {"label": "2026-03", "from_on": ON, "end_on": months_after(ON, 1), "partner": "p", **parts}
        values = Values(self.contract, parts.pop("on", ON), past=Past(listed), **parts)
        self.steps: dict[str, list[Step]] = {}
        for clause, _ in self.contract.in_order:
            if isinstance(clause, CountedClause):
                if clause.id not in figures:
                    continue
                better = {**values.better, clause.id: clause.direction}
                measured = {**values.measured, clause.id: share(*figures[clause.id])}
                values = replace(values, measured=measured, better=better)
            own = clause.apply(values)
            self.steps[clause.id] = own
            values = values.after(clause, own, (outcomes or {}).get(clause.id))
        self.values = values

    def credit(self, clause: str) -> str:
        return str(self.values.credits[clause])

    def left(self, clause: str) -> str:
        return str(self.values.payable[clause])

    def result(self, clause: str, label: str) -> Any:
        return next(step.result for step in self.steps[clause] if step.label == label)

    def said(self, clause: str, label: str) -> tuple[str, str]:
        return next((step.formula, step.inserted) for step in self.steps[clause] if step.label == label)

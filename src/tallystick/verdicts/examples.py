"""Worked examples: figures that both sides wrote into the contract, run through the very arithmetic that judges.

An example puts counts (`met` of `total`) or a value into a clause and says which verdict, value or credit must come
out. For a credit clause the counts belong to the clause that sets it off; `values` give those of further clauses. An
example without `on` runs on the first day on which its clause is in effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tallystick.contract.clause import Clause, Values, applied_order, outcome_of
from tallystick.contract.counted import CountedClause
from tallystick.contract.model import Contract
from tallystick.contract.quantity import level_text, parse_level
from tallystick.contract.section import Counts, Example
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money

RULE = "TS-V010"


@dataclass(frozen=True)
class ExampleRun:
    """One example as it ran: what was expected and what came out, by name, and the arithmetic."""

    example: Example
    expected: tuple[tuple[str, str], ...]
    found: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Whether all that was expected came out."""
        return self.expected == self.found


def run_examples(contract: Contract) -> list[ExampleRun]:
    """Every worked example of a contract, in the order of the text."""
    return [run_example(contract, example) for example in contract.examples]


def example_findings(contract: Contract) -> list[Finding]:
    """A finding for each example that does not hold, at its place in the text."""
    findings = []
    for index, run in enumerate(run_examples(contract)):
        if run.holds:
            continue
        told = "; ".join(
            f"{name}: {expected} expected, {found} computed"
            for (name, expected), (_, found) in zip(run.expected, run.found, strict=True)
            if expected != found
        )
        message = f"The worked example of {run.example.clause} does not come out. {told}."
        cure = "Correct the example, or the clause: both sides read the example as the meaning of the clause."
        findings.append(Finding(RULE, Severity.ERROR, message, contract.place("examples", index), cure))
    return findings


def run_example(contract: Contract, example: Example) -> ExampleRun:
    """Run one example on its day."""
    on = example.on or _first_in_effect(contract, example.clause)
    text = contract.in_force(on)
    steps, outcomes, credits_due = _applied(text, example, on)
    expect = example.expect
    expected: list[tuple[str, str]] = []
    found: list[tuple[str, str]] = []
    if expect.verdict is not None:
        expected.append(("verdict", expect.verdict))
        found.append(("verdict", outcomes.get(_judged_by(text, example), "nothing")))
    if expect.value is not None:
        unit, value = _value(text, example)
        expected.append(("value", level_text(parse_level(expect.value).value, unit)))
        found.append(("value", "no value" if value is None else level_text(value, unit)))
    if expect.credit is not None:
        amount = _credit(text, example, credits_due)
        expected.append(("credit", str(Money(expect.credit, text.currency).rounded())))
        found.append(("credit", str(amount.rounded())))
    return ExampleRun(example, tuple(expected), tuple(found), tuple(steps))


def _first_in_effect(contract: Contract, clause_id: str) -> date:
    clause = contract.clause(clause_id)
    days = [contract.term.from_on, *(part.from_on for part in clause.state)] if clause else [contract.term.from_on]
    days = [max(day, contract.term.from_on) for day in sorted(days)]
    return next((day for day in days if clause and clause.state_on(day) == "in-effect"), days[0])


def _judged_by(contract: Contract, example: Example) -> str:
    """The counted clause that an example is about: its own, or the one that sets its credit off."""
    clause = contract.clause(example.clause)
    if clause is None or isinstance(clause, CountedClause):
        return example.clause
    return next(iter(clause.needs(contract)), example.clause)


def _applied(contract: Contract, example: Example, on: date) -> tuple[list[Step], dict[str, str], dict[str, Money]]:
    """All clauses applied to the example's figures: steps, outcomes, and amounts of the credits by clause."""
    given: Mapping[str, Counts] = {_judged_by(contract, example): example.given, **example.given.values}
    measured, better = {}, {}
    for clause in contract.counted:
        direction, kind, unit = _measure_of(clause)
        better[clause.id] = direction
        if clause.id in given:
            value = _given_value(clause, given[clause.id], kind, unit)
            if value is not None:
                measured[clause.id] = value
    values = Values(contract=contract, on=on, measured=measured, better=better)
    steps: list[Step] = []
    for each in applied_order(contract):
        if isinstance(each, CountedClause) and each.id not in given:
            continue
        own = each.apply(values)
        values = values.after(each, own)
        if each.id == example.clause or each.id in given or outcome_of(own) is None:
            steps += own
    return steps, dict(values.outcomes), dict(values.credits)


def _measure_of(clause: CountedClause) -> tuple[str, str, str]:
    """(better direction, kind, unit) of a clause's measure; by the text alone where the measure does not exist."""
    try:
        measure = measure_of(MeasureRequest.of(clause.measure, version=clause.version))
    except NotFound:
        return clause.direction, "share", clause.target.unit
    params = {name: value for name, value in clause.measure_params.items() if name in measure.params}
    settled = measure.settle({name: value if isinstance(value, int) else str(value) for name, value in params.items()})
    return measure.better, measure.kind_in(settled), measure.unit_in(settled)


def _given_value(clause: CountedClause, counts: Counts, kind: str, unit: str) -> MeasureValue | None:
    parts: dict[str, Any] = {"measure": clause.measure, "version": clause.version, "kind": kind, "unit": unit}
    parts |= {"cell": (), "period": "example"}
    if counts.met is not None and counts.total is not None:
        value = Fraction(counts.met, counts.total) if counts.total else None
        return MeasureValue(**parts, n=counts.total, numerator=counts.met, denominator=counts.total, value=value)
    if counts.value is not None:
        n = counts.n if counts.n is not None else max(clause.minimum_volume or 1, 1)
        exact = parse_level(counts.value).value if n else None
        return MeasureValue(**parts, n=n, numerator=None, denominator=None, value=exact)
    if counts.n == 0 or counts.total == 0:
        return MeasureValue(**parts, n=0, numerator=None, denominator=None, value=None)
    return None


def _value(contract: Contract, example: Example) -> tuple[str, Fraction | None]:
    clause = contract.clause(_judged_by(contract, example))
    if not isinstance(clause, CountedClause):
        return "number", None
    _, kind, unit = _measure_of(clause)
    value = _given_value(clause, example.given, kind, unit)
    return clause.target.unit, clause.compared_value(value) if value is not None else None


def _credit(contract: Contract, example: Example, amounts: Mapping[str, Money]) -> Money:
    """The credit of the example's clause: its own, or the sum of those that follow from a counted clause."""
    total = Money.zero(contract.currency)
    counted = isinstance(contract.clause(example.clause), CountedClause)
    for other in contract.clauses:
        follows = _follows(contract, other, example.clause) if counted else other.id == example.clause
        if follows and other.id in amounts:
            total = total + amounts[other.id]
    return total


def _follows(contract: Contract, other: Clause, clause: str) -> bool:
    return other.kind != "credit_cap" and clause in other.needs(contract)

"""Worked examples: figures that both sides wrote into the contract, run through the very arithmetic that judges.

An example puts counts (`met` of `total`) or a value into a clause and says which verdict, value, points, credit or step
must come out. For a credit clause the counts belong to the clause that sets it off; `values` give those of further
clauses. `earlier` gives the periods right before, which run first, one after another. An example without `on` runs on
the first day on which its clause is in effect, with all that it needs for these figures, and those periods lie in the
term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

from tallystick.contract.clause import Clause, Values
from tallystick.contract.counted import CountedClause, reaches
from tallystick.contract.model import Contract
from tallystick.contract.past import IN_EFFECT, Past, PastClause, PastPeriod
from tallystick.contract.quantity import decimal_text, level_text, parse_level, parse_number
from tallystick.contract.section import DAY, Counts, Example
from tallystick.measures.measure import Measure, MeasureRequest, measure_of
from tallystick.verdicts.caps import used
from tallystick.verdicts.consequences import Consequences, follow, level_by_steps
from tallystick.verdicts.past import narrowed, with_money
from tallystick.verdicts.statement import CreditLine, Tally, settle
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.measure_value import MeasureValue, Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

RULE = "TS-V010"


@dataclass(frozen=True)
class ExampleRun:
    """One example as it ran: its day, what was expected and what came out, by name, and the arithmetic."""

    example: Example
    on: date
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
        message = f"The worked example of {run.example.clause} does not come out on {run.on.isoformat()}. {told}."
        cure = (
            "Correct the example, or the clause: both sides read the example as the meaning of the clause. "
            "`on` runs it by the text of another day."
        )
        findings.append(Finding(RULE, Severity.ERROR, message, contract.place("examples", index), cure))
    return findings


def run_example(contract: Contract, example: Example) -> ExampleRun:
    """Run one example on its day, after the periods that it gives as earlier."""
    unit, on = _unit(contract, example), example.on
    if on is None:
        on = _first_in_effect(contract, example)
        for _ in example.earlier:
            on = Period.containing(unit, on, contract.zone).end_on
    spans = [Period.containing(unit, on, contract.zone)]
    for _ in example.earlier:
        spans.insert(0, spans[0].preceding())
    past: list[PastPeriod] = []
    posted: list[tuple[Period, str, Money]] = []
    for period, counts in zip(spans, example.earlier, strict=False):
        ran = apply_figures(
            contract, example.clause, counts, period, max(period.start_on, contract.term.from_on), past, posted
        )
        past.append(ran.ended())
        posted += [(period, line.clause, line.payable) for line in ran.lines]
    ran = apply_figures(contract, example.clause, example.given, spans[-1], on, past, posted)
    return ExampleRun(example, on, *_compared(ran, example), ran.steps)


def _unit(contract: Contract, example: Example) -> str:
    """The length of the example's periods: the window of the clause that it is about; months for rolling windows."""
    clause = contract.clause(_judged_by(contract, example.clause))
    window = clause.window if isinstance(clause, CountedClause) else None
    return window.unit if window is not None and window.count == 1 else "month"


def _first_in_effect(contract: Contract, example: Example) -> date:
    """The first day on which the clause of an example and all that it needs for its figures are in effect.

    Where they never are together, the first on which the clause is, with as many of the others as there can be.
    """
    given, last = _given_of(contract, example), contract.whole_term.to_on
    ranked: list[tuple[bool, int, date]] = []
    changes = [day for day in contract.changes_between() if day <= last]
    for begin, end in pairwise([*changes, last + DAY]):
        clauses = _resting(contract.in_force(begin), example.clause, given)
        turns = (day for clause in clauses for day in _turns(clause) if begin < day < end)
        for day in sorted({begin, *turns}):
            in_effect = [clause.state_on(day) == IN_EFFECT for clause in clauses]
            if clauses and all(in_effect):
                return day
            ranked.append((in_effect[:1] == [True], sum(in_effect), day))
    return max(ranked, key=lambda one: one[:2])[2]


def _turns(clause: Clause) -> list[date]:
    """The days on which the state of a clause may change."""
    return [day for part in clause.state for day in (part.from_on, part.to_on and part.to_on + DAY) if day]


def _given_of(contract: Contract, example: Example) -> set[str]:
    """The clauses for which an example gives figures."""
    given = set[str]()
    for counts in (example.given, *example.earlier):
        given |= set(counts.values)
        if any(part is not None for part in (counts.met, counts.total, counts.value, counts.n, counts.outcome)):
            given.add(_judged_by(contract, example.clause))
    return given


def _resting(text: Contract, clause_id: str, given: set[str]) -> list[Clause]:
    """A clause, and those that it needs, by way of others too, which have figures or rest on such.

    Nothing where the text does not hold the clause.
    """
    needs = {clause.id: names for clause, names in text.in_order}
    reached, waiting = set[str](), [clause_id]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += needs.get(name, ())
    rest = given & reached
    for clause, names in text.in_order:
        if clause.id in reached and not rest.isdisjoint(names):
            rest.add(clause.id)
    own = text.clause(clause_id)
    return [] if own is None else [own, *(one for one in text.clauses if one.id in rest - {clause_id})]


def _judged_by(contract: Contract, clause_id: str) -> str:
    """The counted clause that an example is about: its own, or the one that everything it needs leads to."""
    seen = set[str]()
    while clause_id not in seen:
        seen.add(clause_id)
        clause = contract.clause(clause_id)
        if clause is not None and not isinstance(clause, CountedClause):
            clause_id = next(iter(clause.needs(contract)), clause_id)
    return clause_id


@dataclass(frozen=True)
class AppliedPeriod:
    """One period of an example, applied: the values at its end, what followed, and the money after the limits."""

    period: Period
    text: Contract
    values: Values
    after: Consequences
    lines: tuple[CreditLine, ...]
    limits: tuple[Step, ...]
    steps: tuple[Step, ...]

    def ended(self) -> PastPeriod:
        """The period as later ones see it."""
        found = {}
        for clause in self.text.clauses:
            outcome = self.values.outcomes.get(clause.id)
            if outcome is not None:
                found[clause.id] = self._ended(clause, outcome)
        tallies = tuple(Tally(name, *tally) for name, tally in self.after.tallies.items())
        clauses = with_money(found, self.lines, tallies, self.limits)
        return PastPeriod(self.period.label, self.period.start_on, self.period.end_on, "", tuple(clauses.values()))

    def _ended(self, clause: Clause, outcome: str) -> PastClause:
        state = clause.state_on(self.values.on)
        found = self.values.measured.get(clause.id)
        if not isinstance(clause, CountedClause) or found is None:
            level = level_by_steps(outcome, self.after.judged.get(clause.id, ()))
            return PastClause(clause.id, outcome, state, self.values.compared.get(clause.id), level=level)
        compared, better = clause.compared_value(found), self.values.better[clause.id]
        below = compared is not None and clause.minimum is not None and not reaches(compared, clause.minimum, better)
        level = "target" if outcome == "met" else "below" if below or clause.minimum is None else "minimum"
        return PastClause(clause.id, outcome, state, compared, found.n, found.numerator, found.denominator, level)


def apply_figures(
    contract: Contract,
    clause_id: str,
    counts: Counts,
    period: Period,
    on: date,
    past: list[PastPeriod],
    posted: list[tuple[Period, str, Money]],
) -> AppliedPeriod:
    """All clauses applied to the figures of one period."""
    text = contract.in_force(on).at(on)
    given: Mapping[str, Counts] = {_judged_by(contract, clause_id): counts, **counts.values}
    values = Values(
        contract=text,
        on=on,
        earlier=used(text, period, posted),
        past=narrowed(text, period, past) if past else Past(),
        label=period.label,
        from_on=period.start_on,
        end_on=period.end_on,
        partner=text.partner_ids[0],
    )
    steps: list[Step] = []
    for clause in text.counted:
        if clause.id not in given:
            continue
        direction, kind, unit = _measure_of(clause)
        values = replace(values, better={**values.better, clause.id: direction})
        value = _given_value(clause, given[clause.id], kind, unit)
        if value is not None:
            values = replace(values, measured={**values.measured, clause.id: value})
        own = clause.apply(values)
        values = values.after(clause, own, given[clause.id].outcome)
        steps += own
    after = follow(values, values.outcomes)
    followed = (part for _, part in (*after.granted.values(), *after.tallies.values()))
    for part in (*after.judged.values(), *followed, *after.limits.values()):
        steps += part
    lines, limits, _ = settle(after)
    return AppliedPeriod(period, text, after.values, after, lines, limits, tuple(steps))


def _compared(ran: AppliedPeriod, example: Example) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """What was expected and what came out, by name."""
    text, values, expect = ran.text, ran.values, example.expect
    pairs: list[tuple[str, str, str]] = []
    if expect.verdict is not None:
        outcome = values.outcomes.get(example.clause) or values.outcomes.get(_judged_by(text, example.clause))
        pairs.append(("verdict", expect.verdict, outcome or "nothing"))
    if expect.value is not None:
        unit, value = _value(ran, example.clause)
        wanted = level_text(parse_level(expect.value).value, unit)
        pairs.append(("value", wanted, "no value" if value is None else level_text(value, unit)))
    if expect.credit is not None:
        pairs.append(("credit", _money(expect.credit, text), str(_credit(text, example, values.credits).rounded())))
    if expect.payable is not None:
        due = {line.clause: line.payable for line in ran.lines}
        pairs.append(("payable", _money(expect.payable, text), str(_credit(text, example, due).rounded())))
    if expect.points is not None:
        points = values.points.get(example.clause, Fraction(0))
        pairs.append(("points", decimal_text(Fraction(expect.points)), decimal_text(points)))
    for label, wanted in expect.steps.items():
        told = (step for step in reversed(ran.steps) if (step.clause, step.label) == (example.clause, label))
        pairs.append((f"step “{label}”", *_step_texts(wanted, next(told, None), text)))
    return tuple((name, one) for name, one, _ in pairs), tuple((name, other) for name, _, other in pairs)


def _money(amount: Any, contract: Contract) -> str:
    return str(Money(amount, contract.currency).rounded())


def _step_texts(wanted: str, step: Step | None, contract: Contract) -> tuple[str, str]:
    """What a step was expected to end in and what it did, written alike where they are equal."""
    if step is None:
        return wanted, "no such step"
    result = step.result
    try:
        if isinstance(result, Money):
            exact = decimal_text(Fraction(parse_number(wanted)), 12), decimal_text(Fraction(result.amount), 12)
            return f"{contract.currency} {exact[0]}", f"{contract.currency} {exact[1]}"
        if isinstance(result, int | Fraction):
            level = parse_level(wanted)
            return level_text(level.value, level.unit), level_text(Fraction(result), level.unit)
    except ValueError:
        return wanted, str(result)
    return wanted, str(result)


@cache
def _measure(name: str, version: int) -> Measure | None:
    """The measure of that name, or None; looking for what is not there takes longer than all the rest."""
    try:
        return measure_of(MeasureRequest.of(name, version=version))
    except NotFound:
        return None


def _measure_of(clause: CountedClause) -> tuple[str, str, str]:
    """(better direction, kind, unit) of a clause's measure; by the text alone where the measure does not exist."""
    measure = _measure(clause.measure, clause.version)
    if measure is None:
        return clause.direction, "share", clause.target.unit
    params = {name: str(value) for name, value in clause.measure_params.items() if name in measure.params}
    settled = measure.settle(params)
    return measure.better, measure.kind_in(settled), measure.unit_in(settled)


def _given_value(clause: CountedClause, counts: Counts, kind: str, unit: str) -> MeasureValue | None:
    parts: dict[str, Any] = {"measure": clause.measure, "version": clause.version, "kind": kind, "unit": unit}
    parts |= {"cell": (), "period": "example"}
    if counts.met is not None and counts.total is not None:
        value = Fraction(counts.met, counts.total) if counts.total else None
        return MeasureValue(**parts, n=counts.total, numerator=counts.met, denominator=counts.total, value=value)
    if counts.value is not None:
        n = counts.n if counts.n is not None else clause.minimum_volume or 1
        exact = parse_level(counts.value).value if n else None
        return MeasureValue(**parts, n=n, numerator=None, denominator=None, value=exact)
    if counts.n == 0 or counts.total == 0:
        return MeasureValue(**parts, n=0, numerator=None, denominator=None, value=None)
    return None


def _value(ran: AppliedPeriod, clause_id: str) -> tuple[str, Fraction | None]:
    """The value of the example's clause as it is compared, with its unit."""
    own = ran.values.compared.get(clause_id)
    clause = ran.text.clause(_judged_by(ran.text, clause_id))
    if not isinstance(clause, CountedClause):
        return "number", own
    found = ran.values.measured.get(clause.id)
    return clause.target.unit, own if own is not None else clause.compared_value(found) if found is not None else None


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
    return not other.limiting and clause in other.needs(contract)

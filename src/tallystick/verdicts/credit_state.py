"""Where the money of a contract and partner stands after a judged period: each credit, and its state over periods.

What is pending, earned or forfeited, what caps have used up and what is left at risk this year, which rights are near,
and until when adjustments can be claimed. Read from what was judged and kept; nothing is counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tallystick.contract.clause import Clause, Values
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.clauses.earn_back import EarnBack
from tallystick.contract.clauses.termination_trigger import REACHED, TRIGGER, USE_BY
from tallystick.contract.model import Contract
from tallystick.contract.past import Past, year_of
from tallystick.contract.section import Term
from tallystick.verdicts.claim_state import ClaimState, claim_states
from tallystick.verdicts.consequences import Consequences, follow
from tallystick.verdicts.judge_version import judged_by, rules_of
from tallystick.verdicts.pace import pace_of, was_over
from tallystick.verdicts.pace_credits import PaceOfCredits, pace_of_credits
from tallystick.verdicts.promise import kept_promise
from tallystick.verdicts.statement import CreditLine, Statement, Tally, settle
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


@dataclass(frozen=True)
class CapState:
    """A ceiling after the period: of its span, what was used before and in the period, what is left of the span.

    `year_left` is what can still follow under it to the end of the contract year, with what is left of the period
    itself while that is not final; `whole` whether it covers every credit of the text.
    """

    clause: str
    whole: bool
    over: str
    ceiling: Money
    used_before: Money
    used_now: Money
    left: Money
    year_left: Money


@dataclass(frozen=True)
class HeldState:
    """Credits that may be earned back: which, of which period, how much, and what became of them (and when)."""

    clause: str
    credits: tuple[str, ...]
    period: str
    amount: Money
    state: str
    decided: str


@dataclass(frozen=True)
class TriggerState:
    """A right from persistent failure: whether it has arisen, what was counted, and until when it can be used."""

    clause: str
    title: str
    reached: bool
    counted: tuple[tuple[str, str, str], ...]
    use_by: str


@dataclass(frozen=True)
class CreditState:
    """The money of one contract, partner and period, and what it is part of. Amounts lower the fees.

    `at_risk` is the most that can still follow to the end of the contract year; None where no cap covers every credit.
    `ahead` is the sum of a period that still runs at its pace, None where it is over or nothing of it is forecast.
    Where the term has ended within it, it is the sum of what stands.
    """

    contract: str
    partner: str
    period: str
    currency: str
    lines: tuple[CreditLine, ...]
    tallies: tuple[Tally, ...]
    limits: tuple[Step, ...]
    total: Money
    year: tuple[date, date]
    year_total: Money
    at_risk: Money | None
    ahead: PaceOfCredits | None
    caps: tuple[CapState, ...]
    held: tuple[HeldState, ...]
    triggers: tuple[TriggerState, ...]
    claims: tuple[ClaimState, ...]

    def as_json(self) -> dict[str, Any]:
        """The state as plain JSON values."""
        parts: dict[str, Any] = plain(self)
        return parts


def credit_state(
    store: VerdictStore, record: Judged, on: date, closed: Mapping[str, date] | None = None
) -> CreditState | None:
    """How the money stands after a judging, as seen on a day; None where its contract moves no money.

    `closed` are the days on which periods of its contract and partner were closed; None where nobody can tell.
    """
    statement = record.statement
    if statement is None:
        return None
    verdicts = store.verdicts_of(record)
    contract = promised(store, record, verdicts)
    text, after = as_judged(contract, record, verdicts)
    period = Period.parse(record.period, record.zone)
    term = after.values.term
    # As under a cap, a period is of the contract year of its last day within the term.
    year = year_of(term.from_on, term.last_within(period.last_on))
    others = [one for one in store.judged(record.contract, record.partner) if one.statement is not None]
    caps = tuple(_caps(text, after, record, period, year, final=_final(verdicts, record)))
    paces = {one.clause: pace_of(one, record, term) for one in verdicts}
    return CreditState(
        contract=record.contract,
        partner=record.partner,
        period=record.period,
        currency=statement.currency,
        lines=statement.lines,
        tallies=statement.tallies,
        limits=statement.caps,
        total=statement.total,
        year=year,
        year_total=_year_total(after.values, others, period, year),
        at_risk=min((one.year_left for one in caps if one.whole), default=None),
        ahead=pace_of_credits(contract, record, verdicts, paces),
        caps=caps,
        held=tuple(_held(text, after.values)),
        triggers=tuple(_triggers(text, statement)),
        claims=tuple(_claims(contract, others, period, on, closed)),
    )


def promised(store: VerdictStore, record: Judged, verdicts: Sequence[Verdict]) -> Contract:
    """The contract that a judging rests on, from its kept texts."""
    return kept_promise(store.texts(record), record.partner, record.known_on, judged_by(verdicts)).contract


def as_judged(
    contract: Contract,
    record: Judged,
    verdicts: Sequence[Verdict],
    *,
    fees: Mapping[str, Money] | None = None,
    earlier: Mapping[str, Money] | None = None,
    past: Past | None = None,
) -> tuple[Contract, Consequences]:
    """The text in force for a judging and what followed from its verdicts, by the arithmetic that judged it.

    `fees` stand in for those of the text, `earlier` and `past` for what the judging was given.
    """
    on = _judged_on(contract, verdicts)
    text = text_judged(contract, record, verdicts)
    counted = {clause.id for clause in text.counted}
    own = [one for one in verdicts if one.clause in counted]
    values = Values(
        contract=text,
        on=on,
        measured={one.clause: value for one in own if (value := one.assessed) is not None},
        better={one.clause: one.better for one in own},
        outcomes={one.clause: one.outcome.value for one in own},
        earlier=dict(record.earlier) if earlier is None else earlier,
        fees=fees or {},
        past=record.past if past is None else past,
        label=record.period,
        from_on=verdicts[0].from_on,
        end_on=verdicts[0].end_on,
        partner=record.partner,
        rules=rules_of(judged_by(verdicts)),
        known_on=record.known_on,
    )
    return text, follow(values, values.outcomes)


def text_judged(contract: Contract, record: Judged, verdicts: Sequence[Verdict]) -> Contract:
    """The text that a judging rests on: the one in force on its first day in the term, by what was known then."""
    on = _judged_on(contract, verdicts)
    return contract.in_force(on, record.known_on).at(on)


def _judged_on(contract: Contract, verdicts: Sequence[Verdict]) -> date:
    return max(verdicts[0].from_on, contract.term.from_on)


def term_judged(text: Contract, record: Judged, verdicts: Sequence[Verdict]) -> Term:
    """The term by which a judging puts periods into the spans of its caps."""
    rules = rules_of(judged_by(verdicts))
    return Values(text, text.term.from_on, rules=rules, known_on=record.known_on).term


def _year_total(values: Values, records: Iterable[Judged], period: Period, year: tuple[date, date]) -> Money:
    currency, term = values.contract.currency, values.term
    total = Money.zero(currency)
    for record in records:
        other = Period.parse(record.period, record.zone)
        inside = year[0] <= term.last_within(other.last_on) < year[1] and other.end_on <= period.end_on
        if inside and record.statement is not None and record.statement.currency == currency:
            total += record.statement.total
    return total


def _final(verdicts: Sequence[Verdict], record: Judged) -> bool:
    """Whether nothing can follow from a period any more: it is over, and every outcome has been reached."""
    return was_over(record, verdicts) and all(one.outcome is not Outcome.PROVISIONAL for one in verdicts)


def _caps(
    text: Contract, after: Consequences, record: Judged, period: Period, year: tuple[date, date], *, final: bool
) -> Iterator[CapState]:
    lines, _, _ = settle(after)
    payable = {line.clause: line.payable for line in lines}
    zero = Money.zero(text.currency)
    for clause in text.clauses:
        if not isinstance(clause, CreditCap) or clause.id not in after.limits:
            continue
        found = clause.limit(after.values)
        if found is None:
            continue
        ceiling = found[0]
        before = dict(record.earlier).get(clause.id, zero)
        now = sum((payable[name] for name in clause.covered(text) if zero < payable.get(name, zero)), zero)
        left = max(ceiling - before - now, zero)
        yield CapState(
            clause.id, not clause.clauses, clause.over, ceiling, before, now, left,
            _year_left(after.values, clause, left, period, year, final=final),
        )  # fmt: skip


def _year_left(
    values: Values, cap: CreditCap, left: Money, period: Period, year: tuple[date, date], *, final: bool
) -> Money:
    """What can still follow under a cap to the end of the contract year, or of the term where that comes first."""
    term, zone = values.term, values.contract.zone
    end, on = min(year[1], term.end_on), period.end_on
    total = Money.zero(values.contract.currency)
    _, until = cap.span_of(term, zone, period.last_on)
    if not final or on < min(until, end):
        total, on = total + left, until
    while on < end:
        found = cap.ceiling(values, on)
        if found is not None:
            total += found[0]
        _, on = cap.span_of(term, zone, on)
    return total


def _held(text: Contract, values: Values) -> Iterator[HeldState]:
    for clause in text.clauses:
        if isinstance(clause, EarnBack):
            for fate in clause.fates(values):
                yield HeldState(clause.id, clause.credits, fate.held.label, fate.held.amount, fate.state, fate.decided)


def _triggers(text: Contract, statement: Statement) -> Iterator[TriggerState]:
    for tally in statement.tallies:
        results = {step.label: step for step in tally.steps}
        if TRIGGER not in results:
            continue
        clause = text.clause(tally.clause)
        counted = tuple((one.label, one.inserted, str(plain(one.result))) for one in tally.steps[: _first(tally)])
        use_by = results.get(USE_BY)
        yield TriggerState(
            tally.clause,
            _title(clause),
            results[TRIGGER].result == REACHED,
            counted,
            str(plain(use_by.result)) if use_by is not None else "",
        )


def _first(tally: Tally) -> int:
    return next(index for index, step in enumerate(tally.steps) if step.label == TRIGGER)


def _title(clause: Clause | None) -> str:
    return "" if clause is None else clause.title or clause.called


def _claims(
    contract: Contract, records: Iterable[Judged], period: Period, on: date, closed: Mapping[str, date] | None
) -> Iterator[ClaimState]:
    """The adjustments of every judged period up to this one that can be, or could have been, claimed."""
    for record in records:
        if Period.parse(record.period, record.zone).end_on <= period.end_on:
            yield from claim_states(contract, record, on, closed)


def newest(records: Iterable[Judged]) -> list[Judged]:
    """The newest judged period of each contract and partner, the shorter one where two end together."""
    found: dict[tuple[str, str], tuple[Any, Judged]] = {}
    for one in records:
        span = Period.parse(one.period, one.zone)
        rank = (span.end_on, -span.days)
        key = (one.contract, one.partner)
        if key not in found or rank > found[key][0]:
            found[key] = (rank, one)
    return [record for _, record in found.values()]

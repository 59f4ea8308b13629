"""The price adjustments of a month as the invoice takes them: those of the statement, or on the fees it comes to.

Where the text names a fee under `billing.fees`, percentages of it refer to what the charges come to, so credits and
caps are applied again by the clauses themselves, to the outcomes that were judged. Everything else is the statement's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tallystick.billing.expected import CreditsOn
from tallystick.billing.invoice import GivenCredits, WindowCredit
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.model import Contract
from tallystick.contract.past import PastPeriod
from tallystick.verdicts.caps import used
from tallystick.verdicts.credit_state import as_judged, term_judged, text_judged
from tallystick.verdicts.measured import first_day_in_term, windows_due, windows_of
from tallystick.verdicts.past import looks_back, narrowed, past_clauses, with_money
from tallystick.verdicts.statement import CreditLine, Tally, settle
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

NOT_JUDGED = "the promises of {period} are not judged yet, so no price adjustment is known"


@dataclass(frozen=True)
class JudgedWindow:
    """One judging whose window ends with the month: of the month itself, or of a quarter that closes with it."""

    record: Judged
    verdicts: tuple[Verdict, ...]


def moves_money(contract: Contract) -> bool:
    """Whether any clause of a text leads to a price adjustment."""
    return any(clause.moves_money for clause in contract.clauses)


def judged_windows(store: VerdictStore, contract: str, partner: str, periods: Sequence[str]) -> list[JudgedWindow]:
    """The judgings of some periods that stand, in order of the periods."""
    records = [record for period in periods for record in store.judged(contract, partner, period)]
    return [JudgedWindow(record, tuple(store.verdicts_of(record))) for record in records]


@dataclass(frozen=True)
class Earlier:
    """What credits on the fees of an invoice look back at: judgings that stand, and the fees of a month's own invoice.

    Both are asked for only where a clause looks back at money. What was known on `known_on` (None: all that is written)
    says which month's invoice took the credits of a judging.
    """

    windows: Callable[[], Sequence[JudgedWindow]]
    fees: Callable[[str], Mapping[str, Money]]
    known_on: date | None = None


def credits_of_month(
    contract: Contract,
    month: Period,
    known_on: date | None,
    judged: Callable[[Sequence[str]], Sequence[JudgedWindow]],
    earlier: Earlier,
) -> CreditsOn:
    """From the fees of a month's invoice to its credits, by what was known on a day.

    `judged` gives the judgings of some periods. One of a period that has no day in the term may still stand: it was
    judged before an amendment moved the end back, and nothing follows from it.
    """
    ending = windows_of(contract, month, known_on)
    labels = [one.label for one in ending if first_day_in_term(contract, one, known_on) is not None]
    return credits_of(contract, windows_due(contract, month, known_on), judged(labels), earlier)


def credits_of(
    contract: Contract, due: Sequence[str], windows: Sequence[JudgedWindow], earlier: Earlier | None = None
) -> CreditsOn:
    """From the fees of the invoice to its credits, by what was judged for the month and windows that close with it.

    `due` are the labels of those in which a clause is judged: the invoice waits for each that was not judged yet.
    Without `earlier` what clauses look back at is what the judgings were given: sums on the fees of the text.
    """

    def given(fees: Mapping[str, Money]) -> GivenCredits:
        reasons: list[str] = []
        judged = {one.record.period for one in windows}
        if any(moves_money(text) for text in contract.states()):
            reasons += [NOT_JUDGED.format(period=label) for label in due if label not in judged]
        for window in windows:
            waiting = [one.clause for one in window.verdicts if one.outcome is Outcome.PROVISIONAL]
            if waiting:
                reasons.append(f"still provisional in {window.record.period}: {', '.join(waiting)}")
        found = _on_fees(contract, windows, fees, earlier) if fees else _of_statements(windows)
        caps = [step for one in found for step in one.caps]
        return GivenCredits(tuple(_lines(found)), tuple(caps), tuple(reasons))

    return given


@dataclass(frozen=True)
class _Granted:
    """What one window grants: its credit lines, and the steps of its limits."""

    period: str
    lines: tuple[CreditLine, ...]
    caps: tuple[Step, ...]


def _lines(found: Sequence[_Granted]) -> Iterator[CreditLine]:
    """The lines of all windows; those of a clause that several grant name their own."""
    many = Counter(line.clause for one in found for line in one.lines)
    for one in found:
        for line in one.lines:
            yield WindowCredit(**vars(line), period=one.period) if many[line.clause] > 1 else line


def _of_statements(windows: Sequence[JudgedWindow]) -> list[_Granted]:
    statements = [one.record.statement for one in windows if one.record.statement is not None]
    return [_Granted(one.period, one.lines, one.caps) for one in statements]


def _on_fees(
    contract: Contract, windows: Sequence[JudgedWindow], fees: Mapping[str, Money], earlier: Earlier | None
) -> list[_Granted]:
    """The credits that follow from the outcomes as judged, with percentages of the fees given.

    What a clause looks back at is applied again too, each period on the fees of its own month's invoice: what is given
    back is what was taken, and a cap of a year is used up by what the invoices deducted.
    """
    judged = sorted((one for one in windows if one.verdicts), key=_in_time)
    if not judged:
        return []
    backwards = _looks_at_money(contract)
    replay = _Replay(contract, by_record=backwards and earlier is None)
    if backwards and earlier is not None:
        own = {one.record.period for one in windows}
        others = [one for one in earlier.windows() if one.verdicts and one.record.period not in own]
        # What ends with the month is among its own windows, so the others end before all of them, or after.
        before = [one for one in others if _in_time(one) < min(map(_in_time, judged))]
        for window in sorted(before, key=_in_time):
            replay.next(window, earlier.fees(_month_of(contract, window.record, earlier.known_on)))
    return [_Granted(window.record.period, *replay.next(window, fees)) for window in judged]


@dataclass
class _Replay:
    """Judgings applied again on other fees, in the order of time, each seeing what the ones before came to.

    `by_record`: each sees what it was given when it was judged.
    """

    contract: Contract
    by_record: bool
    _granted: list[tuple[Period, str, Money]] = field(default_factory=list)
    _past: list[PastPeriod] = field(default_factory=list)

    def next(self, window: JudgedWindow, fees: Mapping[str, Money]) -> tuple[tuple[CreditLine, ...], tuple[Step, ...]]:
        """The credits of the next judging, and the steps of its limits."""
        record, verdicts = window.record, window.verdicts
        period = Period.parse(record.period, record.zone)
        text = text_judged(self.contract, record, verdicts)
        seen: dict[str, Any] = {}
        if not self.by_record:
            earlier = used(text, period, self._granted, term_judged(text, record, verdicts))
            seen = {"earlier": earlier, "past": narrowed(text, period, self._past)}
        _, after = as_judged(self.contract, record, verdicts, fees=fees, **seen)
        lines, limits, _ = settle(after)
        self._granted += [(period, line.clause, line.payable) for line in lines]
        tallies = [Tally(name, *tally) for name, tally in after.tallies.items()]
        ended = with_money(past_clauses(verdicts, None), lines, tallies, limits)
        clauses = tuple(ended.values())
        self._past.append(PastPeriod(period.label, period.start_on, period.end_on, record.digest, clauses))
        return (lines, limits) if after.granted else ((), ())


def _looks_at_money(contract: Contract) -> bool:
    """Whether what earlier periods came to moves the credits of a later one."""
    return any(
        looks_back(text) or any(isinstance(one, CreditCap) and one.over != "month" for one in text.clauses)
        for text in contract.states()
    )


def _in_time(window: JudgedWindow) -> tuple[date, int]:
    period = Period.parse(window.record.period, window.record.zone)
    return period.end_on, period.days


def _month_of(contract: Contract, record: Judged, known_on: date | None) -> str:
    """The month whose invoice takes the credits of a judging: that of its last day within the term."""
    last_on = contract.whole_term_by(known_on).last_within(Period.parse(record.period, record.zone).last_on)
    return Period.containing("month", last_on, record.zone).label

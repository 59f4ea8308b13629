"""Judging a partner's periods in their order, as later ones may look back at what earlier ones ended in.

Where a period comes out otherwise than it stood, the judged periods after it that were judged by another past, or by
another earlier use of a cap, are judged again, one after another, so that each sees what the one before has become.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from tallystick.contract.past import Past
from tallystick.verdicts.caps import used_earlier
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.gathering import folded_again
from tallystick.verdicts.judge import judge
from tallystick.verdicts.measured import first_day_in_term, part_judged
from tallystick.verdicts.past import Remembered
from tallystick.verdicts.promise import Promise, known_on
from tallystick.verdicts.restatement import UNCHANGED, Recorded, record
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period


@dataclass
class InOrder:
    """One partner's periods under one promise, judged and kept in a store as of an instant."""

    store: VerdictStore
    promise: Promise
    as_of: datetime
    _remembered: Remembered = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing read."""
        self._remembered = Remembered(self.store)

    def run(self, periods: Iterable[Period], assessed: Callable[[Period], Recorded | None]) -> Iterator[Recorded]:
        """What stands for each period that is asked for, and for each later one that came out otherwise for it.

        In the order of time, however they were asked for: what lies between two of them may move the later one.
        `assessed` gathers a period's evidence and has it `judged`.
        """
        asked = {period.label: period for period in periods}
        left = in_order(asked.values())
        while left:
            period, *left = left
            wanted = period.label in asked
            recorded = assessed(period) if wanted or self._stands_on_another_past(period) else None
            changed = recorded is not None and recorded.change != UNCHANGED
            if recorded is not None and (wanted or changed):
                yield recorded
            if changed:
                left = self._with_later(left, period)

    def windows_moved(self) -> Iterator[Period]:
        """Windows that were judged over other days than they have by now, as the end of the term has moved since."""
        for one in self.store.judged(*self._named):
            window = self.promise.period(one.period)
            # A month is judged whole, wherever the term ends.
            if window.kind == "month" or first_day_in_term(self.promise.contract, window, known_on(self.as_of)) is None:
                continue
            now, then = part_judged(self.promise, window, self.as_of), self.store.verdicts_of(one)[0]
            if (now.start_on, now.end_on) != (then.from_on, then.end_on):
                yield window

    def judged(self, period: Period, evidence: PeriodEvidence, *, noted: Mapping[str, Any]) -> Recorded | None:
        """Judge one period by its evidence and by what stands before it, and keep it; None where nothing was judged."""
        earlier, past = self._before(period)
        refold = partial(folded_again, terms=self.promise.terms, compiled=True)
        judgement = judge(self.promise, period, evidence, as_of=self.as_of, earlier=earlier, past=past, refold=refold)
        return record(
            self.store,
            judgement,
            period,
            evidence,
            self.promise.texts,
            earlier=earlier,
            past=past,
            noted=noted,
        )

    def _before(self, period: Period) -> tuple[dict[str, Money], Past]:
        """What caps have used up before a period, and what its clauses see of the past."""
        contract = self.promise.contract
        on = first_day_in_term(contract, period) or contract.term.from_on
        by_then = known_on(self.as_of)
        text = contract.in_force(on, by_then)
        earlier = used_earlier(text, self.promise.partner, period, self.store, text.whole_term_by(by_then))
        return earlier, self._remembered.before(text, self.promise.partner, period)

    def _with_later(self, left: Iterable[Period], moved: Period) -> list[Period]:
        """What is left to do, and the judged periods after one that moved."""
        standing = (self.promise.period(one.period) for one in self.store.judged(*self._named))
        later = {period.label: period for period in standing if _in_time(period) > _in_time(moved)}
        return in_order([*later.values(), *left])

    def _stands_on_another_past(self, period: Period) -> bool:
        """Whether a judged period was judged by another past than there is now."""
        (old,) = self.store.judged(*self._named, period.label)
        return self._before(period) != (dict(old.earlier), old.past)

    @property
    def _named(self) -> tuple[str, str]:
        return self.promise.contract.contract, self.promise.partner


def in_order(periods: Iterable[Period]) -> list[Period]:
    """Periods in the order in which they are judged, each once."""
    return sorted({period.label: period for period in periods}.values(), key=_in_time)


def _in_time(period: Period) -> tuple[date, int]:
    """By their ends; of periods that end together the shorter comes first."""
    return period.end_on, period.days

"""Where a period that still runs will end at the pace so far: a forecast with its range, beside the verdict.

A forecast informs and decides nothing; it is never hashed. The rest of the period is taken to bring cases as often as
so far, each meeting the promise with one probability that is known only from the cases already decided. With Jeffreys'
prior the cases still to come that meet it are then beta-binomial, exactly: no simulation, no normal approximation.
Days of the week, holidays and correlated failures are not in it, so the true range is rather wider than narrower.
Source: Jeffreys' prior for a binomial share, Brown, Cai and DasGupta 2001; beta-binomial prediction, Gelman et al.,
Bayesian Data Analysis, section 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from tallystick.contract.section import Term
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.period import Period

METHOD = "beta-binomial prediction from the cases decided so far (Jeffreys' prior), volume as so far"
DAY_S = 86_400
EARLIEST_DAYS = 5
LOW, HIGH = 0.025, 0.975
# So many cases to come are summed over one by one. Above it so many stand for all: chance among a million moves a share
# by less than a tenth of a percentage point, and the unknown probability, which is kept whole, by more.
MOST_SUMMED = 1_000_000


class NoPace(StrEnum):
    """Why nothing is forecast."""

    OVER = "the period is over"
    EARLY = "fewer than five days have data"
    THIN = "too few cases so far to judge"
    NOT_COUNTED = "only shares of counted cases are forecast"
    NO_TARGET = "there is no target"


@dataclass(frozen=True)
class Pace:
    """A forecast of the share at the period's end.

    `value` is its middle, `low` and `high` its 95 % range, `chance` the probability that the promise is kept. `rest`
    cases are still to come at the pace so far; `needed` is how many of them must meet the promise (or, where lower is
    better, how many may at most count against it); None where no number of them is enough. `covered` is the share of
    the period that the data reach, `days_left` the whole days after them.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    chance: float
    rest: int
    needed: int | None
    covered: Fraction
    days_left: int
    target: Fraction
    better: str
    method: str = METHOD

    @property
    def may_miss(self) -> bool:
        """Whether the range holds an end at which the promise is missed."""
        return self.high > self.target if self.better == "lower" else self.low < self.target


def was_over(record: Judged, verdicts: Sequence[Verdict]) -> bool:
    """Whether the days that a judging counts were over when it was made; a window that the term cuts has fewer."""
    days = Period("span", record.period, record.zone, verdicts[0].from_on, verdicts[0].end_on)
    return datetime.fromisoformat(record.as_of).timestamp() >= days.end_s


def pace_of(verdict: Verdict, record: Judged, term: Term | None = None) -> Pace | NoPace:
    """The forecast of a verdict of `record`, from its own figures, its days and the freshness of its feeds.

    Rows of agreed relief are left out, as they are when the period is over. Days outside the contract's `term` bring
    no cases, so they are not counted where it is given.
    """
    begin, end = verdict.from_on, verdict.end_on
    if term is not None:
        begin, end = max(begin, term.from_on), min(end, term.end_on)
        if begin >= end:
            return NoPace.OVER
    period = Period("span", verdict.period, record.zone, begin, end)
    as_of = datetime.fromisoformat(record.as_of).timestamp()
    if as_of >= period.end_s:
        return NoPace.OVER
    value = verdict.assessed
    if verdict.target is None:
        return NoPace.NO_TARGET
    if value is None or value.kind != "share" or value.numerator is None or value.denominator != value.n or not value.n:
        return NoPace.NOT_COUNTED
    if verdict.outcome is Outcome.NOT_ASSESSABLE:
        return NoPace.THIN
    newest = [datetime.fromisoformat(instant).timestamp() for _, _, instant in record.gate.feeds if instant]
    reached = int(min([as_of, *newest]))
    if reached - period.start_s < EARLIEST_DAYS * DAY_S:
        return NoPace.EARLY
    return forecast(
        value.numerator,
        value.n,
        reached - period.start_s,
        period.end_s - period.start_s,
        verdict.target,
        verdict.better,
        pending=value.pending,
    )


def forecast(
    met: int, total: int, elapsed_s: int, whole_s: int, target: Fraction, better: str = "higher", *, pending: int = 0
) -> Pace:
    """The share at the end of a period, from `met` of `total` rows in the first `elapsed_s` of its `whole_s` seconds.

    `pending` rows belong to the period already and are decided later, so at least as many are still to come. Raises
    ValueError where there is nothing to go by.
    """
    if not 0 <= met <= total or total == 0 or not 0 < elapsed_s <= whole_s:
        raise ValueError(f"{met} of {total} in {elapsed_s} of {whole_s} s is nothing to go by")
    covered = Fraction(elapsed_s, whole_s)
    rest = max(pending, round(total * (1 - covered) / covered))
    end = total + rest
    # The least number of the rest at which a share that should be high is kept; the most, where it should be low.
    if better == "lower":
        bound = math.floor(target * end) - met
        needed = min(bound, rest) if bound >= 0 else None
    else:
        bound = math.ceil(target * end) - met
        needed = max(bound, 0) if bound <= rest else None
    summed = min(rest, MOST_SUMMED)
    scale = Fraction(rest, summed) if summed else Fraction(0)
    below = np.cumsum(_beta_binomial(summed, met + 0.5, total - met + 0.5))

    def share(part: float) -> Fraction:
        drawn = min(int(np.searchsorted(below, part)), summed)
        return Fraction(met + round(drawn * scale), end)

    return Pace(
        value=share(0.5),
        low=share(LOW),
        high=share(HIGH),
        chance=_chance(below, needed, scale, better),
        rest=rest,
        needed=needed,
        covered=covered,
        days_left=(whole_s - elapsed_s) // DAY_S,
        target=target,
        better=better,
    )


def _chance(below: npt.NDArray[np.float64], needed: int | None, scale: Fraction, better: str) -> float:
    """The probability that the rest brings what is needed; `below[k]` is that of at most k."""
    if needed is None:
        return 0.0
    edge = math.floor(needed / scale) if scale else 0
    if better == "lower":
        return float(min(below[min(edge, len(below) - 1)], 1.0))
    return float(max(1.0 - below[edge - 1], 0.0)) if edge > 0 else 1.0


def _beta_binomial(size: int, a: float, b: float) -> npt.NDArray[np.float64]:
    """The probabilities of 0 .. `size` successes, by the ratio of neighbours, in logarithms."""
    k = np.arange(size, dtype=float)
    ratios = np.log((size - k) * (k + a)) - np.log((k + 1) * (size - k - 1 + b))
    logs = np.concatenate(([0.0], np.cumsum(ratios)))
    weights = np.exp(logs - logs.max())
    found: npt.NDArray[np.float64] = weights / weights.sum()
    return found

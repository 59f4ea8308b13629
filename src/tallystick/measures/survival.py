"""How long people stay: the curve of Kaplan and Meier, with limits after Greenwood.

Whoever is still there is known to have stayed so many days and no more (censored); such people count among those at
risk up to that day and are no leavers. The curve therefore uses months whose windows still run, which a share of
leavers within 90 days cannot.

    share(t) = product over days d <= t with leavers of (1 - left(d) / at risk(d))
    variance(t) = share(t)^2 x sum over the same days of left / (at risk x (at risk - left))

Limits are at 95 %, on the scale of log(-log(share)), so that they stay within 0..1: share ^ exp(-+ z x s / ln share)
with s the root of that sum. Shares and variances are exact fractions; logarithms run in `Decimal`.
Sources: Kaplan and Meier 1958; Greenwood 1926; Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from tallystick.measures.intervals import EXACT, Limits, Z, at_digits

DIGITS = 6
ONE = Fraction(1)


class Stay(NamedTuple):
    """How many days somebody stayed, and whether the stay ended then (else it was still running)."""

    days: int
    left: bool


@dataclass(frozen=True)
class Step:
    """One day on which somebody left: how many were at risk, how many left, and the share that stayed beyond it.

    `variance` is Greenwood's; None, like the limits, where the share is 0 and the formula divides by nothing.
    """

    day: int
    at_risk: int
    left: int
    share: Fraction
    variance: Fraction | None
    limits: Limits | None


def kaplan_meier(stays: Sequence[Stay]) -> tuple[Step, ...]:
    """The curve: a step for each day on which somebody left. Somebody censored on a day was at risk on it.

    Raises ValueError for a stay of fewer than 0 days.
    """
    if any(stay.days < 0 for stay in stays):
        raise ValueError("a stay has fewer than 0 days")
    days = np.sort(np.array([stay.days for stay in stays], np.int64))
    leaving, counts = np.unique(np.array([stay.days for stay in stays if stay.left], np.int64), return_counts=True)
    at_risk = (len(days) - np.searchsorted(days, leaving, side="left")).tolist()
    share, total = ONE, Fraction(0)
    steps = []
    for day, there, left in zip(leaving.tolist(), at_risk, counts.tolist(), strict=True):
        share *= 1 - Fraction(left, there)
        if share:
            total += Fraction(left, there * (there - left))
        variance = share * share * total if share else None
        steps.append(Step(day, there, left, share, variance, _limits(share, total) if share else None))
    return tuple(steps)


def _limits(share: Fraction, total: Fraction) -> Limits:
    with localcontext(EXACT):
        staying = Decimal(share.numerator) / Decimal(share.denominator)
        spread = Z * (Decimal(total.numerator) / Decimal(total.denominator)).sqrt() / abs(staying.ln())
        low, high = ((staying.ln() * sign.exp()).exp() for sign in (spread, -spread))
    return at_digits(low, DIGITS), at_digits(high, DIGITS)


def staying_at(steps: Sequence[Step], day: int) -> Step | None:
    """The last step by a day: its share stays beyond the day. None where nobody had left by then, when it is 1."""
    before = [step for step in steps if step.day <= day]
    return before[-1] if before else None


def median_stay(steps: Sequence[Step]) -> int | None:
    """The first day by which at least half had left; None where fewer have left so far."""
    return next((step.day for step in steps if step.share <= Fraction(1, 2)), None)


def stays_of(
    people: pa.Table, from_on: date, until_on: date, as_of_on: date, *, role: str = "agent", left_as: str = ""
) -> list[Stay]:
    """The stays of those whose first day lies in [from_on, until_on), as known at the beginning of the day `as_of_on`.

    `people` are rows of the list of people. With `left_as` only that way of leaving counts; who left otherwise is
    censored on the last day. Who has no role is an agent; `everybody` is anyone.
    """
    found = []
    for row in people.select(["started_on", "left_on", "left_as", "role"]).to_pylist():
        started, left = row["started_on"], row["left_on"]
        wanted = role == "everybody" or (row["role"] or "agent") == role
        if not wanted or started is None or not from_on <= started < min(until_on, as_of_on):
            continue
        if left is not None and started <= left < as_of_on:
            found.append(Stay((left - started).days, not left_as or row["left_as"] == left_as))
        else:
            found.append(Stay((as_of_on - started).days, False))
    return found

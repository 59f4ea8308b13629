"""How seldom honest work would show so much: exact tails, and the budget of false alarms that all patterns share.

The budget is declared for the whole catalogue: at most half an alarm per partner and year where every honest share is
at its allowance, shared evenly by the months and by `SLOTS` patterns (Bonferroni: the chance of any alarm is at most
the sum of the chances). A pattern that asks several questions of one month (each agent, each reason) multiplies its
chance by their number. So one more pattern moves no other's threshold, until the slots are used up.

Source: Bonferroni 1936; tails of the binomial, Poisson and hypergeometric distributions are summed term by term.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp, lgamma, log, log1p

ALARMS_A_YEAR = Fraction(1, 2)
SLOTS = 24
BUDGET = float(ALARMS_A_YEAR / (12 * SLOTS))
_NEGLIGIBLE = 1e-18


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def binomial_tail(found: int, n: int, share: Fraction) -> float:
    """P(at least `found` of `n`) where each shows the sign with probability `share`; 1.0 for `found` = 0."""
    if found <= 0:
        return 1.0
    if found > n or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    p = float(share)
    total = 0.0
    for k in range(found, n + 1):
        term = exp(_log_choose(n, k) + k * log(p) + (n - k) * log1p(-p))
        total += term
        if k > n * p and term < _NEGLIGIBLE:
            break
    return min(total, 1.0)


def poisson_tail(found: int, mean: Fraction) -> float:
    """P(at least `found`) where `mean` are expected."""
    if found <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    m = float(mean)
    total, k = 0.0, found
    while True:
        term = exp(k * log(m) - m - lgamma(k + 1))
        total += term
        if k > m and term < _NEGLIGIBLE:
            return min(total, 1.0)
        k += 1


def hypergeometric_tail(found: int, drawn: int, marked: int, n: int) -> float:
    """P(at least `found` of `drawn` are marked) where `drawn` of `n` are drawn at random and `marked` of `n` are.

    Fisher's exact test, one-sided: no rate has to be known, only that the draw does not look at the mark.
    """
    most = min(drawn, marked)
    if found <= max(0, drawn + marked - n):
        return 1.0
    whole = _log_choose(n, drawn)
    total = sum(
        exp(_log_choose(marked, k) + _log_choose(n - marked, drawn - k) - whole) for k in range(found, most + 1)
    )
    return min(total, 1.0)

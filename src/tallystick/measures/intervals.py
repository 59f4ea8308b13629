"""Intervals at 95 %, computed so that every machine gets the same digits.

Square roots and exponentials run in `Decimal` (correctly rounded by its specification), resampling on a bit generator
whose stream numpy guarantees, with whole-number sums; so an interval may stand in a signed verdict.
Sources: Wilson 1927 (score interval); Garwood 1936 (exact Poisson limits); Owen 2007, The pigeonhole bootstrap;
KPI dictionary, rule R12 and K40.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tallystick.measures.parts import Parts, Whole

Z = Decimal("1.959963984540054")
EXACT = Context(prec=34, rounding=ROUND_HALF_EVEN)
HALF_ALPHA = Decimal("0.025")
FLOAT_ERROR = 1e-13
Limits = tuple[Decimal, Decimal]
Number = TypeVar("Number", float, Decimal)


def at_digits(value: Decimal, digits: int) -> Decimal:
    """`value` at a number of decimal places, a half to the even neighbour."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN, context=EXACT)


@lru_cache(maxsize=65_536)
def wilson(successes: int, n: int, digits: int = 6, per: int = 1) -> Limits:
    """Wilson's score interval of a share, in 0..1; both counts in parts of 1 / `per`.

    Raises ValueError unless 0 <= successes <= n and n > 0.
    """
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share")
    return _wilson_by_float(successes / per, n / per, digits) or _wilson_by_decimal(successes, n, digits, per)


def _wilson_by_float(k: float, size: float, digits: int) -> Limits | None:
    """The limits where floats tell every digit for sure; None where one lies too near the border of two roundings.

    Each term is exact to some units of 1e-16, so a limit is off by less than 1e-14; the margin is wider than that.
    """
    square = float(Z) ** 2
    centre = 2 * k + square
    half = float(Z) * math.sqrt(square + 4 * k * (size - k) / size)
    below = 2 * (size + square)
    found: list[Decimal] = []
    for limit in (0.0 if k == 0 else (centre - half) / below, 1.0 if k == size else (centre + half) / below):
        steps = limit * 10**digits
        if abs(steps % 1 - 0.5) < FLOAT_ERROR * 10**digits:
            return None
        found.append(Decimal(round(steps)).scaleb(-digits))
    return found[0], found[1]


def wilson_each(successes: Sequence[int], sizes: Sequence[int], per: int = 1, digits: int = 6) -> list[Limits]:
    """Wilson's interval of many shares at once: the steps of `wilson`, in the same order, on arrays.

    Raises ValueError unless 0 <= successes <= n and n > 0 for each.
    """
    up, of = np.array(successes, dtype=np.int64), np.array(sizes, dtype=np.int64)
    wrong = np.flatnonzero((up < 0) | (up > of) | (of == 0))
    if len(wrong):
        raise ValueError(f"{up[wrong[0]]} of {of[wrong[0]]} is not a share")
    k, size = up / per, of / per
    square = float(Z) ** 2
    centre = 2 * k + square
    half = float(Z) * np.sqrt(square + 4 * k * (size - k) / size)
    below = 2 * (size + square)
    low = np.where(up == 0, 0.0, (centre - half) / below) * 10**digits
    high = np.where(up == of, 1.0, (centre + half) / below) * 10**digits
    sure = np.ones(len(up), dtype=np.bool_)
    for steps in (low, high):
        sure &= np.abs(steps % 1 - 0.5) >= FLOAT_ERROR * 10**digits
    found = [
        (Decimal(a).scaleb(-digits), Decimal(b).scaleb(-digits))
        for a, b in zip(np.rint(low).astype(np.int64).tolist(), np.rint(high).astype(np.int64).tolist(), strict=True)
    ]
    for place in np.flatnonzero(~sure).tolist():
        found[place] = _wilson_by_decimal(successes[place], sizes[place], digits, per)
    return found


def _wilson_by_decimal(successes: int, n: int, digits: int, per: int) -> Limits:
    with localcontext(EXACT):
        square = Z * Z
        k, size = Decimal(successes) / per, Decimal(n) / per
        centre = 2 * k + square
        half = Z * (square + 4 * k * (size - k) / size).sqrt()
        below = 2 * (size + square)
        low = Decimal(0) if successes == 0 else (centre - half) / below
        high = Decimal(1) if successes == n else (centre + half) / below
    return at_digits(low, digits), at_digits(high, digits)


@lru_cache(maxsize=1024)
def _log_factorial(count: int) -> Decimal:
    """ln(count!): exactly up to 200, by Stirling's series beyond (error below 1e-28)."""
    if count <= 200:
        return Decimal(math.factorial(count)).ln()
    size = Decimal(count)
    series: list[tuple[Decimal | int, int]] = [(12, 1), (-360, 3), (1260, 5), (-1680, 7), (1188, 9), (156, 13)]
    series.append((Decimal(-360_360) / 691, 11))
    rest = sum((1 / (Decimal(below) * size**power) for below, power in series), Decimal(0))
    two_pi = Decimal("6.283185307179586476925286766559005768")
    return size * size.ln() - size + (two_pi * size).ln() / 2 + rest


def _poisson_up_to(count: int, mean: Number, mass: Number, least: Number) -> Number:
    """P(X <= count) for a Poisson variable: P(X = count) = `mass` and its neighbours, until one adds below `least`."""
    total = term = mass
    if count < mean:
        while count > 0 and term > total * least:
            term = term * count / mean
            total += term
            count -= 1
        return total
    count += 1
    total = term = mass * mean / count
    while term > total * least:
        count += 1
        term = term * mean / count
        total += term
    return 1 - total


def _newton(
    count: int, chance: Number, mean: Number, mass_at: Callable[[Number], Number], least: Number, near: Number
) -> Number:
    """The mean at which P(X <= count) equals `chance`, by Newton steps (the derivative is minus the point mass).

    The error of a step is about the square of the step, so the first step below `near` of the mean is the last.
    """
    for _ in range(60):
        mass = mass_at(mean)
        step = (_poisson_up_to(count, mean, mass, least) - chance) / mass
        mean = max(mean + step, mean / 8)
        if abs(step) < mean * near:
            break
    return mean


def _mean_where(count: int, chance: Decimal, start: float) -> Decimal:
    """The mean at which P(X <= count) equals `chance`: floats find its neighbourhood, `Decimal` its digits."""
    rough_ways, ways = math.lgamma(count + 1), _log_factorial(count)

    def rough_mass(mean: float) -> float:
        return math.exp(count * math.log(mean) - mean - rough_ways)

    def mass(mean: Decimal) -> Decimal:
        return (count * mean.ln() - mean - ways).exp()

    rough = _newton(count, float(chance), start, rough_mass, 1e-17, 1e-12)
    return _newton(count, chance, Decimal(rough), mass, Decimal("1e-24"), Decimal("1e-11"))


@lru_cache(maxsize=65_536)
def poisson(count: int, digits: int = 3) -> Limits:
    """The exact (Garwood) interval of the mean behind a count. Raises ValueError for a count below 0."""
    if count < 0:
        raise ValueError("a count is never below 0")
    spread = float(Z) * math.sqrt(count + 1)
    with localcontext(EXACT):
        low = _mean_where(count - 1, 1 - HALF_ALPHA, max(count - spread + 1, 0.02)) if count else Decimal(0)
        high = _mean_where(count, HALF_ALPHA, count + spread + 2)
    return at_digits(low, digits), at_digits(high, digits)


def index(total: int, squares: int, n: int, scale: int, digits: int = 3) -> Limits:
    """The interval of `scale` times a mean of scores, by their variance.

    For NPS the half-width is 1.96 x 100 x sqrt((p + d - (p - d)^2) / n), p promoters and d detractors.
    `total` and `squares` are the sums of the scores and of their squares; limits never leave [-scale, scale].
    """
    with localcontext(EXACT):
        size = Decimal(n)
        mean = Decimal(total) / size
        variance = max(Decimal(squares) / size - mean * mean, Decimal(0))
        half = Z * (variance / size).sqrt()
        low, high = max(mean - half, Decimal(-1)) * scale, min(mean + half, Decimal(1)) * scale
    return at_digits(low, digits), at_digits(high, digits)


def _draws(levels: int, resamples: int, stream: np.random.PCG64) -> npt.NDArray[np.int64]:
    """How often each of `levels` is drawn in each resample: (resamples, levels). One level is never resampled."""
    if levels == 1:
        return np.ones((resamples, 1), dtype=np.int64)
    picks = (stream.random_raw(resamples * levels) % np.uint64(levels)).astype(np.int64).reshape(resamples, levels)
    counts = np.zeros((resamples, levels), dtype=np.int64)
    np.add.at(counts, (np.arange(resamples)[:, None], picks), 1)
    return counts


def _weights(clusters: Mapping[tuple[str, str], Parts], resamples: int, seed: int) -> npt.NDArray[np.int64] | None:
    """The weight of each cluster in each resample, agents and days drawn apart; None with one cluster only."""
    agents = sorted({agent for agent, _ in clusters})
    days = sorted({day for _, day in clusters})
    if len(clusters) < 2:
        return None
    stream = np.random.PCG64(seed)
    by_agent, by_day = _draws(len(agents), resamples, stream), _draws(len(days), resamples, stream)
    agent_at = {agent: place for place, agent in enumerate(agents)}
    day_at = {day: place for place, day in enumerate(days)}
    rows = [(agent_at[agent], day_at[day]) for agent, day in sorted(clusters)]
    return np.asarray(by_agent[:, [row[0] for row in rows]] * by_day[:, [row[1] for row in rows]])


def _limits(values: list[Fraction], digits: int) -> Limits | None:
    """The 2.5 % and 97.5 % points of resampled values, by nearest rank."""
    if not values:
        return None
    ordered = sorted(values)
    low = ordered[max(-(-len(ordered) * 25 // 1000) - 1, 0)]
    high = ordered[-(-len(ordered) * 975 // 1000) - 1]

    def shown(value: Fraction) -> Decimal:
        with localcontext(EXACT):
            return at_digits(Decimal(value.numerator) / Decimal(value.denominator), digits)

    return shown(low), shown(high)


def bootstrap_mean(
    clusters: Mapping[tuple[str, str], Parts], resamples: int, seed: int, digits: int = 3, scale: int = 1
) -> Limits | None:
    """The interval of a ratio of sums, agents and days resampled at once; None with fewer than two clusters."""
    weights = _weights(clusters, resamples, seed)
    if weights is None:
        return None
    ordered = [clusters[name] for name in sorted(clusters)]
    above = weights @ np.array([part.numerator for part in ordered], dtype=np.int64)
    below = weights @ np.array([part.denominator for part in ordered], dtype=np.int64)
    pairs = zip(above.tolist(), below.tolist(), strict=True)
    return _limits([Fraction(scale * up, down) for up, down in pairs if down], digits)


def bootstrap_quantile(
    clusters: Mapping[tuple[str, str], Parts],
    resamples: int,
    seed: int,
    quantile: Callable[[Whole, Whole], Fraction],
    digits: int = 3,
) -> Limits | None:
    """The interval of a quantile, agents and days resampled at once; None with fewer than two clusters.

    `quantile` takes distinct sorted values and how often each occurs.
    """
    weights = _weights(clusters, resamples, seed)
    if weights is None:
        return None
    ordered = [clusters[name] for name in sorted(clusters)]
    owner = np.repeat(np.arange(len(ordered)), [len(part.keys) for part in ordered])
    flat = np.concatenate([part.keys for part in ordered])
    order = np.argsort(flat, kind="stable")
    flat, owner = flat[order], owner[order]
    found: list[Fraction] = []
    for row in weights:
        times = row[owner]
        if times.any():
            found.append(quantile(flat, times))
    return _limits(found, digits)

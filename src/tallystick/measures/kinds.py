"""The kinds of measure: each decides value, interval and how parts add up.

    share     counted rows with a property / counted rows            Wilson
    mean      sum of values / sum of weights (1 each by default)     agents and days resampled
    quantile  a value below which a declared share of rows lies      agents and days resampled
    rate      events / exposure                                      exact Poisson on the events
    sum       sum of values                                          none: a census has no spread of its own
    count     rows with a property, n rows were looked at            exact Poisson
    index     scale x mean score (NPS)                               normal, from the variance of the scores

All but the quantile and gathered shares add up by their sums; those add up by their sorted keys. No kind ever averages
two ratios (R13). Resampled intervals appear only where `resamples` is asked for, the others always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import compress
from typing import NamedTuple

import numpy as np

from tallystick.measures import intervals
from tallystick.measures.intervals import Limits
from tallystick.measures.measure import Measure, Setting
from tallystick.measures.parts import Cell, Parts, Whole
from tallystick.measures.quantile import quantile, quantile_of_counts, share_of
from tallystick.vocabulary.measure_value import MeasureValue

SHARE, MEAN, QUANTILE, RATE, SUM, COUNT, INDEX = "share", "mean", "quantile", "rate", "sum", "count", "index"
GATHERED_SHARE = "gathered share"


class Figures(NamedTuple):
    """What a kind makes of parts: `value` None where nothing counts."""

    n: int
    numerator: int | None
    denominator: int | None
    value: Fraction | None


@dataclass(frozen=True)
class Resampling:
    """How often to resample and from which seed; `resamples` 0 gives no resampled interval."""

    resamples: int = 0
    seed: int = 0


Settings = Mapping[str, Setting]
Interval = Callable[[Measure, Settings, Parts, Figures, Resampling], Limits | None]
Intervals = Callable[[Measure, Settings, Sequence[Parts], Sequence[Figures], Resampling], list[Limits | None]]


@dataclass(frozen=True)
class Kind:
    """One kind: figures from the parts of a cell, and the intervals of many cells from their parts and figures.

    `clustered` kinds need parts by agent and day.
    """

    figures: Callable[[Measure, Settings, Parts], Figures]
    intervals: Intervals
    clustered: bool = False


def _each(interval: Interval) -> Intervals:
    """The intervals of many cells, one by one."""

    def each(
        measure: Measure, params: Settings, parts: Sequence[Parts], found: Sequence[Figures], resampling: Resampling
    ) -> list[Limits | None]:
        pairs = zip(parts, found, strict=True)
        return [interval(measure, params, one, figures, resampling) for one, figures in pairs]

    return each


def _ratio(measure: Measure, _params: Settings, parts: Parts) -> Figures:
    above = parts.numerator * measure.scale
    value = Fraction(above, parts.denominator) if parts.n and parts.denominator else None
    return Figures(parts.n, above, parts.denominator, value)


def _total(_measure: Measure, _params: Settings, parts: Parts) -> Figures:
    return Figures(parts.n, parts.numerator, None, Fraction(parts.numerator) if parts.n else None)


def _quantile(_measure: Measure, params: Settings, parts: Parts) -> Figures:
    if not parts.n:
        return Figures(0, None, None, None)
    value = quantile(parts.keys, share_of(str(params["statistic"])), str(params["method"]))
    return Figures(parts.n, value.numerator, value.denominator, value)


def _gathered(_measure: Measure, params: Settings, parts: Parts) -> Figures:
    """Keys with at least `at_least` rows; the numerator counts those of which `percent` fulfil the property."""
    begins = np.flatnonzero(np.r_[True, parts.keys[1:] != parts.keys[:-1]])[: len(parts.keys)]
    distinct, rows = parts.keys[begins], np.diff(np.r_[begins, len(parts.keys)])
    hits = _times(distinct, parts.hits)
    enough = rows >= int(str(params["at_least"]))
    total = int(enough.sum())
    kept = int((enough & (hits * 100 >= rows * int(str(params["percent"])))).sum())
    return Figures(parts.n, kept, total, Fraction(kept, total) if total else None)


def _times(distinct: Whole, ordered: Whole) -> Whole:
    """How often each of `distinct` occurs in the sorted values."""
    return np.asarray(ordered.searchsorted(distinct, "right") - ordered.searchsorted(distinct, "left"))


def _wilson(
    _m: Measure, _p: Settings, parts: Sequence[Parts], found: Sequence[Figures], _r: Resampling
) -> list[Limits | None]:
    there = [one.value is not None for one in found]
    present = list(compress(found, there))
    above, below = [one.numerator or 0 for one in present], [one.denominator or 0 for one in present]
    limits = iter(intervals.wilson_each(above, below, [one.per for one in compress(parts, there)]))
    return [next(limits) if has else None for has in there]


def _poisson(_m: Measure, _p: Settings, parts: Parts, _f: Figures, _r: Resampling) -> Limits | None:
    return intervals.poisson(parts.numerator) if parts.n else None


def _poisson_rate(measure: Measure, _p: Settings, parts: Parts, _f: Figures, _r: Resampling) -> Limits | None:
    if not parts.n or not parts.denominator:
        return None
    low, high = intervals.poisson(parts.numerator, 9)
    per = intervals.EXACT.divide(measure.scale, parts.denominator)
    return intervals.at_digits(low * per, 6), intervals.at_digits(high * per, 6)


def _resampled(measure: Measure, _p: Settings, parts: Parts, _f: Figures, resampling: Resampling) -> Limits | None:
    if not resampling.resamples:
        return None
    digits = 6 if measure.unit == "ratio" else 3
    return intervals.bootstrap_mean(
        parts.clusters, resampling.resamples, resampling.seed, digits=digits, scale=measure.scale
    )


def _resampled_quantile(
    _m: Measure, params: Settings, parts: Parts, _f: Figures, resampling: Resampling
) -> Limits | None:
    if not resampling.resamples:
        return None
    wanted = partial(quantile_of_counts, share=share_of(str(params["statistic"])), method=str(params["method"]))
    return intervals.bootstrap_quantile(parts.clusters, resampling.resamples, resampling.seed, wanted)


def _index(measure: Measure, _p: Settings, parts: Parts, _f: Figures, _r: Resampling) -> Limits | None:
    if not parts.n:
        return None
    return intervals.index(parts.numerator, parts.squares, parts.n, measure.scale)


def _none(_m: Measure, _p: Settings, _parts: Parts, _f: Figures, _r: Resampling) -> Limits | None:
    return None


KINDS: dict[str, Kind] = {
    SHARE: Kind(_ratio, _wilson),
    GATHERED_SHARE: Kind(_gathered, _wilson),
    MEAN: Kind(_ratio, _each(_resampled), clustered=True),
    QUANTILE: Kind(_quantile, _each(_resampled_quantile), clustered=True),
    RATE: Kind(_ratio, _each(_poisson_rate)),
    SUM: Kind(_total, _each(_none)),
    COUNT: Kind(_total, _each(_poisson)),
    INDEX: Kind(_ratio, _each(_index)),
}


def kind_for(measure: Measure, params: Settings) -> Kind:
    """The kind of a measure under its parameters; a share whose rows are gathered by interval has its own figures."""
    name = measure.kind_in(params)
    return KINDS[GATHERED_SHARE if name == SHARE and measure.counting.key else name]


def values_of(
    measure: Measure,
    params: Settings,
    cells: Iterable[tuple[Cell, Parts]],
    period: str,
    resampling: Resampling,
) -> list[MeasureValue]:
    """The measure values that the parts of some cells give."""
    kind, name, unit = kind_for(measure, params), measure.kind_in(params), measure.unit_in(params)
    shown = list(cells)
    counted = [parts for _, parts in shown]
    figures = [kind.figures(measure, params, parts) for parts in counted]
    limits = kind.intervals(measure, params, counted, figures, resampling)
    return [
        MeasureValue(
            measure=measure.id,
            version=measure.version,
            kind=name,
            unit=unit,
            cell=cell,
            period=period,
            n=found.n,
            numerator=found.numerator,
            denominator=found.denominator,
            value=found.value,
            interval=interval,
            pending=parts.pending,
            excluded=tuple(sorted(parts.excluded.items())),
        )
        for (cell, parts), found, interval in zip(shown, figures, limits, strict=True)
    ]


def value_of(
    measure: Measure,
    params: Settings,
    parts: Parts,
    cell: Cell,
    period: str,
    resampling: Resampling,
) -> MeasureValue:
    """The measure value that parts give."""
    return values_of(measure, params, [(cell, parts)], period, resampling)[0]

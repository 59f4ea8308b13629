"""The kinds of measure: each decides value, interval and how parts add up.

    share     counted rows with a property / counted rows            Wilson
    mean      sum of values / sum of weights (1 each by default)     agents and days resampled
    quantile  a value below which a declared share of rows lies      agents and days resampled
    rate      events / exposure                                      exact Poisson on the events
    sum       sum of values                                          none: a census has no spread of its own
    count     rows with a property, n rows were looked at            exact Poisson
    census    everything that was there or came, one by one          none: nothing was drawn, nothing left to chance
    index     scale x mean score (NPS)                               normal, from the variance of the scores
    compound  1 - (1 - a twelfth of the rate) to the power of 12     exact Poisson on the events
    herfindahl  sum of the squared shares of the gathered keys       none: a census has no spread of its own

All but the quantile and gathered shares add up by their sums; those add up by their sorted keys. No kind ever averages
two ratios (R13). Resampled intervals appear only where `resamples` is asked for, the others always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import compress, repeat
from operator import mul
from typing import NamedTuple

import numpy as np

from tallystick.measures import intervals
from tallystick.measures.intervals import Limits
from tallystick.measures.measure import Measure, Setting
from tallystick.measures.parts import Cell, Parts, PartsByCell
from tallystick.measures.quantile import quantile_each, quantile_of_counts, share_of
from tallystick.vocabulary.measure_value import MeasureValue

SHARE, MEAN, QUANTILE, RATE, SUM, COUNT, INDEX = "share", "mean", "quantile", "rate", "sum", "count", "index"
GATHERED_SHARE = "gathered share"
COMPOUND, HERFINDAHL, CENSUS = "compound", "herfindahl", "census"
MONTHS = 12


class Figures(NamedTuple):
    """What a kind makes of parts: `value` None where nothing counts."""

    n: int
    numerator: int | None
    denominator: int | None
    value: Fraction | None


class FiguresByCell(NamedTuple):
    """The figures of many cells, column by column; n is that of their parts."""

    numerator: Sequence[int | None]
    denominator: Sequence[int | None]
    value: Sequence[Fraction | None]


@dataclass(frozen=True)
class Resampling:
    """How often to resample and from which seed; `resamples` 0 gives no resampled interval."""

    resamples: int = 0
    seed: int = 0


Settings = Mapping[str, Setting]
LimitsByCell = list[Limits | None]


@dataclass(frozen=True)
class Kind:
    """One kind: the figures of many cells from their parts, and the intervals from both.

    `clustered` kinds need parts by agent and day.
    """

    figures: Callable[[Measure, Settings, PartsByCell], FiguresByCell]
    intervals: Callable[[Measure, Settings, PartsByCell, FiguresByCell, Resampling], LimitsByCell]
    clustered: bool = False


def _ratio(measure: Measure, _params: Settings, parts: PartsByCell) -> FiguresByCell:
    above = parts.numerator if measure.scale == 1 else list(map(mul, parts.numerator, repeat(measure.scale)))
    below = parts.denominator
    value = [Fraction(up, down) if n and down else None for n, up, down in zip(parts.n, above, below, strict=True)]
    return FiguresByCell(above, below, value)


def _total(measure: Measure, _params: Settings, parts: PartsByCell) -> FiguresByCell:
    value = [Fraction(total, measure.divisor) if n else None for n, total in zip(parts.n, parts.numerator, strict=True)]
    return FiguresByCell(parts.numerator, [None] * len(value), value)


def _quantile(_measure: Measure, params: Settings, parts: PartsByCell) -> FiguresByCell:
    found = quantile_each(parts.keys, share_of(str(params["statistic"])), str(params["method"]))
    if any(n and value is None for n, value in zip(parts.n, found, strict=True)):
        raise ValueError("no rows have no quantile")
    value = [one if n else None for n, one in zip(parts.n, found, strict=True)]
    above = [None if one is None else one.numerator for one in value]
    return FiguresByCell(above, [None if one is None else one.denominator for one in value], value)


def _gathered(_measure: Measure, params: Settings, parts: PartsByCell) -> FiguresByCell:
    """Keys with at least `at_least` rows; the numerator counts those of which `percent` fulfil the property."""
    keys, cells = parts.keys.flat, len(parts.cells)
    owner = np.repeat(np.arange(cells), parts.keys.sizes)
    begins = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (owner[1:] != owner[:-1])][: len(keys)])
    rows = np.diff(begins, append=len(keys))
    hits = np.add.reduceat(parts.hit.astype(np.int64), begins) if len(keys) else rows
    enough = rows >= int(str(params["at_least"]))
    good = enough & (hits * 100 >= rows * int(str(params["percent"])))
    above, below = (np.bincount(owner[begins][of], minlength=cells).tolist() for of in (good, enough))
    value = [Fraction(kept, total) if total else None for kept, total in zip(above, below, strict=True)]
    return FiguresByCell(above, below, value)


def _within_a_year(rate: Fraction) -> Fraction:
    """What is left of a yearly rate when each month takes its twelfth of what the month before left over."""
    return 1 - (1 - min(rate / MONTHS, Fraction(1))) ** MONTHS


def _compound(measure: Measure, params: Settings, parts: PartsByCell) -> FiguresByCell:
    simple = _ratio(measure, params, parts)
    return simple._replace(value=[None if rate is None else _within_a_year(rate) for rate in simple.value])


def _herfindahl(_measure: Measure, _params: Settings, parts: PartsByCell) -> FiguresByCell:
    """The sum of squares of how often each key comes, over the square of how many there are."""
    keys, cells = parts.keys.flat, len(parts.cells)
    owner = np.repeat(np.arange(cells), parts.keys.sizes)
    begins = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]) | (owner[1:] != owner[:-1])][: len(keys)])
    rows = np.diff(begins, append=len(keys)).tolist()
    above = [0] * cells
    for cell, count in zip(owner[begins].tolist(), rows, strict=True):
        above[cell] += count * count
    below = [size * size for size in parts.keys.sizes.tolist()]
    value = [Fraction(up, down) if down else None for up, down in zip(above, below, strict=True)]
    return FiguresByCell(above, below, value)


def _wilson(_m: Measure, _p: Settings, parts: PartsByCell, figures: FiguresByCell, _r: Resampling) -> LimitsByCell:
    there = [one is not None for one in figures.value]
    above, below = ([one or 0 for one in compress(column, there)] for column in figures[:2])
    limits = iter(intervals.wilson_each(above, below, parts.per))
    return [next(limits) if has else None for has in there]


def _poisson(_m: Measure, _p: Settings, parts: PartsByCell, _f: FiguresByCell, _r: Resampling) -> LimitsByCell:
    return [intervals.poisson(count) if n else None for n, count in zip(parts.n, parts.numerator, strict=True)]


def _poisson_rate(
    measure: Measure, _p: Settings, parts: PartsByCell, _f: FiguresByCell, _r: Resampling
) -> LimitsByCell:
    def limits(count: int, exposure: int) -> Limits:
        low, high = intervals.poisson(count, 9)
        per = intervals.EXACT.divide(measure.scale, exposure)
        return intervals.at_digits(low * per, 6), intervals.at_digits(high * per, 6)

    counted = zip(parts.n, parts.numerator, parts.denominator, strict=True)
    return [limits(count, exposure) if n and exposure else None for n, count, exposure in counted]


def _poisson_compound(
    measure: Measure, params: Settings, parts: PartsByCell, figures: FiguresByCell, resampling: Resampling
) -> LimitsByCell:
    def limits(pair: Limits | None) -> Limits | None:
        if pair is None:
            return None
        low, high = (_within_a_year(Fraction(one)) for one in pair)
        return _six_digits(low), _six_digits(high)

    return list(map(limits, _poisson_rate(measure, params, parts, figures, resampling)))


def _six_digits(value: Fraction) -> Decimal:
    return intervals.at_digits(intervals.EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)), 6)


def _resampled(
    measure: Measure, _p: Settings, parts: PartsByCell, _f: FiguresByCell, resampling: Resampling
) -> LimitsByCell:
    if not resampling.resamples:
        return [None] * len(parts.cells)
    given = {"digits": 6 if measure.unit == "ratio" else 3, "scale": measure.scale}
    return [intervals.bootstrap_mean(one, resampling.resamples, resampling.seed, **given) for one in parts.clusters]


def _resampled_quantile(
    _m: Measure, params: Settings, parts: PartsByCell, _f: FiguresByCell, resampling: Resampling
) -> LimitsByCell:
    if not resampling.resamples:
        return [None] * len(parts.cells)
    wanted = partial(quantile_of_counts, share=share_of(str(params["statistic"])), method=str(params["method"]))
    drawn = resampling.resamples, resampling.seed, wanted
    return [intervals.bootstrap_quantile(one, *drawn) for one in parts.clusters]


def _index(measure: Measure, _p: Settings, parts: PartsByCell, _f: FiguresByCell, _r: Resampling) -> LimitsByCell:
    counted = zip(parts.numerator, parts.squares, parts.n, strict=True)
    return [intervals.index(total, squares, n, measure.scale) if n else None for total, squares, n in counted]


def _none(_m: Measure, _p: Settings, parts: PartsByCell, _f: FiguresByCell, _r: Resampling) -> LimitsByCell:
    return [None] * len(parts.cells)


KINDS: dict[str, Kind] = {
    SHARE: Kind(_ratio, _wilson),
    GATHERED_SHARE: Kind(_gathered, _wilson),
    MEAN: Kind(_ratio, _resampled, clustered=True),
    QUANTILE: Kind(_quantile, _resampled_quantile, clustered=True),
    RATE: Kind(_ratio, _poisson_rate),
    SUM: Kind(_total, _none),
    COUNT: Kind(_total, _poisson),
    CENSUS: Kind(_total, _none),
    INDEX: Kind(_ratio, _index),
    COMPOUND: Kind(_compound, _poisson_compound),
    HERFINDAHL: Kind(_herfindahl, _none),
}


def kind_for(measure: Measure, params: Settings) -> Kind:
    """The kind of a measure under its parameters; a share whose rows are gathered by interval has its own figures."""
    name = measure.kind_in(params)
    return KINDS[GATHERED_SHARE if name == SHARE and measure.counting.key else name]


def figures_of(measure: Measure, params: Settings, parts: Parts) -> Figures:
    """The figure that the parts of one cell give."""
    above, below, value = kind_for(measure, params).figures(measure, params, PartsByCell.of({(): parts}))
    return Figures(parts.n, above[0], below[0], value[0])


def values_of(
    measure: Measure, params: Settings, parts: PartsByCell, period: str, resampling: Resampling
) -> list[MeasureValue]:
    """The measure values that the parts of some cells give."""
    kind = kind_for(measure, params)
    found = kind.figures(measure, params, parts)
    limits = kind.intervals(measure, params, parts, found, resampling)
    name, version, kind_name, unit = measure.id, measure.version, measure.kind_in(params), measure.unit_in(params)
    columns = (parts.cells, parts.n, *found, limits, parts.pending, parts.excluded)
    return [
        MeasureValue(name, version, kind_name, unit, cell, period, n, above, below, value, interval, waits, outside)
        for cell, n, above, below, value, interval, waits, outside in zip(*columns, strict=True)
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
    return values_of(measure, params, PartsByCell.of({cell: parts}), period, resampling)[0]

"""The parts of a measure value that add up: value(A) merged with value(B) is value(A and B).

Counts and sums are added. Where a sum is not enough the rows are gathered under a key: a quantile keeps its sorted
values, interval attainment its intervals with their counts. Percentages are never parts (R13).

`Parts` are those of one cell. `PartsByCell` are the same for all cells of a measure, column by column: tens of
thousands of values are made from them without an object for each cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Cell = tuple[tuple[str, str], ...]
Whole = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]
Counts = tuple[tuple[str, int], ...]
NOTHING: Whole = np.empty(0, dtype=np.int64)
NO_TRUTHS: Truths = np.empty(0, dtype=np.bool_)


@dataclass(slots=True)
class Parts:
    """What the counted rows of one cell bring.

    `n` rows; `numerator`, `denominator` and `squares` (of the numerator) their exact sums; `pending` and `excluded` the
    rows that do not count. `per` is what one whole row weighs: 1, or a million where rows are shared out. `keys` are
    the gathered keys, sorted; `hits` those whose row fulfils the numerator.
    `clusters` hold the same sums for each (agent, day), for intervals by resampling.
    """

    n: int = 0
    numerator: int = 0
    denominator: int = 0
    per: int = 1
    squares: int = 0
    pending: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    keys: Whole = field(default_factory=lambda: NOTHING)
    hits: Whole = field(default_factory=lambda: NOTHING)
    clusters: dict[tuple[str, str], Parts] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Every row that the period rule put into the period."""
        return self.n + self.pending + sum(self.excluded.values())


def _sorted(arrays: list[Whole]) -> Whole:
    present = [array for array in arrays if len(array)]
    if len(present) < 2:
        return present[0] if present else NOTHING
    return np.sort(np.concatenate(present))


def add_counts(into: dict[str, int], more: Mapping[str, int]) -> None:
    """Add counts by reason."""
    for reason, count in more.items():
        into[reason] = into.get(reason, 0) + count


def merge(several: Iterable[Parts]) -> Parts:
    """The parts of all rows together; with none, the parts of no rows."""
    parts = list(several)
    whole = Parts(
        n=sum(part.n for part in parts),
        numerator=sum(part.numerator for part in parts),
        denominator=sum(part.denominator for part in parts),
        per=max((part.per for part in parts), default=1),
        squares=sum(part.squares for part in parts),
        pending=sum(part.pending for part in parts),
        keys=_sorted([part.keys for part in parts]),
        hits=_sorted([part.hits for part in parts]),
    )
    gathered: dict[tuple[str, str], list[Parts]] = {}
    for part in parts:
        add_counts(whole.excluded, part.excluded)
        for cluster, share in part.clusters.items():
            gathered.setdefault(cluster, []).append(share)
    whole.clusters = {cluster: merge(shares) for cluster, shares in sorted(gathered.items())}
    return whole


@dataclass(slots=True)
class Gathered:
    """The gathered keys of many cells, sorted within each: one array, and where the part of each cell ends in it."""

    flat: Whole
    ends: Whole

    @classmethod
    def of(cls, several: Sequence[Whole]) -> Gathered:
        """The keys of each cell below those of the cell before."""
        ends: Whole = np.cumsum([len(one) for one in several], dtype=np.int64)
        return cls(np.concatenate([NOTHING, *several]), ends)

    @property
    def begins(self) -> Whole:
        """Where the part of each cell begins."""
        return self.ends - self.sizes

    @property
    def sizes(self) -> Whole:
        """How many keys each cell has."""
        return np.diff(self.ends, prepend=0)

    def each(self) -> Iterator[Whole]:
        """The keys of each cell in turn."""
        for begin, end in zip(self.begins.tolist(), self.ends.tolist(), strict=True):
            yield self.flat[begin:end]


@dataclass(slots=True)
class PartsByCell:
    """The parts of many cells, a column for each part (see `Parts`); `per` is the same for all.

    `excluded` has reasons in order and none of 0. `hit` tells of each gathered key whether its row fulfils the
    numerator; it is empty where nobody asked. So are `clusters`, which otherwise hold one mapping for each cell.
    """

    cells: list[Cell]
    n: list[int]
    numerator: list[int]
    denominator: list[int]
    squares: list[int]
    pending: list[int]
    excluded: list[Counts]
    per: int
    keys: Gathered
    hit: Truths
    clusters: list[dict[tuple[str, str], Parts]]

    @classmethod
    def of(cls, parts: Mapping[Cell, Parts]) -> PartsByCell:
        """The columns of parts by cell, in their order."""
        each = list(parts.values())
        return cls(
            cells=list(parts),
            n=[one.n for one in each],
            numerator=[one.numerator for one in each],
            denominator=[one.denominator for one in each],
            squares=[one.squares for one in each],
            pending=[one.pending for one in each],
            excluded=[tuple(sorted(one.excluded.items())) for one in each],
            per=max((one.per for one in each), default=1),
            keys=Gathered.of([one.keys for one in each]),
            hit=np.concatenate([NO_TRUTHS, *(_among(one.keys, one.hits) for one in each)]),
            clusters=[one.clusters for one in each],
        )

    def each(self) -> dict[Cell, Parts]:
        """The parts by cell."""
        hit = self.hit if len(self.hit) else np.zeros(len(self.keys.flat), dtype=np.bool_)
        found: dict[Cell, Parts] = {}
        for place, (cell, keys, end) in enumerate(
            zip(self.cells, self.keys.each(), self.keys.ends.tolist(), strict=True)
        ):
            found[cell] = Parts(
                n=self.n[place],
                numerator=self.numerator[place],
                denominator=self.denominator[place],
                per=self.per,
                squares=self.squares[place],
                pending=self.pending[place],
                excluded=dict(self.excluded[place]),
                keys=keys,
                hits=keys[hit[end - len(keys) : end]],
                clusters=self.clusters[place] if self.clusters else {},
            )
        return found


def _among(keys: Whole, hits: Whole) -> Truths:
    """Which of the sorted keys are the hits, as many of each as there are."""
    found = np.zeros(len(keys), dtype=np.bool_)
    found[keys.searchsorted(hits) + np.arange(len(hits)) - hits.searchsorted(hits)] = True
    return found

"""The parts of a measure value that add up: value(A) merged with value(B) is value(A and B).

Counts and sums are added. Where a sum is not enough the rows are gathered under a key: a quantile keeps its sorted
values, interval attainment its intervals with their counts. Percentages are never parts (R13).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Cell = tuple[tuple[str, str], ...]
Whole = npt.NDArray[np.int64]
NOTHING: Whole = np.empty(0, dtype=np.int64)


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

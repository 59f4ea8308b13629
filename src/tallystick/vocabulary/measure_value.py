"""What a measure yields, and the step by which a clause moves from a value to a consequence.

A ratio never travels without its n; no data is None with n = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """One measure in one cell and period.

    `cell` holds (dimension, value) pairs sorted by dimension, for example (("language", "de"), ("partner", "aurora")).
    `numerator` and `denominator` are exact integers (counts for a share or rate, seconds or points and n for a mean);
    `value` is exact (a ratio 0..1 for a share, seconds for a duration, points for a score), None where n = 0.
    `n` is None only for a value that others state without saying how many rows it rests on (`provenance`).
    `interval` is the 95 % interval in the value's unit at a declared number of digits, None where there is none.
    `pending` rows belong to the period but have no outcome yet and stand in neither part (R4).
    `excluded` rows by reason; n + pending + excluded = every row that the period rule put in the period.
    """

    measure: str
    version: int
    kind: str
    unit: str
    cell: tuple[tuple[str, str], ...]
    period: str
    n: int | None
    numerator: int | None
    denominator: int | None
    value: Fraction | None
    interval: tuple[Decimal, Decimal] | None = None
    pending: int = 0
    excluded: tuple[tuple[str, int], ...] = ()
    provenance: str = MEASURED

    def __post_init__(self) -> None:
        """Refuse a value without rows, and rows without a value."""
        if self.n == 0 and self.value is not None:
            raise ValueError(f"{self.measure}: a value needs rows; no data is None")
        if self.n is None and self.provenance == MEASURED:
            raise ValueError(f"{self.measure}: what is counted here has its n")


@dataclass(frozen=True)
class Step:
    """One line of a verdict's arithmetic, written so that a reader can redo it by hand.

    `formula` has names, `inserted` the same with numbers put in, `result` is exact (int, Fraction, Decimal or text).
    `WORDS` are the parts that only readers need; no digest covers them.
    """

    WORDS: ClassVar = ("formula", "inserted")

    clause: str
    label: str
    formula: str
    inserted: str
    result: Any
    unit: str = ""

"""The records behind a difference, listed by the measures themselves from a source of quantities by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.billing.check.value import SHOWN, Row
from tallystick.billing.invoice import CountedQuantity
from tallystick.billing.quantities import DailySource
from tallystick.billing.rows import rows_of
from tallystick.measures.measure import measure_of

COUNTED = "counted"


@dataclass(frozen=True)
class ListedRows:
    """Rows of a partner's own records; ids are those of the facts, opaque to both sides alike."""

    source: DailySource

    def of(self, counted: CountedQuantity) -> tuple[Row, ...]:
        """The records that are counted, each with what it brings."""
        told = _brought(rows_of(self.source, counted))
        told = told.filter(pc.not_equal(told["brings"], 0))
        measure = measure_of(counted.request)
        fact, size = measure.fact, measure.divisor
        return tuple(
            Row(fact, str(row["case_id"] or ""), COUNTED, Fraction(row["brings"], size), Fraction(row["brings"], size))
            for row in told.to_pylist()
        )

    def between(self, agreed: CountedQuantity, billed: CountedQuantity) -> tuple[tuple[Row, ...], int]:
        """The records that bring something else to one quantity than to the other: the first of them, and how many."""
        one, other = (_brought(rows_of(self.source, each)) for each in (agreed, billed))
        joined = one.join(other, keys="case_id", join_type="full outer", right_suffix="_billed")
        mine, theirs = (pc.fill_null(joined[name], 0) for name in ("brings", "brings_billed"))
        moved = joined.filter(pc.not_equal(mine, theirs)).sort_by("case_id")
        measure = measure_of(agreed.request)
        fact, size = measure.fact, measure.divisor
        first = tuple(
            Row(
                fact,
                str(row["case_id"] or ""),
                row["status"] or "not of these days or of this population",
                Fraction(row["brings"] or 0, size),
                Fraction(row["brings_billed"] or 0, size),
            )
            for row in moved.slice(0, SHOWN).to_pylist()
        )
        return first, moved.num_rows

    def by_agent(self, counted: CountedQuantity) -> Mapping[str, tuple[Row, ...]]:
        """The counted records by the agent whose they are."""
        rows = rows_of(self.source, counted, keep=("agent",))
        if "agent" not in rows.column_names:
            return {}
        kept = rows.filter(pc.and_(pc.equal(rows["status"], COUNTED), pc.is_valid(rows["agent"])))
        measure = measure_of(counted.request)
        found: dict[str, list[Row]] = {}
        for row in kept.select(["case_id", "agent", "numerator"]).to_pylist():
            brings = Fraction(row["numerator"] or 0, measure.divisor)
            found.setdefault(str(row["agent"]), []).append(
                Row(measure.fact, str(row["case_id"]), COUNTED, brings, brings)
            )
        return {agent: tuple(own) for agent, own in found.items()}


def _brought(rows: pa.Table) -> pa.Table:
    """What each record brings, once for each: nothing where it is left out or pending."""
    whole = pa.table(
        {
            "case_id": rows["case_id"].cast(pa.string()),
            "status": rows["status"].cast(pa.string()),
            "brings": pc.if_else(
                pc.equal(rows["status"].cast(pa.string()), COUNTED),
                pc.fill_null(rows["numerator"].cast(pa.int64()), 0),
                0,
            ),
        }
    )
    summed = whole.group_by("case_id").aggregate([("brings", "sum"), ("status", "min")])
    return summed.rename_columns(["case_id", "brings", "status"]).select(["case_id", "status", "brings"])

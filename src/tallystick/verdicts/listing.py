"""The rows behind a figure: first as columns, in the order in which people read them, then one by one.

A period of a large client has hundreds of thousands of rows, of which a page shows twenty-five. So the list is made
without a loop over rows, from the columns that it needs, and only what is shown becomes `RowShown`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.stream import stream
from tallystick.measures.compute import COUNTED, PENDING

if TYPE_CHECKING:
    from tallystick.verdicts.explain import Kept

MET, MISSED = "met", "missed"
CLOCK_COLUMNS = (
    "start_at",
    "due_at",
    "stop_at",
    "business_s",
    "calendar_s",
    "paused_s",
    "paused_other_s",
    "waiting_s",
    "target_s",
    "basis",
    "state",
    "programme",
    "queue",
)
CASE_COLUMNS = ("created_at", "first_solved_at", "programme", "queue")
# In which order rows stand in the list, all others behind them, and by which instant among those of one place.
_PLACES = (MISSED, COUNTED, MET, PENDING)
_MOMENTS = ("due_at", "start_at", "created_at")
_OF_ROW = ("case_id", "status", "brings")
_PLACE_OF_ROW = ("programme", "queue", "clock")
NO_ROWS = pa.schema([("case_id", pa.string()), ("status", pa.string()), ("brings", pa.int64())])


@dataclass(frozen=True)
class RowShown:
    """One row behind a figure: the case, the place it takes (met, missed, counted, pending, or why it is excluded).

    `brings` is what it adds to the numerator; `parts` its clock or instants, by column.
    """

    case_id: str
    status: str
    brings: int
    parts: Mapping[str, Any]


def rows_table(own: Kept) -> pa.Table:
    """Every row of the period with its place, the failed ones first, then by due moment and case.

    Columns: `case_id`, `status`, `brings`, and those parts of the fact that some row has. A row that was not due
    yet, or was left out, stands in the list too. Empty for a figure that was not measured from records.
    """
    how = own.how
    if how is None:
        return NO_ROWS.empty_table()
    fact = how.measure.fact
    known = set(own.fact_columns(fact))
    wanted = [name for name in columns_shown(fact) if name in known]
    rows = how.rows(own, keep=wanted)
    share = how.measure.kind_in(dict(how.request.params)) == "share"
    columns: dict[str, Any] = {
        "case_id": pc.fill_null(rows.column("case_id").cast(pa.string()), ""),
        "status": _status(rows, own.verdict.better) if share else rows.column("status").cast(pa.string()),
        "brings": pc.fill_null(rows.column("numerator").cast(pa.int64()), 0),
        **{name: rows.column(name) for name in wanted},
    }
    if "kind" in rows.column_names:
        columns["clock"] = rows.column("kind").cast(pa.string())
    table = pa.table({name: one for name, one in columns.items() if name in _OF_ROW or one.null_count < len(one)})
    return table.take(_order(table, _begins(fact)))


def columns_shown(fact: str) -> tuple[str, ...]:
    """The columns of a fact table that tell one of its rows from the others when people read them."""
    if fact == "clock":
        return CLOCK_COLUMNS
    declared = stream(fact)
    if declared is None:
        return CASE_COLUMNS
    return (*(declared.shown or (declared.begins, *declared.ends)), "programme", "queue")


def _begins(fact: str) -> str:
    declared = stream(fact)
    return "" if declared is None else declared.begins


def row_words(fact: str) -> tuple[str, bool]:
    """What a row of a fact table is called, and whether its id is that of a case."""
    declared = stream(fact)
    return ("case", True) if declared is None else (declared.row, declared.of_cases)


def _status(rows: pa.Table, better: str) -> Any:
    """The place of each row of a share: `counted` becomes kept or not, by the better direction."""
    counted = pc.equal(rows.column("status"), COUNTED)
    hit = pc.not_equal(pc.fill_null(rows.column("numerator"), 0), 0)
    good = hit if better == "higher" else pc.invert(hit)
    return pc.if_else(counted, pc.if_else(good, MET, MISSED), rows.column("status").cast(pa.string()))


def _order(table: pa.Table, begins: str) -> pa.Array:
    status = pc.dictionary_encode(table.column("status")).combine_chunks()
    if isinstance(status, pa.ChunkedArray):  # combined, no chunk is left of an empty column
        return pa.array([], pa.int64())
    ranks = pa.array([(*_PLACES, one).index(one) for one in status.dictionary.to_pylist()], pa.int8())
    moments = [table.column(name) for name in (*_MOMENTS, begins) if name in table.column_names]
    keys = {"rank": ranks.take(status.indices), "case_id": table.column("case_id")}
    order = ["rank"]
    if moments:
        when = pc.coalesce(*moments)
        # A row without a moment stands before those that have one.
        keys["timed"], keys["when"] = when.is_valid(), when
        order += ["timed", "when"]
    order.append("case_id")
    return pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in order])


def rows_shown(table: pa.Table) -> tuple[RowShown, ...]:
    """Rows of `rows_table` one by one; a part that a row has not is left out."""
    return tuple(
        RowShown(
            row["case_id"],
            row["status"],
            row["brings"],
            {name: value for name, value in row.items() if name not in _OF_ROW and value is not None},
        )
        for row in table.to_pylist()
    )


def details(row: RowShown) -> tuple[str, ...]:
    """What a row says besides its instants, in words: seconds as they are, yes and no, counts."""
    found = []
    for name, value in row.parts.items():
        if name in _PLACE_OF_ROW or hasattr(value, "timestamp"):
            continue
        if isinstance(value, bool):
            found.append(f"{name.replace('_', ' ')}: {'yes' if value else 'no'}")
        elif name.endswith("_s"):
            found.append(f"{name.removesuffix('_s').replace('_', ' ')} {value:,} s")
        else:
            found.append(f"{name.replace('_', ' ')} {value:,}" if isinstance(value, int) else str(value))
    return tuple(found)


def rows_of_case(table: pa.Table, case_id: str) -> tuple[RowShown, ...]:
    """The places that one case takes in a figure; a clock may have run more than once."""
    return rows_shown(table.filter(pc.equal(table.column("case_id"), case_id)))


def rows_against(table: pa.Table, better: str, most: int) -> tuple[tuple[RowShown, ...], int]:
    """The first rows that speak against the partner, and how many do.

    Those that missed; for a figure that should be low and has none, those that add to it, the largest first.
    """
    against = table.filter(pc.equal(table.column("status"), MISSED))
    if not against.num_rows and better == "lower":
        adding = table.filter(pc.greater(table.column("brings"), 0))
        by: Sequence[tuple[str, str]] = [("brings", "descending"), ("case_id", "ascending")]
        against = adding.take(pc.sort_indices(adding.select(["brings", "case_id"]), sort_keys=by))
    return rows_shown(against.slice(0, most)), against.num_rows

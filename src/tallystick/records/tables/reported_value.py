"""A figure that a partner reports about itself."""

import pyarrow as pa

from tallystick.records.table import Column, Table, key, text

TABLE = Table(
    grain="one figure of one period in one report",
    key="reported_key",
    presence="period_from",
    order=("reported_key",),
    columns=(
        key("reported_key", "key of partner, name, cell and period (not of the file: a newer report replaces it)"),
        text("measure", "id of the measure it is taken for; null where none is known"),
        text("reported_name", "as the partner names it"),
        Column("period_from", pa.date32(), "first day; null retracts the figure"),
        Column("period_to", pa.date32(), "day after the last"),
        text("programme", "cell: programme"),
        text("queue", "cell: queue"),
        text("language", "cell: language"),
        text("channel", "cell: channel"),
        Column("value", pa.decimal128(18, 6), "the figure in `unit`; a share as 0 to 1"),
        text("unit", "share, seconds, count, points"),
        Column("numerator", pa.int64(), "where the report gives it"),
        Column("denominator", pa.int64(), "where the report gives it"),
        Column("n", pa.int64(), "rows behind the figure, where the report says", unit="rows"),
        text("file", "the report's file name"),
        text("place", "sheet!cell, or row"),
    ),
)

# ruff: noqa: E501 - lists of words read best as lines
"""Forecasts: what was expected of each queue in each interval, version by version.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: intervals of one or several versions of a forecast.
Verbs: recognise, propose, read. Must not know: which version binds anybody.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._listed import ListConnector, Rows
from tallystick.records.connectors._queue_intervals import interval_columns, interval_roles, interval_settings
from tallystick.records.connectors._roles import Role, instant, length, milli, word
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.reader import micros


class Forecasts(ListConnector):
    """One row per queue, interval and version."""

    title: ClassVar[str] = "Forecasts (any table of expected contacts per queue and interval)"
    fills: ClassVar[tuple[str, ...]] = ("forecast",)
    clients_alone: ClassVar[str] = "a forecast"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "call_interval": "a forecast tells what was expected, not what came",
        "shift": "a forecast tells how many agents were asked for, not who was scheduled",
    }
    shape: ClassVar[str] = "forecast"
    noun: ClassVar[str] = "forecast"
    whole: ClassVar[bool] = True
    dated: ClassVar[bool] = False
    roles: ClassVar[AbstractMapping[str, Role]] = {
        **interval_roles("forecast date|interval date", "line|service line|workload"),
        "version": word("version|forecast version|version name|scenario|revision|forecast id|forecast name|plan|plan version"),
        "issued": instant(
            "issued at|issued on|issued|published at|published on|published|sent at|delivered at|handed over at|"
            "forecast issued|forecast created|created at|created on|locked at|lock date|as of|version date|"
            "veroffentlicht am|publie le|publicado el|publicat la"
        ),
        "contacts": milli(
            "forecast contacts|forecast|forecast volume|forecasted contacts|forecast calls|forecasted calls|"
            "expected contacts|expected calls|expected volume|predicted contacts|predicted volume|fc contacts|fc volume|"
            "contacts|volume|calls|offered forecast|prognose|prevision|prevision de llamadas|previsto|prognoza|contacts milli"
        ),
        "aht": length(
            "forecast aht|expected aht|predicted aht|aht forecast|aht|aht s|average handle time|average handling time|"
            "handling time|handle time|fc aht|aht seconds|bearbeitungszeit|dmt"
        ),
        "agents": milli(
            "required agents|agents required|required staff|required fte|agents|required|requirement|staffing requirement|"
            "fte required|headcount required|net staff|agents asked for|besetzung|bedarf|requis|requeridos"
        ),
        "updated": instant("updated at|last updated|last update|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("started", "date"), ("contacts", "agents"))
    own: ClassVar[tuple[str, ...]] = ("version", "issued", "contacts", "aht", "agents")
    against: ClassVar[str] = r"\b(call id|ticket|agent id|customer|abandoned|answered|actual|actuals|survey)\b"
    clocks: ClassVar[tuple[str, ...]] = ("started", "ended")
    ahead: ClassVar[tuple[str, ...]] = ("date", "started", "ended")

    def settings(
        self,
        found: AbstractMapping[str, Profile],
        path: Path,  # noqa: ARG002
        hints: AbstractMapping[str, str],
        doubts: list[str],
    ) -> dict[str, Any]:
        """The length of an interval; a doubt where nobody says which version it is, or since when."""
        if "issued" not in found:
            doubts.append("No column says when the forecast was handed over; the instant of its import is taken.")
        if "version" not in found and "issued" not in found:
            doubts.append("No column names the version; each file is one, named by the instant of its import.")
        return interval_settings(hints)

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The intervals. A version without an instant of its own is as old as its import."""
        issued = rows.at("issued")
        issued = np.where(issued == NONE, resolver.as_of_us, issued)
        version = pc.coalesce(rows.word("version"), micros(issued).cast(pa.string()))
        aht = rows.at("aht")
        table = pa.table(
            {
                **interval_columns(rows, mapping, "forecast", "forecast_key", version),
                "version": version,
                "issued_at": micros(issued),
                "contacts_milli": rows.number("contacts"),
                "aht_ms": pa.array(np.floor_divide(aht, 1000), mask=aht == NONE),
                "agents_milli": rows.number("agents"),
            }
        )
        return {"forecast": table}

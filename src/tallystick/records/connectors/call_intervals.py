# ruff: noqa: E501 - lists of words read best as lines
"""Intervals: what a telephone system counted for each queue in each interval, where it hands out no single calls.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: intervals of queues with their counts and seconds.
Verbs: recognise, propose, read. Must not know: what counts as in time, any contract.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import MICROS, NONE
from tallystick.records.connectors._listed import ListConnector, Rows
from tallystick.records.connectors._queue_intervals import interval_columns, interval_roles, interval_settings
from tallystick.records.connectors._roles import Role, count, instant, length
from tallystick.records.connectors.any_table.profiles import Profile


class CallIntervals(ListConnector):
    """One row per queue and interval."""

    title: ClassVar[str] = "Intervals of a telephone system (any table of counts per queue and interval)"
    fills: ClassVar[tuple[str, ...]] = ("call_interval",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "call": "counts of intervals tell of no single call: no percentile, no other threshold than the one counted",
        "agent_state": "counts of queues tell nothing of agents",
        "forecast": "counts tell what came, not what was expected",
    }
    shape: ClassVar[str] = "intervals"
    noun: ClassVar[str] = "interval"
    whole: ClassVar[bool] = True
    dated: ClassVar[bool] = False
    roles: ClassVar[AbstractMapping[str, Role]] = {
        **interval_roles("interval date", "vdn|split|hunt group|line|service line"),
        "offered": count(
            "offered|calls offered|contacts offered|offered calls|offered contacts|n offered|noffered|received|"
            "calls received|entered|entered calls|incoming|inbound calls|total calls|calls|contacts|volume|"
            "anrufe|angeboten|angebotene anrufe|appels recus|llamadas recibidas|chiamate offerte|apeluri primite"
        ),
        "answered": count(
            "answered|calls answered|contacts answered|answered calls|nanswered|n answered|handled|calls handled|acd calls|"
            "acdcalls|contacts handled|connected|angenommen|angenommene anrufe|appels repondus|atendidas|contestadas|"
            "chiamate risposte|preluate|apeluri preluate|odebrane"
        ),
        "answered_in": count(
            "answered in|answered within|answered in sl|answered in threshold|answered within threshold|"
            "answered within sl|answered in service level|calls answered within service level|within service level|"
            "in service level|within sla|in sl|calls in sl|service level calls|acceptable|answered within 20|"
            "answered within 20 s|answered in 20 s|answered in time|im servicelevel|noversla in"
        ),
        "abandoned": count(
            "abandoned|calls abandoned|contacts abandoned|abandoned calls|nabandon|n abandoned|abandons|lost|lost calls|"
            "abncalls|aband calls|verloren|aufgelegt|abandonnes|abandonadas|abbandonate|abandonate|porzucone"
        ),
        "abandoned_in": count(
            "abandoned in|short abandons|short abandoned|abandoned within|abandoned within threshold|abandoned in sl|"
            "short calls|phantom calls|kurze abbruche"
        ),
        "threshold": length("threshold|threshold s|sl threshold|service level threshold|sl seconds|service level seconds"),
        "short": length("short threshold|short abandon threshold|short s|short abandon seconds"),
        "wait": length(
            "total wait|wait s|wait|wait time|queue time|total wait time|answer delay|total answer delay|anstime|"
            "total queue time|wait seconds|delay|total delay|wartezeit"
        ),
        "asa": length("asa|average speed of answer|avg speed of answer|average wait|average wait time|avg wait"),
        "talk": length("talk s|talk|talk time|total talk|total talk time|acdtime|acd time|gesprachszeit"),
        "hold": length("hold s|hold|hold time|total hold|total hold time|holdtime|haltezeit"),
        "wrap": length("wrap s|wrap|wrap time|acw|acw s|total acw|acwtime|acw time|after call work|total wrap|nacharbeitszeit"),
        "handle": length("handle s|handle time|total handle time|total handle|thandle"),
        "aht": length("aht|average handle time|avg handle time|average handling time"),
        "updated": instant("updated at|last updated|last update|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("started", "date"), ("offered", "answered"))
    own: ClassVar[tuple[str, ...]] = (
        "offered", "answered", "answered_in", "abandoned", "abandoned_in", "threshold", "asa", "talk", "wait", "aht",
    )  # fmt: skip
    against: ClassVar[str] = r"\b(forecast|forecasted|expected|predicted|call id|ticket|agent id|customer|target|kpi)\b"
    clocks: ClassVar[tuple[str, ...]] = ("started", "ended")

    def settings(
        self,
        found: AbstractMapping[str, Profile],
        path: Path,  # noqa: ARG002
        hints: AbstractMapping[str, str],
        doubts: list[str],
    ) -> dict[str, Any]:
        """The length of an interval, and a doubt where nobody knows the threshold."""
        if "answered_in" in found and "threshold" not in found and not str(hints.get("threshold_s") or "").isdigit():
            doubts.append(
                f"{found['answered_in'].name!r} counts within a threshold that no column names; say `threshold_s`."
            )
        said = {"threshold_s": int(hints["threshold_s"])} if str(hints.get("threshold_s") or "").isdigit() else {}
        return {**interval_settings(hints), **said}

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The intervals; averages become totals of the answered."""
        answered, offered, abandoned = (rows.number(name) for name in ("answered", "offered", "abandoned"))
        talk, hold, wrap = (rows.seconds(name) for name in ("talk", "hold", "wrap"))
        handle = pc.coalesce(rows.seconds("handle"), _total(rows, "aht", answered))
        rest = pc.add(pc.fill_null(hold, 0), pc.fill_null(wrap, 0))
        talk = pc.coalesce(talk, pc.max_element_wise(pc.subtract(handle, rest), 0, skip_nulls=False))
        threshold = rows.seconds("threshold")
        if said := mapping.settings.get("threshold_s"):
            threshold = pc.fill_null(threshold, int(said))
        table = pa.table(
            {
                **interval_columns(rows, mapping, "interval", "interval_key"),
                "offered": pc.coalesce(offered, pc.add(answered, pc.fill_null(abandoned, 0))),
                "answered": pc.coalesce(answered, pc.subtract(offered, abandoned)),
                "answered_in": rows.number("answered_in"),
                "abandoned": abandoned,
                "abandoned_in": rows.number("abandoned_in"),
                "threshold_s": threshold,
                "short_s": rows.seconds("short"),
                "wait_s": pc.coalesce(rows.seconds("wait"), _total(rows, "asa", answered)),
                "talk_s": talk,
                "hold_s": hold,
                "wrap_s": wrap,
            }
        )
        return {"call_interval": table}


def _total(rows: Rows, role: str, contacts: pa.Array) -> pa.Array:
    """An average times the contacts that it is of, in whole seconds, half a second up."""
    average = rows.at(role)
    known = pa.array(average, mask=average == NONE)
    total = pc.multiply(known, contacts)
    return pc.divide(pc.add(total, MICROS // 2), MICROS)

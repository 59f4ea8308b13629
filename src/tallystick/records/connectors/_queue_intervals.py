"""What tables of queues by interval share: how their columns are called, how long an interval is, what names a row."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping
from tallystick.records.connectors._instants import MICROS, NONE, Integers
from tallystick.records.connectors._listed import Rows, joined
from tallystick.records.connectors._roles import Role, clock, few, instant, word
from tallystick.records.connectors.any_table.reader import micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.keys import keys_of

USUAL_S = 1800
STARTS = (
    "interval start|interval|interval from|start of interval|interval begin|half hour|time interval|time slot|slot|"
    "started at|start time|start|from|time|hour|timestamp|date time|period start|intervall|zeitraum|creneau|intervalo|"
    "intervallo|interval inceput"
)
ENDS = "interval end|end of interval|interval to|ended at|end time|end|to|until|period end"


def _ends(start: Integers, told: Integers, settings: AbstractMapping[str, Any]) -> Integers:
    """The end of each interval: as told, else the interval's length later (settings, else the smallest step seen)."""
    length_us = int(settings.get("interval_s", 0)) * MICROS
    if not length_us:
        steps = np.diff(np.unique(start[start != NONE]))
        steps = steps[(steps > 0) & (steps <= 86_400 * MICROS)]
        length_us = int(steps.min()) if len(steps) else USUAL_S * MICROS
    return np.where(told != NONE, told, np.where(start == NONE, NONE, start + length_us))


def interval_settings(hints: AbstractMapping[str, str]) -> dict[str, Any]:
    """The length of an interval, where it was said."""
    return {"interval_s": int(hints["interval_s"])} if str(hints.get("interval_s") or "").isdigit() else {}


def interval_roles(date: str, queue: str) -> dict[str, Role]:
    """The columns that say when, which queue and for whom; `date` and `queue` are further words of the table's own."""
    return {
        "date": instant(f"date|day|{date}|datum|fecha|data|jour"),
        "started": clock(STARTS),
        "ended": clock(ENDS),
        "queue": word("|".join(CASE_ROLES["queue"]) + f"|{queue}"),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "channel": few("channel|media type|media|medium|contact channel|kanal|canal", channel_of),
        "language": few("|".join(CASE_ROLES["language"]), language_of),
    }


def interval_columns(rows: Rows, mapping: Mapping, noun: str, key: str, *version: pa.Array) -> dict[str, Any]:
    """The columns of every table by interval; `key` is named by queue, beginning and perhaps a version."""
    started = rows.at("started")
    started = np.where(started == NONE, rows.at("date"), started)
    channel = pc.fill_null(rows.meant("channel"), "phone")
    language = rows.meant("language")
    told = joined(rows.word("partner"), rows.word("queue"), channel, language, started, *version)
    return {
        key: keys_of(f"{mapping.source}:{noun}", told),
        "queue": rows.word("queue"),
        "channel": channel,
        "language": language,
        "started_at": micros(started),
        "ended_at": micros(_ends(started, rows.at("ended"), mapping.settings)),
        "partner_given": rows.word("partner"),
        "source_at": rows.instant("updated"),
        "source_row": rows.numbers,
    }

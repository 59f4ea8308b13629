"""Streams straight from a lake: the facts of one scope and period for a page, a command or a detector.

A judging pins the rows that it read and derives from those; here nothing is kept. Both derive by the same streams.
"""

# Names in SQL are declared tables and columns, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from tallystick.facts.fact_set import CASE_COLUMNS
from tallystick.facts.stream import INSTANT, Given, streams
from tallystick.records.lake import connect
from tallystick.records.table import table
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.scope import Scope, require_scope

if TYPE_CHECKING:
    from tallystick.records.commits import Pin
    from tallystick.records.lake import Lake

# Rows that begin so long before a period, or after it, decide nothing in it: windows of repeated contacts are shorter.
BEFORE_S, AFTER_S = 100 * 86_400, 40 * 86_400
BEGINS = "started_at"


def stream_facts(
    lake: Lake,
    scope: Scope,
    terms: ClockTerms,
    names: Sequence[str],
    start_s: int,
    end_s: int,
    *,
    pin: Pin | None = None,
    case: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """The fact tables of some streams over [start_s, end_s), UTC seconds, by name.

    `case` are the case facts where a stream wants them beside its rows. Raises ScopeError without a scope.
    """
    require_scope(scope)
    at = pin or lake.pin()
    wanted = [streams()[name] for name in names]
    until = {name: end_s + max(AFTER_S, *(one.after_s for one in wanted if name in one.reads))
             for name in dict.fromkeys(name for one in wanted for name in one.reads)}  # fmt: skip
    read = {name: _rows(lake, scope, name, start_s - BEFORE_S, until_s, at) for name, until_s in until.items()}
    beside = case if case is not None else no_cases()
    found = {}
    for one in wanted:
        cut = {**read, **one.of_period(read, start_s, end_s, terms)}
        found[one.name] = one.table(Given({name: cut[name] for name in one.reads}, beside, terms))
    return found


def no_cases() -> pa.Table:
    """The case facts of nobody: what a stream takes from its case is then empty."""
    kinds = {"key": pa.int64(), "at": INSTANT}
    return pa.table({name: pa.array([], kinds.get(name.rpartition("_")[2], pa.string())) for name in CASE_COLUMNS})


def _rows(lake: Lake, scope: Scope, name: str, from_s: int, until_s: int, pin: Pin) -> pa.Table:
    """The rows of a table, of one with beginnings those that begin in [from_s, until_s]."""
    declared = table(name)
    columns = list(declared.content)
    if BEGINS not in columns:
        return lake.read(scope, name, pin=pin, columns=columns)
    connection = connect()
    try:
        view = lake.relation(scope, name, connection, pin=pin)
        listed = ", ".join(f'"{column}"' for column in columns)
        near = f"epoch_us({BEGINS}) between {from_s * 1_000_000} and {until_s * 1_000_000}"
        return connection.sql(f"select {listed} from {view} where {near}").to_arrow_table()
    finally:
        connection.close()

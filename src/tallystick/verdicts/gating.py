"""The data gate's answer for one partner: the reasons why figures are provisional, and how fresh each feed is."""

from __future__ import annotations

from datetime import UTC, datetime

from tallystick.records.commits import Pin
from tallystick.records.lake import Lake, connect
from tallystick.verdicts.evidence import GateAnswer
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.scope import Scope


def data_gate(lake: Lake, scope: Scope, pin: Pin, as_of: datetime) -> GateAnswer:
    """What the checks of the records say of one scope at a pin, in short."""
    del as_of
    return GateAnswer(feeds=feeds(lake, scope, pin))


def feeds(lake: Lake, scope: Scope, pin: Pin) -> tuple[tuple[str, int, str], ...]:
    """(source, cases, newest event in ISO 8601 UTC) of each feed inside a scope."""
    connection = connect()
    try:
        lake.relation(scope, "case", connection, pin=pin)
        lake.relation(scope, "case_event", connection, pin=pin)
        found = connection.execute(
            'select c.source, count(distinct c.case_key) as cases, epoch_us(max(e.event_at)) as newest from "case" c'
            " left join case_event e using (case_key) group by c.source order by c.source"
        ).fetchall()
    finally:
        connection.close()
    return tuple((source or "", int(cases), _instant(newest)) for source, cases, newest in found)


def _instant(micros: int | None) -> str:
    if micros is None:
        return ""
    return str(plain(datetime.fromtimestamp(micros // 1_000_000, UTC)))

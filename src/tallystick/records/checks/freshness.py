"""Each feed must reach the end of the period, or the day of the reading."""

from datetime import UTC, datetime

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# What the case was asked to be done last counts too: a quiet case is no late feed, but a feed without any change is.
_NEWEST = """
select source, epoch_us(max(greatest(event_at, coalesce(source_at, event_at)))) from sourced_event group by 1 order by 1
"""


def _run(reading: Reading) -> list[Found]:
    due = min(reading.as_of_us, reading.until_us)
    allowed = int(reading.expectations.freshness.total_seconds()) * 1_000_000
    found = []
    for source, newest in reading.rows(_NEWEST):
        if newest is None or newest >= due - allowed:
            continue
        shown = datetime.fromtimestamp(newest // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        until = datetime.fromtimestamp(due // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        finding = Finding(
            "TS-D001",
            Severity.WARNING,
            f"Feed {source!r} ends on {shown}; the period runs until {until}.",
            Place(table="case_event", key=source),
            "Ingest the newer export of this feed.",
            shown,
        )
        found.append(Found(finding, weighs=True))
    return found


CHECK = Check("Every feed reaches the end of the period.", _run)

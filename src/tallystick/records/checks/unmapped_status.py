"""Every status word must have a category, else nobody knows whether a clock runs."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with changed as (select *, epoch_us(event_at) as us from status_change),
     within as (select * from changed where {within})
select source, raw, count(*), min(coalesce(case_id, cast(case_key as varchar))),
       (select count(*) from within) as total
from within where category is null group by all order by 3 desc, 1, 2
"""


def _run(reading: Reading) -> list[Found]:
    return [
        Found(
            Finding(
                "TS-D005",
                Severity.WARNING,
                f"The status {raw!r} of {source!r} has no category; {count:,} change(s) are not understood.",
                Place(table="case_event", column="value", key=str(case)),
                "Add it under `statuses` of the feed's mapping: new, open, pending, hold, solved or closed.",
                str(raw),
                count,
            ),
            weighs=reading.weighs(count, total),
        )
        for source, raw, count, case, total in reading.rows(_SQL.format(within=reading.within))
    ]


CHECK = Check("Every status has a category.", _run, needs=("case_event",))

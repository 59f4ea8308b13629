"""Every case must be somebody's: rows that no queue, agent or feed gives to a partner."""

from tallystick.records.attribution import UNASSIGNED
from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with held as (
    select *, epoch_us(event_at) as us,
           last_value(case when kind = 'queue' then value end ignore nulls) over (
               partition by case_key order by event_at, seq, event_key rows unbounded preceding) as in_queue
    from case_event
), within as (select * from held where {within})
select in_queue, count(*), count(distinct case_key), min(case_key), (select count(*) from within) as total
from within where partner = '{nobody}' group by in_queue order by 2 desc, 1
"""


def _run(reading: Reading) -> list[Found]:
    found = []
    for queue, events, cases, case, total in reading.rows(_SQL.format(within=reading.within, nobody=UNASSIGNED)):
        where = f"in queue {queue!r}" if queue else "in no queue"
        finding = Finding(
            "TS-D006",
            Severity.WARNING,
            f"{cases:,} case(s) {where} belong to no partner.",
            Place(table="case_event", column="partner", key=str(case)),
            "Add the queue under `queues` of the feed's mapping, or name the partner of the feed.",
            queue or "",
            events,
        )
        found.append(Found(finding, weighs=reading.weighs(events, total)))
    return found


CHECK = Check("Every case belongs to a partner.", _run, needs=("case_event",))

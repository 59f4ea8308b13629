"""Where a queue is forecast at all, each day with calls has a forecast."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with called as (
    select queue, cast(started_at at time zone 'UTC' as date) as day, epoch_us(started_at) as us from call
    where kind = 'queue' and direction = 'inbound' and queue is not null
), days as (select queue, day, count(*) as n from called where {within} group by all),
planned as (select distinct queue, cast(started_at at time zone 'UTC' as date) as day from forecast),
missing as (
    select d.* from days d where d.queue in (select queue from planned)
    and not exists (select 1 from planned p where p.queue = d.queue and p.day = d.day)
)
select queue, count(*), sum(n), strftime(min(day), '%Y-%m-%d'),
       string_agg(strftime(day, '%Y-%m-%d'), ', ' order by day) from missing group by queue order by queue
"""


def _run(reading: Reading) -> list[Found]:
    return [
        Found(
            Finding(
                "TS-D017",
                Severity.WARNING,
                f"Queue {queue!r} had {calls:,} call(s) on {days} day(s) without a forecast: {_listed(listed)}.",
                Place(table="forecast", column="started_at", key=first),
                "Take in the forecast of these days; where none was made, that is the finding.",
                str(queue),
                int(days),
            ),
            weighs=False,
        )
        for queue, days, calls, first, listed in reading.rows(_SQL.format(within=reading.within))
    ]


def _listed(days: str) -> str:
    every = days.split(", ")
    return ", ".join(every[:5]) + (" ..." if len(every) > 5 else "")


CHECK = Check(
    "Each day with calls has a forecast, where the queue is forecast at all.", _run, needs=("call", "forecast")
)

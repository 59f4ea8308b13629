"""No day of a feed may be all but empty, measured against the same weekday."""

from fractions import Fraction

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# The first and the last day of a feed are rarely whole, so they are not looked at.
_DAYS = """
with created as (
    select source, cast(created_at at time zone 'UTC' as date) as day, epoch_us(created_at) as us from "case"
), counted as (select source, day, count(*) as n from created where {within} group by all),
bounds as (select source, min(day) as first, max(day) as last from counted group by source),
calendar as (
    select b.source, cast(unnest(generate_series(b.first, b.last, interval 1 day)) as date) as day from bounds b
), filled as (
    select c.source, c.day, coalesce(n.n, 0) as n, c.day > b.first and c.day < b.last as whole
    from calendar c join bounds b using (source) left join counted n using (source, day)
), usual as (
    select *, quantile_disc(n, 0.5) over (partition by source, dayofweek(day)) as median,
           count(*) over (partition by source, dayofweek(day)) as weeks
    from filled
), judged as (
    select *, whole and weeks >= 3 and median >= {busy} and n * {below} < median * {above} as quiet from usual
)
select source, count(*) filter (quiet), strftime(min(day) filter (quiet), '%Y-%m-%d'),
       string_agg(strftime(day, '%Y-%m-%d'), ', ' order by day) filter (quiet),
       cast(sum(median - n) filter (quiet) as bigint), cast(sum(median) as bigint)
from judged group by source having count(*) filter (quiet) > 0 order by source
"""


def _run(reading: Reading) -> list[Found]:
    expected = reading.expectations
    sql = _DAYS.format(
        within=reading.within,
        busy=expected.busy,
        below=expected.quiet_day.denominator,
        above=expected.quiet_day.numerator,
    )
    return [
        Found(
            Finding(
                "TS-D002",
                Severity.WARNING,
                f"Feed {source!r} has {days} day(s) with almost no new cases: {_listed(listed)}.",
                Place(table="case", key=first),
                "Export these days again; if they were closed, nothing is missing.",
                first,
                days,
            ),
            weighs=Fraction(missing, usual) > expected.missing,
        )
        for source, days, first, listed, missing, usual in reading.rows(sql)
    ]


def _listed(days: str) -> str:
    every = days.split(", ")
    return ", ".join(every[:5]) + (" ..." if len(every) > 5 else "")


CHECK = Check("Every day of a feed has about as many new cases as its weekday usually has.", _run, needs=("case",))

"""A first reply cannot come after the case was resolved for good.

A reply after a reopening is an ordinary second round; so only cases are counted whose first public reply of an agent
comes after the last resolution, with no change to an open status in between.
"""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with reply as (
    select case_key, min(event_at) as replied_at from case_event
    where kind = 'message' and value = 'public' and actor = 'agent' group by case_key
), resolved as (
    select case_key, min(event_at) filter (category in ('solved', 'closed')) as first_at,
           max(event_at) filter (category in ('solved', 'closed')) as last_at,
           max(event_at) filter (category not in ('solved', 'closed')) as open_at
    from status_change group by case_key
), paired as (
    select r.case_key, c.case_id, epoch_us(p.replied_at) as us,
           p.replied_at > r.last_at and (r.open_at is null or r.open_at < r.first_at) as impossible
    from reply p join resolved r using (case_key) left join "case" c using (case_key) where r.first_at is not null
)
select count(*) filter (impossible), min(coalesce(case_id, cast(case_key as varchar))) filter (impossible), count(*)
from paired where {within}
"""


def _run(reading: Reading) -> list[Found]:
    count, first, total = reading.rows(_SQL.format(within=reading.within))[0]
    if not count:
        return []
    finding = Finding(
        "TS-D004",
        Severity.ERROR,
        f"{count:,} of {total:,} cases were resolved before their first reply.",
        Place(table="case_event", key=str(first)),
        "Check which columns hold the first reply and the resolution; if they are right, ask the source about them.",
        str(first),
        count,
    )
    return [Found(finding, weighs=reading.weighs(count, total))]


CHECK = Check("No case is resolved before its first reply.", _run, needs=("case_event",))

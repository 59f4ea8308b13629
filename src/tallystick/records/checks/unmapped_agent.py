"""Where there is a list of agents, everyone who acts or owns should be on it."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with acting as (
    select case_key, epoch_us(event_at) as us, agent from case_event where agent is not null
    union all
    select case_key, epoch_us(event_at), value from case_event where kind = 'owner' and value not in ('', 'other party')
), within as (select * from acting where {within}),
unknown as (select agent, count(*) as n, min(case_key) as first from within
            where agent not in (select agent_id from agent) group by agent)
select count(*), sum(n), min(agent), min_by(first, agent), (select count(*) from agent) as listed from unknown
"""


def _run(reading: Reading) -> list[Found]:
    agents, rows, name, case, listed = reading.rows(_SQL.format(within=reading.within))[0]
    if not agents or not listed:
        return []
    finding = Finding(
        "TS-D007",
        Severity.WARNING,
        f"{agents:,} agent id(s) are not on the list of agents, such as {name!r}.",
        Place(table="case_event", column="agent", key=str(case)),
        "Ingest the newest list of agents (users), or add them under `agents` of the feed's mapping.",
        str(name),
        int(rows),
    )
    return [Found(finding, weighs=False)]


CHECK = Check("Every agent who acts is on the list of agents.", _run, needs=("case_event", "agent"))

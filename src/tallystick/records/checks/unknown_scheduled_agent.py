"""Where there is a list of agents, everyone who is scheduled should be on it, under one id or another."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with scheduled as (select source, agent, shift_key, epoch_us(started_at) as us from shift where agent is not null),
within as (select * from scheduled where {within}),
unknown as (
    select agent, count(*) as n, min(shift_key) as first from within w
    where agent not in (select agent_id from agent)
    and not exists (
        select 1 from identity i
        where i.source_id = w.agent and i.system in (w.source, 'roster', 'e-mail') and i.person is not null
    ) group by agent
)
select count(*), sum(n), min(agent), min_by(first, agent), (select count(*) from agent) as listed from unknown
"""


def _run(reading: Reading) -> list[Found]:
    agents, rows, name, first, listed = reading.rows(_SQL.format(within=reading.within))[0]
    if not agents or not listed:
        return []
    finding = Finding(
        "TS-D016",
        Severity.WARNING,
        f"{agents:,} scheduled agent id(s) are not on the list of agents, such as {name!r}.",
        Place(table="shift", column="agent", key=str(first)),
        "Ingest the newest list of agents, or a list of identities that says who they are.",
        str(name),
        int(rows),
    )
    return [Found(finding, weighs=False)]


CHECK = Check("Every agent who is scheduled is on the list of agents.", _run, needs=("shift", "agent"))

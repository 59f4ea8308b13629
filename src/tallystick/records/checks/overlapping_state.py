"""An agent is in one state at a time, channel by channel."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# Of two states that begin together the next one begins at once: that is no overlap of any length.
_SQL = """
with states as (
    select source, agent, coalesce(channel, '') as side, state_key, epoch_us(started_at) as us,
           epoch_us(ended_at) as ended
    from agent_state
), within as (select * from states where {within}),
followed as (
    select *, lead(us) over (partition by source, agent, side order by us, state_key) as next from within
), over as (select * from followed where ended > next and next > us)
select count(*), count(distinct agent), min(agent), min_by(state_key, agent),
       cast(sum(ended - next) / 1000000 as bigint)
from over
"""


def _run(reading: Reading) -> list[Found]:
    rows, agents, name, first, seconds = reading.rows(_SQL.format(within=reading.within))[0]
    if not rows:
        return []
    finding = Finding(
        "TS-D015",
        Severity.WARNING,
        f"{rows:,} state(s) of {agents:,} agent(s), such as {name!r}, run on when the next has begun, "
        f"{seconds / 3600:,.1f} hours together.",
        Place(table="agent_state", column="ended_at", key=str(first)),
        "Export each channel's states apart, or leave the end empty: a state then lasts until the next.",
        str(name),
        int(rows),
    )
    return [Found(finding, weighs=False)]


CHECK = Check("An agent is in one state at a time.", _run, needs=("agent_state",))

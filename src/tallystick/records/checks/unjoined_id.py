"""Ids of telephony, rosters and learning systems of which no list says whose they are: what is to be joined by hand."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.records.persons import KINDS, Known, proposals
from tallystick.vocabulary.finding import Finding, Place, Severity

_AT = {"call": "started_at", "agent_state": "started_at", "shift": "started_at", "training": "happened_at"}
_SEEN = """
select source, agent, count(*), min(epoch_us({at})) from (select source, agent, {at}, epoch_us({at}) as us from {table}
where agent is not null) where {within} group by source, agent
"""
_KNOWN = "select system, source_id, person from identity where person is not null and source_id is not null"
_AGENTS = "select agent_id from agent"
_SHOWN = 5


def _run(reading: Reading) -> list[Found]:
    people = {str(name) for (name,) in reading.rows(_AGENTS)}
    rows = [(str(a), str(b), str(c)) for a, b, c in reading.rows(_KNOWN)]
    if not people and not rows:
        # Without any list of people every id is as unknown as the other; that is the finding of another check.
        return []
    known = Known.of(people, rows)
    found = []
    for table, at in _AT.items():
        seen = reading.rows(_SEEN.format(table=table, at=at, within=reading.within))
        missing = sorted(
            (str(source), str(agent), int(count))
            for source, agent, count, _ in seen
            if not known.joined(str(source), str(agent), KINDS[table])
        )
        if not missing:
            continue
        offered = proposals(known, [(source, agent) for source, agent, _ in missing])
        told = [f"{agent!r} may be {offered[agent][0]!r} ({offered[agent][1]})" for _, agent, _ in missing
                if agent in offered][:_SHOWN]  # fmt: skip
        may = f" {'; '.join(told)}." if told else ""
        finding = Finding(
            "TS-D018",
            Severity.WARNING,
            f"{len(missing):,} id(s) of {table} belong to nobody who is known, such as {missing[0][1]!r}.{may}",
            Place(table=table, column="agent", key=missing[0][1]),
            "Say whose they are in a list of identities (person, system, source_id, proof).",
            missing[0][1],
            len(missing),
        )
        found.append(Found(finding, weighs=False))
    return found


CHECK = Check("Every id of telephony, rosters and learning systems leads to a person who is known.", _run)

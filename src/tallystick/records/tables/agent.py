"""One agent at one partner."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, key, text

ROLES = ("agent", "team_leader", "quality", "trainer", "workforce")

TABLE = Table(
    grain="one agent of one source",
    key="agent_key",
    presence="agent_id",
    order=("agent_key",),
    columns=(
        key("agent_key", "key_of(source:agent, agent id)"),
        text(
            "agent_id", "the source's own id, as events name it; null retracts the agent", personal=Personal.PSEUDONYM
        ),
        text("name", "a pseudonym", personal=Personal.PSEUDONYM),
        Column("name_original", pa.binary(), "the name under the agent's key (AES-256-GCM)", personal=Personal.DIRECT),
        text("site", "where the agent works"),
        text("languages", "ISO 639 codes, blank between"),
        Column("started_on", pa.date32(), "first day at the partner"),
        Column("left_on", pa.date32(), "last day at the partner"),
        text("left_as", "how the agent left", words=("voluntary", "involuntary", "transfer", "training"), later=True),
        Column("live_on", pa.date32(), "first day with customers", later=True),
        text("role", "agent, team_leader, quality, trainer, workforce", words=ROLES, later=True),
        text("team_leader", "the agent id of the leader", personal=Personal.PSEUDONYM, later=True),
    ),
)

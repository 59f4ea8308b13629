"""What one agent did from an instant on, as the telephone system, chat or workforce tool says."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

# `available` is ready and waiting; `talk`, `hold`, `wrap` and `ring` are on a contact, `chat` on one or more at once.
STATES = (
    "available",
    "ring",
    "talk",
    "hold",
    "wrap",
    "chat",
    "case_work",
    "outbound",
    "break",
    "meal",
    "training",
    "coaching",
    "meeting",
    "project",
    "system_down",
    "not_ready",
    "offline",
)

TABLE = Table(
    grain="one state of one agent from an instant on",
    key="state_key",
    presence="started_at",
    at="started_at",
    order=("started_at", "state_key"),
    columns=(
        key("state_key", "key of the source's id of it, else of source, agent, channel, start and state"),
        text("source", "the system that says so; its queues and agents are words of that system"),
        text("agent", "the source's agent id", personal=Personal.PSEUDONYM),
        text("state", "what the agent did", words=STATES),
        text("raw", "the source's own word, with its reason code"),
        instant("started_at", "when it began; null retracts the row"),
        instant("ended_at", "when it ended; null: still running, or until the agent's next state"),
        text("queue", "the queue of the contact, where the source tells"),
        text("channel", "phone, chat ..., where states of several channels run side by side"),
        Column("contacts", pa.int32(), "contacts handled at once, of chat", unit="contacts"),
        text("device", "device or address, where the source tells", personal=Personal.PSEUDONYM, hashed=True),
    ),
)

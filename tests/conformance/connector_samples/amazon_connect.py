"""Contact records as the data stream delivers them: one line for each contact, some of them twice."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conformance.connector_sample import Sample, Ticket


def stamp(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def record(ticket: Ticket, extra: bool) -> dict[str, Any]:
    agent = None
    if ticket.replied is not None:
        spoken = int((ticket.solved - ticket.replied).total_seconds()) if ticket.solved else None
        agent = {
            "Username": "ann",
            "ConnectedToAgentTimestamp": stamp(ticket.replied),
            "AgentInteractionDuration": spoken,
        }
    return {
        "ContactId": f"c-{ticket.id}",
        "InitialContactId": None,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": stamp(ticket.created),
        "DisconnectTimestamp": stamp(ticket.solved or ticket.updated),
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "LastUpdateTimestamp": stamp(ticket.updated),
        "Queue": {"Name": "care", "EnqueueTimestamp": stamp(ticket.created), "DequeueTimestamp": stamp(ticket.replied)},
        "Agent": agent,
        "CustomerEndpoint": {"Address": f"+4072{ticket.id}", "Type": "TELEPHONE_NUMBER"},
        **({"PhaseOfTheMoon": "full"} if extra else {}),
    }


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "contacts.jsonl"
    lines = [json.dumps(record(ticket, extra)) for ticket in tickets]
    path.write_text("".join(line + "\n" for line in lines) or "\n", encoding="utf-8")
    return path


def rows(tickets: list[Ticket]) -> int:
    return len(tickets) + sum(1 for ticket in tickets if ticket.replied)


SAMPLE = Sample(table="call", write=write, rows=rows, hints={"partner": "aurora"})

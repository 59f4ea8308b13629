"""A page of conversation details: a caller, a queue and, where there was a reply, an agent."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conformance.connector_sample import Sample, Ticket


def stamp(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def conversation(ticket: Ticket, extra: bool) -> dict[str, Any]:
    ended = ticket.solved or ticket.updated
    out = ticket.replied or ended

    def session(name: str, *segments: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        return [{"sessionId": f"{ticket.id}-{name}", "mediaType": "voice", "segments": list(segments), **more}]

    people = [
        {"purpose": "customer", "sessions": session("customer", ani=f"tel:+4072{ticket.id}", direction="inbound")},
        {
            "purpose": "acd",
            "sessions": session(
                "acd",
                {
                    "segmentType": "interact", "segmentStart": stamp(ticket.created), "segmentEnd": stamp(out),
                    "queueId": "q-1", "disconnectType": "transfer" if ticket.replied else "peer",
                },
            ),
        },
    ]  # fmt: skip
    if ticket.replied is not None:
        talk = {"segmentType": "interact", "segmentStart": stamp(ticket.replied), "segmentEnd": stamp(ended)}
        talk |= {"queueId": "q-1", "disconnectType": "peer"}
        people.append(
            {
                "purpose": "agent",
                "userId": "u-1",
                "sessions": session("agent", talk),
            }
        )
    more = {"phaseOfTheMoon": "full"} if extra else {}
    return {
        "conversationId": f"c-{ticket.id}",
        "conversationStart": stamp(ticket.created),
        "conversationEnd": stamp(ticket.updated),
        "originatingDirection": "inbound",
        "participants": people,
        **more,
    }  # fmt: skip


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    path = folder / "page.json"
    page = {"conversations": [conversation(ticket, extra) for ticket in tickets], "totalHits": len(tickets)}
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


def rows(tickets: list[Ticket]) -> int:
    return len(tickets) + sum(1 for ticket in tickets if ticket.replied)


SAMPLE = Sample(table="call", write=write, rows=rows, hints={"partner": "aurora"})

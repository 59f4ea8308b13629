"""A page of Zendesk's incremental export with its ticket events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conformance.connector_sample import Sample, Ticket


def write(folder: Path, tickets: list[Ticket], extra: bool) -> Path:
    more = {"phase_of_the_moon": "full"} if extra else {}
    rows, events = [], []
    for number, ticket in enumerate(tickets):
        base = {
            "id": ticket.id,
            "created_at": f"{ticket.created:%Y-%m-%dT%H:%M:%SZ}",
            "requester_id": 9,
            "submitter_id": 9,
        }
        changed = {"updated_at": f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}", "group_id": 1, "via": {"channel": "email"}}
        rows.append({**base, **changed, "status": "solved" if ticket.solved else "open", **more})
        for offset, at, child in (
            (
                1,
                ticket.replied,
                {"type": "Comment", "event_type": "Comment", "author_id": 5, "public": True, "body": "Hello"},
            ),
            (2, ticket.solved, {"type": "Change", "event_type": "Change", "status": "solved"}),
        ):
            if at:
                stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
                number_of = 100 * number + offset
                event: dict[str, Any] = {
                    "id": 10_000 + number_of,
                    "ticket_id": ticket.id,
                    "updater_id": 5,
                    "created_at": stamp,
                }
                events.append(
                    {**event, "child_events": [{"id": 50_000 + number_of, "created_at": stamp, **child}], **more}
                )
    users = [{"id": 5, "role": "agent", "name": "A", **more}, {"id": 9, "role": "end-user", "name": "C"}]
    page = {"tickets": rows, "ticket_events": events, "users": users, "groups": [{"id": 1, "name": "Care"}]}
    path = folder / "page.json"
    path.write_text(json.dumps({**page, "end_of_stream": True, **more}), encoding="utf-8")
    return path


SAMPLE = Sample(table="case", write=write, rows=len, hints={"partner": "aurora"})

"""What tests of imports share: giving a file, having it looked at, and sending the forms of its page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

NOW = datetime(2026, 8, 3, 9, tzinfo=UTC)
# A title above the table, one heading twice, dates of two kinds, a word that nobody knows, a row without an id, a row
# that was cut off.
MESSY = """\
Exported by Ana;;;;;
Ticket ID;Status;Status;Created;First reply;Queue
T-1;Open;x;01/07/2026 09:00;01/07/2026 09:20;RO
T-2;Solved;x;02/07/2026 10:00;07/13/2026 10:10;RO
T-3;Awaiting parts;x;13/07/2026 11:00;13/07/2026 12:00;RO
T-4;Solved;x;=not a date;14/07/2026 12:00;DE
;Solved;x;14/07/2026 11:00;14/07/2026 12:00;DE
T-6;Solved;x;14/07/2026 11:00
"""
CLEAN = "Ticket ID,Partner,Created,First reply\nT-1,aurora,2026-07-01 09:00,2026-07-01 09:20\n"


def work(now: datetime = NOW) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    worker.jobs(home(), now)


def give(client: Any, text: str = MESSY, name: str = "Tickets July (final).csv", **more: str) -> str:
    sent = SimpleUploadedFile(name, text.encode())
    answer = client.post("/do/give-file", {"file": sent, "for_partner": "", "once": more.pop("once", ""), **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def seen(client: Any, page: str) -> dict[str, Any]:
    answer = client.get(f"{page}.json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def decide(client: Any, page: str, what: str, once: str = "") -> Any:
    shown = seen(client, page)
    number, version = shown["number"], shown["seen_version"]
    return client.post(f"/do/{what}", {"number": number, "version": version, "back": page, "once": once})


def correct(client: Any, page: str, **said: Any) -> Any:
    """Send the form of the page as a browser would, with some fields changed. Columns and words go by their names."""
    shown = seen(client, page)
    form = {key: shown["reading"][key] for key in ("connector", "shape", "feed", "zone")}
    form |= {"number": shown["number"], "version": shown["seen_version"], "delimiter": "", "encoding": "", "sheet": ""}
    roles, dates, words = said.pop("roles", {}), said.pop("dates", {}), said.pop("words", {})
    for at, column in enumerate(shown["columns"]):
        form |= {f"column-{at}": column["name"], f"role-{at}": roles.get(column["name"], column["role"])}
        form[f"date-{at}"] = dates.get(column["name"], column["date"])
    for part in shown["words"]:
        for one in part["rows"]:
            form |= {f"part-{one['number']}": part["part"], f"word-{one['number']}": one["raw"]}
            form[f"meaning-{one['number']}"] = words.get(one["raw"], one["meaning"])
    return client.post("/do/correct-reading", {**form, **said})

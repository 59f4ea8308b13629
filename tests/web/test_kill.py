"""kill -9 of the server while people write: what was acknowledged is there, once, and the trail is whole."""

from __future__ import annotations

import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tallystick.web import server
from tests.web import probes
from tests.web.conftest import HOME, serving_from

pytestmark = pytest.mark.long
KILLS, WRITERS = 200, 3
READY_WITHIN_S = 5.0


@dataclass
class Sent:
    """What was sent, by its text, and what of it was acknowledged."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)


@pytest.fixture
def place(prepared: Path) -> Iterator[Path]:
    import shutil

    path = HOME / "desk" / "desk.sqlite3"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(prepared, path)
    with serving_from(path):
        yield path


def cookies() -> dict[str, str]:
    """A session of Aurora's admin, made in the desk itself, with a form's key."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from tallystick.web.accounts.models import Person

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Person.objects.get(email="mara@lumen.example"))
    return {"tally": client.cookies["tally"].value, "tally-form": _get_new_csrf_string()}


def write(port: int, held: dict[str, str], told: Sent, stop: threading.Event, name: int) -> None:
    """Send comments one after the other, each twice with the key of one form, until told to stop."""
    number = 0
    own = probes.of_partner("aurora").by_part
    about = f"verdict/aurora/{own['clause']}/{own['period']}"
    while not stop.is_set():
        number += 1
        text = f"C-{name}-{number}-{time.monotonic_ns()}"
        told.sent.add(text)
        body = urlencode({"about": about, "text": text, "once": text[:64], "csrfmiddlewaretoken": held["tally-form"]})
        headers = {
            "Cookie": "; ".join(f"{key}={value}" for key, value in held.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        for _ in range(2):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("POST", "/do/comment", body, headers)
                answer = connection.getresponse()
                assert not (answer.getheader("Location") or "").startswith("/account/"), "the session was not known"
                if answer.status == http.HTTPStatus.FOUND:
                    told.acknowledged.add(text)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)


def test_nothing_acknowledged_is_lost_or_doubled_by_two_hundred_kills(place: Path) -> None:
    from tallystick.web.desk.audit import AuditRow, verify_desk
    from tallystick.web.desk.comments import Comment

    draw = random.Random(11)  # noqa: S311
    told, held, slowest = Sent(), cookies(), 0.0
    port = server.free_port("127.0.0.1", 8480)
    stop = threading.Event()
    writers = [threading.Thread(target=write, args=(port, held, told, stop, name)) for name in range(WRITERS)]
    serving: Any = None
    for number in range(KILLS):
        line = [sys.executable, "-m", "tallystick.web", str(HOME), "127.0.0.1", str(port)]
        serving = subprocess.Popen(line, start_new_session=True)
        began = time.monotonic()
        while not server.answers("127.0.0.1", port):
            assert time.monotonic() - began < 30, "the server did not come back"
            time.sleep(0.02)
        slowest = max(slowest, time.monotonic() - began)
        if number == 0:
            for writer in writers:
                writer.start()
        time.sleep(draw.uniform(0.05, 0.6))
        os.killpg(serving.pid, signal.SIGKILL)
        serving.wait()
    stop.set()
    for writer in writers:
        writer.join()
    texts = list(Comment.objects.values_list("text", flat=True))
    assert len(texts) == len(set(texts)), "a comment was written twice"
    assert told.acknowledged <= set(texts) <= told.sent
    assert len(told.acknowledged) >= KILLS
    assert AuditRow.objects.filter(action="comment").count() == len(texts)
    assert verify_desk(HOME / "keys").holds
    assert slowest < READY_WITHIN_S * 3, "measured on a machine that does nothing else it is below five seconds"

"""kill -9 of the server while people write, approve and import: what was acknowledged is there, once, at once again.

Sometimes everything is killed, sometimes the server's own process alone, the process that answers, or the worker. Each
person sends every form twice, and again with the same key until it is answered, as a browser does that reloads.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tallystick.web import server
from tests.web import probes

HOST = "127.0.0.1"
ROWS = 25
READY_WITHIN_S, CPU_WITHIN_S = 30.0, 5.0
LONG, SHORT = 200, 4
MIDST, MOST_WAIT_S = 0.4, 15.0
Cookies = dict[str, str]


# ---- the server, and what is killed of it ------------------------------------------------------------------------


def _stat(pid: int) -> list[str]:
    """State, parent and the rest of what the system tells of a process; nothing where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return []


def lives(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"])


def cpu_s(pids: list[int]) -> float:
    """Processor time of processes and of their children that have ended."""
    told = [_stat(pid) for pid in pids]
    return sum(sum(map(int, one[11:15])) for one in told if one) / os.sysconf("SC_CLK_TCK")


class Serving:
    """The server as a process; `begin` starts it and waits until it is ready."""

    def __init__(self, root: Path) -> None:
        self.root, self.port = root, server.free_port(HOST, 8480)
        self.main: Any = None
        self.ready_s: list[float] = []
        self.cpu_s: list[float] = []

    def children(self) -> dict[str, int]:
        """The process that answers, and the worker."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            pid = int(path.name)
            told = _stat(pid)
            if told and int(told[1]) == self.main.pid and told[0] != "Z":
                line = (path / "cmdline").read_bytes() if path.exists() else b""
                found["worker" if b"tallystick.web.work" in line else "answering"] = pid
        return found

    def begin(self) -> None:
        assert server.free_port(HOST, self.port, patience_s=server.CLOSES_WITHIN_S) == self.port, "the port was kept"
        began = time.monotonic()
        line = [sys.executable, "-m", "tallystick.web", str(self.root), HOST, str(self.port)]
        self.main = subprocess.Popen(line, start_new_session=True)
        self.wait(began)
        self.cpu_s.append(cpu_s([self.main.pid, *self.children().values()]))
        assert server.running(self.root) == self.main.pid, "the number of a dead server was believed"

    def wait(self, began: float) -> None:
        while not server.answers(HOST, self.port):
            assert time.monotonic() - began < READY_WITHIN_S, "the server did not come back"
            if self.main.poll() is not None:
                return self.begin()
            time.sleep(0.01)
        self.ready_s.append(time.monotonic() - began)
        return None

    def kill(self, what: str) -> None:
        """Kill one of them, or all; afterwards nothing of a server that was killed lives, and a server answers."""
        children = self.children()
        if what == "all":
            os.killpg(self.main.pid, signal.SIGKILL)
        elif what == "server":
            os.kill(self.main.pid, signal.SIGKILL)
        else:
            os.kill(children.get(what, self.main.pid), signal.SIGKILL)
            return self.wait(time.monotonic())
        self.main.wait()
        until = time.monotonic() + 5
        while any(map(lives, children.values())):
            assert time.monotonic() < until, "a process outlived its server"
            time.sleep(0.005)
        return self.begin()

    def end(self) -> None:
        if self.main is not None and self.main.poll() is None:
            self.main.terminate()
            try:
                self.main.wait(server.STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.main.pid, signal.SIGKILL)
                raise
        assert server.running(self.root) is None


@pytest.fixture
def serving(own_records: Path) -> Iterator[Serving]:
    made = Serving(own_records)
    yield made
    made.end()


# ---- people ------------------------------------------------------------------------------------------------------


def cookies(who: str) -> Cookies:
    """A session made in the desk itself, with a form's key."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from tallystick.web.accounts.models import Person
    from tests.web.conftest import PEOPLE

    client = Client(headers={"host": HOST})
    client.force_login(Person.objects.get(email=PEOPLE[who]))
    return {"tally": client.cookies["tally"].value, "tally-form": _get_new_csrf_string()}


@dataclass
class Told:
    """What was acknowledged, by the deed's name, and what went wrong."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    moved: threading.Event = field(default_factory=threading.Event)


class Person:
    """Somebody at a browser."""

    def __init__(self, port: int, held: Cookies, told: Told) -> None:
        self.port, self.held, self.told = port, held, told

    def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes] | None:
        """Status, where it leads, and the body; None where nobody answered."""
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.held.items())}
        if kind:
            headers["Content-Type"] = kind
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or "", answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def see(self, path: str) -> dict[str, Any]:
        """A page's twin, asked for until it comes."""
        while True:
            found = self._ask("GET", path)
            if found is not None:
                assert found[0] == http.HTTPStatus.OK, f"{path} answered {found[0]}"
                return dict(json.loads(found[2]))
            time.sleep(0.02)

    def do(self, deed: str, form: dict[str, str], file: str = "") -> str:
        """Send a form until it is answered, and once more; where the answer leads."""
        form = {**form, "once": uuid.uuid4().hex, "csrfmiddlewaretoken": self.held["tally-form"]}
        body, kind = _multipart(form, file) if file else (urlencode(form).encode(), "application/x-www-form-urlencoded")
        led = []
        while len(led) < 2:
            found = self._ask("POST", f"/do/{deed}", body, kind)
            if found is None:
                time.sleep(0.02)
                continue
            status, goto, page = found
            assert status == http.HTTPStatus.FOUND, f"{deed} answered {status}: {page.decode()[-1500:]}"
            assert not goto.startswith("/account/"), "the session was not known"
            led.append(goto)
        assert led[0] == led[1], "the same form was answered twice otherwise"
        self.told.acknowledged[deed] += 1
        return led[0]


def _multipart(form: dict[str, str], file: str) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{one}\r\n' for key, one in form.items()]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="cases.csv"\r\n\r\n'
    return "".join([*parts, head, file, f"\r\n--{edge}--\r\n"]).encode(), f"multipart/form-data; boundary={edge}"


def comments(person: Person) -> None:
    """One comment."""
    own = probes.of_partner("aurora").by_part
    text = f"C-{uuid.uuid4().hex}"
    person.do("comment", {"about": f"verdict/aurora/{own['clause']}/{own['period']}", "text": text})
    person.told.texts.append(text)


def approvals(owner: Person, partner: Person, finance: Person) -> None:
    """A period's way through preview, the partner's word and approval, and back."""
    own = probes.of_partner("aurora").by_part
    closing = {"contract": own["contract"], "partner": "aurora", "period": own["period"], "judging": judging()}
    owner.do("open-preview", {**closing, "hours": "48"})
    partner.do("agree-preview", closing)
    finance.do("approve-credits", {**closing, "reason": ""})
    finance.do("send-back", {**closing, "reason": "Once more."})


def judging() -> str:
    """The judging that stands, from the store."""
    from tallystick.verdicts.store import VerdictStore
    from tests.web.conftest import HOME

    own = probes.of_partner("aurora").by_part
    return VerdictStore(HOME / "verdicts").judged(own["contract"], "aurora", own["period"])[0].digest


def imports(person: Person) -> None:
    """A file given, taken in, and taken in again where that was interrupted, until all of it is stored."""
    name = uuid.uuid4().hex
    lines = (f"{name}-{row},aurora,2026-07-01 09:00,2026-07-01 09:20" for row in range(ROWS))
    page = person.do("give-file", {"for_partner": ""}, "Ticket ID,Partner,Created,First reply\n" + "\n".join(lines))
    person.told.imports.append(name)
    state = ""
    while (seen := person.see(f"{page}.json"))["state"] != "done":
        if seen["state"] != state:
            state = seen["state"]
            person.told.moved.set()
        assert seen["state"] != "refused", seen["refused"]
        deed = {"read": "import-file", "interrupted": "start-again"}.get(seen["state"])
        if deed:
            person.do(deed, {"number": seen["number"], "version": str(seen["seen_version"])})
        time.sleep(0.05)


def again_and_again(told: Told, work: Callable[..., None], *people: Person) -> threading.Thread:
    """Work until it is over; what is begun is ended."""

    def run() -> None:
        while not told.over.is_set():
            try:
                work(*people)
            except Exception as error:  # noqa: BLE001  a thread's trouble is the test's
                told.trouble.append(repr(error))
                return

    return threading.Thread(target=run)


# ---- the test ----------------------------------------------------------------------------------------------------


def check(serving: Serving, kills: int, seed: int) -> str:
    """Kill so often while people work, and look afterwards; what was seen, in a few words."""
    draw = random.Random(seed)  # noqa: S311
    told, port = Told(), serving.port
    owner, partner, finance = (Person(port, cookies(who), told) for who in ("owner", "aurora", "finance"))
    probes.of_partner("aurora")
    serving.begin()
    threads = [
        again_and_again(told, comments, owner),
        again_and_again(told, comments, partner),
        again_and_again(told, approvals, owner, partner, finance),
        again_and_again(told, imports, owner),
    ]
    for thread in threads:
        thread.start()
    killed: Counter[str] = Counter()
    try:
        for number in range(kills):
            if draw.random() < MIDST:
                # In the midst of an import: the worker needs some time until it comes to one.
                told.moved.clear()
                told.moved.wait(MOST_WAIT_S)
            time.sleep(draw.choice([0.05, 0.2, 0.5, 1.5]) * draw.random())
            what = ("all", "server", "answering", "worker")[number % 4 if kills < 9 else draw.randrange(4)]
            killed[what] += 1
            serving.kill(what)
            assert not told.trouble, told.trouble
    finally:
        told.over.set()
        for thread in threads:
            thread.join()
    assert not told.trouble, told.trouble
    serving.end()
    return f"{looked_after(told)}; killed: {dict(killed)}; {times(serving)}"


def looked_after(told: Told) -> str:
    """What the desk and the lake hold, against what was acknowledged."""
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.desk.audit import AuditRow, verify_desk
    from tallystick.web.desk.close import CloseStep
    from tallystick.web.desk.comments import Comment
    from tallystick.web.desk.imports import Import
    from tallystick.web.place import home

    texts = list(Comment.objects.values_list("text", flat=True))
    assert sorted(texts) == sorted(told.texts), "comments"
    cycle = ("open preview", "agree", "approve", "send back")
    moves = list(CloseStep.objects.order_by("number").values_list("move", flat=True))
    steps = ("open-preview", "agree-preview", "approve-credits", "send-back")
    assert moves == [cycle[at % 4] for at in range(sum(told.acknowledged[name] for name in steps))], "steps"
    outcomes = [(one.state, one.outcome["stored"], one.outcome["duplicate"]) for one in Import.objects.all()]
    assert outcomes == [("done", ROWS, 0)] * len(told.imports), "imports"
    with Lake.open(home().root / "lake") as lake:
        rows = lake.read(Scope.of_client(lake.client), "case", columns=["case_id"]).column("case_id").to_pylist()
    assert sorted(rows) == sorted(f"{name}-{row}" for name in told.imports for row in range(ROWS)), "rows"
    audited = Counter(AuditRow.objects.exclude(actor=None).values_list("action", flat=True))
    assert audited == told.acknowledged, "the trail"
    assert AuditRow.objects.filter(action="import-stored").count() == len(told.imports)
    assert verify_desk(home().folder("keys")).holds
    total = sum(told.acknowledged.values())
    return f"{total} deeds acknowledged {dict(told.acknowledged)}, 0 lost, 0 doubled"


def times(serving: Serving) -> str:
    ready, cpu = sorted(serving.ready_s), sorted(serving.cpu_s)
    assert cpu[-1] < CPU_WITHIN_S, "a start takes too much"
    return (
        f"ready again: median {ready[len(ready) // 2]:.2f} s, longest {ready[-1]:.2f} s; "
        f"processor time of a start: median {cpu[len(cpu) // 2]:.2f} s, longest {cpu[-1]:.2f} s"
    )


@pytest.mark.long
def test_what_was_acknowledged_is_there_once_after_each_kind_of_kill(
    serving: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = check(serving, SHORT, 5)
    with capsys.disabled():
        print(f"\n  {SHORT} kills: {seen}")  # noqa: T201


@pytest.mark.long
def test_nothing_acknowledged_is_lost_or_doubled_by_two_hundred_kills(
    serving: Serving, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = check(serving, LONG, 11)
    with capsys.disabled():
        print(f"\n  {LONG} kills: {seen}")  # noqa: T201

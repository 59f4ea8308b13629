"""Pages of the control room over one million cases, by 4 and by 16 readers at once, beside an empty answer.

    python benchmarks/pages.py [--scale 1] [--seconds 6] [--periods 3] [--data benchmarks/.data]

The home is made once: a million cases of three partners, a contract with six clauses, the last periods judged. The
server runs in a process of its own, without the worker that would judge beside it; readers are threads that keep their
connection and ask one page after the other. Goals: p95 at most 120 ms with 4 readers and 300 ms with 16; the first
overview after a new version of the data at most 2 s; a list of cases that nobody has asked for before at most 300 ms.
Everything runs on the same two cores, readers too. The lower bound is the server's empty answer. Where other programs
share the machine, look at the processor time of an answer: with one process, 16 readers wait 16 times that long.
"""

from __future__ import annotations

import argparse
import http
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import facts_build  # its lake is the example of this size

from tallystick.home import create_home

EVENTS = 17_000_000
AS_OF = "2026-01-20T06:00:00+00:00"
PERIODS = ("2025-12", "2025-11", "2025-10", "2025-09", "2025-08", "2025-07")
PARTNERS = ("aurora", "borealis", "cirrus")
HOST, PASSWORD, EMAIL = "127.0.0.1", "a-long-sentence-for-a-benchmark", "owner@bench.example"
GOALS_MS = {4: 120, 16: 300}
LIST_GOAL_MS = 300
CONTRACT = """\
tallystick: 1
contract: bench
title: Customer care
client: {id: bench, name: Bench}
partners:
  - {id: aurora, name: Aurora}
  - {id: borealis, name: Borealis}
  - {id: cirrus, name: Cirrus}
currency: EUR
zone: UTC
term: {from: 2024-01-01, to: 2026-12-31}
sites: {one: {name: One, country: DE, zone: UTC}}
calendars: {office: {zone: UTC, week: {mon-fri: ["08:00-17:00"]}}}
programmes: {all: {languages: [de, en, fr, ro], channels: [email, chat, phone], site: one, calendar: office}}
definitions: {pausing_statuses: [pending], reopen_window: 7d, repeat_window: 7d, excluded: [spam],
  period_rule: due-in, attribution: owner-at-due}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: S1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 80%, minimum_volume: 50}
  - {id: S2, kind: sla_target, title: First resolution, clock: first_resolution, within: 30h, target: 70%,
     minimum_volume: 50}
  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 12%, minimum_volume: 50,
     period_rule: resolved-in, attribution: owner-at-stop}
  - {id: K2, kind: kpi, title: Median first reply, measure: first_reply_time, target: 3h, minimum_volume: 50,
     period_rule: resolved-in, attribution: owner-at-stop}
  - {id: C1, kind: service_credit, when: {clause: S1, below: target}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 10%, of: monthly, over: month}
"""


def prepare(folder: Path, periods: tuple[str, ...], events: int = EVENTS) -> Path:
    """The home with its verdicts; made once and kept."""
    home = folder / (f"home-{len(periods)}" if events == EVENTS else f"home-{len(periods)}-{events}")
    if (home / "done").exists():
        return home
    shutil.rmtree(home, ignore_errors=True)
    lake = facts_build.generate(folder, events)
    create_home(home, "bench", "Bench")
    (home / "lake").rmdir()
    (home / "lake").symlink_to(lake.resolve())
    (home / "contracts" / "bench.yaml").write_text(CONTRACT, encoding="utf-8")
    began = time.perf_counter()
    line = [sys.executable, "-c", "from tallystick.cli import main; main()", "assess", "--home", str(home)]
    asked = [part for period in periods for part in ("--period", period)]
    done = subprocess.run([*line, "--as-of", AS_OF, "--json", *asked], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    print(f"  {len(periods)} periods of three partners judged in {time.perf_counter() - began:.0f} s")
    (home / "done").touch()
    return home


# ---- a reader ----------------------------------------------------------------------------------------------------


class Reader:
    """A connection with its cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self.cookies = dict(cookies or {})

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body of a page, or of a form that is sent."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
        self.connection.request("POST" if form is not None else "GET", path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()


def sign_in(port: int) -> dict[str, str]:
    reader = Reader(port)
    _, page = reader.ask("/account/sign-in")
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the sign-in page has no form")
    form = {"csrfmiddlewaretoken": found.group(1).decode(), "login": EMAIL, "password": PASSWORD}
    status, _ = reader.ask("/account/sign-in", form)
    if status != http.HTTPStatus.FOUND:
        raise SystemExit(f"the sign-in answered {status}")
    return reader.cookies


def load(port: int, cookies: dict[str, str], path: str, readers: int, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of every answer, sorted, and answers a second, of so many readers at once."""
    times: list[list[float]] = [[] for _ in range(readers)]
    until = time.perf_counter() + seconds

    def read(own: list[float]) -> None:
        reader = Reader(port, cookies)
        while time.perf_counter() < until:
            began = time.perf_counter()
            status, _ = reader.ask(path)
            if status != http.HTTPStatus.OK:
                raise SystemExit(f"{path} answered {status}")
            own.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=read, args=(own,)) for own in times]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    found = sorted(one for own in times for one in own)
    return found, len(found) / took


def at(found: list[float], share: float) -> float:
    return found[min(len(found) - 1, int(len(found) * share))]


def cpu_s(pid: int) -> float:
    """Processor time so far of a process and of those that it began."""
    total = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            told = (path / "stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.name) == pid or int(told[1]) == pid:
            total += int(told[11]) + int(told[12])
    return total / os.sysconf("SC_CLK_TCK")


def most_memory_mb(pid: int) -> float:
    """The most that a process which `pid` began has held so far."""
    found = [0]
    for path in Path("/proc").glob("[0-9]*"):
        try:
            told = dict(line.split(":", 1) for line in (path / "status").read_text("ascii").splitlines() if ":" in line)
        except (OSError, UnicodeDecodeError):
            continue
        if int(told.get("PPid", 0)) == pid and "VmHWM" in told:
            found.append(int(told["VmHWM"].split()[0]))
    return max(found) / 1024


# ---- the run -----------------------------------------------------------------------------------------------------


def pages_of(period: str) -> dict[str, str]:
    """The pages that are timed, with objects of the newest period."""
    return {
        "empty answer": "/livez",
        "overview": "/overview",
        "partner": "/partner/aurora",
        "service levels": "/service-levels",
        "explain": f"/verdict/aurora/S1/{period}",
        "explain, page 9 of the cases": f"/verdict/aurora/S1/{period}?cases.page=9&cases.sort=case",
        "data": "/data",
        "period close": "/close",
    }


def first_overview(home: Path, port: int, cookies: dict[str, str]) -> None:
    """Print how long the first overview takes after a contract's text has changed."""
    first = []
    for _ in range(3):
        (home / "contracts" / "bench.yaml").touch()  # a new version of the data
        began = time.perf_counter()
        Reader(port, cookies).ask("/overview")
        first.append(time.perf_counter() - began)
    print(f"first overview after a new version  {statistics.median(first):6.2f} s   (goal 2 s)")


def first_lists(pid: int, port: int, cookies: dict[str, str], period: str) -> None:
    """Print how long lists of cases take that nobody has asked for, and the twins of one."""
    asked = [f"/verdict/{partner}/{clause}/{period}" for partner in PARTNERS for clause in ("S1", "S2", "K1", "K2")]
    took, spent, reader = [], [], Reader(port, cookies)
    for path in asked:
        before, began = cpu_s(pid), time.perf_counter()
        status, _ = reader.ask(path)
        if status != http.HTTPStatus.OK:
            raise SystemExit(f"{path} answered {status}")
        took.append((time.perf_counter() - began) * 1000)
        spent.append((cpu_s(pid) - before) * 1000)
    # The very first one also imports what only lists need.
    print(
        f"first list of cases of a clause     {statistics.median(took[1:]):6.0f} ms, longest {max(took[1:]):.0f} ms, "
        f"processor {statistics.median(spent[1:]):.0f} ms, longest {max(spent[1:]):.0f} ms   (goal {LIST_GOAL_MS} ms); "
        f"the first of the process {took[0]:.0f} ms, processor {spent[0]:.0f} ms"
    )
    for ending in (".csv?table=cases", ".json"):
        began, before = time.perf_counter(), most_memory_mb(pid)
        _, body = reader.ask(f"{asked[0]}{ending}")
        print(
            f"all cases as {ending[1:5].rstrip('?'):<4}                   {time.perf_counter() - began:6.2f} s   "
            f"{len(body) / 1e6:.1f} MB, memory {before:.0f} -> {most_memory_mb(pid):.0f} MB"
        )


def main() -> None:
    """Print p50, p95 and answers a second for each page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1, help="millions of cases; more than one counts as one")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--periods", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / ".data")
    given = parser.parse_args()
    given.data.mkdir(parents=True, exist_ok=True)
    home = prepare(given.data, PERIODS[: given.periods], int(EVENTS * min(given.scale, 1)))
    shutil.rmtree(home / "desk", ignore_errors=True)
    os.environ["TALLY_HOME"] = str(home)
    os.environ["TALLY_WORKER"] = "0"
    from tallystick.web import server

    server.set_up(home)
    server.bring_up_to_date()
    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.roles import Role

    Person.objects.create_user(EMAIL, "Owner", CLIENT, {Role.OWNER, Role.VENDOR_MANAGER}, PASSWORD)
    port = server.free_port(HOST, 8350)
    began = time.perf_counter()
    serving = subprocess.Popen([sys.executable, "-m", "tallystick.web", str(home), HOST, str(port)])
    try:
        while not server.answers(HOST, port):
            time.sleep(0.01)
        print(
            f"ready after                         {time.perf_counter() - began:6.2f} s   (goal 5 s), "
            f"processor {cpu_s(serving.pid):.2f} s"
        )
        cookies = sign_in(port)
        first_overview(home, port, cookies)
        first_lists(serving.pid, port, cookies, PERIODS[0])
        print(
            f"{'page':<30} {'readers':>7} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'goal p95':>9} "
            f"{'a second':>9} {'x empty':>8} {'cpu ms':>7}"
        )
        empty: dict[int, float] = {}
        for name, path in pages_of(PERIODS[0]).items():
            Reader(port, cookies).ask(path)
            for readers, goal in GOALS_MS.items():
                before = cpu_s(serving.pid)
                found, rate = load(port, cookies, path, readers, given.seconds)
                spent = (cpu_s(serving.pid) - before) * 1000 / len(found)
                empty.setdefault(readers, rate)
                ratio = empty[readers] / rate
                print(
                    f"{name:<30} {readers:>7} {at(found, 0.5):>8.1f} {at(found, 0.95):>8.1f} {at(found, 0.99):>8.1f} "
                    f"{goal:>9} {rate:>9.0f} {ratio:>8.1f} {spent:>7.1f}",
                    flush=True,
                )
    finally:
        serving.terminate()
        serving.wait(timeout=20)


if __name__ == "__main__":
    main()

"""One file holds the rows of two partners; the bundle of one holds nothing of the other.

Every word that is the other's alone, the name of the shared file and of its empty column hold a canary.
"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from tallystick.verdicts.sealed_zip import unpacked
from tests.journeys.command_line import tally

AS_OF = "2026-05-12T06:00:00+00:00"
CONTRACT = """\
tallystick: 1
contract: apart
title: Two partners, one helpdesk
client: {id: client, name: Client}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2025-10-01, to: 2026-12-31}
calendars: {always: {week: always}}
programmes: {all: {calendar: always}}
definitions: {excluded: [], period_rule: due-in, attribution: owner-at-due}
clauses:
  - {id: S1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, hours: calendar, target: 80%}
  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 25%, period_rule: resolved-in,
     attribution: owner-at-stop}
"""

MAPPING = """\
tallystick_mapping: 1
connector: any_table
feed: desk
source: desk
shape: one row per case
zone: Europe/Bucharest
columns: {case: ticket, created: created, first_reply: first_reply, resolved: solved, status: status, queue: queue,
  agent: agent, reason: reason, requester: customer, partner: partner, due: canary due date}
statuses: {Solved: solved, Canary done: solved}
"""


def row(number: int, created: str, day: str, own: dict[str, str]) -> dict[str, str]:
    return {
        "ticket": f"{own['name']}-{number}",
        "created": created,
        "first_reply": f"{day} 17:00",
        "solved": f"{day} 18:30",
        "status": own["status"],
        "queue": own["queue"],
        "agent": own["agent"],
        "reason": own["reason"],
        "customer": f"{own['name']}-customer-{number}",
        "partner": own["partner"],
    }


AURORA = {"name": "AUR", "status": "Solved", "queue": "orders", "agent": "ana", "reason": "lamp", "partner": "aurora"}
BOREALIS = {
    "name": "CANARY",
    "status": "Canary done",
    "queue": "canary-queue",
    "agent": "canary-boris",
    "reason": "canary-reason",
    "partner": "borealis",
}
# Local times of the other partner's that the clock changes repeat, and leave out.
UNCLEAR = {0: "2025-10-26 03:30", 1: "2025-10-26 03:40", 2: "2026-03-29 03:30"}


def rows() -> list[dict[str, str]]:
    """Ten cases of each partner."""
    days = [f"2026-03-{number + 2:02}" for number in range(10)]
    ours = [row(number, f"{day} 14:00", day, AURORA) for number, day in enumerate(days)]
    theirs = [row(number, UNCLEAR.get(number, f"{day} 14:00"), day, BOREALIS) for number, day in enumerate(days)]
    return ours + theirs


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("apart")
    file = root / "canary-and-aurora.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*rows()[0], "canary due date"], restval="")
        writer.writeheader()
        writer.writerows(rows())
    home = root / "home"
    mapping = root / "desk.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    taken = tally("ingest", file, "--mapping", mapping, "--home", home, "--as-of", AS_OF, "--json")
    assert (taken.json["stored"], taken.json["rejected"]) == (19, 1), taken.out + taken.err
    (home / "contracts" / "apart.yaml").write_text(CONTRACT, encoding="utf-8")
    judged = tally("assess", "--home", home, "--period", "2026-03", "--as-of", AS_OF, "--json")
    assert judged.out, judged.err
    assert [one["value"]["n"] for record in judged.json for one in record["verdicts"]] == [10, 10], judged.out
    return home


def test_the_canaries_were_there_to_be_found(home: Path) -> None:
    """The client's own view names the shared file and what was wrong in it."""
    told = tally("doctor", "--home", home, "--as-of", AS_OF, "--json").out.lower()
    assert "canary-and-aurora.csv" in told
    assert "canary due date" in told


def test_a_bundle_names_nothing_of_another_partner(home: Path, tmp_path: Path) -> None:
    answer = tally("bundle", "aurora", "2026-03", "--output", tmp_path, "--home", home, "--json")
    (path,) = answer.json["bundles"]
    members = unpacked(Path(path))
    assert b"TS-D" in members["judged.json"], "findings of files are told by their rules"
    for name, content in members.items():
        plain = gzip.decompress(content) if name.endswith(".gz") else content
        for word in (b"canary", b"borealis", b"boris"):
            assert word not in plain.lower(), f"{name} holds {word.decode()}"
        assert b'"lake"' not in plain, name
    assert tally("verify", path, "--json").code == 0


def test_a_page_for_one_partner_names_nothing_of_another(home: Path, tmp_path: Path) -> None:
    written = tally("report", "--period", "2026-03", "--partner", "aurora", "-o", tmp_path, "--home", home, "--json")
    for path in map(Path, written.json):
        assert "canary" not in path.read_text(encoding="utf-8").lower(), path.name

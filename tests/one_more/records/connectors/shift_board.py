"""A shift board: who works where, one line each.

In: a text file whose first line is `shift board`. Out: rows of agent.
Verbs: recognise, propose, read. Must not know: any case.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from tallystick.records.connector import Batch, Connector, Reject, Resolver
from tallystick.records.connector import Mapping as Plan
from tallystick.records.keys import keys_of
from tallystick.vocabulary.finding import Finding, Place, Severity


class ShiftBoard(Connector):
    """Agents and their sites."""

    title: ClassVar[str] = "A shift board"
    cannot: ClassVar[Mapping[str, str]] = {"case": "a shift board holds people"}

    def recognise(self, path: Path) -> float:
        with path.open("rb") as file:
            return 1.0 if file.readline().strip() == b"shift board" else 0.0

    def propose(self, path: Path, saved: Plan | None, hints: Mapping[str, str]) -> Plan:
        return saved or Plan("shift_board", path.stem, path.stem, partner=hints.get("partner", ""))

    def read(self, path: Path, mapping: Plan, resolver: Resolver) -> Iterator[Batch]:
        lines = list(enumerate(path.read_text("utf-8").splitlines()[1:], 2))
        kept = [(number, *line.split(";")) for number, line in lines if line.count(";") == 1]
        finding = Finding("TS-I901", Severity.ERROR, "not two parts", Place(path.name), "Write agent;site.")
        rejects = [Reject(number, "", line, finding) for number, line in lines if line.count(";") != 1]
        agents = pa.array([agent for _, agent, _ in kept], pa.string())
        table = pa.table(
            {
                "agent_key": keys_of(f"{mapping.source}:agent", agents),
                "agent_id": agents,
                "site": [site for _, _, site in kept],
                "source_row": pa.array([number for number, _, _ in kept], pa.int64()),
            }
        )
        yield Batch({"agent": table}, len(lines), rejects=rejects)

"""The agents of the three sites, and who leaves when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from wording import AGENT_NAMES, AGENT_SURNAMES

SITES = {"aurora": "Iași", "borealis": "Porto", "cordoba": "Tampa"}
TEAMS = {
    "aurora": (("de", 13), ("ro", 19)),
    "borealis": (("en", 15), ("de", 7)),
    "cordoba": (("en", 24),),
}
# Who left Aurora's German team in October 2025: the cause behind the backlog of the winter.
LEAVERS = {
    "A-1001": "2025-10-10",
    "A-1002": "2025-10-17",
    "A-1004": "2025-10-17",
    "A-1006": "2025-10-24",
    "A-1009": "2025-10-31",
    "A-1011": "2025-10-31",
}
STARTERS = {"A-1012": "2026-01-12", "A-1013": "2026-01-12"}


@dataclass(frozen=True)
class Agent:
    """One agent as the partner's roster knows the person."""

    partner: str
    agent_id: str
    name: str
    language: str
    started_on: str
    left_on: str


def hire(rng: np.random.Generator) -> list[Agent]:
    """The whole roster, in the order of the ids."""
    roster: list[Agent] = []
    for partner, teams in TEAMS.items():
        serial = 1_000 if partner == "aurora" else 2_000 if partner == "borealis" else 3_000
        taken: set[str] = set()
        for language, size in teams:
            for _ in range(size):
                serial += 1
                name = ""
                while not name or name in taken:
                    first, last = AGENT_NAMES[partner], AGENT_SURNAMES[partner]
                    name = f"{first[int(rng.integers(len(first)))]} {last[int(rng.integers(len(last)))]}"
                taken.add(name)
                agent_id = f"{partner[0].upper()}-{serial}"
                started = f"202{int(rng.integers(2, 6))}-0{int(rng.integers(1, 7))}-{int(rng.integers(1, 28)):02d}"
                roster.append(
                    Agent(partner, agent_id, name, language, STARTERS.get(agent_id, started), LEAVERS.get(agent_id, ""))
                )
    return roster

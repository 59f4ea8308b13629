"""Writes the raw exports of Lumen Home, an invented shop for lamps and furniture, and the truths planted in them.

    python examples/lumen/generate.py FOLDER [--seed 2026]

FOLDER gets `in/` (what is there on the day of the assessment), `late/` (what arrives afterwards) and `expected.yaml`.
The same seed writes the same bytes. Nothing here imports the product.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import books
import numpy as np
import story
from cases import Cases, all_cases
from event_log import PartnerCases, describe, write_down
from exports import (
    ZENDESK_CHANNEL,
    survey_rows,
    write_aurora,
    write_borealis,
    write_cordoba,
    write_late_file,
    write_roster,
    write_scorecard,
    write_surveys,
)
from floor import billing, shifts, truths
from floor import files as floor_files
from floor.queueing import dealt
from outcome import expected, good_scores, scorecard_rows
from people import hire
from planted_findings import planted_findings
from wording import Wording

SEED = 2026
TITLES = {"aurora": "Aurora Contact", "borealis": "Borealis Desk", "cordoba": "Cordoba Care"}
TARGETS = {
    ("aurora", "S1"): 0.9,
    ("aurora", "S2"): 0.9,
    ("aurora", "S3"): 0.9,
    ("borealis", "S1"): 0.88,
    ("borealis", "S2"): 0.85,
    ("borealis", "S3"): 0.85,
    ("borealis", "S5"): 0.88,
    ("cordoba", "S1"): 0.92,
    ("cordoba", "S2"): 0.9,
    ("cordoba", "S3"): 0.88,
}


def _yaml(value: Any, indent: int = 0) -> str:
    """Plain values as YAML: block mappings, lists of flow mappings (one a line), quoted text."""
    pad = " " * indent
    if isinstance(value, dict):
        return "".join(
            f"{pad}{name}:\n{_yaml(part, indent + 2)}"
            if isinstance(part, list | dict) and part
            else f"{pad}{name}: {_flow(part)}\n"
            for name, part in value.items()
        )
    return "".join(f"{pad}- {_flow(part)}\n" for part in value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _survey_figures(partner: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Satisfaction by month of answer, as the partner reports it."""
    zone = ZoneInfo(story.ZONES[partner])
    answered = [
        (datetime.fromisoformat(row[4]).astimezone(zone).strftime("%Y-%m"), int(row[6])) for row in rows if row[6] != ""
    ]
    given = Counter(month for month, _ in answered)
    good = Counter(month for month, score in answered if score >= 4)
    return [
        (month, "CSAT", 0.8, round(good[month] / given[month], 4), good[month], given[month])
        for month in story.MONTHS
        if given[month]
    ]


def generate(folder: Path, seed: int = SEED) -> dict[str, Any]:
    """Write everything into `folder` and return what expected.yaml says."""
    blocks = all_cases(seed)
    streams = iter(np.random.default_rng([seed, 1]).spawn(16))
    roster = hire(next(streams))
    sizes: dict[str, int] = {}
    described: dict[str, PartnerCases] = {}
    home = folder / "in"
    writers = {"aurora": write_aurora, "borealis": write_borealis, "cordoba": write_cordoba}
    satisfaction: dict[str, list[tuple[Any, ...]]] = {}
    for partner, write in writers.items():
        own = [block for block in blocks if block.cell.partner == partner and not block.late_file.any()]
        stream = next(streams)
        described[partner] = describe(stream, partner, own, roster, Wording(next(streams)))
        sizes |= write(home, described[partner], write_down(stream, described[partner], roster), roster)
        rows = survey_rows(next(streams), described[partner], roster, good_scores)
        satisfaction[partner] = _survey_figures(partner, rows)
        sizes |= write_surveys(home, partner, rows)
    late: list[Cases] = [block for block in blocks if block.late_file.any()]
    stream = next(streams)
    overflow = describe(stream, "aurora", late, roster, Wording(next(streams)))
    overflow.case_id = np.array([f"OVF-{number:05d}" for number in range(1, overflow.case_id.size + 1)], object)
    sizes |= write_late_file(folder, overflow, write_down(stream, overflow, roster), roster)
    sizes |= write_roster(home, roster)

    names = list(story.REASONS)
    returns = {
        at: np.isin(
            block.reason, [names.index(name) for name, queue in story.QUEUE_OF_REASON.items() if queue == "Returns"]
        )
        for at, block in enumerate(blocks)
    }
    figures = scorecard_rows(blocks, returns)
    for partner, title in TITLES.items():
        for figure in figures[partner]:
            figure["target"] = TARGETS[partner, figure["clause"]]
            if partner == "cordoba":
                figure["channels"] = tuple(ZENDESK_CHANNEL[channel] for channel in figure["channels"])
            if (partner, figure["clause"]) == ("borealis", "S1") and figure["month"] >= story.AMENDED_FROM:
                figure["target"] = 0.92
        others = satisfaction[partner]
        if partner == "borealis":
            others = [
                *others,
                *((month, "Paused while the customer waits", 0.1, 0.0, None, None) for month in story.MONTHS),
            ]
        if partner == "cordoba":
            others = [*others, *((month, "NPS", 30, 36 + at % 5, None, None) for at, month in enumerate(story.MONTHS))]
        sizes |= write_scorecard(home, partner, title, figures[partner], others)
    sizes["cases"] = sum(len(block) for block in blocks)
    lines, lines_sizes = _telephone(home, seed)
    costs, costs_sizes = books.write(home, np.random.default_rng([seed, 3]))
    found = expected(blocks, seed, planted_findings(), sizes | lines_sizes | costs_sizes, truths.not_met())
    found["floor"] = lines
    found["books"] = _with_invoices(costs, lines["invoices"])
    header = "# Written by generate.py from its own knowledge: what an honest assessment must find.\n"
    (folder / "expected.yaml").write_text(header + _yaml(found), encoding="utf-8")
    return found


def _with_invoices(costs: list[dict[str, Any]], invoices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What each partner's year comes to with what it billed for its lines; what no rate card names is hidden."""
    found = []
    for one in costs:
        own = [row for row in invoices if row["partner"] == one["partner"]]
        not_agreed = [error.partition(": ")[2] for row in own for error in row["errors"] if "unauthorised" in error]
        in_all = one["in_all"] + sum((Decimal(row["billed"]) for row in own), Decimal(0))
        hidden = one["hidden"] + sum(map(Decimal, not_agreed), Decimal(0))
        found.append({**one, "in_all": f"{in_all:.2f}", "hidden": f"{hidden:.2f}"})
    return found


def _telephone(home: Path, seed: int) -> tuple[dict[str, Any], dict[str, int]]:
    """Write the files of the telephone lines; their truths, and how many rows each file holds."""
    streams = iter(np.random.default_rng([seed, 2]).spawn(4))
    agents = shifts.hire(next(streams))
    days = list(shifts.rostered(next(streams), agents))
    calls = dealt(next(streams), days)
    counted = truths.call_counts(calls)
    sizes = floor_files.write(home, agents, days, calls, next(streams)) | billing.write(home, counted)
    return truths.expected(calls) | {"invoices": billing.expected(counted)}, sizes


def main() -> None:
    """Read the command line and write the example."""
    parser = argparse.ArgumentParser(description="Writes the raw exports of Lumen Home and the truths planted in them.")
    parser.add_argument("folder", type=Path, help="where to write; made if it is absent")
    parser.add_argument("--seed", type=int, default=SEED, help=f"another world with the same truths (default {SEED})")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    found = generate(given.folder, given.seed)
    print(f"{found['rows']['cases']:,} cases of three partners in {given.folder}/in,")
    calls = sum(row["calls"] for row in found["floor"]["calls"])
    print(f"{calls:,} calls of their telephone lines in {given.folder}/in/floor,")
    print(f"one late file in {given.folder}/late,")
    print(f"{len(found['not_met'])} verdicts that are not met in {given.folder}/expected.yaml")


if __name__ == "__main__":
    main()

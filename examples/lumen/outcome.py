"""What the plants lead to: the exact counts of each first-reply clause, the verdicts that are not met, the findings.

All of it follows from the story and the drawn lives alone; nothing here asks the product.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import story
from cases import NORMAL, NOT_YET, Cases, seconds_of
from opening_hours import month_starts

# Clause of the contract -> (partner, languages, channels) of the cells it covers.
FIRST_REPLY = {
    "aurora": {"S1": (("de",), ("email",)), "S2": (("ro",), ("email",)), "S3": (("de", "ro"), ("chat",))},
    "borealis": {
        "S1": (("en",), ("email",)),
        "S2": (("en",), ("messaging",)),
        "S3": (("de",), ("messaging",)),
        "S5": (("de",), ("email",)),
    },
    "cordoba": {"S1": (("en",), ("email",)), "S2": (("en",), ("chat",)), "S3": (("en",), ("messaging",))},
}
MINIMUM_VOLUME = {("borealis", "S3"): 30}
CLAUSES = {
    "aurora": ("S1", "S2", "S3", "S4", "K1", "K2"),
    "borealis": ("S1", "S2", "S3", "S4", "S5", "K1", "K2"),
    "cordoba": ("S1", "S2", "S3", "S4", "K1", "K2", "K3", "K4"),
}
CONTRACT = {partner: f"lumen-{partner}" for partner in CLAUSES}


def counts(blocks: list[Cases], *, with_late_file: bool) -> dict[tuple[str, str, str], dict[str, int]]:
    """(partner, clause, month) -> met and total of the first-reply clause, and the never answered among them.

    A case counts in the month in which its reply is due. A reply after the export was drawn is unseen: open past due.
    """
    found: dict[tuple[str, str, str], dict[str, int]] = {}
    for partner, clauses in FIRST_REPLY.items():
        labels, _ = month_starts(story.ZONES[partner])
        for clause, (languages, channels) in clauses.items():
            for block in blocks:
                cell = block.cell
                if cell.partner != partner or cell.language not in languages or cell.channel not in channels:
                    continue
                if block.late_file.any() and not with_late_file:
                    continue
                seen = seconds_of(story.CUT_AT if partner == story.CUT_PARTNER else story.SNAPSHOT)
                counted = (block.kind == NORMAL) & (block.created < seen) & (block.due <= seconds_of(story.AS_OF))
                met = counted & (block.took <= block.within) & (block.replied < seen)
                never = counted & (block.replied == NOT_YET)
                for month in range(len(labels)):
                    if labels[month] not in story.MONTHS:
                        continue
                    rows = counted & (block.due_month == month)
                    entry = found.setdefault((partner, clause, labels[month]), {"met": 0, "total": 0, "never": 0})
                    entry["met"] += int((met & rows).sum())
                    entry["total"] += int(rows.sum())
                    entry["never"] += int((never & rows).sum())
    return found


def not_met(late_file: bool) -> list[tuple[str, str, str, str]]:
    """(partner, clause, month, outcome) of every verdict that is not met, from the story."""
    rows = [("aurora", "S1", month, "missed") for month in ("2025-11", "2025-12", "2026-01")]
    rows += [("aurora", "K1", month, "missed") for month in ("2025-12", "2026-01")]
    rows += [("aurora", "S3", story.UNSTAFFED_MONTH, "missed")]
    if late_file:
        rows += [("aurora", "S2", story.LATE_FILE_MONTH, "missed")]
    rows += [("borealis", "S1", "2026-01", "missed"), ("borealis", "S2", "2025-07", "missed")]
    rows += [("borealis", "K2", month, "missed") for month in story.PARKED_MONTHS]
    # Too few cases stay too few, whatever the missing days would have brought.
    rows += [("borealis", "S3", month, "not assessable") for month in story.MONTHS]
    rows += [("borealis", clause, story.LAST_MONTH, "provisional") for clause in CLAUSES["borealis"] if clause != "S3"]
    rows += [("cordoba", "S2", "2026-02", "excused")]
    # Judged on 6 July: what was solved in the last days of June may come back until the 7th.
    rows += [("cordoba", "K3", story.LAST_MONTH, "provisional")]
    return sorted(rows)


def scorecard_rows(blocks: list[Cases], returns: dict[int, Any]) -> dict[str, list[dict[str, Any]]]:
    """What each partner writes into its own scorecard: Aurora leaves out what nobody answered, Borealis the returns.

    `returns` holds, by block, the mask of cases in a queue of returns. Cordoba counts as the contract says.
    """
    ours = counts(blocks, with_late_file=False)
    reported: dict[str, list[dict[str, Any]]] = {partner: [] for partner in CLAUSES}
    for (partner, clause, month), entry in sorted(ours.items()):
        met, total = entry["met"], entry["total"]
        if partner == "aurora":
            total -= entry["never"]
        if partner == "borealis":
            met, total = _without(blocks, returns, clause, month)
        languages, channels = FIRST_REPLY[partner][clause]
        reported[partner].append(
            {
                "month": month,
                "clause": clause,
                "languages": languages,
                "channels": channels,
                "met": met,
                "total": total,
            }
        )
    return reported


def _without(blocks: list[Cases], left_out: dict[int, Any], clause: str, month: str) -> tuple[int, int]:
    languages, channels = FIRST_REPLY["borealis"][clause]
    labels, _ = month_starts(story.ZONES["borealis"])
    seen = seconds_of(story.CUT_AT)
    met = total = 0
    for place, block in enumerate(blocks):
        cell = block.cell
        if cell.partner != "borealis" or cell.language not in languages or cell.channel not in channels:
            continue
        rows = (block.kind == NORMAL) & (block.due_month == labels.index(month)) & (block.created < seen)
        rows &= ~left_out[place] & (block.due <= seconds_of(story.AS_OF))
        total += int(rows.sum())
        met += int((rows & (block.took <= block.within) & (block.replied < seen)).sum())
    return met, total


def expected(
    blocks: list[Cases],
    seed: int,
    findings: list[dict[str, Any]],
    sizes: dict[str, int],
    of_lines: list[tuple[str, str, str, str]],
) -> dict[str, Any]:
    """The whole of expected.yaml as plain values; `of_lines` are the verdicts of the telephone lines not met."""
    first, final = counts(blocks, with_late_file=False), counts(blocks, with_late_file=True)
    verdicts = [
        {"contract": CONTRACT[partner], "partner": partner, "clause": clause, "period": month, "outcome": outcome}
        for partner, clause, month, outcome in not_met(late_file=True)
    ]
    verdicts += [
        {"contract": f"{CONTRACT[partner]}-telephone", "partner": partner, "clause": clause, "period": month,
         "outcome": outcome}
        for partner, clause, month, outcome in of_lines
    ]  # fmt: skip
    late = (("aurora", "S2", story.LATE_FILE_MONTH), "met", "missed")
    return {
        "seed": seed,
        "as_of": story.AS_OF,
        "months": list(story.MONTHS),
        "rows": sizes,
        "not_met": verdicts,
        "restated": [
            {
                "contract": CONTRACT[late[0][0]],
                "partner": late[0][0],
                "clause": late[0][1],
                "period": late[0][2],
                "before": late[1],
                "after": late[2],
            }
        ],
        "flattered": [
            {
                "partner": "aurora",
                "clauses": ["S1"],
                "periods": ["2025-11", "2025-12", "2026-01"],
                "definition": "cases that nobody answered are left out",
            },
            {
                "partner": "borealis",
                "clauses": ["S1"],
                "periods": ["2026-01"],
                "definition": "the queue EN Returns is left out",
            },
        ],
        "findings": findings,
        "first_reply": [
            {
                "partner": key[0],
                "clause": key[1],
                "period": key[2],
                "met": final[key]["met"],
                "total": final[key]["total"],
                **({"before_late_file": [first[key]["met"], first[key]["total"]]} if first[key] != final[key] else {}),
            }
            for key in sorted(final)
        ],
    }


def good_scores(rng: np.random.Generator, partner: str, months: list[str]) -> list[bool]:
    """For answered surveys with their months of answer: which are good, the share of each month steered exactly."""
    good = [False] * len(months)
    for month in sorted(set(months)):
        rows = [at for at, label in enumerate(months) if label == month]
        share = story.GOOD_SCORES_IN.get((partner, month), story.GOOD_SCORES[partner])
        for at in rng.permutation(len(rows))[: round(share * len(rows))].tolist():
            good[rows[at]] = True
    return good

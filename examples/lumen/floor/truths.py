"""What follows from the lines: the exact counts of each month, the verdicts that are not met, what was planted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import story

from floor import plan
from floor.files import is_surveyed, local
from floor.queueing import ABANDONED, ANSWERED, Call

CLAUSES = ("T1", "T2", "T3", "T4", "T5", "T6")
TARGET = {"aurora": 0.90, "borealis": 0.90, "cordoba": 0.88}
ABANDONED_AT_MOST, SURVEYED_AT_LEAST = 0.06, 0.97


def month_of(call: Call) -> str:
    """The local month in which a call came."""
    return local(call.entered, story.ZONES[call.line.partner], "%Y-%m")


def call_counts(calls: list[Call]) -> dict[tuple[str, str], Counter[str]]:
    """(partner, month) -> calls, and those offered, short, answered in time, given up, answered and surveyed."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for call in calls:
        counts = found.setdefault((call.line.partner, month_of(call)), Counter())
        short = call.outcome == ABANDONED and call.waited <= plan.SHORT_S
        counts["calls"] += 1
        counts["short"] += short
        counts["offered"] += not short
        counts["in time"] += call.outcome == ANSWERED and call.waited <= plan.ANSWERED_WITHIN_S
        counts["abandoned"] += call.outcome == ABANDONED and not short
        counts["answered"] += call.outcome == ANSWERED
        counts["surveyed"] += is_surveyed(call)
    return found


def expected(calls: list[Call]) -> dict[str, Any]:
    """The part of expected.yaml on the lines."""
    counted = call_counts(calls)
    rows = [
        {"partner": partner, "period": month, **{name.replace(" ", "_"): counts[name] for name in sorted(counts)}}
        for (partner, month), counts in sorted(counted.items())
    ]
    return {"calls": rows, "planted": planted(counted), "gaming": gaming()}


def planted(counted: dict[tuple[str, str], Counter[str]]) -> list[dict[str, Any]]:
    """The truths by what must find them."""
    kept_back = counted[plan.SUPPRESSED_PARTNER, plan.SUPPRESSED_MONTH]
    return [
        {"what": "understaffed evening", "partner": "aurora", "queue": plan.NO_SHOW_QUEUE,
         "day": plan.NO_SHOW_DAY.isoformat()},
        {"what": "suppressed surveys", "partner": plan.SUPPRESSED_PARTNER, "period": plan.SUPPRESSED_MONTH,
         "missing": kept_back["answered"] - kept_back["surveyed"]},
        {"what": "ghost agent", "partner": "cordoba", "agent": plan.GHOST, "left_on": plan.GHOST_LEFT_ON.isoformat()},
        {"what": "late forecast", "partner": plan.LATE_PARTNER, "from": plan.LATE_FROM.isoformat(),
         "to": plan.LATE_TO.isoformat()},
    ]  # fmt: skip


def not_met() -> list[tuple[str, str, str, str]]:
    """(partner, clause, month, outcome) of every verdict of the telephone contracts that is not met."""
    last = plan.MONTHS[-1]
    rows = [(plan.LATE_PARTNER, clause, last, "missed") for clause in ("T1", "T2")]
    rows.append((plan.SUPPRESSED_PARTNER, "T4", plan.SUPPRESSED_MONTH, "missed"))
    # A feed of the helpdesk ends early; the telephone's figures of that partner wait with the others.
    rows += [(story.CUT_PARTNER, clause, last, "provisional") for clause in CLAUSES]
    return sorted(rows)


def gaming() -> list[dict[str, str]]:
    """The patterns of gaming that a look at the records must find, by partner and month; no other."""
    ghost = [{"partner": "cordoba", "period": month, "pattern": "ghost_agents"} for month in plan.MONTHS[1:]]
    # The week without enough agents misses its half hours while quiet ones lift the month.
    week = {"partner": plan.LATE_PARTNER, "period": plan.MONTHS[-1], "pattern": "interval_averaging"}
    parked = [{"partner": "borealis", "period": month, "pattern": "pending_parking"} for month in story.PARKED_MONTHS]
    return [*parked, *ghost, week]

"""Verdicts and judgings made by hand, with one part after another set by a test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import IntervalPosition, Outcome, Pins, Verdict
from tallystick.vocabulary.measure_value import MeasureValue

NINE_TENTHS = Fraction(9, 10)


def share(met: int, total: int, *, kind: str = "share", pending: int = 0) -> MeasureValue:
    value = Fraction(met, total) if total else None
    edges = (Decimal("0.8"), Decimal("0.95")) if total else None
    return MeasureValue("sla_attainment", 1, kind, "ratio", (), "2026-06", total, met, total, value, edges, pending)


def verdict(value: MeasureValue | None = None, outcome: Outcome = Outcome.PROVISIONAL, **more: Any) -> Verdict:
    given_parts: dict[str, Any] = {
        "contract": "c", "contract_version": "original", "partner": "aurora", "clause": "S1", "kind": "sla_target",
        "title": "First reply", "period": "2026-06", "from_on": date(2026, 6, 1), "end_on": date(2026, 7, 1),
        "population": (), "outcome": outcome, "arithmetic": outcome, "lifecycle": "in-effect", "reasons": (),
        "value": value, "target": NINE_TENTHS, "minimum": None, "better": "higher", "level": "target",
        "compared": None, "interval_position": IntervalPosition.ABOVE, "more_to_meet": 0, "provenance": "measured",
        "steps": (), "credit": None, "relief": None, "reported": None, "counted": "",
        "pins": Pins((), "", "", "", (("judge", NEWEST),), "", "", "2026-06-20T22:00:00Z"),
    }  # fmt: skip
    return Verdict(**{**given_parts, **more})


def judged(as_of: str, newest: str = "") -> Judged:
    gate = GateAnswer(feeds=(("events", 100, newest),)) if newest else GateAnswer()
    return Judged("c", "aurora", "2026-06", "Europe/Bucharest", (), None, "", gate, "", as_of)

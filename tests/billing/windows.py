"""The telephone line of `tests/billing/desk.py` with credits of windows of several lengths, seen in July 2026."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tallystick.billing.check.received import Document
from tests.billing.check.papers import L, Off, paper
from tests.billing.desk import TEXT, make_desk

JULY = datetime(2026, 7, 5, 6, tzinfo=UTC)
PLAIN = "params: {seconds: 20}, target: 80%,"
# No call is answered within five seconds, so that every window misses it.
MISSED = "params: {seconds: 5}, target: 80%,"
KPI = "kind: kpi, measure: service_level, minimum_volume: 1, period_rule: created-in, attribution: owner-at-start"
HOURS = "  - {id: HOUR, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}, from: 2026-05-01}\n"


def quarterly(ends: str) -> str:
    """A text to a last day whose credit is the quarter's; its months are judged too, and kept."""
    text = TEXT.replace("to: 2026-12-31", f"to: {ends}").replace(PLAIN, f"{MISSED} window: quarter,").replace(HOURS, "")
    monthly = f"  - {{id: T2, title: Each month, target: 1%, params: {{seconds: 20}}, {KPI}}}\n"
    return text.replace("  - {id: C1,", f"{monthly}  - {{id: C1,")


def weighted() -> str:
    """A text whose one credit both the month and the quarter grant, each a half of ten per cent."""
    text = TEXT.replace(PLAIN, MISSED).replace(HOURS, "")
    begins, ends = text.index("  - {id: C1,"), text.index("  - {id: CAP")
    quarter = f"  - {{id: TQ, title: Each quarter, target: 80%, params: {{seconds: 5}}, window: quarter, {KPI}}}\n"
    credit = (
        "  - {id: C1, kind: invoice_weights, at_risk: {percentage: 10%, of: monthly}, weights: {T1: 50%, TQ: 50%}}\n"
    )
    return text[:begins] + quarter + credit + text[ends:]


def make_windows(root: Path, text: str) -> Path:
    """The project folder, its windows of March and April judged."""
    return make_desk(root, text, JULY, ("2026-03", "2026-04"))


def bill(month: str, *off: Off) -> Document:
    """An invoice that is right for March but for what it takes off."""
    lines = [L("MIN", "88", price="0.60", net="52.80"), L("CALL", "44", "C62", "1"), L("VOLUME", "44", "C62", "2")]
    return paper("A-1", month, lines, off, rate="10")

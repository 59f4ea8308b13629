"""The telephone line of `tests/billing/desk.py`, its credits granted by windows of several lengths; closed, disputed.

Everything is done by the actions that real people use, at instants of July 2026.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tallystick.home import open_home
from tallystick.verdicts.store import VerdictStore
from tests.billing.check.desk import send
from tests.billing.check.papers import L, Off, paper
from tests.billing.desk import TEXT, make_desk

CONTRACT, PARTNER, CREDIT = "line", "aurora", "credit:C1"
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


class Windows:
    """A home with one invoice of a month, its windows judged, and the people who close and dispute it."""

    def __init__(self, root: Path, text: str, month: str, *off: str) -> None:
        from tallystick.web.example_desk import INES, JONAS, MARA, _Story

        self.owner, self.executive, self.finance = MARA, JONAS, INES
        self.root, self.month = root, month
        make_desk(root, text, JULY, ("2026-03", "2026-04"))
        lines = [L("MIN", "88", price="0.60", net="52.80"), L("CALL", "44", "C62", "1"), L("VOLUME", "44", "C62", "2")]
        send(root, [paper("A-1", month, lines, [Off("C1 credit", one) for one in off], rate="10")])
        self.story = _Story(open_home(root), datetime(2026, 7, 20, tzinfo=UTC))
        self.key = {"contract": CONTRACT, "partner": PARTNER}

    def close(self, period: str) -> None:
        """Preview, approve and close a period; what its closing posts is posted."""
        record = VerdictStore(self.root / "verdicts").judged(CONTRACT, PARTNER, period)[0]
        named = {**self.key, "period": period, "judging": record.digest}
        self.story.do(self.owner, 100, "open-preview", **named, hours=48)
        self.story.do(self.executive, 40, "approve-credits", **named)
        told = self.story.told(self.owner, 30, "close-period", {**self.key, "period": period})
        self.story.do(self.owner, 30, "close-period", **named, late=told.get("late", ""), reason="accepted")

    def dispute(self) -> Any:
        """Dispute the credit of the month's invoice."""
        from tallystick.web.desk.disputes import Dispute

        line = {**self.key, "period": self.month, "line": CREDIT}
        told = self.story.told(self.finance, 20, "open-line-dispute", line)
        words = {"judging": told["judging"], "expected": "The credit.", "text": "It is not there.", "evidence": ""}
        self.story.do(self.finance, 20, "open-line-dispute", **line, **words)
        return Dispute.objects.latest("at")

    def accept(self, dispute: Any) -> str:
        """Accept the dispute; what the form told before it."""
        named = {"dispute": str(dispute.pk)}
        told: str = self.story.told(self.owner, 19, "decide-line", named)["told"]
        self.story.do(self.owner, 19, "decide-line", **named, decision="accepted", reason="Yes.", agreed="")
        return told

    def approve(self, dispute: Any) -> None:
        """Approve what was agreed; it is posted."""
        self.story.do(self.executive, 18, "approve-correction", dispute=str(dispute.pk))

    def posted(self) -> list[tuple[str, str, str]]:
        """What stands in the ledger: the period, the kind, and by how much the fees are lowered."""
        from tallystick.web.desk.ledger import Posting

        entries = [one.as_entry() for one in Posting.objects.order_by("number")]
        return [(one.journal.period, one.journal.kind, str(one.effect)) for one in entries]

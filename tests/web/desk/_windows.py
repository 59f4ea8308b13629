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
from tests.billing.check.papers import Off
from tests.billing.windows import bill, make_windows

CONTRACT, PARTNER, CREDIT = "line", "aurora", "credit:C1"


class Windows:
    """A home with one invoice of a month, its windows judged, and the people who close and dispute it."""

    def __init__(self, root: Path, text: str, month: str, *off: str) -> None:
        from tallystick.web.example_desk import INES, JONAS, MARA, _Story

        self.owner, self.executive, self.finance = MARA, JONAS, INES
        self.root, self.month = root, month
        make_windows(root, text)
        send(root, [bill(month, *(Off("C1 credit", one) for one in off))])
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

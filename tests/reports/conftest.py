"""A month and a year of an invented partner, judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tallystick.reports.charts import PAUSED, PAUSED_WAITING, RUNNING, CaseTimeline, TimelineMark, TimelineSpan
from tallystick.reports.overview import Overview
from tallystick.reports.partner_month import FailedCase, FailedCases, Feed, PartnerMonth
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.finding import Finding, Place, Severity
from tests.reports.judged import a_statement, a_verdict

NEVER_ANSWERED = "Their figure comes out when cases still open past due are left out: 435 of 470 instead of 435 of 581."


@pytest.fixture
def month() -> PartnerMonth:
    """December of a partner that missed one promise and says it did not."""
    missed = a_verdict(
        "S1", Outcome.MISSED, met=435, total=581, reported=(435, 470, "definition", NEVER_ANSWERED),
        credit=a_statement().lines[0].amount,
    )  # fmt: skip
    kept = a_verdict("S2", Outcome.MET, met=859, total=892, title="First reply, Romanian e-mail")
    begun = 1_764_662_400
    cases = tuple(FailedCase(f"AUR-{410_000 + at}", begun, begun + 14_400, begun + 90_000) for at in range(60))
    line = CaseTimeline(
        "AUR-447213", "first reply, 4 h in opening hours", "Europe/Bucharest",
        (TimelineSpan(begun, begun + 40_000, RUNNING), TimelineSpan(begun + 40_000, begun + 60_000, PAUSED),
         TimelineSpan(begun + 60_000, begun + 90_000, PAUSED_WAITING)),
        (TimelineMark(begun, "customer", "first message"), TimelineMark(begun + 90_000, "partner", "first reply")),
        ((begun - 10_000, begun + 30_000),), begun + 14_400,
    )  # fmt: skip
    found = Finding(
        "TS-D004", Severity.WARNING, "6 events carry an unmapped status.", Place(table="case_event"), count=6
    )
    return PartnerMonth(
        "Lumen Home", "Aurora Contact", "lumen-aurora", "Customer care agreement", "Europe/Bucharest", "2025-12",
        date(2025, 12, 1), date(2026, 1, 1), "2026-07-06 06:00 UTC", "0.1.0", (missed, kept), a_statement(),
        (a_verdict("S1", met=380, total=396, period="2025-11"), missed),
        {"S1": "A case keeps this promise if it is answered within 4 hours."}, {"S1": "Page 14, clause 3.1."},
        {"S1": FailedCases(cases, 146)}, {}, line, "S1", (found,),
        (Feed("aurora events", "2026-07-04 21:58 UTC", "2026-07-05 06:00 UTC", 214_894),),
    )  # fmt: skip


@pytest.fixture
def overview() -> Overview:
    """Two months of three partners: one missed and restated, one kept, one provisional."""
    old = a_verdict("S2", Outcome.MET, met=518, total=541, period="2026-05")
    verdicts = (
        replace(a_verdict("S2", Outcome.MISSED, met=534, total=631, period="2026-05"), restates=old.id),
        a_verdict("S2", Outcome.MET, met=534, total=560, period="2026-06"),
        a_verdict("S1", Outcome.MET, met=420, total=440, period="2026-05", partner="cordoba"),
        a_verdict("S1", Outcome.EXCUSED, met=320, total=440, period="2026-06", partner="cordoba"),
        a_verdict("S1", Outcome.MISSED, met=80, total=100, period="2026-05", partner="borealis",
                  reported=(95, 98, "cases", "Their figure comes out when the queue EN Returns is left out.")),
        a_verdict("S1", Outcome.PROVISIONAL, met=50, total=55, period="2026-06", partner="borealis"),
    )  # fmt: skip
    names = {"aurora": "Aurora Contact", "borealis": "Borealis Desk", "cordoba": "Cordoba Care"}
    return Overview(
        "Lumen Home", "2026-07-06 06:00 UTC", "0.1.0", names, verdicts,
        (a_statement("aurora", "2026-05"), a_statement("cordoba", "2026-06", "USD")), {old.id: old},
        {("aurora", "2026-05"): "aurora-2026-05.html"},
    )  # fmt: skip

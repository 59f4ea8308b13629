"""Charts as SVG, made here and nowhere else, so that screen, paper and mail show the same picture.

Each chart carries a title that states its finding, a text summary, and the same figures as a real table. Colours come
from the page's style sheet; shape and position say everything that colour says. Coordinates are written at one digit.

In: figures, outcomes, instants. Out: `<figure>` or `<svg>` markup. Verb: the chart's own name.
Must not know: documents, contracts, how anything was computed.
"""

from __future__ import annotations

from tallystick.reports.charts.bullets import bullet
from tallystick.reports.charts.credits import credit_bars
from tallystick.reports.charts.outcomes import SHAPES, glyph, glyph_sheet, status
from tallystick.reports.charts.timelines import (
    PAUSED,
    PAUSED_WAITING,
    RUNNING,
    STOPPED,
    CaseTimeline,
    TimelineMark,
    TimelineSpan,
    instant_text,
    timeline,
)
from tallystick.reports.charts.trends import TrendPoint, trend
from tallystick.reports.charts.waterfalls import waterfall_bars

__all__ = [
    "PAUSED",
    "PAUSED_WAITING",
    "RUNNING",
    "SHAPES",
    "STOPPED",
    "CaseTimeline",
    "TimelineMark",
    "TimelineSpan",
    "TrendPoint",
    "bullet",
    "credit_bars",
    "glyph",
    "glyph_sheet",
    "instant_text",
    "status",
    "timeline",
    "trend",
    "waterfall_bars",
]

"""The whole chart of a clause over its periods, with the sentence that states what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tallystick.reports.charts import TrendPoint, trend
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.figure import address_of, unit_of
from tallystick.web.said import status
from tallystick.web.sentences import against


@dataclass(frozen=True)
class Trend:
    """A clause with its chart; `open` where a reader should see it without asking."""

    verdict: Verdict
    drawing: Markup
    open: bool

    @property
    def name(self) -> str:
        """Where it stands on the page."""
        return f"trend-{self.verdict.clause}"

    @property
    def heading(self) -> Markup:
        """State, clause and figure."""
        return tag(
            "span",
            status(self.verdict.outcome),
            f" {self.verdict.clause} ",
            tag("span", against(self.verdict), class_="muted"),
        )

    @property
    def href(self) -> str:
        """Where its figure of this period is explained."""
        return address_of(self.verdict)

    def as_json(self) -> dict[str, Any]:
        """The clause; its figures stand in the history."""
        return {"clause": self.verdict.clause, "verdict": self.verdict.id}


def trends_of(verdict: Verdict, points: Sequence[TrendPoint]) -> Markup:
    """The chart, titled with its finding."""
    missed = sum(point.outcome is Outcome.MISSED for point in points)
    named = {"title": verdict.title, "missed": missed, "all": len(points)}
    if missed:
        title = _("%(title)s: %(missed)d of %(all)d periods missed") % named
    elif all(point.outcome is Outcome.MET for point in points):
        title = _("%(title)s: kept in every period") % named
    else:
        title = _("%(title)s: no period missed") % named
    return trend(f"chart-{verdict.clause}", title, tuple(points), unit_of(verdict), verdict.period)

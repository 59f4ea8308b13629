"""One partner, one month: what was promised, what happened, what follows, and the cases behind each figure.

Everything on the page was computed before; here it is only worded. No text of customers and no name of a person enters.

In: a PartnerMonth. Out: one HTML text. Verb: render. Must not know: the store, how anything was computed.
"""

from __future__ import annotations

from tallystick.reports.partner_month.clauses import trend_points
from tallystick.reports.partner_month.document import render_partner_month
from tallystick.reports.partner_month.month import MOST_CASES, FailedCase, FailedCases, Feed, PartnerMonth

__all__ = ["MOST_CASES", "FailedCase", "FailedCases", "Feed", "PartnerMonth", "render_partner_month", "trend_points"]

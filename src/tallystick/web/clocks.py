"""Clocks that both sides see: how much of a preview or of a deadline is left, in words and as a share of the whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, DAY = 3600, 86_400


def span_words(seconds: float) -> str:
    """A length of time in its two largest parts: 1 day 23 h, 5 h 10 min, 3 min."""
    whole = max(0, int(seconds))
    days, hours, minutes = whole // DAY, whole % DAY // HOUR, whole % HOUR // 60
    if days:
        first = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
        return f"{first} {hours} h" if hours else first
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def clock(begun: datetime, ends: datetime, now: datetime) -> dict[str, Any]:
    """What a page shows of a deadline: its end, whether it has passed, what is left in words, and the part gone by."""
    left = (ends - now).total_seconds()
    whole = max((ends - begun).total_seconds(), 1)
    over = left <= 0
    words = _("%(span)s left") if not over else _("ended %(span)s ago")
    return {
        "ends": ends,
        "over": over,
        "words": words % {"span": span_words(abs(left))},
        "percent": min(100, max(0, round(100 * (1 - left / whole)))),
    }

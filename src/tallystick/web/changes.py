"""What changed: promises whose verdict is another than in the period before, and verdicts that late data moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.reports.figures import counted_text, month_name, value_text
from tallystick.reports.markup import Markup
from tallystick.verdicts.verdict import IntervalPosition, Outcome, Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.web.figure import address_of, unit_of
from tallystick.web.room import Room
from tallystick.web.said import outcome_words, status
from tallystick.web.standings import Standings

# What a reader should hear of first.
_ORDER = (Outcome.MISSED, Outcome.PROVISIONAL, Outcome.EXCUSED, Outcome.MET, Outcome.NOT_ASSESSABLE)


@dataclass(frozen=True)
class Change:
    """One change in words, with its mark and its explanation."""

    mark: Markup
    words: str
    href: str
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """The change for the twin of a page."""
        return {"words": self.words, "explanation": self.href, "verdict": self.verdict}


def changes(room: Room, all_of: Standings, period: str, before: str, partner: str = "") -> tuple[Change, ...]:
    """The changes of a period against the one before (empty: none is), restated verdicts first.

    That a promise is open while its period still runs is no change.
    """
    own = [one for one in room.books.verdicts if partner in ("", one.partner)]
    now = [one for one in own if one.period == period]
    restated = [_restated(room, one) for one in now if one.restates is not None]
    earlier = {(one.contract, one.partner, one.clause): one for one in own if one.period == before}
    turned = []
    for verdict in now:
        old = earlier.get((verdict.contract, verdict.partner, verdict.clause))
        waits = verdict.outcome is Outcome.PROVISIONAL and all_of[verdict.partner, period].runs
        if old is not None and old.outcome is not verdict.outcome and not waits:
            turned.append((old, verdict))
    turned.sort(key=lambda pair: _ORDER.index(pair[1].outcome))
    opened: dict[str, list[Verdict]] = {}
    for _old, new in turned:
        if new.outcome is Outcome.PROVISIONAL:
            opened.setdefault(new.partner, []).append(new)
    # What one late feed does to many promises is one change.
    together = {name for name, listed in opened.items() if len(listed) > 1}
    single = [(old, new) for old, new in turned if not (new.outcome is Outcome.PROVISIONAL and new.partner in together)]
    return (
        *restated,
        *(_turned(room, old, new) for old, new in single if new.outcome is Outcome.MISSED),
        *(_opened(room, opened[name]) for name in opened if name in together),
        *(_turned(room, old, new) for old, new in single if new.outcome is not Outcome.MISSED),
    )


def _opened(room: Room, verdicts: list[Verdict]) -> Change:
    first = verdicts[0]
    words = _("%(partner)s: %(count)d promises were settled in the period before and are provisional now. %(why)s") % {
        "partner": room.books.partners.get(first.partner, first.partner),
        "count": len(verdicts),
        "why": first.reasons[-1] if first.reasons else "",
    }
    query = f"period={quote(first.period)}&partner={quote(first.partner)}&state={quote(first.outcome.value)}"
    return Change(status(first.outcome), words.strip(), f"/service-levels?{query}", first.id)


def _named(room: Room, verdict: Verdict) -> dict[str, Any]:
    return {
        "partner": room.books.partners.get(verdict.partner, verdict.partner),
        "promise": f"{verdict.clause} {verdict.title}",
        "now": _figure(verdict),
    }


def _figure(verdict: Verdict) -> str:
    value = value_text(verdict.value.value if verdict.value else None, unit_of(verdict), verdict.target)
    return _("%(outcome)s at %(value)s (%(counted)s)") % {
        "outcome": outcome_words(verdict.outcome),
        "value": value,
        "counted": counted_text(verdict.value),
    }


def _turned(room: Room, old: Verdict, new: Verdict) -> Change:
    words = _("%(partner)s, %(promise)s: %(before)s in %(period)s, now %(now)s.") % {
        **_named(room, new),
        "before": _figure(old),
        "period": month_name(old.period),
    }
    # A promise may turn by chance alone; the interval says so.
    if new.outcome is Outcome.MISSED and new.interval_position is IntervalPosition.REACHES:
        words += " " + _("As a signal about the process this is weak: the interval reaches over the target.")
    return Change(status(new.outcome), words, address_of(new), new.id)


def _restated(room: Room, verdict: Verdict) -> Change:
    count = len(verdict.differing)
    moved = ngettext("%(count)d record", "%(count)d records", count) % {"count": count}
    try:
        was = _figure(room.books.store.find(verdict.restates or ""))
    except NotFound:
        was = verdict.restates or ""
    words = _("%(partner)s, %(promise)s: restated from %(was)s to %(now)s, moved by %(moved)s.") % {
        **_named(room, verdict),
        "was": was,
        "moved": moved,
    }
    return Change(status(verdict.outcome), words, address_of(verdict), verdict.id)

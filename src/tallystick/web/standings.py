"""How each partner stands in each period, as pages show it: the word with its shape, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.pace import NoPace, Pace, pace_of
from tallystick.verdicts.pace_credits import PaceOfCredits, pace_of_credits
from tallystick.verdicts.standing import Standing, in_effect, is_at_risk, standing
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.freshness import FeedReach, at_words, data_to, feeds_of
from tallystick.web.remembered import remembered
from tallystick.web.room import Room

# Shapes on a field of 16 by 16, each another outline, so that they survive grey print; `met` and the others are those
# of the documents' sheet, the triangle is drawn here.
_TRIANGLE = Markup(
    '<path d="M8 .9 15.6 14.8H.4z"/><path class="cut" d="M8 5.4v4.7M8 12.2v.6"/>',
)
SETTLED = (Outcome.MET, Outcome.MISSED, Outcome.EXCUSED)
CLASSES = {
    Standing.MET: "met",
    Standing.AT_RISK: "risk",
    Standing.MISSED: "missed",
    Standing.NOT_ENOUGH: "thin",
}


def word(standing: Standing) -> str:
    """The word of a standing."""
    return {
        Standing.MET: _("met"),
        Standing.AT_RISK: _("at risk"),
        Standing.MISSED: _("missed"),
        Standing.NOT_ENOUGH: _("not enough data"),
    }[standing]


def shape(standing: Standing) -> Markup:
    """The shape of a standing; the word beside it says the same."""
    inside = _TRIANGLE if standing is Standing.AT_RISK else tag("use", href=f"#g-{CLASSES[standing]}")
    return tag("svg", inside, class_=f"glyph {CLASSES[standing]}", viewBox="0 0 16 16", aria_hidden="true")


def mark(standing: Standing, *, late: bool = False) -> Markup:
    """Shape, word and colour; on late data it is grey, unless it is a miss."""
    classes = "thin" if late and standing is not Standing.MISSED else CLASSES[standing]
    return tag("span", shape(standing), tag("span", word(standing)), class_=f"status {classes}")


@dataclass(frozen=True)
class Stood:
    """One partner in one period: its judgings (one for each contract), their verdicts, and the word they come to.

    `alarm` says how far the data reach where a feed of the partner stays away now; it concerns the newest period.
    `ahead` is what a period that still runs will cost at its pace, for each contract whose figures can be forecast.
    """

    partner: str
    name: str
    period: str
    records: tuple[Judged, ...]
    verdicts: tuple[Verdict, ...]
    paces: Mapping[tuple[str, str], Pace | NoPace]
    alarm: str = ""
    ahead: tuple[PaceOfCredits, ...] = ()

    @cached_property
    def standing(self) -> Standing:
        """The word."""
        return standing(self.verdicts, [pace for pace in self.paces.values() if isinstance(pace, Pace)])

    @cached_property
    def feeds(self) -> tuple[FeedReach, ...]:
        """The feeds of all its judgings."""
        found = {
            feed.source: feed
            for record in self.records
            for feed in feeds_of(record, next(one for one in self.verdicts if one.contract == record.contract))
        }
        return tuple(found.values())

    @cached_property
    def data_to(self) -> str:
        """Why its figures are grey; empty where they are not."""
        return data_to(self.feeds) or self.alarm

    @property
    def mark(self) -> Markup:
        """The word with its shape."""
        return mark(self.standing, late=bool(self.data_to))

    @cached_property
    def begins(self) -> Mapping[str, date]:
        """The first day of its period, by contract."""
        return {one.contract: one.from_on for one in self.verdicts}

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Its money, one statement for each contract."""
        return tuple(record.statement for record in self.records if record.statement is not None)

    @property
    def runs(self) -> bool:
        """Whether the period was not over when it was judged."""
        return any(pace is not NoPace.OVER for pace in self.paces.values())

    @cached_property
    def binding(self) -> tuple[Verdict, ...]:
        """The verdicts of clauses in effect."""
        return in_effect(self.verdicts)

    @cached_property
    def settled(self) -> tuple[Verdict, ...]:
        """Those of them that are decided: enough rows, and data that are complete."""
        return tuple(one for one in self.binding if one.outcome in SETTLED)

    @property
    def kept_words(self) -> str:
        """How many of the decided promises were kept, or how many wait to be decided."""
        if self.settled:
            kept = len(self.with_outcome(Outcome.MET))
            return _("%(kept)d of %(all)d promises kept") % {"kept": kept, "all": len(self.settled)}
        count = len(self.with_outcome(Outcome.PROVISIONAL))
        return ngettext("%(count)d promise not settled", "%(count)d promises not settled", count) % {"count": count}

    def with_outcome(self, outcome: Outcome) -> tuple[Verdict, ...]:
        """The binding verdicts of one outcome."""
        return tuple(one for one in self.binding if one.outcome is outcome)

    @property
    def at_risk(self) -> tuple[Verdict, ...]:
        """The binding verdicts that were kept, and only just."""
        return tuple(one for one in self.binding if is_at_risk(one))

    @property
    def may_miss(self) -> tuple[Verdict, ...]:
        """The binding verdicts of a running period whose forecast holds a miss."""
        return tuple(one for one in self.binding if isinstance(pace := self.pace(one), Pace) and pace.may_miss)

    @property
    def on_course(self) -> bool:
        """Whether the period still runs, something is forecast, and no forecast holds a miss."""
        return self.runs and any(isinstance(pace, Pace) for pace in self.paces.values()) and not self.may_miss

    def pace(self, verdict: Verdict) -> Pace | NoPace:
        """The forecast of one of its verdicts."""
        return self.paces[verdict.contract, verdict.clause]

    @property
    def href(self) -> str:
        """Its page at this period."""
        return f"/partner/{quote(self.partner)}?period={quote(self.period)}"

    @property
    def note(self) -> str:
        """What the word rests on, in few words."""
        if self.standing is Standing.NOT_ENOUGH:
            if self.data_to:
                return self.data_to
            if self.runs:
                return _("the period still runs, on course") if self.on_course else _("the period still runs")
            return _("too little to judge")
        if self.standing is Standing.AT_RISK and self.runs:
            return _("may end in a miss: %(clauses)s") % {"clauses": ", ".join(one.clause for one in self.may_miss)}
        if self.standing is Standing.AT_RISK:
            count = len(self.at_risk)
            return ngettext("%(count)d promise only just kept", "%(count)d promises only just kept", count) % {
                "count": count
            }
        return ", ".join(part for part in (self.kept_words, self.data_to) if part)

    def as_json(self) -> dict[str, Any]:
        """The standing for the twin of a page."""
        return {
            "partner": self.partner,
            "name": self.name,
            "period": self.period,
            "standing": self.standing.value,
            "settled": len(self.settled),
            "kept": len(self.with_outcome(Outcome.MET)),
            "missed": [one.id for one in self.with_outcome(Outcome.MISSED)],
            "at_risk": [one.id for one in self.at_risk],
            "data_to": self.data_to,
            "feeds": [feed.as_json() for feed in self.feeds],
            "at_this_pace": [{"least": one.least, "middle": one.middle, "most": one.most} for one in self.ahead],
            "page": self.href,
        }


Standings = Mapping[tuple[str, str], Stood]
LateFeeds = tuple[tuple[str, str], ...]


def late_feeds(room: Room) -> LateFeeds:
    """The partners with a feed that stays away now, each with how far its data reach in words; part of every key."""
    return tuple(sorted(room.desk.feeds.late().items()))


def standings(room: Room, late: LateFeeds) -> Standings:
    """Every judged partner and period of the room, by (partner, period)."""
    return remembered(room, ("standings", late), lambda: _made(room, dict(late)))


def _made(room: Room, late: Mapping[str, str]) -> Standings:
    books = room.books
    records: dict[tuple[str, str], list[Judged]] = {}
    for record in books.records:
        records.setdefault((record.partner, record.period), []).append(record)
    by_cell: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in books.verdicts:
        by_cell.setdefault((verdict.partner, verdict.period), []).append(verdict)
    newest = {partner: period for period in books.periods for partner, label in by_cell if label == period}
    found = {}
    for (partner, period), own in by_cell.items():
        judgings = {record.contract: record for record in records[partner, period]}
        paces = {
            (one.contract, one.clause): pace_of(one, judgings[one.contract], books.terms.get(one.contract))
            for one in own
        }
        name = books.partners.get(partner, partner)
        alarm = late.get(partner, "") if period == newest[partner] else ""
        found[partner, period] = Stood(
            partner,
            name,
            period,
            tuple(judgings.values()),
            tuple(own),
            paces,
            alarm,
            _ahead(room, judgings, own, paces),
        )
    return found


def _ahead(
    room: Room,
    judgings: Mapping[str, Judged],
    verdicts: Sequence[Verdict],
    paces: Mapping[tuple[str, str], Pace | NoPace],
) -> tuple[PaceOfCredits, ...]:
    """What follows at the pace so far, by the text of each contract as it is written now."""
    texts = {text.contract.contract: text.contract for text in room.books.contracts}
    found = []
    for name, record in judgings.items():
        own = [one for one in verdicts if one.contract == name]
        if name in texts:
            by_clause = {one.clause: paces[name, one.clause] for one in own}
            found.append(pace_of_credits(texts[name], record, own, by_clause))
    return tuple(one for one in found if one is not None)


def as_of_words(stood: Sequence[Stood], zone: str) -> str:
    """The instant of the newest judging, on the wall clock of a zone."""
    return at_words(max(datetime.fromisoformat(record.as_of) for one in stood for record in one.records), zone)

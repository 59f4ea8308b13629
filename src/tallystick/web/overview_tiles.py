"""The seven figures of the first screen: partners, promises, money, customers, the partners' own reports, data."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.verdicts.standing import Standing
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.amounts import by_currency
from tallystick.web.credits import moneys_words, years_of
from tallystick.web.customers import of_customers
from tallystick.web.figure import Figure
from tallystick.web.freshness import FRESH
from tallystick.web.room import Room
from tallystick.web.sentences import flatters, says_kept
from tallystick.web.standings import Standings, Stood
from tallystick.web.tile import Tile


def overview_tiles(room: Room, all_of: Standings, period: str, stood: Sequence[Stood]) -> list[Tile]:
    """At most seven figures, each leading to what it is counted from."""
    at = f"period={quote(period)}"
    settled = [verdict for one in stood for verdict in one.settled]
    missed = [verdict for one in stood for verdict in one.with_outcome(Outcome.MISSED)]
    inside = [one for one in stood if one.standing in (Standing.MET, Standing.AT_RISK) and not one.runs]
    risky = sum(one.standing is Standing.AT_RISK for one in stood)
    open_ones = sum(one.standing is Standing.NOT_ENOUGH for one in stood)
    running = all(one.runs for one in stood)
    on_course = sum(one.on_course for one in stood)
    years = [year for one in stood for year in years_of(room, all_of, one)]
    notes = [
        ngettext("%(count)d at risk", "%(count)d at risk", risky) % {"count": risky} if risky else "",
        ngettext("%(count)d without enough data", "%(count)d without enough data", open_ones) % {"count": open_ones}
        if open_ones and not running
        else "",
        ngettext("%(count)d on course", "%(count)d on course", on_course) % {"count": on_course} if on_course else "",
    ]
    of_all = _("%(part)d of %(all)d")
    tiles = [
        Tile(
            "inside",
            _("partners inside contract"),
            "\u2013" if running else of_all % {"part": len(inside), "all": len(stood)},
            ", ".join(note for note in notes if note) or _("none at risk"),
            f"/service-levels?{at}",
            len(inside),
        ),
        Tile(
            "missed",
            _("promises missed"),
            of_all % {"part": len(missed), "all": len(settled)} if settled else "\u2013",
            _("of those that are settled") if settled else _("nothing is settled yet"),
            f"/service-levels?{at}&state=missed",
            len(missed),
        ),
        Tile(
            "proposed",
            _("price adjustments"),
            moneys_words(by_currency(statement.total for one in stood for statement in one.statements)),
            _("each currency by itself"),
            f"/overview?{at}#money",
            by_currency(statement.total for one in stood for statement in one.statements),
            as_is=True,
        ),
        Tile(
            "year",
            _("in the contract years so far"),
            moneys_words(by_currency(year.total for year in years)),
            years[0].words if len({year.words for year in years}) == 1 else _("each contract's own year"),
            f"/overview?{at}#money",
            by_currency(year.total for year in years),
            as_is=True,
        ),
        _customer_tile(stood, at),
        _reported_tile(stood, at),
        _data_tile(stood),
    ]
    return [tile for tile in tiles if tile is not None]


def _customer_tile(stood: Sequence[Stood], at: str) -> Tile | None:
    """The partner whose customers are least satisfied by the measure that most partners share; never an average."""
    found = [(one, verdict) for one, verdict in of_customers(stood) if verdict.value and verdict.value.n != 0]
    if not found:
        return None
    measures = [verdict.value.measure for _one, verdict in found if verdict.value]
    shared = max(dict.fromkeys(measures), key=measures.count)
    own = [(one, verdict) for one, verdict in found if verdict.value and verdict.value.measure == shared]

    def level(pair: tuple[Stood, Verdict]) -> Fraction:
        value = (pair[1].value.value if pair[1].value else None) or Fraction(0)
        return value if pair[1].better == "higher" else -value

    lowest, verdict = min(own, key=level)
    figure = Figure(verdict, lowest.data_to)
    words = _("%(partner)s, %(counted)s, interval %(interval)s") % {
        "partner": lowest.name,
        "counted": figure.counted,
        "interval": figure.interval,
    }
    label = _("%(measure)s, lowest of %(count)d") % {"measure": verdict.title.lower(), "count": len(own)}
    return Tile("customers", label, figure.shown, words, figure.href, figure, late=figure.data_to, as_is=True)


def _reported_tile(stood: Sequence[Stood], at: str) -> Tile:
    reported = [verdict for one in stood for verdict in one.verdicts if verdict.reported is not None]
    better = [verdict for verdict in reported if flatters(verdict)]
    turned = [verdict for verdict in better if verdict.outcome is Outcome.MISSED and says_kept(verdict)]
    note = _("of the partners' own figures")
    if turned:
        note = ngettext("%(count)d turns a miss into kept", "%(count)d turn a miss into kept", len(turned)) % {
            "count": len(turned)
        }
    of_all = _("%(part)d of %(all)d") % {"part": len(better), "all": len(reported)}
    return Tile(
        "reported",
        _("reported better than counted"),
        of_all,
        note,
        f"/service-levels?{at}&state=flattered",
        len(better),
    )


def _data_tile(stood: Sequence[Stood]) -> Tile:
    feeds = [feed for one in stood for feed in one.feeds]
    behind = [feed for feed in feeds if feed.lamp != FRESH]
    if not feeds:
        return Tile("data", _("data"), _("no feed"), _("nothing was imported for this period"), "/data", 0)
    if not behind:
        words = ngettext("%(count)d feed reaches the end", "%(count)d feeds reach the end", len(feeds))
        return Tile("data", _("data"), _("complete"), words % {"count": len(feeds)}, "/data", 0)
    words = ngettext("%(count)d feed late", "%(count)d feeds late", len(behind)) % {"count": len(behind)}
    return Tile(
        "data",
        _("data"),
        words,
        _("%(feed)s: %(reach)s") % {"feed": behind[0].source, "reach": behind[0].words},
        "/data",
        len(behind),
    )

"""A period in one or two sentences, for all partners or for one. Every part is counted from verdicts and statements."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.reports.figures import level_text, list_words, money_text, month_name, value_text
from tallystick.verdicts.standing import Standing
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.money import Money
from tallystick.web.amounts import by_currency
from tallystick.web.closing import State
from tallystick.web.figure import unit_of
from tallystick.web.said import outcome_words
from tallystick.web.standings import SETTLED, Stood

MOST_NAMED = 3
PROPOSED, APPROVED, CLOSED = State.PROPOSED.value, State.APPROVED.value, State.CLOSED.value


def overview_sentence(period: str, stood: Sequence[Stood], due: Sequence[Money], stage: str = PROPOSED) -> str:
    """All partners in one period: who is inside its contract, who is not and why, and how far its money has come."""
    if stood and all(one.runs for one in stood):
        return _running_sentence(period, stood)
    kept = [one for one in stood if one.standing in (Standing.MET, Standing.AT_RISK) and not one.runs]
    count = {"period": month_name(period), "kept": len(kept), "all": len(stood)}
    first = (
        ngettext(
            "%(period)s: %(kept)d of %(all)d partner inside contract",
            "%(period)s: %(kept)d of %(all)d partners inside contract",
            len(stood),
        )
        % count
    )
    order = (Standing.MISSED, Standing.NOT_ENOUGH, Standing.AT_RISK)
    others = sorted((one for one in stood if one.standing in order), key=lambda one: order.index(one.standing))
    told = [_about(one) for one in others[:MOST_NAMED]]
    if len(others) > MOST_NAMED:
        more = len(others) - MOST_NAMED
        told.append(ngettext("%(more)d partner more", "%(more)d partners more", more) % {"more": more})
    return f"{'; '.join([first, *told])}. {money_words(due, stage)}"


def _running_sentence(period: str, stood: Sequence[Stood]) -> str:
    """A period that still runs: who may end in a miss, who is on course, and the money at this pace."""
    risky = [one for one in stood if one.standing in (Standing.AT_RISK, Standing.MISSED)]
    safe = [one.name for one in stood if one.on_course]
    told = [_about(one) for one in risky[:MOST_NAMED]]
    if len(risky) > MOST_NAMED:
        more = len(risky) - MOST_NAMED
        told.append(ngettext("%(more)d partner more", "%(more)d partners more", more) % {"more": more})
    if safe:
        words = ngettext("%(partners)s is on course", "%(partners)s are on course", len(safe))
        told.append(words % {"partners": list_words(safe, _("and"))})
    open_ones = [one.name for one in stood if one not in risky and not one.on_course]
    if open_ones:
        words = ngettext("too early to say for %(partners)s", "too early to say for %(partners)s", len(open_ones))
        told.append(words % {"partners": list_words(open_ones, _("and"))})
    first = _("%(period)s still runs") % {"period": month_name(period)}
    return f"{first}: {'; '.join(told)}. {ahead_words(stood)}"


def ahead_words(stood: Sequence[Stood]) -> str:
    """What periods that still run will cost at their pace, each currency by itself."""
    ahead = [one for each in stood for one in each.ahead]
    if not ahead:
        return _("What it will cost is forecast from the fifth day.")
    least, most = by_currency(one.least for one in ahead), by_currency(one.most for one in ahead)
    moved = [(low, high) for low, high in zip(least, most, strict=True) if high.amount]
    if not moved:
        return _("At this pace no price adjustment follows.")
    spans = [
        _("%(least)s to %(most)s") % {"least": money_text(low), "most": money_text(high)}
        if low != high
        else money_text(high)
        for low, high in moved
    ]
    return _("At this pace price adjustments of %(money)s follow.") % {"money": list_words(spans, _("and"))}


def money_words(due: Sequence[Money], stage: str = PROPOSED) -> str:
    """The price adjustments of a period, each currency by itself, and how far their closing has come."""
    moved = [money_text(money) for money in due if money.amount]
    if not moved:
        return _("No price adjustment follows.")
    words = {
        APPROVED: _("Price adjustments of %(money)s are approved."),
        CLOSED: _("Price adjustments of %(money)s are final."),
    }.get(stage, _("Price adjustments of %(money)s are proposed."))
    return words % {"money": list_words(moved, _("and"))}


def _about(stood: Stood) -> str:
    if stood.standing is Standing.MISSED:
        missed = stood.with_outcome(Outcome.MISSED)
        words = _("%(partner)s missed %(promise)s") % {"partner": stood.name, "promise": against(missed[0])}
        return words + _more(len(missed) - 1)
    if stood.standing is Standing.AT_RISK:
        near = stood.may_miss
        if stood.runs and near:
            words = _("%(partner)s may miss %(promise)s") % {"partner": stood.name, "promise": against(near[0])}
            return words + _more(len(near) - 1)
        near = stood.at_risk
        words = _("%(partner)s is at risk with %(promise)s") % {"partner": stood.name, "promise": against(near[0])}
        return words + _more(len(near) - 1)
    if stood.data_to:
        return _("%(partner)s cannot be settled yet (%(reason)s)") % {"partner": stood.name, "reason": stood.data_to}
    if stood.runs:
        return _("%(partner)s is still being measured") % {"partner": stood.name}
    return _("%(partner)s has too little to judge") % {"partner": stood.name}


def _more(count: int) -> str:
    if not count:
        return ""
    return ngettext(" and %(count)d more", " and %(count)d more", count) % {"count": count}


def against(verdict: Verdict) -> str:
    """A promise with its figure and its target: first reply, chat (83.7 % of 90 %)."""
    title = verdict.title[:1].lower() + verdict.title[1:]
    value = value_text(verdict.value.value if verdict.value else None, unit_of(verdict), verdict.target)
    if verdict.target is None:
        return f"{title} ({value})"
    words = _("%(title)s (%(value)s, promised at least %(target)s)")
    if verdict.better == "lower":
        words = _("%(title)s (%(value)s, promised at most %(target)s)")
    return words % {"title": title, "value": value, "target": level_text(verdict.target, unit_of(verdict))}


def partner_sentence(stood: Stood, due: Sequence[Money], stage: str = PROPOSED) -> str:
    """One partner in one period: kept, missed, excused, the money, and what its own report says otherwise."""
    settled, met = stood.settled, stood.with_outcome(Outcome.MET)
    missed, excused = stood.with_outcome(Outcome.MISSED), stood.with_outcome(Outcome.EXCUSED)
    named = {"period": month_name(stood.period), "partner": stood.name, "met": len(met), "all": len(settled)}
    open_ones = stood.with_outcome(Outcome.PROVISIONAL)
    if open_ones and stood.runs and not missed:
        return _running_sentence(stood.period, [stood])
    if open_ones and not missed:
        why = stood.data_to or _("the data are not complete")
        return _("%(period)s: nothing about %(partner)s can be settled yet (%(why)s).") % {**named, "why": why}
    if not settled:
        return _("%(period)s: there was too little to judge %(partner)s.") % named
    if len(met) == len(settled):
        words = _("%(period)s: %(partner)s kept every promise") % named
    else:
        words = _("%(period)s: %(partner)s kept %(met)d of %(all)d promises") % named
    if missed:
        words += _(", and missed %(promises)s") % {"promises": _listed(missed)}
    if excused:
        words += _("; it is excused for %(promises)s") % {"promises": _listed(excused)}
    sentences = [f"{words}.", money_words(due, stage)]
    flattered = [one for one in missed if says_kept(one)]
    if flattered:
        own = list_words([_own_figure(one) for one in flattered], _("and"))
        sentences.append(
            ngettext(
                "Its own report says %(own)s, which would have kept it.",
                "Its own report says %(own)s, which would have kept them.",
                len(flattered),
            )
            % {"own": own}
        )
    return " ".join(sentences)


def _own_figure(verdict: Verdict) -> str:
    theirs = verdict.reported.value if verdict.reported else None
    return _("%(value)s for %(clause)s") % {
        "value": value_text(theirs, unit_of(verdict), verdict.target),
        "clause": verdict.clause,
    }


def _listed(verdicts: Sequence[Verdict]) -> str:
    return list_words([against(one) for one in verdicts[:MOST_NAMED]], _("and")) + _more(
        max(len(verdicts) - MOST_NAMED, 0)
    )


def says_kept(verdict: Verdict) -> bool:
    """Whether the partner's own figure would have kept the promise."""
    if verdict.reported is None or verdict.target is None:
        return False
    theirs = verdict.reported.value
    return theirs <= verdict.target if verdict.better == "lower" else theirs >= verdict.target


def flatters(verdict: Verdict) -> bool:
    """Whether the partner reports a better figure than we count, its own rounding aside."""
    reported = verdict.reported
    if reported is None or not reported.difference or reported.cause in {"same", "rounding"}:
        return False
    return (reported.difference < 0) == (verdict.better == "lower")


def _counted(count: int, outcome: Outcome) -> str:
    return _("%(count)d %(outcome)s") % {"count": count, "outcome": outcome_words(outcome)}


def service_level_sentence(period: str, verdicts: Sequence[Verdict]) -> str:
    """How the clauses of a period went, by their states."""
    named = {"period": month_name(period), "all": len(verdicts)}
    counts = {outcome: sum(one.outcome is outcome for one in verdicts) for outcome in Outcome}
    if not verdicts:
        return _("%(period)s: no clause is as you ask.") % named
    if not any(counts[outcome] for outcome in SETTLED):
        others = [_counted(counts[outcome], outcome) for outcome in Outcome if counts[outcome]]
        return _("%(period)s: nothing is settled yet; %(others)s.") % {
            **named,
            "others": list_words(others, _("and")),
        }
    words = ngettext(
        "%(period)s: %(met)d of %(all)d promise kept", "%(period)s: %(met)d of %(all)d promises kept", len(verdicts)
    ) % {**named, "met": counts[Outcome.MET]}
    others = [
        _counted(counts[outcome], outcome) for outcome in Outcome if outcome is not Outcome.MET and counts[outcome]
    ]
    return f"{words}{'; ' if others else ''}{list_words(others, _('and'))}."

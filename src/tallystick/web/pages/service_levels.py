"""Every clause of every partner in a period, with what stands behind it and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.contract.clause import clause_kinds
from tallystick.verdicts.standing import is_at_risk
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.first_steps import first_steps
from tallystick.web.grids import promise_by_month
from tallystick.web.history import history_table
from tallystick.web.page import Asked, Page
from tallystick.web.period_choice import PeriodChoice, period_choice
from tallystick.web.promises import WEIGHT, histories, promise_row, promise_table
from tallystick.web.remembered import remembered
from tallystick.web.roles import CLIENT_ROLES
from tallystick.web.room import Room
from tallystick.web.said import kind_words, outcome_words
from tallystick.web.sentences import flatters, service_level_sentence
from tallystick.web.standings import LateFeeds, as_of_words, late_feeds, standings

AT_RISK, FLATTERED = "at risk", "flattered"
STATES = (*(outcome.value for outcome in Outcome), AT_RISK, FLATTERED)
FILTERS = ("partner", "state", "kind")


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The clauses that the URL asks for."""
    choice = period_choice(room, asked)
    if not choice.label:
        return {"choice": choice, "steps": first_steps(room)}
    among = {
        "partner": tuple(room.books.partners),
        "state": STATES,
        "kind": tuple(dict.fromkeys(one.kind for one in room.books.verdicts)),
    }
    wanted = {name: asked.choice(name, among[name]) for name in FILTERS}
    late = late_feeds(room)
    key = ("service levels", choice.label, late, *wanted.values())
    return {
        "choice": choice,
        "filters": {name: _options(room, name, among[name], wanted[name]) for name in FILTERS},
        **remembered(room, key, lambda: _of_period(room, choice, wanted, late)),
    }


def _of_period(room: Room, choice: PeriodChoice, wanted: dict[str, str], late: LateFeeds) -> dict[str, Any]:
    all_of = standings(room, late)
    stood = [one for partner in room.books.partners if (one := all_of.get((partner, choice.label))) is not None]
    chosen = [(one, verdict) for one in stood for verdict in one.verdicts if _is_wanted(verdict, wanted)]
    chosen.sort(key=lambda pair: WEIGHT[pair[1].outcome])
    points = histories(room, choice.shown)
    rows = [
        promise_row(one, verdict, points[verdict.contract, verdict.partner, verdict.clause]) for one, verdict in chosen
    ]
    clauses = {(verdict.contract, verdict.partner, verdict.clause) for _one, verdict in chosen}
    past = [one for one in room.books.verdicts if (one.contract, one.partner, one.clause) in clauses]
    return {
        "sentence": service_level_sentence(choice.label, [verdict for _one, verdict in chosen]),
        "as_of": as_of_words(stood, room.home.zone),
        "runs": any(one.runs for one in stood),
        "promises": promise_table(
            "promises", _("Promises"), rows, _("No clause of this period is as you ask. Take a filter away."),
            partner=True,
        ),
        "grids": [
            promise_by_month(name, [one for one in past if one.partner == partner], choice.shown)
            for partner, name in room.books.partners.items()
            if any(one.partner == partner for one in past)
        ],
        "history": history_table(past),
    }  # fmt: skip


def _is_wanted(verdict: Verdict, wanted: dict[str, str]) -> bool:
    state = wanted["state"]
    if state == AT_RISK:
        fits = is_at_risk(verdict)
    elif state == FLATTERED:
        fits = flatters(verdict)
    else:
        fits = state in ("", verdict.outcome.value)
    return fits and wanted["partner"] in ("", verdict.partner) and wanted["kind"] in ("", verdict.kind)


def _options(room: Room, name: str, among: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
    """(value, words, whether it is chosen) of a filter; the first takes everything."""
    words = {
        "partner": room.books.partners,
        "state": {
            **{outcome.value: outcome_words(outcome) for outcome in Outcome},
            AT_RISK: _("kept only just"),
            FLATTERED: _("reported better than counted"),
        },
        "kind": {kind: kind_words(kind, found.called) for kind, found in clause_kinds().items()},
    }[name]
    every = {"partner": _("all partners"), "state": _("all states"), "kind": _("all kinds")}[name]
    return [("", every, not chosen), *((one, words.get(one, one), one == chosen) for one in among)]


PAGE = Page("service-levels", gettext_lazy("Service levels"), CLIENT_ROLES, gather, order=20, key="s")

"""What the core says, as pages say it: its states in the reader's language, and the rest marked as said.

Names, ids, texts of people and sentences of the core (a clause in plain words, a formula, a reason) are the same in
every language. `as_is` marks them in the HTML (`translate="no"`), so that neither a browser's translation nor a test of
ours takes them for words of the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports import charts
from tallystick.reports.figures import month_name
from tallystick.reports.markup import Markup, tag
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.web.roles import Role

_FIRST_TAG = re.compile(r"<(\w+)")

_OUTCOMES = {
    Outcome.MET: gettext_lazy("met"),
    Outcome.MISSED: gettext_lazy("missed"),
    Outcome.EXCUSED: gettext_lazy("excused"),
    Outcome.NOT_ASSESSABLE: gettext_lazy("not assessable"),
    Outcome.PROVISIONAL: gettext_lazy("provisional"),
}
_LIFECYCLES = {
    "reporting-only": gettext_lazy("reporting only"),
    "baselining": gettext_lazy("baselining"),
    "in-effect": gettext_lazy("in effect"),
    "suspended": gettext_lazy("suspended"),
    "retired": gettext_lazy("retired"),
}
_PROVENANCES = {
    "measured": gettext_lazy("measured"),
    "imported": gettext_lazy("imported"),
    "typed": gettext_lazy("typed"),
    "estimated": gettext_lazy("estimated"),
}
_SEVERITIES = {"error": gettext_lazy("error"), "warning": gettext_lazy("warning"), "note": gettext_lazy("note")}
_PARTIES = {
    "customer": gettext_lazy("customer"),
    "partner": gettext_lazy("partner"),
    "client": gettext_lazy("client"),
    "system": gettext_lazy("system"),
    "bot": gettext_lazy("bot"),
    "agent": gettext_lazy("agent"),
    "other party": gettext_lazy("other party"),
}
_BY_ITSELF = {
    "alarm-opened": gettext_lazy("Alarm opened"),
    "alarm-closed": gettext_lazy("Alarm closed"),
    "assessed": gettext_lazy("Assessed"),
    "assessment-failed": gettext_lazy("Assessment failed"),
    "import-stored": gettext_lazy("Import stored"),
    "import-refused": gettext_lazy("Import refused"),
    "file-dropped": gettext_lazy("File removed"),
}
_KINDS = {
    "sla_target": gettext_lazy("Time target"),
    "kpi": gettext_lazy("Level of a measure"),
    "service_credit": gettext_lazy("Price adjustment"),
    "credit_cap": gettext_lazy("Cap of price adjustments"),
    "averaged_level": gettext_lazy("Averaged level"),
    "bonus_malus": gettext_lazy("Bonus and price adjustment"),
    "claim_deadline": gettext_lazy("Claiming price adjustments"),
    "critical_levels": gettext_lazy("Critical levels and key measures"),
    "earn_back": gettext_lazy("Earning back price adjustments"),
    "escalating_credit": gettext_lazy("Escalating price adjustment"),
    "hours_in_adherence": gettext_lazy("Hours in adherence"),
    "invoice_weights": gettext_lazy("Weights on the invoice"),
    "linear_slope": gettext_lazy("Price adjustment by shortfall"),
    "pick_one": gettext_lazy("One price adjustment of several"),
    "points": gettext_lazy("Points"),
    "points_credit": gettext_lazy("Price adjustment by points"),
    "pool_allocation": gettext_lazy("Pool of price adjustments"),
    "termination_trigger": gettext_lazy("Right from persistent failure"),
    "weighting_factor": gettext_lazy("Weighting factors"),
}
_PLACES = {
    "met": gettext_lazy("met"),
    "missed": gettext_lazy("missed"),
    "counted": gettext_lazy("counted"),
    "not due yet": gettext_lazy("not due yet"),
    "with it (counts against)": gettext_lazy("with it (counts against)"),
    "without it": gettext_lazy("without it"),
}
_CLOCK_STATES = {
    "met": gettext_lazy("met"),
    "missed": gettext_lazy("missed"),
    "running": gettext_lazy("running"),
    "paused": gettext_lazy("paused"),
    "stopped": gettext_lazy("stopped"),
    "cancelled": gettext_lazy("cancelled"),
}
ROLES = {
    Role.OWNER: gettext_lazy("owner"),
    Role.VENDOR_MANAGER: gettext_lazy("vendor manager"),
    Role.QA_LEAD: gettext_lazy("QA lead"),
    Role.FINANCE: gettext_lazy("finance"),
    Role.DATA_PROTECTION: gettext_lazy("data-protection officer"),
    Role.EXECUTIVE: gettext_lazy("executive"),
    Role.AUDITOR: gettext_lazy("auditor"),
    Role.PARTNER_ADMIN: gettext_lazy("partner admin"),
    Role.TEAM_LEADER: gettext_lazy("team leader"),
    Role.AGENT: gettext_lazy("agent"),
}


def as_is(value: Any) -> Markup:
    """A value marked as said the same in every language; of markup its one element is marked."""
    if isinstance(value, Markup):
        return Markup(_FIRST_TAG.sub(r'<\1 translate="no"', value, count=1))
    return tag("span", str(value), translate="no")


def outcome_words(outcome: Outcome | str) -> str:
    """The word of an outcome."""
    return str(_OUTCOMES[Outcome(outcome)])


def verdict_words(verdict: Verdict) -> str:
    """Which promise it is and what was judged, in one line."""
    return _("%(clause)s %(title)s: %(outcome)s") % {
        "clause": verdict.clause,
        "title": verdict.title,
        "outcome": outcome_words(verdict.outcome),
    }


def period_words(name: str, period: str) -> str:
    """Whose period it is, in words."""
    return _("%(name)s, %(period)s") % {"name": name, "period": month_name(period)}


def status(outcome: Outcome, note: str = "") -> Markup:
    """Shape, word and colour of an outcome, as in the documents."""
    return charts.status(outcome, note, outcome_words(outcome))


def lifecycle_words(state: str) -> str:
    """The lifecycle of a clause."""
    return _said(_LIFECYCLES, state)


def provenance_words(provenance: str) -> str:
    """Where a figure comes from."""
    return _said(_PROVENANCES, provenance)


def severity_words(severity: str) -> str:
    """How much a finding weighs."""
    return _said(_SEVERITIES, severity)


def party_words(party: str) -> str:
    """Who did something in a case."""
    return _said(_PARTIES, party)


def role_words(role: Role | str) -> str:
    """What a person is."""
    return _said(ROLES, role)


def by_itself_words(name: str) -> str:
    """What the system did by itself."""
    return _said(_BY_ITSELF, name)


def kind_words(kind: str, called: str) -> str:
    """What a kind of clause is called; a kind of somebody else's is called as it says itself."""
    return str(_KINDS.get(kind, called))


def place_words(place: str) -> str:
    """Where a row stands in a figure."""
    if place in _PLACES:
        return str(_PLACES[place])
    head, colon, reason = place.partition(": ")
    return _("excluded: %(reason)s") % {"reason": reason} if colon and head == "excluded" else place


def clock_words(state: str) -> str:
    """How far a clock has come."""
    return _said(_CLOCK_STATES, state)


def _said(known: Mapping[Any, Any], word: str) -> str:
    return str(known[word]) if word in known else str(word)


def yes_no(answer: Any) -> str:
    """Yes or no."""
    return _("yes") if answer else _("no")

"""The closing of a period as pages word it: its state with a shape, for whom it waits, and the one sentence on top."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.reports.figures import money_text
from tallystick.reports.markup import Markup, tag
from tallystick.web.closing import State, after_term_words

RESTATEMENT = "restatement"
CHANGED = "changed"
STATES = (State.PROPOSED.value, State.PREVIEW.value, State.APPROVED.value, State.CLOSED.value, RESTATEMENT)
# Each state has an outline of its own: an empty ring, a half, a ring with a tick, a full disc with a tick, an arrow.
_RING = '<circle class="line" cx="8" cy="8" r="6"/>'
_SHAPES = {
    State.PROPOSED.value: _RING,
    State.PREVIEW.value: f'{_RING}<path d="M8 2a6 6 0 0 1 0 12z"/>',
    State.APPROVED.value: f'{_RING}<path class="line" d="m5.2 8.2 2 2 3.6-4.2"/>',
    State.CLOSED.value: '<circle cx="8" cy="8" r="7"/><path class="cut" d="m5 8.3 2.1 2.1L11 5.8"/>',
    RESTATEMENT: '<path class="line" d="M13.5 8A5.5 5.5 0 1 1 11 3.4M11 .9v3H8"/>',
}


def state_of(closing: Any) -> str:
    """The state that filters and pills name: a closed period with newer figures is a restatement that waits."""
    return RESTATEMENT if closing.restatement_waits else closing.course.state.value


def state_words(state: str) -> str:
    """A state in words."""
    return {
        State.PROPOSED.value: _("proposed"),
        State.PREVIEW.value: _("in preview"),
        State.APPROVED.value: _("approved"),
        State.CLOSED.value: _("closed"),
        RESTATEMENT: _("restatement waiting"),
    }[state]


def pill(state: str, *, changed: bool = False) -> Markup:
    """A state as shape, word and colour."""
    note = tag("span", _("figures changed"), class_="badge changed") if changed else None
    return tag("span", stage(state, state_words(state)), note)


def stage(state: str, words: str) -> Markup:
    """Words with the shape and colour of a state."""
    drawn = tag("svg", Markup(_SHAPES[state]), class_="glyph", viewBox="0 0 16 16", aria_hidden="true")
    return tag("span", drawn, tag("span", words), class_=f"status stage {state}")


def waits_for(closing: Any, now: Any) -> str:
    """Whose turn it is, in words; empty where it is nobody's."""
    course = closing.course
    if course.state is State.CLOSED:
        if not closing.restatement_waits:
            return ""
        return _("a second person: approve it") if closing.proposal else _("the client: propose the restatement")
    if closing.term_ended is not None:
        return "" if course.state is State.PROPOSED else _("the client: send it back")
    if course.state is State.PROPOSED:
        if not closing.over:
            return _("the period to end")
        return _("the client: look again") if course.sent_back else _("the client: open the preview")
    if closing.superseded:
        return _("the client: open the preview again")
    if course.state is State.PREVIEW and not course.preview_over(now):
        return _("the partner: look at the preview")
    if closing.open_disputes:
        return ngettext(
            "the client: decide %(n)d dispute", "the client: decide %(n)d disputes", closing.open_disputes
        ) % {"n": closing.open_disputes}  # fmt: skip
    return _("a second person: approve") if course.state is State.PREVIEW else _("the client: close")


def headline(closing: Any, what: str, now: Any, *, settled: bool = True) -> str:
    """The one sentence on top of a closing; `settled` is false while an answer is provisional for want of data."""
    course = closing.course
    total = closing.figures.total
    money = money_text(total) if total is not None and total.amount else ""
    parts = {"what": what, "money": money}
    if closing.restatement_waits:
        return _("%(what)s is closed, and was judged again since.") % parts
    if course.state is State.CLOSED:
        closed = course.figures.total
        parts["money"] = money_text(closed) if closed is not None and closed.amount else _("no price adjustment")
        return _("%(what)s is closed with %(money)s.") % parts
    if closing.term_ended is not None:
        return f"{what}: {after_term_words(closing.term_ended)}"
    if closing.superseded:
        return _("%(what)s was judged again: the figures that were shown have changed.") % parts
    if course.state is State.APPROVED:
        return (
            _("%(what)s: %(money)s is approved and not closed yet.") % parts
            if money
            else _("%(what)s is approved, without a price adjustment, and not closed yet.") % parts
        )
    if course.state is State.PREVIEW and not course.preview_over(now):
        return (
            _("%(what)s: %(money)s is in the partner's preview.") % parts
            if money
            else _("%(what)s is in the partner's preview; no price adjustment follows.") % parts
        )
    if course.state is State.PREVIEW:
        return (
            _("%(what)s: %(money)s waits for approval.") % parts
            if money
            else _("%(what)s waits for approval; no price adjustment follows.") % parts
        )
    if not settled:
        return _("%(what)s cannot be settled yet: data are missing.") % parts
    return (
        _("%(what)s: %(money)s is proposed.") % parts
        if money
        else _("%(what)s is judged; no price adjustment follows.") % parts
    )

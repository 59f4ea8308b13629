"""The forms of closing a period: what they ask for, and what they tell their reader before a step is taken.

Each names the judging that its reader saw, and approving and closing name the claims that would come too late: where
either is another by the time of the step, nothing is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import change_text, counted_text, day_text, money_text, rows_of, value_text
from tallystick.verdicts.claim_state import LAPSED, ClaimState
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.money import Money
from tallystick.web import credit_states
from tallystick.web.closing import PREVIEW_HOURS, State
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._posted_credits import twice_words
from tallystick.web.figure import promised_words

if TYPE_CHECKING:
    from tallystick.web.desk.close import Closing
    from tallystick.web.room import Room

MOST_PREVIEW_HOURS = 14 * 24


class _OfClosing(forms.Form):
    """Names a closing and the judging that its reader saw; where another one stands by now, nothing is done."""

    contract = hidden(most=64)
    partner = hidden(most=64)
    period = hidden(most=64)
    judging = hidden(most=64)
    told = Told(gettext_lazy("What this is about"))


class OpenPreview(_OfClosing):
    """How long the partner has."""

    hours = forms.IntegerField(
        label=gettext_lazy("Hours that the partner has"),
        min_value=1,
        max_value=MOST_PREVIEW_HOURS,
        initial=PREVIEW_HOURS,
        help_text=gettext_lazy(
            "Both sides see the clock. When it ends, or the partner agrees, a second person may approve."
        ),
    )


class Agree(_OfClosing):
    """The partner has nothing to add."""


class SendBack(_OfClosing):
    """Why figures are not approved."""

    reason = long_text(gettext_lazy("Reason"), help_text=gettext_lazy("The partner reads it too."), most=2000)


class Approve(_OfClosing):
    """A second person's signature; a remark is free."""

    reason = long_text(
        gettext_lazy("Remark, if you have one"),
        required=False,
        rows=2,
        most=2000,
        help_text=gettext_lazy("The partner reads it too."),
    )


class ClosePeriod(_OfClosing):
    """Nothing more is asked in time; once the last day to claim has passed, why it is closed and posted all the same.

    `late` is what its reader was told to have lapsed. Where that is no longer so, nothing is done.
    """

    late = hidden(required=False, most=400)
    reason = long_text(
        gettext_lazy("Why the late claim is posted all the same"),
        rows=3,
        most=2000,
        help_text=gettext_lazy("For example, that the partner accepts it. The partner reads it too."),
    )

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        said = data if data is not None else initial or {}
        if not said.get("late"):
            del self.fields["reason"]


class Restate(_OfClosing):
    """Why a closed period should take other figures."""

    reason = long_text(
        gettext_lazy("Why the closed figures should change"),
        most=2000,
        help_text=gettext_lazy("The partner reads it too."),
    )


class DecideRestatement(_OfClosing):
    """A second person's word on a restatement."""

    reason = long_text(gettext_lazy("Reason"), rows=3, most=2000, help_text=gettext_lazy("The partner reads it too."))


def about(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    """What a form tells its reader, made from the closing that it names."""
    named = (given.get("contract", ""), given.get("partner", ""), given.get("period", ""))
    closing = room.desk.close.one(*named)
    return {"judging": closing.figures.judging, "told": _told(room, closing)}


def about_closing(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    """The same for approving and closing, with the claims that closing would make too late."""
    told = about(room, given)
    lapsed = lapsed_claims(room, room.desk.close.one(given["contract"], given["partner"], given["period"]))
    lines = [
        _("The last day to claim %(money)s was %(until)s. Closing the period now claims it too late, and posts it.")
        % {"money": money_text(one.amount), "until": day_text(one.until)}
        for one in lapsed
        if one.until is not None
    ]
    if lapsed:
        lines.append(_("To let it lapse, write the late claim into the contract and have the period judged again."))
    return {**told, "told": "\n".join((told["told"], *lines)), "late": late_words(lapsed)}


def lapsed_claims(room: Room, closing: Closing) -> tuple[ClaimState, ...]:
    """The claims of a period that nobody has made by their last day: closing it now would make them."""
    state = credit_states.state_of(room, closing.record)
    claims = state.claims if state is not None else ()
    return tuple(one for one in claims if (one.period, one.state) == (closing.record.period, LAPSED))


def late_words(lapsed: Iterable[ClaimState]) -> str:
    """What has lapsed, as a form carries it."""
    return "; ".join(f"{one.amount} {one.until}" for one in lapsed)


def _told(room: Room, closing: Closing) -> str:
    """The figures in a few lines: which period, how much, and which promises it follows from."""
    verdicts = [one for one in room.books.of(*closing.key[1:]) if one.contract == closing.record.contract]
    missed = [one for one in verdicts if one.outcome is Outcome.MISSED]
    provisional = [one for one in verdicts if one.outcome is Outcome.PROVISIONAL]
    lines = [room.desk.close.words(closing), _price(closing.figures.total)]
    lines += [
        _("Missed: %(clause)s %(title)s, %(value)s, promised %(target)s (%(n)s)")
        % {"clause": one.clause, "title": one.title, "value": _value(one), "target": promised_words(one), "n": _n(one)}
        for one in missed
    ]
    if not missed:
        lines.append(_("No promise was missed."))
    if provisional:
        names = ", ".join(one.clause for one in provisional)
        lines.append(_("Provisional, because data is missing: %(names)s.") % {"names": names})
    if closing.course.state is State.CLOSED and closing.superseded and closing.course.figures is not None:
        lines.append(change_words(closing.course.figures.total, closing.figures.total))
    # The step that posts refuses it; whoever takes an earlier one should know.
    twice = twice_words(room, closing.record)
    lines += [twice] if twice else []
    if closing.course.agreed is not None and not closing.superseded:
        lines.append(_("%(name)s agreed for the partner.") % {"name": closing.course.agreed.by_name})
    return "\n".join(lines)


def _price(total: Money | None) -> str:
    if total is None or total.amount == 0:
        return _("No price adjustment")
    return _("Price adjustment %(total)s") % {"total": money_text(total)}


def change_words(before: Money | None, after: Money | None) -> str:
    """How the money changes: closed, new, and the difference with its sign."""
    if before is None or after is None or before.currency != after.currency:
        return _("Closed with %(before)s; judged again: %(after)s.") % {
            "before": money_text(before), "after": money_text(after),
        }  # fmt: skip
    return _("Closed with %(before)s; judged again: %(after)s; difference %(difference)s.") % {
        "before": money_text(before), "after": money_text(after), "difference": change_text(after - before),
    }  # fmt: skip


def _value(verdict: Verdict) -> str:
    value = verdict.value
    return value_text(value.value, value.unit, verdict.target) if value else value_text(None, "ratio")


def _n(verdict: Verdict) -> str:
    rows = rows_of(verdict.value)
    return counted_text(verdict.value) if rows is None else f"n = {rows:,}"


def sent_back(given: Mapping[str, Any], reason: str) -> Mapping[str, Any]:
    """What takes a step back: the figures are sent back, and both sides read why."""
    return {**{name: given[name] for name in ("contract", "partner", "period", "judging")}, "reason": reason}

"""Corrective actions: what is done about a missed promise, by whom, by when, and what shows that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import month_name
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._numbers import drawn_number
from tallystick.web.figure import address_named
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING, Role
from tallystick.web.said import period_words, verdict_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

CLIENT_PLANNERS = STEERING | {Role.QA_LEAD}
PLANNERS = CLIENT_PLANNERS | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
OPEN, DONE = "open", "done"


class CorrectiveAction(models.Model):
    """One action on one missed verdict. `owner` is a name, who may have no account here."""

    id = models.BigIntegerField(primary_key=True, default=drawn_number)
    contract = models.CharField(max_length=64)
    partner = models.CharField(max_length=64, db_index=True)
    clause = models.CharField(max_length=64)
    period = models.CharField(max_length=64)
    what = models.TextField()
    owner = models.CharField(max_length=120)
    due_on = models.DateField()
    state = models.CharField(max_length=8, default=OPEN)
    evidence = models.TextField(blank=True)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    done_name = models.CharField(max_length=120, blank=True)
    done_at = models.DateTimeField(null=True)
    reopened = models.TextField(blank=True)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return bool(self.state == OPEN)

    def overdue(self, today: date) -> bool:
        """Whether its day has passed and it is not done."""
        return bool(self.is_open and self.due_on < today)

    def state_now(self) -> dict[str, Any]:
        """What the audit trail hashes of it."""
        return {
            "state": self.state, "what": self.what, "owner": self.owner, "due": self.due_on,
            "evidence": self.evidence, "reopened": self.reopened,
        }  # fmt: skip


class Corrective(Workflow):
    """Corrective actions inside the room."""

    @cached_property
    def all(self) -> tuple[CorrectiveAction, ...]:
        """Every action: the open ones first by their day, then those that are done."""
        return tuple(self.room.rows(CorrectiveAction).order_by("-state", "due_on", "pk"))

    def of(self, contract: str, partner: str, period: str) -> tuple[CorrectiveAction, ...]:
        """Those about one contract, partner and period."""
        return tuple(one for one in self.all if (one.contract, one.partner, one.period) == (contract, partner, period))

    def one(self, number: str | int) -> CorrectiveAction:
        """One action; raises NotFound for none, and in the same words for one that is not ours."""
        wanted = str(number)
        found = None
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 12:
            found = self.room.rows(CorrectiveAction).filter(pk=int(wanted)).first()
        if found is None:
            raise NotFound("corrective action", wanted)
        return found

    def address(self, found: CorrectiveAction) -> str:
        """Where it is shown: the period's page, or the verdict's while a partner has no preview of the period."""
        try:
            return f"{self.room.desk.close.one(found.contract, found.partner, found.period).address}#actions"
        except NotFound:
            return address_named(f"{found.contract}/{found.partner}/{found.clause}/{found.period}")

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.room.now.astimezone(ZoneInfo(self.room.actor.zone)).date()

    @property
    def may_plan(self) -> bool:
        """Whether this person may plan actions and report them done."""
        return self.room.actor.may(PLANNERS)

    @property
    def may_reopen(self) -> bool:
        """Whether this person may say that an action is not done after all."""
        return self.room.actor.may(CLIENT_PLANNERS)

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Overdue actions, for those who can move them."""
        if not self.may_plan:
            return []
        return [
            {
                "words": _("Overdue since %(day)s: %(what)s (%(owner)s)")
                % {"day": one.due_on.isoformat(), "what": _short(one.what), "owner": one.owner},
                "href": self.address(one),
                "since": one.at,
            }
            for one in self.all
            if one.overdue(self.today)
        ]


def _short(words: str, most: int = 60) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


class PlanAction(forms.Form):
    """What, by whom, by when."""

    contract = hidden(required=False, most=64)
    partner = hidden(most=64)
    clause = hidden(most=64)
    period = hidden(most=64)
    told = Told(gettext_lazy("The miss"))
    what = long_text(gettext_lazy("What will be done"), rows=4, most=4000)
    owner = forms.CharField(label=gettext_lazy("Owner, by name"), max_length=120)
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=forms.DateInput({"type": "date"}))


class FinishAction(forms.Form):
    """What shows that it was done."""

    corrective = hidden(most=12)
    told = Told(gettext_lazy("The action"))
    evidence = long_text(
        gettext_lazy("Evidence: what shows that it was done"),
        rows=4,
        most=4000,
        help_text=gettext_lazy("Links or words."),
    )


class ReopenAction(forms.Form):
    """Why it is not done after all, and the new day."""

    corrective = hidden(most=12)
    told = Told(gettext_lazy("The action"))
    reason = long_text(
        gettext_lazy("Why it is not done"), rows=3, most=2000, help_text=gettext_lazy("Both sides read it.")
    )
    due_on = forms.DateField(label=gettext_lazy("New due date"), widget=forms.DateInput({"type": "date"}))


def _verdict(room: Room, given: Mapping[str, Any]) -> Verdict:
    partner, clause, period, contract = (given.get(name, "") for name in ("partner", "clause", "period", "contract"))
    found: Verdict = room.books.verdict(partner, clause, period, contract)
    return found


def _miss(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    verdict = _verdict(room, given)
    name = room.books.partners.get(verdict.partner, verdict.partner)
    return {"told": f"{period_words(name, verdict.period)}\n{verdict_words(verdict)}"}


def _told(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = room.desk.corrective.one(given.get("corrective", ""))
    words = _("%(clause)s, %(period)s: %(what)s\n%(owner)s, due on %(day)s") % {
        "clause": found.clause,
        "period": month_name(found.period),
        "what": found.what,
        "owner": found.owner,
        "day": found.due_on,
    }
    return {"told": words}


@deed(
    gettext_lazy("Plan a corrective action"),
    roles=PLANNERS,
    form=PlanAction,
    button=gettext_lazy("Plan"),
    opposite="withdraw-action",
    initial=_miss,
)
def do_plan_action(room: Room, given: Mapping[str, Any]) -> Done:
    """Plan what is done about a miss; both sides see it."""
    verdict = _verdict(room, given)
    if verdict.outcome is not Outcome.MISSED:
        raise NotNow(_("This promise was not missed."), _("A corrective action answers a miss."))
    made = CorrectiveAction.objects.create(
        contract=verdict.contract, partner=verdict.partner, clause=verdict.clause, period=verdict.period,
        what=given["what"].strip(), owner=given["owner"].strip(), due_on=given["due_on"],
        by=room.actor.id, by_name=room.actor.name, party=room.actor.party, at=room.now,
    )  # fmt: skip
    done = _done(room, made, _("The action is planned for %(day)s.") % {"day": made.due_on.isoformat()}, None)
    return replace(done, undo={"corrective": made.pk})


class WithdrawAction(forms.Form):
    """Which action."""

    corrective = hidden(most=12)
    told = Told(gettext_lazy("The action"))


@deed(
    gettext_lazy("Withdraw the action"), roles=PLANNERS, form=WithdrawAction, button=gettext_lazy("Withdraw"),
    initial=_told, help=gettext_lazy("It was planned by mistake: it goes. The audit trail keeps that it was there."),
)  # fmt: skip
def do_withdraw_action(room: Room, given: Mapping[str, Any]) -> Done:
    """Who planned an open action takes it back."""
    found = _current(room, given)
    if found.by != room.actor.id or not found.is_open:
        raise NotNow(
            _("Only %(name)s, who planned it, can withdraw it while it is open.") % {"name": found.by_name},
            _("Report it done, or change it by talking to each other."),
        )
    done = _done(room, found, _("The action is withdrawn."), found.state_now())
    found.delete()
    return replace(done, after={"state": "withdrawn"})


@deed(
    gettext_lazy("Report the action done"),
    roles=PLANNERS,
    form=FinishAction,
    button=gettext_lazy("Done"),
    opposite="reopen-action",
    initial=_told,
)
def do_finish_action(room: Room, given: Mapping[str, Any]) -> Done:
    """Say that it was done, and what shows it."""
    found = _current(room, given)
    if not found.is_open:
        raise NotNow(_("%(name)s has reported it done already.") % {"name": found.done_name})
    before = found.state_now()
    found.state, found.evidence = DONE, given["evidence"].strip()
    found.done_name, found.done_at = room.actor.name, room.now
    found.save()
    back = {"corrective": found.pk, "reason": _("Reported done by mistake."), "due_on": found.due_on}
    return replace(_done(room, found, _("The action is done."), before), undo=back)


@deed(
    gettext_lazy("Reopen the action"),
    roles=CLIENT_PLANNERS,
    form=ReopenAction,
    button=gettext_lazy("Reopen"),
    initial=_told,
)
def do_reopen_action(room: Room, given: Mapping[str, Any]) -> Done:
    """The client says that what was shown does not settle it."""
    found = _current(room, given)
    if found.is_open:
        raise NotNow(_("The action is open already."))
    before = found.state_now()
    found.state, found.due_on, found.reopened = OPEN, given["due_on"], given["reason"].strip()
    found.done_name, found.done_at = "", None
    found.save()
    return _done(
        room, found, _("The action is open again, due on %(day)s.") % {"day": found.due_on.isoformat()}, before
    )


def _current(room: Room, given: Mapping[str, Any]) -> CorrectiveAction:
    """The action as it stands inside the writing transaction; raises NotFound for what the room does not hold."""
    seen = replace(room).desk.corrective.one(given["corrective"])
    found: CorrectiveAction = CorrectiveAction.objects.select_for_update().get(pk=seen.pk)
    return found


def _done(room: Room, found: CorrectiveAction, words: str, before: Mapping[str, Any] | None) -> Done:
    address = room.desk.corrective.address(found)
    return Done(words, f"action/{found.pk}", found.partner, address, before, found.state_now())

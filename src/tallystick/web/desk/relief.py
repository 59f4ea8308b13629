"""Relief: time for which the partner is not answerable, asked for by one side and answered by the other.

Asking changes no figure. The worker writes what was asked for and answered beside the contract's text before it judges
(`contract.filed_relief`): agreed relief excuses, requested relief is shown with its effect, refused relief is not
computed. An agreement orders a judging of the partner, so the verdicts that it moves are restated and say why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.contract.counted import CountedClause
from tallystick.contract.filed_relief import PREFIX, write_filed
from tallystick.home import Home
from tallystick.vocabulary.errors import NotFound
from tallystick.web.books import ContractText
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._numbers import drawn_number
from tallystick.web.desk.assessing import order
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING, Role
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

PARTIES = STEERING | {Role.PARTNER_ADMIN, Role.TEAM_LEADER}
REQUESTED, AGREED, REFUSED, WITHDRAWN = "requested", "agreed", "refused", "withdrawn"
REASONS = (
    ("late-forecast", gettext_lazy("The forecast came late")),
    ("client-outage", gettext_lazy("A system of the client was down")),
    ("short-notice", gettext_lazy("A policy changed with too short a notice")),
    ("access-delay", gettext_lazy("Access was given late")),
    ("client-change", gettext_lazy("Another change by the client")),
    ("volume-over-forecast", gettext_lazy("More came than was forecast")),
    ("force-majeure", gettext_lazy("Force majeure")),
    ("planned-maintenance", gettext_lazy("Planned maintenance")),
    ("third-party", gettext_lazy("A third party")),
    ("other", gettext_lazy("Something else")),
)
ADDRESS = "/relief"


class ReliefRequest(models.Model):
    """One request. `from_at` and `to_at` are wall-clock times of the contract's zone; no clause named means all."""

    id = models.BigIntegerField(primary_key=True, default=drawn_number)
    contract = models.CharField(max_length=64)
    partner = models.CharField(max_length=64, db_index=True)
    clauses = models.CharField(max_length=400, blank=True)
    from_at = models.CharField(max_length=16)
    to_at = models.CharField(max_length=16)
    cause = models.CharField(max_length=32, choices=REASONS)
    claim = models.TextField()
    evidence = models.TextField(blank=True)
    state = models.CharField(max_length=16, default=REQUESTED)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    answered_name = models.CharField(max_length=120, blank=True)
    answered_party = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    @property
    def event_id(self) -> str:
        """Its id among the relief of a verdict."""
        return f"{PREFIX}{self.pk}"

    @property
    def span(self) -> str:
        """From when to when, on the contract's wall clock."""
        return f"{self.from_at} \u2013 {self.to_at}"

    def event(self) -> dict[str, Any]:
        """The relief event that is judged by."""
        said: dict[str, Any] = {"id": self.event_id}
        if self.clauses:
            said["clauses"] = self.clauses.split(", ")
        said |= {"from": self.from_at, "to": self.to_at, "reason": self.cause, "status": self.state}
        if self.evidence:
            said["evidence"] = self.evidence
        return said | {"known": self.at.date().isoformat()}

    def state_now(self) -> dict[str, Any]:
        """What the audit trail hashes of it."""
        return {**self.event(), "claim": self.claim, "answer": self.answer}


class Relief(Workflow):
    """Requests inside the room."""

    @cached_property
    def all(self) -> tuple[ReliefRequest, ...]:
        """Every request, those that wait first, then the newest."""
        found = list(self.room.rows(ReliefRequest).order_by("-at", "pk"))
        return tuple(sorted(found, key=lambda one: one.state != REQUESTED))

    def one(self, number: str) -> ReliefRequest:
        """One request; raises NotFound for none, and in the same words for one that is not ours."""
        wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0
        found: ReliefRequest | None = self.room.rows(ReliefRequest).filter(pk=wanted).first()
        if found is None:
            raise NotFound("request for relief", number)
        return found

    @property
    def may_ask(self) -> bool:
        """Whether this person may ask for relief."""
        return self.room.actor.may(PARTIES)

    def may_answer(self, found: ReliefRequest) -> bool:
        """Whether this person may agree or refuse now: the other side."""
        return self.may_ask and found.state == REQUESTED and found.party != self.room.actor.party

    def may_withdraw(self, found: ReliefRequest) -> bool:
        """Whether this person may take it back: its own side, while nobody has answered."""
        return self.may_ask and found.state == REQUESTED and found.party == self.room.actor.party

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Requests of the other side that wait for an answer."""
        names = self.room.books.partners
        return [
            {
                "words": _("Answer the request for relief of %(name)s, %(span)s")
                % {"name": names.get(one.partner, one.partner), "span": one.span},
                "href": ADDRESS,
                "since": one.at,
            }
            for one in self.all
            if self.may_answer(one)
        ]


def file_relief(home: Home) -> int:
    """Write what was asked for and answered where judging reads it; how many files changed. The worker's part."""
    by_party: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in ReliefRequest.objects.order_by("pk"):
        listed = by_party.setdefault((one.contract, one.partner), [])
        if one.state != WITHDRAWN:
            listed.append(one.event())
    return sum(write_filed(home.root, *party, events) for party, events in sorted(by_party.items()))


# ---- forms -------------------------------------------------------------------------------------------------------


def _moment(label: Any, **more: Any) -> Any:
    return forms.RegexField(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d$", label=label, widget=forms.TextInput({"type": "datetime-local"}), **more
    )


class AskRelief(forms.Form):
    """What happened, when, and which clauses it touches."""

    contract = hidden(most=64)
    partner = hidden(most=64)
    told = Told(gettext_lazy("Under which contract"))
    cause = forms.ChoiceField(label=gettext_lazy("What happened"), choices=REASONS)
    from_at = _moment(gettext_lazy("From"), help_text=gettext_lazy("On the wall clock of the contract's zone."))
    to_at = _moment(gettext_lazy("Until"))
    clauses = forms.CharField(
        label=gettext_lazy("Clauses"), max_length=400, required=False,
        help_text=gettext_lazy("Their numbers, with commas between them; empty means all."),
    )  # fmt: skip
    claim = long_text(gettext_lazy("Why we could not do better"), rows=4, most=4000)
    evidence = long_text(
        gettext_lazy("Evidence: links, incident numbers, mails"), required=False, rows=3, most=2000,
        help_text=gettext_lazy("Both sides read all of this. Write no names of customers."),
    )  # fmt: skip

    def clean(self) -> Any:
        """Two instants that exist, in their order."""
        given = super().clean() or {}
        found = {}
        for name in ("from_at", "to_at"):
            try:
                found[name] = datetime.fromisoformat(given.get(name, ""))
            except ValueError:
                if name not in self.errors:
                    self.add_error(name, _("This is no day and time."))
        if len(found) == 2 and found["from_at"] >= found["to_at"]:
            self.add_error("to_at", _("It ends before it begins."))
        return given


class AnswerRelief(forms.Form):
    """Which request, and a word."""

    request = hidden(most=12)
    told = Told(gettext_lazy("What is asked for"))
    answer = long_text(gettext_lazy("Reason, which both sides read"), rows=3, most=2000)


class WithdrawRelief(forms.Form):
    """Which request."""

    request = hidden(most=12)
    told = Told(gettext_lazy("What is asked for"))


def _text(room: Room, given: Mapping[str, Any]) -> ContractText:
    """The contract's text, for a partner of it inside the room."""
    contract, partner = given.get("contract", ""), given.get("partner", "")
    for text in room.books.contracts:
        if text.contract.contract == contract and partner in text.partners:
            return text
    raise NotFound("contract", contract)


def _told_text(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    text = _text(room, given)
    name = room.books.partners[given["partner"]]
    named = ", ".join(clause.id for clause in text.contract.clauses if isinstance(clause, CountedClause))
    words = _("%(contract)s with %(name)s; its times are those of %(zone)s. Clauses with a figure: %(named)s.")
    return {"told": words % {"contract": text.contract.contract, "name": name, "zone": text.contract.zone,
                             "named": named}}  # fmt: skip


def _told_request(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = room.desk.relief.one(given.get("request", ""))
    words = _("%(name)s asks for relief from %(span)s (%(cause)s), clauses %(clauses)s: %(claim)s")
    said = {"name": found.by_name, "span": found.span, "cause": found.get_cause_display(), "claim": found.claim}
    return {"told": words % {**said, "clauses": found.clauses or _("all")}}


# ---- actions -----------------------------------------------------------------------------------------------------


@deed(
    gettext_lazy("Ask for relief"), roles=PARTIES, form=AskRelief, button=gettext_lazy("Ask for it"),
    initial=_told_text, opposite="withdraw-relief",
    help=gettext_lazy("Nothing changes until the other side agrees; the next judging shows what it would change."),
)  # fmt: skip
def do_ask_relief(room: Room, given: Mapping[str, Any]) -> Done:
    """Ask that misses in a span of time be excused."""
    text = _text(room, given)
    known = {clause.id for clause in text.contract.clauses}
    named = [one.strip() for one in given["clauses"].split(",") if one.strip()]
    strange = [one for one in named if one not in known]
    if strange:
        raise NotNow(
            _("The contract has no clause %(clause)s.") % {"clause": strange[0]}, _("Take its number from the text.")
        )
    made = ReliefRequest.objects.create(
        contract=text.contract.contract, partner=given["partner"], clauses=", ".join(dict.fromkeys(named)),
        from_at=given["from_at"].replace("T", " "), to_at=given["to_at"].replace("T", " "), cause=given["cause"],
        claim=given["claim"].strip(), evidence=given["evidence"].strip(), by=room.actor.id, by_name=room.actor.name,
        party=room.actor.party, at=room.now,
    )  # fmt: skip
    done = _done(made, _("The request is made; the other side answers."), None)
    return replace(done, undo={"request": made.pk})


@deed(
    gettext_lazy("Agree to the relief"), roles=PARTIES, form=AnswerRelief, button=gettext_lazy("Agree"),
    initial=_told_request,
    help=gettext_lazy("The partner's periods are judged again; verdicts that it moves are restated and say why."),
)  # fmt: skip
def do_agree_relief(room: Room, given: Mapping[str, Any]) -> Done:
    """The other side agrees: misses in that span are excused where the rest meets."""
    found = _waiting(room, given)
    order(found.partner, room.actor.name, room.now)
    return _answered(room, found, AGREED, given["answer"], _("Agreed. The periods are being judged again."))


@deed(
    gettext_lazy("Refuse the relief"), roles=PARTIES, form=AnswerRelief, button=gettext_lazy("Refuse"),
    initial=_told_request, help=gettext_lazy("The verdicts stay as they are."),
)  # fmt: skip
def do_refuse_relief(room: Room, given: Mapping[str, Any]) -> Done:
    """The other side refuses."""
    return _answered(room, _waiting(room, given), REFUSED, given["answer"], _("The relief is refused."))


@deed(
    gettext_lazy("Withdraw the request for relief"), roles=PARTIES, form=WithdrawRelief,
    button=gettext_lazy("Withdraw"), initial=_told_request,
)  # fmt: skip
def do_withdraw_relief(room: Room, given: Mapping[str, Any]) -> Done:
    """The side that asked takes it back."""
    found = _open_one(room, given)
    if found.party != room.actor.party:
        raise NotNow(_("The other side asked for it."), _("Agree or refuse."))
    return _answered(room, found, WITHDRAWN, "", _("The request is withdrawn."))


def _open_one(room: Room, given: Mapping[str, Any]) -> ReliefRequest:
    seen = replace(room).desk.relief.one(given["request"])
    found: ReliefRequest = ReliefRequest.objects.select_for_update().get(pk=seen.pk)
    if found.state != REQUESTED:
        raise NotNow(_("The request was answered already."), _("Its answer stands on the page of relief."))
    return found


def _waiting(room: Room, given: Mapping[str, Any]) -> ReliefRequest:
    found = _open_one(room, given)
    if found.party == room.actor.party:
        raise NotNow(_("Your own side asked for it."), _("The other side agrees or refuses."))
    return found


def _answered(room: Room, found: ReliefRequest, state: str, answer: str, words: str) -> Done:
    before = found.state_now()
    found.state, found.answer, found.answered_at = state, answer.strip(), room.now
    found.answered_name, found.answered_party = room.actor.name, room.actor.party
    found.save()
    return _done(found, words, before)


def _done(found: ReliefRequest, words: str, before: Mapping[str, Any] | None) -> Done:
    return Done(words, f"relief/{found.pk}", found.partner, ADDRESS, before, found.state_now(), found.cause)

"""Disputes: one side says that a verdict, a case or a credit is wrong; the client decides by a deadline, with a reason.

A decision moves no figure. An accepted dispute names what would carry it, a relief event in the contract or a
correction of data, and the period is judged again when that has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import Ambiguous, NotFound
from tallystick.vocabulary.money import Money
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

DAYS = 10
OPENERS = STEERING | {Role.QA_LEAD, Role.FINANCE, Role.PARTNER_ADMIN, Role.TEAM_LEADER}
DECIDERS = STEERING | {Role.QA_LEAD}
OPEN, ACCEPTED, PARTLY, REJECTED, WITHDRAWN = "open", "accepted", "partly accepted", "rejected", "withdrawn"
OF_A_LINE = "invoice"
CATEGORIES = (
    ("case", gettext_lazy("A case was counted wrongly")),
    ("clock", gettext_lazy("A clock, a pause or opening hours are wrong")),
    ("relief", gettext_lazy("Time for which we are not answerable (relief)")),
    ("data", gettext_lazy("Data is missing, late or wrong")),
    ("contract", gettext_lazy("The contract's text says something else")),
    ("arithmetic", gettext_lazy("The arithmetic or the cap is wrong")),
    (OF_A_LINE, gettext_lazy("A line of an invoice is wrong")),
    ("other", gettext_lazy("Something else")),
)
DECISIONS = (
    (ACCEPTED, gettext_lazy("Accepted")),
    (PARTLY, gettext_lazy("Partly accepted")),
    (REJECTED, gettext_lazy("Rejected")),
)
CARRIERS = (
    ("", gettext_lazy("Nothing: the dispute is rejected")),
    ("relief", gettext_lazy("A relief event in the contract")),
    ("data", gettext_lazy("A correction of data")),
    ("contract", gettext_lazy("An amendment of the contract's text")),
)


class Dispute(models.Model):
    """One dispute. `credit` and `case_id` are empty where it is about the verdict itself; `party` opened it."""

    id = models.BigIntegerField(primary_key=True, default=drawn_number)
    contract = models.CharField(max_length=64)
    partner = models.CharField(max_length=64, db_index=True)
    clause = models.CharField(max_length=64)
    period = models.CharField(max_length=64)
    credit = models.CharField(max_length=64, blank=True)
    case_id = models.CharField(max_length=200, blank=True)
    judging = models.CharField(max_length=64)
    category = models.CharField(max_length=16, choices=CATEGORIES)
    expected = models.CharField(max_length=300)
    text = models.TextField()
    evidence = models.TextField(blank=True)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, default=OPEN)
    decided_by = models.UUIDField(null=True)
    decided_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    carrier = models.CharField(max_length=16, blank=True)
    carrier_words = models.CharField(max_length=300, blank=True)
    # Of a line of an invoice: its key and title in the check, what was billed too much (below zero: too little), the
    # part of it that was agreed, and why a second person sent the decision back.
    line = models.CharField(max_length=200, blank=True)
    line_title = models.CharField(max_length=300, blank=True)
    amount = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    agreed = models.CharField(max_length=40, blank=True)
    returned = models.TextField(blank=True)

    @property
    def address(self) -> str:
        """Its page."""
        return f"/dispute/{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided or withdrawn it."""
        return bool(self.state == OPEN)

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if self.line:
            return _("invoice line %(line)s") % {"line": self.line_title}
        if self.case_id:
            return _("case %(case)s of %(clause)s") % {"case": self.case_id, "clause": self.clause}
        if self.credit:
            return _("credit %(credit)s") % {"credit": self.credit}
        return _("verdict %(clause)s") % {"clause": self.clause}

    @property
    def verdict_address(self) -> str:
        """Where the figure, case or line in dispute is explained."""
        if self.line:
            return f"/invoices?{urlencode({'partner': self.partner, 'period': self.period})}"
        base = address_named(self.verdict_name)
        return f"{base}/case/{quote(self.case_id, safe='')}" if self.case_id else base

    @property
    def verdict_name(self) -> str:
        """The whole name of the verdict in dispute."""
        return f"{self.contract}/{self.partner}/{self.clause}/{self.period}"

    @property
    def disputed(self) -> Money | None:
        """What was billed too much on the line in dispute; None where it is about no line."""
        return Money(Decimal(self.amount), self.currency) if self.line else None

    @property
    def contests_check(self) -> bool:
        """Whether a partner holds its bill against the check; every other dispute of a line is against the bill.

        A partner that billed too little asks for more than its bill: it agrees with the check.
        """
        whole = self.disputed
        return bool(whole is not None and self.party and whole.amount >= 0)

    @property
    def kind(self) -> str:
        """What is said to be wrong, in words."""
        if self.contests_check:
            return _("The check of a line is wrong")
        return str(self.get_category_display())

    @property
    def agreed_on(self) -> Money | None:
        """What of it was agreed to be posted; None where nothing was, and where it comes to nothing."""
        agreed = Money(Decimal(self.agreed), self.currency) if self.agreed else None
        return agreed if agreed is not None and agreed.amount else None

    def state_now(self) -> dict[str, Any]:
        """What the audit trail hashes of it."""
        return {
            "state": self.state, "reason": self.reason, "carrier": self.carrier, "carrier_words": self.carrier_words,
            "due": self.due_at, "decided_by": str(self.decided_by or ""), "agreed": self.agreed,
        }  # fmt: skip


class Disputes(Workflow):
    """Disputes inside the room."""

    @cached_property
    def all(self) -> tuple[Dispute, ...]:
        """Every dispute, the open ones first by deadline, then the newest."""
        found = list(self.room.rows(Dispute).order_by("-at"))
        return tuple(
            sorted((one for one in found if one.is_open), key=lambda one: one.due_at)
            + [one for one in found if not one.is_open]
        )

    @cached_property
    def open_counts(self) -> Mapping[tuple[str, str, str], int]:
        """How many are open about what a period was judged on, by contract, partner and period.

        A line of an invoice is no part of it: invoices come later, and closing does not wait for them.
        """
        counts: dict[tuple[str, str, str], int] = {}
        for one in self.all:
            if one.is_open and not one.line:
                key = (one.contract, one.partner, one.period)
                counts[key] = counts.get(key, 0) + 1
        return counts

    def of(self, contract: str, partner: str, period: str) -> tuple[Dispute, ...]:
        """Those about one contract, partner and period."""
        return tuple(one for one in self.all if (one.contract, one.partner, one.period) == (contract, partner, period))

    def one(self, number: str | int) -> Dispute:
        """One dispute; raises NotFound for none, and in the same words for one that is not ours."""
        wanted = str(number)
        found = None
        if wanted.isascii() and wanted.isdecimal() and len(wanted) < 12:
            found = self.room.rows(Dispute).filter(pk=int(wanted)).first()
        if found is None:
            raise NotFound("dispute", wanted)
        return found

    def judging_of(self, dispute: Dispute) -> Judged | None:
        """The judging that stands of what is in dispute; None where it is gone."""
        key = (dispute.contract, dispute.partner, dispute.period)
        return next(
            (one for one in self.room.books.records if (one.contract, one.partner, one.period) == key), None
        )  # fmt: skip

    def may_decide(self, dispute: Dispute) -> bool:
        """Whether this person may decide it now: another one than who opened it. Lines of invoices: corrections."""
        actor = self.room.actor
        return bool(dispute.is_open and not dispute.line and actor.may(DECIDERS) and dispute.by != actor.id)

    def may_withdraw(self, dispute: Dispute) -> bool:
        """Whether this person may withdraw it now: only who opened it."""
        return bool(dispute.is_open and dispute.by == self.room.actor.id)

    @property
    def may_open(self) -> bool:
        """Whether this person's roles allow opening one."""
        return self.room.actor.may(OPENERS)

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Open disputes that this person may decide."""
        return [
            {
                "words": _("Decide the dispute about %(what)s, %(name)s") % {
                    "what": one.about,
                    "name": period_words(self.room.books.partners.get(one.partner, one.partner), one.period),
                },
                "href": one.address,
                "since": one.at,
                "due": one.due_at,
            }
            for one in self.all
            if self.may_decide(one)
        ]  # fmt: skip


# ---- forms ---------------------------------------------------------------------------------------------------------


class OpenDispute(forms.Form):
    """What is wrong, what it should be, and what shows it."""

    contract = hidden(required=False, most=64)
    partner = hidden(most=64)
    clause = hidden(required=False, most=64)
    period = hidden(most=64)
    credit = hidden(required=False, most=64)
    case = hidden(required=False)
    told = Told(gettext_lazy("What you dispute"))
    category = forms.ChoiceField(
        label=gettext_lazy("Kind of reason"), choices=[one for one in CATEGORIES if one[0] != OF_A_LINE]
    )
    expected = forms.CharField(
        label=gettext_lazy("What you expect instead"),
        max_length=300,
        help_text=gettext_lazy("For example: the case counts as kept."),
    )
    text = long_text(gettext_lazy("Why"), rows=6)
    evidence = long_text(
        gettext_lazy("Evidence: links or case ids, one to a line"), required=False, rows=3,
        help_text=gettext_lazy("Both sides see all of this. Write no names of customers."),
    )  # fmt: skip


class WithdrawDispute(forms.Form):
    """Which dispute."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which dispute"))


class DecideDispute(forms.Form):
    """The decision, its reason, and what carries it."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which dispute"))
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), choices=(("", gettext_lazy("Choose")), *DECISIONS))
    reason = long_text(gettext_lazy("Reason, which both sides read"), rows=4, most=4000)
    carrier = forms.ChoiceField(
        label=gettext_lazy("What carries it"),
        choices=CARRIERS,
        required=False,
        help_text=gettext_lazy(
            "A decision changes no figure by itself. Say what will, so that the period is judged again."
        ),
    )
    carrier_words = forms.CharField(
        label=gettext_lazy("Which one"), max_length=300, required=False,
        help_text=gettext_lazy("For example: relief R7 in the contract, or the corrected export of 3 July."),
    )  # fmt: skip

    def clean(self) -> Any:
        """An accepted dispute names what carries it; a rejected one has nothing to carry."""
        given = super().clean() or {}
        accepted = given.get("decision") in (ACCEPTED, PARTLY)
        if accepted and not given.get("carrier"):
            self.add_error("carrier", _("Say what carries an accepted dispute: relief, a correction, or an amendment."))
        if given.get("decision") == REJECTED and given.get("carrier"):
            self.add_error("carrier", _("A rejected dispute is carried by nothing."))
        return given


# ---- what every dispute shares, of a verdict and of a line ---------------------------------------------------------


def due_words() -> str:
    """How long a decision may take, for the form that opens a dispute."""
    return _("A decision is due within %(days)d days; both sides see the clock.") % {"days": DAYS}


def opened(room: Room, given: Mapping[str, Any], same: Dispute | None, known: str, **about: Any) -> Done:
    """Open a dispute about something; its deadline is stored now. Raises NotNow with `known` where `same` is open."""
    if same is not None:
        raise NotNow(known % {"name": same.by_name}, _("Add what you know as a comment to it."))
    made = Dispute.objects.create(
        **about, expected=given["expected"].strip(), text=given["text"].strip(), evidence=given["evidence"].strip(),
        by=room.actor.id, by_name=room.actor.name, party=room.actor.party, at=room.now,
        due_at=room.now + timedelta(days=DAYS),
    )  # fmt: skip
    words = _("The dispute is open. A decision is due by %(due)s UTC.") % {"due": f"{made.due_at:%Y-%m-%d %H:%M}"}
    return replace(done_to(made, words, None), undo={"dispute": made.pk})


def open_one(room: Room, given: Mapping[str, Any]) -> Dispute:
    """The dispute as it stands inside the writing transaction; raises NotFound, or NotNow where it is over."""
    seen = replace(room).desk.disputes.one(given["dispute"])
    dispute: Dispute = Dispute.objects.select_for_update().get(pk=seen.pk)
    if not dispute.is_open:
        raise NotNow(
            _("The dispute is over already: %(state)s by %(name)s.")
            % {"state": dispute.state, "name": dispute.decided_name},
        )
    return dispute


def to_decide(room: Room, given: Mapping[str, Any]) -> Dispute:
    """The same for who decides it: another person than who opened it."""
    dispute = open_one(room, given)
    if dispute.by == room.actor.id:
        raise NotNow(_("You opened this dispute, so another person decides it."), _("Or withdraw it."))
    return dispute


def decided(
    room: Room, dispute: Dispute, given: Mapping[str, Any], *, carrier: str, carrier_words: str = "", agreed: str = ""
) -> Done:
    """Keep a decision with its reason, what carries it, and what of an amount is agreed."""
    before = dispute.state_now()
    dispute.state, dispute.reason = given["decision"], given["reason"].strip()
    dispute.carrier, dispute.carrier_words, dispute.agreed = carrier, carrier_words, agreed
    dispute.decided_by, dispute.decided_name, dispute.decided_at = room.actor.id, room.actor.name, room.now
    dispute.save()
    return done_to(dispute, _("The dispute is decided: %(state)s.") % {"state": dispute.state}, before)


def done_to(dispute: Dispute, words: str, before: Mapping[str, Any] | None) -> Done:
    """What was done to a dispute, from its state before to the one now."""
    return Done(
        words, f"dispute/{dispute.pk}", dispute.partner, dispute.address, before, dispute.state_now(), dispute.category
    )


# ---- actions -------------------------------------------------------------------------------------------------------


def _subject(room: Room, given: Mapping[str, Any]) -> tuple[Verdict, str]:
    """The verdict in dispute and the digest of its judging; raises NotFound for what the room does not hold."""
    contract, partner, period = (given.get(name, "") for name in ("contract", "partner", "period"))
    clause, credit, case = given.get("clause", ""), given.get("credit", ""), given.get("case", "")
    if credit:
        lines = [
            (statement.contract, line)
            for statement in room.books.statements
            if (statement.partner, statement.period) == (partner, period) and contract in ("", statement.contract)
            for line in statement.lines
            if line.clause == credit
        ]
        if not lines:
            raise NotFound("credit", credit)
        if len(lines) > 1:
            raise Ambiguous("credit", credit, tuple(f"{name}/{credit}" for name, _line in lines))
        contract, clause = lines[0][0], lines[0][1].follows
    verdict = room.books.verdict(partner, clause, period, contract)
    record = room.books.store.judging_of(verdict)
    if case and case not in room.books.once(("case ids", record.digest), lambda: _case_ids(room, record)):
        raise NotFound("case", case)
    return verdict, record.digest


def _case_ids(room: Room, record: Any) -> frozenset[str]:
    return frozenset(room.books.store.rows(record, "case").column("case_id").to_pylist())


def _told(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    verdict, _judging = _subject(room, given)
    name = room.books.partners.get(verdict.partner, verdict.partner)
    lines = [
        period_words(name, verdict.period),
        verdict_words(verdict),
    ]
    if given.get("case"):
        lines.append(_("Case %(case)s") % {"case": given["case"]})
    if given.get("credit"):
        lines.append(_("Credit %(credit)s") % {"credit": given["credit"]})
    lines.append(due_words())
    return {"told": "\n".join(lines)}


def _told_of(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    dispute = room.desk.disputes.one(given.get("dispute", ""))
    name = room.books.partners.get(dispute.partner, dispute.partner)
    head = _("%(period)s: %(what)s") % {"period": period_words(name, dispute.period), "what": dispute.about}
    return {"told": "\n".join([head, _("Expected: %(what)s") % {"what": dispute.expected}])}


@deed(
    gettext_lazy("Open a dispute"),
    roles=OPENERS,
    form=OpenDispute,
    button=gettext_lazy("Open the dispute"),
    opposite="withdraw-dispute",
    initial=_told,
)
def do_open_dispute(room: Room, given: Mapping[str, Any]) -> Done:
    """Open a dispute about a verdict, a case or a credit; its deadline is stored now."""
    verdict, judging = _subject(room, given)
    same = Dispute.objects.filter(
        partner=verdict.partner, clause=verdict.clause, period=verdict.period, credit=given["credit"],
        case_id=given["case"], party=room.actor.party, state=OPEN, contract=verdict.contract,
    ).first()  # fmt: skip
    return opened(
        room, given, same, _("Your side has an open dispute about this already, opened by %(name)s."),
        contract=verdict.contract, partner=verdict.partner, clause=verdict.clause, period=verdict.period,
        credit=given["credit"], case_id=given["case"], judging=judging, category=given["category"],
    )  # fmt: skip


@deed(
    gettext_lazy("Withdraw the dispute"),
    roles=OPENERS,
    form=WithdrawDispute,
    button=gettext_lazy("Withdraw"),
    initial=_told_of,
    warning=gettext_lazy("A withdrawn dispute stays readable and cannot be taken up again."),
)
def do_withdraw_dispute(room: Room, given: Mapping[str, Any]) -> Done:
    """Who opened it takes it back."""
    dispute = open_one(room, given)
    if dispute.by != room.actor.id:
        raise NotNow(_("Only %(name)s, who opened it, can withdraw it.") % {"name": dispute.by_name})
    before = dispute.state_now()
    dispute.state, dispute.decided_at = WITHDRAWN, room.now
    dispute.decided_by, dispute.decided_name = room.actor.id, room.actor.name
    dispute.save()
    return done_to(dispute, _("The dispute is withdrawn."), before)


@deed(
    gettext_lazy("Decide the dispute"),
    roles=DECIDERS,
    form=DecideDispute,
    button=gettext_lazy("Decide"),
    initial=_told_of,
    help=gettext_lazy("Both sides read the decision and its reason. It cannot be decided twice."),
)
def do_decide_dispute(room: Room, given: Mapping[str, Any]) -> Done:
    """The client accepts, partly accepts or rejects."""
    dispute = to_decide(room, given)
    if dispute.line:
        raise NotNow(_("It is about a line of an invoice."), _("Its own page has the button to decide it."))
    return decided(room, dispute, given, carrier=given["carrier"], carrier_words=given["carrier_words"].strip())

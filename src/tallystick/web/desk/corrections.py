"""Disputes of invoice lines, and what comes of them: opened with evidence, decided, approved by another, posted.

A line is disputed with the amount that the check finds, which is kept as it was. Whoever decides says how much of it is
agreed; a second person approves, and that step posts the correction to the ledger. A line is corrected once: whoever
wants another amount has the first taken back. Nothing is posted that the check no longer shows, and of a price
adjustment nothing that closing its period has posted (`_posted_credits`). Open disputes of lines do not hold up the
closing of a period, because invoices come later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.billing.check.value import favours
from tallystick.reports.figures import money_text
from tallystick.verdicts.ledger import INVOICE_CORRECTION, Approval, Due, Entry, Journal, standing_in
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.web.closing import APPROVERS
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told, hidden, long_text
from tallystick.web.desk._posted_credits import left_of, posted_of, posted_words
from tallystick.web.desk._stakes import Stake, contest_words, outcome_words, stakes
from tallystick.web.desk.disputes import (
    ACCEPTED,
    DECISIONS,
    OF_A_LINE,
    OPEN,
    PARTLY,
    REJECTED,
    Dispute,
    decided,
    done_to,
    due_words,
    opened,
    to_decide,
)
from tallystick.web.desk.ledger import post_matter
from tallystick.web.invoice_checks import invoice_check_of
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING, Role
from tallystick.web.said import period_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.billing.check.value import CheckedLine, InvoiceCheck
    from tallystick.web.room import Room

# Each of them reads the page of invoices (`web.money_pages`).
OPENERS = STEERING | {Role.FINANCE, Role.PARTNER_ADMIN}
DECIDERS = STEERING | {Role.FINANCE}
CARRIER = "ledger"


def journal_of(dispute: Dispute) -> Journal:
    """Where a dispute's correction is posted."""
    return Journal(dispute.contract, dispute.partner, dispute.period, INVOICE_CORRECTION)


def matter_of(dispute: Dispute) -> str:
    """What its postings are for."""
    return f"dispute/{dispute.pk}"


class Corrections(Workflow):
    """Disputes of invoice lines inside the room."""

    def of(self, contract: str, partner: str, period: str) -> tuple[Dispute, ...]:
        """Those about the invoices of one contract, partner and period."""
        return tuple(one for one in self.room.desk.disputes.of(contract, partner, period) if one.line)

    def entries_of(self, dispute: Dispute) -> tuple[Entry, ...]:
        """All that was posted for a dispute, in its order: the correction, and its reversal where it was taken back."""
        journal, matter = journal_of(dispute), matter_of(dispute)
        own = self.room.desk.ledger.of(dispute.partner)
        return tuple(one for one in own if one.journal == journal and one.matter == matter)

    def posting_of(self, dispute: Dispute) -> Entry | None:
        """The entry that stands for a dispute; None before a second person has approved, and once it is taken back."""
        return next(iter(standing_in(self.entries_of(dispute))), None)

    def waits(self, dispute: Dispute) -> bool:
        """Whether what was agreed in a dispute waits for a second person's approval."""
        return dispute.agreed_on is not None and not self.entries_of(dispute)

    def holding(self, contract: str, partner: str, period: str, line: str, *, but: int | None = None) -> Dispute | None:
        """The dispute that has corrected a line, or agreed to; None while none has, and once that was taken back.

        `but` is the number of a dispute that is not asked.
        """
        own = (one for one in self.of(contract, partner, period) if one.line == line and one.pk != but)
        return next((one for one in own if self.posting_of(one) is not None or self.waits(one)), None)

    def stakes(self, dispute: Dispute) -> tuple[Stake, ...]:
        """What each decision of a dispute posts, and whom it favours."""
        return stakes(self.room, dispute)

    def contest_words(self, dispute: Dispute) -> str:
        """Who is against what: the bill, or the check."""
        return contest_words(self.room, dispute)

    def outcome_words(self, dispute: Dispute) -> str:
        """What a decision came to that posts nothing; empty for any other."""
        return outcome_words(self.room, dispute)

    def posted_words(self, dispute: Dispute) -> str:
        """Which entry of a closed period has the disputed price adjustment already; empty where none has."""
        return posted_words(self.room, dispute)

    @property
    def may_open(self) -> bool:
        """Whether this person's roles allow disputing a line."""
        return self.room.actor.may(OPENERS)

    def may_decide(self, dispute: Dispute) -> bool:
        """Whether this person may decide it now: another one than who opened it."""
        actor = self.room.actor
        return bool(dispute.line and dispute.is_open and actor.may(DECIDERS) and dispute.by != actor.id)

    def may_approve(self, dispute: Dispute) -> bool:
        """Whether this person may approve what was agreed: another one than who decided."""
        actor = self.room.actor
        return actor.may(APPROVERS) and dispute.decided_by != actor.id and self.waits(dispute)

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """Lines to decide, and corrections to approve."""
        found = []
        for one in self.room.desk.disputes.all:
            if not one.line:
                continue
            name = self.room.books.partners.get(one.partner, one.partner)
            told = {
                "what": one.about,
                "name": period_words(name, one.period),
                "amount": money_text(one.agreed_on),
            }
            if self.may_decide(one):
                words = _("Decide the dispute about %(what)s, %(name)s") % told
                found.append({"words": words, "href": one.address, "since": one.at, "due": one.due_at})
            elif self.may_approve(one):
                words = _("Approve the correction of %(amount)s for %(what)s, %(name)s") % told
                found.append({"words": words, "href": one.address, "since": one.decided_at})
        return found


# ---- forms ---------------------------------------------------------------------------------------------------------


class OpenLineDispute(forms.Form):
    """Which line, what it should be, and what shows it."""

    contract = hidden(most=64)
    partner = hidden(most=64)
    period = hidden(most=64)
    line = hidden(most=200)
    judging = hidden(most=64)
    told = Told(gettext_lazy("What you dispute"))
    expected = forms.CharField(
        label=gettext_lazy("What you expect instead"), max_length=300,
        help_text=gettext_lazy("For example: 4,596 calls are charged."),
    )  # fmt: skip
    text = long_text(gettext_lazy("Why"), rows=6)
    evidence = long_text(
        gettext_lazy("Evidence: links, documents or record ids, one to a line"), required=False, rows=3,
        help_text=gettext_lazy("Both sides see all of this, and the dispute pack. Write no names of customers."),
    )  # fmt: skip


class DecideLine(forms.Form):
    """The decision, how much of the amount is agreed, and why."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which dispute"))
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), choices=(("", gettext_lazy("Choose")), *DECISIONS))
    agreed = forms.DecimalField(
        label=gettext_lazy("Amount agreed, where it is partly accepted"), required=False, max_digits=18,
        decimal_places=4, min_value=Decimal(0),
        help_text=gettext_lazy("It is what is posted: in the currency of the invoice, less than what is disputed."),
    )  # fmt: skip
    reason = long_text(gettext_lazy("Reason, which both sides read"), rows=4, most=4000)

    def clean(self) -> Any:
        """An amount goes with a part."""
        given = super().clean() or {}
        if given.get("decision") == PARTLY and not given.get("agreed"):
            self.add_error("agreed", _("Say how much of it is agreed."))
        if given.get("decision") in (ACCEPTED, REJECTED) and given.get("agreed"):
            self.add_error("agreed", _("An amount is asked for only where a part is accepted."))
        return given


class OfLine(forms.Form):
    """Which dispute."""

    dispute = hidden(most=12)
    told = Told(gettext_lazy("Which correction"))


class ReturnLine(OfLine):
    """Why it is not approved."""

    reason = long_text(gettext_lazy("Reason"), help_text=gettext_lazy("The partner reads it too."), most=2000)


# ---- actions -------------------------------------------------------------------------------------------------------


def _line(room: Room, given: Mapping[str, Any]) -> tuple[InvoiceCheck, CheckedLine]:
    """The line in dispute and its check; raises NotFound for what is not there, not ours, or agrees."""
    check = invoice_check_of(room, given.get("partner", ""), given.get("period", ""), given.get("contract", ""))
    line = check.line(given.get("line", ""))
    if line is None or line.agrees:
        raise NotFound("line of an invoice", given.get("line", ""))
    return check, line


def _told(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    check, line = _line(room, given)
    name = room.books.partners.get(check.partner, check.partner)
    lines = [
        period_words(name, check.period),
        _("%(title)s: billed %(billed)s, expected %(expected)s, difference %(difference)s")
        % {
            "title": line.title, "billed": money_text(line.billed), "expected": money_text(line.expected),
            "difference": money_text(line.difference),
        },
        *_stake_lines(room, Dispute(**_about(check, line), party=room.actor.party)),
        due_words(),
    ]  # fmt: skip
    return {"told": "\n".join(lines), "judging": check.digest}


def _about(check: InvoiceCheck, line: CheckedLine) -> dict[str, str]:
    """The columns that say what a dispute of a line is about."""
    return {
        "contract": check.contract, "partner": check.partner, "clause": "", "period": check.period,
        "judging": check.digest, "category": OF_A_LINE, "line": line.key, "line_title": line.title[:300],
        "amount": str(line.difference.amount), "currency": line.difference.currency,
    }  # fmt: skip


def _stake_lines(room: Room, dispute: Dispute) -> list[str]:
    """Who is against what, what the ledger has already, and what each decision posts."""
    known = posted_words(room, dispute)
    return [contest_words(room, dispute), *([known] if known else []), *(one.words for one in stakes(room, dispute))]


def _told_of(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    dispute = _seen(room, given)
    name = room.books.partners.get(dispute.partner, dispute.partner)
    lines = [
        _("%(period)s: %(what)s") % {"period": period_words(name, dispute.period), "what": dispute.about},
        _("Disputed: %(amount)s. Expected: %(what)s")
        % {"amount": money_text(dispute.disputed), "what": dispute.expected},
    ]
    if dispute.is_open:
        lines += _stake_lines(room, dispute)
    if dispute.agreed_on is not None:
        lines.append(
            _("%(name)s agreed to %(amount)s: %(reason)s")
            % {"name": dispute.decided_name, "amount": money_text(dispute.agreed_on), "reason": dispute.reason}
        )
        known = posted_words(room, dispute)
        lines += [known] if known else []
    return {"told": "\n".join(lines)}


def _seen(room: Room, given: Mapping[str, Any]) -> Dispute:
    dispute: Dispute = replace(room).desk.disputes.one(given.get("dispute", ""))
    if not dispute.line:
        raise NotFound("dispute", given.get("dispute", ""))
    return dispute


@deed(
    gettext_lazy("Dispute a line of an invoice"),
    roles=OPENERS,
    form=OpenLineDispute,
    button=gettext_lazy("Open the dispute"),
    opposite="withdraw-dispute",
    initial=_told,
)
def do_open_line_dispute(room: Room, given: Mapping[str, Any]) -> Done:
    """Open a dispute about a line that differs, with the amount that the check finds now."""
    check, line = _line(room, given)
    if given["judging"] != check.digest:
        raise NotNow(
            _("The invoice was checked again while you were reading."),
            _("Open it again and look at the new figures; nothing was stored."),
        )
    known = replace(room).desk.corrections.of(check.contract, check.partner, check.period)
    same = next((one for one in known if one.is_open and one.line == line.key), None)
    about = _about(check, line)
    _refuse_twice(room, Dispute(**about))
    words = _("There is an open dispute about this line already, opened by %(name)s.")
    return opened(room, given, same, words, **about)


@deed(
    gettext_lazy("Decide the dispute of a line"),
    roles=DECIDERS,
    form=DecideLine,
    button=gettext_lazy("Decide"),
    initial=_told_of,
    help=gettext_lazy("Both sides read it. What is to be posted is posted once a second person has approved it."),
)
def do_decide_line(room: Room, given: Mapping[str, Any]) -> Done:
    """Accept, accept a part, or reject."""
    _seen(room, given)
    dispute = to_decide(room, given)
    agreed = _agreed(room, dispute, given)
    if agreed:
        _refuse_twice(room, dispute)
        _still_shown(
            room, dispute, Money(Decimal(agreed), dispute.currency),
            _("Open the invoice check and look at what differs now. Accept a part that it still shows, or reject."),
        )  # fmt: skip
    return decided(room, dispute, given, carrier=CARRIER if agreed else "", agreed=agreed)


def _agreed(room: Room, dispute: Dispute, given: Mapping[str, Any]) -> str:
    """What is agreed to be posted, with the sign of what is disputed; empty for nothing.

    Whoever accepts that the check is wrong agrees to the bill. What closing the period has posted of a price adjustment
    is not posted again.
    """
    whole = left_of(room, dispute)
    if given["decision"] == REJECTED or whole is None:
        return ""
    if given["decision"] == ACCEPTED:
        return "" if dispute.contests_check or not whole.amount else str(whole.amount)
    if not whole.amount and posted_of(room, dispute):
        raise NotNow(posted_words(room, dispute), _("Accept or reject the dispute."))
    if not whole.amount:
        raise NotNow(
            _("The differences of this line come to nothing together, so there is no part to agree on."),
            _("Accept or reject the dispute."),
        )
    part = Money(given["agreed"] if whole.amount > 0 else -given["agreed"], whole.currency)
    if abs(part.amount) >= abs(whole.amount):
        raise NotNow(
            _("A part is less than the whole of %(amount)s.") % {"amount": money_text(whole)},
            _("Name a smaller amount, or reject the dispute: the check stands then.")
            if dispute.contests_check
            else _("Accept the dispute, or name a smaller amount."),
        )
    if part != part.rounded():
        raise NotNow(_("%(amount)s is no whole number of the smallest coin.") % {"amount": money_text(part)})
    return str(part.rounded().amount)


@deed(
    gettext_lazy("Approve the correction"),
    roles=APPROVERS,
    form=OfLine,
    button=gettext_lazy("Approve"),
    initial=_told_of,
    help=gettext_lazy("You approve as the second person. The correction is posted to the ledger at once."),
)
def do_approve_correction(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person approves what was agreed, and it is posted."""
    dispute = _to_approve(room, given)
    amount = dispute.agreed_on
    if amount is None:  # `_to_approve` has looked; the type does not know
        raise NotNow(_("Nothing is agreed."))
    _refuse_twice(room, dispute)
    check = _still_shown(
        room, dispute, amount,
        _("Send the decision back: the dispute is open again then, and is decided by the new figures."),
    )  # fmt: skip
    approval = Approval(check.digest, str(dispute.decided_by), str(room.actor.id))
    head = post_matter(room, journal_of(dispute), Due(matter_of(dispute), str(dispute.pk), amount), approval)
    words = _("You approved %(amount)s; it is posted.") % {"amount": money_text(amount)}
    done = done_to(dispute, words, dispute.state_now())
    return replace(done, after={**dispute.state_now(), "ledger": head})


@deed(
    gettext_lazy("Send the decision back"),
    roles=APPROVERS,
    form=ReturnLine,
    button=gettext_lazy("Send back"),
    initial=_told_of,
    help=gettext_lazy("The dispute is open again, and another decision is asked for."),
)
def do_return_line(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person does not approve: the dispute is open again."""
    dispute = _to_approve(room, given)
    before = dispute.state_now()
    dispute.state, dispute.agreed, dispute.carrier = OPEN, "", ""
    dispute.decided_by, dispute.decided_name, dispute.decided_at, dispute.reason = None, "", None, ""
    dispute.returned = _("%(name)s, %(at)s UTC: %(reason)s") % {
        "name": room.actor.name, "at": f"{room.now:%Y-%m-%d %H:%M}", "reason": given["reason"].strip(),
    }  # fmt: skip
    dispute.save()
    return done_to(dispute, _("The decision is sent back; the dispute is open again."), before)


def _to_approve(room: Room, given: Mapping[str, Any]) -> Dispute:
    """The dispute as it stands inside the writing transaction; raises NotNow where there is nothing to approve."""
    dispute = _locked(room, given)
    if dispute.agreed_on is None:
        raise NotNow(_("Nothing of this dispute is agreed."), _("Open it to see where it stands."))
    if dispute.decided_by == room.actor.id:
        raise NotNow(
            _("You decided this dispute, so another person approves the correction."),
            _("Ask an owner, an executive or finance."),
        )
    if replace(room).desk.corrections.entries_of(dispute):
        raise NotNow(
            _("The correction is posted already."),
            _("One that was taken back is not posted again: dispute the line anew."),
        )
    return dispute


def _locked(room: Room, given: Mapping[str, Any]) -> Dispute:
    found: Dispute = Dispute.objects.select_for_update().get(pk=_seen(room, given).pk)
    return found


def _refuse_twice(room: Room, dispute: Dispute) -> None:
    """Raise NotNow where another dispute has corrected the line already, or agreed to."""
    corrections = replace(room).desk.corrections
    other = corrections.holding(dispute.contract, dispute.partner, dispute.period, dispute.line, but=dispute.pk)
    if other is None:
        return
    told = {"amount": money_text(other.agreed_on), "number": other.pk}
    if corrections.waits(other):
        raise NotNow(
            _("In dispute %(number)d of this line %(amount)s is agreed and waits for a second person.") % told,
            _("That decision is approved or sent back first, on the page of that dispute."),
        )
    raise NotNow(
        _("This line is corrected already: dispute %(number)d posted %(amount)s.") % told,
        _("That correction is taken back first, on the page of that dispute; then the line can be disputed anew."),
    )


def _still_shown(room: Room, dispute: Dispute, amount: Money, cure: str) -> InvoiceCheck:
    """The check as it stands; raises NotNow with `cure` where it shows less of the line than `amount`."""
    check = _check_now(room, dispute)
    line = check.line(dispute.line) if check is not None else None
    now = line.difference if line is not None else Money.zero(amount.currency)
    same_side = favours(now) is favours(amount) and now.currency == amount.currency
    if check is None or not same_side or abs(now.amount) < abs(amount.amount):
        told = {"then": money_text(dispute.disputed), "now": money_text(now), "amount": money_text(amount)}
        raise NotNow(
            _("The check found %(then)s on this line when it was disputed and finds %(now)s now, less than %(amount)s.")
            % told,
            cure,
        )
    left = left_of(room, dispute)
    if left is None or abs(left.amount) < abs(amount.amount):
        raise NotNow(posted_words(room, dispute), cure)
    return check


def _check_now(room: Room, dispute: Dispute) -> InvoiceCheck | None:
    """The check that a dispute's line is of, as it stands; None where its contract or rate card is gone."""
    try:
        return invoice_check_of(room, dispute.partner, dispute.period, dispute.contract)
    except NotFound:
        return None

"""Closing periods: a partner's preview, approval by a second person, closing, and restating what was closed.

The steps of each contract, partner and period lie in one table, never edited; where a closing stands is folded from
them (`web.closing`). A step is checked and written inside one writing transaction, and its number is unique, so two
people at once have one effect. Closing, and a second person's word on a restatement, post the price adjustments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.reports.figures import money_text
from tallystick.verdicts.ledger import Approval
from tallystick.verdicts.promise import known_on
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.money import Money
from tallystick.web.closing import (
    FROM,
    WHO,
    Course,
    Figures,
    Move,
    Now,
    State,
    Step,
    course_of,
    preview_ends,
    refusal,
)  # fmt: skip
from tallystick.web.deed import Done, deed
from tallystick.web.desk._closing_forms import (
    Agree,
    Approve,
    ClosePeriod,
    DecideRestatement,
    OpenPreview,
    Restate,
    SendBack,
    about,
    about_closing,
    lapsed_claims,
    late_words,
    sent_back,
)  # fmt: skip
from tallystick.web.desk._posted_credits import refuse_twice
from tallystick.web.desk.ledger import post_statement
from tallystick.web.judgings import judging_named
from tallystick.web.refusal import NotNow
from tallystick.web.said import period_words
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room


class CloseStep(models.Model):
    """One step of one closing. `by` is a person's id; `party` is empty where the client's side took it."""

    contract = models.CharField(max_length=64)
    partner = models.CharField(max_length=64)
    period = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=32)
    judging = models.CharField(max_length=64)
    statement = models.CharField(max_length=64, blank=True)
    amount = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["contract", "partner", "period", "number"], name="a_step_once")
        ]

    def as_step(self) -> Step:
        """The row as the state machine takes it."""
        total = Money(Decimal(self.amount), self.currency) if self.currency else None
        figures = Figures(self.judging, self.statement, total)
        return Step(Move(self.move), figures, self.by, self.by_name, self.party, self.at, self.until, self.reason)


def figures_of(record: Judged) -> Figures:
    """What is approved of a judging."""
    statement = record.statement
    return Figures(record.digest, statement.digest if statement else "", statement.total if statement else None)


@dataclass(frozen=True)
class Closing:
    """The closing of one contract, partner and period: the judging that stands now, and what people did."""

    record: Judged
    course: Course
    over: bool
    open_disputes: int
    alone: bool = True  # whether the partner has one contract in this period
    term_ended: date | None = None  # the last day of the term, where the period begins after it

    @cached_property
    def figures(self) -> Figures:
        """The figures that stand now."""
        return figures_of(self.record)

    @property
    def key(self) -> tuple[str, str, str]:
        """Contract, partner and period."""
        return self.record.contract, self.record.partner, self.record.period

    @property
    def address(self) -> str:
        """Its page."""
        named = "" if self.alone else f"?contract={self.record.contract}"
        return f"/close/{self.record.partner}/{self.record.period}{named}"

    @property
    def closed_on(self) -> date | None:
        """The day on which it was closed, in its zone; a restatement makes no other. None while it is not closed."""
        closing = self.course.closing
        return closing.at.astimezone(ZoneInfo(self.record.zone)).date() if closing is not None else None

    @property
    def superseded(self) -> bool:
        """Whether a later judging changed what was previewed, approved or closed."""
        return self.course.figures is not None and not self.course.fits(self.figures)

    @property
    def restatement_waits(self) -> bool:
        """Whether the period is closed and was judged again since, and nobody has refused exactly these figures."""
        refused = self.course.refused
        return (
            self.course.state is State.CLOSED
            and self.term_ended is None
            and self.superseded
            and not (refused is not None and refused.figures.judging == self.figures.judging)
        )

    @property
    def proposal(self) -> Step | None:
        """The restatement that a second person may approve: proposed, and of the figures that stand now."""
        found = self.course.restatement
        return found if found is not None and found.figures.judging == self.figures.judging else None

    def now(self, at: datetime) -> Now:
        """What a step is measured against."""
        return Now(at, self.figures, self.over, self.open_disputes, self.term_ended)

    def refusal(self, move: Move, room: Room) -> NotNow | None:
        """Why this person may not take a step now; None where it may."""
        return refusal(self.course, move, room.actor.id, self.now(room.now))


class Close(Workflow):
    """Closings inside the room. A partner's room holds those of its own that were once previewed."""

    @cached_property
    def all(self) -> tuple[Closing, ...]:
        """Every closing, newest period first."""
        steps: dict[tuple[str, str, str], list[Step]] = {}
        for row in self.room.rows(CloseStep).order_by("number"):
            steps.setdefault((row.contract, row.partner, row.period), []).append(row.as_step())
        disputes = self.room.desk.disputes.open_counts
        shared = Counter((one.partner, one.period) for one in self.room.books.records)
        found = []
        for record in self.room.books.records:
            key = (record.contract, record.partner, record.period)
            course = course_of(steps.get(key, ()))
            if self.room.actor.of_client or course.was_shown:
                alone = shared[(record.partner, record.period)] == 1
                waits = disputes.get(key, 0)
                found.append(Closing(record, course, self._over(record), waits, alone, self._term_ended(record)))
        return tuple(sorted(found, key=lambda one: self._days[one.record.digest][1], reverse=True))

    @cached_property
    def _days(self) -> Mapping[str, tuple[date, date]]:
        """The first day of each judging, and the day after its last."""
        days = {(one.contract, one.partner, one.period): (one.from_on, one.end_on) for one in self.room.books.verdicts}
        return {one.digest: days[(one.contract, one.partner, one.period)] for one in self.room.books.records}

    def _over(self, record: Judged) -> bool:
        """Whether the period's last day has passed in its own zone."""
        return self.room.now.astimezone(ZoneInfo(record.zone)).date() >= self._days[record.digest][1]

    def _term_ended(self, record: Judged) -> date | None:
        """The last day of the term as known by now, where a judging is of a period that begins after it."""
        ends_on = self._terms_end.get(record.contract)
        return ends_on if ends_on is not None and self._days[record.digest][0] > ends_on else None

    @cached_property
    def _terms_end(self) -> Mapping[str, date]:
        by_now = known_on(self.room.now)
        return {one.contract.contract: one.contract.whole_term_by(by_now).to_on for one in self.room.books.contracts}

    def nothing_due(self, record: Judged) -> date | None:
        """The last day of the term, where a judging is of a period after it that was not closed; else None."""
        closed = (record.contract, record.partner, record.period) in self.judgings_closed
        return None if closed else self._term_ended(record)

    def of(self, partner: str, period: str) -> tuple[Closing, ...]:
        """The closings of a partner's period, one for each contract; raises NotFound for none, and for not ours."""
        found = tuple(one for one in self.all if (one.record.partner, one.record.period) == (partner, period))
        if not found:
            raise NotFound("period", f"{partner}/{period}")
        return found

    def one(self, contract: str, partner: str, period: str) -> Closing:
        """One closing; raises NotFound as `of`."""
        for found in self.all:
            if found.key == (contract, partner, period):
                return found
        raise NotFound("period", f"{partner}/{period}")

    def closed_on(self, contract: str, partner: str) -> Mapping[str, date]:
        """The day on which each closed period was closed: closing claims its price adjustments."""
        return self._closed_on.get((contract, partner), {})

    @cached_property
    def _closed_on(self) -> Mapping[tuple[str, str], Mapping[str, date]]:
        found: dict[tuple[str, str], dict[str, date]] = {}
        for one in self.all:
            if one.closed_on is not None:
                found.setdefault((one.record.contract, one.record.partner), {})[one.record.period] = one.closed_on
        return found

    @cached_property
    def judgings_closed(self) -> Mapping[tuple[str, str, str], str]:
        """The digest of the judging whose figures each closed period has, by contract, partner and period."""
        return {
            one.key: one.course.figures.judging
            for one in self.all
            if one.course.state is State.CLOSED and one.course.figures is not None
        }

    def reason_of(self, contract: str, partner: str, period: str) -> str:
        """The reason given with the closing of a period; empty where there is none."""
        closing = next((one.course.closing for one in self.all if one.key == (contract, partner, period)), None)
        return closing.reason if closing is not None else ""

    def record_shown(self, closing: Closing) -> Judged:
        """The judging whose figures count: the closed one where the period is closed, else the one that stands."""
        figures = closing.course.figures
        if closing.course.state is not State.CLOSED or figures is None:
            return closing.record
        return judging_named(self.room.books.store, closing.record, figures.judging)

    def verdicts_shown(self, closing: Closing) -> tuple[Verdict, ...]:
        """The verdicts of the judging whose figures count."""
        record = self.record_shown(closing)
        return tuple(self.room.books.store.verdicts_of(record))

    def may(self, closing: Closing, move: Move) -> bool:
        """Whether this person may take a step now."""
        # Most steps fail on the state alone; saying why in words costs more than everything else here.
        return (
            self.room.actor.may(WHO[move])
            and closing.course.state in FROM[move]
            and closing.refusal(move, self.room) is None
        )

    def waiting_for_me(self) -> list[dict[str, Any]]:
        """What needs this person, of closings, disputes and corrective actions: words, where it is done, since when."""
        found = [one for closing in self.all for one in self._waiting(closing)]
        if self.room.actor.may(WHO[Move.PREVIEW]):
            waiting = [one for one in self.all if self.may(one, Move.PREVIEW) and one.course.state is State.PROPOSED]
            if waiting:
                words = _("%(count)d periods are judged and not yet shown to the partner") % {"count": len(waiting)}
                if len(waiting) == 1:
                    words = _("Open the preview of %(what)s") % {"what": self.words(waiting[0])}
                href = waiting[0].address if len(waiting) == 1 else "/close?state=proposed"
                found.append({"words": words, "href": href, "since": as_instant(waiting[-1].record.as_of)})
        found += self.room.desk.disputes.waiting_for_me()
        found += self.room.desk.corrections.waiting_for_me()
        found += self.room.desk.reversals.waiting_for_me()
        found += self.room.desk.extensions.waiting_for_me()
        found += self.room.desk.relief.waiting_for_me()
        found += self.room.desk.corrective.waiting_for_me()
        return sorted(found, key=lambda one: one["since"])

    def _waiting(self, closing: Closing) -> Iterable[dict[str, Any]]:
        course, what = closing.course, self.words(closing)
        total = money_text(closing.figures.total)

        def item(words: str, since: datetime) -> dict[str, Any]:
            return {"words": words, "href": closing.address, "since": since}

        judged_at = as_instant(closing.record.as_of)
        if self.may(closing, Move.AGREE) and not course.preview_over(self.room.now):
            yield item(_("Look at the preview of %(what)s") % {"what": what}, course.steps[-1].at)
        if self.may(closing, Move.APPROVE):
            since = course.agreed.at if course.agreed else course.until or judged_at
            yield item(_("Approve %(total)s for %(what)s") % {"total": total, "what": what}, since)
        if self.may(closing, Move.CLOSE):
            yield item(_("Close %(what)s") % {"what": what}, course.steps[-1].at)
        if course.state is not State.CLOSED and closing.superseded and self.may(closing, Move.PREVIEW):
            yield item(_("Figures changed: open the preview of %(what)s again") % {"what": what}, judged_at)
        if closing.restatement_waits and closing.proposal is None and self.may(closing, Move.RESTATE):
            yield item(_("A restatement of %(what)s waits to be proposed or left") % {"what": what}, judged_at)
        if self.may(closing, Move.APPROVE_RESTATEMENT):
            yield item(_("Approve the restatement of %(what)s") % {"what": what}, course.steps[-1].at)

    def words(self, closing: Closing) -> str:
        """Which closing it is, in words: with its contract where the partner has several in the period."""
        name = self.room.books.partners.get(closing.record.partner, closing.record.partner)
        what = period_words(name, closing.record.period)
        if closing.alone:
            return what
        return _("%(what)s under %(contract)s") % {"what": what, "contract": closing.record.contract}


def closed_desk() -> dict[tuple[str, str, str], datetime]:
    """When each period of the desk that is served was closed, whoever's it is: for the command line."""
    closed = CloseStep.objects.filter(move=Move.CLOSE.value)
    return {(row.contract, row.partner, row.period): row.at for row in closed}


def judgings_closed_desk() -> dict[tuple[str, str, str], str]:
    """The digest of the judging whose figures each closed period of the desk has: for the command line."""
    made = CloseStep.objects.filter(move__in=[Move.CLOSE.value, Move.APPROVE_RESTATEMENT.value]).order_by("number")
    return {(row.contract, row.partner, row.period): row.judging for row in made}


def as_instant(text: str) -> datetime:
    """An instant of a judging as an aware datetime."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# ---- steps ---------------------------------------------------------------------------------------------------------


def _take(room: Room, given: Mapping[str, Any], move: Move, words: str, until: datetime | None = None) -> Done:
    """Take one step: the closing is read inside the writing transaction, so what was checked is what is written."""
    room = replace(room)  # without what this room has read before the transaction began
    closing = room.desk.close.one(given["contract"], given["partner"], given["period"])
    problem = closing.refusal(move, room)
    if problem is None and given["judging"] != closing.figures.judging:
        problem = NotNow(
            _("The period was judged again while you were reading."),
            _("Open it again and look at the new figures; nothing was stored."),
        )
    if problem is None and move is Move.CLOSE and given.get("late", "") != late_words(lapsed_claims(room, closing)):
        problem = NotNow(
            _("The last day to claim the price adjustment has passed, or what can be claimed has changed."),
            _("Open the form again and read until when it could be claimed; nothing was stored."),
        )
    if problem is not None:
        raise problem
    figures, before = closing.figures, closing.course
    after = {"move": move, "figures": figures, "reason": given.get("reason", "")}
    if move in (Move.CLOSE, Move.APPROVE_RESTATEMENT):
        refuse_twice(room, closing.record)
        after["ledger"] = post_statement(room, closing.record, _approval(before, move, room))
    CloseStep.objects.create(
        contract=closing.record.contract, partner=closing.record.partner, period=closing.record.period,
        number=len(before.steps) + 1, move=move.value, judging=figures.judging, statement=figures.statement,
        amount=str(figures.total.amount) if figures.total else "",
        currency=figures.total.currency if figures.total else "",
        by=room.actor.id, by_name=room.actor.name, party=room.actor.party, at=room.now, until=until,
        reason=given.get("reason", "").strip(),
    )  # fmt: skip
    return Done(
        words % {"what": room.desk.close.words(closing), "total": money_text(figures.total)},
        "/".join(("close", *closing.key)),
        closing.record.partner,
        closing.address,
        before={"state": before.state, "figures": before.figures, "steps": len(before.steps)},
        after=after,
        reason=move.value,
    )


def _approval(course: Course, move: Move, room: Room) -> Approval:
    """Who proposed and who approved the figures that a step posts, as their ids."""
    asked = course.restatement if move is Move.APPROVE_RESTATEMENT else course.previewed
    figures = asked.figures if asked else None
    approved = room.actor.id if move is Move.APPROVE_RESTATEMENT else course.approval.by if course.approval else ""
    of = (figures.statement or figures.judging) if figures else ""
    return Approval(of, str(asked.by) if asked else "", str(approved))


@deed(
    gettext_lazy("Open the preview"),
    opposite="send-back", roles=WHO[Move.PREVIEW], form=OpenPreview, initial=about,
    help=gettext_lazy("The partner sees the figures, the cases and the price adjustment before they are final."),
)  # fmt: skip
def do_open_preview(room: Room, given: Mapping[str, Any]) -> Done:
    """Show the figures to the partner for some hours, by default 48."""
    words = _("The preview of %(what)s is open.")
    done = _take(room, given, Move.PREVIEW, words, preview_ends(room.now, given["hours"]))
    return replace(done, undo=sent_back(given, _("Opened by mistake.")))


@deed(
    gettext_lazy("Agree with the figures"),
    roles=WHO[Move.AGREE],
    form=Agree,
    button=gettext_lazy("We agree"),
    initial=about,
    help=gettext_lazy("You say that your side has nothing to add. The preview then ends before its clock does."),
)
def do_agree_preview(room: Room, given: Mapping[str, Any]) -> Done:
    """The partner ends its preview early."""
    return _take(room, given, Move.AGREE, _("You agreed with the figures of %(what)s."))


@deed(
    gettext_lazy("Send the figures back"),
    roles=WHO[Move.SEND_BACK],
    form=SendBack,
    button=gettext_lazy("Send back"),
    initial=about,
    help=gettext_lazy("The preview or the approval ends, and the period waits for a new preview."),
)
def do_send_back(room: Room, given: Mapping[str, Any]) -> Done:
    """Refuse to approve, or take an approval back before closing."""
    return _take(room, given, Move.SEND_BACK, _("The figures of %(what)s were sent back."))


@deed(
    gettext_lazy("Approve the figures"),
    opposite="send-back",
    roles=WHO[Move.APPROVE],
    form=Approve,
    button=gettext_lazy("Approve"),
    initial=about_closing,
    help=gettext_lazy(
        "You approve as the second person. Exactly these figures are meant: if they change, you are asked anew."
    ),
)
def do_approve_credits(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person approves the verdicts and the price adjustment."""
    done = _take(room, given, Move.APPROVE, _("You approved %(total)s for %(what)s."))
    return replace(done, undo=sent_back(given, _("Approved by mistake.")))


@deed(
    gettext_lazy("Close the period"),
    roles=WHO[Move.CLOSE],
    form=ClosePeriod,
    button=gettext_lazy("Close"),
    initial=about_closing,
    warning=gettext_lazy("A closed period changes only by a restatement that two people make and both sides see."),
)
def do_close_period(room: Room, given: Mapping[str, Any]) -> Done:
    """Make the approved figures final."""
    return _take(room, given, Move.CLOSE, _("%(what)s is closed with %(total)s."))


@deed(
    gettext_lazy("Propose a restatement"),
    roles=WHO[Move.RESTATE],
    form=Restate,
    button=gettext_lazy("Propose"),
    initial=about,
    help=gettext_lazy("The closed figures stay until a second person approves the new ones."),
)
def do_propose_restatement(room: Room, given: Mapping[str, Any]) -> Done:
    """Ask that a closed period takes the figures of a later judging."""
    return _take(room, given, Move.RESTATE, _("The restatement of %(what)s waits for a second person."))


@deed(
    gettext_lazy("Approve the restatement"),
    roles=WHO[Move.APPROVE_RESTATEMENT],
    form=DecideRestatement,
    button=gettext_lazy("Approve"),
    initial=about,
    help=gettext_lazy("The new figures take the place of the closed ones."),
)
def do_approve_restatement(room: Room, given: Mapping[str, Any]) -> Done:
    """A second person lets the new figures take the place of the closed ones."""
    return _take(room, given, Move.APPROVE_RESTATEMENT, _("%(what)s is restated to %(total)s."))


@deed(
    gettext_lazy("Refuse the restatement"),
    roles=WHO[Move.REFUSE_RESTATEMENT],
    form=DecideRestatement,
    button=gettext_lazy("Refuse"),
    initial=about,
    help=gettext_lazy("The closed figures stay. A later judging can be proposed again."),
)
def do_refuse_restatement(room: Room, given: Mapping[str, Any]) -> Done:
    """Leave the closed figures as they are."""
    return _take(room, given, Move.REFUSE_RESTATEMENT, _("The closed figures of %(what)s stay."))

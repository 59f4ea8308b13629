"""The closing of a period as a state machine: a list of steps in, what stands out, and which step may follow.

    proposed ── preview ──> preview ── approve ──> approved ── close ──> closed ── restatement ──> closed
        ^                     │  ^                    │
        └───── send back ─────┴──│── send back ───────┘
                                 └ preview again, where a new judging changed the figures

What people approve are figures: the digests of one judging and of its statement. Once another judging stands, an
approval no longer fits and closing asks anew; a closed period keeps its figures until a restatement is approved.
Nothing here reads a clock, a request or a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from tallystick.reports.figures import day_text, money_text
from tallystick.vocabulary.money import Money
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING, Role

PREVIEW_HOURS = 48


class State(StrEnum):
    """Where the closing of a period is."""

    PROPOSED = "proposed"
    PREVIEW = "preview"
    APPROVED = "approved"
    CLOSED = "closed"


class Move(StrEnum):
    """A step that a person takes."""

    PREVIEW = "open preview"
    AGREE = "agree"
    SEND_BACK = "send back"
    APPROVE = "approve"
    CLOSE = "close"
    RESTATE = "propose restatement"
    APPROVE_RESTATEMENT = "approve restatement"
    REFUSE_RESTATEMENT = "refuse restatement"


APPROVERS = frozenset({Role.OWNER, Role.EXECUTIVE, Role.FINANCE})
PREVIEWED_BY = frozenset({Role.PARTNER_ADMIN, Role.TEAM_LEADER})
WHO = {
    Move.PREVIEW: STEERING,
    Move.AGREE: PREVIEWED_BY,
    Move.SEND_BACK: APPROVERS | STEERING,
    Move.APPROVE: APPROVERS,
    Move.CLOSE: STEERING | {Role.FINANCE},
    Move.RESTATE: STEERING | {Role.FINANCE},
    Move.APPROVE_RESTATEMENT: APPROVERS,
    Move.REFUSE_RESTATEMENT: APPROVERS,
}
FROM = {
    Move.PREVIEW: frozenset({State.PROPOSED, State.PREVIEW, State.APPROVED}),
    Move.AGREE: frozenset({State.PREVIEW}),
    Move.SEND_BACK: frozenset({State.PREVIEW, State.APPROVED}),
    Move.APPROVE: frozenset({State.PREVIEW}),
    Move.CLOSE: frozenset({State.APPROVED}),
    Move.RESTATE: frozenset({State.CLOSED}),
    Move.APPROVE_RESTATEMENT: frozenset({State.CLOSED}),
    Move.REFUSE_RESTATEMENT: frozenset({State.CLOSED}),
}
# What leads to a price adjustment: nothing of a period that the term no longer has is offered so.
TOWARDS_MONEY = frozenset({Move.PREVIEW, Move.APPROVE, Move.CLOSE, Move.RESTATE, Move.APPROVE_RESTATEMENT})


@dataclass(frozen=True)
class Figures:
    """What is approved: the digest of a judging, the digest of its statement, and the sum it comes to."""

    judging: str
    statement: str
    total: Money | None


@dataclass(frozen=True)
class Step:
    """One step that was taken; `until` is the end of a preview."""

    move: Move
    figures: Figures
    by: UUID
    by_name: str
    party: str
    at: datetime
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Course:
    """What a list of steps comes to. `figures` are those previewed, approved or closed; None while proposed.

    `proposers` opened a preview of this closing; none of them may approve it. `restatement` is the proposal that waits
    for a second person.
    """

    state: State = State.PROPOSED
    figures: Figures | None = None
    until: datetime | None = None
    agreed: Step | None = None
    approval: Step | None = None
    closing: Step | None = None
    sent_back: Step | None = None
    restatement: Step | None = None
    refused: Step | None = None
    proposers: frozenset[UUID] = frozenset()
    steps: tuple[Step, ...] = ()

    @property
    def was_shown(self) -> bool:
        """Whether the partner was ever given a preview; before that its page is not there for the partner."""
        return self.previewed is not None

    @property
    def previewed(self) -> Step | None:
        """The step that opened the newest preview; None where none was opened."""
        return next((step for step in reversed(self.steps) if step.move is Move.PREVIEW), None)

    def fits(self, figures: Figures) -> bool:
        """Whether the figures of this state are those that stand now."""
        return self.figures is not None and self.figures.judging == figures.judging

    def preview_over(self, now: datetime) -> bool:
        """Whether the partner's time has run out, or the partner has said that it agrees."""
        return self.agreed is not None or (self.until is not None and now >= self.until)

    def after(self, step: Step) -> Course:
        """What stands once a step is taken."""
        own = replace(self, steps=(*self.steps, step))
        match step.move:
            case Move.PREVIEW:
                return replace(
                    own, state=State.PREVIEW, figures=step.figures, until=step.until, agreed=None, approval=None,
                    sent_back=None, proposers=self.proposers | {step.by},
                )  # fmt: skip
            case Move.AGREE:
                return replace(own, agreed=step)
            case Move.SEND_BACK:
                return replace(
                    own, state=State.PROPOSED, figures=None, until=None, agreed=None, approval=None, sent_back=step
                )
            case Move.APPROVE:
                return replace(own, state=State.APPROVED, approval=step)
            case Move.CLOSE:
                return replace(own, state=State.CLOSED, closing=step)
            case Move.RESTATE:
                return replace(own, restatement=step)
            case Move.APPROVE_RESTATEMENT:
                return replace(own, figures=step.figures, approval=step, restatement=None, refused=None)
            case Move.REFUSE_RESTATEMENT:
                return replace(own, restatement=None, refused=step)


def course_of(steps: Iterable[Step]) -> Course:
    """Fold steps in the order in which they were taken."""
    found = Course()
    for step in steps:
        found = found.after(step)
    return found


@dataclass(frozen=True)
class Now:
    """What a step is measured against: the instant, the figures that stand, and what else of the period is open.

    `term_ended` is the last day of the term where the period begins after it.
    """

    at: datetime
    figures: Figures
    over: bool = True
    open_disputes: int = 0
    term_ended: date | None = None


def refusal(course: Course, move: Move, by: UUID, now: Now) -> NotNow | None:
    """Why a step is not allowed now, None where it is. Roles are the action's matter, earlier steps are ours."""
    if course.state not in FROM[move]:
        return _wrong_state(course, move)
    if now.term_ended is not None and move in TOWARDS_MONEY:
        return NotNow(
            after_term_words(now.term_ended),
            _("It was judged before an amendment moved the end. What was opened already can be sent back."),
        )
    fits = course.fits(now.figures)
    match move:
        case Move.PREVIEW:
            return _preview(course, now, fits=fits)
        case Move.AGREE:
            if not fits:
                return _changed(course, now)
            return None if course.agreed is None else NotNow(_("Your side has agreed already."))
        case Move.APPROVE:
            return _approve(course, by, now, fits=fits)
        case Move.CLOSE:
            return _changed(course, now) if not fits else _disputed(now)
        case Move.RESTATE:
            return _restate(course, now, fits=fits)
        case Move.APPROVE_RESTATEMENT | Move.REFUSE_RESTATEMENT:
            return _restated(course, move, by, now)
        case Move.SEND_BACK:
            return None


def after_term_words(day: date) -> str:
    """Why no money follows from a judged period that begins after the last day of the term."""
    return _("The term has ended on %(day)s, before this period begins, so nothing is due in it.") % {
        "day": day_text(day)
    }


def _preview(course: Course, now: Now, *, fits: bool) -> NotNow | None:
    if not now.over:
        return NotNow(_("The period is not over."), _("A preview opens when the last day of the period has passed."))
    if course.state is not State.PROPOSED and fits:
        return NotNow(
            _("The preview of these figures is open already."), _("It is opened again only when figures change.")
        )
    return None


def _approve(course: Course, by: UUID, now: Now, *, fits: bool) -> NotNow | None:
    if by in course.proposers:
        return NotNow(
            _("You proposed these figures, so another person approves them."),
            _("Ask an owner, an executive or finance."),
        )
    if not fits:
        return _changed(course, now)
    if not course.preview_over(now.at):
        return NotNow(
            _("The partner's preview is still running."), _("It ends when its clock does, or when the partner agrees.")
        )
    return _disputed(now)


def _restate(course: Course, now: Now, *, fits: bool) -> NotNow | None:
    if fits:
        return NotNow(_("The closed figures are those that stand; there is nothing to restate."))
    waiting = course.restatement
    if waiting is not None and waiting.figures.judging == now.figures.judging:
        return NotNow(_("This restatement is proposed already."), _("It waits for a second person."))
    return None


def _restated(course: Course, move: Move, by: UUID, now: Now) -> NotNow | None:
    waiting = course.restatement
    if waiting is None:
        return NotNow(_("No restatement is proposed."), _("It may have been decided by somebody else."))
    if waiting.figures.judging != now.figures.judging:
        return NotNow(
            _("The period was judged again since the restatement was proposed."), _("It needs to be proposed anew.")
        )
    if move is Move.APPROVE_RESTATEMENT and by == waiting.by:
        return NotNow(_("You proposed this restatement, so another person approves it."))
    return None


def _wrong_state(course: Course, move: Move) -> NotNow:
    last = course.steps[-1] if course.steps else None
    if course.state is State.CLOSED:
        return NotNow(_("The period is closed."), _("Closed figures change only by a restatement."))
    if move is Move.APPROVE and course.approval is not None:
        return NotNow(_("%(name)s has approved these figures already.") % {"name": course.approval.by_name})
    if last is not None and last.move is Move.SEND_BACK:
        return NotNow(_("%(name)s sent the figures back.") % {"name": last.by_name}, _("Open the preview again first."))
    words = {
        State.PROPOSED: _("The partner has not been given its preview yet."),
        State.PREVIEW: _("The figures are in preview and not approved yet."),
        State.APPROVED: _("The figures are approved and not closed yet."),
    }
    return NotNow(words[course.state], _("Open the period to see what comes next."))


def _changed(course: Course, now: Now) -> NotNow:
    before = course.figures.total if course.figures else None
    return NotNow(
        _("The period was judged again: %(before)s became %(now)s.")
        % {"before": money_text(before), "now": money_text(now.figures.total)},
        _("What was shown and approved no longer fits. Open the preview again with the new figures."),
    )


def _disputed(now: Now) -> NotNow | None:
    if not now.open_disputes:
        return None
    return NotNow(_("A dispute about this period is still open."), _("Decide it first; its page has the buttons."))


def preview_ends(now: datetime, hours: int = PREVIEW_HOURS) -> datetime:
    """When a preview that opens now is over."""
    return now + timedelta(hours=hours)

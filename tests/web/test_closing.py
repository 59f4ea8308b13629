"""The closing of a period: every step from every state, and what holds after any run of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tallystick.vocabulary.money import Money
from tallystick.web.closing import (
    APPROVERS,
    FROM,
    PREVIEW_HOURS,
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
)
from tallystick.web.roles import PARTNER_ROLES, READS_ONLY, Role

MARA, JONAS, INES, ANA = (UUID(int=number) for number in (1, 2, 3, 4))
BEGUN = datetime(2026, 7, 6, 8, tzinfo=UTC)
OLD = Figures("a" * 64, "b" * 64, Money(Decimal("5120.00"), "EUR"))
NEW = Figures("c" * 64, "d" * 64, Money(Decimal("4000.00"), "EUR"))
LATER = Now(BEGUN + timedelta(hours=60), OLD)


def step(move: Move, by: UUID, figures: Figures = OLD, hours: float = 0) -> Step:
    at = BEGUN + timedelta(hours=hours)
    until = preview_ends(at) if move is Move.PREVIEW else None
    return Step(move, figures, by, "name", "aurora" if by == ANA else "", at, until)


COURSES = {
    "proposed": [],
    "preview": [step(Move.PREVIEW, MARA)],
    "agreed": [step(Move.PREVIEW, MARA), step(Move.AGREE, ANA, hours=2)],
    "approved": [step(Move.PREVIEW, MARA), step(Move.APPROVE, JONAS, hours=49)],
    "closed": [step(Move.PREVIEW, MARA), step(Move.APPROVE, JONAS, hours=49), step(Move.CLOSE, MARA, hours=50)],
    "sent back": [step(Move.PREVIEW, MARA), step(Move.SEND_BACK, JONAS, hours=49)],
}
COURSES["restatement"] = [*COURSES["closed"], step(Move.RESTATE, MARA, NEW, hours=55)]

# Which steps may follow, by Ines, 60 hours after the preview: once with the figures as they were, once changed.
ALLOWED_SAME = {
    "proposed": {Move.PREVIEW},
    "preview": {Move.AGREE, Move.APPROVE, Move.SEND_BACK},
    "agreed": {Move.APPROVE, Move.SEND_BACK},
    "approved": {Move.CLOSE, Move.SEND_BACK},
    "closed": set(),
    "sent back": {Move.PREVIEW},
    "restatement": set(),
}
ALLOWED_CHANGED = {
    "proposed": {Move.PREVIEW},
    "preview": {Move.PREVIEW, Move.SEND_BACK},
    "agreed": {Move.PREVIEW, Move.SEND_BACK},
    "approved": {Move.PREVIEW, Move.SEND_BACK},
    "closed": {Move.RESTATE},
    "sent back": {Move.PREVIEW},
    "restatement": {Move.APPROVE_RESTATEMENT, Move.REFUSE_RESTATEMENT},
}


@pytest.mark.parametrize("move", Move)
@pytest.mark.parametrize("name", COURSES)
def test_every_step_from_every_state_is_allowed_or_refused_as_the_table_says(name: str, move: Move) -> None:
    course = course_of(COURSES[name])
    assert (refusal(course, move, INES, LATER) is None) == (move in ALLOWED_SAME[name])
    assert (refusal(course, move, INES, replace(LATER, figures=NEW)) is None) == (move in ALLOWED_CHANGED[name])


@pytest.mark.parametrize("name", ["preview", "agreed"])
def test_who_opened_the_preview_never_approves_it(name: str) -> None:
    refused = refusal(course_of(COURSES[name]), Move.APPROVE, MARA, LATER)
    assert refused is not None
    assert "another person" in refused.message


def test_who_opened_any_preview_of_a_closing_does_not_approve_after_somebody_else_opened_it_again() -> None:
    course = course_of([*COURSES["sent back"], step(Move.PREVIEW, INES, hours=50)])
    later = replace(LATER, at=BEGUN + timedelta(hours=200))
    assert refusal(course, Move.APPROVE, MARA, later) is not None
    assert refusal(course, Move.APPROVE, INES, later) is not None
    assert refusal(course, Move.APPROVE, JONAS, later) is None


def test_a_preview_runs_its_hours_unless_the_partner_agrees() -> None:
    running = Now(BEGUN + timedelta(hours=PREVIEW_HOURS, seconds=-1), OLD)
    assert refusal(course_of(COURSES["preview"]), Move.APPROVE, JONAS, running) is not None
    assert refusal(course_of(COURSES["agreed"]), Move.APPROVE, JONAS, running) is None
    over = replace(running, at=BEGUN + timedelta(hours=PREVIEW_HOURS))
    assert refusal(course_of(COURSES["preview"]), Move.APPROVE, JONAS, over) is None


@pytest.mark.parametrize(("name", "move"), [("preview", Move.APPROVE), ("approved", Move.CLOSE)])
def test_an_open_dispute_holds_approval_and_closing(name: str, move: Move) -> None:
    assert refusal(course_of(COURSES[name]), move, INES, replace(LATER, open_disputes=1)) is not None


def test_a_period_that_runs_has_no_preview() -> None:
    assert refusal(Course(), Move.PREVIEW, MARA, replace(LATER, over=False)) is not None


@pytest.mark.parametrize("name", COURSES)
def test_a_period_after_the_term_is_only_sent_back_agreed_to_or_left_as_it_was_closed(name: str) -> None:
    course = course_of(COURSES[name])
    for figures in (OLD, NEW):
        now = replace(LATER, figures=figures)
        allowed = {move for move in Move if refusal(course, move, INES, now) is None}
        left = {
            move for move in Move if refusal(course, move, INES, replace(now, term_ended=date(2026, 3, 31))) is None
        }
        assert left == allowed & {Move.AGREE, Move.SEND_BACK, Move.REFUSE_RESTATEMENT}


def test_who_proposed_a_restatement_does_not_approve_it_and_may_take_it_back() -> None:
    course = course_of(COURSES["restatement"])
    changed = replace(LATER, figures=NEW)
    assert refusal(course, Move.APPROVE_RESTATEMENT, MARA, changed) is not None
    assert refusal(course, Move.REFUSE_RESTATEMENT, MARA, changed) is None


def test_a_proposed_restatement_falls_when_the_period_is_judged_yet_again() -> None:
    third = Figures("e" * 64, "f" * 64, OLD.total)
    course, now = course_of(COURSES["restatement"]), replace(LATER, figures=third)
    assert refusal(course, Move.APPROVE_RESTATEMENT, JONAS, now) is not None
    assert refusal(course, Move.RESTATE, INES, now) is None


def test_the_roles_of_each_step_are_those_that_were_agreed() -> None:
    steering = {Role.OWNER, Role.VENDOR_MANAGER}
    assert {Role.OWNER, Role.EXECUTIVE, Role.FINANCE} == APPROVERS
    assert {move: set(roles) for move, roles in WHO.items()} == {
        Move.PREVIEW: steering,
        Move.AGREE: {Role.PARTNER_ADMIN, Role.TEAM_LEADER},
        Move.SEND_BACK: steering | APPROVERS,
        Move.APPROVE: APPROVERS,
        Move.CLOSE: steering | {Role.FINANCE},
        Move.RESTATE: steering | {Role.FINANCE},
        Move.APPROVE_RESTATEMENT: APPROVERS,
        Move.REFUSE_RESTATEMENT: APPROVERS,
    }
    assert set(FROM) == set(Move)
    assert all(READS_ONLY not in roles for roles in WHO.values())
    assert all(not roles & PARTNER_ROLES for move, roles in WHO.items() if move is not Move.AGREE)


class AnyRunOfSteps(RuleBasedStateMachine):
    """Anybody tries anything at any time, while the period is judged again now and then."""

    @initialize()
    def begin(self) -> None:
        self.course, self.at, self.figures = Course(), BEGUN, OLD
        self.disputes = 0
        self.closed_with: Figures | None = None
        self.judged = 0

    @rule(
        move=st.sampled_from(sorted(Move)),
        by=st.sampled_from([MARA, JONAS, INES, ANA]),
        hours=st.sampled_from([0, 1, 49]),
    )
    def somebody_tries(self, move: Move, by: UUID, hours: int) -> None:
        self.at += timedelta(hours=hours)
        now = Now(self.at, self.figures, open_disputes=self.disputes)
        if refusal(self.course, move, by, now) is not None:
            return
        before = self.course
        until = preview_ends(self.at) if move is Move.PREVIEW else None
        self.course = before.after(Step(move, self.figures, by, "name", "", self.at, until))
        if move is Move.APPROVE:
            assert by not in before.proposers
            assert before.figures == self.figures
            assert not self.disputes
            assert before.agreed is not None or (before.until is not None and self.at >= before.until)
        if move is Move.CLOSE:
            assert before.approval is not None
            assert before.approval.figures == self.figures
            assert not self.disputes
        if move is Move.APPROVE_RESTATEMENT:
            assert before.restatement is not None
            assert before.restatement.by != by
            assert before.restatement.figures == self.figures
        if move in (Move.CLOSE, Move.APPROVE_RESTATEMENT):
            self.closed_with = self.figures

    @rule()
    def the_period_is_judged_again(self) -> None:
        self.judged += 1
        self.figures = Figures(f"{self.judged:064x}", "0" * 64, Money(Decimal(self.judged), "EUR"))

    @rule(count=st.integers(0, 1))
    def disputes_come_and_go(self, count: int) -> None:
        self.disputes = count

    @invariant()
    def closed_figures_change_only_by_an_approved_restatement(self) -> None:
        if self.course.state is State.CLOSED:
            assert self.course.figures == self.closed_with
        assert sum(one.move is Move.CLOSE for one in self.course.steps) <= 1

    @invariant()
    def what_stands_is_what_the_steps_fold_to(self) -> None:
        assert course_of(self.course.steps) == self.course


AnyRunOfSteps.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestAnyRunOfSteps = AnyRunOfSteps.TestCase

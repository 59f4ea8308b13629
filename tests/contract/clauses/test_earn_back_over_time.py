"""Earning back over amendments, the life of the clause, years, windows, and older versions of judging."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.clauses.applied import A1, A2, Applied, euros, linted, met, missed, month
from tests.contract.clauses.test_earn_back import (
    ANNUAL,
    DECEMBER,
    JANUARY,
    LAST,
    NEXT,
    YEAR,
    C,
    fates_of,
    in_2026,
    past,
    ran,
    rate,
    states,
)

# ---------------------------------------------------------------------- amendments


def amended(change: str, now: int, *before: int | None, effective: str = "2026-03-01", **parts: object) -> Applied:
    """March 2026 under a text in which a change of EB took effect; the newest month before it first."""
    return ran(now, *before, amendment=f"effective: {effective}, changes: [{{clause: EB, {change}}}]", **parts)


def test_what_was_earned_before_an_amendment_is_not_earned_again_by_its_terms() -> None:
    """December's credit was earned in February, after two months; March asks for three."""
    found = amended("set: {periods: 3}", 85, 90, 90, 79)
    assert (states(found), found.credit("EB")) == (("0.00", "0.00", "0.00"), "EUR 0.00")
    fourth = amended("set: {periods: 3}", 85, 90, 90, 79, rules=4)
    assert (states(fourth), fourth.credit("EB")) == (("0.00", "0.00", "0.00"), "EUR 0.00")
    old = amended("set: {periods: 3}", 85, 90, 90, 79, rules=3)
    assert (states(old), old.credit("EB")) == (("300.00", "0.00", "0.00"), "EUR -300.00")


@pytest.mark.parametrize(
    ("effective", "expected"),
    [("2026-01-01", ("0.00", "0.00", "300.00")), ("2026-01-02", ("300.00", "0.00", "0.00"))],
)
def test_a_credit_is_earned_by_the_text_of_the_first_day_of_its_period(
    effective: str, expected: tuple[str, ...]
) -> None:
    assert states(amended("set: {periods: 3}", 85, 90, 79, effective=effective)) == expected


def test_the_level_is_that_of_the_text_in_which_a_credit_was_granted() -> None:
    assert states(amended("set: {level: 81%}", 84, 90, 79)) == ("0.00", "300.00", "0.00")
    assert states(amended("set: {level: 81%}", 84, 90, 79, rules=3)) == ("300.00", "0.00", "0.00")


@pytest.mark.parametrize(
    ("first", "then", "now", "expected"),
    [
        # Taken off at once: it comes back once earned, and a forfeited one is not taken again.
        ("deducted", "deferred", 85, "-300.00"),
        ("deducted", "deferred", 84, "0.00"),
        # It waited: earned it was never taken, forfeited it falls due.
        ("deferred", "deducted", 85, "0.00"),
        ("deferred", "deducted", 84, "300.00"),
    ],
)
def test_a_credit_that_was_taken_off_comes_back_and_one_that_waited_falls_due(
    first: str, then: str, now: int, expected: str
) -> None:
    found = amended(f"set: {{meanwhile: {then}}}", now, 90, 79, more=f", meanwhile: {first}")
    assert found.credit("EB") == f"EUR {expected}"


def test_the_last_step_says_what_comes_back_falls_due_and_waits() -> None:
    deferred = ", meanwhile: deferred"
    waits = "forfeited credits fall due, the credit of this period waits"
    back = "what was taken off comes back"
    assert ran(85, 90, 79).said("EB", "credit") == (back, "- EUR 300.00")
    assert ran(84, 90, 79, more=deferred).said("EB", "credit") == (waits, "EUR 300.00 - EUR 0.00")
    assert ran(79, more=deferred).said("EB", "credit") == (waits, "EUR 0.00 - EUR 300.00")
    mixed = amended("set: {meanwhile: deferred}", 85, 90, 79)
    assert mixed.said("EB", "credit") == (f"{waits}, {back}", "EUR 0.00 - EUR 0.00 - EUR 300.00")
    fell = amended("set: {meanwhile: deducted}", 84, 90, 79, more=deferred)
    assert fell.said("EB", "credit") == (waits, "EUR 300.00 - EUR 0.00")


def test_credits_that_the_clause_named_before_an_amendment_can_still_be_earned() -> None:
    other = C.replace("id: C", "id: D")
    change = "effective: 2026-03-01, changes: [{clause: EB, set: {credits: [D]}}]"
    found = Applied((A1, C, other, NEXT.replace("MORE", "")), {"A1": (85, 100)}, past=past(90, 79), amendment=change)
    assert states(found) == ("300.00", "0.00", "0.00")
    clause = found.contract.clause("EB")
    assert clause is not None
    assert [name for name, _ in clause.remembers(found.contract)] == ["A1", "C", "D", "EB"]


def test_what_was_granted_before_the_clause_was_there_cannot_be_earned() -> None:
    added = NEXT.replace("MORE", "")
    for effective, expected in (("2026-02-01", "EUR 0.00"), ("2026-01-01", "EUR -300.00")):
        change = f"effective: {effective}, changes: [{{add: {added}}}]"
        found = Applied((A1, C), {"A1": (85, 100)}, past=past(90, 79), amendment=change)
        assert found.credit("EB") == expected


def test_the_average_is_held_against_the_target_of_the_time() -> None:
    """The average of 80 % keeps the target of 80 %; that of 90 % holds from December on."""
    months = in_2026(*((m, missed(value=Fraction(79, 100))) for m in (10, 11)))
    change = "effective: 2026-12-01, changes: [{clause: A1, set: {target: 90%}}]"
    found = Applied(ANNUAL, {"A1": (82, 100)}, past=months, amendment=change, **DECEMBER)  # type: ignore[arg-type]
    assert states(found) == ("600.00", "300.00", "0.00")


def test_the_average_is_held_against_the_level_that_the_glide_path_had() -> None:
    """80 % until November and 90 % from then on, in one text that nobody amended."""
    months = in_2026(*((m, missed(value=Fraction(79, 100))) for m in (9, 10)))
    gliding = A1.replace("minimum_volume", "glide: [{from: 2026-11-01, target: 90%, minimum: 70%}], minimum_volume")
    found = Applied((gliding, *ANNUAL[1:]), {"A1": (82, 100)}, past=months, **DECEMBER)  # type: ignore[arg-type]
    assert states(found) == ("600.00", "300.00", "0.00")


@pytest.mark.parametrize(("effective", "expected"), [("2026-01-15", "EUR -300.00"), ("2026-01-16", "EUR 0.00")])
def test_of_the_month_in_which_the_term_begins_its_first_day_in_the_term_says_which_text(
    effective: str, expected: str
) -> None:
    change = f"effective: {effective}, changes: [{{add: {NEXT.replace('MORE', '')}}}]"
    found = Applied((A1, C), {"A1": (85, 100)}, past=past(90, 79), amendment=change, begins="2026-01-15")
    assert found.credit("EB") == expected


def test_a_clause_that_earns_by_another_one_now_decides_what_it_held_by_the_one_before() -> None:
    """January's credit is earned by A1, as its text said; A3, which counts from March on, was missed all along."""
    other = A1.replace("id: A1", "id: A3")
    months = [
        replace(one, clauses=(*one.clauses, replace(missed(value=Fraction(1, 2)), clause="A3"))) for one in past(90, 79)
    ]
    change = "effective: 2026-03-01, changes: [{clause: EB, set: {clause: A3}}]"
    clauses, figures = (A1, other, C, NEXT.replace("MORE", "")), {"A1": (85, 100), "A3": (50, 100)}
    assert Applied(clauses, figures, past=months, amendment=change).credit("EB") == "EUR -300.00"
    assert Applied(clauses, figures, past=months, amendment=change, rules=4).credit("EB") == "EUR 0.00"
    without = [replace(one, clauses=one.clauses[:-1]) for one in months]
    assert Applied(clauses, figures, past=without, amendment=change).credit("EB") == "EUR -300.00"
    fourth = Applied(clauses, figures, past=without, amendment=change, rules=4)
    assert (states(fourth), fourth.credit("EB")) == (("0.00", "0.00", "0.00"), "EUR 0.00")


# ---------------------------------------------------------------------- lifecycle


def living(state: str, then: str, from_on: str = "2026-03-01", more: str = "") -> str:
    return f"{more}, state: [{{from: 2026-01-01, as: {state}}}, {{from: {from_on}, as: {then}}}]"


@pytest.mark.parametrize("from_on", ["2026-02-01", "2026-03-01"])
def test_a_credit_of_a_time_before_the_clause_was_in_effect_is_not_held(from_on: str) -> None:
    """January's credit was taken off at once, so nothing of it can fall due, and nothing comes back."""
    for meanwhile, now, before in (("deferred", 84, "300.00"), ("deducted", 85, "-300.00")):
        began = living("reporting-only", "in-effect", from_on, f", meanwhile: {meanwhile}")
        assert ran(now, 90, 79, more=began).credit("EB") == "EUR 0.00"
        assert ran(now, 90, 79, more=began, rules=4).credit("EB") == f"EUR {before}"
    own = living("reporting-only", "in-effect", from_on)
    assert fates_of(ran(79, 79, 79, more=own))[0][0] == ("2026-02" if from_on == "2026-02-01" else "2026-03")


@pytest.mark.parametrize("state", ["suspended", "retired"])
def test_what_was_held_is_settled_after_the_clause_has_ended(state: str) -> None:
    ended = living("in-effect", state)
    deferred = f"{ended}, meanwhile: deferred"
    assert ran(85, 90, 79, more=ended).credit("EB") == "EUR -300.00"
    assert ran(84, 90, 79, more=deferred).credit("EB") == "EUR 300.00"
    assert ran(84, 90, 79, more=deferred, rules=4).credit("EB") == "EUR 0.00"
    # One that is still pending is told, and what this month brings is not held any more.
    assert states(ran(90, 79, more=ended)) == ("0.00", "0.00", "300.00")
    assert ran(79, 90, 79, more=deferred).credit("EB") == "EUR 300.00"
    assert fates_of(ran(79, 90, more=ended)) == []


def test_a_clause_that_has_ended_and_settled_everything_says_so_or_nothing() -> None:
    suspended = ran(90, more=living("in-effect", "suspended"))
    assert [(step.label, step.inserted) for step in suspended.steps["EB"]] == [("credit", "not in effect")]
    assert suspended.credit("EB") == "EUR 0.00"
    assert ran(90, more=living("in-effect", "retired")).steps["EB"] == []
    assert len(ran(90, more=living("in-effect", "retired"), rules=4).steps["EB"]) == 1
    assert len(ran(90, 79, more=living("in-effect", "suspended"), rules=4).steps["EB"]) == 1


# ---------------------------------------------------------------------- years that begin within a month

CUT = {"label": "2026-01", "from_on": date(2026, 1, 1), "end_on": date(2026, 2, 1), "on": date(2026, 1, 15)}


def test_the_first_month_of_a_contract_that_begins_within_it_is_of_the_first_year() -> None:
    first = ran(79, form=YEAR, begins="2026-01-15", **CUT)
    assert (states(first), fates_of(first)) == (("0.00", "0.00", "300.00"), [("2026-01", "pending", "")])
    assert first.result("EB", "average") == Fraction(79, 100)
    assert states(ran(79, form=YEAR, begins="2026-01-15", rules=4, **CUT)) == ("0.00", "300.00", "0.00")


def test_a_month_is_of_the_year_in_which_its_last_day_lies() -> None:
    """From 15 January: twelve months of 79, and eleven of 81 per cent, keep 80; January 2027 is of the second year."""
    months = in_2026((1, missed(**rate(58))), *((m, met(**rate(82))) for m in range(2, 13)))
    found = Applied(ANNUAL, {"A1": (0, 100)}, past=months, begins="2026-01-15", **JANUARY)  # type: ignore[arg-type]
    assert [one for one in fates_of(found) if one[0] == "2026-01"] == [("2026-01", "earned", "2027-01")]
    assert found.result("EB", "average") == 0
    lower = in_2026((1, missed(**rate(57))), *((m, met(**rate(82))) for m in range(2, 13)))
    found = Applied(ANNUAL, {"A1": (0, 100)}, past=lower, begins="2026-01-15", **JANUARY)  # type: ignore[arg-type]
    assert [one for one in fates_of(found) if one[0] == "2026-01"] == [("2026-01", "forfeited", "2027-01")]


def test_a_month_that_the_term_ends_within_is_of_the_last_year() -> None:
    """The term ends with December 2027; a contract of 1 December 2026 has one year and one month."""
    ends = ran(79, form=YEAR, begins="2026-12-01", **LAST)
    assert ends.result("EB", "average") == Fraction(79, 100)


# ---------------------------------------------------------------------- windows


def test_a_credit_of_other_periods_than_the_clause_that_earns_it_is_refused() -> None:
    quarter = A1.replace("id: A1", "id: Q1").replace("target", "window: quarter, target")
    of_quarter = C.replace("id: C", "id: CQ").replace("A1", "Q1")
    both = "{id: CP, kind: invoice_weights, at_risk: {percentage: 10%, of: fee}, weights: {A1: 50%, Q1: 50%}}"
    mean = "{id: AV, kind: averaged_level, averages: A1, periods: 2, target: 80%}"

    def told(credits_: str, clause: str) -> list[str]:
        text = f"{{id: EB, kind: earn_back, credits: [{credits_}], clause: {clause}, level: 85%}}"
        return [message for _, message in linted(A1, quarter, C, of_quarter, both, mean, text)]

    assert told("C", "A1") == told("CQ", "Q1") == told("C", "AV") == []
    assert told("C, CQ", "A1") == ["EB gives back CQ by A1, which is judged over other periods."]
    assert told("C, CQ", "Q1") == ["EB gives back C by Q1, which is judged over other periods."]
    assert told("CP", "A1") == ["EB gives back CP by A1, which is judged over other periods."]
    assert told("CQ", "AV") == ["EB gives back CQ by AV, which is judged over other periods."]


def test_what_is_better_is_that_of_the_text_in_which_a_credit_was_granted() -> None:
    """EB earned by A2, of which lower is better, until the amendment took that clause out."""
    months = [
        month(2, A2=met(value=Fraction(1, 100)), C=PastClause("", credit=euros("300"))),
        month(1, A2=met(value=Fraction(3, 100))),
    ]
    earn = "{id: EB, kind: earn_back, credits: [C], clause: A2, level: 4%, periods: 1}"
    change = "effective: 2026-03-01, changes: [{clause: EB, set: {clause: A1, level: 85%}}, {clause: A2, remove: true}]"
    found = Applied((A1, A2, C, earn), {"A1": (90, 100)}, past=months, amendment=change)
    assert fates_of(found) == [("2026-01", "earned", "2026-02")]


@pytest.mark.parametrize(("rules", "expected"), [(5, ("0.00", "0.00", "300.00")), (4, ("0.00", "300.00", "0.00"))])
def test_nothing_is_forfeited_where_an_amendment_prolongs_the_term(rules: int, expected: tuple[str, ...]) -> None:
    change = "effective: 2028-01-01, changes: [{section: term, set: {to: 2028-12-31}}]"
    assert states(ran(79, amendment=change, rules=rules, **LAST)) == expected


def test_a_month_that_ends_with_the_first_day_of_a_year_is_of_that_year() -> None:
    """The contract's years begin with the last day of January: that month is the first of each."""
    months = in_2026((1, missed(**rate(58))), *((m, met(**rate(82))) for m in range(2, 13)))
    found = Applied(ANNUAL, {"A1": (0, 100)}, past=months, begins="2026-01-31", **JANUARY)  # type: ignore[arg-type]
    assert [one for one in fates_of(found) if one[0] == "2026-01"] == [("2026-01", "earned", "2027-01")]
    lower = in_2026((1, missed(**rate(57))), *((m, met(**rate(82))) for m in range(2, 13)))
    found = Applied(ANNUAL, {"A1": (0, 100)}, past=lower, begins="2026-01-31", **JANUARY)  # type: ignore[arg-type]
    assert [one for one in fates_of(found) if one[0] == "2026-01"] == [("2026-01", "forfeited", "2027-01")]
    assert found.result("EB", "average") == 0


# ---------------------------------------------------------------------- replays


@pytest.mark.parametrize(("rules", "expected"), [(5, ("0.00", "300.00", "0.00")), (4, ("300.00", "0.00", "0.00"))])
def test_by_older_rules_every_period_is_looked_at_by_the_clause_of_the_text_in_force(
    rules: int, expected: tuple[str, ...]
) -> None:
    """February's credit was to be earned by A1, missed in March; the text of March says A3, which was met."""
    other = A1.replace("id: A1", "id: A3")
    february = month(1, A1=missed(**rate(50)), A3=met(**rate(90)), C=PastClause("", credit=euros("300")))
    change = "effective: 2026-03-01, changes: [{clause: EB, set: {clause: A3}}]"
    clauses = (A1, other, C, NEXT.replace("MORE", "").replace("periods: 2", "periods: 1"))
    figures = {"A1": (80, 100), "A3": (99, 100)}
    assert states(Applied(clauses, figures, past=[february], amendment=change, rules=rules)) == expected


@pytest.mark.parametrize(("rules", "state"), [(5, "earned"), (4, "forfeited")])
def test_by_older_rules_higher_is_better_of_a_clause_that_the_text_in_force_no_longer_has(
    rules: int, state: str
) -> None:
    """January's credit was to be earned by A2, of which lower is better; by 3 % in February or 90 % in March."""
    months = [
        month(2, A1=met(**rate(80)), A2=met(**rate(1)), C=PastClause("", credit=euros("300"))),
        month(1, A1=met(**rate(3)), A2=met(**rate(3))),
    ]
    earn = "{id: EB, kind: earn_back, credits: [C], clause: A2, level: 4%, periods: 1}"
    change = "effective: 2026-03-01, changes: [{clause: EB, set: {clause: A1}}, {clause: A2, remove: true}]"
    found = Applied((A1, A2, C, earn), {"A1": (90, 100)}, past=months, amendment=change, rules=rules)
    assert fates_of(found) == [("2026-01", state, "2026-02")]


@pytest.mark.parametrize(("rules", "expected"), [(5, ("300.00", "0.00", "0.00")), (4, ("0.00", "0.00", "0.00"))])
def test_by_older_rules_a_period_in_which_the_clause_that_earns_was_not_judged_held_nothing(
    rules: int, expected: tuple[str, ...]
) -> None:
    february = month(1, C=PastClause("", credit=euros("300")), EB=PastClause("", credit=euros("-300")))
    earn = NEXT.replace("MORE", "").replace("periods: 2", "periods: 1")
    assert states(Applied((A1, C, earn), {"A1": (90, 100)}, past=[february], rules=rules)) == expected


# ---------------------------------------------------------------------- an end of the term that was put off


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, ("0.00", "0.00", "300.00")),
        (date(2028, 1, 10), ("0.00", "0.00", "300.00")),
        (date(2028, 1, 9), ("0.00", "300.00", "0.00")),
    ],
)
def test_the_term_is_over_by_what_was_known_when_it_was_judged(known: date | None, expected: tuple[str, ...]) -> None:
    longer = "effective: 2028-01-01, known: 2028-01-10, changes: [{section: term, set: {to: 2028-12-31}}]"
    assert states(ran(79, amendment=longer, known_on=known, **LAST)) == expected
    shorter = "effective: 2027-06-01, known: 2028-01-10, changes: [{section: term, set: {to: 2027-11-30}}]"
    november = {"label": "2027-11", "from_on": date(2027, 11, 1), "end_on": date(2027, 12, 1), "on": date(2027, 5, 1)}
    ends = states(ran(79, amendment=shorter, known_on=known, **november))
    assert ends == (("0.00", "300.00", "0.00") if known != date(2028, 1, 9) else ("0.00", "0.00", "300.00"))


@pytest.mark.parametrize("known", [None, date(2028, 2, 5)])
def test_a_month_after_an_end_that_was_put_off_is_of_the_year_in_which_it_lies(known: date | None) -> None:
    """The amendment is effective within January 2028, so that month's text still ends with December 2027."""
    change = "effective: 2028-01-10, known: 2028-02-05, changes: [{section: term, set: {to: 2029-12-31}}]"
    december = PastPeriod("2027-12", date(2027, 12, 1), date(2028, 1, 1), "", past(90)[0].clauses)
    january = {"label": "2028-01", "from_on": date(2028, 1, 1), "end_on": date(2028, 2, 1), "on": date(2028, 1, 1)}
    clauses = (A1, C, YEAR.replace("MORE", ", meanwhile: deferred"))
    figures = {"A1": (50, 100)}
    found = Applied(clauses, figures, past=[december], amendment=change, known_on=known, **january)  # type: ignore[arg-type]
    assert (states(found), found.credit("EB")) == (("0.00", "0.00", "300.00"), "EUR -300.00")
    assert found.result("EB", "average") == Fraction(1, 2)

"""Credits that a partner may earn back, over several periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.clauses.earn_back import EarnBack
from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.agreement import CARDS
from tests.contract.clauses.applied import A1, A2, Applied, contract_of, euros, linted, met, missed, month

C = "{id: C, kind: service_credit, when: {clause: A1}, model: percentage, percentage: 3%, of: fee}"
NEXT = "{id: EB, kind: earn_back, credits: [C], clause: A1, periods: 2, level: 85%MORE}"
YEAR = "{id: EB, kind: earn_back, credits: [C], clause: A1, form: annual-averageMORE}"


def past(*shares: int | None, credit: str = "300.00") -> list[PastPeriod]:
    """The newest month first; a share under 80 granted the credit, None was not assessed."""
    found = []
    for number, one in enumerate(shares, start=1):
        if one is None:
            ended = PastClause("", "not assessable", "in-effect")
        else:
            ended = (met if one >= 80 else missed)(value=Fraction(one, 100), n=100, numerator=one, denominator=100)
        parts = {"C": PastClause("", credit=euros(credit if one is not None and one < 80 else "0"))}
        found.append(month(number, A1=ended, **parts))
    return found


def ran(now: int, *before: int | None, form: str = NEXT, more: str = "", **parts: object) -> Applied:
    clause = form.replace("MORE", more)
    return Applied((A1, C, clause), {"A1": (now, 100)}, past=past(*before), **parts)  # type: ignore[arg-type]


def states(found: Applied) -> tuple[str, ...]:
    return tuple(str(found.result("EB", label)).removeprefix("EUR ") for label in ("earned", "forfeited", "pending"))


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (79, (), ("0.00", "0.00", "300.00")),
        (85, (79,), ("0.00", "0.00", "300.00")),
        (85, (90, 79), ("300.00", "0.00", "0.00")),
        (84, (90, 79), ("0.00", "300.00", "0.00")),
        (85, (None, 90, 79), ("300.00", "0.00", "0.00")),
        (85, (90, 90, 79), ("0.00", "0.00", "0.00")),
        (79, (79,), ("0.00", "300.00", "300.00")),
        (85, (85, 79, 79), ("300.00", "0.00", "0.00")),
    ],
)
def test_the_next_assessed_periods_decide(now: int, before: tuple[int | None, ...], expected: tuple[str, ...]) -> None:
    assert states(ran(now, *before)) == expected


def test_what_was_deducted_comes_back_and_what_was_deferred_falls_due() -> None:
    assert ran(85, 90, 79).credit("EB") == "EUR -300.00"
    assert ran(84, 90, 79).credit("EB") == "EUR 0.00"
    deferred = ", meanwhile: deferred"
    assert ran(79, more=deferred).credit("EB") == "EUR -300.00"
    assert ran(84, 90, 79, more=deferred).credit("EB") == "EUR 300.00"
    assert ran(85, 90, 79, more=deferred).credit("EB") == "EUR 0.00"


def test_a_share_of_a_credit_may_be_earned() -> None:
    found = ran(85, 90, 79, more=", share: 33.335%")
    assert found.credit("EB") == "EUR -100.01"


@pytest.mark.parametrize("outcome", ["excused", "not assessable", "provisional"])
def test_a_period_that_is_not_assessed_neither_counts_nor_breaks_the_row(outcome: str) -> None:
    clauses = (A1, C, NEXT.replace("MORE", ""))
    found = Applied(clauses, {"A1": (10, 100)}, outcomes={"A1": outcome}, past=past(90, 79))
    assert states(found) == ("0.00", "0.00", "300.00")


def test_what_is_pending_when_the_term_ends_is_forfeited() -> None:
    last = {"label": "2027-12", "from_on": date(2027, 12, 1), "end_on": date(2028, 1, 1), "on": date(2027, 12, 1)}
    assert states(ran(79, **last)) == ("0.00", "300.00", "0.00")
    assert ran(79, more=", meanwhile: deferred", **last).credit("EB") == "EUR 0.00"


def test_the_target_itself_is_the_level_where_none_is_written() -> None:
    assert states(ran(80, 80, 79, form=NEXT.replace(", level: 85%", ""))) == ("300.00", "0.00", "0.00")


def test_at_the_end_of_the_year_the_average_decides() -> None:
    """The contract's year ends with December; three months before it and this one."""
    last = {"label": "2026-12", "from_on": date(2026, 12, 1), "end_on": date(2027, 1, 1), "on": date(2026, 12, 1)}

    def year(now: int, more: str = "") -> tuple[str, ...]:
        months = [
            PastPeriod(f"2026-{m:02}", date(2026, m, 1), date(2026, m + 1, 1), "", one.clauses)
            for m, one in zip((11, 10), past(82, 79), strict=True)
        ]
        clauses = (A1, C, YEAR.replace("MORE", more))
        return states(Applied(clauses, {"A1": (now, 100)}, past=months, **last))  # type: ignore[arg-type]

    assert year(79) == ("600.00", "0.00", "0.00")
    assert year(78) == ("0.00", "600.00", "0.00")
    assert year(79, ", level: 80.1%") == ("0.00", "600.00", "0.00")
    assert year(79, ", average: rows") == ("600.00", "0.00", "0.00")
    assert states(ran(79, 82, 79, form=YEAR)) == ("0.00", "0.00", "600.00")


def test_the_average_may_be_that_of_all_rows() -> None:
    last = {"label": "2026-12", "from_on": date(2026, 12, 1), "end_on": date(2027, 1, 1), "on": date(2026, 12, 1)}
    ended = missed(value=Fraction(1, 2), n=2, numerator=1, denominator=2)
    months = [
        PastPeriod("2026-11", date(2026, 11, 1), date(2026, 12, 1), "", (
            replace(ended, clause="A1"), PastClause("C", credit=euros("300")),
        ))
    ]  # fmt: skip
    for average, expected in (("periods", ("0.00", "300.00", "0.00")), ("rows", ("300.00", "0.00", "0.00"))):
        clauses = (A1, C, YEAR.replace("MORE", f", average: {average}"))
        found = Applied(clauses, {"A1": (82, 100)}, past=months, **last)  # type: ignore[arg-type]
        assert states(found) == expected


def test_a_provisional_last_month_leaves_the_year_open() -> None:
    last = {"label": "2026-12", "from_on": date(2026, 12, 1), "end_on": date(2027, 1, 1), "on": date(2026, 12, 1)}
    months = [PastPeriod("2026-11", date(2026, 11, 1), date(2026, 12, 1), "", past(79)[0].clauses)]
    clauses = (A1, C, YEAR.replace("MORE", ""))
    found = Applied(clauses, {"A1": (99, 100)}, outcomes={"A1": "provisional"}, past=months, **last)  # type: ignore[arg-type]
    assert states(found) == ("0.00", "0.00", "300.00")


def test_each_credit_says_when_its_fate_was_decided() -> None:
    found = ran(84, 90, 79)
    clause = found.contract.clause("EB")
    assert isinstance(clause, EarnBack)
    assert [(fate.held.label, fate.state, fate.decided) for fate in clause.fates(found.values)] == [
        ("2026-01", "forfeited", "2026-03")
    ]


def fates_of(found: Applied) -> list[tuple[str, str, str]]:
    clause = found.contract.clause("EB")
    assert isinstance(clause, EarnBack)
    return [(fate.held.label, fate.state, fate.decided) for fate in clause.fates(found.values)]


LAST = {"label": "2027-12", "from_on": date(2027, 12, 1), "end_on": date(2028, 1, 1), "on": date(2027, 12, 1)}


def test_the_term_is_over_with_its_last_day_and_not_before() -> None:
    assert states(ran(79, **LAST)) == ("0.00", "300.00", "0.00")
    assert states(ran(79, **{**LAST, "end_on": date(2027, 12, 31)})) == ("0.00", "0.00", "300.00")


def test_what_the_end_of_the_term_forfeits_is_decided_in_its_last_period() -> None:
    november = PastPeriod("2027-11", date(2027, 11, 1), date(2027, 12, 1), "", past(79)[0].clauses)
    clauses = (A1, C, NEXT.replace("MORE", ""))
    found = Applied(clauses, {"A1": (90, 100)}, past=[november], **LAST)  # type: ignore[arg-type]
    assert fates_of(found) == [("2027-11", "forfeited", "2027-12")]
    found = Applied(clauses, {"A1": (90, 100)}, outcomes={"A1": "provisional"}, past=[november], **LAST)  # type: ignore[arg-type]
    assert fates_of(found) == [("2027-11", "pending", "")]


def test_a_credit_of_a_single_unit_is_earned_too() -> None:
    months = past(90, 79, credit="1.00")
    found = Applied((A1, C, NEXT.replace("MORE", "")), {"A1": (85, 100)}, past=months)
    assert found.credit("EB") == "EUR -1.00"


def test_a_period_that_knows_nothing_of_the_credit_holds_nothing() -> None:
    without = month(1, A1=missed(value=Fraction(1, 2)))
    unknown = month(2, A1=missed(value=Fraction(1, 2)), C=PastClause("", credit=None))
    found = Applied((A1, C, NEXT.replace("MORE", "")), {"A1": (90, 100)}, past=[without, unknown])
    assert fates_of(found) == []


def test_a_clause_that_is_suspended_neither_earns_nor_forfeits() -> None:
    states_ = "state: [{from: 2026-01-01, as: in-effect}, {from: 2026-03-01, as: suspended}]"
    suspended = A1.replace("minimum_volume", f"{states_}, minimum_volume")
    found = Applied((suspended, C, NEXT.replace("MORE", "")), {"A1": (84, 100)}, past=past(79))
    assert states(found) == ("0.00", "0.00", "300.00")


def in_2026(*shares: tuple[int, PastClause]) -> list[PastPeriod]:
    """Months of 2026 by number, each with how A1 ended in it and a credit of 300."""
    return [
        PastPeriod(f"2026-{m:02}", date(2026, m, 1), date(2026, m + 1, 1) if m < 12 else date(2027, 1, 1), "", (
            replace(one, clause="A1"), PastClause("C", credit=euros("300")),
        ))
        for m, one in shares
    ]  # fmt: skip


DECEMBER = {"label": "2026-12", "from_on": date(2026, 12, 1), "end_on": date(2027, 1, 1), "on": date(2026, 12, 1)}
JANUARY = {"label": "2027-01", "from_on": date(2027, 1, 1), "end_on": date(2027, 2, 1), "on": date(2027, 1, 1)}
ANNUAL = (A1, C, YEAR.replace("MORE", ""))


def rate(percent: int) -> dict[str, object]:
    return {"value": Fraction(percent, 100), "n": 100, "numerator": percent, "denominator": 100}


def test_rows_are_averaged_with_those_of_the_last_period() -> None:
    months = in_2026((11, missed(value=Fraction(1, 2), n=2, numerator=1, denominator=2)))
    clauses = (A1, C, YEAR.replace("MORE", ", average: rows"))
    found = Applied(clauses, {"A1": (78, 100)}, past=months, **DECEMBER)  # type: ignore[arg-type]
    assert states(found) == ("0.00", "600.00", "0.00")


def test_a_year_in_which_nothing_was_assessed_earns_nothing() -> None:
    months = in_2026((11, PastClause("", "excused", "in-effect")))
    found = Applied(ANNUAL, {"A1": (99, 100)}, outcomes={"A1": "excused"}, past=months, **DECEMBER)  # type: ignore[arg-type]
    assert states(found) == ("0.00", "300.00", "0.00")
    assert found.result("EB", "average") is None


def test_only_assessed_periods_of_the_year_that_counted_are_averaged() -> None:
    """79 and 81 per cent come to 80; nothing of an excused month, of a baseline, or of the year before or after."""
    months = in_2026(
        (8, PastClause("", "excused", "in-effect", **rate(0))),  # type: ignore[arg-type]
        (9, PastClause("", "missed", "baselining", **rate(0))),  # type: ignore[arg-type]
        (11, missed(**rate(79))), (12, met(**rate(81))),
    )  # fmt: skip
    found = Applied(ANNUAL, {"A1": (1, 100)}, past=months, **JANUARY)  # type: ignore[arg-type]
    assert {state for label, state, _ in fates_of(found) if label != "2027-01"} == {"earned"}
    assert {decided for label, _, decided in fates_of(found) if label != "2027-01"} == {"2026-12"}
    assert found.result("EB", "average") == Fraction(1, 100)


@pytest.mark.parametrize(
    ("year", "on", "begin", "end"),
    [
        ("contract", date(2026, 1, 15), date(2025, 3, 1), date(2026, 3, 1)),
        ("contract", date(2026, 2, 28), date(2025, 3, 1), date(2026, 3, 1)),
        ("contract", date(2026, 3, 1), date(2026, 3, 1), date(2027, 3, 1)),
        ("contract", date(2026, 12, 31), date(2026, 3, 1), date(2027, 3, 1)),
        ("contract", date(2024, 2, 29), date(2024, 2, 29), date(2025, 3, 1)),
        ("calendar", date(2026, 1, 1), date(2026, 1, 1), date(2027, 1, 1)),
        ("calendar", date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_year_is_that_of_the_contract_or_of_the_calendar(year: str, on: date, begin: date, end: date) -> None:
    """A contract that began on the 29th of February begins its years on the 1st of March where there is none."""
    leap = contract_of(A1, C, YEAR.replace("MORE", f", year: {year}"), begins="2024-02-29")
    clause = leap.clause("EB")
    assert isinstance(clause, EarnBack)
    assert clause._year(leap, on) == (begin, end)


def test_earning_back_for_no_more_than_was_promised_is_asked_about() -> None:
    def told(words: str, clause: str = "A1", form: str = "next-periods") -> list[str]:
        text = f"{{id: EB, kind: earn_back, credits: [C], clause: {clause}, form: {form}{words}}}"
        return [message for _, message in linted(A1, A2, C, text)]

    higher, lower = ("", "79%", "80%", "81%"), ("", "6%", "5%", "4%")
    for form, expected in (("next-periods", [1, 1, 1, 0]), ("annual-average", [0, 1, 0, 0])):
        for clause, levels in (("A1", higher), ("A2", lower)):
            said = [told(f", level: {level}" if level else "", clause, form) for level in levels]
            assert [len(several) for several in said] == expected
    assert "(80%)" in told("")[0]
    assert "(79%)" in told(", level: 79%")[0]
    assert told(", level: 85") == []


def test_a_finding_about_the_level_stands_at_the_level_where_one_is_written() -> None:
    for words, path in (("", "id: EB"), (", level: 79%", "level: 79%")):
        contract = contract_of(A1, C, f"{{id: EB, kind: earn_back, credits: [C], clause: A1{words}}}")
        clause = contract.clause("EB")
        assert clause is not None
        (found,) = clause.lint(contract, cards_by_id(CARDS))
        line = f"  - {{id: EB, kind: earn_back, credits: [C], clause: A1{words}}}"
        assert found.place.column == str(line.index(path) + 1)


def test_only_what_grants_money_can_be_earned_back() -> None:
    points = "{id: P, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}"
    for name in ("A1", "P"):
        clause = f"{{id: EB, kind: earn_back, credits: [{name}], clause: A1, level: 85%}}"
        ((_, message),) = linted(A1, points, clause)
        assert "which grants nothing" in message


def test_only_what_is_judged_can_earn_a_credit_back() -> None:
    points = "{id: P, kind: points, when: {clause: A1}, bands: [{below: 80%, points: 2}]}"
    ((_, message),) = linted(A1, C, points, "{id: EB, kind: earn_back, credits: [C], clause: P}")
    assert message == "EB looks at how P is kept, which judges nothing: it is a points."


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

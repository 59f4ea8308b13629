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

"""Credits that a partner may earn back, over several periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tallystick.contract.clauses.earn_back import EarnBack
from tallystick.contract.past import PastClause, PastPeriod
from tests.contract.clauses.applied import A1, Applied, euros, met, missed, month

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

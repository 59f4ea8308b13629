"""Credit lines after the limits that were applied."""

from __future__ import annotations

from decimal import Decimal

from tallystick.contract.clause import Values
from tallystick.verdicts.consequences import Consequences
from tallystick.verdicts.statement import CreditLine, Statement, settle
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tests.contract.clauses.applied import A1, ON, contract_of

C = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}"
CAP = "{id: CAP, kind: credit_cap, amount: 4}"


def euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_limit_that_was_not_applied_limits_nothing() -> None:
    values = Values(contract_of(A1, C, CAP), ON)
    granted = {"C": ("A1", (Step("C", "credit", "", "", euros(10)),))}
    lines, limits, total = settle(Consequences(values, granted, {}, {}, {}))
    assert ([line.payable for line in lines], limits, total) == ([euros(10)], (), euros(10))
    cap = (Step("CAP", "sum", "", "", euros(10)), Step("CAP", "credit", "", "", euros(4)))
    lines, limits, total = settle(Consequences(values, granted, {"CAP": cap}, {}, {}))
    assert ([(line.amount, line.payable) for line in lines], total) == ([(euros(10), euros(4))], euros(4))
    assert (limits[-1].label, limits[-1].formula) == ("cut by the cap", "C - excess over the cap")
    assert limits[-1].inserted == "EUR 10.00 - EUR 6.00"


OWN = "{id: A2, kind: kpi, measure: csat, target: 80%}"
EARN = "{id: EB, kind: earn_back, credits: [C], clause: A1, periods: 2, level: 95%}"
C2 = "{id: C2, kind: service_credit, when: {clause: A2}, model: fixed, amount: 5}"


def lines_of(*lines: tuple[str, str]) -> Statement:
    made = tuple(CreditLine(clause, follows, euros(1), euros(1), ()) for clause, follows in lines)
    return Statement("c", "p", "2026-05", "EUR", made, (), euros(1), (), "")


def credit_of(statement: Statement, promise: str) -> str | None:
    found = statement.line_of(promise, contract_of(A1, OWN, EARN, C, C2))
    return None if found is None else found.clause


def test_what_is_settled_with_another_promise_is_no_credit_of_that_one() -> None:
    """A1 is judged no more, so that what EB has left is settled with A2."""
    assert credit_of(lines_of(("EB", "A2"), ("C2", "A2")), "A2") == "C2"
    assert credit_of(lines_of(("EB", "A2")), "A2") is None


def test_a_promises_own_credit_comes_before_what_is_earned_back_of_it() -> None:
    assert credit_of(lines_of(("EB", "A1"), ("C", "A1"), ("C2", "A2")), "A1") == "C"
    assert credit_of(lines_of(("EB", "A1")), "A1") == "EB"
    assert credit_of(lines_of(("C", "A1"), ("EB", "A1")), "EB") == "EB"
    assert credit_of(lines_of(("C", "A1")), "A2") is None
    assert credit_of(lines_of(("EB", "C"), ("C", "A1")), "C") == "C"

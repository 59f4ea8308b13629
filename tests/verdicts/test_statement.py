"""Credit lines after the limits that were applied."""

from __future__ import annotations

from decimal import Decimal

from tallystick.contract.clause import Values
from tallystick.verdicts.consequences import Consequences
from tallystick.verdicts.statement import settle
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

"""Weights on the invoice."""

from __future__ import annotations

from tests.contract.clauses.applied import A1, A2, Applied

W = "{id: W, kind: invoice_weights, at_risk: {percentage: 10%, of: fee}, weights: {A1: 62.5%, A2: 37.5%}}"


def test_each_standard_takes_its_weight_and_all_take_all() -> None:
    def credit(met: int, reopened: int) -> str:
        return Applied((A1, A2, W), {"A1": (met, 100), "A2": (reopened, 100)}).credit("W")

    assert [credit(80, 5), credit(79, 5), credit(80, 6), credit(79, 6)] == [
        "EUR 0.00",
        "EUR 625.00",
        "EUR 375.00",
        "EUR 1,000.00",
    ]


def test_the_invoice_may_say_another_fee_than_the_text() -> None:
    from tests.contract.clauses.applied import euros

    ran = Applied((A1, A2, W), {"A1": (79, 100)}, fees={"fee": euros("8000")})
    assert ran.credit("W") == "EUR 500.00"

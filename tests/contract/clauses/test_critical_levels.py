"""Critical levels, key measures, promotions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.contract.clauses.applied import A1, A2, Applied, linted

CL = (
    "{id: CL, kind: critical_levels, at_risk: {percentage: 10%, of: fee}, critical: {A1: 100%}, key: [A2], "
    "notice: 30 days, promotions: [{from: 2026-06-01, noticed: 2026-05-01, critical: {A1: 70%, A2: 30%}}, "
    "{from: 2026-09-01, noticed: 2026-07-01, critical: {A2: 100%}}]}"
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 31), "1,000.00"), (date(2026, 6, 1), "700.00"), (date(2026, 8, 31), "700.00"),
        (date(2026, 9, 1), "0.00"),
    ],
)  # fmt: skip
def test_the_weights_of_the_day_decide(day: date, expected: str) -> None:
    assert Applied((A1, A2, CL), {"A1": (79, 100), "A2": (5, 100)}, on=day).credit("CL") == f"EUR {expected}"


def test_what_was_critical_and_is_not_any_more_costs_nothing() -> None:
    ran = Applied((A1, A2, CL), {"A1": (10, 100), "A2": (6, 100)}, on=date(2026, 9, 1))
    assert ran.credit("CL") == "EUR 1,000.00"
    assert [step.label for step in ran.steps["CL"]] == ["amount at risk", "share of A2", "sum", "credit"]


@pytest.mark.parametrize(("noticed", "told"), [("2026-05-02", 0), ("2026-05-03", 1)])
def test_a_promotion_is_noticed_by_the_last_day_and_not_after(noticed: str, told: int) -> None:
    found = linted(A1, A2, CL.replace("2026-05-01", noticed))
    assert len(found) == told
    assert all("notice 30 days before, by 2026-05-02" in message for _, message in found)


def test_without_a_notice_a_promotion_is_noticed_by_its_day() -> None:
    clause = CL.replace("notice: 30 days, ", "")
    assert linted(A1, A2, clause.replace("2026-05-01", "2026-06-01")) == []
    ((_, message),) = linted(A1, A2, clause.replace("2026-05-01", "2026-06-02"))
    assert "asks for notice by, by 2026-06-01" in message

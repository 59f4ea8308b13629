"""Price adjustments that must be claimed in time."""

from __future__ import annotations

from datetime import date

import pytest

from tests.contract.clauses.applied import A1, A2, Applied

C1 = "{id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 100}"
C2 = "{id: C2, kind: service_credit, when: {clause: A2}, model: fixed, amount: 250}"
CD = "{id: CD, kind: claim_deadline, within: 1 month, credits: [C1], claimed: [MORE]}"


def ran(claimed: str) -> Applied:
    clauses = (A1, A2, C1, C2, CD.replace("MORE", claimed))
    return Applied(clauses, {"A1": (1, 100), "A2": (99, 100)})


@pytest.mark.parametrize(
    ("claimed", "left"),
    [
        ("", "100.00"),
        ("{period: 2026-03, on: 2026-04-30}", "100.00"),
        ("{period: 2026-03, on: 2026-05-01}", "0.00"),
        ("{period: 2026-02, on: 2026-05-01}", "100.00"),
        ("{period: 2026-03, on: 2026-05-01, partner: other}", "100.00"),
        ("{period: 2026-03, on: 2026-05-02}, {period: 2026-03, on: 2026-04-30}", "100.00"),
    ],
)
def test_only_a_claim_after_the_last_day_loses_what_it_claims(claimed: str, left: str) -> None:
    found = ran(claimed)
    assert (found.left("C1"), found.left("C2")) == (f"EUR {left}", "EUR 250.00")
    assert found.result("CD", "claim by") == date(2026, 4, 30)


def test_what_was_lost_is_told() -> None:
    assert str(ran("{period: 2026-03, on: 2026-05-01}").result("CD", "lost by lateness")) == "EUR 100.00"

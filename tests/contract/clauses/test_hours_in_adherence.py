"""Hours paid as far as they were worked to the roster."""

from __future__ import annotations

import pytest

from tests.contract.clauses.applied import A1, Applied

FEE = "{id: H, kind: hours_in_adherence, adherence: A1, of: fee}"
HOURS = "{id: HR, kind: kpi, measure: login_time, target: 50%, minimum_volume: 1}"
RATE = "{id: H, kind: hours_in_adherence, adherence: A1, hours: HR, rate: 20.50}"
BANDS = (
    "{id: H, kind: hours_in_adherence, adherence: A1, pay: by-band, of: fee, "
    "bands: [{below: 80%, reduction: 2%}, {below: 70%, reduction: 5%}]}"
)


def test_only_hours_in_adherence_are_paid_whatever_the_target() -> None:
    assert Applied((A1, FEE), {"A1": (93, 100)}).credit("H") == "EUR 700.00"
    assert Applied((A1, FEE), {"A1": (100, 100)}).credit("H") == "EUR 0.00"
    assert Applied((A1, FEE), {"A1": (0, 100)}).credit("H") == "EUR 10,000.00"


def test_the_charge_may_be_hours_times_a_rate() -> None:
    ran = Applied((A1, HOURS, RATE), {"A1": (3, 4), "HR": (400, 1)})
    assert str(ran.result("H", "charge")) == "EUR 8,200.00"
    assert ran.credit("H") == "EUR 2,050.00"
    assert Applied((A1, HOURS, RATE), {"A1": (3, 4)}).credit("H") == "EUR 0.00"


@pytest.mark.parametrize(("met", "expected"), [(80, "0.00"), (79, "200.00"), (70, "200.00"), (69, "500.00")])
def test_bands_lower_the_rate(met: int, expected: str) -> None:
    assert Applied((A1, BANDS), {"A1": (met, 100)}).credit("H") == f"EUR {expected}"

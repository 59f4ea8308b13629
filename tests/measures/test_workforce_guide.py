"""The worked examples of docs/guide/workforce.md, recomputed from rows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tallystick.measures.compute import compute
from tallystick.measures.measure import MeasureRequest
from tallystick.measures.survival import Stay, kaplan_meier
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import facts, floor, shift, state, whole
from tests.facts.streams import test_proficiency as ramp
from tests.facts.streams.test_employment import person

GUIDE = " ".join((Path(__file__).parents[2] / "docs" / "guide" / "workforce.md").read_text(encoding="utf-8").split())
MARCH = Period.parse("2026-03", "UTC")


def measured(table: pa.Table, name: str, **params: Any) -> MeasureValue:
    fact = "employment" if "month_at" in table.column_names else "agent_time"
    request = MeasureRequest.of(name, **params)
    (value,) = compute({fact: table}, [request], period=MARCH, as_of=datetime(2026, 5, 1, tzinfo=UTC))
    return value


def test_adherence_and_conformance_of_ana() -> None:
    day = facts(
        "agent_time",
        floor(
            [
                state("available", "09:10", "10:05"),
                state("break", "10:05", "10:20"),
                state("available", "10:20", "11:00"),
            ],
            [shift("work", "09:00", "11:00"), shift("break", "10:00", "10:15")],
        ),
    )
    adherence, conformance = measured(day, "schedule_adherence").value, measured(day, "schedule_conformance").value
    assert (adherence, conformance) == (Fraction(5, 6), Fraction(19, 21))
    assert f"100 of 120 minutes, **{adherence}**" in GUIDE
    assert f"95 of 105 scheduled minutes of work, **{conformance}**" in GUIDE


def test_an_hour_late_conforms_and_misses_one() -> None:
    day = facts("agent_time", floor([state("available", "10:00", "18:00")], [shift("work", "09:00", "17:00")]))
    assert measured(day, "schedule_conformance").value == 1
    assert measured(day, "schedule_adherence").value == Fraction(7, 8)
    assert "conforms fully and misses an hour of adherence, **7/8**" in GUIDE


def test_occupancy_utilisation_and_shrinkage_of_bo() -> None:
    """Seen for 21,600 + 3,600 + 1,800 s; the last half hour of work nobody sees him."""
    day = facts(
        "agent_time",
        floor(
            [
                state("talk", "09:00", "12:00"),
                state("hold", "12:00", "12:10"),
                state("wrap", "12:10", "13:00"),
                state("available", "13:00", "15:00"),
                state("break", "15:00", "15:30"),
                state("training", "15:30", "16:30"),
            ],
            [
                shift("work", "09:00", "15:00"),
                shift("break", "15:00", "15:30"),
                shift("training", "15:30", "16:30"),
                shift("work", "16:30", "17:00"),
            ],
        ),
    )
    found = {name: measured(day, name).value for name in ("occupancy", "utilisation", "shrinkage")}
    assert found == {"occupancy": Fraction(2, 3), "utilisation": Fraction(3, 4), "shrinkage": Fraction(1, 4)}
    assert "(14,400 + 7,200) = **2/3**" in GUIDE
    assert "28,800 = **3/4**" in GUIDE
    assert "28,800 = **1/4**" in GUIDE


@pytest.fixture(scope="module")
def roll() -> pa.Table:
    people = [person(f"p{place}", "2025-01-01") for place in range(92)]
    people += [person(f"gone{place}", "2025-01-01", "2026-03-10", left_as="voluntary") for place in range(8)]
    people += [person(f"new{place}", "2026-03-20") for place in range(4)]
    return facts("employment", {"agent": whole("agent", people)})


def test_attrition_of_march(roll: pa.Table) -> None:
    straight, compounding = (measured(roll, "attrition", year=year) for year in ("straight", "compounding"))
    assert straight.value == Fraction(8, 98) * 12 == Fraction(48, 49)
    assert compounding.value == 1 - (1 - Fraction(8, 98)) ** 12
    assert round(float(compounding.value) * 100, 1) == 64.0
    assert "8/98 x 12 = **48/49**" in GUIDE
    assert "about **64.0 %**" in GUIDE
    assert measured(roll, "headcount").value == 96


def test_compounding_has_the_limits_of_the_straight_rate_compounded(roll: pa.Table) -> None:
    straight, compounding = (measured(roll, "attrition", year=year) for year in ("straight", "compounding"))
    assert straight.interval is not None
    assert compounding.interval is not None
    for simple, made in zip(straight.interval, compounding.interval, strict=True):
        assert made == (1 - (1 - simple / 12) ** 12).quantize(Decimal("0.000001"))


def test_survival_of_five_starters() -> None:
    steps = kaplan_meier([Stay(10, True), Stay(20, False), Stay(30, True), Stay(40, False), Stay(40, False)])
    assert [step.share for step in steps] == [Fraction(4, 5), Fraction(8, 15)]
    assert f"= **{steps[1].share}**" in GUIDE
    assert f"= **{steps[1].variance}**" in GUIDE
    assert steps[1].limits is not None
    low, high = (round(float(limit) * 100, 1) for limit in steps[1].limits)
    assert f"from {low} % to {high} %" in GUIDE


def test_speed_to_proficiency_of_four_beginners() -> None:
    paces = {"ana": (10, 6, 5, 5, 5, 5), "bo": (5, 5, 5, 5), "cleo": (5, 5, 5, 9, 5, 5, 5), "dee": (5, 5)}
    people = [ramp.OLD, *(person(name, "2026-03-02", "2026-03-15" if name == "dee" else None) for name in paces)]
    weeks = [ramp.week(name, at, 20, each) for name, own in paces.items() for at, each in enumerate(own)]
    table = facts("proficiency", ramp.given([*ramp.seasoned(), *weeks], people=people))
    request = MeasureRequest.of("speed_to_proficiency", metric="handling")
    later = datetime(2026, 12, 1, tzinfo=UTC)
    (value,) = compute({"proficiency": table}, [request], period=MARCH, as_of=later)
    days = {row["agent"]: row["days_handling"] for row in table.to_pylist()}
    assert (days["ana"], days["bo"], days["cleo"], days["dee"]) == (14, 0, None, None)
    assert (value.value, value.n, dict(value.excluded)) == (14, 3, {"people who left before": 1})
    assert "| Ana | 10, 6, 5, 5, 5, 5 | from 16 March | **14** |" in GUIDE
    assert f"The median of the three who count is **{value.value}** days" in GUIDE

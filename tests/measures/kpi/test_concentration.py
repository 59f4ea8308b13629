"""How far volume lies with few partners."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import duckdb

from tallystick.measures.compute import compute, compute_parts
from tallystick.measures.example import fact_table
from tallystick.measures.kinds import Resampling, value_of
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.measures.parts import merge
from tests.measures.kpi.desk import MARCH
from tests.measures.kpi.desk import value_of as measured

AS_OF = datetime(2026, 4, 15, tzinfo=UTC)
MIX = {"aurora": ("de", "de", "de", "en"), "borealis": ("en", "en"), "corvus": ("en", "ro")}
ROWS = [{"partner": partner, "language": language} for partner, said in MIX.items() for language in said]


def test_equal_shares_are_one_over_their_number() -> None:
    rows = [{"partner": name} for name in "abcd" for _ in range(5)]
    assert measured("concentration", "case", *rows).value == Fraction(1, 4)
    assert measured("concentration", "case", *rows[:5]).value == 1


def test_a_language_may_be_concentrated_though_the_whole_is_not() -> None:
    """4, 2 and 2 of 8 make 24/64; German is one partner's alone; English 1, 2 and 1 of 4."""
    assert measured("concentration", "case", *ROWS).value == Fraction(24, 64)
    table = {"case": fact_table("case", ROWS)}
    asked = [MeasureRequest.of("concentration")]
    cells = compute(table, asked, by=("language",), period=MARCH, as_of=AS_OF)
    assert {value.cell[0][1]: value.value for value in cells} == {"de": 1, "en": Fraction(6, 16), "ro": 1}


def test_the_whole_comes_from_the_cases_of_its_parts_not_from_their_values() -> None:
    request = MeasureRequest.of("concentration")
    parts = compute_parts({"case": fact_table("case", ROWS)}, [request], by=("language",), period=MARCH, as_of=AS_OF)
    whole = value_of(measure_of(request), {}, merge(parts[request].values()), (), "2026-03", Resampling())
    assert whole.value == Fraction(24, 64)


def test_cases_of_nobody_are_one_more_partner_on_both_engines() -> None:
    table = fact_table("case", [{"partner": "aurora"}, {"partner": None}])
    asked = [MeasureRequest.of("concentration")]
    with duckdb.connect(config={"threads": 1}) as connection:
        for facts in ({"case": table}, {"case": connection.from_arrow(table)}):
            (value,) = compute(facts, asked, period=MARCH, as_of=AS_OF)
            assert value.value == Fraction(1, 2)

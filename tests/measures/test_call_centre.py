"""Ten thousand published calls, turned into call rows: our figures against the file's own and an independent count."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tallystick.measures.compute import compute, compute_parts
from tallystick.measures.kinds import Resampling, value_of
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.measures.parts import merge
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.measure_value import MeasureValue
from tests.facts.histories import terms
from tests.facts.segments import facts, rows_of

AS_OF = datetime(2022, 1, 1, tzinfo=UTC)
UTC_TERMS = terms()


@pytest.fixture(scope="module")
def published(shared_data: Path) -> pd.DataFrame:
    table = pd.read_csv(shared_data / "calls" / "simulated_call_centre_10k.csv")
    table["started"] = pd.to_datetime(table["date"] + " " + table["call_started"], utc=True)
    return table


def facts_of(published: pd.DataFrame) -> pa.Table:
    """The call facts. The lengths that the file states stand; its times of day are rounded and may differ by one."""
    rows: list[dict[str, Any]] = []
    for call in published.to_dict("records"):
        started, name = call["started"].to_pydatetime(), str(call["call_id"])
        answered = started + pd.Timedelta(seconds=call["wait_length"]).to_pytimedelta()
        ended = answered + pd.Timedelta(seconds=call["service_length"]).to_pytimedelta()
        shared = {"call_key": key_of("centre", name), "call_id": name, "queue": "main", "direction": "inbound"}
        shared |= {"channel": "phone", "partner": "aurora", "seq": 0}
        result = "abandoned" if call.get("gave_up") else "answered"
        told = (("queue", started, answered, result), ("talk", answered, ended, "completed"))
        for kind, begin, end, how in told[: 1 if call.get("gave_up") else 2]:
            span = {"kind": kind, "started_at": begin, "ended_at": end, "result": how}
            rows.append(shared | span | {"segment_key": key_of("centre", name, kind)})
    return facts("call", under=UTC_TERMS, call=rows_of("call", rows))


@pytest.fixture(scope="module")
def calls(published: pd.DataFrame) -> pa.Table:
    return facts_of(published)


@pytest.fixture(scope="module")
def impatient(published: pd.DataFrame) -> pd.DataFrame:
    """The same calls, but every third customer who waits hangs up after at most 25 seconds."""
    gave_up = (published["wait_length"] > 0) & (published["call_id"] % 3 == 0)
    waits = published["wait_length"].where(~gave_up, published["wait_length"].clip(upper=25))
    return published.assign(gave_up=gave_up, wait_length=waits)


def asked(calls: pa.Table, measure: str, **params: Any) -> MeasureValue:
    (value,) = compute({"call": calls}, [MeasureRequest.of(measure, **params)], period=None, as_of=AS_OF)
    return value


def test_every_call_is_one_answered_visit(calls: pa.Table, published: pd.DataFrame) -> None:
    assert calls.num_rows == len(published) == 10_000
    assert set(calls.column("outcome").to_pylist()) == {"answered"}


def test_the_service_level_at_sixty_seconds_is_the_share_that_meets_the_standard(
    calls: pa.Table, published: pd.DataFrame
) -> None:
    met = int(published["meets_standard"].sum())
    for variant in ("of_offered", "less_early_abandons", "early_abandons_as_met", "of_answered", "genesys"):
        value = asked(calls, "service_level", seconds=60, variant=variant)
        assert (value.value, value.n) == (Fraction(met, 10_000), 10_000)


def test_speed_handling_and_abandonment_of_the_whole_equal_an_independent_count(
    calls: pa.Table, published: pd.DataFrame
) -> None:
    waits, talks = published["wait_length"], published["service_length"]
    assert asked(calls, "average_speed_of_answer").value == Fraction(int(waits.sum()), len(waits))
    assert asked(calls, "average_handling_time").value == Fraction(int(talks.sum()), len(talks))
    assert asked(calls, "average_speed_of_answer", statistic="max").value == int(waits.max())
    p90 = int(np.sort(waits.to_numpy())[int(np.ceil(0.9 * len(waits))) - 1])
    assert asked(calls, "average_speed_of_answer", statistic="p90").value == p90
    assert asked(calls, "abandonment_rate").value == 0


def test_each_half_hour_equals_an_independent_count(calls: pa.Table, published: pd.DataFrame) -> None:
    """The interval becomes a dimension that a measure can be asked by; pandas groups the file itself."""
    half_hours = calls.column("interval_at").cast(pa.int64()).to_numpy() // 1_800_000_000
    labels = pa.array([str(one) for one in half_hours])
    by_interval = calls.set_column(calls.column_names.index("queue"), "queue", labels)
    requests = [
        MeasureRequest.of("average_speed_of_answer"),
        MeasureRequest.of("average_handling_time"),
        MeasureRequest.of("abandonment_rate"),
        MeasureRequest.of("offered_calls"),
        MeasureRequest.of("service_level", seconds=60),
    ]
    values = compute({"call": by_interval}, requests, by=("queue",), period=None, as_of=AS_OF)
    found: dict[tuple[str, str], Fraction | None] = {
        (value.measure, dict(value.cell)["queue"]): value.value for value in values
    }
    slot = published["started"].dt.floor("30min")
    grouped = published.assign(slot=slot).groupby("slot")
    assert len(found) == 5 * len(grouped)
    assert len(grouped) > 500
    for start, rows in grouped:
        label = str(int(start.timestamp()) // 1800)
        count = len(rows)
        assert found["average_speed_of_answer", label] == Fraction(int(rows["wait_length"].sum()), count)
        assert found["average_handling_time", label] == Fraction(int(rows["service_length"].sum()), count)
        assert found["abandonment_rate", label] == 0
        assert found["offered_calls", label] == count
        assert found["service_level", label] == Fraction(int(rows["meets_standard"].sum()), count)


def test_where_customers_give_up_every_variant_equals_an_independent_count(impatient: pd.DataFrame) -> None:
    calls = facts_of(impatient)
    gone, wait = impatient["gave_up"], impatient["wait_length"]
    assert 50 < int(gone.sum()) < 5000
    for seconds in (5, 20, 60):
        met, early = int((~gone & (wait <= seconds)).sum()), int((gone & (wait <= seconds)).sum())
        short = int((gone & (wait <= 5)).sum())
        expected = {
            "of_offered": Fraction(met, 10_000),
            "less_early_abandons": Fraction(met, 10_000 - early),
            "early_abandons_as_met": Fraction(met + early, 10_000),
            "of_answered": Fraction(met, int((~gone).sum())),
            "genesys": Fraction(met, 10_000),
        }
        for variant, value in expected.items():
            assert asked(calls, "service_level", seconds=seconds, variant=variant).value == value, (seconds, variant)
        assert asked(calls, "service_level", seconds=seconds, short_s=5).value == Fraction(met, 10_000 - short)
    short = int((gone & (wait <= 5)).sum())
    assert asked(calls, "abandonment_rate").value == Fraction(int(gone.sum()), 10_000)
    assert asked(calls, "abandonment_rate", short_s=5).value == Fraction(int(gone.sum()) - short, 10_000 - short)
    assert asked(calls, "average_speed_of_answer").value == Fraction(int(wait[~gone].sum()), int((~gone).sum()))


def test_interval_attainment_equals_an_independent_count(calls: pa.Table, published: pd.DataFrame) -> None:
    in_time = (published["wait_length"] <= 20).groupby(published["started"].dt.floor("15min"))
    big = in_time.agg(["sum", "count"]).query("count >= 3")
    kept = int((big["sum"] * 100 >= big["count"] * 80).sum())
    value = asked(calls, "call_interval_attainment", minutes=15, at_least=3, seconds=20)
    assert (value.numerator, value.denominator) == (kept, len(big))
    assert 0 < kept < len(big)


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_of_random_parts_are_the_figure_of_the_whole(calls: pa.Table, seed: int) -> None:
    rng = np.random.default_rng(seed)
    measures = [measure for measure in catalogue().values() if measure.fact == "call"]
    requests = [MeasureRequest.of(measure.id) for measure in measures]
    part_of = rng.integers(0, 4, calls.num_rows)
    whole = compute_parts({"call": calls}, requests, period=None, as_of=AS_OF)
    parts = [
        compute_parts({"call": calls.filter(pa.array(part_of == part))}, requests, period=None, as_of=AS_OF)
        for part in range(4)
    ]
    drawn = Resampling()
    for measure, request in zip(measures, requests, strict=True):
        together = merge(one for found in parts for one in found[request].values())
        params = measure.settle({})
        of_parts = value_of(measure, params, together, (), "", drawn)
        assert of_parts == value_of(measure, params, whole[request][()], (), "", drawn)

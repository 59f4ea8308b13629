"""Requests, periods, attribution, exclusions and the two engines."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tallystick.facts.stream import streams
from tallystick.measures.compute import NO_VALUE, compute, compute_each, compute_parts, counted_rows, recount
from tallystick.measures.example import fact_table
from tallystick.measures.measure import Condition, MeasureRequest, catalogue
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.period import Period
from tests.invented_facts import invented, shares_of

MARCH = Period.parse("2026-03", "UTC")
APRIL = Period.parse("2026-04", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)
SLA = MeasureRequest.of("sla_attainment")


def clock(*rows: dict[str, Any], kind: str = "first_reply") -> dict[str, pa.Table]:
    return {"clock": fact_table("clock", rows, kind=kind)}


def test_one_request_without_cells_has_exactly_one_value() -> None:
    for facts in (clock(), clock({})):
        values = compute_each(facts, [SLA], period=MARCH, as_of=AS_OF)
        assert len(values[SLA]) == 1


def test_cells_without_a_row_are_absent() -> None:
    facts = clock({"language": "de"}, {"language": "en", "kind": "next_reply"})
    values = compute(facts, [SLA], by=("language",), period=MARCH, as_of=AS_OF)
    assert [value.cell for value in values] == [(("language", "de"),)]


def test_dimensions_are_named_in_order_and_weeks_and_months_are_readable() -> None:
    facts = clock({"due_at": "2026-03-04T10:00:00Z", "queue": None})
    (value,) = compute(facts, [SLA], by=("week", "queue", "month", "partner"), period=MARCH, as_of=AS_OF)
    assert value.cell == (("month", "2026-03"), ("partner", "aurora"), ("queue", NO_VALUE), ("week", "2026-03-02"))
    assert value.period == "2026-03"


def test_an_empty_queue_and_no_queue_are_one_cell() -> None:
    facts = clock({"queue": ""}, {"queue": None, "excluded": "spam"}, {"queue": None})
    (value,) = compute(facts, [SLA], by=("queue",), period=MARCH, as_of=AS_OF)
    assert (value.n, value.excluded) == (2, (("spam", 1),))
    rows = counted_rows(facts, SLA, value.cell, period=MARCH, as_of=AS_OF)
    assert rows.num_rows == 3


def test_due_in_keeps_what_stays_open_and_created_in_lets_it_fall_elsewhere() -> None:
    """R3: a case that came in February and is due in March counts in March, answered or not."""
    row = {"start_at": "2026-02-27T08:00:00Z", "due_at": "2026-03-02T08:00:00Z", "state": "running"}
    facts = clock(row)
    by_due, by_start = (MeasureRequest.of("sla_attainment", period_rule=rule) for rule in ("due-in", "created-in"))
    values = compute(facts, [by_due, by_start], period=MARCH, as_of=AS_OF)
    assert [(value.n, value.value) for value in values] == [(1, 0), (0, None)]


def test_open_past_due_fails_and_open_not_due_is_pending_until_as_of_passes_it() -> None:
    """R4, at three instants of judgement."""
    facts = clock({"state": "running", "due_at": "2026-03-10T12:00:00Z"})
    seen = []
    for day in (9, 11):
        (value,) = compute(facts, [SLA], period=MARCH, as_of=datetime(2026, 3, day, tzinfo=UTC))
        seen.append((value.n, value.pending, value.value))
    assert seen == [(0, 1, None), (1, 0, 0)]


def test_a_late_answer_is_missed_whether_it_has_come_by_as_of_or_not() -> None:
    facts = clock({"due_at": "2026-03-10T12:00:00Z", "stop_at": "2026-03-20T12:00:00Z"})
    for day in (15, 25):
        (value,) = compute(facts, [SLA], period=MARCH, as_of=datetime(2026, 3, day, tzinfo=UTC))
        assert (value.n, value.value) == (1, 0)


def test_a_paused_clock_is_late_by_its_own_seconds_only() -> None:
    rest = {"state": "running", "running_since": None, "due_at": None, "target_s": 3600}
    facts = clock(rest | {"business_s": 3600}, rest | {"business_s": 3601})
    (value,) = compute(facts, [SLA], period=MARCH, as_of=AS_OF)
    assert (value.n, value.numerator, value.pending) == (1, 0, 1)


def test_a_pause_reached_the_due_instant_only_on_paper() -> None:
    """A due instant that stood before the pause does not make a paused clock late."""
    facts = clock({"state": "running", "running_since": None, "business_s": 10, "due_at": "2026-03-03T00:00:00Z"})
    (value,) = compute(facts, [SLA], period=MARCH, as_of=AS_OF)
    assert (value.n, value.pending) == (0, 1)


def test_within_uses_the_clocks_own_seconds_instead_of_its_due_instant() -> None:
    facts = clock(
        {"business_s": 600, "due_at": "2026-03-02T08:01:00Z"},
        {"business_s": 601, "due_at": "2026-03-30T08:01:00Z"},
        {"business_s": 5, "target_s": None, "due_at": None},
        {"business_s": 5, "calendar_s": 900, "basis": "calendar"},
    )
    (value,) = compute(facts, [MeasureRequest.of("sla_attainment", within=600)], period=MARCH, as_of=AS_OF)
    assert (value.numerator, value.denominator, value.excluded) == (2, 4, ())


def test_within_and_a_running_clock_never_run_ahead_of_the_evidence() -> None:
    """On calendar time the span is known; on business time only what the facts show, or a later due instant."""
    began = {"state": "running", "start_at": "2026-03-02T08:00:00Z", "running_since": "2026-03-02T08:00:00Z"}
    unknown = {"business_s": 0, "calendar_s": 0, "due_at": "2026-03-02T09:00:00Z", "target_s": 3600}
    facts = clock(
        began | unknown | {"basis": "calendar"},
        began | unknown | {"basis": "business"},
        began | unknown | {"business_s": 7300},
        began | unknown | {"target_s": 7200, "due_at": "2026-03-03T09:00:00Z"},
    )
    (value,) = compute(facts, [MeasureRequest.of("sla_attainment", within=7200)], period=MARCH, as_of=AS_OF)
    assert (value.n, value.numerator, value.pending) == (3, 0, 1)


def test_the_clock_parameter_chooses_the_clock() -> None:
    rows = [{"stop_at": "2026-03-03T00:00:00Z", "due_at": "2026-03-02T12:00:00Z", "kind": "first_resolution"}, {}]
    request = MeasureRequest.of("sla_attainment", clock="first_resolution")
    (value,) = compute(clock(*rows), [request], period=MARCH, as_of=AS_OF)
    assert (value.n, value.value) == (1, 0)


def test_attribution_follows_the_owner_at_start_due_or_stop() -> None:
    """R2: aurora got it, borealis held it when it was due, corvus answered."""
    facts = clock({"owner_start": "aurora", "owner_due": "borealis", "owner_stop": "corvus"})
    for rule, owner in (("start", "aurora"), ("due", "borealis"), ("stop", "corvus")):
        request = MeasureRequest.of("sla_attainment", attribution=f"owner-at-{rule}")
        (value,) = compute(facts, [request], by=("partner",), period=MARCH, as_of=AS_OF)
        assert value.cell == (("partner", owner),)


def test_unassigned_at_close_does_not_lose_the_owner() -> None:
    facts = clock({"owner_due": None, "owner_stop": None})
    for rule in ("due", "stop"):
        request = MeasureRequest.of("sla_attainment", attribution=f"owner-at-{rule}")
        (value,) = compute(facts, [request], by=("partner",), period=MARCH, as_of=AS_OF)
        assert value.cell == (("partner", "aurora"),)


def test_clock_share_splits_each_clock_exactly_and_adds_up_to_whole_clocks() -> None:
    table = invented("clock", "first_reply", 90, 4)
    facts = {"clock": table, "owner_share": shares_of(table, {"aurora": 1, "borealis": 1, "corvus": 1})}
    request = MeasureRequest.of("sla_attainment", attribution="clock-share")
    whole = compute(facts, [MeasureRequest.of("sla_attainment")], period=None, as_of=AS_OF)[0]
    values = compute(facts, [request], by=("partner",), period=None, as_of=AS_OF)
    assert len(values) == 3
    assert sum(value.denominator or 0 for value in values) == whole.n * 1_000_000
    assert sum(value.numerator or 0 for value in values) == (whole.numerator or 0) * 1_000_000
    assert {value.n for value in values} == {whole.n}
    assert all(value.value == Fraction(value.numerator or 0, value.denominator or 1) for value in values)
    third = values[0].interval
    assert third is not None
    assert whole.interval is not None
    assert third[1] - third[0] > whole.interval[1] - whole.interval[0]


def test_clock_share_is_equal_on_both_engines_and_recounts() -> None:
    table = invented("clock", "first_reply", 90, 4)
    facts = {"clock": table, "owner_share": shares_of(table, {"aurora": 7, "borealis": 4})}
    requests = [
        MeasureRequest.of("sla_attainment", attribution="clock-share"),
        MeasureRequest.of("first_reply_time", attribution="clock-share", statistic="mean"),
    ]
    eager = compute(facts, requests, by=("partner",), period=MARCH, as_of=AS_OF)
    with duckdb.connect() as connection:
        relations = {name: connection.from_arrow(table) for name, table in facts.items()}
        assert compute(relations, requests, by=("partner",), period=MARCH, as_of=AS_OF) == eager
    value = eager[0]
    found = recount(requests[0], counted_rows(facts, requests[0], value.cell, period=MARCH, as_of=AS_OF))
    assert (found.value, found.n, found.denominator) == (value.value, value.n, value.denominator)


def test_a_quantile_has_no_clock_share() -> None:
    with pytest.raises(UsageError, match="no shares"):
        compute(clock({}), [MeasureRequest.of("first_reply_time", attribution="clock-share")], period=None, as_of=AS_OF)


def test_percentages_are_never_averaged() -> None:
    """R13: 1 of 1 and 0 of 3 make 1 of 4, not one half."""
    late = {"stop_at": "2026-03-05T00:00:00Z", "due_at": "2026-03-02T12:00:00Z", "language": "en"}
    facts = clock({"language": "de"}, late, late, late)
    (value,) = compute(facts, [SLA], period=MARCH, as_of=AS_OF)
    assert value.value == Fraction(1, 4)


def test_every_exclusion_is_counted_by_its_reason() -> None:
    facts = clock(
        {},
        {"excluded": "spam"},
        {"excluded": "spam"},
        {"excluded": "test", "state": "cancelled"},
        {"target_s": None, "due_at": None},
        {"state": "cancelled", "stop_at": None},
    )
    (value,) = compute(facts, [SLA], period=MARCH, as_of=AS_OF)
    assert dict(value.excluded) == {"spam": 2, "test": 1, "no target": 1, "cancelled": 1}
    assert value.n == 1


def test_rows_outside_the_population_are_not_exclusions() -> None:
    facts = clock({"language": "de"}, {"language": "en"}, {"language": None})
    german = MeasureRequest.of("sla_attainment", Condition.of("language", "is", "de"))
    others = MeasureRequest.of("sla_attainment", Condition.of("language", "is not", "de"))
    values = compute(facts, [german, others], period=MARCH, as_of=AS_OF)
    assert [(value.n, value.excluded) for value in values] == [(1, ()), (2, ())]


def test_several_conditions_hold_together() -> None:
    facts = clock({"priority": "urgent"}, {"priority": "urgent", "language": "en"}, {})
    request = MeasureRequest.of(
        "sla_attainment", Condition.of("priority", "in", "urgent", "high"), Condition.of("language", "in", "de")
    )
    (value,) = compute(facts, [request], period=MARCH, as_of=AS_OF)
    assert value.n == 1
    assert str(request) == "sla_attainment, language in de, priority in high, urgent"


def test_requests_that_mean_the_same_are_the_same() -> None:
    parts = (Condition.of("queue", "in", "b", "a"), Condition.of("language", "is", "de"))
    assert MeasureRequest.of("csat", *parts, boxes=1) == MeasureRequest.of("csat", *reversed(parts), boxes=1)


def test_a_population_is_a_closed_grammar() -> None:
    for wrong in (("case_id", "is", "1"), ("language", "like", "d%"), ("language", "is")):
        with pytest.raises(UsageError):
            Condition.of(*wrong)


def test_nothing_that_a_request_says_can_be_run() -> None:
    hostile = Condition.of("language", "in", "de' OR 1=1 --", '"; DROP TABLE clock; --')
    with duckdb.connect() as connection:
        facts = {"clock": connection.from_arrow(clock({})["clock"])}
        (value,) = compute(facts, [MeasureRequest.of("sla_attainment", hostile)], period=None, as_of=AS_OF)
    assert value.n == 0


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (MeasureRequest.of("sla_atainment"), NotFound),
        (MeasureRequest.of("sla_attainment", version=9), NotFound),
        (MeasureRequest.of("sla_attainment", speed="high"), UsageError),
        (MeasureRequest.of("sla_attainment", clock="lunch"), UsageError),
        (MeasureRequest.of("sla_attainment", within=0), UsageError),
        (MeasureRequest.of("sla_attainment", within="4h"), UsageError),
        (MeasureRequest.of("csat", period_rule="due-in"), UsageError),
        (MeasureRequest.of("csat", attribution="clock-share"), UsageError),
        (MeasureRequest.of("first_reply_time", statistic="fast"), UsageError),
    ],
)
def test_a_request_that_cannot_be_says_why(request_: MeasureRequest, error: type[Exception]) -> None:
    facts = {"clock": clock({})["clock"], "survey": fact_table("survey", [{}])}
    with pytest.raises(error) as caught:
        compute(facts, [request_], period=MARCH, as_of=AS_OF)
    assert getattr(caught.value, "cure", "")


def test_a_misspelt_measure_is_answered_with_names_that_look_alike() -> None:
    with pytest.raises(NotFound) as caught:
        compute({}, [MeasureRequest.of("sla_atainment")], period=MARCH, as_of=AS_OF)
    assert caught.value.near[0] == "sla_attainment"


def test_wrong_dimensions_missing_facts_and_naive_instants_are_refused() -> None:
    with pytest.raises(UsageError, match="dimension"):
        compute(clock({}), [SLA], by=("weather",), period=MARCH, as_of=AS_OF)
    with pytest.raises(UsageError, match="no clock facts"):
        compute({}, [SLA], period=MARCH, as_of=AS_OF)
    with pytest.raises(UsageError, match="zone"):
        compute(clock({}), [SLA], period=MARCH, as_of=AS_OF.replace(tzinfo=None))
    with pytest.raises(UsageError, match="cannot be a list"):
        compute({"clock": []}, [SLA], period=MARCH, as_of=AS_OF)


def test_a_contracts_default_rule_yields_where_a_measure_cannot_have_it() -> None:
    csat, sla = catalogue()["csat"], catalogue()["sla_attainment"]
    assert csat.rule_or_default("due-in") == "measured-in"
    assert sla.rule_or_default("created-in") == "created-in"
    assert sla.rule_or_default(None) == "due-in"
    assert csat.attribution_or_default("owner-at-due") == "owner-at-stop"


class OneFactSet:
    """A fact set as the fold hands it over: tables by name and columns, kinds of clock on demand."""

    def __init__(self, table: pa.Table) -> None:
        self.whole = table
        self.asked: list[tuple[str, ...]] = []

    def table(self, name: str, columns: list[str], *, kinds: list[str] | None = None) -> pa.Table:
        assert name == "clock"
        self.asked.append(tuple(columns))
        kept = pa.compute.is_in(self.whole["kind"], pa.array(kinds)) if kinds else None
        rows = self.whole if kept is None else self.whole.filter(kept)
        return rows.select(columns)


def test_a_fact_set_is_asked_only_for_the_columns_and_clocks_in_use() -> None:
    facts = OneFactSet(invented("clock", "first_reply", 50))
    assert compute(facts, [SLA], period=MARCH, as_of=AS_OF) == compute(
        {"clock": facts.whole}, [SLA], period=MARCH, as_of=AS_OF
    )
    assert "waiting_s" not in facts.asked[0]
    assert "due_at" in facts.asked[0]


def test_measures_that_share_a_look_are_computed_as_if_alone() -> None:
    facts = {
        "clock": pa.concat_tables([invented("clock", kind, 120, seed) for seed, kind in enumerate(CLOCKS)]),
        **{name: invented(name, None) for name in ("case", *streams())},
    }
    requests = [MeasureRequest.of(name) for name in catalogue()]
    together = compute_each(facts, requests, by=("partner",), period=MARCH, as_of=AS_OF)
    for request in requests:
        assert together[request] == compute(facts, [request], by=("partner",), period=MARCH, as_of=AS_OF)


CLOCKS = ("first_reply", "next_reply", "periodic_update", "pause", "acknowledgement", "full_resolution", "agent_work")


def test_parts_tell_every_row_of_the_cell() -> None:
    facts = {"clock": invented("clock", "first_reply")}
    for parts in compute_parts(facts, [SLA], by=("partner",), period=MARCH, as_of=AS_OF)[SLA].values():
        assert parts.rows == parts.n + parts.pending + sum(parts.excluded.values())


EAGER = """
import sys
from datetime import UTC, datetime
from tallystick.measures.compute import compute, counted_rows
from tallystick.measures.example import fact_table
from tallystick.facts.stream import streams
from tallystick.measures.measure import MeasureRequest, catalogue
facts = {fact: fact_table(fact, [{}] * 5) for fact in ("case", *streams())}
facts["clock"] = fact_table("clock", [{}] * 5, kind="first_reply")
requests = [MeasureRequest.of(name) for name in catalogue()]
values = compute(facts, requests, by=("partner",), period=None, as_of=datetime(2026, 4, 15, tzinfo=UTC), resamples=20)
counted_rows(facts, requests[0], period=None, as_of=datetime(2026, 4, 15, tzinfo=UTC))
assert values
loaded = {"duckdb", "_duckdb", "deltalake", "numba", "scipy", "polars"} & set(sys.modules)
print(",".join(sorted(loaded)))
"""


def test_the_eager_path_needs_no_engine() -> None:
    """A bundle verifies where DuckDB is not installed: nothing imports it, nor numba or scipy.

    (pyarrow itself looks for pandas where that is installed; nothing here needs it.)
    """
    done = subprocess.run([sys.executable, "-c", EAGER], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == ""

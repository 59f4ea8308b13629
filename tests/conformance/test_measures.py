"""What every measure must satisfy, whoever wrote it: the files of the catalogue are found, none is listed here."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tallystick.measures.compute import compute, compute_each, compute_parts, counted_rows, recount
from tallystick.measures.example import example_facts, fact_table, instant, run_example
from tallystick.measures.fact_columns import begins
from tallystick.measures.kinds import KINDS, Resampling, value_of
from tallystick.measures.measure import (
    ATTRIBUTIONS,
    CLOCK_SHARE,
    HIGHER,
    LOWER,
    PERIOD_RULES,
    SECTIONS,
    Condition,
    Example,
    Measure,
    MeasureRequest,
    catalogue,
)
from tallystick.measures.parts import Parts, merge
from tallystick.measures.sources import CODE, REFERENCES, RULE, RULES
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.invented_facts import invented

MARCH = Period.parse("2026-03", "Europe/Bucharest")
AS_OF = datetime(2026, 4, 5, 9, 30, tzinfo=UTC)
BY = ("partner", "queue", "language", "week")
# A few hundred rows are not worth a second thread.
ONE_THREAD = {"threads": 1}

Facts = Mapping[str, Any]


@pytest.fixture(params=list(catalogue().values()), ids=list(catalogue()))
def measure(request: pytest.FixtureRequest) -> Measure:
    return request.param


def example_of(measure: Measure) -> Example:
    return importlib.import_module(measure.module).EXAMPLE


def kind_of_rows(measure: Measure) -> str | None:
    return measure.counting.clock(measure.settle({})) if measure.counting.clock else None


def facts_for(measure: Measure, seed: int = 1, size: int = 300) -> dict[str, pa.Table]:
    return {measure.fact: invented(measure.fact, kind_of_rows(measure), size, seed)}


def settings(measure: Measure) -> list[MeasureRequest]:
    """The default request, and one for each choice of each parameter, each period rule and each attribution.

    Those that spell out a default are the default request again and are asked once.
    """
    requests = [MeasureRequest.of(measure.id, version=measure.version)]
    for name, param in measure.params.items():
        choices: tuple[Any, ...] = param.choices or (("mean", "p90", "max") if param.pattern else (3600,))
        if name in ("clock", "view", "pausable", "survey", "steps", "percent", "boxes", "course", "currency"):
            continue
        requests += [MeasureRequest(measure.id, measure.version, ((name, choice),)) for choice in choices]
    requests += [
        MeasureRequest.of(measure.id, version=measure.version, period_rule=rule) for rule in measure.period_rules
    ]
    requests += [
        MeasureRequest.of(measure.id, version=measure.version, attribution=attribution)
        for attribution in measure.attributions
        if attribution != CLOCK_SHARE
    ]
    return list({_settled(measure, request): request for request in reversed(requests)}.values())[::-1]


def _settled(measure: Measure, request: MeasureRequest) -> tuple[Any, ...]:
    params = measure.settle(dict(request.params))
    rule, attribution = request.period_rule, request.attribution
    return (
        tuple(sorted(params.items())), rule or measure.period_rules[0], attribution or measure.attributions[0]
    )  # fmt: skip


def test_a_default_that_is_spelled_out_gives_the_default_value(measure: Measure) -> None:
    facts = facts_for(measure)
    params = tuple(sorted((name, param.default) for name, param in measure.params.items()))
    spelled = MeasureRequest(
        measure.id, measure.version, params,
        period_rule=measure.period_rules[0], attribution=measure.attributions[0],
    )  # fmt: skip
    assert one(facts, spelled) == one(facts, MeasureRequest.of(measure.id, version=measure.version))


def one(facts: Facts, request: MeasureRequest) -> MeasureValue:
    (value,) = compute(facts, [request], period=MARCH, as_of=AS_OF)
    return value


def test_the_definition_has_all_its_sections_in_order(measure: Measure) -> None:
    assert all(measure.section(name) for name in SECTIONS)
    places = [measure.text.index(f"\n{name}: ") for name in SECTIONS]
    assert places == sorted(places)
    assert measure.definition.count(". ") == 0
    assert measure.source in measure.section("Source")
    assert set(CODE.findall(measure.section("Source"))) <= set(REFERENCES)
    assert {int(rule) for rule in RULE.findall(measure.text)} <= set(RULES)
    assert ".md" not in measure.section("Source"), "a source is found without our own notes"
    assert measure.better in (HIGHER, LOWER)
    assert f"{measure.better} is better" in measure.section("Unit")


def test_the_declaration_is_sound(measure: Measure) -> None:
    assert measure.kind in KINDS
    assert set(measure.period_rules) <= set(PERIOD_RULES)
    assert set(measure.attributions) <= set(ATTRIBUTIONS)
    for name, param in measure.params.items():
        assert param.settle(name, param.default) == param.default
        assert param.meaning


def test_the_five_row_example_holds_on_both_engines(measure: Measure) -> None:
    example = example_of(measure)
    assert len(example.rows) == 5
    expected = (example.value, example.n, example.pending, example.excluded)
    with duckdb.connect(config=ONE_THREAD) as connection:
        tables = example_facts(measure, example)
        relations = {name: connection.from_arrow(table) for name, table in tables.items()}
        for facts in (tables, relations):
            value = run_example(measure, example, facts)
            assert (value.value, value.n, value.pending, value.excluded) == expected


def test_no_rows_give_none_and_n_0(measure: Measure) -> None:
    empty = {measure.fact: fact_table(measure.fact, [])}
    for value in compute(empty, settings(measure), period=MARCH, as_of=AS_OF):
        assert (value.value, value.n, value.pending, value.excluded) == (None, 0, 0, ())
        assert value.interval is None


def test_only_excluded_rows_are_no_data_but_counted(measure: Measure) -> None:
    table = facts_for(measure)[measure.fact]
    spam = table.set_column(table.column_names.index("excluded"), "excluded", pa.array(["spam"] * table.num_rows))
    value = one({measure.fact: spam}, MeasureRequest.of(measure.id))
    assert value.value is None
    assert value.n == 0
    assert dict(value.excluded)["spam"] > 0


def test_order_of_rows_does_not_matter(measure: Measure) -> None:
    facts = facts_for(measure)
    table = facts[measure.fact]
    backwards = {measure.fact: table.take(list(reversed(range(table.num_rows))))}
    requests = settings(measure)
    assert compute(facts, requests, by=BY, period=MARCH, as_of=AS_OF) == compute(
        backwards, requests, by=BY, period=MARCH, as_of=AS_OF
    )
    drawn = [
        compute(given, requests[:1], period=MARCH, as_of=AS_OF, resamples=50, seed=3) for given in (facts, backwards)
    ]
    assert drawn[0] == drawn[1]


def test_both_engines_give_equal_values(measure: Measure) -> None:
    facts = facts_for(measure)
    requests = settings(measure)
    with duckdb.connect(config=ONE_THREAD) as connection:
        relations = {name: connection.from_arrow(table) for name, table in facts.items()}
        for by, asked in (((), requests[:1]), (("partner", "queue", "month", "agent"), requests)):
            eager = compute(facts, asked, by=by, period=MARCH, as_of=AS_OF)
            lazy = compute(relations, asked, by=by, period=MARCH, as_of=AS_OF)
            assert eager == lazy
        assert compute(facts, requests[:2], period=MARCH, as_of=AS_OF, resamples=40) == compute(
            relations, requests[:2], period=MARCH, as_of=AS_OF, resamples=40
        )


def test_parts_add_up_to_the_whole(measure: Measure) -> None:
    facts = facts_for(measure)
    requests = settings(measure)
    cells = compute_parts(facts, requests, by=BY, period=MARCH, as_of=AS_OF)
    wholes = compute_each(facts, requests, period=MARCH, as_of=AS_OF)
    for request in requests:
        (whole,) = wholes[request]
        parts = merge(cells[request].values())
        again = value_of(measure, measure.settle(dict(request.params)), parts, (), MARCH.label, Resampling())
        assert again == whole


def test_merging_two_halves_gives_the_value_of_both(measure: Measure) -> None:
    table = facts_for(measure)[measure.fact]
    request = MeasureRequest.of(measure.id, version=measure.version)
    halves = [table.slice(0, 137), table.slice(137)]
    found: list[Parts] = []
    for half in halves:
        cells = compute_parts({measure.fact: half}, [request], period=MARCH, as_of=AS_OF, clusters=True)
        found += cells[request].values()
    whole = compute_parts({measure.fact: table}, [request], period=MARCH, as_of=AS_OF, clusters=True)[request][()]
    params = measure.settle({})
    drawn = Resampling(30, 5)
    assert value_of(measure, params, merge(found), (), "", drawn) == value_of(measure, params, whole, (), "", drawn)


def test_nobody_elses_rows_move_a_partners_value(measure: Measure) -> None:
    facts = facts_for(measure)
    requests = settings(measure)
    more = facts_for(measure, seed=2)[measure.fact]
    names = [name for name in more.column_names if name.startswith(("partner", "owner_"))]
    for name in names:
        more = more.set_column(more.column_names.index(name), name, pa.array(["corvus"] * more.num_rows))
    joined = {measure.fact: pa.concat_tables([facts[measure.fact], more])}

    def own(given: Facts) -> list[MeasureValue]:
        values = compute(given, requests, by=("partner",), period=MARCH, as_of=AS_OF)
        return [value for value in values if value.cell != (("partner", "corvus"),)]

    assert own(facts) == own(joined)
    assert own(facts)


def test_a_population_is_the_cell_it_names(measure: Measure) -> None:
    facts = facts_for(measure)
    by = {
        value.cell: value
        for value in compute(facts, [MeasureRequest.of(measure.id)], by=("partner",), period=MARCH, as_of=AS_OF)
    }
    only = one(facts, MeasureRequest.of(measure.id, Condition.of("partner", "is", "aurora")))
    whole = by[(("partner", "aurora"),)]
    assert (only.value, only.n, only.excluded) == (whole.value, whole.n, whole.excluded)
    rest = one(facts, MeasureRequest.of(measure.id, Condition.of("partner", "not in", "aurora")))
    assert rest.n + only.n == one(facts, MeasureRequest.of(measure.id)).n


def test_values_and_intervals_stay_within_bounds(measure: Measure) -> None:
    low, high = measure.bounds
    for value in compute(facts_for(measure), settings(measure), by=BY[:2], period=MARCH, as_of=AS_OF, resamples=20):
        if value.value is None:
            continue
        assert low is None or value.value >= low
        assert high is None or value.value <= high
        if value.interval is not None:
            assert value.interval[0] <= value.interval[1]
            assert low is None or value.interval[0] >= low
            if value.kind in ("share", "index", "count"):
                assert value.interval[0] <= Fraction(value.value) <= value.interval[1]


def test_counted_rows_recount_to_the_figure(measure: Measure) -> None:
    facts = facts_for(measure)
    requests = settings(measure)
    values = compute_each(facts, requests, by=("partner", "queue", "week"), period=MARCH, as_of=AS_OF)
    for request in values:
        value = values[request][len(values[request]) // 2]
        rows = counted_rows(facts, request, value.cell, period=MARCH, as_of=AS_OF)
        found = recount(request, rows)
        assert (found.value, found.n) == (value.value, value.n)
        assert (found.numerator, found.denominator) == (value.numerator, value.denominator)
        loud = [row for row in rows.to_pylist() if not row["silent"]]
        assert len(loud) == value.n + value.pending + sum(count for _, count in value.excluded)
    with duckdb.connect(config=ONE_THREAD) as connection:
        relations = {name: connection.from_arrow(table) for name, table in facts.items()}
        assert rows.equals(counted_rows(relations, request, value.cell, period=MARCH, as_of=AS_OF))


def test_every_row_of_the_period_is_counted_pending_or_excluded(measure: Measure) -> None:
    facts = facts_for(measure)
    begin = begins(measure.fact)
    begun = [row for row in facts[measure.fact].to_pylist() if row[begin] <= AS_OF]
    (value,) = compute(facts, [MeasureRequest.of(measure.id)], period=None, as_of=AS_OF)
    rule = measure.period_rules[0]
    if rule == "resolved-in":
        begun = [row for row in begun if row["first_solved_at"] is not None and row["first_solved_at"] <= AS_OF]
    assert value.n + value.pending + sum(count for _, count in value.excluded) == len(begun)


def test_the_day_of_a_clock_change_loses_and_doubles_nothing(measure: Measure) -> None:
    """29 March 2026 has 23 hours in Bucharest, 25 October has 25: each row belongs to exactly one local day."""
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        midnight = Period.parse(day, "Europe/Bucharest").start_s
        begin = begins(measure.fact)
        rows = [
            {begin: datetime.fromtimestamp(midnight + hour * 3600 + 1, UTC), "case_id": str(hour + 2)}
            for hour in range(-1, hours + 1)
        ]
        table = fact_table(measure.fact, rows, kind=kind_of_rows(measure), zone="Europe/Bucharest")
        within = table.filter(
            pa.compute.is_in(table["case_id"], pa.array([str(place) for place in range(2, hours + 2)]))
        )
        rule = next(name for name in ("created-in", *measure.period_rules) if name in measure.period_rules)
        request = MeasureRequest.of(measure.id, version=measure.version, period_rule=rule)
        as_of = datetime(2026, 12, 1, tzinfo=UTC)
        period = Period.parse(day, "Europe/Bucharest")
        if rule == "created-in":
            (value,) = compute({measure.fact: table}, [request], period=period, as_of=as_of)
            assert value.n + value.pending + sum(count for _, count in value.excluded) == hours
            (alone,) = compute({measure.fact: within}, [request], period=period, as_of=as_of)
            assert value == alone
        around = [Period.parse(text, "Europe/Bucharest") for text in (day[:7],)]
        (month,) = compute({measure.fact: within}, [request], period=around[0], as_of=as_of)
        (every,) = compute({measure.fact: within}, [request], period=None, as_of=as_of)
        assert month.value == every.value or measure.counting.snapshot


def test_the_same_question_has_the_same_answer_later(measure: Measure) -> None:
    """Nothing that happens after `as_of` may show."""
    facts = facts_for(measure)
    table = facts[measure.fact]
    begin = begins(measure.fact)
    known = table.filter(pa.compute.less_equal(table[begin], pa.scalar(AS_OF, pa.timestamp("us", "UTC"))))
    requests = settings(measure)
    assert compute(facts, requests, by=BY, period=None, as_of=AS_OF) == compute(
        {measure.fact: known}, requests, by=BY, period=None, as_of=AS_OF
    )


def test_examples_name_a_real_instant(measure: Measure) -> None:
    assert instant(example_of(measure).as_of).tzinfo is not None

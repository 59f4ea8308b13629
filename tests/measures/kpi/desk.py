"""What tests of KPIs count over: hand-written fact rows, and facts folded from the events of a few cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from tallystick.measures.compute import compute
from tallystick.measures.example import fact_table
from tallystick.measures.measure import MeasureRequest
from tallystick.verdicts.evidence import canonical_rows
from tallystick.verdicts.gathering import folded_again
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.verdicts.fixed_desk import fixed_promise, rows_of
from tests.verdicts.tiny_lake import SOURCE, case, event

MARCH = Period.parse("2026-03", "UTC")
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)
Facts = Mapping[str, pa.Table]
CATEGORIES = ("new", "open", "pending", "hold", "solved", "closed")


def value_in(
    facts: Facts, measure: str, *, as_of: datetime = AS_OF, rule: str | None = None, **params: Any
) -> MeasureValue:
    """The value of March over whole fact tables."""
    request = MeasureRequest.of(measure, period_rule=rule, **params)
    (value,) = compute(facts, [request], period=MARCH, as_of=as_of)
    return value


def value_of(
    measure: str,
    fact: str,
    *rows: Mapping[str, Any],
    kind: str | None = None,
    as_of: datetime = AS_OF,
    rule: str | None = None,
    **params: Any,
) -> MeasureValue:
    """The value of March over hand-written rows of one fact."""
    return value_in({fact: fact_table(fact, rows, kind=kind)}, measure, as_of=as_of, rule=rule, **params)


def told(number: str, created: str, *happened: tuple[Any, ...], **parts: Any) -> tuple[dict[str, Any], Any]:
    """A case that its customer opens with a message, and what happened then: (instant, kind, actor, value)."""
    begun = [(created, "created", "customer"), (created, "message", "customer", "public")]
    events = [event(number, *one, seq=place) for place, one in enumerate([*begun, *happened])]
    return case(number, created, **parts), events


def folded(*stories: tuple[dict[str, Any], Iterable[dict[str, Any]]]) -> Facts:
    """The facts of cases by the folds themselves. Office hours are 07:00 to 16:00 UTC from Monday to Friday."""
    mapping = [
        {"mapping_key": key_of(word), "source": SOURCE, "kind": "status", "raw": word, "meaning": word, "partner": "*"}
        for word in CATEGORIES
    ]
    tables = {
        "case": rows_of("case", [one for one, _ in stories]),
        "case_event": rows_of("case_event", [one for _, events in stories for one in events]),
        "mapping": rows_of("mapping", mapping),
    }
    return folded_again(canonical_rows(tables), fixed_promise().terms)

"""Contacts against the time that was there for them, and who handled them."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.measures.compute import compute
from tallystick.measures.measure import Condition, MeasureRequest
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.period import Period
from tests.facts.floor import facts, state
from tests.facts.streams.test_agent_output import given, talk, trained
from tests.facts.streams.test_employment import person

CALLS = [
    *(talk(f"old-{place}", f"09:{place:02}") for place in range(12)),
    *(talk(f"new-{place}", f"10:{place:02}", agent="bo", queue="vip") for place in range(4)),
    talk("unknown", "11:00", agent="cleo"),
]
STATES = (state("available", "09:00", "11:00"), state("talk", "10:00", "10:30", agent="bo"))
PEOPLE = (person("ana", "2025-01-01", live_on=datetime(2026, 2, 1).date()), person("bo", "2026-02-01"))  # noqa: DTZ001


def measured(name: str, *who: Condition, **params: Any) -> MeasureValue:
    fact = "certificate" if name == "training_validity" else "agent_output"
    trainings = (trained("vip", "2026-01-01T00:00", "10:02", agent="bo"), trained("gdpr", "2026-01-01T00:00"))
    table: pa.Table = facts(fact, given(CALLS, STATES, PEOPLE, trainings))
    asked = [MeasureRequest.of(name, *who, **params)]
    (value,) = compute(
        {fact: table}, asked, period=Period.parse("2026-03", "UTC"), as_of=datetime(2026, 5, 1, tzinfo=UTC)
    )
    return value


def test_contacts_stand_against_the_hours_that_were_there() -> None:
    """17 contacts in two and a half hours, of two agents' days."""
    value = measured("contacts_per_productive_hour")
    assert (value.value, value.n) == (Fraction(17 * 2, 5), 2)


@pytest.mark.parametrize("name", ["contacts_per_productive_hour", "tenure_mix", "training_validity"])
def test_a_day_that_is_not_over_waits(name: str) -> None:
    fact = "certificate" if name == "training_validity" else "agent_output"
    table = facts(fact, given(CALLS, STATES, PEOPLE, (trained("gdpr", "2026-01-01T00:00"),)))
    now = datetime(2026, 3, 2, 20, tzinfo=UTC)
    (value,) = compute({fact: table}, [MeasureRequest.of(name)], period=Period.parse("2026-03", "UTC"), as_of=now)
    assert value.value is None
    assert value.pending > 0

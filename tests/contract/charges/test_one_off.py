"""Events: each on its day, once."""

from __future__ import annotations

import pytest

from tests.contract.rate_card import charge_of, values_for

EVENTS = "[{on: 2026-03-31}, {on: 2026-04-01, units: 2, what: spring}, {on: 2026-04-30}, {on: 2026-05-01}]"


def test_an_event_is_charged_on_its_day_and_on_no_other() -> None:
    contract, charge = charge_of(f"kind: one_off, rate: 100, events: {EVENTS}")
    april = charge.apply(values_for(contract))
    assert (april.quantity, april.amount) == (3, 300)
    assert april.steps[0].inserted == "2026-04-01 2 (spring), 2026-04-30 1"
    assert charge.apply(values_for(contract, days=29)).amount == 200


def test_a_month_without_an_event_costs_nothing() -> None:
    contract, charge = charge_of("kind: one_off, rate: 100, events: [{on: 2026-05-01}]")
    charged = charge.apply(values_for(contract))
    assert (charged.amount, charged.steps[0].inserted) == (0, "none")


def test_the_words_list_the_events() -> None:
    contract, charge = charge_of(f"kind: one_off, rate: 100, events: {EVENTS}")
    assert "- 2026-04-01 (spring): 2" in charge.plain(contract, {})


@pytest.mark.parametrize(("day", "told"), [("2026-01-31", 1), ("2026-02-01", 0), ("2026-06-30", 0), ("2026-07-01", 1)])
def test_an_event_outside_the_days_charged_is_told(day: str, told: int) -> None:
    contract, charge = charge_of(f"kind: one_off, rate: 100, from: 2026-02-01, to: 2026-06-30, events: [{{on: {day}}}]")
    assert len(list(charge.lint(contract, {}))) == told

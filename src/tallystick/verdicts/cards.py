"""The cards of the existing measures: `contract.check` is given them, because the contract never looks a measure up."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tallystick.contract.card import Cards, MeasureCard, cards_by_id
from tallystick.contract.charge import asked
from tallystick.contract.model import Contract
from tallystick.facts.stream import stream
from tallystick.measures.measure import Measure, MeasureRequest, catalogue, measure_of
from tallystick.vocabulary.errors import NotFound


def measure_cards() -> list[MeasureCard]:
    """One card for each measure and version of the catalogue, by file name."""
    return [card_for(measure) for measure in catalogue().values()]


def cards_of(contract: Contract) -> Cards:
    """The cards of the measures that a contract names, without loading any other."""
    found = []
    named = {(clause.measure, clause.version) for clause in contract.counted}
    named |= {(one.measure, one.version) for charge in contract.charges for _, one in asked(charge, contract)}
    for name, version in sorted(named):
        try:
            found.append(card_for(measure_of(MeasureRequest.of(name, version=version))))
        except NotFound:
            continue  # a clause on an imported or typed value may name what no measure defines
    return cards_by_id(found)


def card_for(measure: Measure) -> MeasureCard:
    """The card of one measure."""
    declared = stream(measure.fact)
    return MeasureCard(
        measure.id,
        measure.version,
        measure.unit,
        measure.better,
        frozenset(measure.params),
        measure.title,
        measure.kind,
        measure.period_rules,
        measure.attributions,
        partial(_unit_under, measure),
        _rows_of(measure),
        tuple(reason for reason, _ in measure.counting.left_out),
        declared.occasions if declared else {},
        declared.untold if declared else frozenset(),
    )


def _rows_of(measure: Measure) -> str:
    """What the measure counts, as a clause's plain words call it: its fact, or pauses, which are clocks too."""
    if (declared := stream(measure.fact)) is not None:
        return declared.row
    clock = measure.counting.clock(measure.settle({})) if measure.counting.clock else None
    return clock if clock == "pause" else measure.fact


def _unit_under(measure: Measure, params: Mapping[str, Any]) -> str:
    """The unit under a clause's parameters; raises UsageError for a value that the measure does not take."""
    given = {name: str(value) for name, value in params.items() if name in measure.params}
    return measure.unit_in(measure.settle(given))

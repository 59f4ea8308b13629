"""The cards of the existing measures: `contract.check` is given them, because the contract never looks a measure up."""

from __future__ import annotations

from tallystick.contract.card import MeasureCard
from tallystick.measures.measure import Measure, catalogue


def measure_cards() -> list[MeasureCard]:
    """One card for each measure and version of the catalogue, by file name."""
    return [card_for(measure) for measure in catalogue().values()]


def card_for(measure: Measure) -> MeasureCard:
    """The card of one measure."""
    return MeasureCard(
        measure.id,
        measure.version,
        measure.unit,
        measure.better,
        frozenset(measure.params),
        measure.title,
        measure.kind,
    )

"""The cards of the existing measures, as `contract.check` is given them: a contract never looks measures up."""

from __future__ import annotations

from functools import cache

from tallystick.contract.card import MeasureCard
from tallystick.measures.measure import catalogue


@cache
def measure_cards() -> tuple[MeasureCard, ...]:
    """One card for each measure of the catalogue, versions included."""
    return tuple(
        MeasureCard(measure.id, measure.version, measure.unit, measure.better, frozenset(measure.params), measure.title)
        for measure in catalogue().values()
    )

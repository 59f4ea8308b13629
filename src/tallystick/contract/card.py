"""What a contract must know of a measure, given to `check` as an argument: the contract never looks measures up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tallystick.vocabulary.errors import UsageError

RATIO = "ratio"
SECONDS = "s"
NUMBER = "number"

_FAMILY = {
    **dict.fromkeys(("ratio", "share", "%", "percent", "1", "proportion"), RATIO),
    **dict.fromkeys(("s", "second", "seconds", "sec", "duration"), SECONDS),
}


@dataclass(frozen=True)
class MeasureCard:
    """A measure's id, version, unit, better direction (`higher` or `lower`) and the parameters that it takes.

    `kind` (share, mean, quantile, rate, sum, count, index) tells a share, which cannot exceed 100 %, from other ratios.
    `period_rules` and `attributions` are those that the measure knows, its own default first; empty means any.
    `unit_under` gives the unit under given parameters and raises UsageError for parameters that cannot be; None where
    parameters do not matter. `rows` says what it counts (case, clock, pause, survey ...), `left_out` which of them it
    leaves out and `occasions` when one belongs to a period by each rule; all for the plain words of a clause. `untold`
    are fields of a population that none of its rows tells.
    """

    id: str
    version: int
    unit: str
    better: str
    params: frozenset[str] = field(default_factory=frozenset)
    title: str = ""
    kind: str = ""
    period_rules: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()
    unit_under: Callable[[Mapping[str, Any]], str] | None = None
    rows: str = ""
    left_out: tuple[str, ...] = ()
    occasions: Mapping[str, str] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()

    def family(self, params: Mapping[str, Any] | None = None) -> str:
        """The unit as a target is written: `ratio` (90%), `s` (4h) or `number` (4.2)."""
        unit = self.unit
        if self.unit_under is not None:
            try:
                unit = self.unit_under(params or {})
            except UsageError:
                unit = self.unit  # the rule on parameters says what is wrong with them
        return _FAMILY.get(unit.lower(), NUMBER)


Cards = Mapping[str, tuple[MeasureCard, ...]]
GivenCards = Mapping[str, object] | list[MeasureCard] | tuple[MeasureCard, ...]


def cards_by_id(cards: GivenCards) -> Cards:
    """The cards grouped by id, versions rising; takes a list of cards or a grouping that is already made."""
    if isinstance(cards, Mapping):
        listed = [card for value in cards.values() for card in (value if isinstance(value, tuple | list) else (value,))]
    else:
        listed = list(cards)
    grouped: dict[str, tuple[MeasureCard, ...]] = {}
    for card in sorted((card for card in listed if isinstance(card, MeasureCard)), key=lambda c: (c.id, c.version)):
        grouped[card.id] = (*grouped.get(card.id, ()), card)
    return grouped


def card_of(cards: Cards, measure: str, version: int) -> MeasureCard | None:
    """The card of one version of a measure, or None."""
    return next((card for card in cards.get(measure, ()) if card.version == version), None)

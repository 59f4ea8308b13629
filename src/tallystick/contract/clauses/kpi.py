"""A promise about any measure: its value must reach, or stay under, a level.

The value is counted from records, unless the clause says `value: imported` (the partner reports it) or `value: typed`
(a person enters it with evidence); both are badged wherever the figure appears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from tallystick.contract.card import card_of
from tallystick.contract.counted import CountedClause, parameter_words

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class Kpi(CountedClause):
    """A level for any measure of the catalogue, or for a value that is imported or typed."""

    called: ClassVar[str] = "Level of a measure"

    kind: Literal["kpi"] = "kpi"

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        card = card_of(cards, self.measure, self.version)
        name = card.title if card and card.title else self.measure.replace("_", " ")
        details = [self.measure] if card and card.title else []
        details += [f"definition {self.version}"] if self.version != 1 else []
        details += [parameter_words(key, value) for key, value in self.params.items()]
        exactly = f" ({', '.join(details)})" if details else ""
        return [
            f"The measure “{name}”{exactly} must be {self.level_words(self.better_by(cards))}.",
            *self.counting_words(contract, cards),
        ]

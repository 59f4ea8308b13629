"""A price for what happens once or now and then: set-up, a training class, a change of the system.

Each event stands in the text with its day, so that nothing is charged that was not agreed; an amendment adds more.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tallystick.contract.card import Cards
from tallystick.contract.charge import QUANTITY, Charge, Charged, ChargeValues
from tallystick.contract.quantity import Day, Number, figure_text
from tallystick.contract.section import Section
from tallystick.vocabulary.finding import Finding

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class Event(Section):
    """One event: its day, how many units it has, and what it was."""

    on: Day
    units: Number | None = None
    what: str | None = None
    evidence: str | None = None

    @property
    def size(self) -> Fraction:
        """How many units; one where nothing is said."""
        return Fraction(1) if self.units is None else Fraction(self.units)


class OneOff(Charge):
    """Events times a rate."""

    called: ClassVar[str] = "Charged once"

    kind: Literal["one_off"] = "one_off"
    rate: Number = Field(description="The price of a unit of an event.")
    events: tuple[Event, ...] = Field(min_length=1, description="Each with `on`, and `units` where not one.")

    def apply(self, values: ChargeValues) -> Charged:
        """Units of the events on the days charged x rate."""
        here = [event for event in self.events if values.from_on <= event.on < values.end_on]
        units = sum((event.size for event in here), Fraction(0))
        said = ", ".join(
            f"{event.on.isoformat()} {figure_text(event.size)}{f' ({event.what})' if event.what else ''}"
            for event in here
        )
        step = self.step(QUANTITY, "units of the events on these days", said or "none", units, self.unit_word)
        return self.priced(values, units, Fraction(self.rate), [step])

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The charge in plain sentences."""
        lines = [f"Each unit costs {self.money_words(contract, self.rate)}; it is charged for:", ""]
        for event in self.events:
            what = f" ({event.what})" if event.what else ""
            lines.append(f"- {event.on.isoformat()}{what}: {figure_text(event.size)}")
        return [*lines, "", *self.closing_words(contract)]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """Events on days that are not charged."""
        from tallystick.contract.rule import reading_rule

        for place, event in enumerate(self.events):
            if not self.begins(contract) <= event.on < self.ends(contract):
                message = f"{event.on.isoformat()} lies outside the days that are charged."
                yield reading_rule("charge_outside_term").found(
                    contract.charge_place(self, "events", place, "on"), message
                )

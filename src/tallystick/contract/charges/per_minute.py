"""A price per minute of handling, with the unit to which each call is rounded up and the least that a call costs.

Rounding happens call by call, before anything is added up: a call of 61 seconds is 2 minutes under a unit of 60
seconds and 61 seconds under a unit of one. Both are parameters of the measure, so that each call's row shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import SECONDS, Cards
from tallystick.contract.charge import (
    MINUTE_S,
    QUANTITY,
    Charge,
    Charged,
    ChargeValues,
    Quantity,
    Role,
    counted_by,
    quantity_words,
)
from tallystick.contract.quantity import Number, Seconds, duration_words

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

TIME_WORDS = {
    "talk": "talk",
    "talk_hold": "talk and hold",
    "talk_hold_wrap": "talk, hold and after-call work",
}


class PerMinute(Charge):
    """Minutes of handling times a rate."""

    called: ClassVar[str] = "Price per minute"
    unit_size: ClassVar[int] = MINUTE_S
    unit_word: ClassVar[str] = "minute"

    kind: Literal["per_minute"] = "per_minute"
    rate: Number = Field(description="The price of a minute.")
    time: Literal["talk", "talk_hold", "talk_hold_wrap"] | None = Field(
        None, description="Which time of a call is charged; `talk_hold_wrap` where nothing is said."
    )
    rounding_unit: Seconds | None = Field(None, description="Each call is rounded up to it: 1s, 6s, 60s ...")
    minimum: Seconds | None = Field(None, description="The least that a call costs.")
    quantity: Quantity | None = Field(None, description="Another measure in seconds; else billable_call_time.")

    @model_validator(mode="after")
    def _one_way(self) -> PerMinute:
        if self.quantity is not None and (self.time or self.rounding_unit or self.minimum):
            raise ValueError("`time`, `rounding_unit` and `minimum` go with the measure; write them into `quantity`")
        return self

    @property
    def counted(self) -> Quantity:
        """What is counted: the seconds of each call, rounded up."""
        if self.quantity is not None:
            return self.quantity
        params: dict[str, Any] = {"time": self.time or "talk_hold_wrap"}
        params |= {"unit_s": self.rounding_unit} if self.rounding_unit else {}
        params |= {"least_s": self.minimum} if self.minimum else {}
        return counted_by("billable_call_time", **params)

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Seconds of handling."""
        return {QUANTITY: Role(self.own([self.counted]), SECONDS)}

    def apply(self, values: ChargeValues) -> Charged:
        """Minutes x rate."""
        return self.priced_by(values, self.rate)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [f"Each minute costs {self.money_words(contract, self.rate)}."]
        if self.quantity is not None:
            lines.append(f"Counted is {quantity_words(self.own([self.counted]), cards)}.")
        else:
            lines.append(f"Charged is the {TIME_WORDS[self.time or 'talk_hold_wrap']} of each call that was handled.")
            if self.rounding_unit:
                lines.append(
                    f"The time of each call is rounded up to full units of {duration_words(self.rounding_unit)}."
                )
            if self.minimum:
                lines.append(f"Each call costs at least {duration_words(self.minimum)}.")
            if self.population:
                lines.append(f"Counted is {quantity_words(self.own([self.counted]), cards)}.")
        return [*lines, *self.closing_words(contract)]

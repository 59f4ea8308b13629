"""A promise about time: a share of clocks that must end within a number of hours.

The clock's own time (`within`) becomes part of the terms under which facts are folded, so a case knows its due
moment; the share that must keep it is the `target`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from tallystick.contract.counted import CountedClause
from tallystick.contract.quantity import Seconds, duration_words, open_time_words

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract

CLOCK_WORDS = {
    "first_reply": ("is first answered by a person", "the customer's first message"),
    "next_reply": ("is answered again by a person", "the customer's oldest unanswered message"),
    "periodic_update": ("receives its next public update", "the last public reply"),
    "pausable_update": ("receives its next public update, waiting pauses not counted", "the last public reply"),
    "requester_wait": ("is solved, counting the time in which the customer waits", "its creation"),
    "agent_work": ("is solved, counting the time in which the partner has the work", "its creation"),
    "on_hold": ("leaves the state on hold", "it was put on hold"),
    "pause": ("leaves a pausing status", "it was paused"),
    "first_resolution": ("is solved for the first time", "its creation"),
    "full_resolution": ("is solved for the last time, agreed pauses not counted", "its creation"),
    "customer_first_reply": ("is first answered by a person, time with a bot included", "the customer's first message"),
    "acknowledgement": ("is acknowledged", "its escalation"),
}


class SlaTarget(CountedClause):
    """A time target: a share of cases whose clock ends within the time agreed."""

    called: ClassVar[str] = "Time target"

    kind: Literal["sla_target"] = "sla_target"
    measure: str = Field("sla_attainment", description="The KPI that counts the clocks.")
    clock: str = Field(description="Which clock of a case: first_reply, next_reply, full_resolution ...")
    within: Seconds
    hours: Literal["business", "calendar"] = Field("business", description="Opening hours, or day and night.")

    @property
    def measure_params(self) -> dict[str, Any]:
        """The parameters with which the measure is computed: the clock and its time beside what the text names."""
        return {**self.params, "clock": self.clock, "within": self.within}

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The clause in plain sentences."""
        ends, starts = CLOCK_WORDS.get(self.clock, (f"ends the clock {self.clock}", "its start"))
        open_time = self.hours == "business"
        kind = "opening hours" if open_time else "time of the calendar, day and night"
        time = open_time_words(self.within) if open_time else duration_words(self.within)
        return [
            f"A case keeps this promise if it {ends} within {time} ({kind}) of {starts}.",
            f"Of all such cases {self.level_words('higher')} must keep it.",
            *self.counting_words(contract, cards),
        ]

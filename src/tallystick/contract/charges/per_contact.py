"""A price per contact: which contacts are one, and which are free.

Merged cases, transfers and contacts that come back within a window are where the same work is billed twice. The text
says for each whether it is charged; each is a parameter of the measure, so that a row left out shows the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import NUMBER, Cards
from tallystick.contract.charge import (
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

Rule = Literal["free", "charged"]


class PerContact(Charge):
    """Contacts times a rate."""

    called: ClassVar[str] = "Price per contact"
    unit_word: ClassVar[str] = "contact"

    kind: Literal["per_contact"] = "per_contact"
    rate: Number = Field(description="The price of a contact.")
    contacts: Literal["calls", "cases"] | None = Field(None, description="What is a contact; calls where not said.")
    transfers: Rule | None = Field(None, description="Whether a contact that was passed on counts again.")
    merges: Rule | None = Field(None, description="Whether cases merged into another are charged (contacts: cases).")
    repeats: Rule | None = Field(None, description="Whether a case that comes back is charged again (contacts: cases).")
    repeats_within: Seconds | None = Field(None, description="A call so soon after the last is free (calls).")
    least_talk: Seconds | None = Field(None, description="Shorter calls are free (calls).")
    quantity: Quantity | None = Field(None, description="Another measure that counts; else billable_calls or _cases.")

    @model_validator(mode="after")
    def _fitting(self) -> PerContact:
        calls, cases = (self.repeats_within, self.least_talk), (self.merges, self.repeats)
        if self.quantity is not None and any((*calls, *cases, self.transfers, self.contacts)):
            raise ValueError("rules of contacts go with the measure; write them into `quantity`")
        if self.contacts == "cases" and any(calls):
            raise ValueError("`repeats_within` and `least_talk` are rules of calls")
        if self.contacts != "cases" and any(cases):
            raise ValueError("`merges` and `repeats` are rules of cases")
        return self

    @property
    def counted(self) -> Quantity:
        """What is counted: contacts that are not free."""
        if self.quantity is not None:
            return self.quantity
        params: dict[str, Any] = {"transfers": self.transfers} if self.transfers else {}
        if self.contacts == "cases":
            params |= {name: rule for name, rule in (("merges", self.merges), ("repeats", self.repeats)) if rule}
            return counted_by("billable_cases", **params)
        params |= {"repeat_s": self.repeats_within} if self.repeats_within else {}
        params |= {"least_s": self.least_talk} if self.least_talk else {}
        return counted_by("billable_calls", **params)

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Contacts that are not free."""
        return {QUANTITY: Role(self.own([self.counted]), NUMBER)}

    def apply(self, values: ChargeValues) -> Charged:
        """Contacts x rate."""
        return self.priced_by(values, self.rate)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [f"Each contact costs {self.money_words(contract, self.rate)}."]
        lines.append(f"Counted is {quantity_words(self.own([self.counted]), cards)}.")
        if self.quantity is None and self.contacts == "cases":
            lines.append(f"Cases merged into another are {_words(self.merges)}.")
            lines.append(f"Cases that another partner had before are {_words(self.transfers, 'charged')}.")
            lines.append(f"A case about an issue that came back within the repeat window is {_words(self.repeats)}.")
        elif self.quantity is None:
            lines.append(f"A call that was passed on is {_words(self.transfers)} a second time.")
            if self.repeats_within:
                lines.append(
                    f"A call within {duration_words(self.repeats_within)} of the customer's last about the same "
                    "issue is free."
                )
            if self.least_talk:
                lines.append(f"A call with less than {duration_words(self.least_talk)} of talk is free.")
        return [*lines, *self.closing_words(contract)]


def _words(rule: str | None, otherwise: str = "free") -> str:
    return rule or otherwise

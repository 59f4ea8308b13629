"""A surcharge on the price of another charge: for a language, for holidays and nights off, for overtime.

It counts what the other charge counts, on fewer rows (`for`) or fewer days (`days`, by a calendar of the text), or a
quantity of its own (overtime). What is added is a percentage of the other's price, or a sum for each unit. A unit is
what has that price: on a price per full-time equivalent, days are divided by the days of the month as they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import NUMBER, Cards
from tallystick.contract.charge import (
    QUANTITY,
    Charge,
    Charged,
    ChargeValues,
    Days,
    Quantities,
    Role,
    quantity_words,
)
from tallystick.contract.quantity import Number, Percentage, amount_text, figure_text, percentage_text
from tallystick.contract.section import Name
from tallystick.vocabulary.finding import Finding

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


class Premium(Charge):
    """Units of another charge, or of its own, times a part of the other's rate."""

    called: ClassVar[str] = "Premium"

    kind: Literal["premium"] = "premium"
    on: Name = Field(description="The charge whose price is raised.")
    percentage: Percentage | None = Field(None, description="The part of its price that is added.")
    rate: Number | None = Field(None, description="What is added for each unit, in place of a percentage.")
    days: Days | None = Field(None, description="Only days on which a calendar is `closed`, or `open`.")
    quantity: Quantities | None = Field(None, description="What is counted, where it is not what the other counts.")

    @model_validator(mode="after")
    def _one_of(self) -> Premium:
        if (self.percentage is None) == (self.rate is None):
            raise ValueError("a premium says either `percentage` or `rate`")
        return self

    @property
    def unit_rate(self) -> Fraction | None:
        """A premium has no price that others refer to."""
        return None

    def references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The charge whose price is raised."""
        return ((self.on, ("on",)),)

    def raised(self, contract: Contract) -> Charge | None:
        """The charge whose price is raised; None where there is none of that name, or it is a premium itself."""
        found = contract.charge(self.on)
        return None if isinstance(found, Premium) else found

    def indexed_as(self, contract: Contract) -> str:
        """A part of the other's price moves with that price, unless an indexation names the premium itself."""
        if self.percentage is None or any(self.id in one.charges for one in contract.billing.indexation):
            return self.id
        return self.on

    def roles(self, contract: Contract) -> Mapping[str, Role]:
        """What the other charge counts, narrowed; or the quantity of its own."""
        base = self.raised(contract)
        role = base.roles(contract).get(QUANTITY) if base is not None else None
        unit = role.unit if role is not None else NUMBER
        counted = self.quantity or (role.of if role is not None else ())
        return {QUANTITY: Role(tuple(one.narrowed(self.population, self.days) for one in counted), unit)}

    def days_by(self, contract: Contract) -> str | None:
        """That of the charge whose price is raised: its units are made of the same days."""
        base = self.raised(contract)
        return base.day_calendar() if base is not None else None

    def apply(self, values: ChargeValues) -> Charged:
        """Units x the part of the other's rate."""
        base = self.raised(values.contract)
        rate = base.unit_rate if base is not None else None
        if base is None or (rate is None and self.rate is None):
            step = self.step("amount", "without a price of the other charge nothing is known", self.on, None)
            return Charged(None, (step,))
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        currency = self.currency_under(values.contract)
        units, said = base.billed_units(values.quantity(), values)
        word = base.billed_word
        steps = [self.step(QUANTITY, f"{word}s with the premium", said, units, word)]
        if self.percentage is not None and rate is not None:
            added = rate * self.percentage
            inserted = f"{amount_text(rate, currency)} x {percentage_text(self.percentage)}"
            said = f"{inserted} = {amount_text(added, currency)}"
            steps.append(self.step("added", f"rate of {base.id} x percentage", said, added, currency))
        else:
            added = Fraction(self.rate or 0)
        inserted = f"{figure_text(units)} x {amount_text(added, currency)}"
        steps.append(self.amount_step(values, f"{word}s x what is added", inserted, units * added))
        return Charged(units * added, tuple(steps), units, word, added)

    def currency_under(self, contract: Contract) -> str:
        """That of the charge whose price is raised."""
        base = self.raised(contract)
        return self.currency or (base.currency_under(contract) if base is not None else contract.currency)

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        base = self.raised(contract)
        word = base.billed_word if base is not None else "unit"
        follows = self.indexed_as(contract)
        moves = follows != self.id and contract.billing.indexation_of(follows)
        what = (
            f"{percentage_text(self.percentage)} of its price"
            if self.percentage is not None
            else self.money_words(contract, self.rate or Number(0))
        )
        return [
            (
                f"To each {word} of charge {self.on} that is counted here, {what} "
                f"{'is' if self.percentage is not None else 'are'} added."
            ),
            f"Counted is {quantity_words(self.roles(contract)[QUANTITY].of, cards)}.",
            *([f"An index that moves the price of charge {self.on} moves what is added with it."] if moves else []),
            *self.closing_words(contract),
        ]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:  # noqa: ARG002
        """A premium on a charge without one price, or in place of nothing."""
        from tallystick.contract.rule import reading_rule

        base = contract.charge(self.on)
        if base is None:
            return
        rule = reading_rule("premium_without_price")
        if isinstance(base, Premium):
            yield rule.found(contract.charge_place(self, "on"), f"{self.on} is a premium itself.")
        elif self.percentage is not None and base.unit_rate is None:
            message = f"The price of charge {self.on} is not one number, so no percentage can be taken of it."
            yield rule.found(contract.charge_place(self, "percentage"), message)
        elif self.percentage is not None and self.currency_under(contract) != base.currency_under(contract):
            message = (
                f"The price of charge {self.on} is in {base.currency_under(contract)}, so a percentage of it is not in "
                f"{self.currency_under(contract)}."
            )
            cure = "Leave out `currency`, or say what is added as `rate`."
            yield rule.found(contract.charge_place(self, "currency"), message, cure)
        elif self.quantity is None and QUANTITY not in base.roles(contract):
            message = f"Charge {self.on} counts nothing, so the premium needs a `quantity` of its own."
            yield rule.found(contract.charge_place(self, "on"), message)

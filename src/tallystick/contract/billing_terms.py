"""How a month's invoice is made of the rate card: order of application, discounts, index, currencies, credits, taxes.

The order is part of the contract's meaning and stands in the text: base -> volume -> index -> currency -> credits ->
tax, unless it says otherwise. Series (of an index, of exchange rates) are snapshots in the text, so that an invoice can
be made again from the text and the records alone, whatever the world's tables say by then.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from tallystick.contract.quantity import Day, Month, Number, Percentage, Span, SpanField, Target
from tallystick.contract.section import Name, Names, Section

Stage = Literal["base", "volume", "index", "currency", "credits", "tax"]
STAGES: tuple[Stage, ...] = ("base", "volume", "index", "currency", "credits", "tax")
A_YEAR = Span(12, "month")
BEFORE, AFTER = "before-discount", "after-discount"


def month_before(on: date, months: int = 0) -> str:
    """The month of a day, or so many months before it, as 2026-03."""
    number = on.year * 12 + on.month - 1 - months
    return f"{number // 12:04}-{number % 12 + 1:02}"


class Series(Section):
    """A series of numbers by month: an index, or what one unit of a currency costs in the contract's."""

    title: str | None = None
    source: str | None = Field(None, description="Who publishes it, and where.")
    published: Day | None = Field(None, description="The day of the snapshot.")
    values: dict[Month, Number] = Field(min_length=1)

    @field_validator("values", mode="after")
    @classmethod
    def _positive(cls, values: dict[str, Any]) -> dict[str, Any]:
        if any(value <= 0 for value in values.values()):
            raise ValueError("the values of a series are above zero")
        return values

    def at(self, month: str) -> Fraction | None:
        """The value of a month, or None."""
        found = self.values.get(month)
        return None if found is None else Fraction(found)


class DiscountTier(Section):
    """A percentage from a sum on: charges above it."""

    above: Number
    percentage: Percentage


class Discount(Section):
    """A discount by what charges come to in the month: one percentage, or tiers of the sum.

    `marginal` discounts what lies in each tier, `all` the whole sum by the tier that it has reached.
    """

    id: Name
    title: str | None = None
    charges: Names = Field((), description="The charges it is taken of; all where none is named.")
    percentage: Percentage | None = None
    tiers: tuple[DiscountTier, ...] = ()
    model: Literal["marginal", "all"] = "all"

    @model_validator(mode="after")
    def _one_of(self) -> Discount:
        if (self.percentage is None) == (not self.tiers):
            raise ValueError("a discount says either `percentage` or `tiers`")
        levels = [tier.above for tier in self.tiers]
        if levels != sorted(set(levels)):
            raise ValueError("the tiers of a discount rise")
        return self


class Indexation(Section):
    """How prices follow an index: from which day, how often, by which part of its change, and within which limits.

    At each review the price moves by `share` of the change of the index since the review before (since `base` at the
    first), never by more than `cap` and never by less than `collar`. The month looked up lies `lag` months before that
    of the review.
    """

    id: Name
    title: str | None = None
    charges: Names = Field((), description="The charges that follow it; where none is named, all that have a price.")
    series: Name
    base: Month = Field(description="The month of the index from which the first change is counted.")
    from_on: Day = Field(alias="from", description="The first review: from this day on the new price holds.")
    every: SpanField = Field(A_YEAR, description="How long until the next review.")
    lag: int = Field(0, ge=0, le=36, description="Months between the index month and the review.")
    share: Percentage = Field(Fraction(1), description="The part of the change that is passed on.")
    cap: Percentage | None = Field(None, description="The most by which a review raises the price.")
    collar: Percentage | None = Field(None, description="The least by which a review raises the price; 0% is no fall.")
    decimals: int | None = Field(None, ge=2, le=12, description="Decimals at which each factor is rounded, if at all.")

    @model_validator(mode="after")
    def _limits(self) -> Indexation:
        if self.cap is not None and self.collar is not None and self.collar > self.cap:
            raise ValueError("the collar lies above the cap, so every review moves the price by the one or the other")
        return self

    def reviews(self, on: date) -> list[tuple[date, str]]:
        """The reviews up to a day, that day included, each with the month of the index that it looks up."""
        found: list[tuple[date, str]] = []
        day = self.from_on
        while day <= on and len(found) < 600:
            found.append((day, month_before(day, self.lag)))
            day = self.every.after(self.from_on, len(found))
        return found

    def covers(self, charge: str) -> bool:
        """Whether a charge follows it."""
        return not self.charges or charge in self.charges


class CurrencyRule(Section):
    """What a unit of another currency costs: by month, or at a reference price while it moves within a band.

    Outside the band the price moves by `sharing` of what lies beyond the band: that is what the client bears.
    """

    series: Name = Field(description="What one unit costs in the contract's currency, by month.")
    lag: int = Field(0, ge=0, le=12, description="Months between the rate's month and the month charged.")
    reference: Number | None = Field(None, description="The price agreed for a unit.")
    band: Percentage | None = Field(None, description="Moves up to so much around the reference change nothing.")
    sharing: Percentage = Field(Fraction(1), description="The client's share of what lies beyond the band.")

    @model_validator(mode="after")
    def _banded(self) -> CurrencyRule:
        if (self.band is None) != (self.reference is None):
            raise ValueError("`band` and `reference` go together")
        return self


class FeeBase(Section):
    """The fee that percentages of credits refer to, as what charges come to in the month."""

    charges: Names = Field((), description="The charges that make it up; all where none is named.")
    base: Literal["before-discount", "after-discount"] = Field(description="Before or after discounts.")


class Tax(Section):
    """A tax on what charges come to: added to the sum, or withheld from it and paid for the partner."""

    id: Name
    title: str | None = None
    percentage: Percentage
    charges: Names = Field((), description="The charges that are taxed; all where none is named.")
    withheld: bool = Field(default=False, description="Whether the client keeps it back and pays it for the partner.")


class EarlyPayment(Section):
    """A discount for paying early; it is no part of the total, because nobody knows yet when it is paid."""

    within: SpanField
    percentage: Percentage


class InvoiceGiven(Section):
    """Quantities by charge and role, and price adjustments by clause, of a worked example."""

    charges: dict[Name, dict[Name, Target]] = Field(default_factory=dict)
    credits: dict[Name, Number] = Field(default_factory=dict)


class InvoiceExpected(Section):
    """What must come out: any of the sums of the invoice, in the contract's currency."""

    charges: Number | None = None
    discounts: Number | None = None
    credits: Number | None = None
    net: Number | None = None
    tax: Number | None = None
    total: Number | None = None
    fees: dict[Name, Number] = Field(default_factory=dict, description="What percentages of credits refer to.")


class InvoiceExample(Section):
    """A worked example of a whole invoice, which runs as a test."""

    title: str | None = None
    month: Month | None = Field(None, description="The month; else the first whole one of the term.")
    given: InvoiceGiven = InvoiceGiven()
    expect: InvoiceExpected


class BillingTerms(Section):
    """How the month's invoice is made of charges and credits."""

    order: tuple[Stage, ...] = Field(STAGES, description="The order of application; `base` first.")
    year: Literal["contract", "calendar"] = Field("contract", description="When volumes of a year begin anew.")
    discounts: tuple[Discount, ...] = ()
    indexation: tuple[Indexation, ...] = ()
    currencies: dict[str, CurrencyRule] = Field(default_factory=dict, description="By code of ISO 4217.")
    fees: dict[Name, FeeBase] = Field(default_factory=dict, description="Fees of credits that come from the invoice.")
    taxes: tuple[Tax, ...] = ()
    payable: SpanField | None = Field(None, description="How long after its receipt an invoice is due.")
    early_payment: EarlyPayment | None = Field(None, description="What paying `within` a time takes off the total.")
    examples: tuple[InvoiceExample, ...] = ()

    @model_validator(mode="after")
    def _whole_order(self) -> BillingTerms:
        if sorted(self.order) != sorted(STAGES):
            raise ValueError(f"`order` names each of {', '.join(STAGES)} once")
        if self.order[0] != "base" or set(self.order[-2:]) != {"credits", "tax"}:
            raise ValueError("`base` comes first, `credits` and `tax` come last")
        return self

    @property
    def deducts_before_tax(self) -> bool:
        """Whether credits make the taxed sum smaller."""
        return self.order.index("credits") < self.order.index("tax")

    @property
    def between(self) -> tuple[str, ...]:
        """The stages between base and credits: volume, index and currency, in the order of the text."""
        return self.order[1:-2]

    def indexation_of(self, charge: str) -> tuple[Indexation, ...]:
        """The indexations that a charge follows."""
        return tuple(one for one in self.indexation if one.covers(charge))

    def charge_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Ids of charges that the section names, each with its path."""
        found: list[tuple[str, tuple[str | int, ...]]] = []
        for key in ("discounts", "indexation", "taxes"):
            for place, part in enumerate(getattr(self, key)):
                found += [(name, (key, place, "charges")) for name in part.charges]
        for name, fee in self.fees.items():
            found += [(charge, ("fees", name, "charges")) for charge in fee.charges]
        return tuple(found)

    def series_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """Series that the section names, each with its path."""
        found: list[tuple[str, tuple[str | int, ...]]] = []
        found += [(one.series, ("indexation", place, "series")) for place, one in enumerate(self.indexation)]
        found += [(rule.series, ("currencies", code, "series")) for code, rule in self.currencies.items()]
        return tuple(found)

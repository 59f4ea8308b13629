"""The most that price adjustments may come to over a month, a quarter, a year or the term.

The cap is a sum, or a percentage of a fee for each time that the fee falls into its span within the term, as the fee is
in the period that is assessed. A year is the calendar's unless the text says that it is the contract's. What the span
has used up before this period is taken off first; what is then left limits the adjustments of the period. Where a cap
stands before it in the text, it limits what that one has left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.clause import CREDIT, Values
from tallystick.contract.counted import credit_words
from tallystick.contract.limit import Limit, cut_from_the_end, sum_after
from tallystick.contract.past import year_of
from tallystick.contract.quantity import Number, Percentage, percentage_text
from tallystick.contract.section import DAY, MONTHS, Name, Names, Term, share_of
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money, Rounding
from tallystick.vocabulary.period import Period

if TYPE_CHECKING:
    from tallystick.contract.card import Cards
    from tallystick.contract.model import Contract


class CreditCap(Limit):
    """A ceiling for the price adjustments of all clauses, or of those named."""

    called: ClassVar[str] = "Cap of price adjustments"

    kind: Literal["credit_cap"] = "credit_cap"
    percentage: Percentage | None = None
    of: Name | None = Field(None, description="The fee that the percentage refers to.")
    amount: Number | None = None
    over: Literal["month", "quarter", "year", "term"] = Field("month", description="The span that it covers.")
    year: Literal["calendar", "contract"] = Field("calendar", description="Which year (over: year).")
    clauses: Names = Field((), description="The credits it covers; all where none is named.")

    @model_validator(mode="after")
    def _complete(self) -> CreditCap:
        if (self.percentage is None) == (self.amount is None):
            raise ValueError("a cap says either `percentage` with `of`, or `amount`")
        if self.percentage is not None and self.of is None:
            raise ValueError("a percentage needs `of`, the fee that it refers to")
        if self.year == "contract" and self.over != "year":
            raise ValueError("`year` goes with `over: year`")
        return self

    def span_of(self, term: Term, zone: str, on: date) -> tuple[date, date]:
        """The span [begin, end) of a day that the ceiling covers, as far as it lies in the term.

        A day after the term belongs to the span in which the term ends: a month that it cuts is judged whole. The term
        is the whole one, so that a month is of one span whichever text judges it.
        """
        first, end = term.from_on, term.end_on
        on = term.last_within(on)
        if self.over == "term":
            return first, end
        if self.year == "contract":
            begins, ends = year_of(first, on)
        else:
            span = Period.containing(self.over, on, zone)
            begins, ends = span.start_on, span.end_on
        return max(begins, first), min(ends, end)

    def covered(self, contract: Contract) -> tuple[str, ...]:
        """Ids of the credits that the cap limits."""
        return self.clauses or super().covered(contract)

    def references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The credits that it names."""
        return tuple((name, ("clauses", index)) for index, name in enumerate(self.clauses))

    def fee_references(self) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The fee that its percentage refers to."""
        return ((self.of, ("of",)),) if self.of else ()

    def limit(self, values: Values) -> tuple[Money, str, str] | None:
        """The ceiling of the whole span with its formula and the numbers put in; None where the fee is unknown."""
        last_on = values.on if values.end_on is None else values.end_on - DAY
        return self.ceiling(values, last_on)

    def ceiling(self, values: Values, on: date) -> tuple[Money, str, str] | None:
        """The ceiling of the span in which a day lies, as `limit`, by the fees of the period in `values`."""
        currency = values.contract.currency
        if self.percentage is None:
            money = Money(self.amount or Decimal(0), currency)
            return money, "cap", str(money)
        fee = values.fee(self.of or "")
        if fee is None:
            return None
        periods = self._fee_periods(values, on)
        exact = share_of(fee, self.percentage * periods).rounded(Rounding.HALF_UP)
        times = f" x {periods}" if periods != 1 else ""
        formula = f"percentage x fee “{self.of}”{' x fees in the span' if times else ''}"
        return exact, formula, f"{percentage_text(self.percentage)} x {fee}{times}"

    def _fee_periods(self, values: Values, on: date) -> Fraction:
        """How often the fee falls into the span: a month that the term touches counts in the span of its last day."""
        section = values.contract.fees.get(self.of or "")
        if self.over != "term" and (values.rules < 4 or self.over == "month"):
            months = MONTHS[self.over]
        else:
            begin, end = self.span_of(values.term, values.contract.zone, on)
            months = (end.year - begin.year) * 12 + end.month - begin.month
            # The month in which the span ends belongs to it only where nothing of the term follows.
            months += end.day > 1 and end == values.term.end_on
        return Fraction(months, MONTHS[section.per] if section else 1)

    def apply(self, values: Values) -> list[Step]:
        """What is left of the period's adjustments under the cap; the last step is the sum after the cap."""
        currency = values.contract.currency
        granted = values.credits if values.rules < 4 else values.payable
        covered = [(name, granted[name]) for name in self.covered(values.contract) if name in granted]
        # An addition to the fees is no price adjustment, so it makes no room under the cap.
        covered = [(name, money) for name, money in covered if money.amount >= 0]
        total = Money.zero(currency)
        for _, money in covered:
            total += money
        inserted = " + ".join(f"{name} {money}" for name, money in covered) or "none"
        steps = [self.step("sum", "sum of the price adjustments covered", inserted, total, currency)]
        found = self.limit(values)
        if found is None:
            return [*steps, self.step(CREDIT, "without the fee the cap is unknown", str(total), total, currency)]
        limit, formula, numbers = found
        steps.append(self.step("cap", formula, numbers, limit, currency))
        used = values.earlier.get(self.id, Money.zero(currency))
        left = limit - used
        left = max(left, Money.zero(currency))
        if used.amount:
            steps.append(self.step("left", "cap - used earlier in the span", f"{limit} - {used}", left, currency))
        after = total if total <= left else left
        sign = "≤" if total <= left else ">"
        steps.append(self.step(CREDIT, "the smaller of sum and cap", f"{total} {sign} {left}", after, currency))
        return steps

    def left(self, values: Values, payable: Mapping[str, Money], steps: tuple[Step, ...]) -> dict[str, Money]:
        """What is left of the credits covered: the last of the text are cut first."""
        return cut_from_the_end(payable, self.covered(values.contract), sum_after(steps, values.contract.currency))

    def leaves(self, values: Values, steps: tuple[Step, ...]) -> Values:
        """The values with what the cap leaves; a cap under which nothing more would fit has been reached."""
        after = super().leaves(values, steps)
        return replace(after, reached=after.reached | {self.id}) if is_reached(steps) else after

    def plain(self, contract: Contract, cards: Cards) -> list[str]:  # noqa: ARG002
        """The clause in plain sentences."""
        which = f"of clauses {', '.join(self.clauses)} " if self.clauses else ""
        size = (
            f"{percentage_text(self.percentage)} of {contract.fee_words(self.of or '')}"
            if self.percentage is not None
            else credit_words(Money(self.amount or Decimal(0), contract.currency))
        )
        spans = {"term": "the whole term", "year": f"each year of the {self.year}"}
        span = spans.get(self.over, f"each {self.over}")
        times = (
            ", taken for every fee that falls into it within the term, as the fee is in the period assessed"
            if self.percentage is not None and self.over != "month"
            else ""
        )
        return [f"The price adjustments {which}together never come to more than {size} in {span}{times}."]


def is_reached(steps: tuple[Step, ...]) -> bool:
    """Whether the steps of a cap, live or as they were kept, leave nothing more under it."""
    found = {step.label: _amount(step.result) for step in steps if step.label in ("sum", "cap", "left")}
    ceiling = found.get("left", found.get("cap"))
    total = found.get("sum")
    return ceiling is not None and total is not None and total > 0 and total >= ceiling


def _amount(result: object) -> Decimal | None:
    if isinstance(result, Money):
        return result.amount
    return Decimal(str(result["amount"])) if isinstance(result, dict) else None

"""A price per full-time equivalent and month, prorated by days; a seat that falls vacant is paid for a while.

Where seats are counted, every day on which somebody holds a seat is a day of it, and so are the first days of a vacancy
up to the replacement window: within it the partner replaces a leaver at no loss, later the seat is not paid. Where time
is counted instead (`full_day`), so many seconds make a day of a full-time equivalent. Days are divided by the days of
the month. Under `working_days` only days on which the calendar is open are counted, of a vacancy too, and divided by
those of the month; a window runs on over all days. Time is counted on every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from tallystick.contract.card import NUMBER, SECONDS, Cards
from tallystick.contract.charge import (
    QUANTITY,
    Charge,
    Charged,
    ChargeValues,
    Days,
    Quantity,
    Role,
    counted_by,
    quantity_words,
)
from tallystick.contract.quantity import Number, Seconds, Span, SpanField, duration_words, figure_text
from tallystick.contract.section import Name, Population
from tallystick.vocabulary.measure_value import Step

if TYPE_CHECKING:
    from tallystick.contract.model import Contract


# As long as the records follow a vacancy (`facts.streams.seat_day`).
LONGEST_VACANCY = 92


class PerFte(Charge):
    """Days of seats over the days of the month, times a monthly rate."""

    called: ClassVar[str] = "Price per full-time equivalent"
    unit_word: ClassVar[str] = "FTE"

    kind: Literal["per_fte"] = "per_fte"
    rate: Number = Field(description="The price of a full-time equivalent for a whole month.")
    replacement_window: SpanField | None = Field(
        None, description="Days for which a vacant seat is still paid; 92 at most."
    )
    quantity: Quantity | None = Field(None, description="Another measure, in days or seconds; else billable_seat_days.")
    full_day: Seconds | None = Field(None, description="Seconds that make a day, where the measure counts time.")
    working_days: Name | None = Field(None, description="The calendar whose open days count and make the month.")
    most: Number | None = Field(None, description="The most full-time equivalents that are paid.")

    @model_validator(mode="after")
    def _one_way(self) -> PerFte:
        if self.replacement_window is not None and self.quantity is not None:
            raise ValueError("`replacement_window` goes with billable_seat_days; write it into `quantity`")
        if self.replacement_window is not None and self.replacement_window.unit != "day":
            raise ValueError("`replacement_window` is a number of days or weeks")
        if self.replacement_window is not None and self.replacement_window.count > LONGEST_VACANCY:
            raise ValueError(f"a vacant seat is followed for {LONGEST_VACANCY} days, so the window is no longer")
        return self

    @property
    def counted(self) -> Quantity:
        """What is counted: days of seats, of the working days alone where the text names them."""
        if self.quantity is not None:
            return self.quantity
        window = self.replacement_window or Span(0, "day")
        seats = counted_by("billable_seat_days", window_days=window.count)
        return seats.narrowed(Population(), Days(open=self.working_days) if self.working_days else None)

    def day_calendar(self) -> str | None:
        """The calendar whose open days make the month."""
        return self.working_days

    def roles(self, contract: Contract) -> Mapping[str, Role]:  # noqa: ARG002
        """Days of seats, or seconds."""
        return {QUANTITY: Role(self.own([self.counted]), SECONDS if self.full_day else NUMBER)}

    def apply(self, values: ChargeValues) -> Charged:
        """Days / days of the month = FTE; FTE x rate."""
        if (unknown := self.unknown(values, [QUANTITY])) is not None:
            return unknown
        days, steps = self._days(values)
        fte = days / values.month_days if values.month_days else Fraction(0)
        inserted = f"{figure_text(days)} / {values.month_days} = {figure_text(fte)}"
        steps.append(self.step("FTE", "days / days of the month", inserted, fte, self.unit_word))
        if self.most is not None:
            most = Fraction(self.most) * values.share
            sign = "≤" if fte <= most else ">"
            said = f"{figure_text(fte)} {sign} {figure_text(most)}"
            fte = min(fte, most)
            steps.append(self.step("FTE paid", "the smaller of FTE and the most paid", said, fte, self.unit_word))
        return self.priced(values, fte, Fraction(self.rate), steps)

    def _days(self, values: ChargeValues) -> tuple[Fraction, list[Step]]:
        counted = values.quantity()
        if self.full_day is None:
            return counted, [self.step("days", "days of seats", figure_text(counted), counted, "day")]
        days = counted / self.full_day
        inserted = f"{figure_text(counted)} s / {self.full_day:,} s = {figure_text(days)}"
        return days, [self.step("days", "seconds / seconds of a full day", inserted, days, "day")]

    def billed_units(self, counted: Fraction, values: ChargeValues) -> tuple[Fraction, str]:
        """Days, or seconds of full days, over the days of the month."""
        fte = counted / (self.full_day or 1) / values.month_days if values.month_days else Fraction(0)
        full_day = f" s / {self.full_day:,} s" if self.full_day else ""
        return fte, f"{figure_text(counted)}{full_day} / {values.month_days} = {figure_text(fte)}"

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        """The charge in plain sentences."""
        lines = [f"Each full-time equivalent costs {self.money_words(contract, self.rate)} for a whole month."]
        if self.quantity is None:
            open_days = f" and the opening hours “{self.working_days}” are open" if self.working_days else ""
            lines.append(f"A seat is paid for each day on which somebody holds it{open_days}.")
            if self.replacement_window:
                lines.append(
                    f"When somebody leaves, the vacant seat is paid for {self.replacement_window} more"
                    f"{', of which the open ones are counted' if self.working_days else ''}; after that it is not "
                    "paid until it is filled."
                )
            else:
                lines.append("A vacant seat is not paid.")
        lines.append(f"Counted is {quantity_words(self.own([self.counted]), cards)}.")
        if self.full_day:
            lines.append(f"{duration_words(self.full_day)} of it make a day of a full-time equivalent.")
        lines.append(
            f"The days are divided by the days of the month on which the opening hours “{self.working_days}” are open."
            if self.working_days
            else "The days are divided by all days of the month."
        )
        if self.most is not None:
            lines.append(f"Never paid are more than {figure_text(Fraction(self.most))}.")
        return [*lines, *self.closing_words(contract)]

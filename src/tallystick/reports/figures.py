"""How figures are written in documents: enough digits to see on which side of the target they lie, and never more.

Values come exact (fractions, decimals) and are only written here, never computed with.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money

NO_DATA = "no data"
THIN = "\u202f"  # narrow no-break space before a unit
MINUS = "\u2212"
MOST_DIGITS = 6
_SHARES = frozenset({"ratio", "share", "%", "percent"})
_DURATIONS = frozenset({"s", "second", "seconds", "duration"})


def is_share(unit: str) -> bool:
    """Whether values of this unit are ratios that are written as percentages."""
    return unit in _SHARES


def is_duration(unit: str) -> bool:
    """Whether values of this unit are seconds."""
    return unit in _DURATIONS


def rounded(value: Fraction, digits: int) -> Decimal:
    """`value` at so many digits after the point, halves away from zero."""
    scaled = value * 10**digits
    whole = (abs(scaled) + Fraction(1, 2)).__floor__()
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-digits)


def _digits(value: Fraction, against: tuple[Fraction, ...], least: int) -> int:
    """The fewest digits at which `value` looks different from each of `against` that it differs from."""
    for digits in range(least, MOST_DIGITS):
        if all(level == value or rounded(level, digits) != rounded(value, digits) for level in against):
            return digits
    return MOST_DIGITS


def _grouped(value: Decimal) -> str:
    return f"{value:,f}".replace("-", MINUS)


def share_text(value: Fraction, *against: Fraction | None) -> str:
    """A ratio as a percentage with one digit, more where it would look equal to a level of `against` and is not."""
    levels = tuple(level * 100 for level in against if level is not None)
    return f"{_grouped(rounded(value * 100, _digits(value * 100, levels, 1)))}{THIN}%"


def level_text(value: Fraction, unit: str) -> str:
    """A target or minimum, without superfluous digits."""
    if is_share(unit):
        return f"{_trimmed(value * 100)}{THIN}%"
    return duration_text(value) if is_duration(unit) else _trimmed(value)


def _trimmed(value: Fraction) -> str:
    return _grouped(rounded(value, _fewest(value)))


def _fewest(value: Fraction) -> int:
    return next((digits for digits in range(MOST_DIGITS) if rounded(value, digits) == value), MOST_DIGITS)


def duration_text(seconds: Fraction | int) -> str:
    """Seconds as hours and minutes, or minutes and seconds where they are few."""
    sign = MINUS if seconds < 0 else ""
    whole = abs(seconds) if isinstance(seconds, int) else int(rounded(abs(seconds), 0))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    if days:
        parts = [f"{days}{THIN}d", f"{hours}{THIN}h" if hours else ""]
    elif hours:
        parts = [f"{hours}{THIN}h", f"{minutes}{THIN}min" if minutes else ""]
    elif minutes:
        parts = [f"{minutes}{THIN}min", f"{left}{THIN}s" if left else ""]
    else:
        parts = [f"{left}{THIN}s"]
    return sign + " ".join(part for part in parts if part)


def utc_text(instant: str) -> str:
    """An instant in ISO 8601 to the minute, in UTC and saying so; nothing for none."""
    if not instant:
        return ""
    return datetime.fromisoformat(instant).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def value_text(value: Fraction | None, unit: str, *against: Fraction | None) -> str:
    """A value in its unit; None is said in words, never as 0 or 100 %."""
    if value is None:
        return NO_DATA
    if is_share(unit):
        return share_text(value, *against)
    if is_duration(unit):
        return duration_text(value)
    levels = tuple(level for level in against if level is not None)
    return _grouped(rounded(value, _digits(value, levels, 0 if value.denominator == 1 else 1)))


def rows_of(value: MeasureValue | None) -> int | None:
    """How many rows a value rests on; None where it was not counted here and its source gives no number.

    Verdicts of judge version 2 keep such a value with n = 1, which is no number of rows.
    """
    if value is None:
        return 0
    is_statement = value.provenance != "measured" and value.n == 1 and value.denominator is None
    return None if is_statement else value.n


def counted_text(value: MeasureValue | None) -> str:
    """What stands behind a value: `489 of 600`, or its n."""
    if value is None or value.n == 0:
        return "n = 0"
    if rows_of(value) is None or value.n is None:
        return f"{value.provenance}, no n"
    if value.numerator is not None and value.denominator and is_share(value.unit) and value.denominator == value.n:
        return f"{value.numerator:,} of {value.denominator:,}"
    return f"n = {value.n:,}"


def interval_text(value: MeasureValue | None) -> str:
    """The 95 % interval, or why there is none."""
    if value is None or value.interval is None:
        return "no interval"
    low, high = (Fraction(edge) for edge in value.interval)
    if is_share(value.unit):
        return f"{_grouped(rounded(low * 100, 1))}\u2013{_grouped(rounded(high * 100, 1))}{THIN}%"
    return f"{value_text(low, value.unit)}\u2013{value_text(high, value.unit)}"


def difference_text(difference: Fraction | None, unit: str) -> str:
    """A difference with its sign: percentage points for shares."""
    if difference is None:
        return "not comparable"
    if difference == 0:
        return "none"
    sign = "+" if difference > 0 else MINUS
    size = abs(difference)
    if is_share(unit):
        return f"{sign}{_grouped(rounded(size * 100, _digits(size * 100, (Fraction(0),), 1)))} points"
    return f"{sign}{value_text(size, unit, Fraction(0))}"


def money_text(money: Money | None) -> str:
    """An amount with its currency in front and a narrow space between."""
    return "\u2013" if money is None else str(money).replace(" ", THIN, 1).replace("-", MINUS)


def change_text(change: Money) -> str:
    """What something moves an amount by: the sign in front, also above zero."""
    if change.amount == 0:
        return money_text(change)
    return f"{'+' if change.amount > 0 else MINUS}{money_text(Money(abs(change.amount), change.currency))}"


def count_words(count: int, one: str, many: str | None = None) -> str:
    """`1 case`, `12 cases`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def month_name(period: str) -> str:
    """`2025-12` as December 2025; other labels as they are."""
    parts = period.split("-")
    if len(parts) == 2 and all(part.isdigit() for part in parts) and 1 <= int(parts[1]) <= 12:
        return f"{MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return period


def short_month(period: str) -> str:
    """`2025-12` as Dec; other labels as they are."""
    named = month_name(period)
    return named[:3] if named != period else period


def day_text(day: date) -> str:
    """A day as 1 December 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def list_words(parts: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def plain_amount(value: Decimal) -> str:
    """A decimal at two digits with groups."""
    return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}".replace("-", MINUS)


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

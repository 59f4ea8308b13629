"""Quantities as a contract writes them: read exactly or refused, and told so that a reader can check them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tallystick.contract.quantity import (
    Level,
    Span,
    amount_text,
    decimal_text,
    duration_words,
    figure_text,
    level_text,
    open_time_words,
    parse_date,
    parse_duration,
    parse_level,
    parse_local,
    parse_month,
    parse_number,
    parse_percentage,
    parse_span,
    percentage_text,
)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1s", 1), ("90s", 90), ("90 sec", 90), ("1m", 60), ("1.5m", 90), ("30 min", 1800), ("4h", 14_400),
        ("4H", 14_400),
        ("1h 30m", 5400), ("1h30m", 5400), ("1h  30m ", 5400), ("1d", 86_400), ("2w", 1_209_600), ("0.5s 0.5s", 1),
        ("0h 1s", 1),
    ],
)  # fmt: skip
def test_a_duration_is_whole_seconds(written: str, seconds: int) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["", " ", "0s", "0h", "0.5s", "1.0001m", "-1s", "4", "4x", "1h,30m", "h"])
def test_a_duration_of_nothing_or_of_parts_of_a_second_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(written)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "nothing"), (True, "true or false"), ({}, "a mapping"), ([], "a list"), (2.5, "2.5")],
)
def test_what_is_no_text_is_named_by_what_it_is(value: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=f"expected a number, found {kind}$"):
        parse_number(value)


def test_numbers_and_percentages_are_exact() -> None:
    assert (parse_number(7), parse_number(" -0.10 ")) == (Decimal(7), Decimal("-0.10"))
    assert (parse_percentage("92.5%"), parse_percentage("-1 %")) == (Fraction(37, 40), Fraction(-1, 100))
    for wrong in ("1e3", "1,000", "½", "1234567890123456", "0.1234567890123"):
        with pytest.raises(ValueError, match="expected a number"):
            parse_number(wrong)
    for wrong in ("90", "%", "x%"):
        with pytest.raises(ValueError, match="expected a percentage"):
            parse_percentage(wrong)


def test_days_lie_in_the_years_that_a_term_may_have() -> None:
    assert (parse_date("1980-01-01"), parse_date("2199-12-31")) == (date(1980, 1, 1), date(2199, 12, 31))
    for wrong, words in (("1979-12-31", "outside the years 1980 to 2199"), ("2200-01-01", "outside the years"),
                         ("2026-02-30", "not a day of the calendar"), ("26-02-03", "expected a date")):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            parse_date(wrong)
    assert (parse_month("2026-12"), parse_month("2026-01")) == ("2026-12", "2026-01")
    for wrong in ("2026-13", "2026-00", "2026-1"):
        with pytest.raises(ValueError, match="expected a month"):
            parse_month(wrong)


def test_a_local_time_is_a_day_or_a_day_with_its_time() -> None:
    day = parse_local("2026-01-12")
    assert (day.whole_day, day.hour, day.minute, day.second, day.day) == (True, 0, 0, 0, date(2026, 1, 12))
    told = parse_local("2026-01-12 08:05:09")
    assert (told.text, told.whole_day, told.hour, told.minute, told.second) == ("2026-01-12T08:05:09", False, 8, 5, 9)
    # Two hours ahead in winter; at 03:00 on 29 March the clock goes on to 04:00, and 03:30 is never shown.
    assert told.utc_s("Europe/Bucharest") == 1_768_197_909
    assert parse_local("2026-03-29T03:30").utc_s("Europe/Bucharest") == parse_local("2026-03-29T04:30").utc_s(
        "Europe/Bucharest"
    )
    # At 04:00 on 25 October it goes back to 03:00: 03:30 is shown twice, an hour apart.
    again = parse_local("2026-10-25T03:30")
    assert again.utc_s("Europe/Bucharest", fold=1) - again.utc_s("Europe/Bucharest") == 3600
    for wrong in ("2026-01-12T25:00", "1979-01-01T08:00", "2026-01-12T8:00", "soon"):
        with pytest.raises(ValueError, match=r"calendar|outside the years|expected"):
            parse_local(wrong)


@pytest.mark.parametrize(
    ("written", "from_on", "later", "earlier"),
    [
        ("1 day", "2026-02-28", "2026-03-01", "2026-02-27"),
        ("2 weeks", "2026-01-01", "2026-01-15", "2025-12-18"),
        ("1 month", "2026-01-31", "2026-02-28", "2025-12-31"),
        ("1 month", "2028-01-31", "2028-02-29", "2027-12-31"),
        ("6 months", "2026-07-15", "2027-01-15", "2026-01-15"),
        ("1 quarter", "2026-11-30", "2027-02-28", "2026-08-30"),
        ("2 years", "2028-02-29", "2030-02-28", "2026-02-28"),
    ],
)
def test_a_span_ends_on_the_same_day_or_the_last_of_its_month(
    written: str, from_on: str, later: str, earlier: str
) -> None:
    span, day = parse_span(written), date.fromisoformat(from_on)
    assert (span.after(day).isoformat(), span.before(day).isoformat()) == (later, earlier)
    assert span.after(day, 0) == day


def test_a_span_may_be_taken_several_times_and_never_leaves_the_calendar() -> None:
    assert Span(3, "day").after(date(2026, 1, 1), 5) == date(2026, 1, 16)
    assert Span(5, "month").after(date(2026, 1, 31), 5) == date(2028, 2, 29)
    assert Span(5, "month").after(date(2026, 1, 31), -3) == date(2024, 10, 31)
    with pytest.raises(ValueError, match="999 days from 9999-12-01 lies outside the calendar"):
        Span(999, "day").after(date(9999, 12, 1))


@pytest.mark.parametrize("written", ["0 days", "days", "1 fortnight", "1000 days", "-1 month", "1.5 years"])
def test_a_span_of_nothing_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="expected a length"):
        parse_span(written)


def test_spans_are_read_as_days_or_months_and_say_themselves() -> None:
    spans = [parse_span(text) for text in ("1 day", "2 days", "1 WEEK", "1 month", "1 quarter", "1 year", "2 years")]
    assert list(map(str, spans)) == ["1 day", "2 days", "7 days", "1 month", "3 months", "12 months", "24 months"]


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("90%", Fraction(9, 10), "ratio"),
        ("4h", Fraction(14_400), "s"),
        ("4.2", Fraction(21, 5), "number"),
        (7, Fraction(7), "number"),
    ],
)
def test_a_level_is_a_share_a_duration_or_a_number(written: object, value: Fraction, unit: str) -> None:
    assert parse_level(written) == Level(value, unit, str(written))
    with pytest.raises(ValueError, match=r"expected a level such as 90%, 4h or 4\.2, found 'often'"):
        parse_level("often")


@pytest.mark.parametrize(
    ("seconds", "words", "opening"),
    [
        (0, "0 seconds", ""), (1, "1 second", "1 second"), (60, "1 minute", "1 minute"),
        (61, "1 minute 1 second", "1 minute 1 second"), (3600, "1 hour", "1 hour"), (86_400, "1 day", "24 hours"),
        (108_000, "1 day 6 hours", "30 hours"), (172_800, "2 days", "48 hours"),
        (7322, "2 hours 2 minutes 2 seconds", "2 hours 2 minutes 2 seconds"),
    ],
)  # fmt: skip
def test_seconds_in_words(seconds: int, words: str, opening: str) -> None:
    assert (duration_words(seconds), open_time_words(seconds)) == (words, opening)


@pytest.mark.parametrize(
    ("value", "places", "digits", "figure"),
    [
        (Fraction(0), 6, "0", "0"),
        (Fraction(1, 2), 6, "0.5", "0.5"),
        (Fraction(-1, 2), 6, "-0.5", "-0.5"),
        (Fraction(2, 3), 4, "0.6666…", "0.6666…"),
        (Fraction(-2, 3), 2, "-0.66…", "-0.66…"),
        (Fraction(1_234_567), 6, "1234567", "1,234,567"),
        (Fraction(-12_345_678, 1000), 2, "-12345.67…", "-12,345.67…"),
        (Fraction(1001, 10), 0, "100…", "100…"),
        (Fraction(100), 0, "100", "100"),
        (Fraction(1, 10**6), 6, "0.000001", "0.000001"),
        (Fraction(20, 3), 1, "6.6…", "6.6…"),
        (Fraction(60_000_001, 10**7), 6, "6.000000…", "6.000000…"),
    ],
)
def test_digits_are_exact_where_they_end_and_otherwise_cut_and_said_to_be(
    value: Fraction, places: int, digits: str, figure: str
) -> None:
    assert (decimal_text(value, places), figure_text(value, places)) == (digits, figure)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("1250", "EUR", "EUR 1,250.00"), ("1250.5", "EUR", "EUR 1,250.50"), ("0.005", "EUR", "EUR 0.005"),
        ("1250.5", "JPY", "JPY 1,250.5"), ("1250", "JPY", "JPY 1,250"), ("0.005", "KWD", "KWD 0.005"),
        ("-7", "EUR", "EUR -7.00"),
    ],
)  # fmt: skip
def test_money_has_its_currencys_places_and_further_digits_where_there_are_any(
    value: str, currency: str, text: str
) -> None:
    assert amount_text(Fraction(value), currency) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("0.7", "ratio", "70 %"), ("2/3", "ratio", "66.6666… %"), ("5400", "s", "1 hour 30 minutes"),
        ("0.5", "s", "0.5 s"),
        ("0", "s", "0 s"), ("1", "s", "1 second"), ("-3", "s", "-3 s"), ("10/3", "s", "3.333… s"),
        ("4.25", "number", "4.25"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_the_unit_of_its_level(value: str, unit: str, text: str) -> None:
    assert level_text(Fraction(value), unit) == text
    assert percentage_text(Fraction("0.925")) == "92.5 %"

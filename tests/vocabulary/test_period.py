from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.period import FiscalCalendar, Period, periods_within
from tests.vocabulary.wall_clock import ZONES

BUCHAREST = "Europe/Bucharest"
RETAIL = FiscalCalendar(start_month=2, pattern="4-5-4", first_weekday=6, named_for="start")
APRIL = FiscalCalendar(start_month=4)
KINDS = ("day", "week", "month", "quarter", "year", "fiscal week", "fiscal period", "fiscal quarter", "fiscal year")


@pytest.mark.parametrize(
    ("label", "kind", "start", "last"),
    [
        ("2026-03", "month", "2026-03-01", "2026-03-31"),
        ("2024-02", "month", "2024-02-01", "2024-02-29"),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31"),
        ("2026", "year", "2026-01-01", "2026-12-31"),
        ("2026-W10", "week", "2026-03-02", "2026-03-08"),
        ("2026-W53", "week", "2026-12-28", "2027-01-03"),
        ("2026-03-14", "day", "2026-03-14", "2026-03-14"),
        ("2026-03-05..2026-03-20", "span", "2026-03-05", "2026-03-20"),
        ("28d to 2026-03-14", "rolling days", "2026-02-15", "2026-03-14"),
        ("3m to 2026-01", "rolling months", "2025-11-01", "2026-01-31"),
        ("FY2027", "fiscal year", "2026-04-01", "2027-03-31"),
        ("FY2027-Q4", "fiscal quarter", "2027-01-01", "2027-03-31"),
        ("FY2027-P01", "fiscal period", "2026-04-01", "2026-04-30"),
        ("FY2027-W53", "fiscal week", "2027-03-31", "2027-03-31"),
    ],
)
def test_a_label_names_its_dates_and_is_read_back(label: str, kind: str, start: str, last: str) -> None:
    period = Period.parse(label, BUCHAREST, APRIL)
    assert (period.kind, period.label, str(period)) == (kind, label, label)
    assert (period.start_on.isoformat(), period.last_on.isoformat()) == (start, last)
    assert period.end_on == period.last_on + timedelta(days=1)
    assert period.days == (period.last_on - period.start_on).days + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "March",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2025-W53",
        "2026-02-29",
        "2026-03-20..2026-03-05",
        "0d to 2026-03-14",
        "FY2027-P13",
        "FY2027-Q0",
        "FY2027-W54",
        "0m to 2026-03",
        "2026-3",
        "\u0662\u0660\u0662\u0666",
        "9999-12",
        "0000",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        Period.parse(text, BUCHAREST, APRIL)


def test_a_fiscal_label_needs_the_contract_s_fiscal_calendar() -> None:
    with pytest.raises(UsageError, match="fiscal calendar"):
        Period.parse("FY2026", BUCHAREST)
    with pytest.raises(UsageError, match="contains a date"):
        Period.containing("fortnight", date(2026, 3, 1), BUCHAREST)
    with pytest.raises(UsageError, match="no kind of period"):
        Period.containing("fiscal month", date(2026, 3, 1), BUCHAREST, APRIL)
    with pytest.raises(UsageError, match="no kind of period"):
        Period("fortnight", "x", BUCHAREST, date(2026, 3, 1), date(2026, 3, 2))


def test_a_month_in_bucharest_is_an_hour_short_in_march_and_half_open() -> None:
    march = Period.parse("2026-03", BUCHAREST)
    april = march.following()
    assert march.end_s - march.start_s == 31 * 86_400 - 3600
    assert march.end_s == april.start_s
    assert march.contains(march.start_s)
    assert not march.contains(march.end_s)
    assert march.contains_date(date(2026, 3, 31))
    assert not march.contains_date(date(2026, 4, 1))


def test_the_retail_calendar_of_4_5_4_weeks_has_a_53rd_week_in_its_last_period() -> None:
    # Source: National Retail Federation, 4-5-4 calendar: fiscal 2023 runs from 2023-01-29 and has 53 weeks.
    starts = [RETAIL.year_start(year).isoformat() for year in range(2022, 2027)]
    assert starts == ["2022-01-30", "2023-01-29", "2024-02-04", "2025-02-02", "2026-02-01"]
    last = Period.parse("FY2023-P12", "America/New_York", RETAIL)
    assert last.days == 35
    assert Period.parse("FY2022-P12", "America/New_York", RETAIL).days == 28
    assert Period.parse("FY2023-W53", "America/New_York", RETAIL).following(RETAIL).label == "FY2024-W01"


def test_4_4_5_weeks_may_begin_on_the_last_monday_before_the_first() -> None:
    fiscal = FiscalCalendar(1, "4-4-5", 0, "last")
    assert fiscal.year_start(2026) == date(2025, 12, 29)
    assert FiscalCalendar(1, "4-4-5", 0, "nearest").year_start(2027) == date(2027, 1, 4)
    weeks = [Period.parse(f"FY2026-P{n:02}", "UTC", fiscal).days // 7 for n in range(1, 13)]
    assert weeks == [4, 4, 5] * 4


@pytest.mark.parametrize(
    "wrong",
    [{"start_month": 13}, {"pattern": "5-5-3"}, {"first_weekday": 7}, {"anchor": "first"}, {"named_for": "middle"}],
)
def test_an_impossible_fiscal_calendar_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=f"{next(iter(wrong))} is not"):
        FiscalCalendar(**wrong)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.dates(date(2005, 1, 1), date(2030, 1, 1)),
    st.sampled_from(sorted(ZONES)),
    st.builds(
        FiscalCalendar,
        st.integers(1, 12),
        st.sampled_from(["months", "4-4-5", "4-5-4", "5-4-4"]),
        st.integers(0, 6),
        st.sampled_from(["nearest", "last"]),
        st.sampled_from(["start", "end"]),
    ),
)
def test_periods_leave_no_gap_share_no_instant_and_contain_what_they_were_asked_for(
    kind: str, on: date, zone: str, fiscal: FiscalCalendar
) -> None:
    period = Period.containing(kind, on, zone, fiscal)
    assert period.contains_date(on)
    assert Period.parse(period.label, zone, fiscal) == period
    following, preceding = period.following(fiscal), period.preceding(fiscal)
    assert following.start_on == period.end_on
    assert preceding.end_on == period.start_on
    assert following.start_s == period.end_s
    assert period.start_s <= period.end_s
    assert following.preceding(fiscal) == period == preceding.following(fiscal)
    if zone != "Pacific/Apia":
        assert period.start_s < period.end_s


def test_rolling_and_spans_move_by_their_own_step() -> None:
    rolling = Period.rolling_days(28, date(2026, 3, 14), BUCHAREST)
    assert rolling.following().label == "28d to 2026-04-11"
    months = Period.rolling_months(3, date(2026, 1, 31), BUCHAREST)
    assert (months.following().label, months.preceding().label) == ("3m to 2026-02", "3m to 2025-12")
    span = Period.parse("2026-03-05..2026-03-20", BUCHAREST)
    assert span.following().label == "2026-03-21..2026-04-05"
    assert span.following().preceding() == span


def test_the_periods_of_a_term_come_whole_and_in_order() -> None:
    months = periods_within("month", date(2025, 11, 15), date(2026, 2, 1), BUCHAREST)
    assert [period.label for period in months] == ["2025-11", "2025-12", "2026-01"]
    fiscal = periods_within("fiscal period", date(2024, 1, 1), date(2024, 3, 4), "America/New_York", RETAIL)
    assert [period.label for period in fiscal] == ["FY2023-P12", "FY2024-P01", "FY2024-P02"]


def test_a_date_that_its_zone_skips_is_a_day_without_an_instant() -> None:
    day = Period.parse("2011-12-30", "Pacific/Apia")
    assert day.start_s == day.end_s
    assert not day.contains(day.start_s)


@pytest.mark.parametrize("label", ["2026-13", "2026-W54", "2026-02-30"])
def test_a_date_that_does_not_exist_has_a_cure(label: str) -> None:
    with pytest.raises(UsageError, match="does not exist") as refused:
        Period.parse(label, "UTC")
    assert "2026-03" in refused.value.cure

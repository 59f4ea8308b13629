"""Which period a page speaks of, and which periods its charts show."""

from __future__ import annotations

from tallystick.web.period_choice import MOST_SHOWN, PeriodChoice

THREE_YEARS = tuple(f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13))


def test_charts_show_the_newest_periods_while_the_chosen_one_is_among_them() -> None:
    for label in ("2026-12", "2025-12"):
        shown = PeriodChoice(label, THREE_YEARS).shown
        assert (shown[0], shown[-1], len(shown)) == ("2025-12", "2026-12", MOST_SHOWN)


def test_charts_show_the_periods_up_to_an_older_one() -> None:
    assert PeriodChoice("2025-11", THREE_YEARS).shown == THREE_YEARS[10:23]
    assert PeriodChoice("2024-02", THREE_YEARS).shown == ("2024-01", "2024-02")


def test_few_periods_are_all_shown_and_none_is_none() -> None:
    assert PeriodChoice("2024-02", THREE_YEARS[:3]).shown == THREE_YEARS[:3]
    assert PeriodChoice("", ()).shown == ()


def test_the_periods_beside_the_chosen_one() -> None:
    choice = PeriodChoice("2024-02", THREE_YEARS[:3])
    assert (choice.before, choice.after) == ("2024-01", "2024-03")
    assert PeriodChoice("2024-01", THREE_YEARS[:3]).before == ""
    assert PeriodChoice("2024-03", THREE_YEARS[:3]).after == ""
    assert choice.options[0] == ("2024-03", "March 2024", False)

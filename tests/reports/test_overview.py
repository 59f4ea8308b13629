"""The document over all partners."""

from __future__ import annotations

from dataclasses import replace

from tallystick.reports.overview import Overview, render_overview
from tests.reports.page_reading import PageReading


def words_of(overview: Overview) -> str:
    return PageReading(render_overview(overview)).text.replace("\u202f", " ")


def test_the_first_sentence_counts_partners_inside_contract_and_never_adds_currencies(overview: Overview) -> None:
    words = words_of(overview)
    assert "June 2026: 2 of 3 partners inside contract; Borealis Desk cannot be settled yet." in words
    assert "Price adjustments come to EUR 5,120.00 and USD 5,120.00." in words


def test_there_are_at_most_seven_figures_on_the_first_screen(overview: Overview) -> None:
    page = PageReading(render_overview(overview))
    assert sum(given.get("class") == "big" for _, given in page.elements) <= 7


def test_each_cell_of_the_matrix_says_partner_month_and_outcome_in_words(overview: Overview) -> None:
    document = render_overview(overview)
    assert 'href="aurora-2026-05.html"' in document
    assert "Aurora Contact, May 2026: 1 of 1 missed" in document
    assert "Cordoba Care, June 2026: 1 of 1 excused" in document


def test_a_restated_verdict_shows_old_and_new(overview: Overview) -> None:
    words = words_of(overview)
    assert "restated from met at 95.7 % (518 of 541) to missed at 84.6 % (534 of 631)" in words


def test_a_report_that_turns_a_miss_into_a_met_is_listed_with_its_cause(overview: Overview) -> None:
    words = words_of(overview)
    assert "when the queue EN Returns is left out" in words
    assert "1 of them turn a miss into a met" in words


def test_an_empty_year_says_so(overview: Overview) -> None:
    words = words_of(replace(overview, verdicts=(), statements=(), replaced={}))
    assert "Nothing has been judged yet." in words

"""The document of one partner and month."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

from tallystick.reports import gathered
from tallystick.reports.partner_month import FailedCase, FailedCases, PartnerMonth, render_partner_month, trend_points
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.measure_value import Step
from tests.reports.judged import a_statement, a_verdict
from tests.reports.page_reading import PageReading


def words_of(month: PartnerMonth) -> str:
    return PageReading(render_partner_month(month)).text.replace("\u202f", " ")


def test_the_first_sentence_says_what_was_missed_the_money_and_what_the_partner_claims(month: PartnerMonth) -> None:
    words = words_of(month)
    assert "Aurora Contact kept 1 of 2 promises and missed first reply, German e-mail" in words
    assert "(74.9 %, promised at least 90 %)" in words
    assert "A price adjustment of EUR 5,120.00 follows." in words
    assert "Its own report says 92.6 % for S1, which would have kept it." in words


def test_counted_and_left_out_add_up_to_all(month: PartnerMonth) -> None:
    words = words_of(month)
    assert "counted 581 left out: spam 9 left out: merged 5 all that belong to the period 595" in words


def test_the_partners_figure_stands_beside_ours_with_its_cause(month: PartnerMonth) -> None:
    words = words_of(month)
    assert "The partner reports 92.6 % (435 of 470), we count 74.9 %: difference +17.7 points." in words
    assert "cases still open past due are left out" in words


def test_fifty_cases_are_listed_with_their_command_and_the_rest_is_counted(month: PartnerMonth) -> None:
    document = render_partner_month(month)
    assert document.count("--case AUR-") == 50
    assert "the first 50 of 146" in document
    assert "tally explain lumen-aurora/aurora/S1/2025-12 --rows 100000" in document


def test_credits_show_their_arithmetic_and_the_cap(month: PartnerMonth) -> None:
    words = words_of(month)
    assert "6 % \u00d7 EUR 64,000.00 EUR 3,840.00" in words
    assert "cut from EUR 5,840.00 by the cap" in words


def test_a_month_on_incomplete_data_is_not_called_kept(month: PartnerMonth) -> None:
    provisional = tuple(
        a_verdict(clause, Outcome.PROVISIONAL, reasons=("the feed of Aurora ends on 18 June, 21:25 UTC.",))
        for clause in ("S1", "S2")
    )
    words = words_of(replace(month, verdicts=provisional, statement=None, history=()))
    assert "nothing about Aurora Contact can be settled yet. The feed of Aurora ends on 18 June, 21:25 UTC. 1" in words
    assert "UTC.." not in words
    assert "incomplete" in words


def test_a_miss_that_a_tolerance_of_volume_took_away_is_told_by_its_id(month: PartnerMonth) -> None:
    turned = (
        Step("VT", "volume", "value of V1", "12.5 % (n = 1,488)", Fraction(1, 8), "ratio"),
        Step("VT", "tolerance", "volume more than 10 % over the forecast", "12.5 % > 10 %", "outside"),
        Step("S1", "volume tolerance", "a miss is excused (VT)", "V1 is 12.5 %: 12.5 % > 10 %", "excused"),
    )
    for outcome, told in (
        (Outcome.EXCUSED, "would be a miss, and tolerance VT takes it away. VT excuses the miss."),
        (Outcome.NOT_ASSESSABLE, "would be a miss, and does not bind. VT excuses the miss."),
    ):
        own = a_verdict("S1", outcome, met=80, reasons=("VT excuses the miss",), steps=turned)
        words = words_of(replace(month, verdicts=(own,), statement=None, history=()))
        assert told in words
        assert "agreed relief" not in words
        assert "too little to judge by" not in words
    relieved = a_verdict("S1", Outcome.EXCUSED, met=80)
    words = words_of(replace(month, verdicts=(relieved,), statement=None, history=()))
    assert "would be a miss, and agreed relief takes it away." in words


def test_a_month_without_any_verdict_still_renders(month: PartnerMonth) -> None:
    words = words_of(replace(month, verdicts=(), statement=None, history=(), failed={}, timeline=None, findings=()))
    assert "too little to judge" in words
    assert "The data gate found nothing to report." in words


def test_no_data_is_never_written_as_nought_or_hundred_per_cent(month: PartnerMonth) -> None:
    empty = a_verdict("S3", Outcome.NOT_ASSESSABLE, met=0, total=0)
    words = words_of(replace(month, verdicts=(empty,), statement=None, history=(), failed={}, timeline=None))
    assert "no data" in words
    assert "n = 0" in words


def test_the_time_line_names_paused_spans_and_the_zone(month: PartnerMonth) -> None:
    words = words_of(month)
    assert "paused while the customer waits" in words
    assert "Europe/Bucharest" in words


def test_a_trend_takes_the_newest_verdict_of_each_month_in_order_of_time() -> None:
    old, new = a_verdict("S1", met=90, period="2026-01"), a_verdict("S1", Outcome.MISSED, met=80, period="2026-01")
    points = trend_points((old, a_verdict("S1", met=95, period="2025-12"), new, a_verdict("S2")), "S1")
    assert [(point.period, point.outcome.value) for point in points] == [("2025-12", "met"), ("2026-01", "missed")]


def test_a_statement_read_back_from_a_file_draws_the_same_money(month: PartnerMonth) -> None:
    statement = a_statement()
    again = type(statement).from_json(statement.as_json())
    assert render_partner_month(replace(month, statement=again)) == render_partner_month(month)


def test_a_survey_whose_case_has_not_come_is_listed_without_a_command_and_never_drawn(month: PartnerMonth) -> None:
    unknown = FailedCases((FailedCase("", 1_764_662_400, None, 1_764_662_500),), 1)
    page = render_partner_month(replace(month, failed={"S1": unknown}))
    assert "not in the records" in page
    assert "--case &quot;" not in page
    assert "--case </code>" not in page
    assert gathered._drawn(
        None, {"S1": SimpleNamespace(verdict=month.verdicts[0], of_cases=True)}, {"S1": unknown}
    ) == (None, "")  # type: ignore[arg-type,dict-item]

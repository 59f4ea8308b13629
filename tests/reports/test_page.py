"""What holds for every document: one file, escaped, accessible, no script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tallystick.reports.markup import Markup, tag
from tallystick.reports.overview import Overview, render_overview
from tallystick.reports.partner_month import PartnerMonth, render_partner_month
from tests.reports.page_reading import PageReading


@pytest.fixture(params=["month", "overview"])
def document(request: pytest.FixtureRequest, month: PartnerMonth, overview: Overview) -> str:
    return render_partner_month(month) if request.param == "month" else render_overview(overview)


def test_a_document_is_well_formed_and_its_ids_are_unique(document: str) -> None:
    page = PageReading(document)
    assert page.faults == []
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_a_document_asks_for_nothing_outside_itself_and_runs_no_script(document: str) -> None:
    page = PageReading(document)
    assert not re.findall(r"https?://|@import|url\(", document)
    assert not [name for name, _ in page.elements if name in {"script", "iframe", "object", "img", "link", "form"}]
    assert not [given for _, given in page.elements if any(name.startswith("on") for name in given)]
    assert "default-src 'none'" in document.replace("&#x27;", "'")


def test_every_link_inside_the_page_has_its_goal(document: str) -> None:
    page = PageReading(document)
    inside = {point[1:] for point in page.points if point.startswith("#")}
    assert inside <= set(page.ids)


def test_every_chart_has_a_title_a_summary_and_a_table(document: str) -> None:
    page = PageReading(document)
    charts = document.split('<figure class="chart')[1:]
    for chart in charts:
        body = chart.split("</figure>")[0]
        assert "<figcaption>" in body
        assert "<title" in body
        assert 'class="summary"' in body
        assert "<table" in body
    labels = [
        given.get("aria-labelledby") for name, given in page.elements if name == "svg" and given.get("role") == "img"
    ]
    for label in labels:
        assert label is None or set(label.split()) <= set(page.ids)


def test_colours_follow_the_reader_and_print_is_grey(document: str) -> None:
    assert "prefers-color-scheme: dark" in document
    assert "@media print" in document
    assert 'name="viewport"' in document


def test_every_outcome_stands_as_a_word_beside_its_shape(document: str) -> None:
    words = {
        "met": "met",
        "missed": "missed",
        "excused": "excused",
        "thin": "not assessable",
        "provisional": "provisional",
    }
    for name, inside in re.findall(r'<span class="status (\w+)"><svg.*?</svg><span>(.*?)</span>', document):
        assert inside.startswith(words[name])


def test_hostile_names_are_text_everywhere(month: PartnerMonth, overview: Overview) -> None:
    hostile = "<script>alert('x')</script>\"&"
    verdicts = tuple(replace(one, title=hostile, reasons=(hostile,)) for one in month.verdicts)
    line = replace(month.timeline, case_id=hostile, note=hostile) if month.timeline else None
    pages = [
        render_partner_month(replace(month, partner=hostile, client=hostile, verdicts=verdicts, timeline=line)),
        render_overview(replace(overview, partners={"aurora": hostile, "borealis": "b", "cordoba": "c"})),
    ]
    for page in pages:
        assert "<script" not in page
        assert PageReading(page).faults == []
        assert hostile.replace(" ", "") in PageReading(page).text.replace(" ", "")


def test_the_same_inputs_write_the_same_bytes(month: PartnerMonth, overview: Overview) -> None:
    assert render_partner_month(month) == render_partner_month(month)
    assert render_overview(overview) == render_overview(overview)


def test_only_markup_stays_markup() -> None:
    assert tag("p", "<b>", Markup("<b>x</b>"), None, ["a", 1], title='"') == '<p title="&quot;">&lt;b&gt;<b>x</b>a1</p>'

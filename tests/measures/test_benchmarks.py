"""What others publish: dated, sourced, refused where it is defined otherwise, replaced by a folder's own."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.measures.benchmarks import FILE, Benchmark, benchmarks, contexts, industry, read
from tallystick.measures.dictionary import measures_by_number, numbers
from tallystick.measures.measure import catalogue
from tallystick.measures.reference import pages

CSAT = catalogue()["csat"]
OWN = """
csat_world_class:
  kpi: K39
  says: Our trade's panel saw 78 % in the two best boxes.
  low: 0.78
  unit: ratio
  year: 2026
  where: Retail
  sources: [panel]
  only: {boxes: 2}
sources:
  panel: {about: The panel of our trade, address: "https://example.org/panel", grade: B}
"""


# ---- those that ship --------------------------------------------------------------------------------------------


def test_every_benchmark_that_ships_has_its_year_and_a_source_with_address_and_grade() -> None:
    assert len(industry()) >= 20
    for one in industry():
        assert one.kpi in numbers()
        assert 2000 <= one.year <= date(2026, 12, 31).year
        assert one.sources, one.id
        assert all(source.grade in "ABC" and source.address.startswith("http") for _, source in one.sources)
        assert not one.own


def test_a_benchmark_speaks_of_kpis_that_exist_with_parameters_that_they_have() -> None:
    known = catalogue()
    for one in industry():
        carried = measures_by_number()[one.kpi]
        # Where the number is built, at least one of the KPIs named is its own.
        assert not carried or not one.measures or set(one.measures) & set(carried), one.id
        for name in carried:
            if not one.measures or name in one.measures:
                assert set(one.only) <= set(known[name].params), f"{one.id} of {name}"


def test_a_figure_of_the_same_definition_gets_its_context() -> None:
    (found,) = contexts(CSAT, {"boxes": 1})
    assert (found.benchmark.id, found.refused, found.benchmark.low) == ("csat_world_class", "", Fraction(85, 100))
    assert found.sentence.startswith("85 % and more in the top box")
    assert "[2026; sqm-wc (C)]" in found.sentence


def test_another_variant_is_refused_and_told_why() -> None:
    (found,) = contexts(CSAT)
    assert found.refused == "It was published for boxes 1, this figure has 2."
    assert found.sentence.endswith(f"Not comparable: {found.refused}")


def test_another_service_level_is_refused() -> None:
    measure = catalogue()["service_level"]
    refused = {one.benchmark.id: one.refused for one in contexts(measure, {"seconds": 20, "variant": "of_answered"})}
    assert refused["service_level_convention"] == (
        "It was published for variant of_offered, this figure has of_answered."
    )
    held = {one.benchmark.id: one.refused for one in contexts(measure, {"seconds": 20, "variant": "of_offered"})}
    assert held["service_level_convention"] == ""


def test_what_customers_report_is_refused_for_what_they_do() -> None:
    measure = catalogue()["fcr_behavioural"]
    found = {one.benchmark.id: one.refused for one in contexts(measure)}
    assert "counted from their behaviour" in found["fcr_reported"]


def test_another_unit_is_refused() -> None:
    seconds = Benchmark("x", "K39", "Two minutes.", 2025, unit="s")
    (found,) = contexts(CSAT, known=[seconds])
    assert found.refused == "It is in s, this figure in ratio."


def test_a_benchmark_of_one_kpi_is_silent_on_others_of_its_number() -> None:
    other = Benchmark("x", "K39", "Of another figure.", 2025, measures=("csat_of_calls",))
    assert contexts(CSAT, known=[other]) == []
    assert contexts(catalogue()["nps"]) == []


def test_the_cards_in_the_docs_show_it_as_context() -> None:
    card = pages()["csat.md"]
    assert "never a target" in card
    assert "85 % and more in the top box" in card
    assert "no: It was published for boxes 1" in card
    assert "## What others publish" not in pages()["nps.md"]


# ---- a folder's own ---------------------------------------------------------------------------------------------


def test_a_folders_own_takes_the_place_of_one_that_ships(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(OWN, encoding="utf-8")
    known, findings = benchmarks(tmp_path)
    assert findings == []
    assert len(known) == len(industry())
    (found,) = contexts(CSAT, known=known)
    assert (found.refused, found.benchmark.own, found.benchmark.low) == ("", True, Fraction(78, 100))
    assert found.benchmark.where_from == "Retail, 2026; panel (B)"


def test_a_folder_without_a_file_has_those_that_ship(tmp_path: Path) -> None:
    assert benchmarks(tmp_path) == (list(industry()), [])
    assert benchmarks() == (list(industry()), [])
    (tmp_path / FILE).write_text("# nothing yet\n", encoding="utf-8")
    assert benchmarks(tmp_path) == (list(industry()), [])


def test_a_faulty_entry_is_left_out_with_its_line_and_the_others_stand(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"{OWN}nps_wrong:\n  kpi: K400\n  says: High.\n  year: 2025\n", encoding="utf-8")
    known, (finding,) = benchmarks(tmp_path)
    assert (finding.id, finding.place.line) == ("TS-M003", 13)
    assert finding.message == "nps_wrong: there is no KPI 'K400' in the dictionary."
    assert "nps_wrong" not in {one.id for one in known}
    assert any(one.own for one in known)


ENTRY = "x:\n  kpi: K39\n  says: High.\n  year: 2025\n"


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("x: [", "TS-M001", "not YAML"),
        ("- x\n- y\n", "TS-M001", "no list of ids"),
        ("just words", "TS-M001", "no list of ids"),
        ("x: 85 %\n", "TS-M002", "keys and values"),
        (ENTRY.replace("x:", "Über uns:"), "TS-M002", "an id is small letters"),
        (f"{ENTRY}  target: 85 %\n", "TS-M002", "there is no key 'target'"),
        (ENTRY.replace("  year: 2025\n", ""), "TS-M002", "year is missing"),
        (ENTRY.replace("2025", "last year"), "TS-M003", "'last year' is no year"),
        (ENTRY.replace("2025", "25"), "TS-M003", "'25' is no year"),
        (ENTRY.replace("2025", "true"), "TS-M003", "no year"),
        (f"{ENTRY}  low: high\n", "TS-M003", "'high' is no number"),
        (f"{ENTRY}  low: 90 %\n  high: 0.8\n", "TS-M003", "low is above high"),
        (f"{ENTRY}  only: boxes\n", "TS-M002", "only is of another form"),
        (f"{ENTRY}  unlike: {{K0: other}}\n", "TS-M003", "there is no KPI 'K0'"),
        (f"{ENTRY}  sources: panel\n", "TS-M002", "sources is of another form"),
        (f"{ENTRY}  sources: [panel]\n", "TS-M003", "there is no source 'panel'"),
        (f"{ENTRY}sources: {{panel: somebody}}\n", "TS-M002", "a source has about, address, grade"),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_is_a_finding_with_a_place_and_a_cure(text: str, rule: str, message: str) -> None:
    _, findings = read(text, "benchmarks.yaml", own=True)
    (finding,) = [one for one in findings if one.id == rule and message in one.message]
    assert finding.place.file == "benchmarks.yaml"
    assert finding.cure


def test_numbers_are_read_by_their_digits() -> None:
    (found,), findings = read(f"{ENTRY}  low: 0.1\n  high: 33.3 %\n", "x", own=True)
    assert findings == []
    assert (found.low, found.high) == (Fraction(1, 10), Fraction(333, 1000))

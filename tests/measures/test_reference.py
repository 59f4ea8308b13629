"""The reference pages say what the code says."""

from __future__ import annotations

from pathlib import Path

from tallystick.measures.benchmarks import industry
from tallystick.measures.measure import catalogue
from tallystick.measures.reference import pages, write
from tallystick.measures.sources import CODE, REFERENCES

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "kpi"


def test_the_reference_pages_are_current() -> None:
    """Make them anew with `python -m tallystick.measures.reference docs/reference/kpi`."""
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert found == pages()


def test_every_kpi_has_a_page_with_its_parameters_and_its_example() -> None:
    made = pages()
    for name, measure in catalogue().items():
        page = made[f"{name}.md"]
        assert measure.definition in page
        assert all(f"`{param}`" in page for param in measure.params)
        assert "| row |" in page
        assert f"]({name}.md)" in made["index.md"]


def test_pages_of_measures_that_are_no_more_disappear(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old", encoding="utf-8")
    write(tmp_path)
    assert not (tmp_path / "gone.md").exists()
    assert (tmp_path / "sla_attainment.md").exists()


def test_no_source_is_listed_that_no_kpi_and_no_benchmark_names() -> None:
    named = {code for measure in catalogue().values() for code in CODE.findall(measure.section("Source"))}
    assert named <= set(REFERENCES)
    assert set(REFERENCES) <= named | {code for one in industry() for code, _ in one.sources}
    assert all(one.grade in "ABC" and one.address.startswith("http") for one in REFERENCES.values())

from __future__ import annotations

import json

import pytest

from tallystick.vocabulary.finding import Finding, Place, Severity


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(file="a.yaml", line=12), "a.yaml:12"),
        (Place(file="a.csv", row=3, column="Due Date"), "a.csv:row 3:column Due Date"),
        (Place(table="case", key="zendesk/12"), "case:zendesk/12"),
        (Place(), ""),
    ],
)
def test_a_place_reads_like_a_pointer(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_finding_becomes_json_without_its_empty_parts() -> None:
    finding = Finding("TS-C014", Severity.ERROR, "Two targets overlap.", Place(file="a.yaml", line=12), "Join them.")
    assert json.loads(json.dumps(finding.as_json())) == {
        "id": "TS-C014",
        "severity": "error",
        "message": "Two targets overlap.",
        "place": {"file": "a.yaml", "line": 12},
        "cure": "Join them.",
        "count": 1,
    }
    assert "place" not in Finding("TS-D001", Severity.NOTE, "Late.").as_json()


def test_places_sort_by_file_and_line() -> None:
    places = [Place(file="b.yaml", line=1), Place(file="a.yaml", line=10), Place(file="a.yaml", line=2)]
    assert [str(place) for place in sorted(places)] == ["a.yaml:2", "a.yaml:10", "b.yaml:1"]

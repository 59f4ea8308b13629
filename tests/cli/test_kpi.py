"""`tally kpi`: a KPI from the records over time, on a folder made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import create_home
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tests.journeys.command_line import Answer, tally
from tests.staffing.floor import at
from tests.verdicts.tiny_lake import append

TEXT = """
tallystick: 1
contract: lumen-{partner}{name}
title: Customer care
client: {{id: lumen, name: Lumen Home}}
partner: {{id: {partner}, name: {partner} Contact}}
currency: EUR
zone: Europe/Bucharest
term: {{from: 2026-01-01, to: 2026-12-31}}
calendars: {{office: {{week: {{mon-sun: ["00:00-24:00"]}}}}}}
programmes:
  german-phone: {{queues: [de], calendar: office}}
  english-phone: {{queues: [en], calendar: office}}
definitions: {{pausing_statuses: [pending]}}
clauses:
  - {{id: S1, kind: kpi, title: Any, measure: {measure}, target: 80%, minimum_volume: 1{params}}}
"""
AS_OF = "2026-05-01"


def _calls(day: str, waits_s: list[int], queue: str = "de", first: int = 0) -> list[dict[str, Any]]:
    """One answered call for each wait."""
    rows: list[dict[str, Any]] = []
    for place, wait in enumerate(waits_s, first):
        begins = at(f"{day} 10:00") + timedelta(minutes=place)
        talks, ends = begins + timedelta(seconds=wait), begins + timedelta(seconds=wait + 120)
        number = _number(day, place, queue)
        shared = {"call_key": number, "queue": queue, "channel": "phone", "direction": "inbound"}
        rows += [
            shared | {"kind": "queue", "started_at": begins, "ended_at": talks, "result": "answered"},
            shared | {"kind": "talk", "started_at": talks, "ended_at": ends, "agent": "ana", "result": "completed"},
        ]
    return rows


def _number(day: str, place: int, queue: str) -> int:
    return int(day.replace("-", "")) * 1000 + place + (500 if queue == "en" else 0)


def _load(home: Path, rows: list[dict[str, Any]], partner: str = "aurora") -> None:
    with _lake(home) as lake:
        begun = lake.pin().number
        given = [
            {"segment_key": begun * 100_000 + place, "partner": partner, "source": "acd",
             "source_at": at("2026-04-30 08:00"), **row}
            for place, row in enumerate(rows, 1)
        ]  # fmt: skip
        append(lake, "call", given)


def _lake(home: Path) -> Lake:
    found = home / "lake"
    return Lake.open(found) if (found / PROTOCOL_FILE).is_file() else Lake.create(found, "lumen")


def _home(root: Path) -> Path:
    home = create_home(root / "home", "lumen", zone="Europe/Bucharest").root
    for partner, name, measure, params in (
        ("aurora", "", "csat", ""),
        ("aurora", "-phone", "service_level", ", params: {seconds: 60}"),
        ("borealis", "", "csat", ""),
    ):
        text = TEXT.format(partner=partner, name=name, measure=measure, params=params)
        (home / "contracts" / f"{partner}{name}.yaml").write_text(text, encoding="utf-8")
    # Three calls of the first week of March within 20 s and one not; two of April, in two queues.
    _load(home, _calls("2026-03-03", [5, 10, 20, 45]) + _calls("2026-04-14", [90]) + _calls("2026-04-14", [5], "en"))
    _load(home, _calls("2026-03-03", [200, 5]), "borealis")
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _home(tmp_path_factory.mktemp("kpi"))


def asked(home: Path, *more: str, kpi: str = "service_level") -> Answer:
    return tally("kpi", kpi, "--home", home, "--as-of", AS_OF, *more)


def told(answer: Answer, partner: str = "aurora") -> list[tuple[str | None, str | None, int]]:
    (found,) = [one for one in answer.json["partners"] if one["partner"] == partner]
    return [(one["from"], one["value"], one["n"]) for one in found["values"]]


def test_every_month_has_its_value_with_what_was_counted(home: Path) -> None:
    answer = asked(home, "--json", "--param", "seconds=20")
    assert told(answer) == [("2026-03-01", "3/4", 4), ("2026-04-01", "1/2", 2)]
    assert told(answer, "borealis") == [("2026-03-01", "1/2", 2)]
    shown = asked(home, "--param", "seconds=20", "--partner", "aurora")
    assert (shown.code, shown.err) == (0, "")
    assert "3 of 4" in shown.out
    assert "2026-04" in shown.out
    assert "borealis" not in shown.out


def test_weeks_and_queues_part_the_same_rows(home: Path) -> None:
    answer = asked(home, "--json", "--param", "seconds=20", "--every", "week", "--by", "queue", "--partner", "aurora")
    (found,) = answer.json["partners"]
    assert [(one["of"], one["from"], one["numerator"], one["denominator"]) for one in found["values"]] == [
        ({"queue": "de"}, "2026-03-02", 3, 4),
        ({"queue": "de"}, "2026-04-13", 0, 1),
        ({"queue": "en"}, "2026-04-13", 1, 1),
    ]
    shown = asked(home, "--by", "queue", "--partner", "aurora")
    assert "history" in shown.out


def test_a_span_keeps_the_months_that_begin_in_it(home: Path) -> None:
    assert told(asked(home, "--json", "--from", "2026-04", "--param", "seconds=20")) == [("2026-04-01", "1/2", 2)]
    assert told(asked(home, "--json", "--to", "2026-04-01", "--param", "seconds=20")) == [("2026-03-01", "3/4", 4)]


def test_the_terms_are_those_of_the_contract_that_speaks_of_the_kpi_and_a_clause_counts_as_it_says(home: Path) -> None:
    answer = asked(home, "--json", "--partner", "aurora", "--clause", "S1")
    (found,) = answer.json["partners"]
    assert found["contract"] == "lumen-aurora-phone"
    assert told(answer) == [("2026-03-01", "1/1", 4), ("2026-04-01", "1/2", 2)], "60 seconds, as S1 says"
    over = asked(home, "--json", "--partner", "aurora", "--clause", "S1", "--param", "seconds=20")
    assert told(over)[0] == ("2026-03-01", "3/4", 4)
    other = asked(home, "--partner", "borealis", "--clause", "S1")
    assert other.code == 2
    assert "csat" in other.err


def test_only_some_rows_can_be_asked_for(home: Path) -> None:
    assert told(asked(home, "--json", "--where", "queue=en", "--param", "seconds=20")) == [("2026-04-01", "1/1", 1)]


def test_a_day_that_comes_later_changes_its_own_week_and_equals_counting_anew(tmp_path: Path) -> None:
    home = _home(tmp_path)
    plain = ("--json", "--param", "seconds=20", "--every", "week", "--partner", "aurora")
    before = told(asked(home, *plain))
    _load(home, _calls("2026-04-15", [5, 5, 300], first=50))
    after = asked(home, *plain)
    assert told(after)[:-1] == before[:-1]
    assert told(after)[-1] == ("2026-04-13", "3/5", 5)
    for kept in (home / "lake" / "facts").iterdir():
        for path in sorted(kept.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert asked(home, *plain).out == after.out


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--every", "day"), "week or month"),
        (("--by", "week"), "--every"),
        (("--by", "colour"), "colour"),
        (("--param", "seconds"), "name=value"),
        (("--param", "seconds=soon"), "seconds"),
        (("--where", "shoe=9"), "fields"),
        (("--from", "spring"), "2026-03"),
        (("--partner", "nobody"), "aurora"),
        (("--clause", "S9", "--partner", "aurora"), "S1"),
    ],
)
def test_what_cannot_be_is_refused_with_a_cure(home: Path, more: tuple[str, ...], words: str) -> None:
    answer = asked(home, *more)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""


def test_a_kpi_that_is_none_and_a_folder_without_records_or_contracts_say_so(tmp_path: Path, home: Path) -> None:
    assert "service_level" in asked(home, kpi="service_levle").err
    bare = create_home(tmp_path / "bare", "lumen", zone="UTC").root
    assert "tally ingest" in asked(bare).err
    Lake.create(bare / "lake", "lumen").close()
    _load(bare, _calls("2026-03-03", [5]))
    assert "no contract" in asked(bare).err


def test_a_kpi_of_cases_without_any_case_says_that_no_row_counts(home: Path) -> None:
    answer = asked(home, "--partner", "aurora", kpi="first_reply_time")
    assert answer.code == 0
    assert "No row counts" in answer.out

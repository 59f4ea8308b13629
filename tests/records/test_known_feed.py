"""A file of another name is known for one of its feed by its columns; who it is stays with the user where it is not."""

import json
from pathlib import Path

import pytest

from tallystick.cli import program
from tallystick.records import mapping_file
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.ledger import Outcome
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF

HEADER = "ticket id,created at,resolved at,status,team,language,memo\n"
ROWS = "".join(f"{n},2026-03-0{1 + n % 7} 08:00,2026-03-09 0{n % 7}:00,solved,billing,,x{n}\n" for n in range(8))
# Nothing guesses that `z1` is a case and `z2` an instant in it.
ODD = "z1,z2,z3\n" + "".join(f"A{n % 3},2026-03-0{1 + n} 08:00,note\n" for n in range(6))
ODD_MAPPING = """\
connector: any_table
feed: odd
source: odd
shape: one row per case
zone: UTC
columns: {case: z1, created: z2}
"""


def take(home: Path, name: str, content: str, **options: object) -> Outcome:
    path = home.parent / name
    path.write_text(content, encoding="utf-8")
    hints = {"zone": "UTC", **options.pop("hints", {})}  # type: ignore[dict-item]
    return ingest(home, path, as_of=AS_OF, hints=hints, **options)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def told(outcome: Outcome) -> list[str]:
    return [finding.message for finding in outcome.findings if finding.id == "TS-I512"]


def test_the_next_export_under_another_name_joins_its_feed(home: Path) -> None:
    take(home, "tickets.csv", HEADER + ROWS)
    again = take(home, "export from march.csv", HEADER + ROWS + "9,2026-03-01 08:00,,open,sales,,x\n")
    assert (again.stored, again.duplicate, again.mapping.feed) == (1, 8, "tickets")
    assert told(again) == ["Read as feed 'tickets' by its saved mapping."]
    assert [mapping.feed for mapping in mapping_file.load_all(home)] == ["tickets"]


def test_the_same_file_under_another_name_changes_nothing(home: Path) -> None:
    take(home, "tickets.csv", HEADER + ROWS)
    again = take(home, "copy of march.csv", HEADER + ROWS)
    assert (again.stored, again.duplicate) == (0, 8)
    with Lake.open(home / "lake") as lake:
        assert lake.read(Scope.of_client(lake.client), "case").num_rows == 8
        assert lake.pin().number == 1


def test_a_column_that_was_empty_before_does_not_make_another_feed_of_it(home: Path) -> None:
    take(home, "tickets.csv", HEADER + ROWS)
    filled = HEADER + ROWS.replace("billing,,", "billing,de,").replace("x", "y")
    assert take(home, "april.csv", filled).mapping.feed == "tickets"


def test_a_file_with_other_columns_is_a_feed_of_its_own(home: Path) -> None:
    take(home, "tickets.csv", HEADER + ROWS)
    more = HEADER.replace("memo", "priority") + ROWS.replace("x", "high")
    less = HEADER.replace(",resolved at", "") + "1,2026-03-01 08:00,open,billing,,x\n"
    for name, content in (("more.csv", more), ("less.csv", less)):
        outcome = take(home, name, content)
        assert (outcome.mapping.feed, told(outcome)) == (name.removesuffix(".csv"), [])


def test_another_partners_file_is_not_taken_for_this_ones(home: Path) -> None:
    take(home, "aurora.csv", HEADER + ROWS, partner="aurora")
    other = take(home, "borealis.csv", HEADER + ROWS, partner="borealis")
    assert (other.mapping.feed, other.stored) == ("borealis", 8)
    assert take(home, "april.csv", HEADER + ROWS, partner="borealis").mapping.feed == "borealis"


def test_columns_that_fit_two_feeds_are_refused_with_both_names(home: Path) -> None:
    take(home, "north.csv", HEADER + ROWS)
    take(home, "south.csv", HEADER + ROWS, hints={"feed": "south"})
    refused = take(home, "april.csv", HEADER + ROWS)
    (finding,) = refused.findings
    assert (refused.exit_code, finding.id) == (3, "TS-I502")
    assert "'north' and 'south'" in finding.message
    assert take(home, "april.csv", HEADER + ROWS, hints={"feed": "south"}).duplicate == 8
    assert take(home, "april.csv", HEADER + ROWS, hints={"feed": "east"}).stored == 8


def test_a_name_that_says_something_else_is_not_passed_over(home: Path) -> None:
    take(home, "aurora-tickets.csv", HEADER + ROWS)
    refused = take(home, "borealis-tickets-2026-03.csv", HEADER + ROWS)
    (finding,) = refused.findings
    assert (refused.exit_code, refused.stored, finding.id) == (3, 0, "TS-I502")
    assert "--feed aurora-tickets" in finding.cure
    assert "--feed borealis-tickets" in finding.cure
    new = take(home, "borealis-tickets-2026-03.csv", HEADER + ROWS, hints={"feed": "borealis-tickets"})
    assert (new.stored, new.mapping.feed) == (8, "borealis-tickets")
    # From now on each name tells its feed.
    assert take(home, "borealis-tickets-2026-04.csv", HEADER + ROWS + "77,2026-04-01 08:00,,open,,,\n").stored == 1
    assert take(home, "tickets of aurora.csv", HEADER + ROWS).duplicate == 8


@pytest.mark.parametrize("name", ["odd-2026-04.csv", "april export.csv"])
def test_a_mapping_that_was_written_by_hand_is_given_once(home: Path, name: str) -> None:
    mapping = home.parent / "odd.yaml"
    mapping.write_text(ODD_MAPPING, encoding="utf-8")
    assert take(home, "odd-2026-03.csv", ODD).refused
    assert take(home, "odd-2026-03.csv", ODD, mapping=mapping).stored == 6
    later = take(home, name, ODD.replace("2026-03", "2026-04"))
    assert (later.mapping.feed, later.stored, later.refused) == ("odd", 6, "")


def test_the_command_names_the_feed_and_takes_another(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tickets.csv", "march.csv"):
        (home.parent / name).write_text(HEADER + ROWS, encoding="utf-8")

    def run(*arguments: str) -> str:
        assert program.run(["ingest", *arguments, "--home", str(home), "--zone", "UTC"]) == 0
        return " ".join("".join(capsys.readouterr()).split())

    run(str(home.parent / "tickets.csv"))
    assert "Read as feed 'tickets' by its saved mapping" in run(str(home.parent / "march.csv"))
    other = json.loads(run(str(home.parent / "march.csv"), "--feed", "Other One", "--json"))
    assert (other["feed"], other["stored"]) == ("other-one", 8)

"""Every command on a small folder of its own: what it prints, its exit code, and what it says where nothing is yet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tallystick.cli import EXIT_CODES
from tests.journeys.command_line import tally
from tests.journeys.small_desk import AS_OF, CONTRACT, MONTHS, assess, begin, by_month, event_rows, ingest, write_log


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with records, a locked contract, verdicts."""
    home = begin(tmp_path_factory.mktemp("desk") / "home")
    for month, rows in by_month(event_rows()).items():
        assert ingest(home, write_log(home.parent / f"desk-events-{month}.csv", rows)).code == 0
    assert tally("check", "--lock", "--home", home).code == 0
    assert assess(home).code == 1
    return home


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    return begin(tmp_path / "home")


@pytest.fixture
def march(tmp_path: Path) -> Path:
    return write_log(tmp_path / "desk-events-2026-03.csv", by_month(event_rows())["2026-03"])


# ---- JSON and exit codes ----------------------------------------------------------------------------------------

ANSWERS = [
    (["check"], 0),
    (["doctor", "--as-of", AS_OF], 1),
    (["assess", "--period", "2026-03", "--as-of", AS_OF], 1),
    (["assess", "--period", "2026-Q1", "--as-of", AS_OF], 0),
    (["explain", "aurora/S1/2026-03"], 0),
    (["explain", "aurora/S1/2026-03", "--case", "AUR-040"], 0),
    (["explain", "first_reply_time"], 0),
    (["explain", "TS-C051"], 0),
    (["explain", "TS-I108"], 0),
    (["verify", "aurora/2026-03"], 0),
    (["verify"], 0),
    (["integrity"], 0),
    (["integrity", "--pattern", "pending_parking", "--period", "2026-03"], 0),
    (["explain", "TS-G001"], 0),
    (["explain", "pending_parking"], 0),
    (["contract", "show", "small-desk"], 0),
    (["contract", "show", "small-desk", "--on", "2026-03-01"], 0),
    *(
        (["list", what], 0)
        for what in ("verdicts", "contracts", "imports", "kpis", "connectors", "clauses", "rules", "patterns")
    ),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code"), ANSWERS, ids=[" ".join(arguments[:3]) for arguments, _ in ANSWERS])
def test_every_command_answers_in_json_and_for_people_with_the_same_exit_code(
    desk: Path, arguments: list[str], code: int
) -> None:
    answer = tally(*arguments, "--home", desk, "--json")
    assert answer.code == code, answer.err
    assert code in EXIT_CODES
    assert answer.json not in (None, "")
    assert "NaN" not in answer.out
    shown = tally(*arguments, "--home", desk)
    assert shown.code == code
    assert shown.out.strip()
    assert "\x1b[" not in shown.out, "colours belong to terminals"


def test_reports_and_bundles_answer_in_json_with_the_paths_they_wrote(desk: Path, tmp_path: Path) -> None:
    pages = tally("report", "--home", desk, "--output", tmp_path / "pages", "--json")
    assert pages.code == 0
    assert len(pages.json) == 1 + len(MONTHS)
    assert all(Path(path).is_file() for path in pages.json)
    bundle = tally("bundle", "aurora", "2026-04", "--home", desk, "--output", tmp_path, "--json")
    assert bundle.code == 0
    assert all(Path(path).is_file() for path in bundle.json["bundles"])


def test_every_page_of_a_report_stands_alone(desk: Path, tmp_path: Path) -> None:
    written = tally("report", "--home", desk, "--output", tmp_path, "--json").json
    names = {Path(path).name for path in written}
    for path in map(Path, written):
        page = path.read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>")
        assert re.findall(r"https?:|//[a-z]|@import|url\(", page) == [], path.name
        linked = set(re.findall(r'href="([^"#]+)', page))
        assert linked <= names, linked - names


def test_one_month_and_partner_can_be_reported_alone(desk: Path, tmp_path: Path) -> None:
    answer = tally("report", "--period", "2026-03", "--partner", "aurora", "-o", tmp_path, "--home", desk, "--json")
    assert [Path(path).name for path in answer.json] == ["index.html", "aurora-2026-03.html"]


# ---- ingest -----------------------------------------------------------------------------------------------------


def test_the_same_file_a_second_time_stores_nothing(begun: Path, march: Path) -> None:
    first, second = ingest(begun, march), ingest(begun, march)
    assert (first.code, second.code) == (0, 0)
    rows = first.json["rows_in"]
    assert (first.json["stored"], first.json["duplicate"]) == (rows, 0)
    assert (second.json["stored"], second.json["duplicate"], second.json["rejected"]) == (0, rows, 0)
    assert [line["stored"] for line in tally("list", "imports", "--home", begun, "--json").json] == [rows, 0]


def test_a_dry_run_counts_and_stores_nothing(begun: Path, march: Path) -> None:
    dry = tally("ingest", march, "--dry-run", "--home", begun, "--as-of", AS_OF, "--json")
    assert (dry.code, dry.json["rows_in"]) == (0, len(by_month(event_rows())["2026-03"]))
    assert tally("list", "imports", "--home", begun, "--json").json == []
    assert not list((begun / "keys").glob("*")), "nothing is stored, so nothing needs a key"
    assert ingest(begun, march).json["stored"] == dry.json["rows_in"]


def with_a_bad_row(path: Path) -> Path:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[20] = re.sub(r"2026-03-\d\dT", "2026-03-32T", lines[20])
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_bad_row_is_set_aside_with_its_place_and_the_rest_is_stored(begun: Path, march: Path) -> None:
    answer = ingest(begun, with_a_bad_row(march))
    outcome = answer.json
    assert (answer.code, outcome["rejected"], outcome["stored"]) == (1, 1, outcome["rows_in"] - 1)
    (finding,) = [one for one in outcome["findings"] if one["severity"] == "error"]
    assert (finding["id"], finding["place"]["row"], finding["place"]["column"]) == ("TS-I108", 21, "event_at")
    (kept,) = (begun / "imports" / "quarantine").iterdir()
    assert "2026-03-32" in kept.read_text(encoding="utf-8")


def test_strict_stores_nothing_for_a_single_bad_row(begun: Path, march: Path) -> None:
    answer = tally("ingest", with_a_bad_row(march), "--strict", "--home", begun, "--as-of", AS_OF, "--json")
    assert answer.code == 3
    assert answer.json["stored"] == 0
    assert ingest(begun, march).json["stored"] == answer.json["rows_in"] - 1


def test_a_damaged_file_is_refused_as_a_whole(begun: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "desk-events-2026-03.parquet"
    damaged.write_bytes(b"PAR1 and then nothing of the kind")
    answer = ingest(begun, damaged)
    assert (answer.code, answer.json["stored"]) == (3, 0)
    assert any(one["severity"] == "error" for one in answer.json["findings"])


def test_the_mapping_is_shown_and_saved_as_a_text_that_can_be_corrected(tmp_path: Path, march: Path) -> None:
    home = tmp_path / "fresh"
    shown = tally("ingest", march, "--partner", "aurora", "--home", home, "--as-of", AS_OF)
    assert shown.code == 0, shown.err
    assert f"Began the folder {home}" in shown.err
    assert "event_at" in shown.out
    (saved,) = (home / "mappings").glob("*.yaml")
    assert re.sub(r"\s+", "", str(saved)) in re.sub(r"\s+", "", shown.out)
    text = saved.read_text(encoding="utf-8")
    assert "message: message:public" in text, "the column actor_role tells who wrote it"
    assert "no meaning yet" not in shown.out


# ---- check ------------------------------------------------------------------------------------------------------

BROKEN = (
    CONTRACT.replace("target: 80%", "target: 180%")
    .replace("measure: reopen_rate", "measure: reopen_rat")
    .replace("zone: Europe/Bucharest\nterm", "zone: Europe/Bukarest\nterm")
    .replace("calendar: office}", "calendar: ofice}")
)


def test_every_mistake_of_a_contract_is_found_at_once_with_its_place_and_cure(tmp_path: Path) -> None:
    text = tmp_path / "broken.yaml"
    text.write_text(BROKEN, encoding="utf-8")
    answer = tally("check", text, "--json")
    assert answer.code == 1
    (result,) = answer.json
    assert not result["valid"]
    lines = BROKEN.splitlines()
    for word in ("180%", "reopen_rat,", "Bukarest", "ofice"):
        line = next(number for number, shown in enumerate(lines, 1) if word in shown)
        found = [one for one in result["findings"] if one["place"].get("line") == line]
        assert found, (word, line)
        assert all(one["id"].startswith("TS-C") and one["cure"] for one in found)
    assert "reopen_rate" in json.dumps(result["findings"])
    shown = tally("check", text)
    assert shown.code == 1
    assert "✖ invalid" in shown.out
    assert f"{text}:" in shown.err


def test_nothing_is_judged_before_there_are_records(begun: Path) -> None:
    answer = assess(begun)
    assert answer.code == 2
    assert "There are no records yet." in answer.err
    assert "tally ingest" in answer.err


def test_a_text_with_an_error_is_not_judged(begun: Path, march: Path) -> None:
    """Two targets for one clock: either could decide, so neither does."""
    second = "  - {id: S9, kind: sla_target, clock: first_reply, within: 1h, target: 80%, minimum_volume: 5}\n"
    text = begun / "contracts" / "small-desk.yaml"
    text.write_text(CONTRACT.replace("  - {id: S2", f"{second}  - {{id: S2"), encoding="utf-8")
    assert ingest(begun, march).code == 0
    answer = assess(begun)
    assert (answer.code, answer.out) == (3, "")
    assert "TS-C051" in answer.err
    assert "nothing is judged by it" in answer.err


# ---- explain ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("K3", "Abandonment rate (K3)."),
        ("K14", "Interval attainment (K14)."),
        ("K23", "Transfer rate (K23)."),
        ("K46", "Average handling time, AHT (K46)."),
    ],
)
def test_a_number_means_the_kpi_that_bears_it_alone(number: str, title: str) -> None:
    assert tally("explain", number).out.startswith(title)


def test_a_verdict_is_explained_from_the_clause_to_the_rows(desk: Path) -> None:
    shown = tally("explain", "aurora/S1/2026-03", "--home", desk, "--rows", "5").out
    for part in ("What was promised", "How it was computed", "numerator / denominator", "Pinned inputs", "case"):
        assert part in shown
    explained = tally("explain", "aurora/S1/2026-03", "--home", desk, "--json").json
    value = explained["verdict"]["value"]
    counts = dict(explained["counts"])
    assert counts["met"] == value["numerator"]
    assert counts["met"] + counts["missed"] == value["denominator"]
    assert sum(counts.values()) == explained["rows_total"]


def test_the_id_of_a_verdict_explains_it_as_its_name_does(desk: Path) -> None:
    by_name = tally("explain", "aurora/S1/2026-03", "--home", desk, "--json").json
    assert tally("explain", by_name["verdict"]["id"], "--home", desk, "--json").json == by_name


def test_a_name_that_is_nothing_is_answered_with_what_looks_alike(desk: Path) -> None:
    for name in ("aurora/S1/2026-13", "aurora/S7/2026-03", "first_reply_tim"):
        answer = tally("explain", name, "--home", desk)
        assert (answer.code, answer.out) == (2, "")
        assert "Try: " in answer.err
    assert "AUR-04" in tally("explain", "aurora/S1/2026-03", "--case", "AUR-04O", "--home", desk).err


# ---- where nothing is yet ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [["assess"], ["doctor"], ["report"], ["verify"], ["explain", "a/b/2026-03"], ["list"], ["bundle", "a", "2026-03"]],
    ids=lambda arguments: arguments[0],
)
def test_a_folder_that_is_none_is_answered_with_the_command_that_begins_one(
    tmp_path: Path, arguments: list[str]
) -> None:
    answer = tally(*arguments, "--home", tmp_path / "nowhere")
    assert (answer.code, answer.out) == (2, "")
    assert "`tally init` begins one" in answer.err
    assert not (tmp_path / "nowhere").exists()


def test_the_doctor_of_an_empty_folder_says_what_to_do_next(tmp_path: Path) -> None:
    tally("init", tmp_path / "home")
    answer = tally("doctor", "--home", tmp_path / "home")
    assert answer.code == 1
    for cure in ("contracts/", "tally ingest", "tally assess"):
        assert cure in answer.out
    steps = tally("doctor", "--home", tmp_path / "home", "--json").json["steps"]
    assert [step["name"] for step in steps if not step["done"]] == ["contracts", "records", "verdicts"]


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["assess"], "Put a contract's YAML into"),
        (["check"], "Put your contract's YAML into"),
        (["report"], "`tally assess`"),
        (["verify"], "`tally assess`"),
        (["explain", "aurora/S1/2026-03"], "`tally list verdicts`"),
        (["bundle", "aurora", "2026-03"], "`tally list verdicts`"),
        (["contract", "show", "lumen"], "`tally list contracts`"),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else "",
)
def test_what_is_missing_in_a_new_folder_is_told_with_its_cure(tmp_path: Path, arguments: list[str], cure: str) -> None:
    tally("init", tmp_path / "home")
    answer = tally(*arguments, "--home", tmp_path / "home")
    assert (answer.code, answer.out) == (2, "")
    assert cure in answer.err


def test_the_schema_of_contracts_is_json_that_an_editor_can_use(tmp_path: Path) -> None:
    printed = tally("contract", "schema")
    assert printed.code == 0
    assert printed.json["properties"]["clauses"]
    tally("contract", "schema", "--output", tmp_path / "contract.schema.json")
    assert json.loads((tmp_path / "contract.schema.json").read_text(encoding="utf-8")) == printed.json


# ---- lists, texts, keys -----------------------------------------------------------------------------------------


def test_verdicts_are_listed_by_partner_period_clause_and_state(desk: Path) -> None:
    every = tally("list", "--home", desk, "--json").json
    assert {row["outcome"] for row in every} > {"missed"}
    missed = tally("list", "--home", desk, "--state", "missed", "--period", "2026-03", "--json").json
    assert missed == [row for row in every if (row["outcome"], row["period"]) == ("missed", "2026-03")] != []
    assert all(isinstance(row["n"], int) and row["name"] in row["id"] for row in missed)
    assert tally("list", "--home", desk, "--partner", "nobody").out.startswith("No verdict is like that")


def test_a_state_that_is_none_and_a_filter_on_another_list_are_refused(desk: Path) -> None:
    assert tally("list", "--home", desk, "--state", "late").code == 2
    assert tally("list", "kpis", "--home", desk, "--period", "2026-03").code == 2


def test_a_contract_is_plain_text_when_it_goes_into_a_file_and_markdown_where_asked_for(desk: Path) -> None:
    shown = tally("contract", "show", "small-desk", "--home", desk).out
    assert not re.search(r"^#|\*\*", shown, re.MULTILINE)
    assert tally("contract", "show", "small-desk", "--home", desk, "--markdown").out.startswith("# ")
    told = tally("contract", "show", "small-desk", "--home", desk, "--on", "2026-01-01", "--json").json
    assert [one["kind"] for one in told["dates"]][-1] == "the term ends"
    assert told["dates_from"] == "2026-01-01"
    assert "Days that lie ahead" in shown


def test_verify_says_which_key_the_signer_was_held_against(desk: Path, tmp_path: Path) -> None:
    assert tally("bundle", "aurora", "2026-03", "-o", tmp_path, "--home", desk).code == 0
    (bundle,) = tmp_path.iterdir()
    own = tally("verify", bundle, "--home", desk)
    assert "this folder's own" in own.out
    away = tally("verify", bundle, "--home", tmp_path)
    assert "no key" in away.out
    assert "--key" in away.out
    public = (desk / "keys" / "signing.pub").read_text(encoding="utf-8").strip()
    assert "the key given by --key" in tally("verify", bundle, "--key", public, "--home", desk).out


def test_a_case_is_due_on_the_contracts_wall_clock(desk: Path) -> None:
    told = tally("explain", "aurora/S1/2026-03", "--case", "AUR-040", "--home", desk)
    assert " UTC" not in told.out

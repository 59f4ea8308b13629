"""What must not move a verdict's digest, what must, and what the other party can check on its own."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.journeys.command_line import tally
from tests.journeys.small_desk import (
    AS_OF,
    MONTHS,
    Row,
    assess,
    begin,
    by_month,
    digests,
    event_rows,
    ingest,
    write_log,
)

REPOSITORY = Path(__file__).resolve().parents[2]
PUBLIC_REPLY = {"event_type": "message", "actor_role": "agent", "agent_id": "ag-1", "body": "Doch noch."}


def prepared(home: Path, keys: Path | None = None) -> Path:
    """A folder begun and its contract locked; with the keys of another folder, so that both know the same persons."""
    begin(home)
    if keys is not None:
        shutil.copytree(keys, home / "keys", dirs_exist_ok=True)
    assert tally("check", "--lock", "--home", home).code == 0
    return home


def logs(folder: Path, rows: list[Row], feed: str = "desk-events") -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [write_log(folder / f"{feed}-{month}.csv", part) for month, part in sorted(by_month(rows).items())]


def take_in(home: Path, files: list[Path]) -> None:
    for file in files:
        answer = ingest(home, file)
        assert answer.code == 0, answer.out + answer.err


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all others are compared with: a file a month, in order."""
    root = prepared(tmp_path_factory.mktemp("plain") / "home")
    take_in(root, logs(root.parent / "files", event_rows()))
    return root


@pytest.fixture(scope="module")
def plain(home: Path) -> dict[str, str]:
    answer = assess(home)
    assert answer.code == 1, answer.err
    outcomes = {verdict["outcome"] for record in answer.json for verdict in record["verdicts"]}
    assert {"met", "missed"} <= outcomes
    found = digests(answer)
    assert len(found) == 5 * len(MONTHS)
    return found


@pytest.fixture
def copy(home: Path, plain: dict[str, str], tmp_path: Path) -> Path:
    """The same folder again, for a test that changes it."""
    shutil.copytree(home, tmp_path / "home")
    return tmp_path / "home"


# ---- what moves nothing -----------------------------------------------------------------------------------------


def test_shuffled_rows_in_files_in_another_order_give_the_same_digests(
    home: Path, plain: dict[str, str], tmp_path: Path
) -> None:
    rows = event_rows()
    random.Random(5).shuffle(rows)  # noqa: S311  an order, no secret
    other = prepared(tmp_path / "home", home / "keys")
    take_in(other, logs(tmp_path / "files", rows)[::-1])
    assert digests(assess(other)) == plain


def test_rows_sent_twice_and_files_taken_in_again_give_the_same_digests(
    home: Path, plain: dict[str, str], tmp_path: Path
) -> None:
    other = prepared(tmp_path / "home", home / "keys")
    files = logs(tmp_path / "files", [row for row in event_rows() for _ in range(2)])
    take_in(other, [*files, files[0]])
    assert digests(assess(other)) == plain


def test_one_thread_and_two_give_the_same_digests(home: Path, plain: dict[str, str], copy: Path) -> None:
    from tallystick.assess import Order, assess
    from tallystick.verdicts.gating import data_gate

    for threads in (1, 2):
        shutil.rmtree(copy / "verdicts")
        shutil.rmtree(copy / "lake" / "facts", ignore_errors=True)
        order = Order([copy / "contracts" / "small-desk.yaml"], datetime.fromisoformat(AS_OF), threads=threads)
        recorded = assess(copy, order, gate=data_gate)
        found = {verdict.name: verdict.digest for one in recorded for verdict in one.verdicts}
        assert found == plain, threads


def test_another_partners_data_move_nothing(home: Path, plain: dict[str, str], tmp_path: Path) -> None:
    other = prepared(tmp_path / "home", home / "keys")
    take_in(other, logs(tmp_path / "rival", event_rows("RIV", 40), "rival-events")[:2])
    take_in(other, logs(tmp_path / "files", event_rows()))
    take_in(other, logs(tmp_path / "rival", event_rows("RIV", 40), "rival-events")[2:])
    assert digests(assess(other)) == plain


JOURNEY = """
import sys
from pathlib import Path
sys.path.insert(0, {repository!r})
from tests.journeys.small_desk import assess, digests
from tests.journeys.test_same_verdicts import event_rows, logs, prepared, take_in
import json
if __name__ == "__main__":
    root = Path(sys.argv[1])
    home = prepared(root / "home", Path(sys.argv[2]))
    take_in(home, logs(root / "files", event_rows()))
    print(json.dumps(digests(assess(home))))
"""


@pytest.mark.parametrize(
    ("zone", "locale"), [pytest.param("Pacific/Apia", "C", marks=pytest.mark.long), ("America/St_Johns", "tr_TR.UTF-8")]
)
def test_the_machines_zone_and_locale_move_nothing(
    home: Path, plain: dict[str, str], tmp_path: Path, zone: str, locale: str
) -> None:
    environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": "11"}
    done = subprocess.run(
        [sys.executable, "-c", JOURNEY.format(repository=str(REPOSITORY)), str(tmp_path), str(home / "keys")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == plain


# Holidays on every Monday of March and no others; local time of Bucharest as if it were Tokyo's.
CHANGED_RULES = """
import sys
from datetime import date
sys.path.insert(0, {rules!r})
import holidays, tzdata
assert tzdata.IANA_VERSION == "1999x"
real = holidays.country_holidays
def changed(*arguments, **named):
    found = real(*arguments, **named)
    if named.get("years"):
        dict.clear(found)
        for day in (2, 9, 16, 23, 30):
            dict.__setitem__(found, date(2026, 3, day), "Invented")
    return found
holidays.country_holidays = changed
from tallystick.cli.program import run
sys.exit(run(["assess", "--home", sys.argv[1], "--as-of", {as_of!r}, "--json"]))
"""


def with_changed_rules(home: Path, rules: Path) -> dict[str, str]:
    """The digests that `tally assess` reaches in a process with other holidays and other zone files."""
    import tzdata

    copied = rules / "tzdata"
    shutil.copytree(Path(tzdata.__file__).parent, copied, dirs_exist_ok=True)
    shutil.copyfile(copied / "zoneinfo" / "Asia" / "Tokyo", copied / "zoneinfo" / "Europe" / "Bucharest")
    own = (copied / "__init__.py").read_text(encoding="utf-8")
    (copied / "__init__.py").write_text(own + '\nIANA_VERSION = "1999x"\n', encoding="utf-8")
    code = CHANGED_RULES.format(rules=str(rules), as_of=AS_OF)
    done = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = {
        f"{verdict['partner']}/{verdict['clause']}/{verdict['period']}": verdict["digest"]
        for record in json.loads(done.stdout)
        for verdict in record["verdicts"]
    }
    assert found
    return found


def test_other_holidays_and_other_zone_files_change_nothing_in_a_locked_month(
    plain: dict[str, str], copy: Path, tmp_path: Path
) -> None:
    shutil.rmtree(copy / "verdicts")
    shutil.rmtree(copy / "lake" / "facts", ignore_errors=True)
    assert with_changed_rules(copy, tmp_path / "rules") == plain


def test_without_the_lock_the_same_change_would_move_them(copy: Path, tmp_path: Path, plain: dict[str, str]) -> None:
    """The change above is one that bites: what holds it off is the lock and nothing else."""
    (copy / "contracts" / "small-desk.lock").unlink()
    shutil.rmtree(copy / "verdicts")
    unlocked = digests(assess(copy))
    shutil.rmtree(copy / "verdicts")
    moved = with_changed_rules(copy, tmp_path / "rules")
    assert {name for name in moved if moved[name] != unlocked[name]} >= {f"aurora/S1/{month}" for month in MONTHS}


# ---- what moves exactly what it should --------------------------------------------------------------------------


def test_one_late_record_restates_exactly_its_period_and_is_named(
    home: Path, plain: dict[str, str], copy: Path, tmp_path: Path
) -> None:
    """Case 40 of March was answered nowhere in the log; the answer turns up in a file of its own."""
    unanswered = next(row for row in event_rows() if row["case_id"] == "AUR-040")
    assert unanswered["event_at"].startswith("2026-03-12")
    late = {**unanswered, **PUBLIC_REPLY, "event_id": "AUR-LATE", "event_at": "2026-03-12T09:30:00Z"}
    file = write_log(tmp_path / "desk-events-late.csv", [late])
    assert ingest(copy, file, mapping=str(copy / "mappings" / "desk-events.yaml")).json["stored"] == 1
    records = assess(copy).json
    assert [(one["period"], one["change"]) for one in records if one["change"] != "unchanged"] == [
        ("2026-03", "restated")
    ]
    march = {verdict["clause"]: verdict for one in records if one["period"] == "2026-03" for verdict in one["verdicts"]}
    restated = {clause: verdict for clause, verdict in march.items() if verdict["restates"]}
    assert set(restated) == {"S1", "K3"}
    for clause, verdict in restated.items():
        name = f"aurora/{clause}/2026-03"
        assert verdict["restates"] == f"small-desk/{name}@{plain[name][:12]}"
        assert verdict["noted"]["because"] == ["rows"]
        named = [record["name"] for record in verdict["differing"]]
        assert "case AUR-040: message public at 2026-03-12 09:30:00 UTC" in named
        # Beside the answer only what the same row says of its case: the queue, and who took it.
        assert {name.partition(":")[0] for name in named} == {"case AUR-040"}
        assert all(name.endswith(" at 2026-03-12 09:30:00 UTC") for name in named), named
        assert {record["change"] for record in verdict["differing"]} == {"added"}


# ---- what the other party can check -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundle(home: Path, plain: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("bundle")
    answer = tally("bundle", "aurora", "2026-03", "--output", target, "--home", home, "--json")
    assert answer.code == 0, answer.err
    (path,) = answer.json["bundles"]
    return Path(path)


WITHOUT_ENGINE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("duckdb", "_duckdb", "deltalake", "numba", "llvmlite"):
            raise ImportError(name + " is not on this machine")
        return None
sys.meta_path.insert(0, Refuse())
from tallystick.cli.program import run
sys.exit(run(["verify", sys.argv[1], "--json"]))
"""


def test_a_bundle_recomputes_in_an_empty_folder_without_engine_lake_and_compiler(
    bundle: Path, plain: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / bundle.name).write_bytes(bundle.read_bytes())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TALLY")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ENGINE, bundle.name],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**environment, "TZ": "Pacific/Apia"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (answer,) = json.loads(done.stdout)
    assert answer["holds"]
    assert answer["verdicts"] == {name: digest for name, digest in plain.items() if name.endswith("2026-03")}
    assert [path.name for path in tmp_path.iterdir()] == [bundle.name]


def test_any_flipped_byte_fails_and_says_where(bundle: Path, tmp_path: Path) -> None:
    raw = bundle.read_bytes()
    generator = random.Random(311)  # noqa: S311  places and bits, no secret
    step = len(raw) // 240
    places = sorted({0, len(raw) - 1, *(generator.randrange(at, at + step) for at in range(0, len(raw) - step, step))})
    assert len(places) >= 200
    path = tmp_path / "flipped.tally.zip"
    for at in places:
        path.write_bytes(raw[:at] + bytes([raw[at] ^ (1 << generator.randrange(8))]) + raw[at + 1 :])
        answer = tally("verify", path, "--json")
        assert answer.code == 1, at
        (told,) = answer.json
        assert not told["holds"]
        assert told["findings"][0]["id"].startswith("TS-V")
        assert told["findings"][0]["place"]["file"].startswith(path.name), at


def test_what_is_kept_here_recomputes_too(home: Path, plain: dict[str, str]) -> None:
    answer = tally("verify", "--home", home, "--json")
    assert answer.code == 0, answer.out
    assert {name: sha for one in answer.json for name, sha in one["verdicts"].items()} == plain

"""The store."""
# ruff: noqa: S608

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from tallystick.records import commits, delta
from tallystick.records.fingerprint import rows_digest
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake, connect
from tallystick.records.table import table
from tallystick.vocabulary.errors import DataError, IntegrityError, NotFound, ScopeError, Unavailable, UsageError
from tallystick.vocabulary.scope import OTHER_PARTY, Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, write_rows

EVERYONE = Scope.of_client("client")


def take(home, name, rows, **parts):
    return ingest(home, write_rows(home / f"{name}.rows", rows), connector=SampleFeed(), as_of=AS_OF, **parts)


def lake_of(home):
    return Lake.open(home / "lake")


def test_a_read_without_a_scope_is_refused(tmp_path):
    take(tmp_path, "a", [case("1")], partner="aurora")
    with lake_of(tmp_path) as lake:
        for forgotten in (None, "client", Scope("client", frozenset())):
            with pytest.raises(ScopeError):
                lake.read(forgotten, "case")
            with pytest.raises(ScopeError):
                lake.cohort_files(forgotten, "case")
            with connect() as connection, pytest.raises(ScopeError):
                lake.relation(forgotten, "case", connection)
            with connect() as connection, pytest.raises(ScopeError):
                lake.versions(forgotten, "case", connection)


def test_a_partner_gets_no_files_because_files_cannot_be_masked(tmp_path):
    take(tmp_path, "a", [case("1")], partner="aurora")
    with lake_of(tmp_path) as lake, pytest.raises(ScopeError):
        lake.case_event_files(Scope.of_partner("client", "aurora"))


def test_an_empty_lake_reads_as_empty_tables_with_their_columns(tmp_path):
    lake = Lake.create(tmp_path / "lake", "lumen")
    rows = lake.read(Scope.of_client("lumen"), "case_event")
    assert rows.num_rows == 0
    assert rows.schema.names == list(table("case_event").content)
    with connect() as connection:
        name = lake.relation(Scope.of_client("lumen"), "case_event", connection)
        assert connection.sql(f"select count(*) from {name}").fetchall() == [(0,)]


def test_a_percent_sign_in_the_path_is_refused(tmp_path):
    with pytest.raises(UsageError, match="percent"):
        Lake.create(tmp_path / "a%20b", "lumen")


def test_a_folder_with_a_blank_and_an_apostrophe_is_read(tmp_path):
    home = tmp_path / "a b's ü"
    home.mkdir()
    take(home, "a", [case("1"), event("e1", "1", 5, "created")], partner="aurora")
    with lake_of(home) as lake:
        assert lake.read(EVERYONE, "case_event").num_rows == 1


def test_the_newest_version_wins_and_a_null_instant_retracts(tmp_path):
    take(tmp_path, "a", [case("1", 0, 10, language="de"), case("2", 0, 10)], partner="aurora")
    take(tmp_path, "b", [case("1", 0, 30, language="en"), case("2", None, 20)], partner="aurora")
    take(tmp_path, "c", [case("1", 0, 20, language="fr")], partner="aurora")
    with lake_of(tmp_path) as lake:
        rows = lake.read(EVERYONE, "case")
    assert rows.column("case_id").to_pylist() == ["1"]
    assert rows.column("language").to_pylist() == ["en"]


def test_a_pin_sees_what_was_there_then(tmp_path):
    take(tmp_path, "a", [case("1", language="de")], partner="aurora")
    with lake_of(tmp_path) as lake:
        before = lake.pin()
        take(tmp_path, "b", [case("1", 0, 99, language="en"), case("2")], partner="aurora")
        assert lake.read(EVERYONE, "case", pin=before).column("language").to_pylist() == ["de"]
        assert lake.read(EVERYONE, "case").num_rows == 2
        assert lake.pin_at(before.number) == before


def test_one_load_leaves_one_clean_sorted_file_a_cohort(tmp_path):
    day = 86_400
    rows = [case("1", 0), case("2", 40 * day), *(event(f"e{n}", "1", 50 - n, "status", "open") for n in range(9))]
    take(tmp_path, "a", rows, partner="aurora")
    with lake_of(tmp_path) as lake:
        files = lake.case_event_files(EVERYONE)
        assert [(part.cohort, part.clean, part.rows) for part in files] == [(date(2026, 1, 1), True, 9)]
        cohorts = [part.cohort for part in lake.cohort_files(EVERYONE, "case")]
        assert cohorts == [date(2026, 1, 1), date(2026, 2, 1)]
        direct = pa.table(connect().sql(f"select event_at from read_parquet('{files[0].base}')")).column(0).to_pylist()
        assert direct == sorted(direct)


def test_few_new_rows_become_an_overlay_and_many_a_new_base(tmp_path):
    many = [event(f"e{n}", "1", n, "status", "open") for n in range(100)]
    take(tmp_path, "a", [case("1"), *many], partner="aurora")
    take(tmp_path, "b", [event("x1", "1", 500, "status", "solved")], partner="aurora")
    with lake_of(tmp_path) as lake:
        (small,) = lake.case_event_files(EVERYONE)
        assert (small.clean, len(small.overlays)) == (False, 1)
        assert lake.read(EVERYONE, "case_event").num_rows == 101
        before = lake.pin()
        changed = [event(f"e{n}", "1", n, "status", "pending", source_at=1000) for n in range(50)]
        take(tmp_path, "c", changed, partner="aurora")
        (big,) = lake.case_event_files(EVERYONE)
        assert (big.clean, big.overlays, len(big.history)) == (True, (), 1)
        assert lake.read(EVERYONE, "case_event").num_rows == 101
        assert lake.read(EVERYONE, "case_event", pin=before).column("value").to_pylist().count("pending") == 0


def test_a_retraction_survives_compaction(tmp_path):
    take(tmp_path, "a", [case("1", 0, 10)], partner="aurora")
    take(tmp_path, "b", [case("1", None, 20)], partner="aurora")
    take(tmp_path, "c", [case("1", 0, 15, language="de")], partner="aurora")
    with lake_of(tmp_path) as lake:
        assert lake.read(EVERYONE, "case").num_rows == 0


def test_a_case_keeps_the_cohort_of_its_first_arrival(tmp_path):
    take(tmp_path, "a", [case("1", 0, 10)], partner="aurora")
    take(tmp_path, "b", [case("1", 40 * 86_400, 20), event("e", "1", 41 * 86_400, "created")], partner="aurora")
    with lake_of(tmp_path) as lake:
        assert lake.read(EVERYONE, "case", columns=["cohort"]).column(0).to_pylist() == [date(2026, 1, 1)]
        assert lake.read(EVERYONE, "case_event", columns=["cohort"]).column(0).to_pylist() == [date(2026, 1, 1)]


def test_chosen_cases_and_cohorts_are_read_alone(tmp_path):
    rows = [case(str(n), n * 30 * 86_400) for n in range(4)]
    take(tmp_path, "a", rows, partner="aurora")
    with lake_of(tmp_path) as lake:
        every = lake.read(EVERYONE, "case")
        wanted = every.column("case_key")[2].as_py()
        assert lake.read(EVERYONE, "case", case_keys=[wanted]).column("case_key").to_pylist() == [wanted]
        assert lake.read(EVERYONE, "case", cohorts=[date(2026, 1, 1)]).num_rows == 2
        assert lake.read(EVERYONE, "case", case_keys=[]).num_rows == 0


def test_an_unknown_column_or_table_is_named(tmp_path):
    take(tmp_path, "a", [case("1")], partner="aurora")
    with lake_of(tmp_path) as lake:
        with pytest.raises(NotFound, match="colour"):
            lake.read(EVERYONE, "case", columns=["colour"])
        with pytest.raises(KeyError):
            lake.read(EVERYONE, "cases")


CANARIES = ("Borealis GmbH", "borealis-queue", "agent-of-borealis", "borealis")


def two_partners(home):
    rows = [
        case("1", queue="aurora-queue", reason="late parcel"),
        event("e1", "1", 0, "created", actor="customer"),
        event("e2", "1", 0, "queue", "aurora-queue"),
        event("e3", "1", 10, "queue", "borealis-queue", agent="agent-of-borealis"),
        event("e4", "1", 11, "owner", "agent-of-borealis"),
        event("e5", "1", 12, "message", "public", agent="agent-of-borealis"),
        event("e6", "1", 20, "queue", "aurora-queue", agent="agent-of-borealis"),
        event("e7", "1", 30, "status", "solved", agent="agent-of-aurora"),
        event("e8", "1", 40, "message", "public", agent="agent-of-borealis"),
        case("2", queue="borealis-queue"),
        event("f1", "2", 5, "queue", "borealis-queue", agent="agent-of-borealis"),
        case("3", queue="borealis-queue"),
        event("g1", "3", 5, "queue", "borealis-queue"),
        event("g2", "3", 6, "queue", "aurora-queue"),
        {"table": "agent", "agent_id": "agent-of-borealis", "partner_given": "borealis", "site": "Borealis GmbH"},
    ]
    mapping = (
        SampleFeed()
        .propose(home, None, {})
        .with_(queues={"aurora-queue": "aurora", "borealis-queue": "borealis"}, statuses={"solved": "solved"})
    )
    return take(home, "two", rows, mapping=mapping)


def test_a_partner_never_sees_another_partners_names(tmp_path):
    two_partners(tmp_path)
    scope = Scope.of_partner("client", "aurora")
    with lake_of(tmp_path) as lake, connect() as connection:
        for name in lake.pin().versions:
            for rows in (
                lake.read(scope, name, columns=table(name).schema.names),
                pa.table(connection.table(lake.relation(scope, name, connection))),
            ):
                text = json.dumps(rows.to_pylist(), default=str)
                assert not [canary for canary in CANARIES if canary in text], name


def test_queues_and_agents_that_no_list_knows_are_hidden_while_another_holds_the_case(tmp_path):
    rows = [
        case("1", queue="overflow", partner_given="borealis"),
        event("e1", "1", 0, "queue", "aurora-queue"),
        event("e2", "1", 10, "queue", "borealis-queue"),
        event("e3", "1", 12, "message", "public", agent="temp-17"),
        event("e4", "1", 13, "owner", "temp-17"),
        event("e5", "1", 14, "queue", "overflow"),
    ]
    mapping = SampleFeed().propose(tmp_path, None, {})
    take(tmp_path, "one", rows, mapping=mapping.with_(queues={"aurora-queue": "aurora", "borealis-queue": "borealis"}))
    with lake_of(tmp_path) as lake:
        for scope, known in ((Scope.of_partner("client", "aurora"), False), (EVERYONE, True)):
            for name, words in (("case", ("overflow",)), ("case_event", ("overflow", "temp-17"))):
                text = json.dumps(lake.read(scope, name).to_pylist(), default=str)
                assert [word in text for word in words] == [known] * len(words), name


def test_every_version_of_a_partners_rows_is_its_own(tmp_path):
    two_partners(tmp_path)
    with lake_of(tmp_path) as lake, connect() as connection:
        for scope, seen in ((Scope.of_partner("client", "aurora"), {"aurora"}), (EVERYONE, {"aurora", "borealis"})):
            view = lake.versions(scope, "case_event", connection)
            assert {row[0] for row in connection.sql(f"select distinct partner from {view}").fetchall()} == seen


def test_foreign_events_keep_what_the_arithmetic_needs(tmp_path):
    two_partners(tmp_path)
    with lake_of(tmp_path) as lake:
        mine = lake.read(Scope.of_partner("client", "aurora"), "case_event")
        every = lake.read(EVERYONE, "case_event")
        cases = lake.read(Scope.of_partner("client", "aurora"), "case")
    held = set(mine.column("case_key").to_pylist())
    assert len(held) == 2
    same = [row for row in every.to_pylist() if row["case_key"] in held]
    for seen, full in zip(mine.to_pylist(), same, strict=True):
        assert all(seen[name] == full[name] for name in ("case_key", "event_key", "event_at", "seq", "kind", "actor"))
        assert seen["partner"] == (full["partner"] if full["partner"] == "aurora" else OTHER_PARTY)
        if full["kind"] in ("status", "message"):
            assert seen["value"] == full["value"]
    assert sorted(cases.column("partner").to_pylist()) == ["aurora", OTHER_PARTY]
    assert {row["queue"] for row in cases.to_pylist()} == {"aurora-queue", OTHER_PARTY}


def test_another_partners_data_leave_the_digest_of_a_scope_alone(tmp_path):
    home, other = tmp_path / "a", tmp_path / "b"
    home.mkdir(), other.mkdir()
    take(home, "a", [case("1"), event("e", "1", 1, "created")], partner="aurora")
    take(other, "z", [case("9"), event("z", "9", 1, "created")], partner="borealis")
    take(other, "a", [case("1"), event("e", "1", 1, "created")], partner="aurora")
    scope = Scope.of_partner("client", "aurora")
    with lake_of(home) as one, lake_of(other) as two:
        for name in ("case", "case_event"):
            assert rows_digest(one.read(scope, name)) == rows_digest(two.read(scope, name))


def test_a_digest_does_not_depend_on_chunks_but_on_values():
    whole = pa.table({"a": pa.array(["x", None, "yz"]), "b": pa.array([1, None, 3], pa.int64())})
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    assert rows_digest(whole) == rows_digest(parts)
    for other in (
        pa.table({"a": ["x", "", "yz"], "b": pa.array([1, None, 3], pa.int64())}),
        pa.table({"a": ["x", None, "yz"], "b": pa.array([1, 0, 3], pa.int64())}),
        pa.table({"a": ["xy", None, "z"], "b": pa.array([1, None, 3], pa.int64())}),
    ):
        assert rows_digest(whole) != rows_digest(other)
    with pytest.raises(UsageError):
        rows_digest(whole.append_column("load_id", pa.array(["l", "l", "l"])))


def test_a_newer_lake_is_refused_with_both_versions(tmp_path):
    lake = Lake.create(tmp_path / "lake", "lumen")
    (lake.root / commits.PROTOCOL_FILE).write_text('{"protocol": 99, "client": "lumen"}')
    with pytest.raises(DataError, match="format 99"):
        Lake.open(lake.root)


def test_a_damaged_protocol_or_commit_is_an_integrity_error(tmp_path):
    take(tmp_path, "a", [case("1")], partner="aurora")
    commits.path_of(tmp_path / "lake", 1).write_text("{")
    with pytest.raises(IntegrityError, match="Commit 1"):
        lake_of(tmp_path).pin()
    (tmp_path / "lake" / commits.PROTOCOL_FILE).write_text("nonsense")
    with pytest.raises(IntegrityError):
        lake_of(tmp_path)


def test_a_table_with_unknown_reader_features_is_refused(tmp_path):
    take(tmp_path, "a", [case("1")], partner="aurora")
    log = sorted((tmp_path / "lake" / "case" / "_delta_log").glob("*.json"))[0]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {
                "minReaderVersion": 3,
                "minWriterVersion": 7,
                "readerFeatures": ["deletionVectors"],
                "writerFeatures": ["deletionVectors"],
            }
    log.write_text("\n".join(json.dumps(line) for line in lines))
    with pytest.raises(DataError, match="deletionVectors"):
        lake_of(tmp_path).read(EVERYONE, "case")


def test_load_id_and_cursor_stand_in_the_delta_commit(tmp_path):
    lake = Lake.create(tmp_path / "lake", "client")
    outcome = take(tmp_path, "a", [case("1")], partner="aurora")
    history = delta.open_delta(lake.folder("case")).history(1)[0]
    assert history["load_id"] == outcome.load_id
    assert delta.open_delta(lake.folder("case")).transaction_version("tallystick") == 1


def test_touched_cases_are_known_per_commit(tmp_path):
    take(tmp_path, "a", [case("1"), case("2"), case("3")], partner="aurora")
    with lake_of(tmp_path) as lake:
        before = lake.pin()
        take(tmp_path, "b", [event("e", "2", 5, "created")], partner="aurora")
        second = lake.read(EVERYONE, "case_event").column("case_key").to_pylist()
        assert lake.touched(before).to_pylist() == second
        assert len(lake.touched(lake.pin_at(0))) == 3
        assert len(lake.touched(lake.pin())) == 0


def test_two_writers_do_not_interleave(tmp_path):
    lake = Lake.create(tmp_path / "lake", "client")
    with commits.locked(lake.root), pytest.raises(Unavailable):
        take(tmp_path, "a", [case("1")], partner="aurora")
    assert take(tmp_path, "a", [case("1")], partner="aurora").stored == 1


def test_rows_without_all_columns_are_refused(tmp_path):
    lake = Lake.create(tmp_path / "lake", "client")
    with pytest.raises(IntegrityError, match="declared columns"):
        lake.append("case", pa.table({"case_key": [1]}), load_id="x")


def test_append_adds_complete_rows_in_a_commit_of_their_own(tmp_path):
    lake = Lake.create(tmp_path / "lake", "client")
    declared = table("mapping")
    row = {"mapping_key": 1, "source": "s", "kind": "status", "raw": "open", "meaning": "open", "valid_from": None,
           "partner": "*", "partner_given": None, "source_at": datetime(2026, 1, 1, tzinfo=UTC), "revision": 0,
           "load_id": "l", "row_hash": 1}  # fmt: skip
    pin = lake.append(
        "mapping", pa.Table.from_pylist([row], schema=declared.schema), load_id="l", cursor={"source": "s"}
    )
    assert (pin.number, lake.cursor("s")) == (1, {"source": "s"})
    assert lake.read(Scope.of_partner("client", "anyone"), "mapping").num_rows == 1


def test_a_script_that_reads_the_lake_ends_cleanly(tmp_path):
    take(tmp_path, "a", [case("1"), event("e", "1", 1, "created")], partner="aurora")
    script = (
        "from tallystick.records.lake import Lake\nfrom tallystick.vocabulary.scope import Scope\n"
        f"lake = Lake.open({str(tmp_path / 'lake')!r})\n"
        "print(lake.read(Scope.of_client('client'), 'case_event').num_rows)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")

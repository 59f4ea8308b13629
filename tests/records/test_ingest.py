"""Files in, canonical rows out."""

import gzip
import json
from datetime import datetime

import pyarrow as pa
import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import PERSONS, Vault
from tallystick.records import ledger, mapping_file
from tallystick.records.connector import Batch, Mapping
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.ledger import Outcome, UnbalancedOutcome
from tallystick.records.reattribution import reattribute
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, message, write_rows

EVERYONE = Scope.of_client("client")
ROWS = [case("1", 0, queue="q1"), event("e1", "1", 0, "created"), event("e2", "1", 60, "message", "public")]


def take(home, name, rows, **parts):
    return ingest(home, write_rows(home / f"{name}.rows", rows), connector=SampleFeed(), as_of=AS_OF, **parts)


def read(home, name, scope=EVERYONE, **parts):
    with Lake.open(home / "lake") as lake:
        return lake.read(scope, name, **parts)


def test_a_clean_file_is_stored_whole(tmp_path):
    outcome = take(tmp_path, "a", ROWS, partner="aurora")
    assert (outcome.rows_in, outcome.stored, outcome.duplicate, outcome.rejected) == (3, 3, 0, 0)
    assert (outcome.exit_code, outcome.tables) == (0, {"case": 1, "case_event": 2})
    assert read(tmp_path, "case_event").column("partner").to_pylist() == ["aurora", "aurora"]


def test_the_same_file_twice_changes_nothing(tmp_path):
    take(tmp_path, "a", ROWS, partner="aurora")
    with Lake.open(tmp_path / "lake") as lake:
        before = lake.pin()
    again = take(tmp_path, "a", ROWS, partner="aurora")
    renamed = take(tmp_path, "renamed", ROWS, partner="aurora")
    assert (again.stored, again.duplicate, again.exit_code) == (0, 3, 0)
    assert (renamed.stored, renamed.duplicate) == (0, 3)
    with Lake.open(tmp_path / "lake") as lake:
        assert lake.pin() == before


def test_overlapping_files_store_what_is_new(tmp_path):
    take(tmp_path, "a", ROWS, partner="aurora")
    outcome = take(tmp_path, "b", [*ROWS, event("e3", "1", 90, "status", "solved")], partner="aurora")
    assert (outcome.rows_in, outcome.stored, outcome.duplicate) == (4, 1, 3)


def test_a_row_that_stands_twice_in_a_file_is_stored_once(tmp_path):
    outcome = take(tmp_path, "a", [*ROWS, ROWS[1], ROWS[1]], partner="aurora")
    assert (outcome.rows_in, outcome.stored, outcome.duplicate) == (5, 3, 2)
    assert read(tmp_path, "case_event").num_rows == 2


def test_a_bad_row_is_quarantined_while_the_rest_is_stored(tmp_path):
    outcome = take(tmp_path, "a", [*ROWS, "bad", "bad"], partner="aurora")
    assert (outcome.rows_in, outcome.stored, outcome.rejected, outcome.exit_code) == (5, 3, 2, 1)
    lines = [json.loads(line) for line in (tmp_path / outcome.quarantine).read_text().splitlines()]
    assert [(line["row"], line["value"], line["finding"]["id"]) for line in lines] == [
        (4, "bad", "TS-I998"),
        (5, "bad", "TS-I998"),
    ]
    assert [(finding.id, finding.count) for finding in outcome.findings] == [("TS-I998", 2)]


def test_a_replay_of_a_file_with_bad_rows_says_so_again(tmp_path):
    take(tmp_path, "a", [*ROWS, "bad"], partner="aurora")
    again = take(tmp_path, "a", [*ROWS, "bad"], partner="aurora")
    assert (again.stored, again.duplicate, again.rejected, again.exit_code) == (0, 3, 1, 1)


def test_strict_stores_nothing_when_a_row_is_bad(tmp_path):
    outcome = take(tmp_path, "a", [*ROWS, "bad"], partner="aurora", strict=True)
    assert (outcome.rows_in, outcome.stored, outcome.rejected, outcome.exit_code) == (4, 0, 4, 3)
    assert read(tmp_path, "case").num_rows == 0
    assert take(tmp_path, "a", [*ROWS, "bad"], partner="aurora").stored == 3


def test_a_damaged_container_refuses_the_whole_file(tmp_path):
    rows = [event(f"e{n}", "1", n, "status", "open") for n in range(1500)]
    outcome = take(tmp_path, "a", [*rows, "damage"], partner="aurora")
    assert (outcome.rows_in, outcome.stored, outcome.exit_code) == (0, 0, 3)
    assert [finding.id for finding in outcome.findings] == ["TS-I999"]
    assert read(tmp_path, "case_event").num_rows == 0


def test_several_files_make_one_outcome_with_its_parts(tmp_path):
    files = [write_rows(tmp_path / "a.rows", ROWS), write_rows(tmp_path / "b.rows", ["damage"])]
    outcome = ingest(tmp_path, files, connector=SampleFeed(), as_of=AS_OF, partner="aurora")
    assert (outcome.stored, outcome.exit_code, [part.exit_code for part in outcome.parts]) == (3, 3, [0, 3])


def test_a_dry_run_says_what_would_happen_and_leaves_no_trace(tmp_path):
    outcome = take(tmp_path, "a", [*ROWS, "bad"], partner="aurora", dry_run=True)
    assert (outcome.stored, outcome.rejected, outcome.dry_run, outcome.exit_code) == (3, 1, True, 1)
    assert {path.name for path in tmp_path.iterdir()} == {"a.rows"}
    take(tmp_path, "a", ROWS, partner="aurora")
    again = take(tmp_path, "b", [*ROWS, event("x", "1", 5, "note")], partner="aurora", dry_run=True)
    assert (again.stored, again.duplicate) == (1, 3)
    assert read(tmp_path, "case_event").num_rows == 2


@pytest.mark.parametrize("keys", ["none yet", "there"])
def test_a_dry_run_makes_no_key(tmp_path, keys):
    """Neither the master key nor one of a person: a look at a file is no reason to hold a secret of its customers."""
    rows = [
        case("1", 0, requester="ann@example.org"),
        message("m1", "1", 5, "my lamp is broken", person="ann@example.org"),
        {"table": "agent", "agent_id": "bob", "name": "Bob Example"},
    ]
    place = tmp_path / "keys"
    if keys == "there":
        Vault.create(place).encrypt("t", "c", pa.array([1]), pa.array([7]), pa.array(["x"]))
    before = {path.name: path.read_bytes() for path in place.glob("*")}
    outcome = take(tmp_path, "a", rows, dry_run=True, redactor=Redactor(), vault=Vault.rehearse(place))
    assert (outcome.stored, outcome.tables["message_text"], outcome.tables["agent"]) == (3, 1, 1)
    assert {path.name: path.read_bytes() for path in place.glob("*")} == before
    stored = take(tmp_path, "a", rows, redactor=Redactor(), vault=Vault.create(place))
    assert (stored.stored, dict(stored.tables)) == (outcome.stored, dict(outcome.tables))
    assert (place / PERSONS).stat().st_size > len(before.get(PERSONS, b""))


def test_every_attempt_stands_in_the_ledger_and_balances(tmp_path):
    take(tmp_path, "a", [*ROWS, "bad"], partner="aurora")
    take(tmp_path, "a", [*ROWS, "bad"], partner="aurora")
    take(tmp_path, "b", ["damage"], partner="aurora")
    take(tmp_path, "c", ["bad"], partner="aurora", strict=True)
    entries = list(ledger.lines(tmp_path))
    assert [entry["exit_code"] for entry in entries] == [1, 1, 3, 3]
    assert all(e["rows_in"] == e["stored"] + e["duplicate"] + e["rejected"] for e in entries)
    assert all(entry["as_of"] == AS_OF.isoformat() for entry in entries)


def test_an_outcome_that_loses_a_row_cannot_be_made():
    with pytest.raises(UnbalancedOutcome):
        Outcome("l", "f", "c", None, rows_in=3, stored=1, duplicate=1, rejected=0)


def test_a_connector_that_loses_a_row_is_found_out(tmp_path):
    class Leaky(SampleFeed):
        def read(self, path, mapping, resolver):
            for batch in super().read(path, mapping, resolver):
                yield Batch(batch.tables, batch.rows_in + 1, batch.texts, batch.rejects)

    path = write_rows(tmp_path / "a.rows", ROWS)
    with pytest.raises(UnbalancedOutcome, match="ended nowhere"):
        ingest(tmp_path, path, connector=Leaky(), as_of=AS_OF, partner="aurora")


def test_rows_that_were_only_read_are_noted_and_balance(tmp_path):
    class Noting(SampleFeed):
        def read(self, path, mapping, resolver):
            for batch in super().read(path, mapping, resolver):
                yield Batch(batch.tables, batch.rows_in + 2, batch.texts, batch.rejects, noted=2)

    path = write_rows(tmp_path / "a.rows", ROWS)
    first = ingest(tmp_path, path, connector=Noting(), as_of=AS_OF, partner="aurora")
    assert (first.rows_in, first.stored) == (5, 5)
    again = ingest(tmp_path, path, connector=Noting(), as_of=AS_OF, partner="aurora")
    assert (again.stored, again.duplicate) == (0, 5)


def test_progress_counts_up_to_the_total(tmp_path):
    seen = []
    path = write_rows(tmp_path / "a.rows", [event(f"e{n}", "1", n, "note") for n in range(2500)])
    ingest(tmp_path, path, connector=SampleFeed(), as_of=AS_OF, partner="a", progress=lambda *step: seen.append(step))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_corrected_mapping_replaces_what_the_file_brought_before(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", partner="aurora")
    take(tmp_path, "a", [*ROWS, event("e9", "1", 99, "note")], mapping=plan)
    outcome = take(tmp_path, "a", [*ROWS, event("e9", "1", 99, "note")], mapping=plan.with_(settings={"shift": 60}))
    assert outcome.stored == 4
    moments = [
        value.second + 60 * value.minute for value in read(tmp_path, "case_event").column("event_at").to_pylist()
    ]
    assert moments == [60, 120, 159]
    back = take(tmp_path, "a", [*ROWS, event("e9", "1", 99, "note")], mapping=plan)
    assert back.stored == 4
    assert read(tmp_path, "case_event").column("event_at")[0].as_py().minute == 0


def test_what_a_corrected_mapping_does_not_bring_any_more_is_withdrawn_even_if_it_moved(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", queues={"q1": "aurora"})
    take(tmp_path, "a", ROWS, mapping=plan)
    reattribute(tmp_path, source="sample", kind="queue", words={"q1": "borealis"}, as_of=AS_OF)
    corrected = plan.with_(queues={"q1": "borealis"}, settings={"only": "case"})
    ingest(tmp_path, tmp_path / "a.rows", connector=OnlySome(), as_of=AS_OF, mapping=corrected)
    assert read(tmp_path, "case_event").num_rows == 0
    assert read(tmp_path, "case").column("partner").to_pylist() == ["borealis"]


@pytest.mark.parametrize("first", ["a", "b"])
def test_what_one_file_withdraws_and_another_still_brings_stays(tmp_path, first):
    plan = Mapping("sample_feed", "sample", "sample", partner="aurora")
    more = [event(f"e{number}", "1", 60 + number, "note") for number in range(3, 20)]
    take(tmp_path, "a", [*ROWS, *more], mapping=plan)
    take(tmp_path, "b", [*more, case("2")], mapping=plan)
    corrected = plan.with_(settings={"only": "case"})
    for name in ("ab", "ba")[first == "b"]:
        reader = OnlySome() if name == "a" else SampleFeed()
        ingest(tmp_path, tmp_path / f"{name}.rows", connector=reader, as_of=AS_OF, mapping=corrected)
    assert read(tmp_path, "case_event").num_rows == 17
    assert read(tmp_path, "case").num_rows == 2


class OnlySome(SampleFeed):
    """Reads the rows of one table only if the mapping says so; those of the others are merely noted."""

    def read(self, path, mapping, resolver):
        for batch in super().read(path, mapping, resolver):
            kept = {name: rows for name, rows in batch.tables.items() if name == mapping.settings["only"]}
            noted = sum(rows.num_rows for name, rows in batch.tables.items() if name not in kept)
            yield Batch(kept, batch.rows_in, noted=noted)


def test_files_read_by_an_older_mapping_are_named(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", partner="aurora")
    take(tmp_path, "a", ROWS, mapping=plan)
    take(tmp_path, "b", [case("7")], mapping=plan)
    outcome = take(tmp_path, "a", ROWS, mapping=plan.with_(settings={"shift": 60}))
    assert [(finding.id, finding.count) for finding in outcome.findings] == [("TS-I511", 1)]
    assert "b.rows" in outcome.findings[0].message
    assert not take(tmp_path, "b", [case("7")], mapping=plan.with_(settings={"shift": 60})).findings


def test_the_mapping_is_saved_and_used_again(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", partner="aurora", statuses={"no": "open", "on": "closed"})
    take(tmp_path, "a", ROWS, mapping=plan)
    assert mapping_file.load(tmp_path, "sample") == plan
    take(tmp_path, "b", [case("7")])
    assert read(tmp_path, "case").column("partner").to_pylist() == ["aurora", "aurora"]
    assert sorted(read(tmp_path, "mapping").column("raw").to_pylist()) == ["no", "on"]


def test_queue_and_agent_say_whose_each_event_is(tmp_path):
    plan = Mapping(
        "sample_feed", "sample", "sample", queues={"q1": "aurora", "q2": "borealis"}, agents={"bob": "cygnus"}
    )
    rows = [
        case("1", 0),
        event("e0", "1", 0, "created"),
        event("e1", "1", 1, "queue", "q1"),
        event("e2", "1", 2, "queue", "q2"),
        event("e3", "1", 3, "owner", "bob"),
        event("e4", "1", 4, "status", "open"),
        event("e5", "1", 5, "owner", ""),
        case("2", 0),
        event("f", "2", 1, "queue", "never mapped"),
    ]
    take(tmp_path, "a", rows, mapping=plan)
    events = read(tmp_path, "case_event").to_pylist()
    partners = {(row["kind"], row["value"]): row["partner"] for row in events}
    assert partners == {
        ("created", None): "aurora",
        ("queue", "q1"): "aurora",
        ("queue", "q2"): "borealis",
        ("owner", "bob"): "cygnus",
        ("status", "open"): "cygnus",
        ("owner", ""): "cygnus",
        ("queue", "never mapped"): "unassigned",
    }


def test_an_agent_moved_on_a_day_moves_only_what_came_after(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", agents={"bob": "aurora"})
    day = 86_400
    rows = [case("1", 0), event("a", "1", day, "owner", "bob"), case("2", 0), event("b", "2", 9 * day, "owner", "bob")]
    take(tmp_path, "a", rows, mapping=plan)
    since = datetime(2026, 1, 5, tzinfo=AS_OF.tzinfo)
    arguments = {"source": "sample", "kind": "agent", "words": {"bob": "borealis"}, "as_of": AS_OF, "valid_from": since}
    assert reattribute(tmp_path, **arguments)["case_event"] == 1
    assert reattribute(tmp_path, **arguments) == {}
    events = {row["event_at"].day: row["partner"] for row in read(tmp_path, "case_event").to_pylist()}
    assert events == {2: "aurora", 10: "borealis"}


def test_an_undated_correction_goes_into_the_saved_mapping(tmp_path):
    plan = Mapping("sample_feed", "sample", "sample", queues={"q1": "aurora"})
    take(tmp_path, "a", ROWS, mapping=plan)
    reattribute(tmp_path, source="sample", kind="queue", words={"q1": "borealis"}, as_of=AS_OF)
    assert mapping_file.load(tmp_path, "sample").queues == {"q1": "borealis"}
    assert take(tmp_path, "a", ROWS).stored == 0
    assert set(read(tmp_path, "case").column("partner").to_pylist()) == {"borealis"}


def test_texts_are_redacted_and_their_originals_open_with_the_key_only(tmp_path):
    vault = Vault.create(tmp_path / "keys")
    rows = [case("1", requester="ann@example.com"), message("m1", "1", 5, "I am ann@example.com", "ann@example.com")]
    outcome = take(tmp_path, "a", rows, partner="aurora", redactor=Redactor(), vault=vault)
    assert outcome.tables == {"case": 1, "message": 1, "message_text": 1}
    (text,) = read(tmp_path, "message_text").to_pylist()
    assert (text["redacted"], text["entities"], text["partner"]) == ("I am [EMAIL]", '{"email":1}', "aurora")
    assert (
        text["person_key"]
        == read(tmp_path, "case").column("requester_key")[0].as_py()
        == vault.pseudonym("ANN@example.com ")
    )
    opened = vault.decrypt("message_text", "original", text["text_key"], text["person_key"], text["original"])
    assert opened == "I am ann@example.com"
    for path in (tmp_path / "lake").rglob("*"):
        assert not path.is_file() or b"ann@example.com" not in path.read_bytes()
    assert take(tmp_path, "b", rows, partner="aurora", redactor=Redactor(), vault=vault).stored == 0


def test_without_a_vault_no_text_and_no_persons_key_is_stored(tmp_path):
    outcome = take(tmp_path, "a", [case("1", requester="ann"), message("m1", "1", 5, "hello", "ann")], partner="aurora")
    assert outcome.stored == 2
    assert [finding.id for finding in outcome.findings] == ["TS-I510"]
    assert read(tmp_path, "message_text").num_rows == 0
    assert read(tmp_path, "case").column("requester_key").to_pylist() == [None]


def test_agents_names_are_stored_as_pseudonyms(tmp_path):
    class Named(SampleFeed):
        def read(self, path, mapping, resolver):
            for batch in super().read(path, mapping, resolver):
                agents = batch.tables["agent"]
                names = agents.set_column(agents.schema.get_field_index("name"), "name", pa.array(["Bob Roberts"]))
                yield Batch({"agent": names}, batch.rows_in)

    vault = Vault.create(tmp_path / "keys")
    path = write_rows(tmp_path / "a.rows", [{"table": "agent", "agent_id": "bob"}])
    first = ingest(tmp_path, path, connector=Named(), as_of=AS_OF, partner="aurora", vault=vault, redactor=Redactor())
    (row,) = read(tmp_path, "agent").to_pylist()
    assert row["name"].startswith("Agent ")
    opened = vault.decrypt("agent", "name_original", row["agent_key"], vault.pseudonym("bob"), row["name_original"])
    assert (first.stored, opened) == (1, "Bob Roberts")


def test_a_list_without_version_times_changes_only_when_it_says_something_new(tmp_path):
    later = datetime(2026, 8, 1, tzinfo=AS_OF.tzinfo)
    one = write_rows(tmp_path / "1.rows", [{"table": "agent", "agent_id": "bob", "site": "Cluj"}])
    two = write_rows(tmp_path / "2.rows", [{"table": "agent", "agent_id": "bob", "site": "Iasi"}, case("1")])
    assert ingest(tmp_path, one, connector=SampleFeed(), as_of=AS_OF, partner="a").stored == 1
    assert ingest(tmp_path, two, connector=SampleFeed(), as_of=later, partner="a").stored == 2
    assert read(tmp_path, "agent").column("site").to_pylist() == ["Iasi"]


def test_another_clients_lake_and_a_naive_instant_are_refused(tmp_path):
    take(tmp_path, "a", ROWS, partner="aurora", client="lumen")
    with pytest.raises(UsageError, match="lumen"):
        take(tmp_path, "a", ROWS, partner="aurora", client="other")
    with pytest.raises(UsageError, match="zone"):
        ingest(tmp_path, tmp_path / "a.rows", connector=SampleFeed(), as_of=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(UsageError, match="No file"):
        ingest(tmp_path, [], connector=SampleFeed(), as_of=AS_OF)
    with pytest.raises(NotFound, match="connector"):
        ingest(tmp_path, tmp_path / "a.rows", connector="nonesuch", as_of=AS_OF)
    with pytest.raises(NotFound, match="mapping"):
        ingest(tmp_path, tmp_path / "a.rows", connector=SampleFeed(), mapping=tmp_path / "none.yaml", as_of=AS_OF)


def test_the_clients_name_comes_from_the_folder(tmp_path):
    (tmp_path / "tally.yaml").write_text("client: lumen\nname: Lumen Home\n")
    take(tmp_path, "a", ROWS, partner="aurora")
    with Lake.open(tmp_path / "lake") as lake:
        assert lake.client == "lumen"


HEAD = "ticket id,created at,resolved at,status,channel,queue\n"
FIRST = HEAD + "".join(f"A-{n},2026-03-01T1{n}:00:00Z,2026-03-02T1{n}:00:00Z,solved,mail,DE\n" for n in range(6))
SECOND = HEAD + "".join(f"B-{n},2026-03-03T1{n}:00:00Z,2026-03-04T1{n}:00:00Z,solved,{word},DE\n"
                        for n, word in enumerate(("mail", "phone", "mail", "phone", "mail", "hotline")))  # fmt: skip


def take_table(home, name, text, **parts):
    path = home / name
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode())
    return ingest(home, path, connector="any_table", as_of=AS_OF, partner="aurora", hints={"feed": "desk"}, **parts)


def generations(home):
    return [entry["generation"] for entry in ledger.lines(home)]


def pinned(home):
    with Lake.open(home / "lake") as lake:
        return lake.pin()


def ids(outcome):
    return {finding.id for finding in outcome.findings}


def test_a_compressed_file_after_a_plain_one_of_its_feed_corrects_nothing(tmp_path):
    take_table(tmp_path, "desk-1.csv", FIRST)
    outcome = take_table(tmp_path, "desk-2.csv.gz", SECOND)
    assert generations(tmp_path) == [0, 0]
    assert "TS-I511" not in ids(outcome)
    again = take_table(tmp_path, "desk-1.csv.gz", FIRST)
    assert (again.stored, "TS-I511" in ids(again)) == (0, False)


def test_a_further_word_of_a_later_file_corrects_nothing(tmp_path):
    take_table(tmp_path, "desk-1.csv", FIRST)
    outcome = take_table(tmp_path, "desk-2.csv", SECOND)
    (first, _) = ledger.lines(tmp_path)
    assert set(outcome.mapping.channels) > set(first["words"]["channels"])
    assert generations(tmp_path) == [0, 0]
    assert "TS-I511" not in ids(outcome)


def test_another_meaning_of_a_word_is_a_correction(tmp_path):
    plan = take_table(tmp_path, "desk-1.csv", FIRST).mapping
    take_table(tmp_path, "desk-2.csv", SECOND)
    saved = mapping_file.load(tmp_path, "desk")
    assert plan.channels["mail"] == saved.channels["mail"] == "email"
    outcome = take_table(
        tmp_path, "desk-1.csv", FIRST, mapping=saved.with_(channels={**saved.channels, "mail": "letter"})
    )
    assert generations(tmp_path) == [0, 0, 1]
    (stale,) = [finding for finding in outcome.findings if finding.id == "TS-I511"]
    assert (stale.count, "desk-2.csv" in stale.message) == (1, True)
    cured = take_table(tmp_path, "desk-2.csv", SECOND)
    assert (generations(tmp_path)[-1], "TS-I511" in ids(cured)) == (1, False)
    once_more = take_table(tmp_path, "desk-1.csv", FIRST)
    assert (once_more.stored, generations(tmp_path)[-1]) == (0, 1)
    by_case = {row["case_id"]: row["channel"] for row in read(tmp_path, "case").to_pylist()}
    assert {by_case["A-0"], by_case["B-0"]} == {"letter"}


def test_a_file_that_is_read_again_with_a_word_that_it_holds_is_replaced(tmp_path):
    take_table(tmp_path, "desk-2.csv", SECOND)
    before = {row["case_id"]: row["channel"] for row in read(tmp_path, "case").to_pylist()}
    saved = mapping_file.load(tmp_path, "desk")
    assert before["B-5"] != "voice"
    outcome = take_table(
        tmp_path, "desk-2.csv", SECOND, mapping=saved.with_(channels={**saved.channels, "hotline": "voice"})
    )
    assert outcome.stored == 6
    assert generations(tmp_path) == [0, 1]
    after = {row["case_id"]: row["channel"] for row in read(tmp_path, "case").to_pylist()}
    assert after == {**before, "B-5": "voice"}


def test_the_same_file_twice_with_others_of_its_feed_in_between_changes_nothing(tmp_path):
    first = take_table(tmp_path, "desk-1.csv", FIRST)
    take_table(tmp_path, "desk-2.csv.gz", SECOND)
    before = pinned(tmp_path)
    again = take_table(tmp_path, "desk-1.csv", FIRST)
    assert again.mapping.channels != first.mapping.channels
    assert (again.stored, again.duplicate, "TS-I511" in ids(again)) == (0, 6, False)
    assert generations(tmp_path) == [0, 0, 0]
    assert pinned(tmp_path) == before

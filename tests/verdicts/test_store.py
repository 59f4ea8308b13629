"""Which judging a verdict belongs to, and which verdict a name means."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import Ambiguous, IntegrityError, NotFound, UsageError
from tests.verdicts.invented_verdicts import judged, share, verdict
from tests.verdicts.kept_desk import kept_desk

NAME = "aurora/S1/2026-06"


def write(store: VerdictStore, one: Verdict, **more: Any) -> Judged:
    """A judging of one verdict, without evidence and text of its own."""
    record = replace(
        judged("2026-07-01T00:00:00Z"), contract=one.contract, verdicts=((one.clause, one.digest),), **more
    )
    store.add(record, [one], PeriodEvidence({}, {}, record.gate), {})
    return record


@pytest.mark.parametrize("number", range(8))
def test_an_unchanged_verdict_of_a_period_judged_again_belongs_to_the_newest_judging(
    tmp_path: Path, number: int
) -> None:
    store, same = VerdictStore(tmp_path), verdict(share(9, 10))
    records = [write(store, same)]
    for again in range(3):
        # The digests fall as they like, so that the order of the files says nothing.
        records.append(
            write(store, same, as_of=f"2026-07-{2 + again:02}T00:00:{number:02}Z", supersedes=records[-1].digest)
        )
    assert store.judged() == [records[-1]]
    assert store.judging_of(same) == records[-1]


def test_a_verdict_that_was_restated_keeps_the_newest_judging_that_held_it(tmp_path: Path) -> None:
    store, old, new = VerdictStore(tmp_path), verdict(share(9, 10)), verdict(share(8, 10))
    first = write(store, old)
    second = write(store, old, as_of="2026-07-02T00:00:00Z", supersedes=first.digest)
    third = write(store, new, as_of="2026-07-03T00:00:00Z", supersedes=second.digest)
    assert store.judging_of(old) == second
    assert store.judging_of(new) == third


def test_a_name_that_two_contracts_bear_is_answered_with_the_choices(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    one, other = verdict(share(9, 10)), verdict(share(7, 10), contract="d")
    write(store, one)
    assert store.find(NAME) == one
    write(store, other)
    with pytest.raises(Ambiguous) as raised:
        store.find(NAME)
    assert raised.value.choices == (f"c/{NAME}", f"d/{NAME}")
    assert all(whole in raised.value.cure for whole in raised.value.choices)
    for each in (one, other):
        assert store.find(each.whole_name) == store.find(each.id) == store.find(each.digest) == each
        assert store.find(f"{NAME}@{each.digest[:12]}") == each
    # Another contract's digest behind a whole name means nothing but that name.
    assert store.find(f"{one.whole_name}@{other.digest[:12]}") == one
    for nothing in ("e/" + NAME, "aurora/S1", "x/c/" + NAME, "../" + NAME):
        with pytest.raises(NotFound):
            store.find(nothing)


def test_a_judging_that_is_tampered_with_after_it_was_read_is_noticed_when_it_is_read_again(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    record = write(store, verdict(share(9, 10)))
    assert store.judged() == [record]
    assert store.judged()[0] is store.judged()[0], "what is as it was is not read again"
    (path,) = tmp_path.glob("*/*/*/judged@*.json")
    before = path.stat().st_mtime_ns
    path.write_bytes(path.read_bytes().replace(b"2026-07-01", b"2026-07-02"))
    os.utime(path, ns=(before + 10**9, before + 10**9))  # clocks of file systems may tick slowly
    with pytest.raises(IntegrityError, match="was changed after it was written"):
        store.judged()


def test_a_verdict_is_found_by_eight_or_more_digits_of_its_digest(tmp_path: Path) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    record = write(store, one)
    for count in (8, 9, 12, 13, 64):
        assert store.find(one.digest[:count]) == one
    wild = f"{one.digest[:7]}?????"
    for nothing in (one.digest[:7], one.digest[:7] + "x", "0" * 8, record.digest[:12], "x" * 12, wild, "*@" + wild):
        with pytest.raises(NotFound):
            store.find(nothing)


def test_a_verdict_is_found_by_its_name_with_any_digits_behind_it(tmp_path: Path) -> None:
    store, one, other = VerdictStore(tmp_path), verdict(share(9, 10)), verdict(share(8, 10))
    first = write(store, one)
    write(store, other, as_of="2026-07-02T00:00:00Z", supersedes=first.digest)
    # The one that was restated is found by its own digits alone; without any the one that stands is meant.
    assert store.find(NAME) == store.find(f"c/{NAME}") == other
    for digits in (one.digest[:1], one.digest[:12], one.digest):
        if not other.digest.startswith(digits):
            assert store.find(f"{NAME}@{digits}") == store.find(f"c/{NAME}@{digits}") == one
    assert store.find(one.digest[:12]) == one
    assert list(store.all()) == sorted([one, other], key=lambda each: each.digest)
    with pytest.raises(NotFound) as raised:
        store.find("aurora/S2/2026-06")
    assert raised.value.near == (NAME,)


def test_digits_that_two_verdicts_share_are_answered_with_their_ids(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    made = [verdict(share(met, 100)) for met in range(40)]
    for one in made:
        write(store, one, as_of=f"2026-07-01T00:00:{made.index(one):02}Z")
    first = max("0123456789abcdef", key=lambda letter: sum(one.digest.startswith(letter) for one in made))
    alike = sorted(one.id for one in made if one.digest.startswith(first))
    assert len(alike) > 1
    with pytest.raises(Ambiguous) as raised:
        store.find(f"{NAME}@{first}")
    assert list(raised.value.choices) == alike
    # Eight digits and more that belong to two: one verdict under two contracts has the same file name in both.
    (path,) = tmp_path.glob(f"c/*/*/S1@{made[0].digest[:12]}.json")
    twin = tmp_path / "d" / "aurora" / "2026-06" / path.name
    twin.parent.mkdir(parents=True)
    shutil.copy(path, twin)
    with pytest.raises(Ambiguous) as raised:
        store.find(made[0].digest[:8])
    assert list(raised.value.choices) == [made[0].id, made[0].id]


def test_files_are_named_by_twelve_digits_and_end_in_a_new_line(tmp_path: Path) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    record = write(store, one)
    folder = tmp_path / "c" / "aurora" / "2026-06"
    assert {path.name for path in folder.glob("*.json")} == {
        f"judged@{record.digest[:12]}.json",
        f"S1@{one.digest[:12]}.json",
    }
    assert all(path.read_bytes().endswith(b"}\n") for path in folder.glob("*.json"))


def test_what_is_written_once_is_not_written_again(tmp_path: Path) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    write(store, one)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    inodes = {path: path.stat().st_ino for path in before}
    write(store, one)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert {path: path.stat().st_ino for path in before} == inodes


def test_a_judging_survives_json_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    _, record = kept_desk(tmp_path)
    assert record.statement is not None
    again = Judged.from_json(record.as_json())
    assert again.as_json() == record.as_json()
    assert again.statement is not None
    assert str(again.statement.total) == "EUR 4,800.00"
    assert Judged.from_json({**record.as_json(), "statement": None}).statement is None


def test_a_judging_knows_what_was_known_on_the_day_of_its_instant() -> None:
    assert judged("2026-07-05T23:59:59+00:00").known_on == judged("2026-07-05T00:00:00Z").known_on == date(2026, 7, 5)


def test_a_judging_is_found_by_its_whole_digest_and_its_period(tmp_path: Path) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    record = write(store, one)
    later = write(store, one, as_of="2026-07-02T00:00:00Z", supersedes=record.digest)
    for each in (record, later):
        assert store.judging_of_digest(record, "2026-06", each.digest) == each
    # The first digits alone are no proof.
    assert store.judging_of_digest(record, "2026-06", record.digest[:-1] + "x") is None
    assert store.judging_of_digest(record, "2026-06", "0" * 64) is None
    assert store.judging_of_digest(record, "2026-05", record.digest) is None
    with pytest.raises(NotFound):
        store.judging_of(verdict(share(1, 10)))


def test_a_judging_that_was_replaced_by_another_on_the_disk_is_read_again(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    first = write(store, verdict(share(9, 10)))
    assert store.judged() == [first]
    (path,) = tmp_path.glob("*/*/*/judged@*.json")
    elsewhere = VerdictStore(tmp_path / "elsewhere")
    other = write(elsewhere, verdict(share(9, 10)), as_of="2026-07-03T00:00:00Z")
    (source,) = (tmp_path / "elsewhere").glob("*/*/*/judged@*.json")
    stat = path.stat()
    shutil.copy(source, path)
    os.utime(path, ns=(stat.st_mtime_ns + 10**9, stat.st_mtime_ns + 10**9))
    assert store.judged() == store.judged() == [other]


@pytest.mark.parametrize("which", ["judged@", "S1@"])
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"{}", "is not a"), (b"no json", "is not a"), (b"[]", "is not a"), (None, "was changed after it was written")],
)
def test_a_file_that_is_not_what_was_written_is_told_by_its_name(
    tmp_path: Path, which: str, content: bytes | None, said: str
) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    record = write(store, one)
    (path,) = tmp_path.glob(f"*/*/*/{which}*.json")
    path.write_bytes(path.read_bytes().replace(b"aurora", b"borealis") if content is None else content)
    with pytest.raises(IntegrityError, match=rf"^{path.name} {said}"):
        store.judging_at(path) if which == "judged@" else store.verdicts_of(record)


def test_texts_come_back_by_name_the_contracts_first(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    texts = {"z.yaml": b"contract", "a/b.lock": b"lock"}
    one = verdict(share(9, 10))
    for again in (texts, {"z.yaml": b"other"}):
        # What stands under a digest is written once.
        store.add(replace(judged("2026-07-01T00:00:00Z"), texts="f" * 64), [one], PeriodEvidence({}, {}), again)
    found = store.texts(replace(judged("2026-07-01T00:00:00Z"), texts="f" * 64))
    assert list(found.items()) == list(texts.items())
    assert (tmp_path / "texts" / ("f" * 12) / "files" / "a" / "b.lock").read_bytes() == b"lock"


def test_evidence_comes_back_as_rows_and_facts(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    found = store.evidence(record)
    assert set(found.rows) == {"case", "case_event", "survey_response", "mapping", "reported_value"}
    assert {"case", "clock", "survey"} <= set(found.facts)
    assert found.gate == record.gate
    assert found.digest == record.evidence
    assert store.rows(record, "case").num_rows == 8
    assert store.rows(record, "case").schema.field("case_id").type == pa.string()
    keys = store.rows(record, "case").column("case_key").to_pylist()
    some = store.rows(record, "case_event", [keys[2], keys[0]])
    assert set(some.column("case_key").to_pylist()) == {keys[0], keys[2]}
    assert store.rows(record, "case", []).num_rows == 0


def test_facts_come_back_in_the_columns_that_are_asked_for_and_words_coded_on_demand(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    plain = store.facts(record, "case", ["case_id", "case_key"])
    assert plain.schema.types == [pa.string(), pa.int64()]
    coded = store.facts(record, "case", ["case_id", "case_key"], coded=True)
    assert pa.types.is_dictionary(coded.schema.field("case_id").type)
    assert coded.schema.field("case_key").type == pa.int64()
    assert coded.column("case_id").to_pylist() == plain.column("case_id").to_pylist()
    whole = store.facts(record, "case", coded=True)
    assert pa.types.is_dictionary(whole.schema.field("queue").type)
    assert whole.column_names == list(store.fact_columns(record, "case"))
    assert store.facts(record, "case").schema.field("queue").type == pa.string()
    assert store.facts(record, "bot_session") is None
    assert store.fact_columns(record, "bot_session") == ()


def test_facts_that_another_text_counts_are_kept_beside_the_same_rows(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    evidence = store.evidence(record)
    (folder,) = tmp_path.glob("verdicts/*/*/*/evidence@*")
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    more = pa.table({"case_key": pa.array([1, 2])})
    clock = evidence.facts["clock"].slice(0, 0)
    store.add(record, [], replace(evidence, facts={"bot_session": more, "clock": clock}), {})
    assert store.facts(record, "bot_session").to_pylist() == more.to_pylist()
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name in before} == before
    assert {path.name for path in folder.iterdir()} - set(before) == {"fact_bot_session.parquet"}


def test_evidence_lies_as_parquet_without_statistics_and_with_lists_of_words_for_words_alone(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    (path,) = tmp_path.glob("verdicts/*/*/*/evidence@*/case_event.parquet")
    told = parquet.ParquetFile(path).metadata.row_group(0)
    parts = {told.column(at).path_in_schema: told.column(at) for at in range(told.num_columns)}
    assert {part.compression for part in parts.values()} == {"ZSTD"}
    assert not any(part.is_stats_set for part in parts.values())
    assert parts["kind"].has_dictionary_page
    assert not parts["event_key"].has_dictionary_page
    assert store.evidence(record).digest == record.evidence


@pytest.mark.parametrize("gone", ["texts.json", "files"])
def test_texts_that_are_gone_are_told_by_their_place(tmp_path: Path, gone: str) -> None:
    store, record = kept_desk(tmp_path)
    folder = tmp_path / "verdicts" / "texts" / record.texts[:12]
    (folder / gone).rename(folder / "elsewhere")
    with pytest.raises(IntegrityError, match=rf"{folder.name}/{gone}.* is missing") as told:
        store.texts(record)
    assert "backup" in told.value.cure


@pytest.mark.parametrize("damage", ["cut", "emptied", "spoilt"])
def test_evidence_that_cannot_be_read_is_told_by_its_place(tmp_path: Path, damage: str) -> None:
    store, record = kept_desk(tmp_path)
    (path,) = tmp_path.glob("verdicts/*/*/*/evidence@*/fact_clock.parquet")
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-40], "emptied": b"", "spoilt": whole[:4] + bytes(200) + whole[204:]}[damage])
    with pytest.raises(IntegrityError, match=r"fact_clock.parquet is damaged"):
        store.evidence(record)
    if damage == "cut":
        for read in (store.facts, store.fact_columns):
            with pytest.raises(IntegrityError, match=r"fact_clock.parquet is damaged"):
                read(record, "clock")


@pytest.mark.parametrize("which", ["judged@", "S1@"])
def test_a_file_that_may_not_be_read_is_told_as_that_and_one_that_is_gone_as_gone(
    tmp_path: Path, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, one = VerdictStore(tmp_path), verdict(share(9, 10))
    record = write(store, one)
    (path,) = tmp_path.glob(f"*/*/*/{which}*.json")

    def read() -> None:
        store.judging_at(path) if which == "judged@" else store.verdicts_of(record)

    def refused(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        with pytest.raises(UsageError, match=f"{path.name} cannot be read: Permission denied"):
            read()
    path.unlink()
    with pytest.raises(IntegrityError, match=f"{path.name} is missing"):
        read()

"""What verifying answers, of bundles made of a small desk."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tallystick.verdicts.bundle import bundle_bytes, export_bundle
from tallystick.verdicts.sealed_zip import packed, unpacked
from tallystick.verdicts.signing import fingerprint, public_text, sign, signing_key
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verify import Verification, linked, verify_bundle, verify_kept
from tallystick.vocabulary.canonical import canonical_bytes
from tests.verdicts.kept_desk import kept_desk


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def desk(home: Path) -> tuple[VerdictStore, Judged]:
    return kept_desk(home)


@pytest.fixture(scope="module")
def bundle(home: Path, desk: tuple[VerdictStore, Judged]) -> Path:
    return export_bundle(*desk, signing_key(home / "keys"), home / "march.zip")


def told(answer: Verification) -> list[tuple[str, str]]:
    return [(finding.id, finding.place.file) for finding in answer.findings]


def resigned(bundle: Path, folder: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """The bundle with members and manifest changed, and signed by another key; sums of members are those of its own."""
    members = unpacked(bundle)
    manifest = json.loads(members["manifest.json"])
    change(members, manifest)
    key = signing_key(folder / "keys")
    manifest["public_key"] = public_text(key)
    for name in manifest["files"].keys() & members.keys():
        manifest["files"][name] = {"sha256": sha256(members[name]).hexdigest(), "bytes": len(members[name])}
    members["manifest.json"] = canonical_bytes(manifest)
    members["manifest.sig"] = sign(key, members["manifest.json"]).encode()
    path = folder / "other.zip"
    path.write_bytes(packed(members))
    return path


def test_a_bundle_holds_and_its_answer_counts_what_was_folded_again(home: Path, bundle: Path) -> None:
    key = public_text(signing_key(home / "keys"))
    answer = verify_bundle(bundle, public_key=key)
    assert told(answer) == []
    assert (answer.cases, answer.events, len(answer.verdicts)) == (8, 30, 6)
    parts = answer.as_json()
    assert (parts["source"], parts["holds"], parts["key"]) == ("march.zip", True, fingerprint(key))
    assert set(parts["verdicts"]) == {f"aurora/{name}/2026-03" for name in ("A1", "A2", "K1", "K2", "K3", "K4")}


def test_a_bundle_of_another_key_than_the_one_expected_is_told_whose_it_is(bundle: Path) -> None:
    (finding,) = verify_bundle(bundle, public_key="00" * 32).findings
    assert (finding.id, finding.place.file) == ("TS-V002", "march.zip:manifest.json")
    assert "not by 6668 7aad f862 bd77 as expected" in finding.message


def test_what_cannot_be_read_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "words.zip").write_bytes(b"no container")
    for path in (tmp_path / "words.zip", tmp_path / "absent.zip"):
        answer = verify_bundle(path)
        assert told(answer) == [("TS-V001", path.name)]
        assert (answer.holds, answer.cases, answer.events, answer.key) == (False, 0, 0, "")


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "judged.json"])
def test_a_container_without_what_every_bundle_has_is_no_bundle(bundle: Path, tmp_path: Path, name: str) -> None:
    members = unpacked(bundle)
    del members[name]
    path = tmp_path / "less.zip"
    path.write_bytes(packed(members))
    (finding,) = verify_bundle(path).findings
    assert (finding.id, finding.message) == ("TS-V001", f"{name} is missing: this is no evidence bundle.")


def test_each_member_is_listed_and_there_and_as_it_was_signed(bundle: Path, tmp_path: Path) -> None:
    members = unpacked(bundle)
    members["rows/secret.jsonl.gz"] = b"a"
    members["README.txt"] += b"b"
    del members["rows/mapping.jsonl.gz"]
    path = tmp_path / "other.zip"
    path.write_bytes(packed(members))
    assert [finding.message for finding in verify_bundle(path).findings] == [
        "README.txt was changed: its check sum differs.",
        "rows/mapping.jsonl.gz is listed and missing.",
        "rows/secret.jsonl.gz is there and was never signed.",
    ]
    assert {finding.id for finding in verify_bundle(path).findings} == {"TS-V003"}


def test_a_word_that_hides_in_a_member_is_found(bundle: Path, tmp_path: Path) -> None:
    """A field more in a record or a verdict reads the same, and is signed: it is told all the same."""

    def change(members: dict[str, bytes], _: dict[str, Any]) -> None:
        members["verdicts/K4.json"] = members["verdicts/K4.json"].replace(b'{"', b'{"aside":"word","', 1)
        members["judged.json"] = members["judged.json"].rstrip(b"\n")

    answer = verify_bundle(resigned(bundle, tmp_path, change))
    assert not answer.holds
    assert ("TS-V004", "other.zip:judged.json") in told(answer)


def test_a_bundle_that_is_signed_and_not_in_its_format_is_told_in_a_sentence(bundle: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes], _: dict[str, Any]) -> None:
        members["verdicts/K4.json"] = b"{}\n"

    answer = verify_bundle(resigned(bundle, tmp_path, change))
    assert told(answer) == [("TS-V005", "other.zip")]
    assert answer.findings[0].message.startswith("The bundle is signed, and yet not in the format that it names:")
    assert answer.key


def test_a_sentence_that_is_put_otherwise_is_a_note_and_beside_a_fact_that_differs_it_is_not_told(
    bundle: Path, tmp_path: Path
) -> None:
    def word(members: dict[str, bytes], _: dict[str, Any]) -> None:
        old = members["verdicts/A1.json"]
        members["verdicts/A1.json"] = old.replace(b"value at least target", b"value no less than target")
        assert members["verdicts/A1.json"] != old

    def fact(members: dict[str, bytes], _: dict[str, Any]) -> None:
        word(members, _)
        members["verdicts/K2.json"] = members["verdicts/K2.json"].replace(b'"outcome":"met"', b'"outcome":"missed"')

    noted = verify_bundle(resigned(bundle, tmp_path / "word", word))
    assert (noted.holds, {finding.id for finding in noted.findings}) == (True, {"TS-V006"})
    differs = verify_bundle(resigned(bundle, tmp_path / "fact", fact))
    assert (differs.holds, {finding.id for finding in differs.findings}) == (False, {"TS-V004", "TS-V005"})


def test_texts_and_rows_that_are_not_those_pinned_are_told_by_table(bundle: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes], _: dict[str, Any]) -> None:
        members["texts/fixed-desk.yaml"] = members["texts/fixed-desk.yaml"].replace(b"Reopened", b"Open again")
        members["rows/mapping.jsonl.gz"] = members["rows/reported_value.jsonl.gz"]

    answer = verify_bundle(resigned(bundle, tmp_path, change))
    assert ("TS-V004", "other.zip:texts") in told(answer)
    places = {place for rule, place in told(answer) if rule == "TS-V004" and "rows/" in place}
    assert places == {"other.zip:rows/mapping.jsonl.gz"}


def test_by_the_older_rules_the_whole_text_is_kept_and_by_the_newer_only_the_partners_part(tmp_path: Path) -> None:
    for version in ("2", "3"):
        store, record = kept_desk(tmp_path / version, judged_by=version)
        assert told(verify_kept(store, record)) == []
        assert told(verify_bundle(export_bundle(store, record, signing_key(tmp_path / "keys"), tmp_path))) == []
    members = store.texts(record)
    more = {name: text + b"# aside\n" for name, text in members.items()}
    rows = store.evidence(record).rows
    path = tmp_path / "more.zip"
    path.write_bytes(bundle_bytes(record, store.verdicts_of(record), rows, more, signing_key(tmp_path / "keys")))
    said = [finding.message for finding in verify_bundle(path).findings]
    assert "The texts hold more than what binds aurora." in said


def test_a_kept_judging_counts_what_was_folded_again(desk: tuple[VerdictStore, Judged]) -> None:
    answer = verify_kept(*desk)
    assert (answer.source, answer.cases, answer.events, answer.key) == ("aurora/2026-03", 8, 30, "")
    assert answer.holds
    assert len(answer.verdicts) == 6


def test_a_kept_judging_whose_rows_were_changed_is_told_as_such(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    (path,) = tmp_path.glob("verdicts/*/*/*/evidence@*/mapping.parquet")
    path.write_bytes((path.parent / "reported_value.parquet").read_bytes())
    (finding,) = verify_kept(store, record).findings
    assert (finding.id, finding.place.file) == ("TS-V004", "aurora/2026-03")
    assert "was changed after it was judged" in finding.message


def test_bundles_that_look_back_at_nothing_are_linked_as_they_are(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "words.zip").write_bytes(b"no container")
    answers = [verify_bundle(bundle), verify_bundle(tmp_path / "words.zip")]
    assert linked(answers) == answers


def test_a_digest_that_the_record_lists_otherwise_is_told(desk: tuple[VerdictStore, Judged], tmp_path: Path) -> None:
    store, record = desk
    other = replace(record, verdicts=tuple((name, sha if name != "K2" else "0" * 64) for name, sha in record.verdicts))
    path = tmp_path / "other.zip"
    rows, texts = store.evidence(record).rows, store.texts(record)
    path.write_bytes(bundle_bytes(other, store.verdicts_of(record), rows, texts, signing_key(tmp_path / "keys")))
    answer = verify_bundle(path)
    assert told(answer) == [("TS-V005", "other.zip:aurora/K2/2026-03")]
    assert "digest 000000000000 in the record" in answer.findings[0].message

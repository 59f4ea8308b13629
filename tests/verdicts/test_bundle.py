"""What a bundle holds, where it is written and of which format it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tallystick.verdicts.bundle import bundle_bytes, export_bundle
from tallystick.verdicts.sealed_zip import packed, unpacked
from tallystick.verdicts.signing import sign, signing_key
from tallystick.verdicts.verify import verify_bundle
from tallystick.vocabulary.canonical import canonical_bytes
from tests.verdicts.kept_desk import kept_desk


def test_a_bundle_is_written_into_a_folder_by_its_name_or_to_the_path_that_is_given(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    key = signing_key(tmp_path / "keys")
    name = f"fixed-desk-aurora-2026-03-{record.digest[:8]}.tally.zip"
    assert export_bundle(store, record, key, tmp_path) == tmp_path / name
    deep = tmp_path / "out" / "march" / "own.zip"
    assert export_bundle(store, record, key, deep) == deep
    assert export_bundle(store, record, key, deep.with_name("second.zip")).read_bytes() == deep.read_bytes()
    assert deep.read_bytes() == (tmp_path / name).read_bytes()


def test_a_bundle_says_what_it_holds_and_nothing_of_our_lake(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    assert all(verdict.noted["lake"] == 7 for verdict in store.verdicts_of(record))
    members = unpacked(export_bundle(store, record, signing_key(tmp_path / "keys"), tmp_path))
    for clause, _ in record.verdicts:
        parts = json.loads(members[f"verdicts/{clause}.json"])
        assert "lake" not in parts["noted"]
        assert members[f"verdicts/{clause}.json"].endswith(b"}\n")
    manifest = json.loads(members["manifest.json"])
    assert (manifest["format"], manifest["partner"], manifest["period"]) == (2, "aurora", "2026-03")
    assert manifest["texts"] == ["fixed-desk.yaml"]
    assert manifest["files"]["judged.json"]["bytes"] == len(members["judged.json"])
    told = members["README.txt"].decode()
    assert "Price adjustment: EUR 4,800.00\n" in told
    assert all(f"    {clause}  {sha}\n" in told for clause, sha in record.verdicts)


def test_bundles_are_of_format_two_and_those_of_format_one_are_read(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    key, path = signing_key(tmp_path / "keys"), tmp_path / "march.zip"
    members = unpacked(export_bundle(store, record, key, path))
    manifest = json.loads(members["manifest.json"])
    assert manifest["format"] == 2
    for version, known in ((0, False), (1, True), (2, True), (3, False)):
        changed = canonical_bytes({**manifest, "format": version})
        path.write_bytes(packed({**members, "manifest.json": changed, "manifest.sig": sign(key, changed).encode()}))
        said = [(finding.id, finding.message) for finding in verify_bundle(path).findings]
        assert said == ([] if known else [("TS-V001", f"It is of format {version}; this version reads 1 and 2.")])


def test_what_else_is_noted_beside_a_verdict_stays_in_its_bundle(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    verdicts = [replace(one, noted={"lake": 7, "because": ["rows"]}) for one in store.verdicts_of(record)]
    rows, texts = store.evidence(record).rows, store.texts(record)
    path = tmp_path / "march.zip"
    path.write_bytes(bundle_bytes(record, verdicts, rows, texts, signing_key(tmp_path / "keys")))
    assert json.loads(unpacked(path)["verdicts/A1.json"])["noted"] == {"because": ["rows"]}


def test_a_judging_without_money_tells_of_none(tmp_path: Path) -> None:
    store, record = kept_desk(tmp_path)
    rows, texts = store.evidence(record).rows, store.texts(record)
    path = tmp_path / "march.zip"
    without = replace(record, statement=None)
    path.write_bytes(bundle_bytes(without, (), rows, texts, signing_key(tmp_path / "keys")))
    assert b"Price adjustment" not in unpacked(path)["README.txt"]

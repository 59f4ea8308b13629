"""A bundle of what was judged from a lake, which the other party recomputes in an empty folder."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tallystick.assess import Order, assess, assess_partner
from tallystick.contract.load import load
from tallystick.contract.lock import write_lock
from tallystick.open_partner import opened
from tallystick.verdicts.bundle import export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.promise import kept_promise, texts_at
from tallystick.verdicts.restatement import what_moved
from tallystick.verdicts.sealed_zip import packed, unpacked
from tallystick.verdicts.signing import public_text, sign, signing_key
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verify import verify_bundle, verify_kept
from tallystick.vocabulary.canonical import canonical_bytes
from tests.verdicts.fixed_desk import fixed_judgement
from tests.verdicts.tiny_lake import MARCH, TEXT, make_home, story

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_home(tmp_path_factory.mktemp("home"))
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    return root


@pytest.fixture(scope="module")
def bundle(home: Path) -> Path:
    store = VerdictStore(home / "verdicts")
    (record,) = store.judged(period="2026-03")
    return export_bundle(store, record, signing_key(home / "keys"), home)


def test_a_bundle_holds_on_its_own(bundle: Path) -> None:
    answer = verify_bundle(bundle)
    assert answer.findings == ()
    assert answer.holds
    assert (answer.cases, len(answer.verdicts)) == (6, 2)


def test_a_kept_judging_holds_too(home: Path) -> None:
    store = VerdictStore(home / "verdicts")
    (record,) = store.judged(period="2026-03")
    assert verify_kept(store, record).findings == ()


def test_the_same_judging_and_key_give_the_same_bytes(home: Path, bundle: Path, tmp_path: Path) -> None:
    store = VerdictStore(home / "verdicts")
    (record,) = store.judged(period="2026-03")
    again = export_bundle(store, record, signing_key(home / "keys"), tmp_path / "again.zip")
    assert again.read_bytes() == bundle.read_bytes()


def test_another_key_than_the_expected_one_is_told(home: Path, bundle: Path) -> None:
    right = public_text(signing_key(home / "keys"))
    assert verify_bundle(bundle, public_key=right).holds
    answer = verify_bundle(bundle, public_key="00" * 32)
    assert [finding.id for finding in answer.findings] == ["TS-V002"]


def test_one_flipped_byte_anywhere_fails_and_says_where(bundle: Path, tmp_path: Path) -> None:
    raw = bundle.read_bytes()
    path = tmp_path / "flipped.zip"
    for at in range(0, len(raw), 97):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        answer = verify_bundle(path)
        assert not answer.holds, at
        assert answer.findings[0].place.file.startswith("flipped.zip")


def test_a_changed_row_that_is_packed_again_fails_by_name(bundle: Path, tmp_path: Path) -> None:
    members = unpacked(bundle)
    name = "rows/case_event.jsonl.gz"
    lines = gzip.decompress(members[name]).replace(b"2026-03-04T15:30:00Z", b"2026-03-04T09:30:00Z")
    path = tmp_path / "forged.zip"
    path.write_bytes(packed({**members, name: gzip.compress(lines, mtime=0)}))
    (finding,) = verify_bundle(path).findings
    assert finding.id == "TS-V003"
    assert name in finding.message


def signed_anew(bundle: Path, folder: Path, name: str, content: bytes) -> Path:
    """The bundle with one member replaced, and everything signed with another key."""
    members = {**unpacked(bundle), name: content}
    key = signing_key(folder / "keys")
    manifest = json.loads(members["manifest.json"])
    manifest["public_key"] = public_text(key)
    manifest["files"][name] = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    members["manifest.json"] = canonical_bytes(manifest)
    members["manifest.sig"] = sign(key, members["manifest.json"]).encode()
    path = folder / "forged.zip"
    path.write_bytes(packed(members))
    return path


def test_a_forgery_signed_by_its_forger_fails_when_judged_again(bundle: Path, tmp_path: Path) -> None:
    """The rows are changed and everything is signed anew; the digests pinned in the verdicts give it away."""
    name = "rows/case_event.jsonl.gz"
    lines = gzip.decompress(unpacked(bundle)[name]).replace(b"2026-03-04T15:30:00Z", b"2026-03-04T09:30:00Z")
    answer = verify_bundle(signed_anew(bundle, tmp_path, name, gzip.compress(lines, mtime=0)))
    assert {finding.id for finding in answer.findings} == {"TS-V004", "TS-V005"}
    assert any("value.numerator: 3 in the record, 4 when judged again" in one.message for one in answer.findings)


def test_a_sentence_that_is_put_otherwise_is_told_and_the_bundle_still_holds(bundle: Path, tmp_path: Path) -> None:
    name = "verdicts/A1.json"
    content = unpacked(bundle)[name].replace(b"value at least target", b"value no less than target")
    answer = verify_bundle(signed_anew(bundle, tmp_path, name, content))
    assert answer.holds
    assert {(finding.id, finding.severity.value) for finding in answer.findings} == {("TS-V006", "note")}
    assert "“value no less than target” in the record, “value at least target” by this version" in str(answer.findings)


def test_nothing_of_other_parties_and_no_person_is_in_a_bundle(tmp_path: Path) -> None:
    shared = story("M-9", "2026-03-11T08:00:00", "2026-03-11T09:00:00")
    shared[1][1]["agent"] = "customer@example.com"
    foreign = {**shared[1][2], "event_key": 77, "partner": "borealis", "agent": "boris", "kind": "queue"}
    foreign |= {"value": "secret-queue", "actor": "agent"}
    shared[1].append(foreign)
    root = make_home(tmp_path / "home", [shared])
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    store = VerdictStore(root / "verdicts")
    (record,) = store.judged(period="2026-03")
    members = unpacked(export_bundle(store, record, signing_key(root / "keys"), root))
    rows = b"".join(gzip.decompress(part) for name, part in members.items() if name.startswith("rows/"))
    assert b"other party" in rows
    for word in (b"borealis", b"boris", b"secret-queue", b"row_hash", b"load_id"):
        assert word not in rows


JOINT = TEXT.replace("contract: lumen-aurora", "contract: lumen-joint").replace(
    "partner: {id: aurora, name: Aurora Contact}",
    "# borealis pays less, nobody else needs to know\n"
    "partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis Desk}]",
) + (
    "relief:\n"
    "  - {id: R7, partners: [borealis], from: 2026-03-02, to: 2026-03-03, reason: client-outage, status: agreed}\n"
    "  - {id: R8, partners: [aurora], from: 2026-03-12, to: 2026-03-13, reason: client-outage, status: agreed}\n"
)  # fmt: skip


def joint_home(root: Path, text: str = JOINT) -> Path:
    """A home whose contract binds two partners, under a lock."""
    foreign = [story("B-1", "2026-03-02T08:00:00", "2026-03-02T09:00:00", partner="borealis")]
    made = make_home(root, [*MARCH, *foreign], text)
    path = made / "contracts" / "aurora.yaml"
    contract, _ = load(path)
    assert contract is not None
    write_lock(contract, path, signing_key(made / "keys"))
    return made


def bundles_of(home: Path) -> dict[str, Path]:
    """The bundle of each partner for March."""
    assess(home, Order([home / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    store, key = VerdictStore(home / "verdicts"), signing_key(home / "keys")
    return {record.partner: export_bundle(store, record, key, home) for record in store.judged(period="2026-03")}


def test_of_a_text_with_two_partners_each_bundle_holds_its_own_part_and_recomputes(tmp_path: Path) -> None:
    bundles = bundles_of(joint_home(tmp_path))
    assert set(bundles) == {"aurora", "borealis"}
    for partner, foreign in (("aurora", "borealis"), ("borealis", "aurora")):
        answer = verify_bundle(bundles[partner])
        assert answer.findings == ()
        members = unpacked(bundles[partner])
        assert {name for name in members if name.startswith("texts/")} == {
            "texts/lumen-joint.yaml",
            "texts/lumen-joint.lock",
        }
        whole = b"".join(
            gzip.decompress(part) if name.endswith(".gz") else part for name, part in members.items()
        )  # fmt: skip
        for word in (foreign, foreign.title(), "nobody else", "R7" if partner == "aurora" else "R8"):
            assert word.encode() not in whole, (partner, word)


def test_what_is_agreed_with_another_partner_moves_none_of_the_digests(tmp_path: Path) -> None:
    def digests(home: Path) -> dict[str, str]:
        return {verdict.clause: verdict.digest for verdict in verify_bundle(bundles_of(home)["aurora"]).verdicts}

    changed = JOINT.replace("id: R7", "id: R9").replace("Borealis Desk", "Borealis and Sons")
    assert digests(joint_home(tmp_path / "one")) == digests(joint_home(tmp_path / "two", changed))


def test_a_bundle_that_holds_more_of_the_text_than_binds_its_partner_is_told(bundle: Path, tmp_path: Path) -> None:
    name = "texts/lumen-aurora.yaml"
    content = unpacked(bundle)[name] + b"# a word to the side\n"
    answer = verify_bundle(signed_anew(bundle, tmp_path, name, content))
    assert {finding.id for finding in answer.findings} >= {"TS-V004"}
    assert any("hold more than what binds aurora" in finding.message for finding in answer.findings)


def test_a_bundle_of_an_older_version_of_the_rules_still_recomputes(tmp_path: Path) -> None:
    """Version 2 pinned the whole text with its lock; what was signed then is judged again by what held then."""
    home = joint_home(tmp_path)
    path = home / "contracts" / "aurora.yaml"
    order = Order([path], AS_OF, ["2026-03"])
    promise = kept_promise(texts_at(path), "aurora", AS_OF.date(), "2")
    store = VerdictStore(home / "verdicts")
    with opened(home, promise) as partner:
        list(assess_partner(partner, store, order, gate=lambda *_: GateAnswer()))
    (record,) = store.judged(period="2026-03")
    old = export_bundle(store, record, signing_key(home / "keys"), home)
    answer = verify_bundle(old)
    assert answer.findings == ()
    assert {dict(verdict.pins.versions)["judge"] for verdict in answer.verdicts} == {"2"}
    assert verify_kept(store, record).findings == ()
    assert b"borealis" in unpacked(old)["texts/aurora.yaml"]
    again = assess(home, order, gate=lambda *_: GateAnswer())
    assert [one.change for one in again if one.record.partner == "aurora"] == ["unchanged"]


def test_between_versions_of_the_rules_texts_are_not_said_to_have_moved() -> None:
    old, new = (fixed_judgement(judged_by=version).verdicts[0] for version in ("2", "3"))
    assert old.pins.contract != new.pins.contract
    assert what_moved(old, new) == ["versions"]


def test_a_version_that_is_not_known_here_is_refused_in_a_sentence(bundle: Path, tmp_path: Path) -> None:
    members = unpacked(bundle)
    parts = json.loads(members["verdicts/A1.json"])
    parts["pins"]["versions"] = [[name, "99" if name == "judge" else one] for name, one in parts["pins"]["versions"]]
    answer = verify_bundle(signed_anew(bundle, tmp_path, "verdicts/A1.json", canonical_bytes(parts) + b"\n"))
    (told,) = [finding for finding in answer.findings if "99" in finding.message]
    assert "was judged by version 5 and 99 of the rules" in told.message


BLOCKED = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in ('duckdb', '_duckdb', 'deltalake', 'numba', 'llvmlite', 'holidays', 'pandas'):
            raise ImportError(f'{name} is not to be loaded')
        if name.startswith(('tallystick.records.lake', 'tallystick.records.stored_', 'tallystick.records.delta')):
            raise ImportError(f'{name} is not to be loaded')
        return None

sys.meta_path.insert(0, Refuse())
from pathlib import Path
from tallystick.verdicts.verify import verify_bundle
answer = verify_bundle(Path(sys.argv[1]))
for finding in answer.findings:
    print(finding.id, finding.message)
print('\\n'.join(sorted(verdict.digest for verdict in answer.verdicts)))
sys.exit(0 if answer.holds else 1)
"""


def test_it_is_recomputed_in_an_empty_folder_without_lake_engine_or_compiler(bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle.zip"
    copy.write_bytes(bundle.read_bytes())
    environment = {**os.environ, "TZ": "Pacific/Apia", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(copy)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == sorted(verdict.digest for verdict in verify_bundle(bundle).verdicts)

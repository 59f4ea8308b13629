"""A backup brings a home back and proves it; a damaged one is refused whole."""

from __future__ import annotations

import json
import shutil
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tallystick.verdicts.signing import signing_key
from tallystick.vocabulary.errors import DamagedContainer, UsageError
from tallystick.web.backup import MANIFEST, proof_of, restore, write_backup
from tests.journeys import small_desk

NOW = datetime(2026, 7, 3, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Path:
    """A small judged desk whose audit trail has rows."""
    folder = tmp_path_factory.mktemp("backed")
    made = small_desk.begin(folder / "home")
    log = small_desk.write_log(folder / "desk-events.csv", small_desk.event_rows())
    assert small_desk.ingest(made, log, mapping=str(made / "mappings" / "desk-events.yaml")).code == 0
    assert small_desk.assess(made).json
    signing_key(made / "keys")
    (made / "desk").mkdir()
    shutil.copy(prepared, made / "desk" / "desk.sqlite3")
    return made


@pytest.fixture(scope="module")
def backup(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("safe") / "backup.tar"
    write_backup(home, target, NOW)
    return target


def test_what_comes_back_is_what_was_there(home: Path, backup: Path, tmp_path: Path) -> None:
    manifest = restore(backup, tmp_path / "back", home / "keys")
    assert proof_of(tmp_path / "back") == proof_of(home)
    assert len(manifest["proof"]["verdicts"]) == len(proof_of(home).verdicts) > 0
    assert sum(manifest["proof"]["rows"].values()) > 0


def test_no_key_is_in_a_backup(home: Path, backup: Path) -> None:
    with tarfile.open(backup) as packed:
        names = packed.getnames()
    assert "keys/signing.pub" in names
    assert [name for name in names if name.startswith("keys/")] == ["keys/signing.pub"]
    secret = (home / "keys" / "signing.key").read_bytes().splitlines()[1]
    assert secret not in backup.read_bytes()


def test_a_backup_is_never_written_over_another(home: Path, backup: Path) -> None:
    with pytest.raises(UsageError):
        write_backup(home, backup, NOW + timedelta(days=1))


def test_nothing_is_restored_over_a_home(home: Path, backup: Path) -> None:
    with pytest.raises(UsageError):
        restore(backup, home)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_a_flipped_byte_refuses_the_whole_and_leaves_nothing(backup: Path, tmp_path: Path, share: float) -> None:
    content = bytearray(backup.read_bytes())
    with tarfile.open(backup) as packed:
        entries = [entry for entry in packed if entry.size and entry.name != MANIFEST]
    entry = entries[int(share * (len(entries) - 1))]
    content[entry.offset_data + entry.size // 2] ^= 1
    bad = tmp_path / "bad.tar"
    bad.write_bytes(content)
    with pytest.raises(DamagedContainer, match="differ"):
        restore(bad, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.95])
def test_a_backup_that_was_cut_is_refused(backup: Path, tmp_path: Path, share: float) -> None:
    content = backup.read_bytes()
    bad = tmp_path / "bad.tar"
    bad.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DamagedContainer):
        restore(bad, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_an_entry_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as packed:
        (tmp_path / "x").write_text("x")
        packed.add(tmp_path / "x", "../../outside")
    with pytest.raises(DamagedContainer, match="no plain file"):
        restore(bad, tmp_path / "deep" / "back")
    assert not (tmp_path.parent / "outside").exists()


def test_a_manifest_that_promises_other_rows_is_not_believed(home: Path, backup: Path, tmp_path: Path) -> None:
    from tallystick.vocabulary.errors import IntegrityError

    bad = tmp_path / "bad.tar"
    with tarfile.open(backup) as packed, tarfile.open(bad, "w") as other:
        for entry in packed:
            source = packed.extractfile(entry)
            assert source is not None
            content = source.read()
            if entry.name == MANIFEST:
                manifest = json.loads(content)
                manifest["proof"]["chain"] = [1_000, "f" * 64]
                content = json.dumps(manifest).encode()
                entry.size = len(content)
            import io

            other.addfile(entry, io.BytesIO(content))
    with pytest.raises(IntegrityError, match="chain"):
        restore(bad, tmp_path / "back")
    assert not (tmp_path / "back").exists()

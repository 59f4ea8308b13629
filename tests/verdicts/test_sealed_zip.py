"""A container in which every byte counts."""

from pathlib import Path

import pytest

from tallystick.verdicts.sealed_zip import compressed, decompressed, packed, unpacked
from tallystick.vocabulary.errors import IntegrityError

MEMBERS = {"manifest.json": b'{"format":1}', "rows/case.jsonl.gz": compressed(b'{"a":1}\n' * 50), "empty": b""}


def test_the_same_members_make_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    assert packed(MEMBERS) == packed(dict(reversed(MEMBERS.items())))
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(MEMBERS))
    assert unpacked(path) == MEMBERS


def test_every_single_flipped_byte_is_found(tmp_path: Path) -> None:
    raw = packed(MEMBERS)
    path = tmp_path / "bundle.zip"
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :])
        with pytest.raises(IntegrityError, match=r"bundle\.zip"):
            unpacked(path)


def test_bytes_after_the_end_are_found(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(packed(MEMBERS) + b"\n")
    with pytest.raises(IntegrityError):
        unpacked(path)


def test_a_member_that_grows_beyond_measure_is_refused() -> None:
    bomb = compressed(b"\0" * (64 << 20))
    with pytest.raises(IntegrityError, match="larger than its size allows"):
        decompressed("rows/case.jsonl.gz", bomb)


def test_a_cut_off_member_is_refused() -> None:
    content = compressed(b"12345" * 1000)
    with pytest.raises(IntegrityError, match="cut off"):
        decompressed("rows/case.jsonl.gz", content[:-9])

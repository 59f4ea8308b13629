"""A container in which every byte counts."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path
from random import Random

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


def test_members_are_stored_with_one_date_and_the_same_rights_everywhere() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(MEMBERS))) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert (entry.create_system, entry.external_attr >> 16) == (3, 0o644)
            assert entry.compress_type == zipfile.ZIP_STORED


def test_the_first_byte_that_differs_is_named_and_what_follows_the_end_by_where_it_begins(tmp_path: Path) -> None:
    path, raw = tmp_path / "bundle.zip", packed(MEMBERS)
    place = raw.rindex(b"manifest.json") - 46 + 12  # the time of a member in the directory, which no check sum covers
    for content, at in (
        (raw[:place] + b"\1" + raw[place + 1 :], place),
        (b"ahead" + raw, 0),
    ):
        path.write_bytes(content)
        with pytest.raises(IntegrityError) as caught:
            unpacked(path)
        assert caught.value.message == f"bundle.zip: byte {at:,} of the container was changed."


def container(folder: Path, names: list[str], method: int = zipfile.ZIP_STORED, said: int | None = None) -> Path:
    """A ZIP with small members; the directory says that the last of them has a size."""
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), b"12", method)
        if said is not None:
            archive.infolist()[-1].file_size = said
    return path


@pytest.mark.parametrize(("count", "refused"), [(10_000, False), (10_001, True)])
def test_a_container_has_at_most_ten_thousand_members(tmp_path: Path, count: int, refused: bool) -> None:
    path = container(tmp_path, [f"{number:05}" for number in range(count)])
    with pytest.raises(IntegrityError) as caught:
        unpacked(path)
    assert ("no bundle has so many" in caught.value.message) is refused


@pytest.mark.parametrize(("said", "refused"), [(4 * 1024**3, False), (4 * 1024**3 + 1, True), (2, False)])
def test_a_member_that_says_that_it_is_larger_than_four_gibibytes_is_not_read(
    tmp_path: Path, said: int, refused: bool
) -> None:
    with pytest.raises(IntegrityError) as caught:
        unpacked(container(tmp_path, ["rows"], said=said))
    assert ("is not stored as a bundle stores it" in caught.value.message) is refused


def test_a_member_that_is_compressed_by_the_container_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"^made\.zip: rows is not stored as a bundle stores it\.$"):
        unpacked(container(tmp_path, ["rows"], zipfile.ZIP_DEFLATED))


LINES = b"".join(b'{"case_id":"%d","at":"2026-03-%02d"}\n' % (n * 7919 % 100_003, n % 28) for n in range(3000))


def test_a_member_is_compressed_with_level_six_and_without_a_date() -> None:
    found = {level: zlib.compress(LINES, level, wbits=31) for level in (5, 6, 7)}
    assert len(set(found.values())) == 3
    assert compressed(LINES)[10:] == found[6][10:]
    assert compressed(LINES)[4:8] == b"\0\0\0\0"
    assert decompressed("rows/case.jsonl.gz", compressed(LINES)) == LINES


def grown(plain: int, length: int) -> bytes:
    """A gzip file of so many bytes whose content is so many zeros: a field of its head fills it up."""
    engine = zlib.compressobj(9, wbits=-15)
    body = engine.compress(b"\0" * plain) + engine.flush()
    filler = length - 10 - 2 - len(body) - 8
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", filler) + b"\0" * filler
    return head + body + struct.pack("<II", zlib.crc32(b"\0" * plain), plain)


@pytest.mark.parametrize(
    ("plain", "length", "refused"),
    [
        # A mebibyte is always allowed; beyond it two hundred times what is there.
        (1 << 20, 2_000, False),
        ((1 << 20) + 1, 2_000, True),
        (2_000_000, 10_000, False),
        (2_000_001, 10_000, True),
    ],
)
def test_a_member_grows_to_a_mebibyte_or_to_two_hundred_times_its_size(plain: int, length: int, refused: bool) -> None:
    content = grown(plain, length)
    assert len(content) == length
    if refused:
        with pytest.raises(IntegrityError, match="larger than its size allows"):
            decompressed("rows/case.jsonl.gz", content)
    else:
        assert len(decompressed("rows/case.jsonl.gz", content)) == plain


def test_a_member_that_hardly_shrinks_may_be_of_any_size() -> None:
    plain = Random(1).randbytes(3 << 20)  # noqa: S311
    assert decompressed("rows/case.jsonl.gz", compressed(plain)) == plain


def test_words_that_come_again_after_thirty_thousand_bytes_are_read() -> None:
    plain = Random(1).randbytes(30_000) * 2  # noqa: S311
    assert len(compressed(plain)) < 40_000
    assert decompressed("rows/case.jsonl.gz", compressed(plain)) == plain


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (compressed(b"a") + b"b", "is cut off, or larger than its size allows."),
        (compressed(b"a") + compressed(b"b"), "is cut off, or larger than its size allows."),
        (zlib.compress(b"a"), "is damaged"),
        (gzip.compress(b"a", mtime=0)[:-4] + b"\2\0\0\0", "is damaged"),
        (b"rows without a head", "is damaged"),
        (b"", "is cut off"),
    ],
)
def test_what_is_not_one_whole_gzip_file_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        decompressed("rows/case.jsonl.gz", content)
    assert said in caught.value.message

"""The key with which a project signs its evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tallystick.verdicts.signing import fingerprint, is_signed, public_text, sign, signing_key
from tallystick.vocabulary.errors import IntegrityError


@pytest.mark.parametrize("folder", ["keys", "deep/in/keys"])
def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path, folder: str) -> None:
    keys = tmp_path / folder
    made = signing_key(keys)
    assert (keys / "signing.key").stat().st_mode & 0o777 == 0o600
    assert (keys / "signing.pub").read_text(encoding="ascii") == public_text(made) + "\n"
    assert public_text(signing_key(keys)) == public_text(made)
    assert len(public_text(made)) == 64


def test_a_key_is_made_in_a_folder_that_is_there_already(tmp_path: Path) -> None:
    assert public_text(signing_key(tmp_path)) == (tmp_path / "signing.pub").read_text(encoding="ascii").strip()


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = generate_private_key(65537, 2048)
    raw = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "signing.key").write_bytes(raw)
    with pytest.raises(IntegrityError, match=r"signing\.key is not an Ed25519 key"):
        signing_key(tmp_path)


def test_a_fingerprint_is_the_first_sixteen_digits_of_the_sum_in_groups_of_four() -> None:
    # SHA-256 of 32 zero bytes is 66687aadf862bd776c8fc18b8e9f8e20...
    assert fingerprint("00" * 32) == "6668 7aad f862 bd77"


def test_a_signature_fits_its_content_and_its_key_alone(tmp_path: Path) -> None:
    key, other = signing_key(tmp_path / "one"), signing_key(tmp_path / "other")
    signature = sign(key, b"content")
    assert len(signature) == 128
    assert is_signed(public_text(key), b"content", signature)
    assert not is_signed(public_text(key), b"contents", signature)
    assert not is_signed(public_text(other), b"content", signature)
    for malformed in ("", "zz", signature[:-2]):
        assert not is_signed(public_text(key), b"content", malformed)
        assert not is_signed(malformed, b"content", signature)

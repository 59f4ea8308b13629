"""Ed25519 signatures of evidence: the key pair of a project, and checking with the public half alone.

Source: RFC 8032. The private key stays in the project's `keys/signing.key` (readable by its owner only); the public
half travels in every bundle and should be told to the other party once by another way.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tallystick.vocabulary.errors import IntegrityError

KEY_FILE = "signing.key"
PUBLIC_FILE = "signing.pub"


def signing_key(keys: Path) -> Ed25519PrivateKey:
    """The project's private key in folder `keys`; made, with its public half beside it, where there is none."""
    path = keys / KEY_FILE
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        raw = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        (keys / PUBLIC_FILE).write_text(public_text(made) + "\n", encoding="ascii")
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise IntegrityError(
            f"{path.name} is not an Ed25519 key.", "Move it away; a new one is made at the next export."
        )
    return key


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as 64 hexadecimal digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def fingerprint(public: str) -> str:
    """The first 16 hexadecimal digits of a public key's SHA-256, in groups of four: what is read out by telephone."""
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()
    return " ".join(digits[at : at + 4] for at in (0, 4, 8, 12))


def sign(key: Ed25519PrivateKey, content: bytes) -> str:
    """The signature of `content`, 128 hexadecimal digits."""
    return key.sign(content).hex()


def is_signed(public: str, content: bytes, signature: str) -> bool:
    """Whether `signature` over `content` was made by the owner of `public`; False for anything malformed."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True

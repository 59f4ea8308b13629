"""One byte form for every value that is hashed, so that both sides compute the same digest.

Allowed are integers, fractions, decimals, strings, booleans, None, dates, aware instants and containers of them.
Floats are refused: their digits depend on the machine's arithmetic. Keys are sorted, text is UTF-8 in NFC. Of a
dataclass the fields that it names `SPARSE` are left out while they are empty, so that a field which came later moves no
older digest.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

KEY_BITS = 63


def plain(value: Any) -> Any:
    """`value` as JSON-ready parts; raises TypeError for a float or anything else that has no canonical form."""
    if value is None or (isinstance(value, bool | int) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a naive datetime has no canonical form")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000Z", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(part) for name, part in parts_of(value).items()}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(part) for key, part in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(part) for part in value), key=lambda part: json.dumps(part, sort_keys=True))
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def parts_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass by name, without those that it names `SPARSE` and that are empty."""
    sparse = getattr(value, "SPARSE", ())
    found = {part.name: getattr(value, part.name) for part in fields(value)}
    return {name: part for name, part in found.items() if name not in sparse or not _is_empty(part)}


def _is_empty(part: Any) -> bool:
    """Whether nothing is said: None, no text, no entry, a mere no. Zero is a number and is said."""
    return part is None or part is False or (not isinstance(part, int | Fraction | Decimal) and not part)


def canonical_bytes(value: Any) -> bytes:
    """The UTF-8 JSON of `value` with sorted keys and no blanks."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def key_of(*parts: str) -> int:
    """The 64-bit key (63 bits, never negative) of a source's own key; `parts` are joined by a unit separator."""
    raw = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(raw, "big") >> 1

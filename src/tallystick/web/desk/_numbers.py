"""Numbers of objects that both sides name: drawn, because a sequence would tell a partner how many the others have."""

from __future__ import annotations

import secrets

LEAST, SPAN = 100_000_000, 900_000_000


def drawn_number() -> int:
    """Nine digits at random."""
    return LEAST + secrets.randbelow(SPAN)

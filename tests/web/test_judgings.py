"""A judging is found by its digest, also where a later one stands in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tallystick.vocabulary.errors import IntegrityError, NotFound


def test_a_judging_that_was_replaced_is_read_by_its_digest_and_one_that_never_was_is_not_there(
    room_of: Callable[[str], Any],
) -> None:
    from tallystick.web.judgings import judging_named

    store = room_of("owner").books.store
    stored = room_of("owner").books.records[0]
    later = replace(stored, supersedes=stored.digest)
    assert judging_named(store, later, later.digest) is later
    assert judging_named(store, later, stored.digest) == stored
    for absent in ("0" * 64, "../judged@" + stored.digest, ""):
        with pytest.raises(NotFound):
            judging_named(store, later, absent)


def test_a_file_that_holds_another_judging_than_its_name_says_is_refused(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.judgings import judging_named

    store = room_of("owner").books.store
    stored = room_of("owner").books.records[0]
    later = replace(stored, supersedes=stored.digest)
    with pytest.raises(IntegrityError, match="changed after it was written"):
        judging_named(store, later, stored.digest[:16] + "0" * 48)

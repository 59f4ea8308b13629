"""The page of relief: a partner's tables have no column of partners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SignIn = Callable[..., Any]


def test_the_client_reads_whose_each_row_is_and_a_partners_rows_are_its_own(sign_in: SignIn) -> None:
    ours, theirs = (sign_in(who).get("/relief.json").json() for who in ("owner", "aurora"))
    for name in ("requests", "effects"):
        keys = [{column["key"] for column in twin[name]["columns"]} for twin in (ours, theirs)]
        assert keys[0] - keys[1] == {"partner"}, name
    own = {"lumen-aurora", "lumen-aurora-telephone"}
    assert {one["contract"] for one in theirs["may_ask"]} == own
    assert len({one["contract"] for one in ours["may_ask"]} - own) == 4

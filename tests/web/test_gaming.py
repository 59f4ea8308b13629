"""Judged months inside a room, of one period and one partner where these are named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_months_are_those_of_the_partner_and_of_the_period_that_are_asked_for(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.gaming import judged_months

    def told(who: str, **asked: str) -> set[tuple[str, str]]:
        return {(one.partner, one.period) for one in judged_months(room_of(who), **asked)}

    every = told("owner")
    assert {partner for partner, _ in every} == {"aurora", "borealis", "cordoba"}
    assert told("owner", partner="borealis") == {one for one in every if one[0] == "borealis"}
    assert told("owner", label="2026-03", partner="borealis") == {("borealis", "2026-03")}
    assert told("aurora") == {one for one in every if one[0] == "aurora"}
    assert told("aurora", partner="borealis") == set()

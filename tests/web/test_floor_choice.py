"""Which partner and period a page of the floor shows; a partner that is none of the reader's is not there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tallystick.vocabulary.errors import NotFound


@pytest.mark.parametrize(("who", "asked"), [("aurora", "borealis"), ("aurora", "nobody"), ("owner", "nobody")])
def test_a_partner_that_is_not_the_readers_is_not_there(room_of: Callable[[str], Any], who: str, asked: str) -> None:
    from tallystick.web.floor_choice import floor_choice
    from tallystick.web.page import Asked

    with pytest.raises(NotFound) as told:
        floor_choice(room_of(who), Asked({}, {"partner": asked}))
    assert str(told.value) == f"There is no partner named '{asked}'."


def test_the_partner_asked_for_is_the_one_that_is_chosen(room_of: Callable[[str], Any]) -> None:
    from tallystick.web.floor_choice import floor_choice
    from tallystick.web.page import Asked

    choice = floor_choice(room_of("owner"), Asked({}, {"partner": "borealis"}))
    assert [one for one, _name, chosen in choice.partners if chosen] == ["borealis"]
    assert len(choice.partners) == 3
    assert floor_choice(room_of("aurora"), Asked({}, {})).partner == "aurora"


@pytest.mark.parametrize("page", ["calls", "coverage", "duties", "workforce"])
def test_the_client_chooses_among_partners(sign_in: Callable[..., Any], page: str) -> None:
    assert '<select name="partner"' in sign_in("owner").get(f"/{page}").content.decode()

"""How a file is read, put right by a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.desk._files import correct, decide, give, seen, work

SignIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _records(own_records: Path) -> None:
    """Every test writes."""


def test_a_wrong_delimiter_is_put_right_by_the_person(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = give(client)
    work()
    correct(client, page, delimiter="comma")
    work()
    wrong = seen(client, page)
    assert wrong["state"] == "read"
    assert wrong["refused"]
    assert len(wrong["columns"]) == 1
    assert decide(client, page, "import-file").status_code == 409
    answer = correct(client, page, delimiter="semicolon")
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    work()
    assert seen(client, page)["counts"]["stored"] == 2


def test_a_roster_is_previewed_with_what_it_can_carry_and_a_word_that_nobody_knows_is_given_a_meaning(
    sign_in: SignIn,
) -> None:
    text = "agent_id,date,shift_start,shift_end,activity\n" + "".join(
        f"A{n},2026-07-0{n},09:00,17:00,{'Moonwalk' if n == 3 else 'Shift'}\n" for n in range(1, 6)
    )
    client = sign_in("owner")
    page = give(client, text, "roster.csv")
    work()
    looked = seen(client, page)
    assert (looked["reading"]["connector"], looked["refused"]) == ("rosters", "")
    assert {"role": "activity", "name": "activity"}.items() <= next(
        one for one in looked["columns"] if one["name"] == "activity"
    ).items()
    assert "measures" in looked["supports"]
    assert looked["supports"] in client.get(page).content.decode()
    assert {"Moonwalk"} == {one["raw"] for part in looked["words"] for one in part["rows"] if not one["meaning"]}
    assert correct(client, page, words={"Moonwalk": "project"}).status_code == 302
    work()
    again = seen(client, page)
    assert {"raw": "Moonwalk", "meaning": "project"} in [
        {"raw": one["raw"], "meaning": one["meaning"]} for part in again["words"] for one in part["rows"]
    ]
    assert "TS-I230" not in {one["id"] for one in again["findings"]}

"""The ledger's page: the entries of one partner, the same as the command line's, and whether all of it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.command_line import tally
from tests.web.conftest import HOME
from tests.web.desk._closings import BOREALIS, bring_to
from tests.web.pages._floor import exported, foreign_is_not_there

SignIn = Callable[..., Any]


def test_entries_and_balances_are_the_command_lines(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    bring_to("closed", sign_in, BOREALIS)
    told = tally("ledger", "--json", "--home", HOME).json
    for who, checked in (("owner", len(told["postings"])), ("aurora", 2), ("borealis", len(told["postings"]) - 2)):
        partner = "aurora" if who == "owner" else who
        shown = sign_in(who).get(f"/ledger.json?partner={partner}").json()
        own = [one for one in told["postings"] if one["partner"] == partner]
        assert [row["hash"] for row in reversed(shown["postings"]["rows"])] == [one["hash"] for one in own]
        assert [row["amount"] for row in reversed(shown["postings"]["rows"])] == [one["amount"] for one in own]
        assert (shown["holds"], shown["checked"], shown["head"]) == (True, checked, told["heads"][partner])
    accounts = {
        row["account"]: row["balance"]["amount"]
        for row in sign_in("owner").get("/ledger.json").json()["accounts"]["rows"]
    }
    assert accounts == {name: at for name, at in told["balances"]["EUR"].items() if name.endswith(":aurora")}


def test_before_anything_is_posted_the_page_says_what_would_be(sign_in: SignIn) -> None:
    page = sign_in("finance").get("/ledger").content.decode()
    assert "once two people have agreed and its period is closed" in page
    assert tally("ledger", "--home", HOME).out.startswith("Nothing is posted")


def test_the_file_names_the_statement_that_was_approved(sign_in: SignIn) -> None:
    from tests.web.desk._closings import standing

    bring_to("closed", sign_in)
    statement = standing().statement
    assert statement is not None
    rows = exported(sign_in("auditor"), "/ledger.csv?partner=aurora&table=postings")
    assert {row["approved statement"] for row in rows} == {statement.digest}


@pytest.mark.parametrize("who", ["aurora", "cordoba"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "ledger", who)


def test_those_whose_work_is_not_money_have_no_page_of_it(sign_in: SignIn) -> None:
    from tallystick.web.accounts.models import Person
    from tallystick.web.roles import Role

    for role, party in ((Role.QA_LEAD, ""), (Role.DATA_PROTECTION, ""), (Role.AGENT, "aurora")):
        person = Person.objects.create_user(f"{role.name.lower()}@x.example", role.value, party, {role}, None)
        for name in ("credits", "ledger"):
            assert sign_in(person.email).get(f"/{name}").status_code == 403, (role, name)

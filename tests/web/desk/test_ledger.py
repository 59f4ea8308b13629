"""The ledger in the desk: posted when a period is closed, taken back by a restatement, and never edited by anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tallystick.verdicts.ledger import Approval, Due, Entry, Journal, postings
from tallystick.vocabulary.money import Money
from tests.journeys.command_line import tally
from tests.web.conftest import HOME
from tests.web.desk._closings import (
    AURORA,
    BOREALIS,
    bring_to,
    judge_again,
    own_verdicts,
    post,
    shared_verdicts,
    standing,
    steps,
)

SignIn = Callable[..., Any]


@pytest.fixture
def rewritten(prepared: Any) -> Iterator[None]:
    """Verdicts that a test may add to."""
    before = own_verdicts()
    yield
    shared_verdicts(before)


def entries(partner: str = "") -> list[Entry]:
    """What is posted, of all or of one partner."""
    from tallystick.web.desk.ledger import Posting

    rows = Posting.objects.order_by("partner", "number")
    return [one.as_entry() for one in (rows.filter(partner=partner) if partner else rows)]


def person(who: str) -> str:
    from tallystick.web.accounts.models import Person
    from tests.web.conftest import PEOPLE

    return str(Person.objects.get(email=PEOPLE[who]).id)


def test_closing_posts_what_was_approved_and_nothing_is_posted_before(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow
    from tallystick.web.desk.ledger import proved_desk

    bring_to("approved", sign_in)
    assert entries() == []
    assert post(sign_in("owner"), "close-period").status_code == 302
    statement = standing().statement
    assert statement is not None
    found = entries()
    assert {one.matter: one.effect for one in found} == {
        line.clause: line.payable for line in statement.lines if line.payable.amount
    }
    assert {one.approval for one in found} == {Approval(statement.digest, person("owner"), person("executive"))}
    assert {one.journal for one in found} == {Journal(*AURORA)}
    assert AuditRow.objects.filter(action="close-period").count() == 1
    proof = proved_desk()
    assert (proof.holds, proof.entries, proof.heads) == (True, 2, {"aurora": found[-1].digest})


def test_each_partner_has_a_chain_of_its_own(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    bring_to("closed", sign_in, BOREALIS)
    assert [one.number for one in entries("aurora")] == [1, 2]
    assert [one.number for one in entries("borealis")][:1] == [1]
    assert {one.journal.partner for one in entries()} == {"aurora", "borealis"}


def test_a_restatement_reverses_and_posts_anew_once_a_second_person_approves_it(
    sign_in: SignIn, rewritten: None
) -> None:
    from tallystick.web.desk.ledger import proved_desk

    bring_to("closed", sign_in)
    before = entries()
    made = judge_again("4480.00")
    assert post(sign_in("owner"), "propose-restatement", reason="Late rows").status_code == 302
    assert entries() == before
    assert post(sign_in("finance"), "approve-restatement", reason="Seen").status_code == 302
    found = entries()
    assert made.statement is not None
    assert [(one.reverses, str(one.effect)) for one in found[2:]] == [(1, "EUR -3,840.00"), (None, "EUR 3,200.00")]
    assert found[3].approval == Approval(made.statement.digest, person("owner"), person("finance"))
    assert proved_desk().holds


def test_lines_that_do_not_come_to_the_approved_sum_are_not_posted(
    sign_in: SignIn, rewritten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.verdicts.statement import Statement

    bring_to("approved", sign_in)
    short = Statement.dues
    monkeypatch.setattr(Statement, "dues", lambda self: short(self)[:1])
    refused = post(sign_in("owner"), "close-period")
    assert refused.status_code == 409
    assert b"do not come to the sum" in refused.content
    assert (entries(), steps()) == ([], ["open preview", "approve"])


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE desk_posting SET minor = minor + 1",
        "DELETE FROM desk_posting",
        "UPDATE desk_posting SET hash = ''",
        "DELETE FROM desk_head",
        "UPDATE desk_head SET digest = ''",
    ],
)
def test_the_database_lets_nobody_change_or_delete_a_posting(sign_in: SignIn, change: str) -> None:
    from django.db import connection
    from django.db.utils import DatabaseError

    bring_to("closed", sign_in)
    before = entries()
    with pytest.raises(DatabaseError, match="only ever appended"), connection.cursor() as cursor:
        cursor.execute(change)
    assert entries() == before != []


@pytest.mark.parametrize(
    "wrong",
    [{"minor": 0}, {"minor": -5}, {"approved_by": "00000000-0000-4000-8000-000000000001"}, {"number": 1}],
    ids=["zero", "below zero", "one person", "a number twice"],
)
def test_the_database_takes_no_posting_without_an_amount_or_by_one_person(desk: Any, wrong: dict[str, Any]) -> None:
    from django.db import transaction
    from django.db.utils import DatabaseError

    first = _made([])
    first.save()
    second = _made([first.as_entry()])
    for name, value in wrong.items():
        setattr(second, name, value)
    with pytest.raises(DatabaseError), transaction.atomic():
        second.save()


def _made(before: list[Entry]) -> Any:
    from tallystick.web.desk.ledger import Posting, row_of

    two = Approval("d" * 64, "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002")
    due = Due("CR1", "v", Money.of_minor(500 + len(before), "EUR"))
    journal = Journal("lumen-aurora", "aurora", f"2026-0{len(before) + 1}")
    (entry,) = postings(before, journal, [due], two, datetime(2026, 4, 5, tzinfo=UTC))
    return Posting(**row_of(entry))


def test_a_posting_that_was_changed_past_the_triggers_is_found_and_stops_the_next(sign_in: SignIn) -> None:
    from tallystick.web.desk.ledger import proved_desk

    bring_to("closed", sign_in)
    past_the_triggers("UPDATE desk_posting SET minor = 100 WHERE number = 1")
    assert "Entry 2 of aurora does not follow" in proved_desk().finding
    assert b"The ledger does not hold" in sign_in("owner").get("/ledger?partner=aurora").content
    april = ("lumen-aurora", "aurora", "2026-01")
    bring_to("approved", sign_in, april)
    refused = post(sign_in("owner"), "close-period", april)
    assert refused.status_code == 409
    assert b"does not follow from the one before" in refused.content
    told = tally("ledger", "--home", HOME)
    assert told.code == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE desk_posting SET minor = 100 WHERE number = 2", "Entry 2 of aurora is not what was written."),
        ("UPDATE desk_posting SET hash = previous WHERE number = 2", "Entry 2 of aurora is not what was written."),
        ("DELETE FROM desk_posting WHERE number = 2", "Entry 2 of aurora was posted and is not there any more."),
        ("DELETE FROM desk_posting", "Entry 2 of aurora was posted and is not there any more."),
    ],
    ids=["altered", "with another hash", "removed", "all removed"],
)
def test_nothing_is_posted_upon_a_newest_entry_that_was_altered_or_removed(
    sign_in: SignIn, change: str, told: str
) -> None:
    from tallystick.web.desk.ledger import proved_desk

    bring_to("closed", sign_in)
    bring_to("approved", sign_in, ("lumen-aurora", "aurora", "2026-01"))
    past_the_triggers(change)
    left = len(entries())
    assert proved_desk().finding == told
    assert told in sign_in("aurora").get("/ledger?partner=aurora").content.decode()
    refused = post(sign_in("owner"), "close-period", ("lumen-aurora", "aurora", "2026-01"))
    assert refused.status_code == 409
    assert told in refused.content.decode()
    assert "Restore the desk" in refused.content.decode()
    assert len(entries()) == left
    assert tally("ledger", "--home", HOME).code == 1
    bring_to("closed", sign_in, BOREALIS)
    assert entries("borealis") != [], "what is wrong with one partner's chain stops no other's"


def test_an_entry_that_was_made_anew_in_the_place_of_the_newest_is_found(sign_in: SignIn) -> None:
    from tallystick.web.desk.ledger import Posting, proved_desk, row_of

    bring_to("closed", sign_in)
    first, second = entries()
    past_the_triggers("DELETE FROM desk_posting WHERE number = 2")
    cheaper = replace(second, amount=Money.of_minor(100, "EUR"))
    Posting.objects.create(**row_of(cheaper))
    assert entries() == [first, cheaper]
    assert proved_desk().finding == "Entry 2 of aurora is not what was posted."


def past_the_triggers(change: str) -> None:
    """Change the desk's file as only its operator can."""
    from django.db import connection

    from tallystick.web.desk.ledger import NO_TRIGGERS, TRIGGERS

    with connection.cursor() as cursor:
        for statement in (*NO_TRIGGERS, change, *TRIGGERS):
            cursor.execute(statement)


def test_where_a_chain_ends_is_kept_from_the_first_start_of_this_version_on(sign_in: SignIn) -> None:
    from importlib import import_module

    from django.apps import apps
    from django.db import connection

    from tallystick.web.desk.ledger import Head, proved_desk

    bring_to("closed", sign_in)
    before = list(Head.objects.values_list("partner", "number", "digest"))
    assert before == [("aurora", 2, entries()[-1].digest)]
    past_the_triggers("DELETE FROM desk_head")
    migration = import_module("tallystick.web.desk.migrations.0008_heads")
    migration.keep_the_heads(apps, type("Editor", (), {"connection": connection}))
    assert list(Head.objects.values_list("partner", "number", "digest")) == before
    assert proved_desk().holds


def test_the_command_line_shows_the_same_entries_and_their_balance(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    told = tally("ledger", "--json", "--home", HOME)
    assert told.code == 0, told.err
    assert told.json["holds"] is True
    assert [one["hash"] for one in told.json["postings"]] == [one.digest for one in entries()]
    assert sorted(told.json["balances"]["EUR"].values()) == ["-5120.00", "5120.00"]
    assert tally("ledger", "--json", "--partner", "borealis", "--home", HOME).json["postings"] == []
    words = tally("ledger", "--home", HOME).out
    assert "EUR\u202f3,840.00" in words
    assert "The ledger holds: 2 postings" in words


def test_periods_that_were_closed_before_the_ledger_was_kept_are_posted_by_the_migration(sign_in: SignIn) -> None:
    from django.apps import apps
    from django.db import connection

    from tallystick.web.desk.ledger import take_away_the_examples

    bring_to("closed", sign_in)
    before = [(one.matter, one.effect, one.approval) for one in entries()]
    take_away_the_examples()
    assert entries() == []
    from importlib import import_module

    migration = import_module("tallystick.web.desk.migrations.0005_postings")
    migration.post_what_is_closed(apps, type("Editor", (), {"connection": connection}))
    assert [(one.matter, one.effect, one.approval) for one in entries()] == before


@pytest.mark.parametrize(
    ("asked", "message", "cure"),
    [
        (("--partner", "nobody"), "There is no partner named 'nobody'.", "Did you mean aurora, borealis, cordoba?"),
        (("--partner", "aurora", "--partner", "auror"), "There is no partner named 'auror'.", "Did you mean aurora?"),
        (("--period", "2031-99"), "'2031-99' names a date that does not exist.", ""),
        (("--partner", "aurora", "--period", "garbage"), "'garbage' is not a period.", "Write 2026-03"),
    ],
)
def test_the_command_line_refuses_a_partner_that_nobody_knows_and_what_is_no_period(
    sign_in: SignIn, asked: tuple[str, ...], message: str, cure: str
) -> None:
    bring_to("closed", sign_in)
    for more in ((), ("--json",)):
        told = tally("ledger", *asked, *more, "--home", HOME)
        assert told.code == 2, more
        assert message in told.err
        assert cure in told.err
        assert "Nothing is posted" not in told.out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((), "Nothing is posted: a period that two people approved and closed is."),
        (("--partner", "cordoba"), "Nothing is posted of cordoba: a period"),
        (("--period", "2031-09"), "Nothing is posted in 2031-09: a period"),
        (("--partner", "aurora", "--period", "2026-05"), "Nothing is posted of aurora in 2026-05: a period"),
    ],
)
def test_the_command_line_names_what_has_no_entry(sign_in: SignIn, asked: tuple[str, ...], told: str) -> None:
    if asked:
        bring_to("closed", sign_in)
    said = tally("ledger", *asked, "--home", HOME)
    assert said.code == 0
    assert told in said.out
    assert "The ledger holds" in said.out
    if asked:
        both = ("--partner", "aurora", "--partner", "cordoba", "--period", "2025-12", "--period", "2031-09")
        said = tally("ledger", *both, "--home", HOME)
        assert "EUR\u202f3,840.00" in said.out
        assert "Nothing is posted of cordoba.\nNothing is posted in 2031-09.\n" in said.out

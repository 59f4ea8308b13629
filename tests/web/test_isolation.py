"""Nothing of one partner is ever shown to another: every page, twin, table and parameter, generated from the router.

Each partner's names, contract and case ids are the canaries, and texts planted in the desk. A probe counts only if the
owner's same request shows the canary: what nobody can see proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from tests.web import probes

SignIn = Callable[..., Any]
CANARIES = {
    "aurora": re.compile(r"Aurora|\bAUR-\d|@aurora\.example|CANARY-AURORA"),
    "borealis": re.compile(r"Borealis|\bBOR-\d|@borealis\.example|CANARY-BOREALIS"),
    "cordoba": re.compile(r"C[oó]rdoba|\bCOR-\d|@cordoba\.example|CANARY-CORDOBA"),
}


def test_no_probe_shows_another_partners_canary(sign_in: SignIn, capsys: pytest.CaptureFixture[str]) -> None:
    clients = {name: sign_in(name) for name in probes.PARTNERS}
    counted, leaks = 0, []
    for partner in probes.PARTNERS:
        for page, address in probes.addresses(partner):
            own = clients[partner].get(address)
            shows = own.status_code == 200 and CANARIES[partner].search(own.content.decode())
            for other in probes.PARTNERS:
                if other == partner:
                    continue
                answer = clients[other].get(address)
                body = answer.content.decode() + str(dict(answer.headers))
                if CANARIES[partner].search(body):
                    leaks.append((page, address, other))
                if shows:
                    counted += 1
    with capsys.disabled():
        told = f"{counted} probes that the owner's same request answers with its canary, {len(leaks)} leaks"
        print(f"\n  isolation: {told}")  # noqa: T201
    assert leaks == []
    assert counted >= 60


def test_not_yours_and_not_there_answer_with_the_same_body(sign_in: SignIn) -> None:
    client, compared = sign_in("aurora"), 0
    foreign, invented = probes.of_partner("borealis"), dict(probes.of_partner("borealis").by_part)
    invented |= {"partner": "nobody", "case_id": "XXX-1", "contract": "no-contract", "clause": "Z9"}
    absent = probes.Objects("nobody", invented)
    for _, page in probes.pages():
        path, other = foreign.fill(page.path), absent.fill(page.path)
        if path is None or other is None or path == page.path:
            continue
        for ending in ("", ".json", ".csv"):
            first, second = client.get(f"/{path}{ending}"), client.get(f"/{other}{ending}")
            assert first.status_code == second.status_code == 404, path
            assert probes.plain(first.content) == probes.plain(second.content)
            compared += 1
    assert compared >= 6


def test_the_databases_wall_holds_alone_when_the_rooms_own_filters_are_off(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.apps import apps

    from tallystick.web.accounts.access import room_of_person
    from tallystick.web.accounts.models import Person
    from tallystick.web.wall.base import PARTNER, seen_by

    _plant_everywhere()
    monkeypatch.setattr(settings, "ROOM_FILTERS", False)
    rows = 0
    for email, partner in (("ana@aurora.example", "aurora"), ("lars@borealis.example", "borealis")):
        room = room_of_person(Person.objects.get(email=email))
        with seen_by(room.scope):
            for model in apps.get_models():
                column = next((field for field in model._meta.fields if field.column == PARTNER), None)
                if column is None:
                    continue
                found = set(room.rows(model).values_list(column.attname, flat=True))
                assert found <= {partner}, model
                rows += len(found)
    assert rows >= 4


def test_a_table_without_a_partner_cannot_be_read_from_a_room_at_all(sign_in: SignIn) -> None:
    from django.contrib.sessions.models import Session
    from django.db.utils import DatabaseError

    from tallystick.vocabulary.scope import Scope
    from tallystick.web.wall.base import seen_by

    for scope in (Scope.of_partner("lumen", "aurora"), Scope.of_client("lumen")):
        with seen_by(scope), pytest.raises(DatabaseError):
            list(Session.objects.using("room").all())


def test_a_read_of_the_desk_without_a_room_fails_closed(desk: Any) -> None:
    from tallystick.vocabulary.errors import ScopeError
    from tallystick.web.desk.audit import AuditRow

    with pytest.raises(ScopeError):
        list(AuditRow.objects.using("room").all())


ESCAPES = (
    "SELECT * FROM main.accounts_person",
    "SELECT count(*) FROM main.accounts_person",
    "SELECT * FROM accounts_person UNION SELECT * FROM main.accounts_person",
    "WITH x AS (SELECT * FROM main.accounts_person) SELECT * FROM x",
    "SELECT (SELECT email FROM main.accounts_person LIMIT 1)",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM main.accounts_person p WHERE p.partner = 'borealis')",
    "SELECT * FROM accounts_person a JOIN main.accounts_person b ON 1 = 1",
    "SELECT * FROM temp._scope",
    "INSERT INTO temp._scope VALUES ('borealis')",
    "UPDATE temp._scope SET partner = 'borealis'",
    "DELETE FROM temp._scope",
    "DROP VIEW temp.accounts_person",
    "CREATE TEMP VIEW other AS SELECT * FROM main.accounts_person",
    "CREATE TABLE other (x)",
    "CREATE TEMP TRIGGER t INSTEAD OF INSERT ON accounts_person BEGIN SELECT * FROM main.accounts_person; END",
    "ATTACH DATABASE ':memory:' AS other",
    "PRAGMA table_info(accounts_person)",
    "PRAGMA writable_schema = 1",
    "SELECT * FROM pragma_table_info('accounts_person')",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_temp_master",
    "SELECT load_extension('x')",
    "INSERT INTO accounts_person (email) VALUES ('x')",
    "UPDATE main.accounts_person SET partner = 'aurora'",
    "DELETE FROM main.accounts_person",
    "SELECT * FROM django_session",
    "VACUUM INTO '/tmp/copy'",
    "REINDEX",
    "ANALYZE",
)


@pytest.mark.parametrize("statement", ESCAPES)
def test_raw_sql_does_not_get_past_the_wall(desk: Any, statement: str) -> None:
    from django.db import connections
    from django.db.utils import DatabaseError

    from tallystick.vocabulary.scope import Scope
    from tallystick.web.wall.base import seen_by

    with seen_by(Scope.of_partner("lumen", "aurora")), pytest.raises(DatabaseError):
        connections["room"].cursor().execute(statement).fetchall()


def _plant_everywhere() -> None:
    """A row of every table that has a partner, for each partner, where plain values fill its columns."""
    from django.apps import apps
    from django.db import transaction
    from django.db.utils import Error

    from tallystick.web.wall.base import PARTNER

    for model in apps.get_models():
        fields = model._meta.fields
        if not any(field.column == PARTNER for field in fields):
            continue
        for number, partner in enumerate(probes.PARTNERS):
            needed = [field for field in fields if not (field.null or field.has_default() or _numbers_itself(field))]
            values = {field.attname: _filled(field, partner, number) for field in needed if field.column != PARTNER}
            column = next(field.attname for field in fields if field.column == PARTNER)
            try:
                with transaction.atomic():
                    model(**{**values, column: partner}).save(force_insert=True)
            except (Error, ValueError):
                continue  # a row that hangs on another table's; its workflow's tests make such


def _numbers_itself(field: Any) -> bool:
    from django.db import models

    return field.primary_key and isinstance(field, models.AutoField)


def _filled(field: Any, partner: str, number: int) -> Any:
    from django.utils import timezone

    made: dict[str, Callable[[], Any]] = {
        "DateTimeField": timezone.now,
        "DateField": lambda: timezone.now().date(),
        "EmailField": lambda: f"canary-{number}@{partner}.example",
        "BooleanField": lambda: False,
        "UUIDField": lambda: f"00000000-0000-4000-8000-00000000000{number}",
        "CharField": lambda: f"CANARY-{partner.upper()}-{number}"[: field.max_length],
        "TextField": lambda: f"CANARY-{partner.upper()}-{number}",
        "JSONField": dict,
    }
    return made.get(field.get_internal_type(), lambda: 1_000 + number)()

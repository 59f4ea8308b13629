"""Nothing of one partner is ever shown to another: every page, twin, table and parameter, generated from the router.

Each partner's names, contract and case ids are the canaries, and texts planted in every table of the desk. A probe
counts only if the owner's same request shows the canary: what nobody can see proves nothing.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.web import probes
from tests.web.mutation.desk import fill
from tests.web.mutation.probing import CANARIES, INVENTED, filled

SignIn = Callable[..., Any]
# Addresses that are no page's and no deed's: they hold nothing of a partner, and each has tests of its own.
BESIDE_PAGES = {"home", "livez", "readyz", "do", "undo"}


@pytest.fixture
def full(desk: Path) -> None:
    """A desk on which each partner has something of everything."""
    fill()


def of_role(role: Any, partner: str) -> Any:
    """A client signed in as somebody of a partner who holds one role."""
    from django.test import Client

    from tallystick.web.accounts.models import Person

    person = Person.objects.create_user(f"{role.value.replace(' ', '-')}@{partner}.example", "X", partner, {role})
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client


def test_every_route_is_a_page_a_deed_or_one_of_the_few_that_hold_nothing_of_a_partner() -> None:
    from tallystick.web import urls

    names = dict(probes.pages())
    twins = {f"{name}{ending}" for name in names for ending in ("", ".json", ".csv")}
    twins |= {f"{name}.{ending}" for name, page in names.items() for ending in page.documents}
    routes = [one for one in urls.urlpatterns if hasattr(one, "name")]
    assert {one.name for one in routes} == twins | BESIDE_PAGES
    (accounts,) = [one for one in urls.urlpatterns if not hasattr(one, "name")]
    assert str(accounts.pattern) == "account/"
    for _, page in probes.pages():
        assert filled(page, INVENTED | {"period": "2025-12"}) is not None, f"{page.path} is tried with no object"


def test_no_probe_shows_another_partners_canary(
    sign_in: SignIn, full: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    clients = {name: sign_in(name) for name in probes.PARTNERS}
    asked = [(partner, one) for partner in probes.PARTNERS for one in addresses(partner)]
    # Each partner's pages are asked for by the one before it here, and by both others in the long test.
    before = dict(zip(probes.PARTNERS, (probes.PARTNERS[-1], *probes.PARTNERS), strict=False))
    counted, leaks = probed(asked, clients, {name: [clients[before[name]]] for name in clients})
    told(capsys, counted, leaks)
    assert leaks == []
    assert counted >= 400
    assert "CANARY" not in caplog.text


@pytest.mark.long
def test_no_role_sort_filter_page_or_export_shows_another_partners_canary(
    sign_in: SignIn, full: None, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    from tallystick.web.roles import PARTNER_ROLES

    owners = {name: sign_in(name) for name in probes.PARTNERS}
    asked = [(name, one) for name in probes.PARTNERS for one in (*addresses(name), *of_tables(owners[name], name))]
    viewers = {name: [of_role(role, name) for role in sorted(PARTNER_ROLES)] for name in probes.PARTNERS}
    others = {name: [one for other in viewers if other != name for one in viewers[other]] for name in viewers}
    counted, leaks = probed(asked, owners, others)
    for partner, address in asked:
        for viewer in others[partner][:1]:
            for method in ("head", "options", "post", "put", "delete", "patch"):
                answer = getattr(viewer, method)(address)
                assert answer.status_code in (200, 403, 404, 405), (method, address)
                assert not CANARIES[partner].search(answer.content.decode()), (method, address)
                counted += 1
    told(capsys, counted, leaks)
    assert leaks == []
    assert counted >= 5000
    assert "CANARY" not in caplog.text.replace("q=CANARY", "")


def addresses(partner: str) -> list[str]:
    """Every page about this partner: as HTML, as JSON, as CSV, with the parameters that name somebody's things."""
    own = probes.of_partner(partner).by_part
    found: dict[str, None] = {}
    for _, page in probes.pages():
        path = filled(page, own)
        for ending in ("", ".json", ".csv"):
            found[f"/{path}{ending}"] = None
        for query in (
            f"?partner={partner}&period={own['period']}",
            f"?check=1&wall=1&text=1&contract={own['contract']}",
        ):
            found[f"/{path}{query}"] = found[f"/{path}.json{query}"] = None
    return list(found)


def of_tables(client: Any, partner: str) -> Iterator[str]:
    """Each table of each page as CSV, searched for the canary, on its second page and sorted by each column."""
    own = probes.of_partner(partner).by_part
    for _, page in probes.pages():
        path = filled(page, own)
        answer = client.get(f"/{path}.json")
        if answer.status_code != 200:
            continue
        for name, table in answer.json().items():
            if isinstance(table, dict) and {"columns", "rows"} <= set(table):
                yield f"/{path}.csv?table={name}"
                yield f"/{path}.csv?table={name}&{name}.q=CANARY"
                yield f"/{path}?{name}.q=CANARY"
                yield f"/{path}?{name}.page=2"
                for column in table["columns"]:
                    for sort in (column["key"], f"-{column['key']}"):
                        yield f"/{path}.csv?table={name}&{name}.sort={sort}"


def probed(
    asked: list[tuple[str, str]], owners: dict[str, Any], others: dict[str, list[Any]]
) -> tuple[int, list[tuple[str, int]]]:
    """How many probes counted, and which showed what they should not."""
    counted, leaks = 0, []
    for partner, address in asked:
        own = owners[partner].get(address)
        shows = own.status_code == 200 and CANARIES[partner].search(own.content.decode())
        for at, other in enumerate(others[partner]):
            answer = other.get(address)
            # What the asker typed itself may come back: the words of a search.
            body = (answer.content.decode() + str(dict(answer.headers))).replace('value="CANARY"', "")
            if CANARIES[partner].search(body):
                leaks.append((address, at))
            counted += bool(shows)
    return counted, leaks


def told(capsys: pytest.CaptureFixture[str], counted: int, leaks: list[Any]) -> None:
    with capsys.disabled():
        said = f"{counted} probes that the owner's same request answers with its canary, {len(leaks)} leaks"
        print(f"\n  isolation: {said}")  # noqa: T201


def test_the_pages_of_an_account_show_its_own_person_alone(sign_in: SignIn, full: None) -> None:
    from tallystick.web.accounts import urls

    plain = [f"/account/{one.pattern}" for one in urls.urlpatterns if "<" not in str(one.pattern)]
    assert len(plain) >= 6
    for partner in probes.PARTNERS:
        client = sign_in(partner)
        for address in plain:
            body = client.get(address).content.decode()
            assert not any(CANARIES[other].search(body) for other in probes.PARTNERS if other != partner), address


def test_not_yours_and_not_there_cannot_be_told_apart(sign_in: SignIn, full: None) -> None:
    """Status, body and headers are the same, and so is the work: each function of ours runs as often for both."""
    client, compared = sign_in("aurora"), 0
    foreign, absent = probes.of_partner("borealis").by_part, INVENTED | {"period": "2026-05"}
    for name, page in probes.pages():
        theirs, nobodys = filled(page, foreign), filled(page, absent)
        if theirs == filled(page, probes.of_partner("aurora").by_part):
            continue  # about nobody in particular
        for ending in ("", ".json", ".csv"):
            for address in (f"/{theirs}{ending}", f"/{nobodys}{ending}"):
                client.get(address)  # what is kept from then on is kept for both
            (first, work), (second, same) = (worked(client, f"/{one}{ending}") for one in (theirs, nobodys))
            assert first.status_code == second.status_code == 404, name
            assert probes.plain(first.content) == probes.plain(second.content), name
            assert headers(first) == headers(second), name
            assert work == same, (name, (work - same) + (same - work))
            compared += sum(work.values()) > 20
    assert compared >= 24


def worked(client: Any, address: str) -> tuple[Any, Counter[str]]:
    """An answer, and how often each function of the product was called for it."""
    calls: Counter[str] = Counter()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call" and "/src/tallystick/" in frame.f_code.co_filename and "<" not in frame.f_code.co_name:
            calls[frame.f_code.co_qualname] += 1

    sys.setprofile(note)
    try:
        return client.get(address), calls
    finally:
        sys.setprofile(None)


def headers(answer: Any) -> dict[str, str]:
    """The headers, without the request's own name."""
    return {name: value for name, value in answer.headers.items() if name not in ("X-Request-Id", "Content-Length")}


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

"""What must hold for a partner's person whoever asks how: short enough to be tried once for each check taken away.

Each probe raises AssertionError, or whatever breaks. The ordinary suite runs them too, on the product as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import ValidationError

from tests.web import probes
from tests.web.mutation.desk import ADMINS, client_of

CANARIES = {
    "aurora": re.compile(r"Aurora|\bAUR-\d|@aurora\.example|CANARY-AURORA"),
    "borealis": re.compile(r"Borealis|\bBOR-\d|@borealis\.example|CANARY-BOREALIS"),
    "cordoba": re.compile(r"C[oó]rdoba|\bCOR-\d|@cordoba\.example|CANARY-CORDOBA"),
}
OURS = re.compile(r"CANARY-LUMEN|@lumen\.example")  # the client's own: notes, and people by address
INVENTED = {
    "partner": "nobody", "case_id": "XXX-1", "contract": "no-contract", "clause": "Z9", "number": "123456789",
    "verdict": "no-contract/nobody/Z9/2025-12", "about": "verdict/no-contract/nobody/Z9/2025-12",
    "dispute": "123456789", "dispute_number": "123456789", "assessment_number": "0" * 32, "corrective": "123456789",
    "judging": "0" * 64, "import_number": "0" * 32, "extension": "123456789", "comment": "123456789",
    "person": "00000000-0000-4000-8000-000000000000", "invitation": "987654321", "feed": "no-feed",
    "measure": "no_such_kpi", "request": "123456789", "reversal": "123456789",
}  # fmt: skip
# What fields of forms hold that name no object, and what objects others name.
TYPED = {
    "version": "1", "hours": "48", "due_on": "2030-01-01", "hour": "3", "grace_hours": "2", "zone": "UTC",
    "email": "probe@nowhere.example", "contract": "", "from_at": "2026-03-04T08:00", "to_at": "2026-03-05T08:00",
}  # fmt: skip
FIELDS = {"case": "case_id", "for_partner": "partner"}


def others(partner: str) -> list[str]:
    """The other partners."""
    return [name for name in probes.PARTNERS if name != partner]


def foreign(text: str, partner: str, *, ids: bool = False) -> str:
    """What a text holds that this partner may not read, empty for nothing; with `ids`, also another partner's id."""
    for name in others(partner):
        found = CANARIES[name].search(text) or (re.search(rf"\b{name}\b", text) if ids else None)
        if found:
            return found.group()
    ours = OURS.search(text)
    return ours.group() if ours else ""


@cache
def rooms() -> dict[str, Any]:
    """The room of each partner's person, and the owner's under ''."""
    from tallystick.web.accounts import access
    from tallystick.web.accounts.models import Person
    from tests.web.conftest import PEOPLE

    people = {"": "owner", **ADMINS}
    return {one: access.room_of_person(Person.objects.get(email=PEOPLE[who])) for one, who in people.items()}


# ---- what a room holds -------------------------------------------------------------------------------------------


def tables_hold_a_partners_own_rows() -> None:
    """Every table with a partner, read through a room."""
    from django.apps import apps

    from tallystick.web.wall.base import PARTNER, seen_by

    for partner, room in rooms().items():
        with seen_by(room.scope):
            for model in apps.get_models():
                column = next((field.attname for field in model._meta.fields if field.column == PARTNER), None)
                if column is None:
                    continue
                found = set(room.rows(model).values_list(column, flat=True))
                if partner:
                    assert found <= {partner}, (model, found)
                else:
                    assert found == set(model.objects.values_list(column, flat=True)), model


def workflows_tell_a_partner_its_own() -> None:
    """Every read of every workflow that needs no argument, and every text of the room's books."""
    from tallystick.web.desk._sources import feeds_of
    from tallystick.web.desk.feeds import _feed
    from tallystick.web.perform import deeds
    from tallystick.web.wall.base import seen_by
    from tallystick.web.workflow import Workflow

    assert deeds()  # which loads every workflow
    for partner in probes.PARTNERS:
        room = _fresh(partner)
        with seen_by(room.scope):
            for name in sorted(one.__module__.rpartition(".")[2] for one in Workflow.__subclasses__()):
                for told in _answers(getattr(room.desk, name)):
                    assert not foreign(told, partner, ids=True), (name, partner, foreign(told, partner, ids=True))
            books = room.books
            told = repr((books.partners, books.records, books.statements, [one.whole_name for one in books.verdicts]))
            assert not foreign(told, partner, ids=True)
            assert {text.contract.contract for text in books.contracts} == {
                f"lumen-{partner}",
                f"lumen-{partner}-telephone",
            }
            assert set(books.partners) == {partner}
            feeds = room.desk.feeds
            assert CANARIES[partner].search(_told([vars(feeds.check()), feeds.list(), feeds.alarms()]))
            for feed in feeds_of(room.home).values():
                if feed.partner != partner:
                    _refused(lambda room=room, name=feed.feed: _feed(room, name))
            assert "queues" not in room.desk.imports.choices("any_table")["meanings"]
            # What one room keeps another never finds, whatever it asks for by.
            assert books.once(("kept by a probe",), lambda partner=partner: partner) == partner
            assert all(room.sees(one) == (one == partner) for one in probes.PARTNERS)


def _fresh(partner: str) -> Any:
    from dataclasses import replace

    return replace(rooms()[partner])


def _answers(workflow: Any) -> Iterator[str]:
    for name in dir(type(workflow)):
        if name.startswith("_"):
            continue
        try:
            found = getattr(workflow, name)
            found = found() if callable(found) and _needs_nothing(found) else found
        except Exception as error:
            if type(error).__name__ != "ScopeError":  # the whole trail is refused to a partner
                raise
            continue
        yield _told(found)


def _needs_nothing(method: Any) -> bool:
    import inspect

    return all(
        one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        for one in inspect.signature(method).parameters.values()
    )


def _told(value: Any) -> str:
    from django.db.models import Model, QuerySet

    if isinstance(value, Model):
        return repr({name: part for name, part in vars(value).items() if name != "_state"})
    if isinstance(value, Mapping):
        return " ".join(f"{_told(name)} {_told(part)}" for name, part in value.items())
    if isinstance(value, list | tuple | set | frozenset | QuerySet):
        return " ".join(map(_told, value))
    return "" if callable(value) else repr(value)


# ---- what a page shows -------------------------------------------------------------------------------------------


PAIRS = (("aurora", "borealis"), ("cordoba", "aurora"), ("borealis", "cordoba"))


def page_shows_a_partner_its_own(name: str) -> None:
    """A page about itself and about another; what is another's answers as what is not there."""
    page = dict(probes.pages())[name]
    for partner, other in PAIRS:
        own = filled(page, probes.of_partner(partner).by_part)
        about = filled(page, probes.of_partner(other).by_part)
        assert own is not None, f"nothing is known that {page.path} could be about"
        assert about is not None
        client = client_of(ADMINS[partner])
        _own_page(client, client_of("owner"), name, page, own, partner)
        if about not in (page.path, own):
            absent = filled(page, INVENTED | {"period": "2025-12"})
            first, second = client.get(f"/{about}.json"), client.get(f"/{absent}.json")
            assert (first.status_code, second.status_code) == (404, 404), (partner, first.status_code)
            assert probes.plain(first.content) == probes.plain(second.content)
            assert client_of("owner").get(f"/{absent}.json").status_code in (403, 404)
        elif about == page.path and partner != "borealis":
            for query in (f"?partner={other}", f"?contract=lumen-{other}", "?check=1&text=1"):
                answer = client.get(f"/{page.path}.json{query}")
                assert answer.status_code in (200, 403, 404)
                assert not foreign(answer.content.decode(), partner), query


def filled(page: Any, objects: Mapping[str, str]) -> str | None:
    """A page's path with objects in it; a number is that of what the page is about."""
    kind = next((one for one in ("import", "assessment", "dispute") if f"{one}/<" in page.path), "")
    numbered = {"number": objects[f"{kind}_number"]} if kind else {}
    return probes.Objects("", {**objects, **numbered}).fill(page.path)


def _own_page(client: Any, owner: Any, name: str, page: Any, path: str, partner: str) -> None:
    from tallystick.web.matrix import allowed
    from tallystick.web.roles import Role

    for ending in ("", ".json") if "<" not in page.path else (".json",):
        answer = client.get(f"/{path}{ending}")
        expected = {"yes": 200, "no": 403, "not there": 404}[allowed(page.roles, role_of(partner))]
        assert answer.status_code == expected, (name, partner, answer.status_code)
        text = answer.content.decode() + str(dict(answer.headers))
        assert not foreign(text, partner, ids=True), (name, partner, foreign(text, partner, ids=True))
        if ending and answer.status_code == 200:
            _is_a_partners_twin(answer.json(), partner)
            assert name != "import_start" or not answer.json()["partners"]
    if {Role.OWNER} & page.roles:
        seen = owner.get(f"/{path}.json")
        assert seen.status_code == 200, (name, partner)
        if "<slug:partner>" in page.path or "<str:partner>" in page.path:
            # The client's page about one partner: names of others stand in its menus alone.
            _only_about(seen.json(), partner, name)


def _is_a_partners_twin(twin: Any, partner: str) -> None:
    """What the client's people alone are offered: notes, and the choice of a partner."""
    assert not twin.get("may_note")
    assert not twin.get("notes")
    assert set(twin.get("partners") or ()) <= {partner}
    for table in twin.values():
        if (
            isinstance(table, dict)
            and table.get("columns")
            and {"files", "rows"} <= {column["key"] for column in table["columns"]}
        ):
            assert "partner" not in {column["key"] for column in table["columns"]}


def _only_about(twin: Any, partner: str, name: str) -> None:
    text = repr({key: value for key, value in twin.items() if key not in ("choices", "partners", "next", "others")})
    for other in others(partner):
        found = re.search(rf"CANARY-{other.upper()}|\b{other[:3].upper()}-\d|lumen-{other}/{other}/", text)
        assert found is None, (name, partner, found)


def comments_and_notes_are_told_apart() -> None:
    """Both sides' words stand under comments, the client's own under notes; a partner's room does not even ask."""
    from tallystick.web.desk.comments import Comments

    own = probes.of_partner("aurora").by_part
    twin = client_of("owner").get(f"/verdict/{own['verdict']}.json").json()
    assert {one["text"] for one in twin["comments"]} == {"CANARY-AURORA"}
    assert {one["text"] for one in twin["notes"]} == {"CANARY-LUMEN"}
    assert Comments(SimpleNamespace(actor=rooms()["aurora"].actor)).notes("anything") == ()


def the_whole_trail_is_not_walked_for_a_partner() -> None:
    """A chain can only be checked as a whole, which a partner's room does not hold."""
    from tallystick.vocabulary.errors import ScopeError
    from tallystick.web.wall.base import seen_by

    for partner in ("", "aurora"):
        with seen_by(rooms()[partner].scope):
            try:
                assert _fresh(partner).desk.audit.checked().holds
            except ScopeError:
                assert partner
            else:
                assert not partner


def what_is_asked_for_by_its_key_is_what_is_given() -> None:
    """Closings, disputes and actions of one contract, partner and period; a partner's closings once they were shown."""
    from tallystick.web.desk.people import _roles_for
    from tallystick.web.wall.base import seen_by

    for partner, room in rooms().items():
        with seen_by(room.scope):
            desk = _fresh(partner).desk
            keys = [one.key for one in desk.close.all]
            for key in keys[:40]:
                assert desk.close.one(*key).key == key
                assert {one.key[1:] for one in desk.close.of(*key[1:])} == {key[1:]}
            for name in (partner,) if partner else probes.PARTNERS:
                own = probes.of_partner(name).by_part
                key = (own["contract"], name, own["period"])
                assert key in keys
                for kept in (desk.disputes, desk.corrective):
                    assert {(one.contract, one.partner, one.period) for one in kept.of(*key)} == {key}
            if partner:
                assert len(keys) == 1
                for party in (*others(partner), ""):
                    _refused(
                        lambda one=partner, party=party: _roles_for(_fresh(one), party, ["agent" if party else "owner"])
                    )
            else:
                assert "CANARY-LUMEN" in _told(vars(desk.feeds.check()))
                _refused(lambda: _roles_for(_fresh(""), "nobody", ["agent"]))
                _refused(lambda: _roles_for(_fresh(""), "aurora", ["owner"]))
                _refused(lambda: _roles_for(_fresh(""), "", ["agent"]))
                assert _roles_for(_fresh(""), "", ["owner"])
                assert _roles_for(_fresh(""), "aurora", ["agent"])


def _refused(ask: Callable[[], Any]) -> None:
    from tallystick.vocabulary.errors import NotFound
    from tallystick.web.refusal import NotNow

    try:
        given = ask()
    except (NotFound, NotNow):
        return
    raise AssertionError(given)


def one_persons_forms_are_not_anothers() -> None:
    """The key of a form is its sender's: the same key of somebody else is another form."""
    from tallystick.web.desk.comments import Comment

    own = probes.of_partner("aurora").by_part
    sent = {"about": f"verdict/{own['verdict']}", "once": "the-same-key"}
    before = Comment.objects.count()
    for who in ("owner", "aurora", "owner"):
        assert client_of(who).post("/do/comment", {**sent, "text": f"Said by {who}"}).status_code == 302
    assert Comment.objects.count() == before + 2


def no_page_reads_the_desk_past_its_room() -> None:
    """What a page or a workflow reads of the desk it reads on the room's own connection, behind the wall."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    from tallystick.web.perform import deeds

    with CaptureQueriesContext(connections["default"]) as asked:
        for who, partner in (("owner", "aurora"), ("aurora", "aurora"), ("borealis", "borealis")):
            client = client_of(who)
            for _, page in probes.pages():
                # With what an open reading shows, where the page is of a case.
                query = "?text=1" if "case_id" in page.path else ""
                client.get(f"/{filled(page, probes.of_partner(partner).by_part)}.json{query}")
            for name, deed in deeds().items():
                client.get(f"/do/{name}", _form(deed, probes.of_partner(partner).by_part))
    # One row by its key, for writing, is fetched after the room has shown it: `get` asks for at most 21.
    reads = [one["sql"] for one in asked.captured_queries if "LIMIT 21" not in one["sql"]]
    past = [sql for sql in reads if re.search(r'FROM "(desk_|accounts_)', sql)]
    assert past == [], past


def messages_are_shown_to_their_reader_alone() -> None:
    """What customers wrote, with the reading that this person opened; none to a colleague who opened none."""
    from tallystick.web.accounts.models import Person
    from tallystick.web.roles import Role

    own = probes.of_partner("aurora").by_part
    address = f"/verdict/{own['verdict']}/case/{own['case_id']}.json?text=1"
    told = client_of("aurora").get(address).json()["words"]
    assert told is not None
    assert told["messages"]
    assert all(one["text"] for one in told["messages"] if one["role"] != "system")
    Person.objects.create_user("two@aurora.example", "Two", "aurora", {Role.PARTNER_ADMIN})
    assert client_of("two@aurora.example").get(address).json()["words"] is None
    assert client_of("owner").get(address).json()["words"] is None


# ---- what a form does --------------------------------------------------------------------------------------------


def role_of(partner: str) -> Any:
    """The one role that a partner's person of the example holds."""
    from tallystick.web.roles import Role

    return Role.TEAM_LEADER if partner == "cordoba" else Role.PARTNER_ADMIN


def workflows_find_nothing_of_another_partner() -> None:
    """Every workflow that gives one thing by its number: another partner's is not there, whatever asked for it."""
    from tallystick.vocabulary.errors import NotFound
    from tallystick.web.perform import deeds
    from tallystick.web.wall.base import seen_by
    from tallystick.web.workflow import Workflow

    assert deeds()  # which loads every workflow
    found = 0
    for partner, other in PAIRS:
        room = _fresh(partner)
        with seen_by(room.scope):
            for kind in Workflow.__subclasses__():
                asks = getattr(kind(room), "one", None)
                if asks is None or not _takes_one(asks):
                    continue
                for objects in (probes.of_partner(other).by_part, INVENTED):
                    for name in (
                        "dispute_number",
                        "corrective",
                        "import_number",
                        "assessment_number",
                        "person",
                        "extension",
                        "reversal",
                    ):
                        try:
                            given = asks(objects[name])
                        except (NotFound, ValueError, ValidationError):
                            found += 1
                            continue
                        raise AssertionError((kind.__name__, partner, name, given))
    assert found >= 60


def _takes_one(method: Any) -> bool:
    import inspect

    return len(inspect.signature(method).parameters) == 1


def a_deed_is_refused_where_it_is_done_too() -> None:
    """Who may is asked again by the mechanism that carries a deed out."""
    from tallystick.web.perform import deeds, perform
    from tallystick.web.refusal import Refused

    for name in ("close-period", "invite", "back-up"):
        try:
            perform(_fresh("cordoba"), deeds()[name], {}, "")
        except Refused:
            continue
        raise AssertionError(name)


def names_that_are_none_lead_nowhere() -> None:
    """Names that are too short, too long, or of a kind that there is not."""
    client = client_of("aurora")
    for address in ("/do/no-such-deed", "/do/no-such-deed.json", "/close.csv?table=no-such-table"):
        assert client.get(address).status_code == 404, address
    for name in ("verdict/aurora/S1", "verdict/a/b/c/d/e", "close/aurora", "dispute/x", "dispute/1/2", "people/1"):
        assert client.get("/do/comment", {"about": name}).status_code == 404, name


def form_touches_nothing_of_another_partner(name: str) -> None:
    """A deed with another partner's objects, and with invented ones: the same answer, and nothing changes."""
    from tallystick.web.matrix import allowed
    from tallystick.web.perform import deeds

    deed = deeds()[name]
    for partner, other in PAIRS[:2]:
        client = client_of(ADMINS[partner])
        before = _state(other)
        theirs, nobodys = (_form(deed, objects) for objects in (probes.of_partner(other).by_part, INVENTED))
        for send in (client.get, client.post):
            first, second = send(f"/do/{name}", theirs), send(f"/do/{name}", nobodys)
            assert first.status_code == second.status_code, (partner, first.status_code, second.status_code)
            answers = {"yes": (200, 302, 404, 409, 422), "no": (403,), "not there": (404,)}
            assert first.status_code in answers[allowed(deed.roles, role_of(partner))], (partner, first.status_code)
            found = foreign(_without_typed(first.content.decode(), theirs), partner)
            assert not found, (partner, found)
        assert _state(other) == before, partner
    if set(deed.form().fields) & (set(INVENTED) - {"partner"} | {"partner", "party"}):
        owner, nobodys = client_of("owner"), _form(deed, INVENTED)
        for send in (owner.get, owner.post):
            # A field that is left empty may stand in the way first; nothing of what is not there is ever done.
            assert send(f"/do/{name}", nobodys).status_code in (200, 403, 404, 409, 422)[send == owner.post :]


def invitations_open_one_door_once() -> None:
    """A link that was never sent, was used, was withdrawn or is too old leads nowhere."""
    from datetime import timedelta

    from django.test import Client
    from django.utils import timezone

    from tallystick.web.accounts.models import INVITATION_HOLDS, Invitation

    made = Invitation.objects.get(party="aurora")
    Invitation.objects.filter(pk=made.pk).update(sha256=Invitation.hash_of("token"))
    client, now = Client(headers={"host": "localhost"}), timezone.now()
    assert client.get("/account/invitation/token").status_code == 200
    assert client.get("/account/invitation/another").status_code == 404
    for change in ({"used_at": now}, {"withdrawn_at": now}, {"sent_at": now - INVITATION_HOLDS - timedelta(seconds=1)}):
        Invitation.objects.filter(pk=made.pk).update(**change)
        assert client.get("/account/invitation/token").status_code == 404, change
        Invitation.objects.filter(pk=made.pk).update(used_at=None, withdrawn_at=None, sent_at=now)


def _form(deed: Any, objects: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field, how in deed.form().fields.items():
        choices = [value for value, _words in getattr(how, "choices", ()) if value]
        if field == "number":
            given[field] = objects["import_number"]
        elif field == "party":
            given[field] = objects["partner"]
        elif FIELDS.get(field, field) in objects and field != "contract":
            given[field] = objects[FIELDS.get(field, field)]
        elif field == "roles":
            given[field] = ["agent"]
        elif choices:
            given[field] = choices[0]
        else:
            given[field] = TYPED.get(field, "probe")
    return given


def _without_typed(text: str, typed: Mapping[str, Any]) -> str:
    for value in typed.values():
        if isinstance(value, str) and len(value) > 3:
            text = text.replace(value, "")
    return text


def _state(partner: str) -> str:
    from django.apps import apps

    from tallystick.web.wall.base import PARTNER

    found = []
    for model in apps.get_models():
        column = next((field.attname for field in model._meta.fields if field.column == PARTNER), None)
        if column is not None:
            found.append((model.__name__, sorted(map(repr, model.objects.filter(**{column: partner}).values()))))
    return repr(found)


# ---- who comes in ------------------------------------------------------------------------------------------------


def strangers_come_in_nowhere() -> None:
    """Nobody signed in, an account that was switched off, and one without a role: each is led to the sign-in."""
    from django.test import Client

    from tallystick.web.accounts.access import room_of
    from tallystick.web.accounts.models import Person
    from tallystick.web.refusal import Stranger
    from tests.web.conftest import PEOPLE

    client = Client(headers={"host": "localhost"})
    assert client.get("/overview").status_code == 302
    assert client.get("/overview.json").status_code == 401
    for stranger in (Person(is_active=False, held=["owner"]), Person(is_active=True, held=[])):
        try:
            room_of(SimpleNamespace(user=stranger))
        except Stranger:
            continue
        raise AssertionError("a stranger was given a room")
    for change in ({"is_active": False}, {"held": []}):
        signed = client_of("executive")
        assert signed.get("/overview").status_code == 200
        person = Person.objects.filter(email=PEOPLE["executive"])
        person.update(**change)
        assert signed.get("/overview").status_code == 302, change
        person.update(is_active=True, held=["executive"])


# ---- mail --------------------------------------------------------------------------------------------------------


def letters_tell_a_partner_its_own() -> None:
    """The daily mail of each partner's person, and the client's, which carries the signed head."""
    from django.utils import timezone

    from tallystick.web.accounts.models import Person
    from tallystick.web.desk.audit import sign_head
    from tallystick.web.letters import letter_for
    from tallystick.web.place import home
    from tests.web.conftest import PEOPLE

    head = sign_head(home().folder("keys"), timezone.now())
    for partner in ("", *probes.PARTNERS):
        letter = letter_for(Person.objects.get(email=PEOPLE[ADMINS.get(partner, "owner")]), timezone.now())
        assert letter is not None, partner
        text = letter.subject + letter.body + "".join(str(part[0]) for part in letter.alternatives)
        assert (head.head in text) == (partner == ""), partner
        if partner:
            assert CANARIES[partner].search(text)
            assert not foreign(text.replace("mara@lumen.example", ""), partner), (partner, foreign(text, partner))


# ---- the wall ----------------------------------------------------------------------------------------------------


def raw_sql_does_not_pass_the_wall() -> None:
    """Statements that no page of ours makes."""
    from django.db import connections
    from django.db.utils import DatabaseError

    from tallystick.vocabulary.errors import ScopeError
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.desk.audit import AuditRow
    from tallystick.web.wall.base import seen_by
    from tests.web.test_isolation import ESCAPES

    with seen_by(Scope.of_partner("lumen", "aurora")):
        cursor = connections["room"].cursor()
        assert {row[0] for row in cursor.execute("SELECT partner FROM accounts_person").fetchall()} == {"aurora"}
        for statement in ESCAPES:
            try:
                cursor.execute(statement).fetchall()
            except DatabaseError:
                continue
            raise AssertionError(statement)
    try:
        list(AuditRow.objects.using("room").all())
    except ScopeError:
        return
    raise AssertionError("The desk was read without a room.")


def a_read_without_a_scope_fails() -> None:
    """Nothing stands for a scope that is not one, nor does one that names no partner."""
    from tallystick.vocabulary.errors import ScopeError
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.books import books_of
    from tallystick.web.place import home
    from tallystick.web.wall.base import seen_by

    for wrong in (None, "aurora", Scope("lumen", frozenset())):
        for read in (lambda one: books_of(home(), one), lambda one: seen_by(one).__enter__()):
            try:
                read(wrong)
            except ScopeError:
                continue
            raise AssertionError(wrong)


BEHIND_THE_WALL = "raw_sql_does_not_pass_the_wall"


def every_probe() -> dict[str, Callable[[], None]]:
    """The probes by name: those of everything at once, one for each deed and one for each page."""
    from tallystick.web.perform import deeds

    whole: tuple[Callable[[], None], ...] = (
        a_read_without_a_scope_fails,
        tables_hold_a_partners_own_rows,
        workflows_tell_a_partner_its_own,
        raw_sql_does_not_pass_the_wall,
        strangers_come_in_nowhere,
        invitations_open_one_door_once,
        letters_tell_a_partner_its_own,
        messages_are_shown_to_their_reader_alone,
        workflows_find_nothing_of_another_partner,
        a_deed_is_refused_where_it_is_done_too,
        comments_and_notes_are_told_apart,
        the_whole_trail_is_not_walked_for_a_partner,
        what_is_asked_for_by_its_key_is_what_is_given,
        one_persons_forms_are_not_anothers,
        no_page_reads_the_desk_past_its_room,
        names_that_are_none_lead_nowhere,
    )
    found = {one.__name__: one for one in whole}
    found |= {f"deed {name}": partial(form_touches_nothing_of_another_partner, name) for name in deeds()}
    return found | {f"page {name}": partial(page_shows_a_partner_its_own, name) for name, _ in probes.pages()}

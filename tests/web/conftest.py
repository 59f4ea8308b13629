"""One control room per test process, over the shipped example; each test begins with a fresh desk.

Django's settings belong to a process, so the home folder is chosen when this file is read. The example is made once for
all processes of a run and linked into it; the desk's database is copied from a prepared one before each test.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import create_home
from tallystick.web.place import SECRET
from tests.journeys.command_line import Answer

HOME = Path(tempfile.mkdtemp(prefix="tally-web-")) / "home"
atexit.register(shutil.rmtree, HOME.parent, ignore_errors=True)
create_home(HOME, "lumen", "Lumen Home", "Europe/Bucharest")
os.environ["TALLY_HOME"] = str(HOME)
os.environ["TALLY_HOSTS"] = "localhost,127.0.0.1,testserver"
# Playwright runs a loop of its own in the thread of a test; the desk is then read between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def _quick() -> None:
    """Cheap passwords, and a desk that does not wait for the disk: what a killed process has answered is kept even so.

    Servers and workers that tests start are processes of their own and run with the product's settings.
    """
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["tests.web._cheap_passwords.CheapArgon2"]
    options = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


from tallystick.web import server  # noqa: E402  the home must be known first

server.set_up(HOME)
_quick()

PASSWORD = "a-long-sentence-for-tests"  # noqa: S105
PEOPLE = {
    "owner": "mara@lumen.example",
    "executive": "jonas@lumen.example",
    "finance": "ines@lumen.example",
    "auditor": "tomas@lumen.example",
    "aurora": "ana@aurora.example",
    "borealis": "lars@borealis.example",
    "cordoba": "lucia@cordoba.example",
}
NUMBERS = count(1)
SHARED = ("contracts", "verdicts", "lake", "mappings", "imports", "raw")


@pytest.fixture(scope="session")
def lumen(example: tuple[Path, Answer]) -> Path:
    """The example's home with its verdicts; only read."""
    return example[0]


@pytest.fixture(scope="session")
def prepared(lumen: Path) -> Path:
    """The example linked into this process's home, and a desk with tables and people to copy from."""
    return prepare(lumen)


def prepare(lumen: Path) -> Path:
    """As the fixture `prepared`, for a process that is no test's."""
    for name in SHARED:
        target = HOME / name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.symlink_to(lumen / name)
    for key in (lumen / "keys").iterdir():
        if key.name != SECRET:  # this process signs its sessions with its own
            shutil.copy(key, HOME / "keys" / key.name)
    from django.conf import settings
    from django.contrib.auth.hashers import make_password
    from django.db import connections

    server.bring_up_to_date()
    server.example_people("!")
    from tallystick.web.accounts.models import Person

    Person.objects.update(password=make_password(PASSWORD))
    connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    template = HOME / "desk" / "template.sqlite3"
    shutil.copy(settings.DATABASES["default"]["NAME"], template)
    return template


@pytest.fixture
def desk(prepared: Path) -> Iterator[Path]:
    """A fresh desk; its path. Each test has a file of its own, so nothing that a test left open can touch the next."""
    from django.core.cache import cache

    path = prepared.with_name(f"test-{next(NUMBERS)}.sqlite3")
    shutil.copy(prepared, path)
    cache.clear()
    with serving_from(path):
        yield path
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def serving_from(path: Path) -> Iterator[None]:
    """Connections opened inside lead to this desk, those of processes started meanwhile too."""
    from django.db import connections

    connections.close_all()
    before = connections.settings["default"]["NAME"]
    os.environ["TALLY_DESK_FILE"] = str(path)
    for alias in ("default", "room"):
        connections.settings[alias]["NAME"] = path
        connections[alias].settings_dict["NAME"] = path
    yield
    del os.environ["TALLY_DESK_FILE"]
    connections.close_all()
    for alias in ("default", "room"):
        connections.settings[alias]["NAME"] = before
        connections[alias].settings_dict["NAME"] = before


@pytest.fixture
def sign_in(desk: Path) -> Callable[..., Any]:
    """`sign_in("owner")` gives a client of Django's that is signed in as that person of the example."""
    from django.test import Client

    from tallystick.web.accounts.models import Person

    def signed(who: str = "") -> Any:
        client = Client(headers={"host": "localhost"}, raise_request_exception=True)
        if who:
            client.force_login(Person.objects.get(email=PEOPLE.get(who, who)))
        return client

    return signed


@pytest.fixture
def room_of(desk: Path) -> Iterator[Callable[[str], Any]]:
    """`room_of("aurora")` gives the room of a person of the example, behind both walls, until the test ends."""
    from contextlib import ExitStack

    from tallystick.web.accounts import access
    from tallystick.web.accounts.models import Person
    from tallystick.web.wall.base import seen_by

    with ExitStack() as stack:

        def opened(who: str) -> Any:
            room = access.room_of_person(Person.objects.get(email=PEOPLE.get(who, who)))
            stack.enter_context(seen_by(room.scope))
            return room

        yield opened


@pytest.fixture
def own_records(desk: Path) -> Iterator[Path]:
    """The home with records of its own to write into: no rows and no feeds yet, the example's contracts and verdicts.

    What is linked from the shared example is set aside and comes back when the test ends.
    """
    own = ("lake", "imports", "mappings", "inbox")
    for name in own:
        if (HOME / name).is_symlink():
            (HOME / name).rename(HOME / f".{name}.shared")
        (HOME / name).mkdir(exist_ok=True)
    keys = HOME / "keys"
    keys.rename(HOME / ".keys.shared")
    shutil.copytree(HOME / ".keys.shared", keys)
    yield HOME
    for name in (*own, "keys"):
        shutil.rmtree(HOME / name, ignore_errors=True)
        if (HOME / f".{name}.shared").exists():
            (HOME / f".{name}.shared").rename(HOME / name)
    shutil.rmtree(HOME / "desk" / "uploads", ignore_errors=True)
    shutil.rmtree(HOME / "desk" / "mail", ignore_errors=True)

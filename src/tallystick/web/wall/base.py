"""The database back end that Django loads for the alias `room`."""

from __future__ import annotations

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.sqlite3 import base

from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.scope import Scope, require_scope

PARTNER = "partner"
SCOPE_TABLE = "_scope"
MOST_ASIDE = 4
_SCOPE: ContextVar[Scope | None] = ContextVar("room_scope", default=None)
_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION}
# Functions that read files or load code are refused by name; the rest are arithmetic and text.
_REFUSED = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


@contextmanager
def seen_by(scope: Scope) -> Iterator[None]:
    """Reads inside see `scope`. A connection belongs to the scope it was opened for and is never turned to another."""
    from django.db import connections

    require_scope(scope)
    room: Any = connections["room"]
    room.put_aside()
    token = _SCOPE.set(scope)
    try:
        yield
    except BaseException:
        # A statement that an error cut short would hold its connection at an old state of the desk.
        room.close()
        raise
    finally:
        _SCOPE.reset(token)
        room.put_aside()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite back end with the wall put in when a connection opens.

    Opening takes longer than most reads, so a thread keeps the connections it used last, each with its scope.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.connection: Any = None
        self._aside: OrderedDict[Hashable, sqlite3.Connection] = OrderedDict()
        self._belongs_to: Hashable = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """A connection that sees the scope of this room; raises ScopeError where there is none."""
        scope = _SCOPE.get()
        if scope is None:
            raise ScopeError("A read of the desk needs a room.", "Open it with access.room_of(request).")
        self._belongs_to = (scope, *_file_of(conn_params["database"]))
        connection: Any = self._aside.pop(self._belongs_to, None)
        if connection is None:
            connection = super().get_new_connection(conn_params)
            put_up(connection, scope)
            # A desk without a file yet has one now.
            self._belongs_to = (scope, *_file_of(conn_params["database"]))
        return connection

    def put_aside(self) -> None:
        """Keep the open connection for the next reader of its scope; one that met trouble is closed."""
        if self.connection is None:
            return
        if self.errors_occurred or self.in_atomic_block or self.connection.in_transaction:
            super().close()
            return
        self._aside[self._belongs_to] = self.connection
        self.connection = None
        while len(self._aside) > MOST_ASIDE:
            self._aside.popitem(last=False)[1].close()

    def close(self) -> None:
        """Close the connection and those put aside."""
        super().close()
        while self._aside:
            self._aside.popitem()[1].close()


def _file_of(database: str | os.PathLike[str]) -> tuple[str, int, int]:
    """Which file a name means now: a desk that was restored from a backup is another one of the same name."""
    try:
        found = os.stat(database)  # noqa: PTH116  Django's name may be no path at all
    except OSError:
        return str(database), 0, 0
    return str(database), found.st_dev, found.st_ino


def put_up(connection: sqlite3.Connection, scope: Scope) -> None:
    """Make the views of a scope on a fresh connection, then let nothing but reads through them pass."""
    cursor = connection.cursor()
    names = [row[0] for row in cursor.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    scoped = [name for name in names if PARTNER in _columns(cursor, name)]
    cursor.execute(f"CREATE TEMP TABLE {SCOPE_TABLE} (partner TEXT PRIMARY KEY)")
    if scope.partners is not None:
        cursor.executemany(f"INSERT INTO {SCOPE_TABLE} VALUES (?)", [(one,) for one in sorted(scope.partners)])  # noqa: S608
    for name in scoped:
        # The client's view reads the column too: SQLite tells the authorizer through which view a column is read.
        inside = ">= ''" if scope.sees_all else f"IN (SELECT partner FROM temp.{SCOPE_TABLE})"  # noqa: S608
        cursor.execute(f'CREATE TEMP VIEW "{name}" AS SELECT * FROM main."{name}" WHERE {PARTNER} {inside}')  # noqa: S608
    connection.commit()
    connection.set_authorizer(_gatekeeper(frozenset(scoped)))


def _columns(cursor: sqlite3.Cursor, table: str) -> set[str]:
    return {row[1] for row in cursor.execute(f'PRAGMA main.table_info("{table}")')}


def _gatekeeper(views: frozenset[str]) -> Callable[..., int]:
    """The authorizer: reads of a view, reads that a view makes for itself, and nothing else.

    `through` is the innermost view or trigger that asks, None for the statement itself.
    """

    def ask(action: int, first: str | None, second: str | None, database: str | None, through: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            if first in views and (database == "temp" or through == first):
                return sqlite3.SQLITE_OK
            if first == SCOPE_TABLE and through in views:
                return sqlite3.SQLITE_OK
            # `count(*)` over a view reads no column; SQLite then names the table with an empty one.
            return sqlite3.SQLITE_OK if not first else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_FUNCTION:
            return sqlite3.SQLITE_DENY if (second or "").lower() in _REFUSED else sqlite3.SQLITE_OK
        return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY

    return ask

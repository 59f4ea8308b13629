"""Sessions of one engine share nothing that belongs to whoever works in them."""

from __future__ import annotations

import os
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tallystick.records import engine
from tallystick.records.engine import session


def test_tables_views_and_rows_of_one_session_are_not_seen_by_another() -> None:
    one, two = session(threads=1), session(threads=1)
    for opened, value in ((one, 1), (two, 2)):
        opened.register("given", pa.table({"a": [value]}))
        opened.execute("create temp table kept as select a from given")
        opened.execute("create temporary view seen as select a from kept")
    assert one.execute("select a from seen").fetchall() == [(1,)]
    assert two.execute("select a from seen").fetchall() == [(2,)]
    three = session(threads=1)
    for name in ("given", "kept", "seen"):
        with pytest.raises(duckdb.CatalogException):
            three.table(name)


def test_a_session_that_ends_takes_its_tables_along_and_leaves_the_others() -> None:
    one, two = session(threads=1), session(threads=1)
    for opened in (one, two):
        opened.execute("create temp table kept as select 1 as a")
    one.close()
    assert two.execute("select a from kept").fetchall() == [(1,)]
    found = two.execute("select count(*) from duckdb_tables() where table_name = 'kept'").fetchall()
    assert found == [(1,)]


def test_sessions_with_other_settings_have_another_engine() -> None:
    ordered, free = session(preserve_insertion_order=True), session(preserve_insertion_order=False)
    asked = "select current_setting('preserve_insertion_order'), current_setting('timezone')"
    assert ordered.execute(asked).fetchall() == [(True, "UTC")]
    assert free.execute(asked).fetchall() == [(False, "UTC")]
    ordered.execute("set timezone = 'Asia/Kathmandu'")
    again = session(preserve_insertion_order=True)
    assert again.execute(asked).fetchall() == [(True, "UTC")], "another session's zone is no concern of this one"


def test_a_fork_has_an_engine_of_its_own() -> None:
    session(threads=2).execute("select sum(i) from range(100000) as t(i)").fetchall()
    child = os.fork()
    if child == 0:
        answer = 1
        try:
            # The parent's engine would wait here for threads that a fork does not have.
            found = session(threads=2).execute("select sum(i) from range(1000000) as t(i)").fetchall()
            answer = 0 if found == [(499999500000,)] else 2
        finally:
            os._exit(answer)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_engine_that_broke_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def cursor(self) -> Any:
            return self

        def execute(self, _: str) -> None:
            raise duckdb.FatalException("the database has been invalidated")

    key = (os.getpid(), (("threads", 1),))
    monkeypatch.setitem(engine._ENGINES, key, Broken())
    assert session(threads=1).execute("select 1").fetchall() == [(1,)]

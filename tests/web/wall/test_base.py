"""The database's own wall: what it lets pass, asked of SQLite without a desk."""

from __future__ import annotations

import sqlite3

import pytest


@pytest.mark.parametrize("name", ["load_extension", "readfile", "writefile", "edit", "FTS3_tokenizer"])
def test_functions_that_read_files_or_load_code_are_refused_where_the_engine_has_them(name: str) -> None:
    from tallystick.web.wall.base import _gatekeeper

    connection = sqlite3.connect(":memory:")
    for known in (name, "harmless"):
        connection.create_function(known, 1, lambda given: given)
    connection.set_authorizer(_gatekeeper(frozenset()))
    assert connection.execute("SELECT harmless('a'), upper('a')").fetchone() == ("a", "A")
    with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
        connection.execute(f"SELECT {name}('a')").fetchone()

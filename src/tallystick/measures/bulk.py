"""A fact set read through DuckDB: for whole clients and years, where plain Arrow tables would keep one core busy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Encodable(Protocol):
    """A fact set that can hand over words as dictionaries."""

    def table(self, name: str, columns: Sequence[str], *, kinds: Sequence[str] | None, encoded: bool) -> Any:
        """One fact table."""


class InBulk:
    """The tables of a fact set as relations of `connection`: pass it to `compute` in place of the fact set.

    `more` are tables that the fact set does not hold (the survey facts). The connection stays the caller's, who closes
    it; values are equal to those from the fact set itself.
    """

    def __init__(self, facts: Encodable, connection: Any, **more: Any) -> None:
        self._facts = facts
        self._connection = connection
        self._more = more

    def table(self, name: str, columns: Sequence[str], *, kinds: Sequence[str] | None = None) -> Any:
        """One fact table with some columns, narrowed to some kinds of clock."""
        if name in self._more:
            return self._connection.from_arrow(self._more[name])
        return self._connection.from_arrow(self._facts.table(name, columns, kinds=kinds, encoded=True))

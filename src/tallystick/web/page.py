"""What a page is: an address, who may read it, and one function from a Room to all that it shows.

The function's answer is the page: the template words it, `.json` is the same answer as data, and each Table in it is a
`.csv`. So a page and its twin cannot differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tallystick.reports.markup import Markup
from tallystick.vocabulary.canonical import plain
from tallystick.web.roles import Role
from tallystick.web.room import Room
from tallystick.web.table import AT_ONCE, Table

CATALOGUE = "tallystick.web.pages"


@dataclass(frozen=True)
class Asked:
    """What the URL asks of a page: the parts of its path and its parameters."""

    parts: Mapping[str, str]
    query: Mapping[str, str]

    def choice(self, name: str, among: Mapping[str, Any] | tuple[str, ...], otherwise: str = "") -> str:
        """A parameter that must be one of `among`; another value is as if none were given."""
        given = self.query.get(name, "")
        return given if given in among else otherwise


@dataclass(frozen=True)
class Document:
    """A file that a page gives: its name without ending, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Page:
    """One page. `path` is Django's (`partner/<slug:partner>`); `order` its place in the menu, None keeps it out.

    `short` is another path to it, with fewer parts; where it means several pages the reader is given the choice. Pages
    of one `group` lead to one another, in the order of `place`; one of them stands in the menu for all.
    """

    path: str
    title: str
    roles: frozenset[Role]
    gather: Callable[[Room, Asked], dict[str, Any]]
    menu: str = ""
    order: int | None = None
    key: str = ""  # the letter after `g` that opens it
    short: str = ""
    group: str = ""
    place: int = 0
    # Files that it gives, by ending (`pdf`): whoever reads the page may have them.
    documents: Mapping[str, Callable[[Room, Asked], Document]] = field(default_factory=dict)


def twin(gathered: Mapping[str, Any]) -> Any:
    """A page's answer as JSON values. Drawings are left out: each stands beside the table it was drawn from."""
    return {name: _data(value) for name, value in gathered.items() if not isinstance(value, Markup)}


def twin_parts(gathered: Mapping[str, Any]) -> Iterator[str]:
    """`twin` as the text of a JSON object, piece by piece: a long table never stands in memory as text."""
    before = "{\n"
    for name, value in gathered.items():
        if isinstance(value, Markup):
            continue
        yield f"{before}{json.dumps(name)}: "
        before = ",\n"
        if isinstance(value, Table):
            yield from value.json_parts()
        else:
            yield json.dumps(_data(value), ensure_ascii=False)
    yield "{}" if before == "{\n" else "\n}"


def is_long(gathered: Mapping[str, Any]) -> bool:
    """Whether a table of an answer is so long that its twins are sent piece by piece."""
    return any(len(table.rows) > AT_ONCE for table in tables(gathered).values())


def _data(value: Any) -> Any:
    if hasattr(value, "as_json"):
        return value.as_json()
    if isinstance(value, Mapping):
        return {str(name): _data(one) for name, one in value.items() if not isinstance(one, Markup)}
    if isinstance(value, list | tuple):
        return [_data(one) for one in value if not isinstance(one, Markup)]
    # Bounds of intervals are floats: they inform and are never hashed.
    return value if isinstance(value, float) else plain({"value": value})["value"]


def tables(gathered: Mapping[str, Any]) -> dict[str, Table]:
    """The tables of an answer by name."""
    return {value.name: value for value in gathered.values() if isinstance(value, Table)}

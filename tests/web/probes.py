"""Addresses to try, generated from the pages and actions that there are, with objects of each partner put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

PARTNERS = ("aurora", "borealis", "cordoba")
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Objects:
    """Things of one partner that an address can name, by the name of the path's part."""

    partner: str
    by_part: dict[str, str]

    def fill(self, path: str) -> str | None:
        """A page's path with these objects in it; None where it names something that this partner has none of."""
        parts = _PART.findall(path)
        if any(part not in self.by_part for part in parts):
            return None
        return _PART.sub(lambda match: self.by_part[match.group(1)], path)


@cache
def of_partner(partner: str) -> Objects:
    """Objects of a partner in the example, with a clause that was missed, so that cases stand behind it."""
    from tallystick.verdicts.explain import explain
    from tallystick.verdicts.verdict import Outcome
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.books import books_of
    from tallystick.web.place import home

    books = books_of(home(), Scope.of_partner(home().client, partner))
    own = [one for one in books.verdicts if one.contract == f"lumen-{partner}"]  # its annex is on calls, not on cases
    counted = [one for one in own if one.value is not None and one.value.kind == "share" and one.value.n]
    missed = [one for one in counted if one.outcome is Outcome.MISSED] or counted
    verdict = missed[-1]
    row = explain(books.store, verdict, most=1).rows[0]
    return Objects(
        partner,
        {
            "partner": partner,
            "clause": verdict.clause,
            "period": verdict.period,
            "case_id": row.case_id,
            "contract": verdict.contract,
            # The same for everybody: a definition is nobody's own.
            "measure": "sla_attainment",
        },
    )


def add(partner: str, **more: Any) -> None:
    """Tell of desk rows made for a test: `add("aurora", id=3)`."""
    of_partner(partner).by_part.update({name: str(value) for name, value in more.items()})


def pages() -> Iterator[tuple[str, Any]]:
    """Every page with its name."""
    from tallystick import registry
    from tallystick.web.page import CATALOGUE, Page

    yield from registry.load_folder(CATALOGUE, Page).items()


def plain(content: bytes) -> str:
    """A body without what differs from request to request: its id and the form's keys."""
    text = content.decode()
    text = re.sub(r"<code>[0-9a-f]{16}</code>", "<code>id</code>", text)
    text = re.sub(r'"request_id": "[0-9a-f]{16}"', '"request_id": ""', text)
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*', r"\1", text)
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", "now", text)

"""Who may see what and do what, generated from the pages and actions themselves: the table that people review.

`yes` is allowed; `no` is refused with 403 on one's own side; `not there` is what the other side gets, 404.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tallystick import registry
from tallystick.web.roles import CLIENT_ROLES, PARTNER_ROLES, Role

YES, NO, NOT_THERE = "yes", "no", "not there"


@dataclass(frozen=True)
class Line:
    """One page or deed, and what each role gets; `title` is what its readers see."""

    kind: str
    name: str
    title: str
    cells: tuple[tuple[Role, str], ...]


def lines() -> Iterator[Line]:
    """Every page, then every deed, by name."""
    from tallystick.web.page import CATALOGUE, Page  # these need the settings that a server has made ready
    from tallystick.web.perform import deeds

    for name, page in registry.load_folder(CATALOGUE, Page).items():
        yield Line("page", name, str(page.title), tuple((role, allowed(page.roles, role)) for role in Role))
    for name, one in deeds().items():
        yield Line("deed", name, str(one.title), tuple((role, allowed(one.roles, role)) for role in Role))


def allowed(roles: frozenset[Role], role: Role) -> str:
    """What one role gets of something that `roles` may see or do."""
    if role in roles:
        return YES
    side = CLIENT_ROLES if role in CLIENT_ROLES else PARTNER_ROLES
    return NO if roles & side else NOT_THERE


def as_markdown() -> str:
    """The table for the reference pages."""
    head = ["", *(role.value for role in Role)]
    rows = [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {line.kind} `{line.name}` | {' | '.join(answer for _, answer in line.cells)} |" for line in lines()),
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    from tallystick.web import server

    server.set_up(Path(sys.argv[1]))
    sys.stdout.write(as_markdown())

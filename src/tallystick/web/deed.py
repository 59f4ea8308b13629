"""What a deed is: the only way to change state. The mechanism in `perform` carries it out and writes its audit row.

A file of web/desk declares `do_open_dispute` with a form and roles:

    @deed("Open a dispute", roles=..., form=OpenDispute)
    def do_open_dispute(room: Room, given: Mapping[str, Any]) -> Done: ...

`perform` runs it inside one transaction together with its audit row and the key of the form that was sent, so that a
double click, two tabs or a repeated request have one effect. What it may touch it fetches through the room first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms

from tallystick.web.roles import READS_ONLY, Role

if TYPE_CHECKING:
    from tallystick.web.room import Room

PREFIX = "do_"


@dataclass(frozen=True)
class Done:
    """What a deed did: in words, to which object of which partner, and where the reader goes next.

    `before` and `after` are the object's state, of which the audit row keeps hashes alone. `undo` is what the deed's
    opposite is given to take it back; without it nothing can. `row` is the number of its audit row, once it has one.
    """

    words: str
    about: str
    partner: str
    goto: str = "/"
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    reason: str = ""
    undo: Mapping[str, Any] | None = None
    row: int = 0


Run = Callable[["Room", Mapping[str, Any]], Done]


@dataclass(frozen=True)
class Deed:
    """One `do_*`: its name in the URL, its words on a button, who may, and the form that is asked for.

    `warning` says beforehand what cannot be undone; `word` must then be typed. `opposite` names the deed that takes it
    back: whoever did it may, for a while, if nothing else was done to the same object since.
    """

    name: str
    title: str
    roles: frozenset[Role]
    form: type[forms.Form]
    run: Run
    button: str = ""
    warning: str = ""
    word: str = ""
    help: str = ""
    opposite: str = ""
    initial: Callable[[Room, Mapping[str, str]], Mapping[str, Any]] | None = field(default=None)


def deed(title: str, *, roles: frozenset[Role], form: type[forms.Form], **more: Any) -> Callable[[Run], Deed]:
    """Make a `do_*` function a deed; the auditor may be named by none."""
    if READS_ONLY in roles:
        raise ValueError(f"{title}: the auditor changes nothing.")

    def made(run: Run) -> Deed:
        if not run.__name__.startswith(PREFIX):
            raise ValueError(f"{run.__name__} changes state, so its name begins with {PREFIX}.")
        return Deed(run.__name__.removeprefix(PREFIX).replace("_", "-"), title, roles, form, run, **more)

    return made

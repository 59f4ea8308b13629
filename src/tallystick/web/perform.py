"""Carrying a deed out: inside one transaction with its audit row and with the key of the form that was sent."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, dumps, loads
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from tallystick.web.deed import Deed, Done
from tallystick.web.desk.audit import append, last_about
from tallystick.web.desk.once import remember, remembered
from tallystick.web.refusal import NotNow, Refused
from tallystick.web.room import DESK, Room
from tallystick.web.said import by_itself_words

_NO_WORKFLOW = {"apps", "models", "migrations"}
# Long enough to see a mistake, short enough that nobody has built on it.
UNDO_MINUTES = 10
UNDO = "undo"


@cache
def deeds() -> Mapping[str, Deed]:
    """Every deed of web/desk by name; a file that adds one edits no list."""
    folder = importlib.import_module(DESK)
    found: dict[str, Deed] = {}
    for info in pkgutil.iter_modules(folder.__path__):
        if info.name.startswith("_") or info.name in _NO_WORKFLOW:
            continue
        module = importlib.import_module(f"{DESK}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Deed) and value.run.__module__ == module.__name__:
                found[value.name] = value
    return MappingProxyType(dict(sorted(found.items())))


def deed_words(name: str) -> str:
    """What was done, in words: the title of a deed, or what the system did by itself."""
    known = deeds().get(name)
    return str(known.title) if known else by_itself_words(name)


def perform(room: Room, what: Deed, given: Mapping[str, Any], once: str) -> Done:
    """Run a deed and write its audit row, both or neither. `once` is the key of the form that was sent.

    Raises Refused for a missing role, NotNow where the state does not allow it.
    """
    if not room.actor.may(what.roles):
        raise Refused(what.title)
    with transaction.atomic():
        before = remembered(room.actor.id, once)
        if before is not None:
            return before
        done = what.run(room, given)
        done = replace(done, row=append(room, what.name, done).seq)
        remember(room.actor.id, once, done)
    return done


# ---- taking it back ----------------------------------------------------------------------------------------------


def undo_token(room: Room, what: Deed, done: Done) -> str:
    """What a button to take a deed back carries; empty where nothing takes it back, or this person may not."""
    opposite = deeds().get(what.opposite)
    if opposite is None or done.undo is None or not room.actor.may(opposite.roles):
        return ""
    said = {name: value for name, value in done.undo.items() if value is not None}
    given = {name: value if isinstance(value, list) else str(value) for name, value in said.items()}
    carried = {"deed": opposite.name, "given": given, "by": str(room.actor.id), "row": done.row, "about": done.about}
    return dumps(carried, salt=UNDO, compress=True)


def undo(room: Room, token: str) -> Done:
    """Take a deed back by its opposite, which writes its own audit row.

    Raises NotNow after its time, for another person's deed, and where something else was done to the object since.
    """
    too_late = NotNow(
        _("It can be taken back for %(minutes)d minutes only.") % {"minutes": UNDO_MINUTES},
        _("Do the opposite on its own page."),
    )
    try:
        carried = loads(token, salt=UNDO, max_age=UNDO_MINUTES * 60)
    except SignatureExpired:
        raise too_late from None
    except BadSignature:
        raise NotNow(_("That is nothing that can be taken back."), _("Do the opposite on its own page.")) from None
    if carried["by"] != str(room.actor.id):
        raise NotNow(_("Only who did it can take it back."), _("Do the opposite on its own page."))
    what = deeds()[carried["deed"]]
    once = f"undo-{carried['row']}"
    before = remembered(room.actor.id, once)
    if before is not None:
        return before
    form = what.form(_posted(carried["given"]))
    if not form.is_valid():
        raise too_late
    with transaction.atomic():
        if last_about(carried["about"]) != carried["row"]:
            raise NotNow(
                _("Something else was done to it since, so it is not taken back."),
                _("Look at it first, then do the opposite on its own page."),
            )
        return perform(room, what, form.cleaned_data, once)


def _posted(given: Mapping[str, Any]) -> QueryDict:
    """Values as a form would have sent them."""
    sent = QueryDict(mutable=True)
    for name, value in given.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent

"""Carrying a deed out: inside one transaction with its audit row and with the key of the form that was sent."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from django.db import transaction

from tallystick.web.deed import Deed, Done
from tallystick.web.desk.audit import append
from tallystick.web.desk.once import remember, remembered
from tallystick.web.refusal import Refused
from tallystick.web.room import DESK, Room

_NO_WORKFLOW = {"apps", "models", "migrations"}


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
        append(room, what.name, done)
        remember(room.actor.id, once, done)
    return done

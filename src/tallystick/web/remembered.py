"""Answers of pages kept for one state of the data, one scope and one language: most reads repeat an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from django.utils.translation import get_language

from tallystick.web.room import Room

Answer = TypeVar("Answer")


def remembered(room: Room, key: tuple[Hashable, ...], make: Callable[[], Answer]) -> Answer:
    """What `make` gives for `key`. It may not look at the clock, the person or the desk: those are not in the key."""
    return room.books.once((get_language(), *key), make)

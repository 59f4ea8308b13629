"""What of a verdict is words: written for readers from the facts beside them, and in no digest.

A digest that covered sentences would make history depend on how they are put: better wording would restate every
month, and a bundle would verify only with the version that made it. So each class names its `WORDS`, and digests and
claims are made of the rest: figures, codes, ids, instants. Words travel with a verdict as they were first written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from tallystick.vocabulary.canonical import parts_of


def facts_in(value: Any) -> Any:
    """`value` without its words: every dataclass inside it as a mapping of its fields that are not `WORDS`."""
    if is_dataclass(value) and not isinstance(value, type):
        words = getattr(value, "WORDS", ())
        return {name: facts_in(part) for name, part in parts_of(value).items() if name not in words}
    if isinstance(value, Mapping):
        return {key: facts_in(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [facts_in(part) for part in value]
    return value

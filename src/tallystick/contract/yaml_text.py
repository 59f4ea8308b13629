"""A plain tree as YAML text, one byte form for each tree: what `text_tree` reads back as the very same tree.

Written here and not by a library, because digests cover the bytes: another release of a library could lay them out
otherwise. Mappings stand in blocks, lists of words in brackets; a word that YAML could take for anything else, or that
holds any character but letters, digits and a few signs, stands in quotes with JSON's escapes, which are YAML's too.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/%+-]*[A-Za-z0-9._/%+-])?")
_NOT_TEXT = frozenset({"null", "true", "false"})
# YAML wants the colon of a key within 1,024 characters.
_LONGEST_KEY = 200


def yaml_text(tree: dict[str, Any]) -> str:
    """The text of a mapping of text, true, false, nothing, lists and mappings; raises TypeError for anything else."""
    return "\n".join(_mapping(tree, "")) + "\n"


def _mapping(tree: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in tree.items():
        name = _scalar(key)
        if len(name) > _LONGEST_KEY:
            yield f"{indent}? {name}"
            name = ""
        yield from _entry(f"{indent}{name}:", value, f"{indent}  ")


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        yield head
        yield from _mapping(value, indent)
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        yield head
        yield from _elements(value, indent)
    else:
        yield f"{head} {_inline(value)}"


def _elements(values: list[Any], indent: str) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict) and value:
            # The first key stands beside the dash, the others below it.
            lines = list(_mapping(value, f"{indent}  "))
            yield f"{indent}- {lines[0].lstrip(' ')}"
            yield from lines[1:]
        elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
            yield f"{indent}-"
            yield from _elements(value, f"{indent}  ")
        else:
            yield f"{indent}- {_inline(value)}"


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return f"[{', '.join(_scalar(part) for part in value)}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is no value of a contract text")
    if _BARE.fullmatch(value) and value.casefold() not in _NOT_TEXT:
        return value
    return "".join(_escaped(letter) for letter in json.dumps(value, ensure_ascii=False))


def _escaped(letter: str) -> str:
    """Separators and characters without a shape as escapes: YAML folds some, refuses others, and nobody sees them."""
    if letter == " " or unicodedata.category(letter)[0] not in "ZC":
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

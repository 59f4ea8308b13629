"""The functions of a file as compiled, and what they become where its text changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

Key = tuple[str, str, str]


def changed_functions(path: Path, text: str) -> dict[Key, CodeType]:
    """What the functions of a file become under another text; those that stay as they are not among them."""
    before = _by_key(compile(path.read_text(encoding="utf-8"), str(path), "exec"))
    after = _by_key(compile(text, str(path), "exec"))
    return {key: code for key, code in after.items() if code != before[key] and key[0] != "<module>"}


def key_of(code: CodeType) -> Key:
    """What tells a function of a file from the others."""
    return (code.co_qualname, str(code.co_firstlineno), code.co_name)


def _by_key(module: CodeType) -> dict[Key, CodeType]:
    """Codes by what tells a function; several of one key are parts of a function that has its own."""
    codes = list(_codes(module))
    count = Counter(map(key_of, codes))
    return {key_of(code): code for code in codes if count[key_of(code)] == 1}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)

"""What a key of a clause or a charge is where a text leaves it out, and how little or much it may be.

The golden file says it as both sides rely on it: a default that moves would move contracts that are signed.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from tallystick.contract.charge import charge_kinds
from tallystick.contract.clause import clause_kinds

GOLDEN = Path(__file__).parent / "golden" / "keys.txt"


def lines() -> Iterator[str]:
    for shared in ("charge", "counted"):
        yield f"shared {shared}"
        yield from _of_module(importlib.import_module(f"tallystick.contract.{shared}"))
    for folder, kinds in (("clauses", clause_kinds()), ("charges", charge_kinds())):
        for kind in kinds:
            module = importlib.import_module(f"tallystick.contract.{folder}.{kind}")
            yield f"{folder[:-1]} {kind}"
            yield from _of_module(module)


def _of_module(module: ModuleType) -> Iterator[str]:
    for name, value in sorted(vars(module).items()):
        if getattr(value, "__module__", "") == module.__name__ and isinstance(value, type):
            yield from _of_class(name, value)
        elif name.isupper() and _of_numbers(value):
            yield f"  {name} = {value}"


def _of_class(name: str, kind: type) -> Iterator[str]:
    yield f"  {name}"
    if issubclass(kind, BaseModel):
        for key, field in kind.model_fields.items():
            if key in vars(kind).get("__annotations__", {}):
                needed = "needed" if field.is_required() else f"= {field.get_default(call_default_factory=True)}"
                bounds = ", ".join(_bound(one) for one in field.metadata if _bound(one))
                yield f"    {key} {needed}{'; ' if bounds else ''}{bounds}"
    elif is_dataclass(kind):
        for key, one in kind.__dataclass_fields__.items():
            if isinstance(one.default, int | str | None):
                yield f"    {key} = {one.default}"
    for key in vars(kind).get("__annotations__", {}):
        if key in vars(kind) and isinstance(vars(kind)[key], bool | int):
            yield f"    {key}: {vars(kind)[key]}"


def _of_numbers(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(_of_numbers(one) for one in value.values())
    return isinstance(value, int) and not isinstance(value, bool)


def _bound(one: Any) -> str:
    words = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
    words |= {"min_length": "at least so many:", "max_length": "at most so many:"}
    return next((f"{word} {getattr(one, key)}" for key, word in words.items() if hasattr(one, key)), "")


def test_each_key_has_the_default_and_the_limits_that_texts_rely_on() -> None:
    assert list(lines()) == GOLDEN.read_text(encoding="utf-8").splitlines()

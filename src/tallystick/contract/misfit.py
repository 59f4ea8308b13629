"""What does not fit a section of a text: pydantic's errors in our words, each with the place of its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from tallystick.contract.rule import did_you_mean, reading_rule
from tallystick.contract.text_tree import Node
from tallystick.vocabulary.finding import Finding

Loc = tuple[str | int, ...]

_PLAIN_TYPE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "list_type": "a list",
    "tuple_type": "a list",
}


def misfits(error: ValidationError, node: Node, model: type[BaseModel]) -> list[Finding]:
    """What does not fit the section `model`, each with the place of its key in `node`."""
    errors = error.errors(include_url=False)
    return [misfit(dict(found), node, model) for found in errors if not _only_for_broken_entries(found, errors)]


def _only_for_broken_entries(found: Any, errors: list[Any]) -> bool:
    """Whether a list counts as empty only because its entries are broken, which is told of each of them."""
    loc = found["loc"]
    return found["type"] == "too_short" and any(
        len(one["loc"]) > len(loc) and one["loc"][: len(loc)] == loc for one in errors
    )


def misfit(found: dict[str, Any], node: Node, model: type[BaseModel]) -> Finding:
    """One error of pydantic as a finding."""
    loc: Loc = tuple(part for part in found["loc"] if part != "[key]")
    kind, mark = str(found["type"]), node.find(*loc)
    if kind == "extra_forbidden":
        known = _keys_at(model, loc[:-1])
        message = f"{_said(loc[:-1])}has no key {str(loc[-1])!r}."
        cure = did_you_mean(str(loc[-1]), known, "Remove the key.")
        return reading_rule("unknown_key").found(mark.place, message[0].upper() + message[1:], cure)
    if kind == "missing":
        return reading_rule("missing_key").found(mark.place, f"{_upper(_said(loc[:-1]))}lacks `{loc[-1]}`.")
    message, cure = wrong_value(found, loc)
    return reading_rule("wrong_value").found(mark.place, message, cure)


def wrong_value(found: Mapping[str, Any], loc: Loc) -> tuple[str, str]:
    """(sentence, cure) for a value that cannot be what `loc` asks for; an empty cure where the sentence says it."""
    name, kind = _name(loc), str(found["type"])
    given, context = found.get("input"), found.get("ctx") or {}
    if kind in {"literal_error", "enum"}:
        known = [part.strip("' ") for part in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        known = [part for part in known if part]
        return f"{name} cannot be {_short(given)}.", did_you_mean(str(given), known, "Use a word that is known.")
    if kind in _PLAIN_TYPE:
        return f"{name} must be {_PLAIN_TYPE[kind]}, not {_short(given)}.", ""
    if kind == "value_error":
        sentence = str(context.get("error", found["msg"])).removeprefix("Value error, ")
        return (f"{name}: {sentence}." if loc else f"{sentence[0].upper()}{sentence[1:]}."), ""
    if kind == "string_pattern_mismatch":
        return f"{name} is not written as it should be: {_short(given)}.", _PATTERN_CURE.get(str(loc[-1]), "")
    limits = {"greater_than_equal": "at least", "less_than_equal": "at most"}
    if kind in limits:
        bound = context.get("ge", context.get("le"))
        return f"{name} must be {limits[kind]} {bound}, not {_short(given)}.", ""
    if kind in {"too_short", "string_too_short"}:
        return f"{name} must not be empty.", ""
    return f"{name}: {found['msg']}.", ""


_PATTERN_CURE = {
    "currency": "Write the ISO 4217 code in three capital letters, such as EUR.",
    "country": "Write the ISO 3166 code in two capital letters, such as RO.",
}


def _short(given: Any) -> str:
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, list | tuple):
        return "a list"
    if given is None:
        return "nothing"
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}…'"


def _name(loc: Loc) -> str:
    words = [str(part) for part in loc if not isinstance(part, int)]
    return f"`{'.'.join(words[-2:])}`" if words else "The text"


def _said(loc: Loc) -> str:
    words = [str(part) for part in loc if not isinstance(part, int)]
    return f"`{'.'.join(words[-2:])}` " if words else "this part "


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _keys_at(model: Any, loc: Loc) -> tuple[str, ...]:
    """The keys of the section that `loc` leads to, looked up in the model's own fields."""
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = next((info for name, info in current.model_fields.items() if (info.alias or name) == part), None)
            current = _section_in(field.annotation) if field else None
        # A key of a dict of sections leads to the section itself.
    if isinstance(current, type) and issubclass(current, BaseModel):
        return tuple(info.alias or name for name, info in current.model_fields.items())
    return ()


def _section_in(annotation: Any) -> Any:
    """The section inside an annotation such as `dict[Name, Site]` or `tuple[ReliefEvent, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _section_in(part)
        if found is not None:
            return found
    return None

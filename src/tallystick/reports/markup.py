"""HTML that cannot forget to escape: only `tag` makes markup, and every child that is not markup is text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    def __add__(self, other: str) -> Markup:
        """This and `other`, which is escaped unless it is markup."""
        return Markup(str.__add__(self, text(other)))


Child = str | int | None | Iterable["Child"]

VOID = frozenset({"br", "col", "hr", "meta", "link", "use", "rect", "circle", "line", "path", "polyline", "polygon"})


def text(value: str | int) -> Markup:
    """`value` escaped; markup passes unchanged."""
    return value if isinstance(value, Markup) else Markup(escape(str(value), quote=True))


def join(children: Child, between: str = "") -> Markup:
    """Children as one piece of markup; None is left out, lists are flattened."""
    if children is None:
        return Markup()
    if isinstance(children, str | int):
        return text(children)
    parts = [join(child) for child in children]
    return Markup(str(text(between)).join(part for part in parts if part))


def tag(name: str, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """An element. Attribute names: `class_` is class, `_` becomes `-`; None and False leave the attribute out."""
    written = "".join(
        f" {attribute.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text(str(value))}"')
        for attribute, value in attributes.items()
        if value is not None and value is not False
    )
    inside = join(children)
    if name in VOID and not inside:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{inside}</{name}>")

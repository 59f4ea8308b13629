"""XML written out: what says nothing is left out, and the same parts give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tallystick.invoices.rule import number

# What XML 1.0 cannot hold at all; a name out of somebody's data may.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@dataclass(frozen=True)
class Element:
    """An element with either text or children."""

    name: str
    text: str = ""
    children: tuple[Element, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def leaf(name: str, said: str | Decimal | None, **attributes: str) -> Element | None:
    """An element with a text; None where there is nothing to say. Attributes without a value are left out."""
    text = said if isinstance(said, str) else "" if said is None else number(said)
    if not text:
        return None
    return Element(name, text, attributes={key: value for key, value in attributes.items() if value})


def branch(name: str, *children: Element | None, needed: bool = False) -> Element | None:
    """An element with others inside; None where there are none, unless the syntax needs it even so."""
    inside = tuple(child for child in children if child is not None)
    return Element(name, children=inside) if inside or needed else None


def written(root: Element) -> bytes:
    """A whole document in UTF-8, an element a line."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_rendered(root, "")}'.encode()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text).translate(_ESCAPES)


def _rendered(one: Element, indent: str) -> str:
    attributes = "".join(f' {name}="{_clean(value)}"' for name, value in one.attributes.items())
    if not one.children:
        body = f">{_clean(one.text)}</{one.name}>" if one.text else "/>"
        return f"{indent}<{one.name}{attributes}{body}\n"
    inside = "".join(_rendered(child, f"{indent}  ") for child in one.children)
    return f"{indent}<{one.name}{attributes}>\n{inside}{indent}</{one.name}>\n"

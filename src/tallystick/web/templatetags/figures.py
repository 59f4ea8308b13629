"""How templates write figures: the same functions as the documents, so that a figure looks alike everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from tallystick.reports import charts, figures
from tallystick.reports.markup import Markup
from tallystick.verdicts.verdict import Outcome
from tallystick.web import said
from tallystick.web.table import Table
from tallystick.web.table_markup import table_markup

register = template.Library()


@register.filter
def drawing(value: Any) -> Any:
    """Markup as it is; anything else is escaped."""
    return mark_safe(value) if isinstance(value, Markup) else conditional_escape(value)  # noqa: S308


@register.filter
def as_is(value: Any) -> Any:
    """A name, an id, a sentence of the core: marked as the same in every language. Nothing where there is nothing."""
    return "" if value is None or value == "" else mark_safe(said.as_is(value))  # noqa: S308


@register.filter
def status(outcome: Outcome | str) -> Any:
    """An outcome as shape, word and colour."""
    return mark_safe(said.status(Outcome(outcome)))  # noqa: S308


@register.filter
def role(name: str) -> str:
    """What a person is, in words."""
    return said.role_words(name)


@register.filter
def provenance(name: str) -> str:
    """Where a figure comes from, in words."""
    return said.provenance_words(name)


@register.filter
def lifecycle(state: str) -> str:
    """The lifecycle of a clause, in words."""
    return said.lifecycle_words(state)


@register.simple_tag
def shapes() -> Any:
    """The shapes that status words use, once for each page."""
    return mark_safe(charts.glyph_sheet())  # noqa: S308


@register.filter
def money(value: Any) -> str:
    """An amount with its currency."""
    return "\u2013" if value is None else figures.money_text(value)


@register.filter
def month(label: str) -> str:
    """A period's label in words."""
    return figures.month_name(label)


@register.filter
def moment(at: datetime | None, zone: str = "UTC") -> str:
    """An instant in a named zone, with the zone's name where it is not the reader's habit to guess it."""
    if at is None:
        return "\u2013"
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


@register.simple_tag(takes_context=True)
def query(context: Any, **changed: Any) -> str:
    """The page's own parameters with some changed; None takes one away. Names write `__` for a dot."""
    given = context["request"].GET.dict()
    for name, value in changed.items():
        key = name.replace("__", ".")
        if value in (None, ""):
            given.pop(key, None)
        else:
            given[key] = str(value)
    return f"?{urlencode(given)}" if given else "?"


@register.simple_tag(takes_context=True)
def table(context: Any, shown: Table) -> Any:
    """A table with its sort links, its search and its pages."""
    request = context["request"]
    return table_markup(shown, request.path, request.GET.dict())

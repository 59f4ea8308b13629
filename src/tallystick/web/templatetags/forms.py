"""What forms need that stand inside a page, beside the one form page of all actions."""

from __future__ import annotations

import secrets

from django import template

register = template.Library()


@register.simple_tag
def once_key() -> str:
    """A key by which a form counts once, however often it is sent."""
    return secrets.token_urlsafe(24)

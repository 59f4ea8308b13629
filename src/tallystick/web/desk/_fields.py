"""Fields that forms of several workflows share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import mark_safe


class ToldWidget(forms.Widget):
    """Text that is read, not typed. It travels with the form, so that a refusal shows the same words again.

    `as_is`: it is a name, which is the same in every language.
    """

    def __init__(self, *, as_is: bool = False) -> None:
        super().__init__()
        self.as_is = as_is

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:  # noqa: ARG002
        """The words, and a hidden input that keeps them."""
        words = str(value or "")
        marked = mark_safe(' translate="no"') if self.as_is else ""
        return format_html(
            '<output id="{}" class="told"{}>{}</output><input type="hidden" name="{}" value="{}">',
            (attrs or {}).get("id", f"id_{name}"), marked, linebreaksbr(words), name, words,
        )  # fmt: skip

    def use_required_attribute(self, initial: Any) -> bool:  # noqa: ARG002
        """Nothing is asked for."""
        return False


class Told(forms.CharField):
    """What a reader should know before pressing the button: words made by the action, never by the link to it."""

    def __init__(self, label: Any, *, as_is: bool = False) -> None:
        super().__init__(label=label, required=False, max_length=4000, widget=ToldWidget(as_is=as_is))


def hidden(*, required: bool = True, most: int = 200) -> forms.CharField:
    """An input that names an object."""
    return forms.CharField(widget=forms.HiddenInput, required=required, max_length=most)


def long_text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 5, most: int = 8000) -> Any:
    """A few paragraphs."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, max_length=most, widget=forms.Textarea({"rows": rows})
    )

"""What a reader sees when something does not work: code, cause, cure, the request's id, and what was typed."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from django.shortcuts import render
from django.utils.translation import gettext as _

from tallystick.vocabulary.errors import Ambiguous
from tallystick.web.accounts.access import room_of

LOG = logging.getLogger("tallystick.web")
_NEVER_SHOWN = ("csrfmiddlewaretoken", "once")


def answer(
    request: Any, status: int, title: str, cause: str, cure: str, choices: list[dict[str, str]] | None = None
) -> Any:
    """An error page, or JSON where data was asked for."""
    shown = {
        "status": status,
        "title": title,
        "cause": cause,
        "cure": cure,
        "request_id": getattr(request, "tally_id", ""),
        "typed": _typed(request),
        "choices": choices or [],
    }
    if request.path.endswith(".json"):
        from django.http import JsonResponse

        told = ("status", "title", "cause", "cure", "request_id", *(("choices",) if choices else ()))
        return JsonResponse({"error": {key: shown[key] for key in told}}, status=status)
    _with_a_room(request)
    return render(request, "error.html", shown, status=status)


def _with_a_room(request: Any) -> None:
    """Keep the menu on an error page for whoever signed in; an error page must not fail because of it."""
    if hasattr(request, "room") or not hasattr(request, "user"):
        return
    try:
        request.room = room_of(request)
    except Exception:  # noqa: BLE001  whatever went wrong before may go wrong again
        LOG.debug("request %s has no room", getattr(request, "tally_id", ""))


def not_there(request: Any, exception: Any = None) -> Any:
    """Not there, or not yours: the same words for both."""
    return answer(
        request, 404, _("Nothing is here for you"), _("The address leads to nothing that you may see."),
        _("Go back, or search with Ctrl-K."),
    )  # fmt: skip


def several(request: Any, what: Ambiguous) -> Any:
    """A short name that means several things: the whole names, each with its address where it is a page's."""
    choices = [{"name": name, "address": _address(request, name)} for name in what.choices]
    return answer(
        request, 300, "This name means several things", what.message,
        "Choose one of them." if all(one["address"] for one in choices) else what.cure, choices,
    )  # fmt: skip


def _address(request: Any, name: str) -> str:
    """What was asked for, with a whole name in place of the short one; empty where the address holds no such name."""
    short = "/".join(name.split("/")[1:])
    before, found, after = request.get_full_path().partition(f"/verdict/{quote(short)}")
    return f"{before}/verdict/{quote(name)}{after}" if found else ""


def refused(request: Any, exception: Any = None) -> Any:
    """A page or an action of one's own side that needs another role."""
    return answer(
        request, 403, _("Your role does not include this"), _("The page exists; it is for other roles."),
        _("An owner, or your partner's admin, can change roles."),
    )  # fmt: skip


def bad(request: Any, exception: Any = None) -> Any:
    """A request that no form of ours sends."""
    return answer(
        request,
        400,
        _("That request could not be read"),
        _("It was cut short, too large, or not sent by a page of ours."),
        _("Open the page again and repeat it."),
    )


def forged(request: Any, reason: str = "") -> Any:
    """A form without this session's key."""
    return answer(
        request, 403, _("The form was too old"), _("It was opened in another session, or before you signed in again."),
        _("Open it again; what you typed is below to copy."),
    )  # fmt: skip


def bug(request: Any) -> Any:
    """Something went wrong on our side; the log has the details under the request's id."""
    LOG.error("request %s failed: %s %s", getattr(request, "tally_id", ""), request.method, request.path)
    return answer(
        request,
        500,
        _("Something went wrong on our side"),
        _("Nothing was half stored: an action is whole or not at all."),
        _("Try again. If it stays, tell your administrator the request's id."),
    )


def _typed(request: Any) -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    try:
        items = list(request.POST.items())
    except Exception:  # noqa: BLE001  an error page must not fail on the request that was bad
        return []
    return [
        (name, value)
        for name, value in items
        if name not in _NEVER_SHOWN and "password" not in name and "code" not in name and value
    ]

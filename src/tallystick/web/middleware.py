"""What every request passes: a name for it, and headers that no page sets by itself."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.core.cache import cache

Answer = Callable[[Any], Any]
REQUEST_ID = "X-Request-Id"
ID_BYTES = 8
SEEN_EVERY_S = 60


def request_id(answer: Answer) -> Answer:
    """Give each request an id of our own; it stands in the answer, the audit trail and on the error page."""

    def named(request: Any) -> Any:
        request.tally_id = secrets.token_hex(ID_BYTES)
        response = answer(request)
        response[REQUEST_ID] = request.tally_id
        return response

    return named


def activity(answer: Answer) -> Answer:
    """Note when a session was last seen, once a minute: a write for each page would make readers wait for another."""

    def noted(request: Any) -> Any:
        response = answer(request)
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"seen:{key}", True, SEEN_EVERY_S):
            from allauth.usersessions.models import UserSession  # its table is known once the applications are

            UserSession.objects.create_from_request(request)
        return response

    return noted


def headers(answer: Answer) -> Answer:
    """Headers that hold for everything but files of the package: nothing of a person is kept by a cache in between."""

    def guarded(request: Any) -> Any:
        response = answer(request)
        response.setdefault("Cache-Control", "private, no-store")
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return guarded

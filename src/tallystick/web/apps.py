"""The application that holds templates' tags and management of none."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The shell: pages, room and frame; it has no models."""

    name = "tallystick.web"
    label = "web"

"""The application that holds what people did."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Every workflow's tables."""

    name = "tallystick.web.desk"
    label = "desk"

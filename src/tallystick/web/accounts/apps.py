"""The application that holds people."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and invitations. Django's own application is called `account`, ours `accounts`."""

    name = "tallystick.web.accounts"
    label = "accounts"

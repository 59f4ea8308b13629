"""How allauth behaves here: nobody signs up, everybody is invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class InvitedOnly(DefaultAccountAdapter):
    """No open registration; messages of allauth stay in the page's own frame."""

    def is_open_for_signup(self, request: Any) -> bool:  # noqa: ARG002  allauth gives it
        """Never: accounts come from invitations."""
        return False

    def populate_username(self, request: Any, user: Any) -> None:
        """People have no user names."""

"""Why a request is not answered: one class per cause. A page of errors.py words each."""

from __future__ import annotations


class Stranger(Exception):
    """Nobody is signed in, or the account was switched off."""


class Refused(Exception):
    """Signed in, and none of the person's roles may do this."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotNow(Exception):
    """The action is sound and the state does not allow it: closed already, decided by another, the same person twice.

    `cure` says what to do instead.
    """

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

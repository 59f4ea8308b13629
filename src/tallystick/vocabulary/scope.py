"""Whose data a read may see. There is no default: forgetting the scope fails closed."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.vocabulary.errors import ScopeError

OTHER_PARTY = "other party"


@dataclass(frozen=True)
class Scope:
    """One client's data, of the partners named, or of all of them when `partners` is None (the client's own view)."""

    client: str
    partners: frozenset[str] | None

    @classmethod
    def of_client(cls, client: str) -> Scope:
        """The client's own view: every partner."""
        return cls(client, None)

    @classmethod
    def of_partner(cls, client: str, partner: str) -> Scope:
        """What one partner may see: its own rows."""
        return cls(client, frozenset({partner}))

    @property
    def sees_all(self) -> bool:
        """True for the client's own view."""
        return self.partners is None

    def sees(self, partner: str) -> bool:
        """Whether rows of `partner` are inside."""
        return self.partners is None or partner in self.partners


def require_scope(scope: object) -> Scope:
    """`scope` itself; raises ScopeError for anything that is not one, so a forgotten scope reads nothing."""
    if not isinstance(scope, Scope):
        raise ScopeError("A read needs a scope.", "Pass Scope.of_client(...) or Scope.of_partner(...).")
    if scope.partners is not None and not scope.partners:
        raise ScopeError("The scope names no partner, so nothing may be read.", "Name at least one partner.")
    return scope

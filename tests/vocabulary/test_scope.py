from __future__ import annotations

import pytest

from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.scope import Scope, require_scope


def test_the_client_sees_every_partner_and_a_partner_only_itself() -> None:
    client, partner = Scope.of_client("lumen"), Scope.of_partner("lumen", "aurora")
    assert client.sees_all
    assert client.sees("aurora")
    assert client.sees("borealis")
    assert not partner.sees_all
    assert partner.sees("aurora")
    assert not partner.sees("borealis")
    assert not partner.sees("")


@pytest.mark.parametrize("forgotten", [None, "", "aurora", frozenset({"aurora"}), 0, object, Scope])
def test_a_forgotten_scope_fails_closed(forgotten: object) -> None:
    with pytest.raises(ScopeError, match="needs a scope") as caught:
        require_scope(forgotten)
    assert caught.value.exit_code == 4


def test_a_scope_of_nobody_reads_nothing() -> None:
    with pytest.raises(ScopeError, match="names no partner"):
        require_scope(Scope("lumen", frozenset()))


def test_a_scope_comes_back_as_it_is() -> None:
    scope = Scope.of_partner("lumen", "aurora")
    assert require_scope(scope) is scope

"""The verdicts and contracts of a home, read once for each state of the folder and cut to a scope.

Judgings are files that are written once, so the names of the judgings present are the version of the whole. Pages bind
what they cache to that version; a new judging makes a new one, and nothing has to be told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from tallystick.contract.load import load
from tallystick.contract.model import Contract
from tallystick.home import Home
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import Ambiguous, NotFound
from tallystick.vocabulary.scope import Scope, require_scope

Answer = TypeVar("Answer")
MOST_CACHED = 256


@dataclass(frozen=True)
class ContractText:
    """A contract's text in the home: where it is, what it says, and which partners it is made with."""

    path: Path
    contract: Contract
    partners: tuple[str, ...]


class _Shelf:
    """Everything of one state of the home, for every scope. Only Books, which cuts it to a scope, may hold one."""

    def __init__(self, home: Home, version: str) -> None:
        self.home = home
        self.version = version
        self.store = VerdictStore(home.folder("verdicts"))
        self.records = tuple(record for record in self.store.judged() if record.verdicts)
        self.verdicts = {record.digest: tuple(self.store.verdicts_of(record)) for record in self.records}
        self._kept: dict[Hashable, Any] = {}
        self._lock = Lock()

    @cached_property
    def contracts(self) -> tuple[ContractText, ...]:
        """The texts that can be read, by path."""
        found = []
        for path in self.home.contracts:
            contract, _ = load(path)
            if contract is not None:
                found.append(ContractText(path, contract, contract.partner_ids))
        return tuple(found)

    def once(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """The kept answer for `key`, made when it is first asked for in this state of the home."""
        try:
            found: Answer = self._kept[key]
        except KeyError:
            found = make()
            # Another thread may clear at any time, so what was made is returned and never looked up again.
            with self._lock:
                if len(self._kept) >= MOST_CACHED:
                    self._kept.clear()
                self._kept[key] = found
        return found


_SHELVES: dict[Path, _Shelf] = {}
_OPENING = Lock()


def version_of(home: Home) -> str:
    """The version of what is judged and promised: the names of judgings, and names and times of contract texts."""
    names = [str(path) for path in home.folder("verdicts").glob("*/*/*/judged@*.json")]
    texts = [f"{path}@{path.stat().st_mtime_ns}" for path in home.contracts]
    return hashlib.sha256("\n".join(sorted(names) + texts).encode()).hexdigest()


def books_of(home: Home, scope: Scope) -> Books:
    """The books of a home inside a scope; raises ScopeError without one."""
    require_scope(scope)
    version = version_of(home)
    with _OPENING:
        shelf = _SHELVES.get(home.root)
        if shelf is None or shelf.version != version:
            shelf = _SHELVES[home.root] = _Shelf(home, version)
    return Books(shelf, scope)


class Books:
    """Verdicts, judgings and contracts of one scope."""

    def __init__(self, shelf: _Shelf, scope: Scope) -> None:
        self._shelf = shelf
        self._scope = scope

    @property
    def version(self) -> str:
        """What caches of pages and their ETags are bound to."""
        return self._shelf.version

    @property
    def store(self) -> VerdictStore:
        """Where evidence lies. A caller asks it only for verdicts that these books gave."""
        return self._shelf.store

    def once(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """A cached answer, bound to the version and to the scope."""
        return self._shelf.once((self._scope, key), make)

    @cached_property
    def records(self) -> tuple[Judged, ...]:
        """The judgings that stand, by contract, partner and period."""
        return tuple(one for one in self._shelf.records if self._scope.sees(one.partner))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The verdicts that stand, in the order of the judgings and of the text."""
        return tuple(verdict for record in self.records for verdict in self._shelf.verdicts[record.digest])

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The money of each judging."""
        return tuple(record.statement for record in self.records if record.statement is not None)

    @cached_property
    def contracts(self) -> tuple[ContractText, ...]:
        """Contracts with a partner inside the scope. A partner sees those it is alone with the client in."""
        if self._scope.sees_all:
            return self._shelf.contracts
        return tuple(one for one in self._shelf.contracts if all(self._scope.sees(name) for name in one.partners))

    @cached_property
    def partners(self) -> dict[str, str]:
        """Names of the partners inside the scope by id: those with a contract, then those with a judging alone."""
        names = {party.id: party.name for text in self.contracts for party in text.contract.parties}
        for record in self.records:
            names.setdefault(record.partner, record.partner)
        return names

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Every period judged, oldest first."""
        starts = {verdict.period: verdict.from_on for verdict in self.verdicts}
        return tuple(sorted(starts, key=lambda label: (starts[label], label)))

    def of(self, partner: str, period: str = "") -> tuple[Verdict, ...]:
        """The verdicts of a partner (and period), in the order of the text."""
        return tuple(one for one in self.verdicts if one.partner == partner and period in ("", one.period))

    def verdict(self, partner: str, clause: str, period: str, contract: str = "") -> Verdict:
        """One verdict that stands; raises NotFound in the same words for what is not there and for what is not ours.

        Without a contract, raises Ambiguous where several contracts of the partner have such a clause.
        """
        found = [
            one
            for one in self.verdicts
            if (one.partner, one.clause, one.period) == (partner, clause, period) and contract in ("", one.contract)
        ]
        if not found:
            raise NotFound("verdict", f"{partner}/{clause}/{period}")
        if len(found) > 1:
            raise Ambiguous("verdict", found[0].name, tuple(one.whole_name for one in found))
        return found[0]

    def verdict_named(self, name: str) -> Verdict:
        """One verdict that stands, by its whole name or by its short one; raises as `verdict`."""
        parts = name.split("/")
        contract = parts.pop(0) if len(parts) == 4 else ""
        if len(parts) != 3:
            raise NotFound("verdict", name)
        partner, clause, period = parts
        return self.verdict(partner, clause, period, contract)

    def contract(self, name: str) -> ContractText:
        """One contract by id; raises NotFound as `verdict`."""
        for one in self.contracts:
            if one.contract.contract == name:
                return one
        raise NotFound("contract", name)

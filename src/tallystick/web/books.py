"""The verdicts and contracts of a home, read once for each state of the folder and cut to a scope.

Judgings are files that are written once, so the names of the judgings present are one half of the version of the whole.
The other half are the contract texts: everything in their folder, because a text may include any file of it and its
lock lies beside it. Pages bind what they cache to that version; a new judging or a changed text makes a new one, and
nothing has to be told.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from django.utils import timezone

from tallystick.contract.load import load
from tallystick.contract.model import Contract
from tallystick.contract.section import Term
from tallystick.home import Home
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged, VerdictStore, standing
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


TextState = tuple[str, int, int, int]


@dataclass(frozen=True)
class HomeState:
    """What a home holds: the judgings by path, and the contract texts with time, size and place of each file."""

    judgings: tuple[str, ...]
    texts: tuple[TextState, ...]

    @cached_property
    def version(self) -> str:
        """One name for it."""
        return hashlib.sha256(repr((self.judgings, self.texts)).encode()).hexdigest()


class _Shelf:
    """Everything of one state of the home, for every scope. Only Books, which cuts it to a scope, may hold one."""

    def __init__(self, home: Home, state: HomeState, before: _Shelf | None = None) -> None:
        self.home = home
        self.state = state
        self.version = state.version
        self.store = VerdictStore(home.folder("verdicts"))
        # What is written once is read once: after a judging only what is new is read.
        read: dict[str, Judged] = {} if before is None else before.read
        self.read: dict[str, Judged] = {
            path: read[path] if path in read else self.store.judging_at(Path(path)) for path in state.judgings
        }
        self.records = tuple(record for record in standing(self.read.values()) if record.verdicts)
        known: dict[str, tuple[Verdict, ...]] = {} if before is None else before.verdicts
        self.verdicts: dict[str, tuple[Verdict, ...]] = {
            record.digest: known.get(record.digest) or tuple(self.store.verdicts_of(record)) for record in self.records
        }
        if before is not None and before.state.texts == state.texts and "contracts" in vars(before):
            vars(self)["contracts"] = before.contracts
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


SETTLED_NS = 10_000_000_000
_LISTED: dict[str, tuple[int, tuple[str, ...]]] = {}
_SHELVES: dict[Path, _Shelf] = {}
_OPENING = Lock()


def state_of(home: Home) -> HomeState:
    """What is judged and promised now. Asked for every page, so it looks at names and times and reads no file."""
    judgings = [
        name
        for contract in _folders(str(home.folder("verdicts")))
        for partner in _folders(contract)
        for period in _folders(partner)
        for name in _judgings(period)
    ]
    return HomeState(tuple(sorted(judgings)), tuple(sorted(_texts(str(home.folder("contracts"))))))


def version_of(home: Home) -> str:
    """The version of what is judged and promised."""
    return state_of(home).version


def _folders(path: str) -> list[str]:
    with os.scandir(path) as found:
        return [one.path for one in found if one.is_dir()]


def _judgings(period: str) -> tuple[str, ...]:
    """The judgings of a period's folder, which is listed anew only where its time says that it changed."""
    changed = os.stat(period).st_mtime_ns  # noqa: PTH116  hundreds of them for each page
    kept = _LISTED.get(period)
    if kept is not None and kept[0] == changed:
        return kept[1]
    with os.scandir(period) as found:
        names = tuple(one.path for one in found if one.name.startswith("judged@") and one.name.endswith(".json"))
    # Clocks of file systems are coarse: a folder that changed just now may change again and keep its time.
    if timezone.now().timestamp() * 1e9 - changed > SETTLED_NS:
        _LISTED[period] = (changed, names)
    return names


def _texts(folder: str) -> Iterator[TextState]:
    """Every file of the contracts' folder: a text may include any of them."""
    for path, _folders_inside, names in os.walk(folder):
        for name in names:
            whole = os.path.join(path, name)  # noqa: PTH118  for each page
            try:
                found = os.stat(whole)  # noqa: PTH116
            except OSError:  # a link to nothing, or a file that an editor has just renamed
                yield whole, 0, 0, 0
            else:
                yield whole, found.st_mtime_ns, found.st_size, found.st_ino


def books_of(home: Home, scope: Scope) -> Books:
    """The books of a home inside a scope; raises ScopeError without one."""
    require_scope(scope)
    state = state_of(home)
    with _OPENING:
        shelf = _SHELVES.get(home.root)
        if shelf is None or shelf.state != state:
            shelf = _SHELVES[home.root] = _Shelf(home, state, shelf)
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
    def terms(self) -> Mapping[str, Term]:
        """The whole term of each contract by its name."""
        return {one.contract.contract: one.contract.whole_term for one in self.contracts}

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

    def texts_with(self, partner: str) -> tuple[Path, ...]:
        """The texts of all contracts with a partner of the scope, those shared with partners outside it among them.

        They tell which contract a document of that partner belongs to. Nothing of them is shown.
        """
        if partner not in self.partners:
            return ()
        return tuple(one.path for one in self._shelf.contracts if partner in one.partners)

    def beside(self, text: ContractText, partner: str) -> tuple[Contract, ...]:
        """The other contracts of a partner of one of these texts, those with partners outside the scope among them.

        They tell which contract a document of that partner belongs to. Nothing of them is shown.
        """
        if partner not in text.partners:
            return ()
        return tuple(one.contract for one in self._shelf.contracts if partner in one.partners and one.path != text.path)

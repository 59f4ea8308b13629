"""Contract texts as pages show them: the findings in place, the plain language, the versions and what changed.

What is read is bound to the texts themselves: the contract, all it includes and its lock, by name, size and time.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from tallystick.billing.examples import rate_example_findings
from tallystick.contract.check import check_path
from tallystick.contract.lock import lock_path, read_lock
from tallystick.contract.model import Contract
from tallystick.contract.plain import plain
from tallystick.contract.rule import reading_rule
from tallystick.verdicts.cards import measure_cards
from tallystick.verdicts.examples import ExampleRun, example_findings, run_examples
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.web.room import Room

ORIGINAL = "original"
NO_LOCK, FRESH, STALE = "none", "fresh", "stale"
_AROUND = 1


@dataclass(frozen=True)
class TextFile:
    """One file of a contract as it was read, by its path beside the contract."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """The text as signed, or with amendments: since when it holds, since when both sides know it."""

    name: str
    amendments: tuple[str, ...]
    effective: date
    known: date
    title: str

    @property
    def reaches_back(self) -> bool:
        """Whether it holds from a day on which it was not known yet, so that judged periods are restated."""
        return self.known > self.effective


@dataclass(frozen=True)
class Read:
    """A contract's text with everything found in it; `contract` is None where the text is not valid."""

    name: str
    contract: Contract | None
    files: tuple[TextFile, ...]
    findings: tuple[Finding, ...]
    lock: str
    lock_words: str
    partners: tuple[str, ...]

    @property
    def faults(self) -> int:
        """How many findings are more than notes."""
        return sum(1 for one in self.findings if one.severity is not Severity.NOTE)

    @cached_property
    def examples(self) -> tuple[ExampleRun, ...]:
        """The worked examples as they come out."""
        return () if self.contract is None else tuple(run_examples(self.contract))

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The text as signed and after each amendment, oldest first."""
        if self.contract is None:
            return ()
        signed = self.contract.signed or self.contract.term.from_on
        found = [Version(ORIGINAL, (), self.contract.term.from_on, min(signed, self.contract.term.from_on), "")]
        applied: tuple[str, ...] = ()
        for part in self.contract.amendments_at(date.max):
            applied = (*applied, part.id)
            found.append(Version("+".join(applied), applied, part.effective, part.known_on, part.title or ""))
        return tuple(found)

    def version_on(self, day: date) -> Version:
        """The version that holds on a day, or the first one before it begins."""
        return next((one for one in reversed(self.versions) if one.effective <= day), self.versions[0])

    def plain(self, version: Version) -> str:
        """A version in plain language."""
        assert self.contract is not None  # noqa: S101  versions are those of a contract
        return plain(self.contract.with_amendments(version.amendments), cards=measure_cards())

    def difference(self, old: Version, new: Version) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """What differs between two versions: by heading, the sentences that went (`-`), came (`+`) or stand around."""
        before, after = (_under_headings(self.plain(one)) for one in (old, new))
        found = []
        for heading in dict.fromkeys((*before, *after)):
            lines = tuple(_changed(before.get(heading, ()), after.get(heading, ())))
            if lines:
                found.append((heading, lines))
        return tuple(found)


def contracts_of(room: Room) -> tuple[Read, ...]:
    """The contracts of a room by file; the client also sees texts that cannot be read as a contract."""
    if room.scope.sees_all:
        return tuple(_read(room, path) for path in room.home.contracts)
    return tuple(_read(room, one.path) for one in room.books.contracts)


def contract_of(room: Room, name: str) -> Read:
    """One contract by id, or by its file's name where it has none; raises NotFound for one outside the room."""
    for one in contracts_of(room):
        if one.name == name:
            return one
    raise NotFound("contract", name)


# ---- reading -----------------------------------------------------------------------------------------------------


def _read(room: Room, path: Path) -> Read:
    known = next((one.contract for one in room.books.contracts if one.path == path), None)
    files = [path.parent / name for name in (known.files if known is not None else (path.name,))]
    stamp = tuple((str(one), _stamp(one)) for one in (*files, lock_path(path)))
    name = known.contract if known is not None else path.stem
    found: Read = room.books.once(("contract text", stamp), lambda: _fresh(path, name))
    return found


def _stamp(path: Path) -> tuple[int, int]:
    try:
        state = path.stat()
    except OSError:
        return (0, 0)
    return state.st_mtime_ns, state.st_size


def _fresh(path: Path, name: str) -> Read:
    contract, findings = check_path(path, measure_cards())
    if contract is not None:
        findings = [*findings, *example_findings(contract), *rate_example_findings(contract)]
    # A lock's trouble is said once, as the lock's state.
    about_lock = {reading_rule(name).id for name in ("lock_missing", "lock_changed", "lock_signature")}
    lock, words = _lock_state(path, contract)
    names = tuple(contract.files) if contract is not None else (path.name, *_included(findings, path))
    return Read(
        name=contract.contract if contract is not None else name,
        contract=contract,
        files=tuple(_file(path.parent, name) for name in names),
        findings=tuple(_beside(one, path.parent) for one in findings if one.id not in about_lock),
        lock=lock,
        lock_words=words,
        partners=contract.partner_ids if contract is not None else (),
    )


def _lock_state(path: Path, contract: Contract | None) -> tuple[str, str]:
    if contract is None or not lock_path(path).is_file():
        return NO_LOCK, ""
    lock, trouble = read_lock(path, contract)
    if lock is None:
        return STALE, trouble[0].message if trouble else ""
    return FRESH, lock.digest


def _included(findings: list[Finding], path: Path) -> tuple[str, ...]:
    """Files of an invalid text that findings name: they lie beside it."""
    prefix = f"{path.parent}/"
    named = {one.place.file.removeprefix(prefix) for one in findings}
    return tuple(sorted(name for name in named if name and name != path.name and (path.parent / name).is_file()))


def _file(folder: Path, name: str) -> TextFile:
    text = (folder / name).read_bytes().decode("utf-8", errors="replace")
    return TextFile(name, tuple(text.splitlines()))


def _beside(finding: Finding, folder: Path) -> Finding:
    """A finding with its file named beside the contract: where the home lies on the server is nobody's matter."""
    return replace(
        finding,
        message=finding.message.replace(f"{folder}/", ""),
        place=replace(finding.place, file=finding.place.file.removeprefix(f"{folder}/")),
    )


# ---- differences -------------------------------------------------------------------------------------------------


def _under_headings(text: str) -> dict[str, tuple[str, ...]]:
    """Sentences by the heading above them."""
    found: dict[str, list[str]] = {"": []}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
            found.setdefault(heading, [])
        elif line.strip():
            found[heading].append(line.strip().removeprefix("- "))
    return {name: tuple(lines) for name, lines in found.items()}


def _changed(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The lines that went and came with their neighbours; nothing where all stayed."""
    if before == after:
        return
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        for kind, from_a, to_a, from_b, to_b in group:
            if kind == "equal":
                yield from ((" ", line) for line in before[from_a:to_a])
                continue
            yield from (("-", line) for line in before[from_a:to_a])
            yield from (("+", line) for line in after[from_b:to_b])

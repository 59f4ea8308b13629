"""Reading a contract: the text and what it includes become a Contract, or findings that say why not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from tallystick.contract.amend import amended, try_amended
from tallystick.contract.build import build
from tallystick.contract.model import Contract
from tallystick.contract.rule import reading_rule
from tallystick.contract.text_tree import MAX_BYTES, Mark, Node, read_tree
from tallystick.vocabulary.finding import Finding, Place

MAX_INCLUDES = 20
MAX_CLAUSES = 300
# Every amendment makes one more text to read and to check.
MAX_CLAUSES_OVER_TIME = 1_500
MAX_AMENDMENTS = 60
# Parts that an included text may bring; everything else belongs to the contract itself.
SHARED = ("calendars", "definitions", "sites", "programmes", "queues", "fees", "series")

Reader = Callable[[str], bytes]


def load(path: Path | str) -> tuple[Contract | None, list[Finding]]:
    """The contract at `path`, or None, with every finding of the reading; `check` adds what the rules find."""
    contract, findings, _ = read(path)
    return contract, findings


def load_text(
    text: str | bytes, name: str = "contract.yaml", includes: Mapping[str, str | bytes] | None = None
) -> tuple[Contract | None, list[Finding]]:
    """A contract given as text, with the texts it includes by the names under which it does."""
    contract, findings, _ = read_text(text, name, includes)
    return contract, findings


def read(path: Path | str) -> tuple[Contract | None, list[Finding], Contract | None]:
    """(contract, findings, sound part); the sound part is what can still be checked where the contract is None."""
    path = Path(path)
    folder = path.parent.resolve()

    def from_folder(name: str) -> bytes:
        target = Path(os.path.realpath(folder / name))  # a link that leads to itself is an OSError when it is opened
        if name == path.name and not (target.exists() or target.is_symlink()):
            raise FileNotFoundError(name)
        if not target.is_relative_to(folder):
            raise _Outside(name)
        with target.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    return _read(path.name, from_folder, shown=str(path), folder=folder)


def read_text(
    text: str | bytes, name: str = "contract.yaml", includes: Mapping[str, str | bytes] | None = None
) -> tuple[Contract | None, list[Finding], Contract | None]:
    """As `read`, for a text that is not a file."""
    given = {name: text, **(includes or {})}

    def from_memory(wanted: str) -> bytes:
        if wanted not in given:
            raise FileNotFoundError(wanted)
        found = given[wanted]
        return found.encode() if isinstance(found, str) else found

    return _read(name, from_memory, shown=name, folder=None)


def _read(
    name: str, reader: Reader, *, shown: str, folder: Path | None
) -> tuple[Contract | None, list[Finding], Contract | None]:
    gathering = _Gathering(reader, name, shown)
    tree = gathering.whole()
    if tree is None:
        return None, _sorted(gathering.findings), None
    too_many = _too_many(tree)
    if too_many:
        return None, _sorted([*gathering.findings, too_many]), None
    contract, findings, sound = build(tree, gathering.files, folder=folder, amend=amended)
    findings = [*gathering.findings, *findings]
    if contract is not None and not findings:
        findings = _amendment_findings(contract)
        sound = contract.as_part(()) if findings else contract
    return (contract if not findings else None), _sorted(findings), sound


def _too_many(tree: Node) -> Finding | None:
    clauses, charges, amendments = (
        sum(1 for _ in (tree.get(key) or Node([], tree.mark)).elements()) for key in _REPEATED
    )
    clauses += charges
    over_time = clauses * (amendments + 1)
    if clauses <= MAX_CLAUSES and amendments <= MAX_AMENDMENTS and over_time <= MAX_CLAUSES_OVER_TIME:
        return None
    message = f"The text has {clauses:,} clauses and charges, and {amendments:,} amendments, more than are read."
    cure = (
        f"Split it, or write the amended text anew: at most {MAX_CLAUSES} clauses and charges, {MAX_AMENDMENTS} "
        f"amendments, and {MAX_CLAUSES_OVER_TIME:,} clauses and charges over all of them."
    )
    return reading_rule("too_large").found(tree.find("clauses").place, message, cure)


_REPEATED = ("clauses", "charges", "amendments")


def _amendment_findings(contract: Contract) -> list[Finding]:
    """What is wrong with the text after each amendment, and after those known at each time where that order differs."""
    ordered = sorted(enumerate(contract.amendments), key=lambda entry: (entry[1].effective, entry[0]))
    chain = [part for _, part in ordered]
    if len({part.id for part in chain}) < len(chain):
        return []  # the rule on duplicate ids says it; applying them would be a guess
    ids = [part.id for part in chain]
    wanted = [tuple(ids[:length]) for length in range(1, len(chain) + 1)]
    days = sorted({part.known_on for part in chain})
    wanted += [tuple(part.id for part in chain if part.known_on <= day) for day in days]
    findings: dict[tuple[str, Place, str], Finding] = {}
    for names in dict.fromkeys(one for one in wanted if one):
        _, trouble = try_amended(contract, names)
        for finding in trouble:
            findings.setdefault((finding.id, finding.place, finding.message), finding)
        if trouble:
            break  # what builds on a broken amendment would only repeat it
    return list(findings.values())


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.place.file, f.place.line, int(f.place.column or 0), f.id, f.message))


class _Outside(ValueError):
    """A path that leads out of the contract's folder: nothing is told of what lies there."""


def _why(error: Exception, *, top: bool) -> tuple[str, str]:
    """Why a text cannot be read, and the cure where it is the contract's own: an included one has its rule's."""
    if isinstance(error, _Outside):
        told = ("is a link to a file outside its folder", "Put the file itself into the folder.")
        return told if top else ("lies outside the contract's folder", "")
    if isinstance(error, PermissionError):
        return "may not be read", "Give yourself the right to read it."
    if isinstance(error, IsADirectoryError):
        return "is a folder", "A contract's text is a file: name it, or put it there."
    if isinstance(error, FileNotFoundError):
        return "does not exist", "Check the path, and where it leads if it is a link."
    return "cannot be read", "Check the path."


class _Gathering:
    """Reads a text and all that it includes, and joins them into one tree."""

    def __init__(self, reader: Reader, name: str, shown: str) -> None:
        self.reader, self.name, self.shown = reader, name, shown
        self.findings: list[Finding] = []
        self.files: dict[str, str] = {}
        self.total_bytes = 0

    def show(self, name: str) -> str:
        """A text's name as findings show it: beside the contract's own path."""
        if name == self.name:
            return self.shown
        parent = self.shown[: len(self.shown) - len(self.name)]
        return f"{parent}{name}"

    def report(self, rule: str, mark: Mark, message: str, cure: str = "") -> None:
        self.findings.append(reading_rule(rule).found(mark.place, message, cure))

    def whole(self) -> Node | None:
        tree = self.text(self.name, Mark(self.shown, 1, 1))
        return None if tree is None else self.with_includes(tree, self.name, (self.name,))

    def text(self, name: str, asked: Mark) -> Node | None:
        try:
            raw = self.reader(name)
        except (OSError, ValueError) as error:
            top = name == self.name
            why, cure = _why(error, top=top)
            self.report("unreadable" if top else "include_missing", asked, f"{name} {why}.", cure if top else "")
            return None
        self.total_bytes += len(raw)
        if self.total_bytes > MAX_BYTES:
            self.report("too_large", asked, f"The texts together have more than {MAX_BYTES:,} bytes.")
            return None
        self.files[name] = hashlib.sha256(raw.replace(b"\r\n", b"\n")).hexdigest()
        tree, findings = read_tree(raw, self.show(name))
        self.findings += findings
        return tree

    def with_includes(self, tree: Node, name: str, chain: tuple[str, ...]) -> Node:
        """`tree` joined with what it includes; the including text's own definitions win, a name given twice is told."""
        listed = tree.get("include")
        if listed is None:
            return tree
        for part in list(listed.elements()) if listed.is_list else [listed]:
            if isinstance(part.value, str) and part.value:
                tree = self.included(tree, part, name, chain)
        return tree

    def included(self, tree: Node, part: Node, name: str, chain: tuple[str, ...]) -> Node:
        wanted = str(PurePosixPath(name).parent / part.value)
        wanted = wanted.removeprefix("./")
        if wanted in chain:
            route = " -> ".join((*chain[chain.index(wanted) :], wanted))
            self.report("include_cycle", part.mark, f"The texts include each other: {route}.")
            return tree
        if len(self.files) > MAX_INCLUDES:
            self.report("too_large", part.mark, f"More than {MAX_INCLUDES} texts are included.")
            return tree
        if PurePosixPath(part.value).is_absolute() or "\\" in part.value or "\0" in part.value:
            self.report("include_missing", part.mark, f"{part.value} is not a path beside the contract.")
            return tree
        shared = self.text(wanted, part.mark)
        if shared is None:
            return tree
        shared = self.with_includes(shared, wanted, (*chain, wanted))
        return self.joined(tree, shared)

    def joined(self, tree: Node, shared: Node) -> Node:
        for key, value in shared.items():
            if key in {"include", "tallystick"}:
                continue
            if key not in SHARED:
                message = f"An included text cannot bring `{key}`; it may bring {', '.join(SHARED)}."
                self.report("include_content", shared.keys[key], message)
                continue
            if not value.is_mapping:
                self.report("wrong_value", value.mark, f"`{key}` must be a mapping of keys.")
                continue
            own = tree.get(key)
            if own is None or not own.is_mapping:
                own = own or Node({}, value.mark)
                if not own.is_mapping:
                    continue
            tree = tree.with_child(key, self.entries(key, own, value))
        return tree

    def entries(self, section: str, own: Node, shared: Node) -> Node:
        for name, value in shared.items():
            if name not in own.value:
                own = own.with_child(name, value, shared.keys[name])
            elif section != "definitions":
                mark = shared.keys[name]
                own_mark = own.keys[name]
                message = f"{name!r} in `{section}` is also written on {own_mark.file}:{own_mark.line}."
                self.report("duplicate_id", mark, message)
        return own

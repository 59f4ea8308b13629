"""YAML text as a tree in which every key and every value knows its file, line and column.

The text is read event by event, so that limits hold *before* anything is composed: size, depth, number of nodes,
number of aliases, and the number of nodes that the aliases stand for. Plain scalars stay text (`NO` is a country,
`1.10` keeps its zero, `2025-07-01` is for the field to read); only `true`, `false` and the empty value have another
type. Tags, second documents, duplicate keys and unknown aliases are findings. `<<: *name` merges a mapping under the
keys that are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tallystick.contract.rule import reading_rule
from tallystick.vocabulary.finding import Finding, Place

MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 40_000
MAX_ALIASES = 200
# One text is read for every partner, month and page: what was read is kept, of so many texts of at most so many bytes.
KEPT_TEXTS = 32
KEPT_BYTES = 64 * 1024


@dataclass(frozen=True)
class Mark:
    """A place in a text; line and column count from 1."""

    file: str
    line: int
    column: int

    @property
    def place(self) -> Place:
        """The mark as a finding's place."""
        return Place(file=self.file, line=self.line, column=str(self.column))


@dataclass(frozen=True)
class Node:
    """A value with its place: text, bool, None, a mapping of nodes or a list of nodes. Never changed in place.

    `keys` holds the mark of each key of a mapping; `size` the number of nodes below and including this one.
    """

    value: Any
    mark: Mark
    keys: dict[str, Mark] = field(default_factory=dict)
    size: int = 1

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    def get(self, key: str) -> Node | None:
        """The child under `key`, or None where this is no mapping or has no such key."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """The children of a mapping; nothing for any other node."""
        if isinstance(self.value, dict):
            yield from self.value.items()

    def elements(self) -> Iterator[Node]:
        """The children of a list; nothing for any other node."""
        if isinstance(self.value, list):
            yield from self.value

    def plain(self) -> Any:
        """The tree without its places: what the typed model reads."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value

    def with_child(self, key: str, child: Node, mark: Mark | None = None) -> Node:
        """This mapping with `key` set to `child`."""
        if not isinstance(self.value, dict):
            return self
        return replace(
            self, value={**self.value, key: child}, keys={**self.keys, key: mark or self.keys.get(key, child.mark)}
        )

    def without(self, key: str | int) -> Node:
        """This mapping without a key, or this list without an element."""
        if isinstance(self.value, dict):
            return replace(
                self,
                value={name: child for name, child in self.value.items() if name != key},
                keys={name: mark for name, mark in self.keys.items() if name != key},
            )
        if isinstance(self.value, list):
            return replace(self, value=[child for index, child in enumerate(self.value) if index != key])
        return self

    def with_elements(self, elements: list[Node]) -> Node:
        """This list with other elements."""
        return replace(self, value=elements)

    def find(self, *path: str | int) -> Mark:
        """The mark of the deepest part of `path` that exists: a key's mark where the path ends at a mapping's key."""
        node, mark = self, self.mark
        for part in path:
            if isinstance(node.value, dict) and part in node.value:
                mark = node.keys.get(str(part), node.mark)
                node = node.value[part]
            elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                mark = node.mark
            else:
                break
        return mark


class _Refused(Exception):
    """The text breaks a limit; carries the finding that ends the reading."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _TreeReader:
    """Builds the tree from the events of one text."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.anchors: dict[str, Node] = {}
        self.aliases = 0
        self.events = 0

    def mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def report(self, rule: str, mark: Mark, message: str, cure: str = "") -> None:
        self.findings.append(reading_rule(rule).found(mark.place, message, cure))

    def refuse(self, mark: Mark, message: str) -> _Refused:
        return _Refused(reading_rule("too_large").found(mark.place, message))

    def node(self, event: Any, stream: Iterator[Any], depth: int) -> Node:
        mark = self.mark(event)
        self.events += 1
        if self.events > MAX_NODES:
            raise self.refuse(mark, f"The text has more than {MAX_NODES:,} values.")
        if depth > MAX_DEPTH:
            raise self.refuse(mark, f"The text is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(event, AliasEvent):
            return self.alias(event, mark)
        if event.tag is not None and str(event.tag) != "!":
            self.report("tag_refused", mark, f"The tag {str(event.tag)!r} is not read.")
        node = self.opened(event, stream, depth, mark)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def opened(self, event: Any, stream: Iterator[Any], depth: int, mark: Mark) -> Node:
        if isinstance(event, ScalarEvent):
            return Node(_scalar(event), mark)
        if isinstance(event, SequenceStartEvent):
            elements: list[Node] = []
            for inner in stream:
                if isinstance(inner, SequenceEndEvent):
                    break
                elements.append(self.node(inner, stream, depth + 1))
            return self.sized(Node(elements, mark, size=1 + sum(child.size for child in elements)))
        return self.mapping(stream, depth, mark)

    def alias(self, event: Any, mark: Mark) -> Node:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise self.refuse(mark, f"The text has more than {MAX_ALIASES} aliases.")
        found = self.anchors.get(event.anchor)
        if found is None:
            self.report("syntax", mark, f"The alias *{event.anchor} names nothing above it.")
            return Node(None, mark)
        # A value that stands for another keeps the place where it is used: that line is the one to correct.
        return self.sized(replace(found, mark=mark))

    def sized(self, node: Node) -> Node:
        if node.size > MAX_NODES:
            raise self.refuse(node.mark, f"With its aliases put in, the text has more than {MAX_NODES:,} values.")
        return node

    def mapping(self, stream: Iterator[Any], depth: int, mark: Mark) -> Node:
        children: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        merged: list[Node] = []
        for inner in stream:
            if isinstance(inner, MappingEndEvent):
                break
            key_node = self.node(inner, stream, depth + 1)
            value = self.node(next(stream), stream, depth + 1)
            if isinstance(key_node.value, dict | list):
                self.report("syntax", key_node.mark, "A key must be plain text.")
                continue
            key = _key_text(key_node.value)
            if key == "<<" and inner.style is None:
                merged.append(value)
            elif key in children:
                first = keys[key].line
                self.report("duplicate_key", key_node.mark, f"{key!r} stands here and already on line {first}.")
            else:
                children[key], keys[key] = value, key_node.mark
        for source in merged:
            for part in source.elements() if source.is_list else (source,):
                for key, value in part.items():
                    if key not in children:
                        children[key], keys[key] = value, part.keys[key]
        return self.sized(Node(children, mark, keys, 1 + sum(child.size for child in children.values())))


def _key_text(value: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(value, value) if not isinstance(value, str) else value


def _scalar(event: Any) -> Any:
    text = str(event.value)
    if event.style is not None or not event.implicit[0]:
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    return {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}.get(text, text)


def read_tree(raw: bytes, file: str, *, listed: bool = False) -> tuple[Node | None, list[Finding]]:
    """The tree of one text and what is wrong with it; None where it cannot be read at all.

    The text is a mapping of keys; `listed` allows a list of them.
    """
    start = Mark(file, 1, 1)
    if len(raw) > MAX_BYTES:
        message = f"The text has {len(raw):,} bytes; at most {MAX_BYTES:,} are read."
        return None, [reading_rule("too_large").found(start.place, message)]
    if len(raw) > KEPT_BYTES:
        return _read_tree(raw, file, listed=listed)
    tree, findings = _kept_tree(raw, file, listed=listed)
    return tree, list(findings)


@lru_cache(maxsize=KEPT_TEXTS)
def _kept_tree(raw: bytes, file: str, *, listed: bool) -> tuple[Node | None, tuple[Finding, ...]]:
    tree, findings = _read_tree(raw, file, listed=listed)
    return tree, tuple(findings)


def _read_tree(raw: bytes, file: str, *, listed: bool) -> tuple[Node | None, list[Finding]]:
    start = Mark(file, 1, 1)
    text, trouble = _decoded(raw, file)
    if text is None:
        return None, trouble
    reader = _TreeReader(file)
    try:
        return _read_document(reader, text, start, listed=listed)
    except _Refused as refused:
        return None, [*reader.findings, refused.finding]
    except MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        mark = Mark(file, where.line + 1, where.column + 1) if where else start
        return None, [*reader.findings, reading_rule("syntax").found(mark.place, _sentence(error))]
    except (YAMLError, ValueError) as error:
        # ruamel raises a bare ValueError for a number in a directive that it cannot read.
        first = (str(error).splitlines() or [""])[0]
        return None, [*reader.findings, reading_rule("syntax").found(start.place, f"This is not YAML: {first}.")]


def _read_document(reader: _TreeReader, text: str, start: Mark, *, listed: bool) -> tuple[Node | None, list[Finding]]:
    stream = iter(YAML(typ="safe", pure=True).parse(text))
    root: Node | None = None
    for event in stream:
        if not isinstance(event, DocumentStartEvent):
            continue
        if root is not None:
            reader.report("tag_refused", reader.mark(event), "A second document begins here; one file holds one.")
            break
        root = reader.node(next(stream), stream, 0)
    if root is None or root.value is None:
        reader.report("syntax", start, "The text is empty.")
        return None, reader.findings
    if not (root.is_mapping or (listed and root.is_list)):
        such = "a mapping of keys, or a list of them" if listed else "a mapping of keys, such as `contract: …`"
        reader.report("syntax", root.mark, f"The text must be {such}.")
        return None, reader.findings
    return root, reader.findings


def _decoded(raw: bytes, file: str) -> tuple[str | None, list[Finding]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"Byte {error.start} is not UTF-8."
        return None, [reading_rule("unreadable").found(Place(file=file, line=line), message)]
    for index, character in enumerate(text):
        if (character < " " and character not in "\t\n\r") or character in "\x7f\ufffe\uffff":
            line = text.count("\n", 0, index) + 1
            message = f"The control character U+{ord(character):04X} stands in the text."
            return None, [reading_rule("unreadable").found(Place(file=file, line=line), message)]
    return text, []


def _sentence(error: MarkedYAMLError) -> str:
    parts = [" ".join(str(part).split()) for part in (error.context, error.problem) if part]
    return f"This is not YAML: {', '.join(parts)}."

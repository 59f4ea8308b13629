"""XML as a small tree, read by the standard library's expat with everything off that an attacker could use.

A document type is refused at its first byte, so there are no entities to expand, nothing external to fetch and no
default attributes; XInclude is refused by its namespace. Depth, size, number of elements and attributes are bounded
while the parser runs, before anything is kept. `lxml` with all of it switched off would need the same counters on top,
and `defusedxml` is this same parser without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from tallystick.vocabulary.cycles import no_search_for_cycles

MAX_BYTES = 24 << 20
MAX_ELEMENTS = 250_000
MAX_DEPTH = 48
MAX_ATTRIBUTES = 64
MAX_ATTRIBUTE = 16_384
MAX_TEXT = 262_144
XINCLUDE = "http://www.w3.org/2001/XInclude"
# Documents inside of the document: their size is bounded by the file's, and their text is not kept.
ENCLOSED = frozenset({"AttachmentBinaryObject", "EmbeddedDocumentBinaryObject"})


class UnreadableInvoice(Exception):
    """The bytes are no invoice that may or can be read. `rule` is a finding's id, `line` the place in the text."""

    def __init__(self, rule: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line


class Node:
    """One element: its local name, its namespace, its text, and the line on which it begins.

    Whoever reads a text marks the element as used; what nobody used is told.
    """

    __slots__ = ("attributes", "children", "line", "name", "space", "text", "used")

    def __init__(self, space: str, name: str, attributes: dict[str, str], line: int) -> None:
        self.space = space
        self.name = name
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Node] = []
        self.used = False

    def all(self, path: str) -> list[Node]:
        """The elements under a path of local names (`Price/AllowanceCharge`), in the order of the text."""
        found = [self]
        for name in path.split("/"):
            found = [child for one in found for child in one.children if child.name == name]
        return found

    def first(self, path: str) -> Node | None:
        """The first element under a path, or None."""
        found = self.all(path)
        return found[0] if found else None

    def said(self) -> str:
        """The text of the element without blanks around it, marked as used."""
        self.used = True
        return self.text.strip()

    def word(self, path: str) -> str:
        """The text of the first element under a path; empty where there is none."""
        found = self.first(path)
        return found.said() if found is not None else ""

    def leaves(self, path: str = "") -> Iterator[tuple[str, Node]]:
        """(path, element) of each element that holds none."""
        here = f"{path}/{self.name}" if path else self.name
        if not self.children:
            yield here, self
        for child in self.children:
            yield from child.leaves(here)


class _Builder:
    """What the parser calls: it counts, refuses and builds."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.root: Node | None = None
        self.open: list[Node] = []
        self.parts: list[str] = []
        self.held = 0
        self.count = 0

    def refuse(self, rule: str, message: str) -> UnreadableInvoice:
        return UnreadableInvoice(rule, message, self.parser.CurrentLineNumber)

    def doctype(self, name: str, *_: Any) -> None:
        raise self.refuse("TS-I024", f"it declares a document type ({name[:40]}), by which entities come in.")

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise self.refuse("TS-I025", f"it has more than {MAX_ELEMENTS:,} elements.")
        if len(self.open) >= MAX_DEPTH:
            raise self.refuse("TS-I025", f"its elements are nested more than {MAX_DEPTH} deep.")
        if len(attributes) > MAX_ATTRIBUTES:
            raise self.refuse("TS-I025", f"an element has {len(attributes):,} attributes.")
        if attributes and max(map(len, attributes.values())) > MAX_ATTRIBUTE:
            raise self.refuse("TS-I025", f"an attribute is longer than {MAX_ATTRIBUTE:,} characters.")
        space, _, name = tag.rpartition(" ")
        if space == XINCLUDE:
            raise self.refuse("TS-I024", "it includes another document (XInclude).")
        node = Node(space, name, attributes, self.parser.CurrentLineNumber)
        if self.open:
            self.open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self.open.append(node)
        self.parts = []
        self.held = 0

    def end(self, _: str) -> None:
        node = self.open.pop()
        if not node.children:
            node.text = "".join(self.parts)
        self.parts = []

    def characters(self, text: str) -> None:
        node = self.open[-1]
        if node.name in ENCLOSED:
            return
        self.held += len(text)
        if self.held > MAX_TEXT:
            raise self.refuse("TS-I025", f"a text is longer than {MAX_TEXT:,} characters.")
        self.parts.append(text)


def parse(content: bytes) -> Node:
    """The root element of a document; raises UnreadableInvoice for what is damaged, hostile or beyond all measure."""
    if len(content) > MAX_BYTES:
        raise UnreadableInvoice("TS-I025", f"it holds more than {MAX_BYTES >> 20} MiB of XML.")
    parser = expat.ParserCreate(namespace_separator=" ")
    builder = _Builder(parser)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        # All at once: fed in pieces, older versions of expat begin a long token anew with each piece.
        with no_search_for_cycles():
            parser.Parse(content, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code) or "it cannot be read"
        place = f"line {error.lineno}, column {error.offset + 1}"
        raise UnreadableInvoice("TS-I026", f"{why} ({place}).", error.lineno) from error
    except (ValueError, LookupError) as error:
        raise UnreadableInvoice("TS-I026", f"its letters are in no encoding that is known ({error}).") from error
    assert builder.root is not None  # noqa: S101 - a document without an element is not well formed
    return builder.root

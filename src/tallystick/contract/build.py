"""A tree becomes a Contract: every mistake is a finding with its line, and what is sound is built all the same.

Where a part is broken, the part is taken out and the rest is read, so that the rules can still look at it: a wrong
target in one clause must not hide an unknown calendar in another. A broken clause or charge is also read without its
broken keys, for the rules to look at what else it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from tallystick.contract import charge as charge_module
from tallystick.contract import clause as clause_module
from tallystick.contract.charge import Charge, charge_kind
from tallystick.contract.clause import Clause, clause_kind
from tallystick.contract.misfit import Loc, misfits
from tallystick.contract.model import Contract
from tallystick.contract.rule import did_you_mean, reading_rule
from tallystick.contract.text_tree import Mark, Node
from tallystick.registry import names
from tallystick.vocabulary.finding import Finding, Place

# What stands in for a required part that is broken, so that the rest can be looked at.
_STAND_IN: dict[str, Any] = {
    "tallystick": "1",
    "contract": "unnamed",
    "title": "unnamed",
    "client": {"id": "unnamed", "name": "unnamed"},
    "partner": {"id": "unnamed", "name": "unnamed"},
    "currency": "XXX",
    "zone": "UTC",
    "term": {"from": "1990-01-01", "to": "2099-12-31"},
}
_NAMED = ("calendars", "programmes", "sites", "fees", "queues", "series")
_LISTED = ("relief", "amendments", "examples")

Made = Clause | Charge


class _Catalogue(NamedTuple):
    """What the entries of a list may be: what one is called, its kinds by name, an example, and the folder."""

    one: str
    kind: Callable[[str], type[Made] | None]
    example: str
    folder: str
    unknown: str


_OF_KINDS: Mapping[str, _Catalogue] = {
    "clauses": _Catalogue(
        "clause", clause_kind, "{id: A1, kind: sla_target, …}", clause_module.PACKAGE, "unknown_clause_kind"
    ),
    "charges": _Catalogue(
        "charge", charge_kind, "{id: P1, kind: per_minute, …}", charge_module.PACKAGE, "unknown_charge_kind"
    ),
}


def build(
    tree: Node,
    files: Mapping[str, str],
    *,
    applied: tuple[str, ...] = (),
    folder: Any = None,
    original: Contract | None = None,
    known: Mapping[int, Made] | None = None,
    amend: Callable[[Contract, tuple[str, ...]], Contract] | None = None,
) -> tuple[Contract | None, list[Finding], Contract | None]:
    """(contract, findings, sound part): the contract is None where there is any finding, the sound part is not.

    `known` are clauses and charges that were made of nodes of this tree before, by the identity of the node. `amend`
    applies amendments to the contract when it is asked for the text in force.
    """
    findings: list[Finding] = []
    declared = _declared(tree)
    present = [key for key in _OF_KINDS if tree.get(key) is not None]
    parts = {key: _parts(tree, key, findings, known or {}) for key in present}
    envelope = tree
    for key in present:
        envelope = envelope.with_child(key, Node([], tree.mark))
    of_kinds = {key: part.made for key, part in parts.items()}
    made = _validated(envelope, of_kinds, findings)
    whole = made is not None
    sound_tree = envelope
    for _ in range(8):
        if made is not None:
            break
        sound_tree = _pruned(sound_tree)
        made = _validated(sound_tree, of_kinds, [])
    if made is None:
        return None, findings, None
    bound_tree = sound_tree
    for key, part in parts.items():
        bound_tree = bound_tree.with_child(key, part.kept)
    made.bound(bound_tree, files, declared, applied, folder, original, amend)
    if whole and not findings:
        return made, findings, made
    assumed = [key for key in _STAND_IN if bound_tree.get(key) is not tree.get(key)]
    assumed += [key for key, part in parts.items() if not part.kept.is_list]
    lost = [
        kind
        for kind in (*_OF_KINDS, "definitions", "billing", *_NAMED, *_LISTED)
        if _size(bound_tree, kind) < _size(tree, kind)
    ]
    mended = []
    for key, part in parts.items():
        for node, entry in part.broken:
            more = made.model_copy(update={key: (*getattr(made, key), entry)})
            elements = [*part.kept.elements(), node]
            with_it = bound_tree.with_child(key, part.kept.with_elements(elements))
            more.bound(with_it, files, declared, applied, folder)
            mended.append((more.as_part(assumed, lost), frozenset(_places_below(node))))
    return None, findings, made.as_part(assumed, lost, mended)


def _size(tree: Node, kind: str) -> int:
    """How many entries a part of the text has."""
    part = tree.get(kind)
    return 0 if part is None or not isinstance(part.value, dict | list) else len(part.value)


def _places_below(node: Node, *, top: bool = True) -> Iterator[Place]:
    """Where the keys and elements of a part stand, but for its id: what is said there is said of what it lacks."""
    for name, child in node.items():
        if not (top and name == "id"):
            yield node.keys[name].place
            yield from _places_below(child, top=False)
    for child in node.elements():
        yield child.mark.place
        yield from _places_below(child, top=False)


def _declared(tree: Node) -> dict[str, set[str]]:
    found = {kind: {name for name, _ in (tree.get(kind) or Node({}, tree.mark)).items()} for kind in _NAMED}
    for kind in (*_OF_KINDS, *_LISTED):
        listed = (tree.get(kind) or Node([], tree.mark)).elements()
        found[kind] = {name for part in listed if (name := _text(part.get("id")))}
    _declare_amended(tree, found)
    return found


def _declare_amended(tree: Node, found: dict[str, set[str]]) -> None:
    """Names that amendments bring count as declared in the whole text."""
    for amendment in (tree.get("amendments") or Node([], tree.mark)).elements():
        for change in (amendment.get("changes") or Node([], tree.mark)).elements():
            added = _text((change.get("add") or change).get("id"))
            for section in _OF_KINDS:
                found[section].add(added)
            for section in ("calendars", "programmes", "sites", "fees"):
                found[section].add(_text(change.get(section.removesuffix("s"))))
            found["series"].add(_text(change.get("series")))
    for names_of_kind in found.values():
        names_of_kind.discard("")


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


class _Parts(NamedTuple):
    """Entries of a list of kinds: the sound ones, their nodes, and of each broken one what is left of it."""

    made: tuple[Made, ...]
    kept: Node
    broken: list[tuple[Node, Made]]


def _parts(tree: Node, key: str, findings: list[Finding], known: Mapping[int, Made]) -> _Parts:
    """The clauses or charges of a text; of each broken one what is left without its broken keys."""
    source, of = tree.get(key) or Node([], tree.mark), _OF_KINDS[key]
    if not source.is_list:
        message = f"`{key}` must be a list of {key}."
        findings.append(reading_rule("wrong_value").found(source.mark.place, message))
        return _Parts((), Node(None, source.mark), [])
    made: list[Made] = []
    kept: list[Node] = []
    broken: list[tuple[Node, Made]] = []
    for node in source.elements():
        entry = known.get(id(node)) or _entry(node, of, findings)
        if entry is not None:
            made.append(entry)
            kept.append(node)
        else:
            broken += _mended(node, of)
    return _Parts(tuple(made), source.with_elements(kept), broken)


def _mended(node: Node, of: _Catalogue) -> list[tuple[Node, Made]]:
    """A broken entry without its broken keys; nothing where a key is missing that it cannot do without."""
    said = node.get("kind")
    kind = of.kind(said.value) if said is not None and isinstance(said.value, str) else None
    if kind is None:
        return []
    while True:
        try:
            return [(node, kind.model_validate(node.plain()))]
        except ValidationError as error:
            wrong = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
            present = [name for name in wrong if node.get(name) is not None]
            if not present or len(present) < len(wrong):
                return []
            for name in present:
                node = node.without(name)


def _entry(node: Node, of: _Catalogue, findings: list[Finding]) -> Made | None:
    if not node.is_mapping:
        message = f"A {of.one} must be a mapping such as {of.example}."
        findings.append(reading_rule("wrong_value").found(node.mark.place, message))
        return None
    said = node.get("kind")
    if said is None:
        message = f"The {of.one} does not say its `kind`."
        cure = f"Write one of: {', '.join(names(of.folder))}."
        findings.append(reading_rule("missing_key").found(node.mark.place, message, cure))
        return None
    kind = of.kind(said.value) if isinstance(said.value, str) else None
    if kind is None:
        message = f"There is no kind of {of.one} named {said.value!r}."
        cure = did_you_mean(str(said.value), names(of.folder), "Use a kind that exists.")
        findings.append(reading_rule(of.unknown).found(said.mark.place, message, cure))
        return None
    try:
        return kind.model_validate(node.plain())
    except ValidationError as error:
        findings += misfits(error, node, kind)
        return None


def _validated(tree: Node, of_kinds: Mapping[str, tuple[Made, ...]], findings: list[Finding]) -> Contract | None:
    try:
        return Contract.model_validate({**tree.plain(), **of_kinds})
    except ValidationError as error:
        findings += misfits(error, tree, Contract)
        return None


def _pruned(tree: Node) -> Node:
    """The tree without its broken parts, required ones replaced by a stand-in."""
    try:
        Contract.model_validate({**tree.plain(), **{key: () for key in _OF_KINDS if tree.get(key) is not None}})
    except ValidationError as error:
        broken = sorted({_part(tuple(found["loc"]), tree) for found in error.errors()}, key=str, reverse=True)
        by_index = sorted(broken, key=lambda loc: loc[-1] if isinstance(loc[-1], int) else -1, reverse=True)
        for loc in by_index:
            tree = _without(tree, loc)
    return tree


def _part(loc: Loc, tree: Node) -> Loc:
    if not loc:
        return ("partners",) if tree.get("partners") is not None and tree.get("partner") is not None else ("partner",)
    head = str(loc[0])
    child = tree.get(head)
    if head in _NAMED and len(loc) > 1 and child is not None and child.is_mapping:
        return (head, str(loc[1]))
    if head in _LISTED and len(loc) > 1 and child is not None and child.is_list and isinstance(loc[1], int):
        return (head, loc[1])
    if head in ("definitions", "billing") and len(loc) > 1 and child is not None and child.is_mapping:
        return (head, str(loc[1]))
    return (head,)


def _without(tree: Node, loc: Loc) -> Node:
    head = str(loc[0])
    if len(loc) == 2:
        child = tree.get(head)
        return tree if child is None else tree.with_child(head, child.without(loc[1]))
    if head in _STAND_IN:
        return tree.with_child(head, _node_of(_STAND_IN[head], tree.find(head)))
    return tree.without(head)


def _node_of(value: Any, mark: Mark) -> Node:
    if isinstance(value, dict):
        return Node({key: _node_of(part, mark) for key, part in value.items()}, mark, dict.fromkeys(value, mark))
    return Node(value, mark)

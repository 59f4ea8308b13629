"""Amendments applied to the text: the tree is changed and read again, so that each finding keeps its own line."""

from __future__ import annotations

from typing import Any

from tallystick.contract.build import build
from tallystick.contract.clause import Clause
from tallystick.contract.model import Contract
from tallystick.contract.rule import did_you_mean, reading_rule
from tallystick.contract.section import Amendment, Change
from tallystick.contract.text_tree import Node
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.finding import Finding

_SECTIONS = {"calendar": "calendars", "programme": "programmes", "site": "sites", "fee": "fees"}


def amended(contract: Contract, wanted: tuple[str, ...]) -> Contract:
    """The contract with the amendments named applied in that order; raises DataError where they do not fit."""
    made, findings = try_amended(contract, wanted)
    if made is None:
        raise DataError(
            f"The amendments {', '.join(wanted)} do not fit the text: {findings[0].message}", findings[0].cure
        )
    return made


def try_amended(contract: Contract, wanted: tuple[str, ...]) -> tuple[Contract | None, list[Finding]]:
    """The contract with amendments applied, or None, and what is wrong with the result."""
    tree = contract.tree
    findings: list[Finding] = []
    by_id = {part.id: (index, part) for index, part in enumerate(contract.amendments)}
    for name in wanted:
        index, amendment = by_id[name]
        tree, trouble = _apply(contract, tree, index, amendment)
        findings += trouble
    made, more, _ = build(
        tree, contract.files, applied=wanted, folder=contract.folder, original=contract, known=_unchanged(contract)
    )
    return (None if findings else made), [*findings, *more]


def _unchanged(contract: Contract) -> dict[int, Clause]:
    """The clauses of the original by their nodes, which its tree keeps alive: an amendment leaves most as they are."""
    source = contract.tree.get("clauses")
    nodes = source.elements() if source is not None else ()
    return {id(node): clause for node, clause in zip(nodes, contract.clauses, strict=True)}


def _apply(contract: Contract, tree: Node, index: int, amendment: Amendment) -> tuple[Node, list[Finding]]:
    findings: list[Finding] = []
    source = contract.tree.get("amendments")
    changes = list(list(source.elements())[index].get("changes").elements()) if source else []  # type: ignore[union-attr]
    for node, change in zip(changes, amendment.changes, strict=True):
        tree, trouble = _change(tree, node, change)
        findings += trouble
    return tree, findings


def _change(tree: Node, node: Node, change: Change) -> tuple[Node, list[Finding]]:
    rule = reading_rule("amendment_target")
    target = change.target
    said = [change.add is not None, bool(change.set), change.remove]
    if sum(said) != 1 or (target is None) != (change.add is not None):
        message = "A change names one part with `set` or `remove: true`, or it adds a clause with `add`."
        return tree, [rule.found(node.mark.place, message)]
    if target is None:
        clauses = tree.get("clauses") or Node([], node.mark)
        added = node.get("add")
        return tree.with_child("clauses", clauses.with_elements([*clauses.elements(), added])), []  # type: ignore[list-item]
    kind, name = target
    where = node.keys.get(kind, node.mark).place
    if kind == "section":
        section = tree.get(name) or Node({}, node.mark)
        return tree.with_child(name, _set(section, node)), []
    if kind == "clause":
        return _change_clause(tree, node, change, name, where)
    section = tree.get(_SECTIONS[kind]) or Node({}, node.mark)
    known = tuple(key for key, _ in section.items())
    if change.remove and name in known:
        return tree.with_child(_SECTIONS[kind], section.without(name)), []
    if change.remove:
        message = f"The amendment removes the {kind} {name!r}, which does not exist."
        return tree, [rule.found(where, message, did_you_mean(name, known, "Check the name."))]
    entry = section.get(name) or Node({}, node.mark)
    return tree.with_child(_SECTIONS[kind], section.with_child(name, _set(entry, node))), []


def _change_clause(tree: Node, node: Node, change: Change, name: str, where: Any) -> tuple[Node, list[Finding]]:
    clauses = tree.get("clauses") or Node([], node.mark)
    listed = list(clauses.elements())
    ids = [_id_of(clause) for clause in listed]
    if name not in ids:
        message = f"The amendment changes clause {name!r}, which does not exist at that time."
        cure = did_you_mean(name, [one for one in ids if one], "Check the clause's id.")
        return tree, [reading_rule("amendment_target").found(where, message, cure)]
    at = ids.index(name)
    if change.remove:
        rest = [clause for index, clause in enumerate(listed) if index != at]
        return tree.with_child("clauses", clauses.with_elements(rest)), []
    listed[at] = _set(listed[at], node)
    return tree.with_child("clauses", clauses.with_elements(listed)), []


def _id_of(clause: Node) -> str:
    found = clause.get("id")
    return found.value if found is not None and isinstance(found.value, str) else ""


def _set(target: Node, node: Node) -> Node:
    """`target` with each key of `set` replaced; a key set to nothing is taken out."""
    changes = node.get("set")
    for key, value in changes.items() if changes else ():
        target = target.without(key) if value.value is None else target.with_child(key, value, changes.keys[key])  # type: ignore[union-attr]
    return target

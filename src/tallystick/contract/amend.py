"""Amendments applied to the text: the tree is changed and read again, so that each finding keeps its own line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tallystick.contract.build import build
from tallystick.contract.charge import Charge, charge_kind
from tallystick.contract.clause import Clause
from tallystick.contract.model import Contract
from tallystick.contract.rule import did_you_mean, reading_rule
from tallystick.contract.section import Amendment, Change
from tallystick.contract.text_tree import Node
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.finding import Finding

_SECTIONS = {"calendar": "calendars", "programme": "programmes", "site": "sites", "fee": "fees", "series": "series"}
_LISTED = {"clause": "clauses", "charge": "charges"}


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


def _unchanged(contract: Contract) -> dict[int, Clause | Charge]:
    """Clauses and charges of the original by their nodes, which its tree keeps alive: an amendment leaves most."""
    found: dict[int, Clause | Charge] = {}
    listed: dict[str, Sequence[Clause | Charge]] = {"clauses": contract.clauses, "charges": contract.charges}
    for key, made in listed.items():
        source = contract.tree.get(key)
        nodes = source.elements() if source is not None else ()
        found |= {id(node): part for node, part in zip(nodes, made, strict=True)}
    return found


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
        message = "A change names one part with `set` or `remove: true`, or it adds a clause or charge with `add`."
        return tree, [rule.found(node.mark.place, message)]
    if target is None:
        added = node.get("add")
        key = "charges" if _is_charge(added) else "clauses"
        listed = tree.get(key) or Node([], node.mark)
        return tree.with_child(key, listed.with_elements([*listed.elements(), added])), []  # type: ignore[list-item]
    kind, name = target
    where = node.keys.get(kind, node.mark).place
    if kind == "section":
        section = tree.get(name) or Node({}, node.mark)
        return tree.with_child(name, _set(section, node)), []
    if kind in _LISTED:
        return _change_listed(tree, node, change, kind, name, where)
    section = tree.get(_SECTIONS[kind]) or Node({}, node.mark)
    known = tuple(key for key, _ in section.items())
    if change.remove and name in known:
        return tree.with_child(_SECTIONS[kind], section.without(name)), []
    if change.remove:
        message = f"The amendment removes the {kind} {name!r}, which does not exist."
        return tree, [rule.found(where, message, did_you_mean(name, known, "Check the name."))]
    entry = section.get(name) or Node({}, node.mark)
    return tree.with_child(_SECTIONS[kind], section.with_child(name, _set(entry, node))), []


def _is_charge(added: Node | None) -> bool:
    """Whether what is added is a line of the rate card: no kind of clause has the name of a pricing model."""
    said = added.get("kind") if added is not None and added.is_mapping else None
    return said is not None and isinstance(said.value, str) and charge_kind(said.value) is not None


def _change_listed(
    tree: Node, node: Node, change: Change, kind: str, name: str, where: Any
) -> tuple[Node, list[Finding]]:
    key = _LISTED[kind]
    whole = tree.get(key) or Node([], node.mark)
    listed = list(whole.elements())
    ids = [_id_of(clause) for clause in listed]
    if name not in ids:
        message = f"The amendment changes {kind} {name!r}, which does not exist at that time."
        cure = did_you_mean(name, [one for one in ids if one], f"Check the {kind}'s id.")
        return tree, [reading_rule("amendment_target").found(where, message, cure)]
    at = ids.index(name)
    if change.remove:
        rest = [part for index, part in enumerate(listed) if index != at]
        return tree.with_child(key, whole.with_elements(rest)), []
    listed[at] = _set(listed[at], node)
    return tree.with_child(key, whole.with_elements(listed)), []


def _id_of(clause: Node) -> str:
    found = clause.get("id")
    return found.value if found is not None and isinstance(found.value, str) else ""


def _set(target: Node, node: Node) -> Node:
    """`target` with each key of `set` replaced; a key set to nothing is taken out."""
    changes = node.get("set")
    for key, value in changes.items() if changes else ():
        target = target.without(key) if value.value is None else target.with_child(key, value, changes.keys[key])  # type: ignore[union-attr]
    return target

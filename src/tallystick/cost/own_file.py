"""A file of the client's own, such as business-case.yaml: read as contracts are, so that trouble has line and cure."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tallystick.contract.misfit import Loc, misfit
from tallystick.contract.rule import reading_rule
from tallystick.contract.section import Section
from tallystick.contract.text_tree import Node, read_tree
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.finding import Finding

CURE = "docs/guide/cost.md shows how one is written."
S = TypeVar("S", bound=Section)


def sections_at(path: Path, model: type[S]) -> tuple[S, ...]:
    """The sections of a file: one, or a list of them. Raises DataError with the first thing to correct for others."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}.", CURE) from error
    tree, findings = read_tree(raw, path.name, listed=True)
    if tree is None or findings:
        raise _refused(findings[0])
    return tuple(_section(one, model) for one in (tree.elements() if tree.is_list else (tree,)))


def _section(node: Node, model: type[S]) -> S:
    try:
        return model.model_validate(node.plain())
    except ValidationError as error:
        # Of a value that may be one of several things the deepest error is of what it was meant to be.
        found: dict[str, Any] = dict(max(error.errors(), key=lambda one: len(one["loc"])))
        raise _refused(misfit(found | {"loc": _written(found["loc"], node)}, node, model)) from error


def _refused(finding: Finding) -> DataError:
    # The rule's own cure names the reference page of contracts.
    cure = "" if finding.cure == reading_rule("wrong_value").cure else f"{finding.cure} "
    return DataError(f"{finding.place}: {finding.message}", f"{cure}{CURE}")


def _written(loc: Loc, node: Node | None) -> Loc:
    """A path as the text has it: without the names of the things that a value may be, which pydantic puts into it."""
    found: list[str | int] = []
    for at, part in enumerate(loc):
        inside = None
        if isinstance(part, int):
            inside = next(islice(node.elements(), part, None), None) if node is not None else None
        elif node is not None:
            inside = node.get(part)
        missing = at == len(loc) - 1 and isinstance(part, str) and node is not None and node.is_mapping
        if inside is not None or missing:
            found.append(part)
            node = inside
    return tuple(found)

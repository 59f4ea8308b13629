"""Where the source asks whose data these are: found in its syntax, never listed, and taken away by position.

A check is an expression that decides by the scope, the party or the partner. Taking it away makes it what it is for
the client's own people, or what lets the most through; the expression is still evaluated, so that nothing else changes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SRC = Path(__file__).resolve().parents[3] / "src" / "tallystick"
REFUSALS = {"Stranger", "Refused", "NotFound", "Http404", "ScopeError"}
OF_CLIENT = {"sees_all", "of_client"}
PARTNER_WORDS = {"partner", "party", "of_partner", "whom", "whose", "PARTNER"}
ORM = {"filter", "exclude", "get"}
PARTNER_COLUMNS = {"partner", "party", "of_partner", "whom", "partner__in", "person"}


@dataclass(frozen=True)
class Check:
    """One check: its file, its place in the order of the file, where it stands, what it is, its words."""

    path: Path
    number: int
    line: int
    kind: str
    words: str

    @property
    def name(self) -> str:
        """`web/room.py:67 scope-none`."""
        return f"{self.path.relative_to(SRC)}:{self.line} {self.kind}: {self.words}"


def every() -> Iterator[Check]:
    """Every check of the product, by file and line."""
    for path in sorted(SRC.rglob("*.py")):
        part = path.relative_to(SRC).parts
        if part[0] in ("web", "records", "facts", "vocabulary") and "migrations" not in part:
            yield from of_file(path)


@cache
def of_file(path: Path) -> tuple[Check, ...]:
    """The checks of one file."""
    finder = _Remover(path, None)
    finder.visit(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(finder.found)


def without(path: Path, number: int) -> ast.Module:
    """A file's syntax with one of its checks taken away."""
    remover = _Remover(path, number)
    tree = remover.visit(ast.parse(path.read_text(encoding="utf-8")))
    if not remover.done:
        raise ValueError(f"{path} has no check number {number}")
    return ast.fix_missing_locations(tree)


def _instead(node: ast.expr, value: ast.expr) -> ast.expr:
    """`value`, with `node` evaluated before: names that a function holds stay held."""
    both = ast.Tuple([node, value], ast.Load())
    return ast.copy_location(ast.Subscript(both, ast.Constant(1), ast.Load()), node)


class _Remover(ast.NodeTransformer):
    """Walks a file in order, notes each check, and takes away the one that is asked for."""

    def __init__(self, path: Path, number: int | None) -> None:
        self.path = path
        self.number = number
        self.found: list[Check] = []
        self.done = False
        self.in_web = path.relative_to(SRC).parts[0] == "web"
        self.is_scope = path.name == "scope.py"
        self.derived: list[set[str]] = [set()]

    def check(self, node: ast.expr | ast.stmt, kind: str, taken: Callable[[], ast.AST]) -> Any:
        """Note a check; what stands in its place."""
        at = len(self.found)
        words = " ".join(ast.unparse(node).split())
        self.found.append(Check(self.path, at, node.lineno, kind, words[:90]))
        if at != self.number:
            return node
        self.done = True
        return taken()

    # ---- what an expression speaks of ----------------------------------------------------------------------------

    def _is_scope(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr in ("scope", "_scope")
        return isinstance(node, ast.Name) and (node.id == "scope" or (self.is_scope and node.id == "self"))

    def _by_scope(self, node: ast.AST) -> bool:
        """Whether an expression holds what the scope or the actor's party says."""
        return any(self._says_whose(one) for one in ast.walk(node))

    def _says_whose(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            of_scope = node.attr == "partners" and (self._is_scope(node.value) or _is_required(node.value))
            return of_scope or (node.attr == "party" and _ends_with(node.value, "actor")) or _asks_for_side(node)
        return isinstance(node, ast.Name) and node.id in self.derived[-1]

    def _keeps(self, value: ast.AST) -> bool:
        """Whether a name that is given this value says whose from then on."""
        if isinstance(value, ast.BoolOp):
            return any(self._keeps(one) for one in value.values)
        if isinstance(value, ast.IfExp):
            return self._keeps(value.body) or self._keeps(value.orelse)
        if isinstance(value, ast.UnaryOp):
            return self._keeps(value.operand)
        return self._says_whose(value)

    # ---- walking -------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer = self.derived[-1]
        self.derived.append(set(outer))
        for statement in ast.walk(node):
            if isinstance(statement, ast.Assign) and self._keeps(statement.value):
                self.derived[-1] |= {one.id for one in statement.targets if isinstance(one, ast.Name)}
        self.generic_visit(node)
        self.derived.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        raises = isinstance(node.body[0], ast.Raise) and _named(node.body[0].exc) in REFUSALS
        if raises and self.in_web:
            several = isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.Or)
            if several:
                node.test.values = [self._refusal(part) for part in node.test.values]
            else:
                node.test = self._refusal(node.test)
        self.generic_visit(node)
        return node

    def _refusal(self, test: ast.expr) -> Any:
        return self.check(test, "refusal", lambda: _instead(test, ast.Constant(value=False)))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            if _asks_for_side(node):
                return self.check(node, "client", lambda: _instead(node, ast.Constant(True)))
            if node.attr == "SQLITE_DENY":
                allowed = ast.Attribute(node.value, "SQLITE_OK", ast.Load())
                return self.check(node, "authorizer", lambda: ast.copy_location(allowed, node))
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        kind, let_through = self._compared(node)
        self.generic_visit(node)
        if kind == "partner" and isinstance(node.left, ast.Tuple) and isinstance(node.comparators[0], ast.Tuple):
            return self._of_tuples(node)
        if kind:
            return self.check(node, kind, lambda: _instead(node, ast.Constant(let_through)))
        return node

    def _compared(self, node: ast.Compare) -> tuple[str, bool]:
        """What kind of check a comparison is, '' for none, and what it is for whoever may see all."""
        if len(node.ops) != 1:
            return "", True
        op, right = node.ops[0], node.comparators[0]
        if isinstance(op, ast.Is | ast.IsNot) and isinstance(right, ast.Constant) and right.value is None:
            return ("scope", isinstance(op, ast.Is)) if self._by_scope(node.left) else ("", True)
        if isinstance(op, ast.In | ast.NotIn):
            own = any(isinstance(one, ast.Attribute) and one.attr == "partners" for one in ast.walk(right))
            if self._by_scope(right) or own or (self.in_web and _speaks_of_partner(node.left)):
                return "within", isinstance(op, ast.In)
        if (
            isinstance(op, ast.Eq | ast.NotEq)
            and self.in_web
            and (_speaks_of_partner(node.left) or _speaks_of_partner(right))
        ):
            return "partner", isinstance(op, ast.Eq)
        return "", True

    def _of_tuples(self, node: ast.Compare) -> ast.AST:
        """A comparison of several parts at once loses the part that is the partner's."""
        left, right = node.left, node.comparators[0]
        assert isinstance(left, ast.Tuple)
        assert isinstance(right, ast.Tuple)
        for at, (one, other) in enumerate(zip(left.elts, right.elts, strict=False)):
            if _speaks_of_partner(one) or _speaks_of_partner(other):

                def taken(at: int = at) -> ast.AST:
                    same = ast.Constant(0)
                    left.elts[at] = _instead(left.elts[at], same)
                    right.elts[at] = _instead(right.elts[at], same)
                    return node

                self.check(node, "partner", taken)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Attribute):
            if called.attr == "sees" and len(node.args) == 1:
                return self.check(node, "sees", lambda: _instead(node, ast.Constant(True)))
            if called.attr == "rows" and len(node.args) == 1 and _ends_with(called.value, "room"):
                table = ast.Attribute(node.args[0], "objects", ast.Load())
                every = ast.Call(ast.Attribute(table, "all", ast.Load()), [], [])
                return self.check(node, "read", lambda: _instead(called.value, every))
            if called.attr in ORM:
                for at, word in enumerate(node.keywords):
                    if word.arg in PARTNER_COLUMNS or (word.arg is None and "__in" in ast.unparse(word.value)):
                        node = self._without_word(node, at)
        elif isinstance(called, ast.Name) and called.id == "require_scope":
            return self.check(node, "required", lambda: node.args[0])
        return self._as_the_client(node)

    def _without_word(self, node: ast.Call, at: int) -> ast.AST:
        rest = [word for number, word in enumerate(node.keywords) if number != at]
        fewer = ast.copy_location(ast.Call(node.func, node.args, rest), node)
        return self.check(node, "query", lambda: fewer)

    def _as_the_client(self, node: ast.Call) -> ast.AST:
        """A scope that is handed on becomes the client's own."""
        if isinstance(node.func, ast.Name) and node.func.id in ("require_scope", "isinstance", "Scope"):
            return node
        for at, given in enumerate(node.args):
            if self._is_scope(given):
                node.args[at] = self.check(given, "handed on", lambda given=given: _whole(given))
        for word in node.keywords:
            if self._is_scope(word.value):
                word.value = self.check(word.value, "handed on", lambda given=word.value: _whole(given))
        return node

    def visit_Tuple(self, node: ast.Tuple) -> ast.AST:
        self.generic_visit(node)
        for at, part in enumerate(node.elts):
            if isinstance(node.ctx, ast.Load) and self._is_scope(part) and isinstance(part, ast.Attribute):
                node.elts[at] = self.check(part, "key", lambda part=part: _instead(part, ast.Constant(None)))
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id == "mine":
            node.value = self.check(node.value, "masking", lambda: _instead(node.value, ast.Constant("true")))
        return node


def _whole(scope: ast.expr) -> ast.expr:
    """The same client's scope with every partner in it."""
    replace = ast.Attribute(
        ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant("dataclasses")], []), "replace", ast.Load()
    )
    return ast.copy_location(ast.Call(replace, [scope], [ast.keyword("partners", ast.Constant(None))]), scope)


def _named(node: ast.expr | None) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.id if isinstance(called, ast.Name) else ""


def _asks_for_side(node: ast.Attribute) -> bool:
    """`actor.of_client`, and not the scope that is made by `Scope.of_client(...)`."""
    return node.attr in OF_CLIENT and not (isinstance(node.value, ast.Name) and node.value.id == "Scope")


def _ends_with(node: ast.AST, name: str) -> bool:
    last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return last.lstrip("_") == name


def _is_required(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _named(node) == "require_scope"


def _speaks_of_partner(node: ast.AST) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_speaks_of_partner(one) for one in node.elts)
    word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return word in PARTNER_WORDS

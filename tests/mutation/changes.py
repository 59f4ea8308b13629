"""Where a file decides or reckons: each constant and operator, found in its syntax, and what it can be changed into.

Changed are numbers (one more, one less), comparisons (at their border, and turned round), arithmetic, `and`, `or` and
`not`, bare conditions, `min`/`max`, `any`/`all`, true and false, `break`/`continue`, codes that are compared with, the
default among the choices of a key, and a mode of rounding.

Left out, by rule and never by hand, is what only words a result: everything in an f-string, a `raise` or an `assert`;
functions named `plain`, `…_words` or `…_text`, and what is handed to them; the formula and the inserted figures of a
step; a choice between two texts, or a text and what stands for none (a text has a space in it or no letter, or is put
together from several). So are annotations, decorators, and `strict=` of `zip`, which asserts and changes nothing. Of a
sign, 1 or -1, only the condition is changed: its size means nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

SRC = Path(__file__).resolve().parents[2] / "src" / "tallystick"
NO_CODE = "~"

BORDER: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
}  # fmt: skip
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
WORDING = ("_words", "_text")


class Where(NamedTuple):
    """What surrounds a piece of syntax: the function or class, the lines of its statement, what runs it."""

    within: str
    first: int
    last: int
    at_import: bool


@dataclass(frozen=True)
class Change:
    """One change: its file, its place in the order of the file, and what tells it from the others of its file."""

    path: Path
    number: int
    within: str
    line: str
    becomes: str
    same: int
    lineno: int
    first: int
    last: int
    at_import: bool

    @property
    def file(self) -> str:
        """`contract/clauses/points.py`."""
        return str(self.path.relative_to(SRC))

    @property
    def identity(self) -> tuple[str, str, str, str, int]:
        """What stays when lines are added above: file, function, the words of the line, the change, which of equals."""
        return (self.file, self.within, self.line, self.becomes, self.same)

    @property
    def name(self) -> str:
        """`contract/clauses/points.py:81 Points.apply: a < b -> a <= b`."""
        nth = f" (no. {self.same})" if self.same > 1 else ""
        return f"{self.file}:{self.lineno} {self.within}: {self.becomes}{nth}"


class _Spot(NamedTuple):
    """Where a piece of syntax hangs, what stands there and what may stand there instead."""

    parent: ast.AST
    field: str
    index: int | None
    old: Any
    new: Any
    where: Where


@cache
def of_file(path: Path) -> tuple[Change, ...]:
    """Every change of a file, in its order."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    found: list[Change] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for number, spot in enumerate(_Finder(source).spots):
        lineno = getattr(spot.old, "lineno", spot.where.first)
        becomes = f"{_said(spot.old)} -> {_said(spot.new)}"
        line = lines[lineno - 1].strip()
        seen[spot.where.within, line, becomes] += 1
        same = seen[spot.where.within, line, becomes]
        found.append(Change(path, number, spot.where.within, line, becomes, same, lineno, *spot.where[1:]))
    return tuple(found)


def changed(path: Path, number: int) -> ast.Module:
    """The syntax of a file with one of its changes made."""
    finder = _Finder(path.read_text(encoding="utf-8"))
    spot = finder.spots[number]
    if spot.index is None:
        setattr(spot.parent, spot.field, spot.new)
    else:
        getattr(spot.parent, spot.field)[spot.index] = spot.new
    return ast.fix_missing_locations(finder.tree)


def _said(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


class _Finder:
    """Walks a file in order and notes each spot; the spots hang in its own tree."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source)
        self.spots: list[_Spot] = []
        self.compared: set[int] = set()
        self._inside(self.tree, Where("", 0, 0, at_import=True))

    # ---- walking -------------------------------------------------------------------------------------------------

    def _inside(self, node: ast.AST, where: Where, leave: tuple[str, ...] = ()) -> None:
        for field, value in ast.iter_fields(node):
            if field in leave or field in ("annotation", "returns", "decorator_list", "ctx"):
                continue
            if isinstance(value, list):
                for index, one in enumerate(value):
                    if isinstance(one, ast.AST):
                        self._visit(one, node, field, index, where)
            elif isinstance(value, ast.AST):
                self._visit(value, node, field, None, where)

    def _visit(self, node: Any, parent: ast.AST, field: str, index: int | None, where: Where) -> None:
        if _is_wording(node, parent, field, index):
            return
        if isinstance(node, ast.stmt):
            where = where._replace(first=node.lineno, last=_header_end(node))
        if isinstance(node, ast.FunctionDef):
            self._inside(node.args, where._replace(within=_in(where, node.name)))
            own = Where(_in(where, node.name), node.lineno, node.lineno, at_import=False)
            self._inside(node, own, leave=("args",))
            return
        if isinstance(node, ast.ClassDef):
            where = where._replace(within=_in(where, node.name))
        if isinstance(node, ast.IfExp) and [_said(node.body), _said(node.orelse)] == ["1", "-1"]:
            self._visit(node.test, node, "test", None, where)
            return
        if isinstance(node, ast.Compare):
            self.compared |= {id(one) for one in node.comparators if isinstance(one, ast.Tuple | ast.Set | ast.List)}
        for new in _instead(node, parent, field, isinstance(parent, ast.Compare) or id(parent) in self.compared):
            self.spots.append(_Spot(parent, field, index, node, new, where))
        # A default is a constant of the key; whatever else stands in the call of `Field` is walked as it comes.
        if isinstance(node, ast.AnnAssign):
            self._default(node, where)
        self._inside(node, where)

    def _default(self, node: ast.AnnAssign, where: Where) -> None:
        """Another one of the choices that a key has."""
        choices = [
            one.value
            for part in ast.walk(node.annotation)
            if isinstance(part, ast.Subscript) and _called(part.value) == "Literal"
            for one in ast.walk(part.slice)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        ]
        given: list[tuple[ast.AST, str, int | None, ast.expr]] = []
        if isinstance(node.value, ast.Constant):
            given = [(node, "value", None, node.value)]
        elif isinstance(node.value, ast.Call) and node.value.args:
            given = [(node.value, "args", 0, node.value.args[0])]
        for parent, field, index, value in given:
            if isinstance(value, ast.Constant) and value.value in choices and len(choices) > 1:
                other = choices[(choices.index(value.value) + 1) % len(choices)]
                self.spots.append(_Spot(parent, field, index, value, _like(value, ast.Constant(other)), where))


def _in(where: Where, name: str) -> str:
    return f"{where.within}.{name}" if where.within else name


def _header_end(node: ast.stmt) -> int:
    """The last line of a statement; of one that holds others, of what decides about them."""
    for part in ("test", "iter", "subject"):
        if isinstance(held := getattr(node, part, None), ast.AST):
            return held.end_lineno or node.lineno
    return node.lineno if hasattr(node, "body") else node.end_lineno or node.lineno


# ---- what only words a result ------------------------------------------------------------------------------------


def _is_wording(node: ast.AST, parent: ast.AST, field: str, index: int | None) -> bool:
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.FunctionDef):
        return _names_wording(node.name)
    if isinstance(node, ast.Call) and _names_wording(_called(node.func)):
        return True
    if isinstance(node, ast.If) and _called(node.test) == "TYPE_CHECKING":
        return True
    if isinstance(node, ast.keyword) and node.arg in ("strict", "description"):
        return True
    if isinstance(parent, ast.Call) and _called(parent.func) in ("step", "amount_step"):
        return field == "args" and index in (1, 2)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return _is_text(node.values[0])
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return False


def _names_wording(name: str) -> bool:
    return name in ("plain", "__str__", "__repr__") or name.endswith(WORDING)


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return " " in node.value or not any(letter.isalpha() for letter in node.value)
    if isinstance(node, ast.Call):
        joined = isinstance(node.func, ast.Attribute) and node.func.attr == "join" and _is_string(node.func.value)
        return joined or _names_wording(_called(node.func))
    return isinstance(node, ast.JoinedStr)


def _called(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# ---- what may stand instead --------------------------------------------------------------------------------------


def _instead(node: Any, parent: ast.AST, field: str, compared: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        yield from _of_compare(node)
    elif isinstance(node, ast.BinOp):
        if type(node.op) in OTHER and not (_is_string(node.left) or _is_string(node.right)):
            yield _like(node, ast.BinOp(node.left, OTHER[type(node.op)](), node.right))
    elif isinstance(node, ast.AugAssign):
        if type(node.op) in OTHER and not _is_string(node.value):
            yield _like(node, ast.AugAssign(node.target, OTHER[type(node.op)](), node.value))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _like(node, ast.BoolOp(other, node.values))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield node.operand
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, parent, compared)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLED:
        yield _like(node, ast.Call(ast.Name(CALLED[node.func.id], ast.Load()), node.args, node.keywords))
    elif isinstance(node, ast.Attribute) and _called(node.value) == "Rounding" and node.attr.isupper():
        yield _like(node, ast.Attribute(node.value, "DOWN" if node.attr != "DOWN" else "UP", node.ctx))
    elif isinstance(node, ast.Break | ast.Continue):
        yield _like(node, ast.Continue() if isinstance(node, ast.Break) else ast.Break())
    bare = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.NamedExpr)
    if bare and (field in ("test", "ifs")):
        yield _like(node, ast.UnaryOp(ast.Not(), node))


def _of_compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        for others in (BORDER, TURNED):
            if type(op) in others:
                ops = [*node.ops[:at], others[type(op)](), *node.ops[at + 1 :]]
                yield _like(node, ast.Compare(node.left, ops, node.comparators))


def _of_constant(node: ast.Constant, parent: ast.AST, compared: bool) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield _like(node, ast.Constant(not value))
    elif isinstance(value, int):
        yield _like(node, ast.Constant(value + 1))
        if value > 0:
            yield _like(node, ast.Constant(value - 1))
    elif isinstance(value, float):
        yield _like(node, ast.Constant(value + 1))
    elif isinstance(value, str):
        if compared:
            yield _like(node, ast.Constant(NO_CODE))
        elif isinstance(parent, ast.Call) and _called(parent.func) in ("Decimal", "Fraction"):
            more = Decimal(value) + 1 if _called(parent.func) == "Decimal" else Fraction(value) + 1
            yield _like(node, ast.Constant(str(more)))


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _like(old: ast.AST, new: Any) -> Any:
    return ast.copy_location(new, old)

"""Amounts as people and systems write them: which mark parts decimals is decided by the cell, else by its column.

A cell decides by itself where it can: the last of two marks parts decimals, a mark that comes twice parts thousands,
and a mark that comes once parts decimals unless one group of exactly three digits follows one to three others. Of
such a one a leading zero decides (`0.125` is an eighth). What is left, `1.250`, is a thousand two hundred and fifty
or one and a quarter: all other cells of the column decide, and where they do not, or contradict one another, it is
thousands and told.

Beside the number a cell may hold a currency, blanks, and marks of thousands. Anything else (`7:30`, `3 x 40`,
`1.2E+05`, `20.00 CR`) may change its size or its sign, so such a cell is no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.containers.loaded import Column, Loaded
from tallystick.records.tables.invoice import NUMBER
from tallystick.vocabulary.money import CURRENCIES

POINT, COMMA = "point", "comma"
# What people write for a currency beside its code and its sign; only what is cut short may have a point behind it.
_NAMES = r"euros?|dollars?|pounds?|lei|leu|z[łl]|k[čc]|(?:us|au|ca|nz|hk|[acrs])\$"
_SHORT = "kr|ft|s?fr|tl|rs|din"
_CURRENCY = rf"(?i:{'|'.join(sorted(CURRENCIES))}|{_NAMES}|(?:{_SHORT})\.?|\p{{Sc}})"
_MINUS = r"[\x{2010}-\x{2013}\x{2212}\x{FE63}\x{FF0D}]"
# Blanks of any width, and marks that only say how a text runs.
_BLANK = r"[\s\p{Zs}\x{200B}-\x{200F}\x{2060}\x{FEFF}]"
_TICK = r"['`\x{2019}\x{00B4}]"
_BARE = (
    (_MINUS, "-"),
    (rf"^({_BLANK}|{_TICK})+|{_BLANK}+$", ""),
    (rf"^([-+(]?){_BLANK}*{_CURRENCY}{_BLANK}*([-+(]?{_BLANK}*[0-9.,])", r"\1\2"),
    (rf"([0-9.,)-]){_BLANK}*{_CURRENCY}{_BLANK}*([)-]?)$", r"\1\2"),
    (rf"^([-+(]){_BLANK}+", r"\1"),
    (rf"{_BLANK}+([)-])$", r"\1"),
    (r"^\+([0-9.,])", r"\1"),
)
_GROUPED = rf"^[(-]?[1-9][0-9]{{0,2}}(({_BLANK}|{_TICK})[0-9]{{3}})+([.,][0-9]*)?[)-]?$"


@dataclass(frozen=True)
class Marks:
    """What parts decimals in a column of amounts: `point`, `comma`, or empty where no cell tells.

    `unclear` cells may then mean either; `sample` is the first of them.
    """

    mark: str = ""
    unclear: int = 0
    sample: str = ""


def marks_in(loaded: Loaded, column: Column) -> Marks:
    """What the cells of a whole column tell. A column that the file itself types as a number has a point."""
    if column.type != "VARCHAR":
        return Marks(POINT)
    told = {
        mark: " OR ".join(f"regexp_full_match(cell, '{form}')" for form in _telling(mark)) for mark in (POINT, COMMA)
    }
    either = "regexp_full_match(cell, '[1-9][0-9]{0,2}[.,][0-9]{3}')"
    row = loaded.connection.execute(
        f"SELECT count(*) FILTER ({told[POINT]}), count(*) FILTER ({told[COMMA]}), count(*) FILTER ({either}), "  # noqa: S608
        f"min(cell) FILTER ({either}) "
        f"FROM (SELECT regexp_replace({column.slot}, '[^0-9.,]', '', 'g') AS cell FROM {loaded.table})"
    ).fetchall()[0]
    point, comma, unclear = (int(count) for count in row[:3])
    if bool(point) != bool(comma):
        return Marks(POINT if point else COMMA)
    return Marks("", unclear, str(row[3] or ""))


def _telling(mark: str) -> tuple[str, ...]:
    """Forms of a cell (its digits and marks alone) that show that this mark parts decimals."""
    own, other = ("[.]", "[,]") if mark == POINT else ("[,]", "[.]")
    return (
        f"[0-9]{{1,3}}({other}[0-9]{{3}})+{own}[0-9]*",  # both marks, this one last
        f"[0-9]{{1,3}}({other}[0-9]{{3}}){{2,}}",  # the other one parts thousands
        f"[0-9]*{own}([0-9]{{0,2}}|[0-9]{{4,}})",  # no group of three
        f"(0[0-9]*|[0-9]{{4,}})?{own}[0-9]{{3}}",  # a leading zero, or too many digits before the mark
    )


def _bare(column: pa.Array, *, percent: bool = False) -> pa.Array:
    """Cells without what says nothing of their number; whatever else they hold stays in them, and is refused."""
    text = column
    if pc.any(pc.match_substring_regex(column, "[^0-9,.()-]")).as_py():
        for pattern, instead in (*_BARE, (rf"{_BLANK}*%$", "")) if percent else _BARE:
            text = pc.replace_substring_regex(text, pattern, instead)
        grouped = pc.fill_null(pc.match_substring_regex(text, _GROUPED), fill_value=False)
        text = pc.if_else(grouped, pc.replace_substring_regex(text, rf"({_BLANK}|{_TICK})", ""), text)
    # `100,-` is a hundred and no cents.
    text = pc.replace_substring_regex(text, "([0-9])[.,](--?|—)$", r"\1")
    return pc.replace_substring_regex(text, r"^\((.*)\)$", r"-\1")


def decimals_in(column: pa.Array, mark: str = "") -> pa.Array:
    """Amounts with four digits behind the point: `1,234.50`, `1.234,50`, `EUR 12`; other cells are null.

    `mark` is what parts decimals in the column; it decides of cells that could mean either. Without it these are
    thousands.
    """
    text = _bare(column)
    either = r"[1-9]\d{0,2}"
    commas = r"^-?\d{1,3}(\.\d{3})+,\d*$|^-?\d{1,3}(\.\d{3}){2,}$|^-?\d*,(\d{0,2}|\d{4,})$|^-?(0\d*|\d{4,})?,\d{3}$"
    if mark == COMMA:
        commas += rf"|^-?{either},\d{{3}}$"
    if mark != POINT:
        commas += rf"|^-?{either}\.\d{{3}}$"
    european = pc.fill_null(pc.match_substring_regex(text, commas), fill_value=False)
    points = pc.replace_substring(pc.replace_substring(text, ".", ""), ",", ".")
    text = pc.if_else(european, points, pc.replace_substring(text, ",", ""))
    good = pc.fill_null(pc.match_substring_regex(text, r"^-?(\d{1,14}(\.\d{0,4})?|\.\d{1,4})$"), fill_value=False)
    text = pc.if_else(good, text, pa.scalar(None, pa.string()))
    return text.cast(pa.decimal128(18, 4))


def exact_in(column: pa.Array, decimals: str, *, percent: bool = False) -> pa.Array:
    """Numbers with up to ten digits behind `decimals` (point, comma); the other mark parts thousands.

    A cell in which the marks stand otherwise (`1,5` or `0,125` where decimals follow a point) is null: it is refused,
    not guessed.
    `percent` says that a sign of per cent may stand behind them.
    """
    mark, other = (",", ".") if decimals == COMMA else (".", ",")
    text = _bare(column, percent=percent)
    text = pc.replace_substring_regex(text, "^([^-].*)-$", r"-\1")
    form = rf"^-?([1-9]\d{{0,2}}(\{other}\d{{3}})+|\d{{1,18}})(\{mark}\d{{0,10}}0*)?$"
    good = pc.fill_null(pc.match_substring_regex(text, form), fill_value=False)
    text = pc.if_else(good, text, pa.scalar(None, pa.string()))
    plain = pc.replace_substring(pc.replace_substring(text, other, ""), mark, ".")
    whole = pc.fill_null(pc.match_substring_regex(plain, r"^-?\d{1,18}(\.\d*)?$"), fill_value=False)
    plain = pc.if_else(whole, plain, pa.scalar(None, pa.string()))
    return pc.replace_substring_regex(plain, r"(\.\d{10})0+$", r"\1").cast(NUMBER)


def decimals_of(cells: Iterable[str]) -> str:
    """Which mark parts decimals in some cells: point, comma, or nothing where they could mean either.

    `0,125` and `1,50` tell, and so does the second of two marks, or one that comes twice: `1.250.000` has no decimals,
    so a comma parts them elsewhere. `1.250` alone is a thousand or one and a quarter.
    """
    for cell in cells:
        text = re.sub(r"[^0-9.,]", "", cell)
        for mark, other, name in ((",", ".", COMMA), (".", ",", POINT)):
            if re.fullmatch(rf"\d{{1,3}}(\{other}\d{{3}}){{2,}}", text):
                return name
            if text.count(mark) != 1:
                continue
            before, _, after = text.partition(mark)
            if other in before or (other not in after and (len(after) != 3 or before in ("", "0") or len(before) > 3)):
                return name
    return ""

"""What each column of a table holds, by looking at its cells: instants, numbers, addresses, few or many words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tallystick.records.connectors import _instants as instants
from tallystick.records.containers.loaded import Column, Loaded, whole_number

SAMPLE_ROWS = 1_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AaPp][Mm])?")
_DURATION = re.compile(r"P(?:\d+D)?T?[\dHMS.]+|(?:\d+\s*(?:d|h|m|min|s|sec)\w*\.?\s*)+")


@dataclass(frozen=True)
class Profile:
    """One column: how many rows fill it, and of a sample what share is what. `form` is set where it holds instants.

    `plain` says that no cell holds a word that stands for nothing, such as `N/A`, `tidy` that no blanks stand around
    any cell.
    """

    column: Column
    rows: int
    filled: int
    plain: bool = False
    tidy: bool = False
    words: tuple[str, ...] = ()
    distinct: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    form: instants.Form | None = None
    numbers: float = 0.0
    emails: float = 0.0
    clocks: float = 0.0
    durations: float = 0.0
    length: float = 0.0

    @property
    def cell(self) -> str:
        """SQL for a cell as text without blanks around it."""
        return _cell(self.column, tidy=self.tidy)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def few_words(self) -> bool:
        """Whether the column repeats a small set of words, as a status does."""
        return 0 < len(self.counts) <= 60 and self.numbers < 0.9 and self.length < 40

    @property
    def empty(self) -> bool:
        """Whether no row fills it."""
        return self.filled == 0


def profile(loaded: Loaded) -> list[Profile]:
    """A profile of every column. Fillings are counted in all rows, the rest in up to 2,000 rows spread evenly."""
    known: list[Profile] | None = loaded.remembered.get("profiles")
    if known is None:
        known = loaded.remembered["profiles"] = _profiles(loaded) if loaded.columns else []
    return known


def _profiles(loaded: Loaded) -> list[Profile]:
    rows = loaded.rows
    tidy = _tidy(loaded)
    counted = ", ".join(
        f"count(*) FILTER ({instants.is_given_sql(column.slot, column.type, tidy=clean)}), "
        + (f"count(nullif({_cell(column, tidy=clean)}, ''))" if column.type == "VARCHAR" else f"count({column.slot})")
        for column, clean in zip(loaded.columns, tidy, strict=True)
    )
    filled = (
        loaded.connection.execute(f"SELECT {counted} FROM {loaded.table}").fetchall()[0]  # noqa: S608
        if rows
        else [0] * 2 * len(loaded.columns)
    )
    step = max(rows // SAMPLE_ROWS, 1)
    sample = loaded.connection.execute(
        f"SELECT {', '.join(f'CAST({c.slot} AS VARCHAR)' for c in loaded.columns)} FROM {loaded.table} "  # noqa: S608
        f"WHERE rowid % {step} = 0 ORDER BY rowid LIMIT {SAMPLE_ROWS * 2}"
    ).fetchall()
    return [
        replace(
            _one(loaded, column, int(filled[2 * at]), [str(row[at]) for row in sample if row[at] is not None]),
            plain=filled[2 * at] == filled[2 * at + 1],
            tidy=tidy[at],
        )
        for at, column in enumerate(loaded.columns)
    ]


def _tidy(loaded: Loaded) -> list[bool]:
    """Of which columns no cell has blanks around it."""
    counted = ", ".join(
        f"count(*) FILTER ({instants.untidy_sql(column.slot)})" if column.type == "VARCHAR" else "1"
        for column in loaded.columns
    )
    row = loaded.connection.execute(f"SELECT {counted} FROM {loaded.table}").fetchall()[0]  # noqa: S608
    return [count == 0 for count in row]


def _cell(column: Column, *, tidy: bool) -> str:
    """SQL for a cell as text without blanks around it."""
    text = column.slot if column.type == "VARCHAR" else f"CAST({column.slot} AS VARCHAR)"
    return text if tidy else f"trim({text})"


def _one(loaded: Loaded, column: Column, filled: int, cells: list[str]) -> Profile:
    given = [text for text in (cell.strip() for cell in cells) if not instants.is_nothing(text)]
    found = Profile(column, loaded.rows, filled)
    if column.type.startswith(("TIMESTAMP", "DATE")):
        form = instants.Form("typed", timed=column.type != "DATE", aware="TIME ZONE" in column.type)
        return replace(found, form=form, words=tuple(given), distinct=1.0, length=19)
    if not given:
        if not filled:
            return found
        # A column that is filled in few rows escaped the even sample: take its first cells.
        rare = loaded.connection.execute(
            f"SELECT CAST({column.slot} AS VARCHAR) FROM {loaded.table} "  # noqa: S608
            f"WHERE {instants.is_given_sql(column.slot, column.type)} LIMIT 500"
        ).fetchall()
        given = [str(cell).strip() for (cell,) in rare]
    total = len(given)
    counts = Counter(given)

    def share(pattern: re.Pattern[str]) -> float:
        return sum(count for text, count in counts.items() if pattern.fullmatch(text)) / total

    guessed = instants.guess_form(given)
    settled = None if guessed is None else settle_form(loaded, column, guessed, given)
    return replace(
        found,
        words=tuple(given),
        distinct=len(counts) / total,
        counts=dict(counts.most_common(200)),
        form=settled,
        numbers=share(_NUMBER),
        emails=share(_EMAIL),
        clocks=share(_CLOCK),
        durations=share(_DURATION),
        length=sum(map(len, given)) / total,
    )


def settle_form(loaded: Loaded, column: Column, form: instants.Form, cells: list[str]) -> instants.Form:
    """The form with its patterns; day or month first is decided over all rows (`parts` stays where nothing decides)."""
    if form.name == "parts":
        row = loaded.connection.execute(
            f"SELECT {instants.parts_sql(column.slot)} FROM {loaded.table}"  # noqa: S608
        ).fetchall()[0]
        order = instants.decide_order((int(row[0]), int(row[1]), int(row[2])))
        if order is None:
            return form
        form = replace(form, name=order.removeprefix("mixed, mostly "), share=0.5 if "mixed" in order else form.share)
    return instants.with_patterns(loaded.connection, cells, form)


def count_distinct(loaded: Loaded, column: Column) -> int:
    """Distinct cells of a column over all rows."""
    return whole_number(loaded.connection, f"SELECT count(DISTINCT {column.slot}) FROM {loaded.table}")  # noqa: S608

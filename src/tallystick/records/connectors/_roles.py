"""What the columns of a list are for: a role has names in several languages, a kind of content, and a test of it.

A connector of a plain list declares its roles with `word`, `few`, `instant`, `day`, `month`, `clock`, `length`,
`count`, `milli`, `amount` and `exact`; `_listed.ListConnector` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tallystick.records.connectors._lists import name_score, named_columns
from tallystick.records.connectors._months import month_share
from tallystick.records.connectors.any_table.profiles import Profile

# An empty column is what its very name says, so that a file in which nothing fills it is read as the others are.
EMPTY = 0.5
Meaning = Callable[[str], str | None]


class Content(StrEnum):
    """What the cells of a role hold."""

    WORD = "word"
    INSTANT = "instant"
    DAY = "day"
    CLOCK = "clock"
    LENGTH = "length"
    COUNT = "count"
    MILLI = "milli"
    AMOUNT = "amount"
    EXACT = "exact"


@dataclass(frozen=True)
class Role:
    """One role: the names of its column (the most telling first), its content, and how well cells fit, 0 to 1.

    `meaning` leads from a cell to a canonical word, for a role whose words have one.
    """

    names: tuple[str, ...]
    content: Content
    fits: Callable[[Profile], float]
    meaning: Meaning | None = None


def _named(names: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in names.split("|"))


def _dated(found: Profile) -> bool:
    return found.form is not None and found.form.name not in ("unix", "excel", "year-first")


def word(names: str, *, differs: bool = False, longest: int = 80) -> Role:
    """Any short text; `differs` asks that most cells differ, as ids do."""

    def fits(found: Profile) -> float:
        if _dated(found) or found.empty:
            return EMPTY if found.empty else 0.0
        if differs and (found.distinct < 0.5 or found.filled < 0.5 * found.rows):
            return 0.0
        return 1.0 if found.length <= longest else 0.2

    return Role(_named(names), Content.WORD, fits)


def few(names: str, meaning: Meaning | None = None, most: int = 60) -> Role:
    """A small set of words; with a `meaning`, the better the more of them are known."""

    def fits(found: Profile) -> float:
        if found.empty:
            return EMPTY
        if _dated(found) or len(found.counts) > most or found.length > 60:
            return 0.0
        if meaning is None:
            return 1.0 if found.numbers < 0.9 else 0.6
        return 0.5 + 0.5 * known_share(found, meaning)

    return Role(_named(names), Content.WORD, fits, meaning)


def known_share(found: Profile, meaning: Meaning) -> float:
    """The share of a column's cells that mean something."""
    total = sum(found.counts.values())
    return sum(n for cell, n in found.counts.items() if meaning(cell) is not None) / total if total else 0.0


def instant(names: str) -> Role:
    """An instant, or a date."""
    return Role(_named(names), Content.INSTANT, _instant_fits)


def day(names: str) -> Role:
    """A date that is the same day wherever one is."""
    return Role(_named(names), Content.DAY, _instant_fits)


def month(names: str) -> Role:
    """A date, or a month (`2026-02`), which stands for all of its days."""

    def fits(found: Profile) -> float:
        return max(_instant_fits(found), 0.0 if found.empty else month_share(found.counts))

    return Role(_named(names), Content.DAY, fits)


def _instant_fits(found: Profile) -> float:
    return found.form.share if found.form is not None else (EMPTY if found.empty else 0.0)


def clock(names: str) -> Role:
    """An instant, or a time of the day that belongs to a date in a column of its own (`09:00`, `09:00-09:30`)."""

    def fits(found: Profile) -> float:
        if found.form is not None or found.empty:
            return found.form.share if found.form is not None else EMPTY
        starts = sum(n for cell, n in found.counts.items() if ":" in cell[:3])
        return 1.0 if found.clocks > 0.9 or starts > 0.9 * sum(found.counts.values()) > 0 else 0.0

    return Role(_named(names), Content.CLOCK, fits)


def length(names: str) -> Role:
    """A length of time: a number with a unit in its column's name, `0:03:20`, `3 min`."""

    def fits(found: Profile) -> float:
        if found.empty:
            return EMPTY
        spoken = max(found.numbers, found.clocks, found.durations)
        return 1.0 if spoken > 0.9 and found.form is None else 0.0

    return Role(_named(names), Content.LENGTH, fits)


def count(names: str) -> Role:
    """A whole number."""
    return Role(_named(names), Content.COUNT, _number_fits)


def milli(names: str) -> Role:
    """A number that is kept in thousandths."""
    return Role(_named(names), Content.MILLI, _number_fits)


def amount(names: str) -> Role:
    """An amount of money, with or without its currency."""

    def fits(found: Profile) -> float:
        if found.empty:
            return EMPTY
        money = sum(n for cell, n in found.counts.items() if any(char.isdigit() for char in cell) and len(cell) < 24)
        return 1.0 if money > 0.9 * sum(found.counts.values()) and not _dated(found) else 0.0

    return Role(_named(names), Content.AMOUNT, fits)


def exact(names: str) -> Role:
    """A number of which every digit counts (a price, a quantity), with or without its currency."""
    return Role(_named(names), Content.EXACT, amount("").fits)


def _number_fits(found: Profile) -> float:
    if found.empty:
        return EMPTY
    odd = sum(n for cell, n in found.counts.items() if cell.count(",") and not cell.replace(",", "").isdigit())
    numbers = found.numbers if found.numbers > 0.9 else found.numbers + odd / max(1, sum(found.counts.values()))
    return 1.0 if numbers > 0.9 and (found.form is None or found.form.name in ("excel", "unix")) else 0.0


def columns_of(profiles: Sequence[Profile], roles: Mapping[str, Role]) -> dict[str, Profile]:
    """Role -> column: the best pairs of name and content first, each column once."""
    return named_columns(
        profiles,
        {name: role.names for name, role in roles.items()},
        lambda role, found: roles[role].fits(found) if found.rows else 1.0,
    )


def told_by_name(found: Mapping[str, Profile], roles: Mapping[str, Role], own: Sequence[str]) -> int:
    """How many of some roles have a column of that very name."""
    return sum(1 for name in own if name in found and name_score(found[name].name, roles[name].names) > 0.8)

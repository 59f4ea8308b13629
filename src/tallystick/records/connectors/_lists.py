"""What the connectors of plain lists (surveys, agents) share: columns by name and content, dates, rows not read.

A list has one row per thing and a phrase book of its own. Column and role are paired as for any table: how well the
name fits times how well the cells fit, the best pairs first, each column once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from tallystick.records.connector import Mapping, Reject
from tallystick.records.connectors._instants import is_nothing
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import TableReader
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.containers import Container, Loaded, damaged, finding, opened
from tallystick.records.containers.container import HINTS
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

Roles = AbstractMapping[str, tuple[str, ...]]
Fit = Callable[[str, Profile], float]

# Under this, a name says too little: as for any table.
THRESHOLD = 0.42
_MIXED = 0.5
_UNITS = frozenset({"s", "sec", "secs", "seconds", "ms", "min", "mins", "minutes", "h", "hours"})


def phrases(**roles: str) -> dict[str, tuple[str, ...]]:
    """A phrase book: role -> phrases, written with bars between them, the most telling first."""
    return {role: tuple(phrase.strip() for phrase in text.split("|")) for role, text in roles.items()}


def name_score(name: str, listed: Sequence[str]) -> float:
    """How well a column's name fits the phrases of a role, 0 to 1: 1 the very phrase, less for one inside the name."""
    return _name_score(name, tuple(listed))


# Every connector asks this of every column of every file, and the files of a year name theirs alike.
@lru_cache(maxsize=16_384)
def _name_score(name: str, listed: tuple[str, ...]) -> float:
    tokens = plain_name(name).split()
    if len(tokens) > 1 and tokens[-1] in _UNITS:
        # `talk_s` is the talk; its unit is read elsewhere.
        return max(_score(tokens, listed), _score(tokens[:-1], listed))
    return _score(tokens, listed)


def _score(tokens: list[str], listed: tuple[str, ...]) -> float:
    joined = "".join(tokens)
    best = 0.0
    for rank, (phrase, words) in enumerate(_pieces(listed)):
        early = 0.002 * min(rank, 10)
        if joined == phrase:
            return 1.0 - early
        if len(words) < len(tokens) and _inside(words, tokens):
            share = len(words) / len(tokens)
            best = max(best, (0.35 + 0.4 * share if len(words) > 1 else 0.2 + 0.4 * share) - early)
    return best


def _inside(words: list[str], tokens: list[str]) -> bool:
    if len(words) == 1:
        return words[0] in tokens
    return any(tokens[at : at + len(words)] == words for at in range(len(tokens) - len(words) + 1))


@lru_cache(maxsize=2_048)
def _pieces(listed: tuple[str, ...]) -> tuple[tuple[str, list[str]], ...]:
    """Each phrase without its blanks, and its words."""
    return tuple((phrase.replace(" ", ""), phrase.split()) for phrase in listed)


def named_columns(profiles: Sequence[Profile], roles: Roles, fit: Fit) -> dict[str, Profile]:
    """Role -> column: the best pairs of name and content first, each column once."""
    pairs = [
        (name_score(found.name, listed) * fit(role, found), -at, role)
        for at, found in enumerate(profiles)
        for role, listed in roles.items()
    ]
    taken: dict[str, Profile] = {}
    used: set[int] = set()
    for score, minus_at, role in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[2])):
        if score < THRESHOLD:
            break
        if role not in taken and -minus_at not in used:
            taken[role] = profiles[-minus_at]
            used.add(-minus_at)
    return taken


def looked_at(path: Path) -> list[Profile]:
    """The columns of a file for recognising it; none where it is no table of one file."""
    if not path.is_file():
        return []
    try:
        return profile(opened(path, {}).rows())
    except DamagedContainer:
        return []


def container_of(
    path: Path,
    saved: Mapping | None,
    hints: AbstractMapping[str, str],
    load: Callable[[Container], Loaded] = Container.rows,
) -> Container:
    """The file, opened as the saved mapping or the caller says; refused where none of its rows can be read."""
    settings = saved.settings if saved is not None else {}
    container = opened(path, {name: str(settings.get(name) or hints.get(name) or "") for name in HINTS})
    loaded = load(container)
    if loaded.bad and not loaded.rows:
        first = loaded.bad[0]
        raise damaged(
            "TS-I002", path.name, f"none of its {len(loaded.bad)} rows can be read; the first: {first.reason}"
        )
    return container


def told_of(container: Container) -> dict[str, str]:
    """What was said about opening the file, as settings that open it in the same way again."""
    return {name: container.hints[name] for name in HINTS if container.hints.get(name)}


def followed(found: dict[str, Profile], profiles: Sequence[Profile], saved: Mapping | None, file: str) -> None:
    """Lay the columns of a saved mapping over the guess; `''` takes a guess away, a column not there refuses."""
    by_name = {one.name.casefold(): one for one in profiles}
    for role, name in (saved.columns if saved is not None else {}).items():
        if not name:
            found.pop(role, None)
            continue
        column = by_name.get(str(name).casefold())
        if column is None:
            listed = ", ".join(repr(one.name) for one in profiles[:30])
            raise damaged("TS-I023", file, f"the mapping names the column {name!r} ({role}); there are {listed}.")
        for other in [other for other, taken in found.items() if taken is column]:
            del found[other]
        found[role] = column


def distinct_words(loaded: Loaded, found: Profile, limit: int = 2_000) -> list[str]:
    """The different cells of a column over all rows, the most frequent first; those that say nothing left out."""
    if found.empty:
        return []
    rows = loaded.connection.execute(
        f"SELECT trim(CAST({found.column.slot} AS VARCHAR)) AS w FROM {loaded.table} "  # noqa: S608
        f"GROUP BY w ORDER BY count(*) DESC, w LIMIT {limit}"
    ).fetchall()
    return [str(word) for (word,) in rows if word is not None and not is_nothing(str(word))]


def dates_of(
    found: AbstractMapping[str, Profile], roles: Sequence[str], hints: AbstractMapping[str, str], doubts: list[str]
) -> dict[str, str]:
    """Column -> form of its dates; where day and month cannot be told apart and nothing was said, a doubt."""
    told = str(hints.get("dates") or "")
    forms: dict[str, str] = {}
    for role in roles:
        form = found[role].form if role in found else None
        if form is None:
            continue
        name = form.name
        if told and (name in ("parts", "day-first", "month-first") or "%" in told):
            name = told
        elif name == "parts":
            name = "day-first"
            doubts.append(
                f"{found[role].name!r}: day and month cannot be told apart by their numbers; taken as day-first. "
                "Say the form under `settings: dates`."
            )
        forms[found[role].name] = name
    return forms


def zone_of(
    found: AbstractMapping[str, Profile],
    roles: Sequence[str],
    saved: Mapping | None,
    hints: AbstractMapping[str, str],
    doubts: list[str],
) -> str:
    """The zone of local times: saved, else told; UTC with a doubt where there are local times and neither."""
    zone = (saved.zone if saved is not None else "") or str(hints.get("zone") or "")
    local = [found[role].name for role in roles if role in found and _is_local(found[role])]
    if local and not zone:
        doubts.append("The dates name no zone and none was given; taken as UTC. Say one under `zone`.")
        return "UTC"
    return zone


def _is_local(found: Profile) -> bool:
    return found.form is not None and not found.form.aware


def kept_of(saved: Mapping, proposed: Mapping) -> Mapping:
    """What was saved wins, what it does not know is added; whoever wrote it, it is read by the proposing connector."""
    return replace(
        saved,
        connector=proposed.connector,
        shape=proposed.shape,
        zone=saved.zone or proposed.zone,
        columns={**proposed.columns, **saved.columns},
        kinds={**proposed.kinds, **saved.kinds},
        channels={**proposed.channels, **saved.channels},
        languages={**proposed.languages, **saved.languages},
        settings={**proposed.settings, **saved.settings, **_by_column(proposed, saved)},
        notes=proposed.notes,
        doubts=proposed.doubts,
    )


def _by_column(proposed: Mapping, saved: Mapping) -> dict[str, dict[str, str]]:
    """Forms of dates and units column by column: those saved, and those of columns that had none."""
    found = {
        name: {**dict(proposed.settings.get(name) or {}), **dict(saved.settings.get(name) or {})}
        for name in ("dates", "units")
    }
    return {name: said for name, said in found.items() if said}


def unread(container: Container) -> list[Reject]:
    """The rows of the file that are no rows."""
    return unread_of(container.rows(), container.name)


def unread_of(loaded: Loaded, file: str) -> list[Reject]:
    """The rows of a loaded table that are no rows."""
    return [
        Reject(bad.row, bad.column, bad.text, finding(bad.rule, bad.reason, Place(file=file, row=bad.row)))
        for bad in loaded.bad
    ]


def table_findings(reader: TableReader, profiles: Sequence[Profile], mapping: Mapping, twice: int) -> Iterator[Finding]:
    """What should be known about the columns of the whole file: empty, not used, local or unclear dates."""
    by_name = {found.name: found for found in profiles}
    file = reader.file
    for name in mapping.columns.values():
        if name in by_name and by_name[name].empty and by_name[name].rows:
            sentence = f"{name!r} is empty in all {by_name[name].rows:,} rows."
            yield finding("TS-I207", sentence, Place(file=file, column=name), count=by_name[name].rows)
    unused = [found.name for found in profiles if found.name not in mapping.columns.values()]
    if unused:
        listed = f"{', '.join(unused[:8])}{' ...' if len(unused) > 8 else ''}"
        sentence = f"{len(unused)} column(s) are not used: {listed}."
        yield finding("TS-I216", sentence, Place(file=file), count=len(unused))
    local = [mapping.columns[role] for role, form in reader.forms.items() if not form.aware and form.timed]
    if local:
        zone = mapping.zone or "UTC"
        sentence = f"{', '.join(map(repr, local))} without a zone; read as wall time in {zone}."
        yield finding("TS-I206", sentence, Place(file=file, column=local[0]), value=zone)
    for role, form in reader.forms.items():
        name = mapping.columns[role]
        guessed = by_name[name].form
        place = Place(file=file, column=name)
        if guessed is not None and guessed.name == "parts":
            sentence = f"In {name!r} day and month cannot be told apart by their numbers; read as {form.name}."
            yield finding("TS-I205", sentence, place, value=form.name)
        elif guessed is not None and guessed.share == _MIXED:
            sentence = f"{name!r} holds dates with the day first and dates with the month first; read as {form.name}."
            yield finding("TS-I215", sentence, place, value=form.name)
    if twice:
        sentence = f"{twice} local time(s) exist twice in {mapping.zone}; the earlier instant was taken."
        yield finding("TS-I210", sentence, Place(file=file), count=twice)

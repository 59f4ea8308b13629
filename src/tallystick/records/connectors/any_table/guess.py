"""Which column is what: by its name and by its content, with the reason in words, so that a user can correct it.

A column's score for a role is how well its name fits times how well its cells fit; the best pairs are taken first and
each column serves once. What nothing decides becomes a doubt, never a silent choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from tallystick.records.connector import Mapping
from tallystick.records.connectors import _instants as instants
from tallystick.records.connectors.any_table import words
from tallystick.records.connectors.any_table.profiles import Profile, count_distinct, settle_form
from tallystick.records.containers import Loaded, damaged

CASES, EVENTS, CALLS = "one row per case", "event log", "call list"

INSTANT_ROLES = ("created", "first_reply", "resolved", "closed", "due", "updated")
_DETAILS = ("status", "priority", "queue", "agent", "partner", "channel", "language", "reason", "requester")
SHAPE_ROLES: dict[str, tuple[str, ...]] = {
    CASES: ("case", *INSTANT_ROLES, *_DETAILS, "score", "text"),
    EVENTS: ("case", "event_time", "event", "event_value", "event_id", "actor", *_DETAILS, "text", "translated", "due"),
    CALLS: (
        "case", "call_date", "call_started", "call_answered", "call_ended", "wait", "talk", "outcome", "queue", "agent",
        "partner", "language", "reason", "requester", "priority", "score",
    ),
}  # fmt: skip
_WAITS = ("first_reply", "resolved", "closed")
THRESHOLD = 0.42
_UNITS = {
    "seconds": ("sec", "secs", "second", "seconds", "s", "sekunden", "secondes", "segundos", "secondi", "secunde"),
    "minutes": ("min", "mins", "minute", "minutes", "m", "minuten", "minutos", "minuti"),
    "hours": ("h", "hr", "hrs", "hour", "hours", "stunden", "std", "heures", "horas", "ore", "uren"),
    "days": ("d", "day", "days", "tage", "jours", "dias", "giorni", "zile", "dagen", "dni"),
}
UNIT_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}


@dataclass
class Guess:
    """What was decided so far: role -> column, forms of dates, and what to tell the user."""

    loaded: Loaded
    profiles: list[Profile]
    roles: dict[str, Profile] = field(default_factory=dict)
    forms: dict[str, instants.Form] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def _waiting_time(found: Profile) -> bool:
    """Whether a column can be a length of time: numbers, clock readings or words such as `3h 20m`."""
    return max(found.numbers, found.clocks, found.durations) > 0.9 and found.form is None


def fit(role: str, found: Profile) -> float:  # noqa: C901, PLR0911, PLR0912 - one line per role reads best
    """How well a column's cells fit a role, 0 to 1."""
    if not found.rows:
        return 1.0  # of a table without rows only the names can tell
    if role in INSTANT_ROLES or role == "event_time":
        if found.form is not None:
            return found.form.share
        if role in _WAITS and _waiting_time(found):
            return 0.8
        return 0.6 if found.empty else 0.0
    if role == "call_date":
        return 1.0 if found.form is not None else 0.0
    if role in ("call_started", "call_answered", "call_ended"):
        return 1.0 if found.form is not None or found.clocks > 0.9 else 0.0
    if role in ("wait", "talk"):
        return 1.0 if _waiting_time(found) else 0.0
    if found.empty:
        return 0.3 if role in ("priority", "channel", "language", "agent", "queue", "reason", "score") else 0.0
    if found.form is not None and found.form.name not in ("unix", "excel", "year-first"):
        return 0.0
    if role == "case":
        if found.emails > 0.5 or found.length > 80 or found.filled < 0.5 * found.rows:
            return 0.0
        return 1.0 if found.distinct > 0.05 or found.rows < 20 else 0.5
    if role == "status":
        known = _known_share(found, words.status_category)
        return (0.7 + 0.3 * known) if len(found.counts) <= 60 and found.length < 40 and found.numbers < 0.5 else 0.0
    if role in ("priority", "actor"):
        return 1.0 if len(found.counts) <= (20 if role == "actor" else 40) and found.length < 40 else 0.0
    if role == "partner":
        return 1.0 if len(found.counts) <= 100 and found.length < 80 and found.numbers < 0.5 else 0.0
    if role == "channel":
        return (0.5 + 0.5 * _known_share(found, words.channel_of)) if len(found.counts) <= 60 else 0.0
    if role == "language":
        return _known_share(found, words.language_of) if len(found.counts) <= 100 else 0.0
    if role == "score":
        return 1.0 if (found.numbers > 0.9 and len(found.counts) <= 120) or _score_words(found) else 0.0
    if role == "translated":
        return _known_share(found, words.truth_of) if len(found.counts) <= 6 else 0.0
    if role == "text":
        return min(1.0, found.length / 30)
    if role in ("event", "outcome"):
        return 1.0 if len(found.counts) < 200 and found.length < 60 else 0.0
    if role in ("queue", "reason"):
        return 1.0 if found.length < 80 and found.emails < 0.5 and len(found.counts) < 200 else 0.2
    return 1.0 if found.length < 80 else 0.3


def _known_share(found: Profile, meaning: Any) -> float:
    total = sum(found.counts.values())
    return sum(count for word, count in found.counts.items() if meaning(word)) / total if total else 0.0


GOOD_WORDS = {"good": 1, "bad": 0, "satisfied": 1, "dissatisfied": 0, "gut": 1, "schlecht": 0, "happy": 1, "unhappy": 0}


def _score_words(found: Profile) -> bool:
    return bool(found.counts) and all(words.plain_name(word) in GOOD_WORDS for word in found.counts)


def _assign(guess: Guess, shape: str) -> dict[str, Profile]:
    """Role -> column: the best fitting pairs first, each column once."""
    pairs = [
        (words.name_score(found.name, role) * fit(role, found), -at, role)
        for at, found in enumerate(guess.profiles)
        for role in SHAPE_ROLES[shape]
    ]
    taken: dict[str, Profile] = {}
    used: set[int] = set()
    for score, minus_at, role in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[2])):
        if score < THRESHOLD:
            break
        # A person's column is taken only where its name says so: `daily caller` may be a running number.
        if role == "requester" and score < 0.6:
            continue
        if role not in taken and -minus_at not in used:
            taken[role] = guess.profiles[-minus_at]
            used.add(-minus_at)
    _by_content(guess, taken, shape)
    return taken


def _by_content(guess: Guess, taken: dict[str, Profile], shape: str) -> None:
    """Fill what no name told: a status by its words, a case id by being different in every row."""
    free = [found for found in guess.profiles if all(found is not other for other in taken.values())]
    for role, meaning in (("status", words.status_category), ("channel", words.channel_of)):
        if role in taken or role not in SHAPE_ROLES[shape]:
            continue
        for found in free:
            if found.few_words and found.form is None and _known_share(found, meaning) > 0.8:
                taken[role] = found
                guess.notes.append(f"{found.name!r} is taken as the {role} because of its words.")
                break
    if shape == CASES and not set(INSTANT_ROLES) & taken.keys():
        _instants_by_order(guess, taken, free)
    if "case" not in taken and shape != EVENTS:
        for found in free:
            if found.distinct == 1.0 and found.filled == found.rows > 1 and found.emails == 0 and found.form is None:
                taken["case"] = found
                guess.doubts.append(f"{found.name!r} is taken as the case's id because it differs in every row.")
                break


def _instants_by_order(guess: Guess, taken: dict[str, Profile], free: list[Profile]) -> None:
    """Where no name tells what any instant is: the first column of instants is the creation, the next the end."""
    dated = [found for found in free if found.form is not None and found.form.name not in ("unix", "excel")]
    for role, found in zip(("created", "resolved"), dated, strict=False):
        taken[role] = found
        guess.doubts.append(f"{found.name!r} is taken as {role} because of its place among the dates.")


def _shape_of(guess: Guess) -> str:
    calls = _assign(replace_guess(guess), CALLS)
    waits = [role for role in ("call_answered", "wait", "talk", "outcome") if role in calls]
    names = " ".join(words.plain_name(found.name) for found in guess.profiles)
    if (
        ("call_started" in calls or "call_date" in calls)
        and len(waits) >= 2
        and re.search(r"\b(call|wait|talk|queue|anruf|appel|llamada|wartezeit|abandon)", names)
    ):
        cases = _assign(replace_guess(guess), CASES)
        if not {"first_reply", "resolved"} & cases.keys():
            return CALLS
    events = _assign(replace_guess(guess), EVENTS)
    if "case" in events and "event_time" in events and ({"event", "status", "event_value"} & events.keys()):
        repeated = count_distinct(guess.loaded, events["case"].column) < 0.9 * max(events["case"].filled, 1)
        if repeated or ("event" in events and words.name_score(events["event"].name, "event") > 0.9):
            return EVENTS
    return CASES


def replace_guess(guess: Guess) -> Guess:
    """The same table with nothing decided, for trying a shape."""
    return Guess(guess.loaded, guess.profiles)


def _settle_dates(guess: Guess, hints: AbstractMapping[str, Any]) -> None:
    """Give every instant column its form; where day and month could be swapped, look for evidence or ask."""
    told = str(hints.get("dates") or "")
    open_roles = []
    for role, found in guess.roles.items():
        form = found.form
        if form is None:
            continue
        if (told and form.name in ("parts", "day-first", "month-first")) or (told and "%" in told):
            form = instants.with_patterns(guess.loaded.connection, found.words, replace(form, name=told, share=1.0))
        guess.forms[role] = form
        if form.name == "parts":
            open_roles.append(role)
    if not open_roles:
        return
    settled = {form.name for form in guess.forms.values()} & {"day-first", "month-first"}
    names = ", ".join(repr(guess.roles[role].name) for role in open_roles)
    if len(settled) == 1:
        order = settled.pop()
        guess.notes.append(f"{names}: {order}, as in the other columns with dates.")
    else:
        order, why, sure = _evidence(guess, open_roles)
        sentence = f"{names}: day and month cannot be told apart by their numbers; taken as {order} {why}."
        (guess.notes if sure else guess.doubts).append(sentence)
    for role in open_roles:
        found = guess.roles[role]
        form = replace(guess.forms[role], name=order)
        guess.forms[role] = instants.with_patterns(guess.loaded.connection, found.words, form)


def _evidence(guess: Guess, open_roles: list[str]) -> tuple[str, str, bool]:
    """(order, why, whether it is sure) from what dates do: they follow each other, and a file spans days, not years."""
    measured = {}
    for order in ("day-first", "month-first"):
        columns = {}
        for role in open_roles:
            found = guess.roles[role]
            form = instants.with_patterns(guess.loaded.connection, found.words, replace(guess.forms[role], name=order))
            columns[role] = instants.micros_sql(found.column.slot, found.column.type, form)[0]
        first = columns[open_roles[0]]
        spans = f"coalesce(max({first}) - min({first}), 0)"
        later = [columns[role] for role in ("first_reply", "resolved", "closed") if role in columns]
        start = columns.get("created", first)
        wrong = " + ".join(f"count(*) FILTER ({column} < {start})" for column in later) or "0"
        row = guess.loaded.connection.execute(
            f"SELECT {wrong}, {spans} FROM {guess.loaded.table}"  # noqa: S608
        ).fetchall()[0]
        measured[order] = (int(row[0]), int(row[1]))
    day, month = measured["day-first"], measured["month-first"]
    if day[0] != month[0]:
        order = "day-first" if day[0] < month[0] else "month-first"
        return (
            order,
            f"because then {min(day[0], month[0])} and not {max(day[0], month[0])} rows end before they begin",
            True,
        )
    if day[1] * 4 < month[1] or month[1] * 4 < day[1]:
        order = "day-first" if day[1] < month[1] else "month-first"
        return order, "because then the rows lie close together", True
    text = " ".join(guess.roles[open_roles[0]].words[:50])
    if re.search(r"\d\s*[AaPp][Mm]\b", text):
        return "month-first", "because of AM and PM", False
    return "day-first", "without evidence", False


def _settle_durations(guess: Guess, shape: str) -> None:
    roles = _WAITS if shape == CASES else ("wait", "talk")
    for role in roles:
        found = guess.roles.get(role)
        if found is None or found.form is not None or not _waiting_time(found):
            continue
        if found.clocks > 0.5 or found.durations > found.numbers:
            guess.units[role] = "clock" if found.clocks > 0.5 else "words"
            continue
        unit = unit_of(found.name)
        if not unit:
            middle = median(float(text.replace(",", ".")) for text in found.words)
            unit = "seconds" if shape == CALLS or middle > 1000 else "minutes"
            guess.doubts.append(f"{found.name!r} names no unit; taken as {unit}.")
        guess.units[role] = unit


def unit_of(name: str) -> str:
    """seconds, minutes, hours or days where a column's name says so, else nothing."""
    tokens = set(words.plain_name(name).split())
    return next((unit for unit, known in _UNITS.items() if tokens & set(known)), "")


def _status_meanings(guess: Guess) -> dict[str, str]:
    """Every status word of the file -> category: by its name, else by whether its rows have an end."""
    found = guess.roles.get("status")
    if found is None or found.empty:
        return {}
    ends = [guess.roles[role] for role in ("resolved", "closed") if role in guess.roles]
    ended = (
        " OR ".join(
            f"nullif({end.cell}, '') IS NOT NULL"
            if end.plain and end.column.type == "VARCHAR"
            else instants.is_given_sql(end.column.slot, end.column.type, tidy=end.tidy)
            for end in ends
        )
        or "false"
    )
    rows = guess.loaded.connection.execute(
        f"SELECT {found.cell} AS w, count(*), count(*) FILTER ({ended}) FROM {guess.loaded.table} "  # noqa: S608
        f"GROUP BY w ORDER BY count(*) DESC, w LIMIT 500"
    ).fetchall()
    meanings: dict[str, str] = {}
    for word, count, with_end in rows:
        if word is None or instants.is_nothing(str(word)):
            continue
        category = words.status_category(str(word))
        if category is None and ends and count >= 5 and with_end in (0, count):
            category = "solved" if with_end else "open"
            share = "all" if with_end else "none"
            guess.doubts.append(
                f"Status {word!r} is taken as {category} because {share} of its {count} rows have an end."
            )
        if category is None:
            guess.doubts.append(f"Status {word!r} ({count} rows) has no meaning yet; say one under `statuses`.")
        else:
            meanings[str(word)] = category
    return meanings


def _words_of(guess: Guess, role: str, limit: int = 500) -> list[str]:
    found = guess.roles.get(role)
    if found is None or found.empty:
        return []
    rows = guess.loaded.connection.execute(
        f"SELECT {found.cell} AS w FROM {guess.loaded.table} "  # noqa: S608
        f"GROUP BY w ORDER BY count(*) DESC, w LIMIT {limit}"
    ).fetchall()
    return [str(word) for (word,) in rows if word is not None and not instants.is_nothing(str(word))]


# Who wrote it is not in the word; where a column tells, the word is enough.
MESSAGES = frozenset({"message", "comment", "public message", "public comment", "email", "mail", "nachricht"})


def _event_meanings(guess: Guess) -> dict[str, str]:
    meanings: dict[str, str] = {}
    actor = guess.roles.get("actor")
    for word in _words_of(guess, "event"):
        event = words.event_of(word)
        if event is None and words.plain_name(word) in MESSAGES and actor is not None and not actor.empty:
            event = "message:public"
        if event is None:
            guess.doubts.append(f"Event {word!r} has no meaning yet; say one under `kinds`.")
        else:
            meanings[word] = event
    return meanings


def _own_words(guess: Guess, shape: str, kinds: dict[str, str]) -> dict[str, str]:
    """The status words that the connector itself writes, with their categories."""
    if shape == CALLS:
        return {"solved": "solved", "abandoned": "closed"}
    if shape == EVENTS:
        told = {event.removeprefix("status:") for event in kinds.values() if event.startswith("status:")} - {"*"}
        return {word: word for word in sorted(told)}
    return {word: word for role, word in (("resolved", "solved"), ("closed", "closed")) if role in guess.roles}


def _survey(guess: Guess) -> dict[str, Any]:
    found = guess.roles.get("score")
    if found is None or found.empty:
        return {}
    plain = words.plain_name(found.name)
    if _score_words(found):
        return {"kind": "csat", "min": 0, "max": 1}
    values = [float(text.replace(",", ".")) for text in found.words if re.fullmatch(r"-?\d+([.,]\d+)?", text)]
    low, high = min(values, default=1), max(values, default=5)
    if "nps" in plain.split():
        return {"kind": "nps", "min": 0, "max": 10}
    kind = "ces" if "ces" in plain.split() or "effort" in plain.split() else "csat"
    # A profile takes a nought for an empty cell; beside ones alone it is the other half of yes and no.
    bottom = 0 if low < 1 or (high <= 1 and not found.plain) else 1
    # Ones alone are the low end of a scale that a short file does not show, and no scale that ends at one.
    top = next((scale for scale in (1, 5, 7, 10, 100) if high <= scale and scale > bottom), 100)
    return {"kind": kind, "min": bottom, "max": top}


def guess_mapping(
    loaded: Loaded, profiles: list[Profile], hints: AbstractMapping[str, Any], saved: Mapping | None, file: str
) -> Mapping:
    """The mapping of a table: what `saved` says, guesses for the rest. Refuses a table without case or instants."""
    guess = Guess(loaded, profiles)
    shape = (saved.shape if saved and saved.shape else str(hints.get("shape") or "")) or _shape_of(guess)
    guess.roles = _assign(guess, shape)
    if saved is not None:
        _follow(guess, saved, file)
    _require(guess, shape, file)
    _settle_dates(guess, {**hints, **({"dates": saved.dates} if saved and saved.dates else {})})
    _settle_durations(guess, shape)
    statuses = _status_meanings(guess)
    kinds = _event_meanings(guess) if shape == EVENTS else {}
    statuses |= {word: category for word, category in _own_words(guess, shape, kinds).items() if word not in statuses}
    channels = {word: name for word in _words_of(guess, "channel") if (name := words.channel_of(word))}
    languages = {word: code for word in _words_of(guess, "language") if (code := words.language_of(word))}
    columns = {role: guess.roles[role].name for role in SHAPE_ROLES[shape] if role in guess.roles}
    settings: dict[str, Any] = {"dates": {guess.roles[role].name: form.name for role, form in guess.forms.items()}}
    if guess.units:
        settings["units"] = {guess.roles[role].name: unit for role, unit in guess.units.items()}
    if survey := _survey(guess):
        settings["survey"] = survey
    local = any(not form.aware for form in guess.forms.values())
    zone = (saved.zone if saved else "") or str(hints.get("zone") or "")
    if local and not zone:
        guess.doubts.append("The dates name no zone and none was given; taken as UTC. Say one under `zone`.")
        zone = "UTC"
    unused = [found.name for found in profiles if found.name not in columns.values()]
    if unused:
        guess.notes.append(f"Not used: {', '.join(unused[:12])}{' ...' if len(unused) > 12 else ''}.")
    proposed = Mapping(
        connector="any_table",
        feed=str(hints.get("feed") or ""),
        source=str(hints.get("source") or hints.get("feed") or ""),
        shape=shape,
        partner=str(hints.get("partner") or ""),
        zone=zone,
        dates=str(hints.get("dates") or ""),
        columns=columns,
        statuses=statuses,
        kinds=kinds,
        channels=channels,
        languages=languages,
        settings=settings,
        notes=tuple(guess.notes),
        doubts=tuple(guess.doubts),
    )
    return merged(proposed, saved) if saved else proposed


def merged(proposed: Mapping, saved: Mapping) -> Mapping:
    """What was saved wins; words and columns that it does not know are added from the proposal."""
    return replace(
        saved,
        columns={**proposed.columns, **saved.columns},
        statuses={**proposed.statuses, **saved.statuses},
        kinds={**proposed.kinds, **saved.kinds},
        channels={**proposed.channels, **saved.channels},
        languages={**proposed.languages, **saved.languages},
        settings={**proposed.settings, **saved.settings},
        shape=saved.shape or proposed.shape,
        zone=saved.zone or proposed.zone,
        notes=proposed.notes,
        doubts=proposed.doubts,
    )


def _follow(guess: Guess, saved: Mapping, file: str) -> None:
    """Take the columns that a saved mapping names; a column that is not there refuses, `''` takes a guess away."""
    by_name = {found.name.casefold(): found for found in guess.profiles}
    for role, name in saved.columns.items():
        if not name:
            guess.roles.pop(role, None)
            continue
        found = by_name.get(str(name).casefold())
        if found is None:
            listed = ", ".join(repr(other.name) for other in guess.profiles[:30])
            raise damaged("TS-I023", file, f"the mapping names the column {name!r} ({role}); there are {listed}.")
        for other in [other for other, taken in guess.roles.items() if taken is found]:
            del guess.roles[other]
        guess.roles[role] = found


def _require(guess: Guess, shape: str, file: str) -> None:
    needed = {CASES: INSTANT_ROLES, EVENTS: ("event_time",), CALLS: ("call_started", "call_date")}[shape]
    listed = ", ".join(repr(found.name) for found in guess.profiles[:12])
    if "case" not in guess.roles:
        raise damaged("TS-I022", file, f"no column is the id of a case; there are {listed}.")
    if not any(role in guess.roles for role in needed):
        raise damaged("TS-I022", file, f"no column holds an instant of a case; there are {listed}.")


def forms_of(mapping: Mapping, profiles: list[Profile], loaded: Loaded) -> dict[str, instants.Form]:
    """Role -> form of its dates as a mapping says, completed from the file (a file's own types win)."""
    said: AbstractMapping[str, str] = mapping.settings.get("dates", {})
    by_name = {found.name: found for found in profiles}
    forms: dict[str, instants.Form] = {}
    for role, name in mapping.columns.items():
        found = by_name.get(name)
        if found is None:
            continue
        form = found.form
        wanted = said.get(name, "")
        if form is None and wanted and wanted != "typed":
            form = instants.Form(wanted)
        if form is None:
            continue
        if form.name != "typed" and wanted not in ("", "typed", form.name):
            form = replace(form, name=wanted, patterns=())
        if form.name == "parts":
            form = settle_form(loaded, found.column, form, list(found.words))
            form = replace(form, name="day-first") if form.name == "parts" else form
        if form.name != "typed" and not form.patterns:
            form = instants.with_patterns(loaded.connection, found.words, form)
        forms[role] = form
    return forms

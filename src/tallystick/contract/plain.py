"""A contract in plain language: exact sentences that a lawyer can hold against the signed document.

Every figure stands in the text as it is written there; nothing is rounded and nothing is left out. The result is
Markdown-like text, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tallystick.contract.card import NUMBER, Cards, GivenCards, cards_by_id
from tallystick.contract.charge import charge_kind
from tallystick.contract.clause import Clause
from tallystick.contract.counted import credit_words
from tallystick.contract.model import Contract
from tallystick.contract.names import country_name, language_name
from tallystick.contract.opening_hours import Calendar, Holidays
from tallystick.contract.plain_rates import rate_card
from tallystick.contract.quantity import duration_words, level_text, parse_level, parse_number
from tallystick.contract.section import Amendment, Change, Counts, Example, Programme, ReliefEvent, Source
from tallystick.vocabulary.hours_text import DAY_NAMES
from tallystick.vocabulary.money import Money

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = dict(
    zip(DAY_NAMES, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)
_STATE_WORDS = {
    "reporting-only": "is reported only, without any consequence",
    "baselining": "is measured to find its baseline, without any consequence",
    "in-effect": "is in effect",
    "suspended": "is suspended",
    "retired": "no longer holds",
}
_RELIEF_WORDS = {
    "agreed": "Both sides agreed that what happened in that time does not count against the partner.",
    "requested": "The partner requested it; until it is agreed, it changes nothing.",
    "refused": "The client refused it, so it changes nothing.",
}


def plain(contract: Contract, on: date | None = None, known_on: date | None = None, cards: GivenCards = ()) -> str:
    """The contract as it holds on a day (None: as signed), by what was known on `known_on`; amendments are listed.

    `cards` of the measures tell whether a level is a floor or a ceiling; without them the text itself must show it.
    """
    grouped = cards_by_id(cards)
    text = contract if on is None else contract.in_force(on, known_on)
    lines = [f"# {text.title}", ""]
    lines += _parties(text, on)
    lines += _programmes(text)
    lines += _hours(text)
    lines += _definitions(text)
    lines += _fees(text)
    lines += ["## What is promised", ""]
    for clause in text.clauses:
        lines += _clause(text, clause, grouped)
    lines += rate_card(text, grouped)
    lines += _relief(text)
    lines += _amendments(text, on)
    lines += _examples(text)
    return "\n".join(lines).rstrip() + "\n"


def day_words(day: date) -> str:
    """A day as letters write it: 1 July 2025."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _listed(words: Iterable[str], last: str = "and") -> str:
    parts = list(words)
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _parties(contract: Contract, on: date | None) -> list[str]:
    partners = _listed(f"**{party.name}** ({party.id})" for party in contract.parties)
    several = len(contract.parties) > 1
    client = f"**{contract.client.name}** ({contract.client.id}), the client"
    lines = [f"Contract `{contract.contract}` between {client}, and {partners}, the partner{'s' if several else ''}."]
    if several:
        lines.append("The same text holds for each of the partners, and each is judged by itself.")
    lines.append(
        f"It runs from {day_words(contract.term.from_on)} to {day_words(contract.term.to_on)}, both days included."
        + (f" It was signed on {day_words(contract.signed)}." if contract.signed else "")
    )
    lines += _ending(contract)
    lines.append(f"Days, months and hours are those of {contract.zone}. Money is in {contract.currency}.")
    if contract.document is not None:
        digest = contract.document.sha256
        pinned = f", whose SHA-256 is `{digest}`" if digest else ""
        signed = f", signed on {day_words(contract.document.signed)}" if contract.document.signed else ""
        lines.append(
            f"The signed document is `{contract.document.file}`{pinned}{signed}. It prevails over this rendering."
        )
    if on is not None:
        state = f"with {_listed(contract.applied)} applied" if contract.applied else "as signed"
        lines.append(f"This is the text in force on {day_words(on)}, {state}.")
    return [*_paragraph(lines), ""]


def _ending(contract: Contract) -> list[str]:
    """How the term ends or goes on, and until when adjustments can be claimed."""
    term, lines = contract.term, []
    if term.notice is not None and term.notice_by is not None:
        lines.append(
            f"Either side ends it by notice given at least {term.notice} before its end, that is by "
            f"{day_words(term.notice_by)}."
        )
    if term.notice_given is not None:
        lines.append(f"Notice was given on {day_words(term.notice_given)}.")
    if term.renewal is not None:
        times = term.renewal.times
        often = "" if times is None else f", at most {times} time{'s' if times != 1 else ''}"
        lines.append(
            f"Without notice it prolongs itself by {term.renewal.by}{often}; first on {day_words(term.end_on)}."
        )
    if contract.claims is not None:
        lines.append(
            f"A price adjustment is claimed within {contract.claims.within} after the last day of its period; "
            "later it lapses."
        )
    return lines


def _paragraph(lines: list[str]) -> list[str]:
    """Sentences, one to a line: a change of one sentence shows as a change of one line."""
    return lines


def _programmes(contract: Contract) -> list[str]:
    if not contract.programmes and not contract.sites:
        return []
    lines = ["## Programmes and sites", ""]
    lines += [f"- {_programme(contract, name, part)}" for name, part in contract.programmes.items()]
    if len(contract.programmes) > 1:
        lines.append("- A case belongs to the first of these programmes that fits it.")
    for name, site in contract.sites.items():
        where = ", ".join(
            part for part in (country_name(site.country or ""), f"time zone {site.zone}" if site.zone else "") if part
        )
        lines.append(f"- Site `{name}` is {site.name}{f' ({where})' if where else ''}.")
    return [*lines, ""]


def _programme(contract: Contract, name: str, part: Programme) -> str:
    holds = [
        f"{what} {_listed(values, 'or')}"
        for what, values in (
            ("language", tuple(map(language_name, part.languages))),
            ("channel", part.channels),
            ("queue", part.queues),
        )
        if values
    ]
    title = f"**{part.title}** (`{name}`)" if part.title else f"**{name}**"
    words = f"{title} holds the cases with {_listed(holds)}" if holds else f"{title} holds all cases"
    if part.site:
        site = contract.sites.get(part.site)
        words += f", worked at {site.name if site else part.site}"
    hours = contract.calendar_of(name)
    return f"{words}{f', in the opening hours “{hours}”' if hours else ''}."


def _hours(contract: Contract) -> list[str]:
    if not contract.calendars:
        return []
    lines = ["## Opening hours", ""]
    for name, calendar in contract.calendars.items():
        zone = calendar.zone or contract.zone
        lines.append(f"**{name}**{f', {calendar.title}' if calendar.title else ''} (clock of {zone}):")
        lines.append("")
        lines += [f"- {sentence}" for sentence in _calendar(calendar)]
        lines.append("")
    default = contract.default_calendar
    if default and len(contract.calendars) > 1:
        lines += [f"Cases outside every programme run in the opening hours “{default}”.", ""]
    return lines


def _calendar(calendar: Calendar) -> list[str]:
    sentences = []
    if calendar.week is not None:
        sentences.append(f"{_week(calendar.week)}.")
    sentences += _exceptions(calendar.holidays, calendar.overrides, calendar.breaks)
    for version in calendar.versions:
        start = f"From {day_words(version.from_on)} on: "
        week = f"{_week(version.week)}." if version.week is not None else "the hours stay the same."
        sentences.append(start + week)
        sentences += _exceptions(version.holidays, version.overrides, version.breaks)
    return sentences


def _week(week: dict[str, tuple[str, ...]]) -> str:
    rows = {day: tuple(hours) for name, hours in week.items() for day in (DAY_NAMES if name == "daily" else (name,))}
    if all(rows.get(day) == ("00:00-24:00",) for day in DAY_NAMES):
        return "Open day and night, every day"
    groups: list[tuple[list[str], tuple[str, ...]]] = []
    for day in DAY_NAMES:
        hours = rows.get(day, ())
        if groups and groups[-1][1] == hours:
            groups[-1][0].append(day)
        else:
            groups.append(([day], hours))
    return "; ".join(f"{_days(days)} {_spans(hours)}" for days, hours in groups)


def _days(days: list[str]) -> str:
    return _DAYS[days[0]] if len(days) == 1 else f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"


def _spans(hours: tuple[str, ...]) -> str:
    return _listed(_span(span) for span in hours) if hours else "closed"


def _span(span: str) -> str:
    start, _, stop = span.partition("-")
    return f"{start} to {stop}{' of the next day' if stop <= start else ''}"


def _exceptions(
    holidays: Holidays | None, overrides: dict[date, tuple[str, ...]], breaks: dict[date, tuple[str, ...]]
) -> list[str]:
    sentences = []
    if holidays is not None:
        if holidays.country:
            region = f", region {holidays.subdivision}" if holidays.subdivision else ""
            sentences.append(f"Closed on public holidays ({country_name(holidays.country)}{region}).")
        if holidays.own:
            sentences.append(f"Also closed on {_listed(day_words(day) for day in holidays.own)}.")
        if holidays.yearly:
            days = [f"{int(text[3:])} {_MONTHS[int(text[:2]) - 1]}" for text in holidays.yearly]
            sentences.append(f"Also closed every year on {_listed(days)}.")
        if holidays.except_days:
            sentences.append(f"Open as usual on the holiday of {_listed(day_words(d) for d in holidays.except_days)}.")
    for day, hours in overrides.items():
        sentences.append(f"On {day_words(day)}: {_spans(hours)}.")
    sentences += [f"Closed on {day_words(day)} from {_spans(hours)}." for day, hours in breaks.items()]
    return sentences


def _definitions(contract: Contract) -> list[str]:
    defined = contract.definitions
    statuses = _listed((f"“{status}”" for status in defined.pausing_statuses), "or") if defined.pausing_statuses else ""
    lines = ["## What words mean", ""]
    lines.append(
        f"- A clock pauses only while the case is in the status {statuses}, and only while no customer message waits."
        if statuses
        else "- No status pauses a clock."
    )
    lines.append(
        f"- A customer who writes again within {duration_words(defined.reopen_window)} of the solution reopens the "
        "case; later it is a new issue."
    )
    lines.append(
        f"- A further contact on the same issue within {duration_words(defined.repeat_window)} is a repeat contact."
    )
    if "forecast_lock" in defined.model_fields_set:
        lines.append(
            f"- A forecast is in force for an interval when it was handed over {duration_words(defined.forecast_lock)} "
            "before it; of several the newest counts."
        )
    lines += [f"- “{word}”: {meaning.rstrip('.')}." for word, meaning in defined.terms.items()]
    return [*lines, ""]


def _fees(contract: Contract) -> list[str]:
    if not contract.fees:
        return []
    lines = ["## Fees", ""]
    for name in contract.fees:
        words = contract.fee_words(name)
        lines.append(f"- {words[0].upper()}{words[1:]}.")
    return [*lines, ""]


def _clause(contract: Contract, clause: Clause, cards: Cards) -> list[str]:
    lines = [f"### {clause.heading}", "", *clause.plain(contract, cards)]
    lines += _lifecycle(clause)
    if clause.note:
        lines.append(f"Note: {clause.note}")
    if clause.source is not None:
        lines.append(_pointer(clause.source))
    return [*lines, ""]


def _lifecycle(clause: Clause) -> list[str]:
    sentences = []
    for part in sorted(clause.state, key=lambda part: part.from_on):
        until = f" to {day_words(part.to_on)}" if part.to_on else " on"
        sentences.append(f"From {day_words(part.from_on)}{until} the clause {_STATE_WORDS[part.as_state]}.")
    return sentences or ["The clause is in effect for the whole term."]


def _pointer(source: Source) -> str:
    parts = [
        f"clause {source.clause}" if source.clause else "",
        f"page {source.page}" if source.page is not None else "",
        f"in {source.document}" if source.document else "",
        f"“{source.span}”" if source.span else "",
    ]
    return f"In the signed document: {', '.join(part for part in parts if part)}."


def _relief(contract: Contract) -> list[str]:
    if not contract.relief:
        return []
    lines = ["## Relief", ""]
    lines += [f"- {_relief_words(contract, relief)}" for relief in contract.relief]
    return [*lines, ""]


def _relief_words(contract: Contract, relief: ReliefEvent) -> str:
    named = f"clause{'s' if len(relief.clauses) > 1 else ''} {_listed(relief.clauses)}" if relief.clauses else ""
    which = named or "all clauses"
    start, end = (
        f"{moment.text[11:16]} on {day_words(moment.day)}" if not moment.whole_day else day_words(moment.day)
        for moment in (relief.from_at, relief.to_at)
    )
    whole = " (that day included)" if relief.to_at.whole_day else ""
    partners = f", for {_listed(relief.partners)}" if relief.partners else ""
    evidence = f" Evidence: {relief.evidence}." if relief.evidence else " No evidence is named."
    known = f" It was made known on {day_words(relief.known)}." if relief.known else ""
    return (
        f"**{relief.id}**, {relief.reason.replace('-', ' ')}, for {which}{partners}: from {start} to {end}{whole}, "
        f"time of {contract.zone}. {_RELIEF_WORDS[relief.status]}{evidence}{known}"
    )


def _amendments(contract: Contract, on: date | None) -> list[str]:
    if not contract.amendments:
        return []
    lines = ["## Amendments", ""]
    for part in sorted(contract.amendments, key=lambda part: part.effective):
        lines += _amendment(contract, part, on)
    return [*lines, ""]


def _amendment(contract: Contract, part: Amendment, on: date | None) -> list[str]:
    title = f" ({part.title})" if part.title else ""
    late = part.known_on > part.effective
    known = "" if part.known is None else f", known to both sides since {day_words(part.known)}"
    state = ""
    if on is not None:
        state = (
            " It is contained in this text." if part.id in contract.applied else " It is not contained in this text."
        )
    lines = [f"- **{part.id}**{title} holds from {day_words(part.effective)} on{known}.{state}"]
    if late:
        lines.append("  It reaches back: periods between the two days are restated.")
    lines += [f"  - {_change(contract, change)}" for change in part.changes]
    return lines


def _change(contract: Contract, change: Change) -> str:
    if change.target is None:
        added = change.add or {}
        title = f" ({added['title']})" if "title" in added else ""
        what = "Charge" if charge_kind(str(added.get("kind"))) is not None else "Clause"
        return f"{what} {added.get('id')}{title} is added."
    kind, name = change.target
    what = f"In the {name}" if kind == "section" else f"{kind.capitalize()} {name}"
    if change.remove:
        return f"{what} ends."
    return f"{what}: {'; '.join(_set_words(contract, key, value) for key, value in change.set.items())}."


def _set_words(contract: Contract, key: str, value: object) -> str:
    name = key.replace("_", " ")
    if value is None:
        return f"{name} is taken out"
    if key == "amount" and isinstance(value, str):
        return f"{name} becomes {credit_words(Money(parse_number(value), contract.currency))}"
    return f"{name} becomes {_value_words(value) if isinstance(value, str) else _nested(value)}"


def _value_words(value: str) -> str:
    try:
        level = parse_level(value)
    except ValueError:
        return value
    return value if level.unit == NUMBER else level_text(level.value, level.unit)


def _nested(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_nested(part)}" for key, part in value.items())
    if isinstance(value, list):
        return " and ".join(_nested(part) for part in value) or "empty"
    return str(value)


def _examples(contract: Contract) -> list[str]:
    if not contract.examples:
        return []
    lines = ["## Worked examples", ""]
    lines += [f"- {_example(contract, example)}" for example in contract.examples]
    return [*lines, ""]


def _example(contract: Contract, example: Example) -> str:
    figures = _figures(example.clause, example.given)
    expect = example.expect
    follows = [f"it is {expect.verdict}"] if expect.verdict else []
    if expect.value is not None:
        follows.append(f"the value is {expect.value}")
    if expect.credit is not None:
        follows.append(f"the price adjustment is {credit_words(Money(expect.credit, contract.currency))}")
    if expect.payable is not None:
        follows.append(f"{credit_words(Money(expect.payable, contract.currency))} is left under every limit")
    if expect.points is not None:
        follows.append(f"there are {expect.points} points")
    follows += [f"the step “{label}” is {result}" for label, result in expect.steps.items()]
    title = f" ({example.title})" if example.title else ""
    earlier = [f"{_listed(_figures(example.clause, counts)) or 'nothing given'}" for counts in example.earlier]
    before = f" after {_listed(earlier, 'then')}, each for a period before," if earlier else ""
    return f"Clause {example.clause}{title}:{before} with {_listed(figures) or 'nothing given'}, {_listed(follows)}."


def _figures(clause: str, given: Counts) -> list[str]:
    """What a worked example gives for one period, in words."""
    figures = []
    for name, counts in {clause: given, **given.values}.items():
        about = f" for clause {name}" if name != clause or given.values else ""
        said = f" ({counts.outcome})" if counts.outcome else ""
        if counts.met is not None:
            figures.append(f"{counts.met:,} met of {counts.total:,}{about}{said}" if counts.total is not None else "")
        elif counts.value is not None:
            n = f" (n = {counts.n:,})" if counts.n is not None else ""
            figures.append(f"a value of {counts.value}{n}{about}{said}")
    return figures

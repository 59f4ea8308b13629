# ruff: noqa: E501, ISC004, RUF001 - lists of words read best as lines
"""Reading what people type into a scorecard: names of measures, periods, percentages and lengths of time.

Figures are exact: text becomes Decimal digit by digit, a spreadsheet's number by its shortest decimal form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from tallystick.records.connectors._instants import plain_ascii
from tallystick.records.connectors.any_table.words import CHANNELS, LANGUAGES, plain_name

SHARE, SECONDS, COUNT, POINTS = "share", "seconds", "count", "points"
DIGITS = Decimal("0.000001")

# Measure id -> (unit, words by which scorecards name it). The longest phrase inside a label decides.
MEASURES: dict[str, tuple[str, tuple[str, ...]]] = {
    measure: (unit, tuple(words.split("|")))
    for measure, unit, words in (
        ("sla_attainment", SHARE, "sla attainment|sla compliance|sla achievement|sla achieved|sla met|within sla|sla|in sla|"
         "first reply sla|first response sla|frt sla|response sla|resolution sla|reply within target|"
         "sla erfullung|sla einhaltung|respect sla|cumplimiento sla|rispetto sla|cumprimento sla|respectare sla|realizacja sla"),
        ("interval_attainment", SHARE, "service level|servicelevel|calls answered within|answered within|niveau de service|"
         "nivel de servicio|livello di servizio|nivel de servico|nivel de serviciu|poziom obslugi|sl 80 20|sl 80 30"),
        ("first_reply_time", SECONDS, "first reply time|first response time|frt|time to first response|time to first reply|"
         "average first reply|average first response|avg first response time|median first response time|"
         "erstantwortzeit|reaktionszeit|temps de premiere reponse|tiempo de primera respuesta|tempo prima risposta|"
         "tempo de primeira resposta|timp de raspuns|czas pierwszej odpowiedzi"),
        ("next_reply_time", SECONDS, "next reply time|next response time|subsequent reply time|nrt"),
        ("full_resolution_time", SECONDS, "resolution time|full resolution time|time to resolution|time to resolve|ttr|mttr|"
         "average resolution time|losungszeit|bearbeitungsdauer|temps de resolution|tiempo de resolucion|"
         "tempo di risoluzione|tempo de resolucao|timp de rezolvare|czas rozwiazania"),
        ("first_resolution_time", SECONDS, "first resolution time"),
        ("requester_wait_time", SECONDS, "requester wait time|customer wait time|total wait time"),
        ("agent_work_time", SECONDS, "agent work time|agent working time"),
        ("average_handle_time", SECONDS, "average handle time|average handling time|aht|handle time"),
        ("average_speed_of_answer", SECONDS, "average speed of answer|asa|speed of answer|average wait|average waiting time"),
        ("abandon_rate", SHARE, "abandon rate|abandonment rate|abandoned rate|abandonment|abandoned calls rate|abbruchquote|"
         "taux d abandon|tasa de abandono|tasso di abbandono|rata de abandon"),
        ("one_touch_rate", SHARE, "one touch rate|one touch resolution|one touch|first contact resolution|fcr|"
         "first call resolution|erstlosungsquote|resolution au premier contact|resolucion primer contacto"),
        ("reopen_rate", SHARE, "reopen rate|reopened rate|reopens|reopened|wiedereroffnungsquote|taux de reouverture|"
         "tasa de reapertura|rata de redeschidere"),
        ("transfer_rate", SHARE, "transfer rate|transfers rate|escalation transfer rate|weiterleitungsquote"),
        ("repeat_contact_rate", SHARE, "repeat contact rate|repeat contacts|recontact rate|repeat rate"),
        ("verified_resolution_rate", SHARE, "verified resolution rate|resolution rate"),
        ("throughput_ratio", SHARE, "throughput ratio|solved to created|resolved vs created|closure rate"),
        ("backlog", COUNT, "backlog|open tickets|open cases|offene tickets|tickets ouverts|tickets abiertos|ticket aperti"),
        ("open_past_due", COUNT, "open past due|overdue|overdue tickets|breached open"),
        ("csat", SHARE, "csat|customer satisfaction|satisfaction|customer satisfaction score|csat score|kundenzufriedenheit|"
         "satisfaction client|satisfaccion|soddisfazione|satisfacao|satisfactia clientilor|zadowolenie klientow"),
        ("nps", POINTS, "nps|net promoter score|net promoter"),
        ("ces", POINTS, "ces|customer effort score|customer effort"),
        ("response_rate", SHARE, "response rate|survey response rate|rucklaufquote|taux de reponse"),
        ("quality_score", SHARE, "quality score|qa score|quality assurance score|qualitatswert|score qualite"),
        ("case_count", COUNT, "tickets|cases|volume|contacts|tickets received|tickets created|cases created|ticket volume|"
         "contacts handled|tickets handled|anfragen|faelle|volumen|volumetrie|tichete|zgloszenia"),
        ("solved_count", COUNT, "tickets solved|tickets resolved|cases solved|cases resolved|solved tickets|resolved tickets|solved"),
    )
}  # fmt: skip
_PHRASES = sorted(
    ((phrase, measure) for measure, (_, phrases) in MEASURES.items() for phrase in phrases),
    key=lambda pair: (-len(pair[0].split()), -len(pair[0]), pair[0]),
)
# Short clock readings: minutes and seconds for phone work, hours and minutes for tickets.
_MINUTES_FIRST = frozenset({"average_handle_time", "average_speed_of_answer"})
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar janvier janv enero ene gennaio gen janeiro januari ianuarie ian styczen sty",
            "february feb februar fevrier fevr febrero febbraio fevereiro februari februarie luty lut",
            "march mar marz mars marzo marco maart mrt martie marzec maerz mrz",
            "april apr avril avr abril abr aprile aprilie kwiecien kwi",
            "may mai mayo maggio mag maio mei maj",
            "june jun juni juin junio giugno giu junho iunie iun czerwiec cze",
            "july jul juli juillet juil julio luglio lug julho iulie iul lipiec lip",
            "august aug aout agosto ago augustus sierpien sie",
            "september sep sept septembre septiembre settembre set setembro septembrie wrzesien wrz",
            "october oct oktober okt octobre octubre ottobre ott outubro out octombrie pazdziernik paz",
            "november nov novembre noviembre novembro noiembrie noi listopad lis",
            "december dec dezember dez decembre diciembre dic dicembre dezembro decembrie grudzien gru",
        ),
        start=1,
    )
    for word in words.split()
}
_UNIT_SECONDS = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "sek": 1, "sekunden": 1,
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60, "minuten": 60, "minutos": 60, "minuti": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "std": 3600, "stunden": 3600, "heures": 3600,
    "horas": 3600, "ore": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "tage": 86_400, "jours": 86_400,
    "dias": 86_400, "giorni": 86_400, "zile": 86_400,
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """What a label names: the measure (None where it is not known), and the language and channel it is cut to."""

    name: str
    measure: str | None
    language: str | None = None
    channel: str | None = None


def read_label(text: str) -> Label:
    """The measure that a label names, and the language and channel inside it: `First reply SLA (DE, e-mail)`."""
    plain = plain_name(text.replace("%", " "))
    padded = f" {plain} "
    found: str | None = None
    rest = padded
    for phrase, measure in _PHRASES:
        if f" {phrase} " in padded:
            found = measure
            rest = padded.replace(f" {phrase} ", " | ", 1)
            break
    language = next((code for word, code in LANGUAGES.items() if f" {word} " in rest), None)
    if language is None:
        coded = re.findall(r"\b([A-Z]{2})\b", text)
        language = next((code.lower() for code in coded if code.lower() in LANGUAGES.values()), None)
    channel = next(
        (
            name
            for word, name in sorted(CHANNELS.items(), key=lambda item: -len(item[0]))
            if len(word) > 2 and f" {word} " in rest
        ),
        None,
    )
    return Label(" ".join(text.split()), found, language, channel)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _year(text: str) -> int:
    return int(text) + 2000 if len(text) == 2 else int(text)


def read_period(cell: Any, year: int | None = None) -> tuple[date, date] | None:  # noqa: C901, PLR0911
    """The period that a cell names, half-open; None where it names none. `year` holds for a month without one.

    Known: months, quarters, ISO weeks, years, single days (a first of a month is the month) and ranges of days.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _month(cell.year, cell.month) if cell.day == 1 else (cell, cell + timedelta(days=1))
    if not isinstance(cell, str):
        return None
    text = plain_ascii(cell).strip(" .:")
    if match := re.fullmatch(r"(\d{4})[-/.](0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.](\d{4})", text):
        first, second, third, fourth = match.groups()
        return _month(int(first or fourth), int(second or third))
    if match := re.fullmatch(r"([a-z]+)\.?[\s'/-]*(\d{4}|\d{2})?", text):
        month = _MONTHS.get(match[1])
        given = _year(match[2]) if match[2] else year
        return _month(given, month) if month and given else None
    if (match := re.fullmatch(r"(\d{4})[\s-]*([a-z]+)", text)) and (month := _MONTHS.get(match[2])):
        return _month(int(match[1]), month)
    if match := re.fullmatch(r"(?:q|t)([1-4])[\s/'-]*(\d{4}|\d{2})?|(\d{4})[\s/-]*(?:q|t)([1-4])", text):
        quarter = int(match[1] or match[4])
        given = int(match[3]) if match[3] else _year(match[2]) if match[2] else year
        if given is None:
            return None
        return _month(given, 3 * quarter - 2)[0], _month(given, 3 * quarter)[1]
    if match := re.fullmatch(
        r"(?:w|kw|cw|wk|week|s|sem)\s*(\d{1,2})[\s/-]*(\d{4})?|(\d{4})[\s-]*(?:w|kw|cw|wk)\s*(\d{1,2})", text
    ):
        given = int(match[3] or match[2] or year or 0)
        try:
            monday = date.fromisocalendar(given, int(match[1] or match[4]), 1)
        except ValueError:
            return None
        return monday, monday + timedelta(days=7)
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[ t]00:00(?::00)?)?", text):
        return read_period(date.fromisoformat(match[1]))
    if match := re.fullmatch(r"(\d{4}-\d{2}-\d{2})\s*(?:-|to|bis|\.\.|/)\s*(\d{4}-\d{2}-\d{2})", text):
        return date.fromisoformat(match[1]), date.fromisoformat(match[2]) + timedelta(days=1)
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\s*(?:-|bis|to)\s*(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
        parts = [int(part) for part in match.groups()]
        try:
            return date(parts[2], parts[1], parts[0]), date(parts[5], parts[4], parts[3]) + timedelta(days=1)
        except ValueError:
            return None
    return (date(int(text), 1, 1), date(int(text) + 1, 1, 1)) if re.fullmatch(r"20\d{2}", text) else None


def _number(text: str) -> Decimal | None:
    """A number with either decimal mark: 1,234.5 and 1.234,5 and 1 234,5. No thousands begin with a zero: 0,125."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", bare) and ("," in bare or bare.count(".") > 1):
        bare = bare.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d+,\d+", bare):
        bare = bare.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", bare):
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def read_figure(cell: Any, measure: str | None) -> tuple[Decimal, str] | None:
    """(value, unit) of a cell: a share as 0 to 1, a length of time in seconds; None where it is no figure.

    A bare number takes the unit of its measure: above 1.5 a share is meant in percent; times are taken as seconds
    only where the cell says so or the spreadsheet typed it as a time.
    """
    unit = MEASURES[measure][0] if measure in MEASURES else ""
    found: tuple[Decimal, str] | None = None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, timedelta):
        found = Decimal(cell // timedelta(microseconds=1)) / 1_000_000, SECONDS
    elif isinstance(cell, time):
        found = Decimal(cell.hour * 3600 + cell.minute * 60 + cell.second), SECONDS
    elif isinstance(cell, int | float):
        found = _bare(Decimal(repr(cell)), unit)
    elif isinstance(cell, str):
        found = _typed(cell, measure, unit)
    if found is None or not found[0].is_finite() or abs(found[0]) >= 10**12:
        return None
    return found[0].quantize(DIGITS, ROUND_HALF_EVEN), found[1]


def _bare(number: Decimal, unit: str) -> tuple[Decimal, str]:
    if unit == SHARE:
        return (number / 100 if number > Decimal("1.5") else number), SHARE
    return number, unit or COUNT


def _typed(cell: str, measure: str | None, unit: str) -> tuple[Decimal, str] | None:
    text = cell.strip().lstrip("~≈ ")
    if percent := re.fullmatch(r"(.+?)\s*(?:%|percent|pct|prozent|pp)", text, re.IGNORECASE):
        number = _number(percent[1])
        return None if number is None else (number / 100, SHARE)
    if clock := re.fullmatch(r"(\d+):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(?:\s*(h|hrs?|min|m))?", text):
        first, second, third = int(clock[1]), int(clock[2]), clock[3]
        if third is not None:
            return Decimal(first * 3600 + second * 60 + int(third)), SECONDS
        minutes_first = measure in _MINUTES_FIRST or clock[5] in ("min", "m")
        return Decimal(first * 60 + second if minutes_first else first * 3600 + second * 60), SECONDS
    parts = re.findall(r"([\d.,]+)\s*([a-z]+)\.?", plain_ascii(text))
    if parts and "".join(f"{number}{word}" for number, word in parts) == re.sub(
        r"[\s.]*(?=[a-z])|\s|(?<=[a-z])\.", "", plain_ascii(text)
    ):
        total = Decimal(0)
        for raw, word in parts:
            number = _number(raw)
            if number is None or word not in _UNIT_SECONDS:
                return None
            total += number * _UNIT_SECONDS[word]
        return total, SECONDS
    if unit == COUNT and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", text):
        text = text.replace(".", "")  # nobody counts thousandths of a case: 1.300 is 1,300
    number = _number(text)
    return None if number is None else _bare(number, unit)


def says_nothing(cell: Any) -> bool:
    """Whether a cell says that there is no figure."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in (
        "", "-", "--", "–", "—", "n/a", "na", "n.a.", "tbd", "k.a.", "#n/a", "null", "none", "pending", "nd",
    ))  # fmt: skip

"""Plain words for who is counted, when, what is left out, and who answers: what all counted clauses say alike."""

from __future__ import annotations

from tallystick.contract.card import MeasureCard
from tallystick.contract.names import language_name, with_article
from tallystick.contract.section import Population


def _listed(words: tuple[str, ...], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


_FIELD_WORDS = {
    "channel": "that came by",
    "language": "in",
    "queue": "in the queue",
    "priority": "of priority",
    "reason": "about",
    "programme": "of the programme",
    "initiated_by": "begun by",
}


def _of_cases(card: MeasureCard | None) -> bool:
    """Whether what is counted are cases, or stands for one."""
    return card is None or card.rows in {"", "clock", "case", "pause", "survey", "answered survey"}


def population_words(population: Population, card: MeasureCard | None) -> str:
    """Who is counted, as the population says."""
    rows = "cases" if card is None or _of_cases(card) else _several(card.rows)
    if not population:
        return f"over all {rows}"
    parts = []
    for name, words in _FIELD_WORDS.items():
        part = population.of(name)
        if part is not None:
            values = tuple(language_name(value) for value in part.values) if name == "language" else part.values
            parts.append(
                f"{words if part.op == 'in' else f'not {words}'} {_listed(values, 'or') if values else 'nothing'}"
            )
    return f"over {rows} {', '.join(parts)}"


def _several(row: str) -> str:
    """The plural of what a row is called: its first word takes the ending."""
    first, _, rest = row.partition(" ")
    return f"{first}s {rest}".strip()


# What is counted, in words, and the moment by which each period rule places it: that of the facts' own columns.
_ROW_WORDS = {"": "case", "clock": "case", "case": "case", "pause": "pause"}
_MOMENT_WORDS = {
    "": {"created-in": "it was created", "resolved-in": "it was resolved"},
    "case": {"created-in": "it was created", "resolved-in": "it was first solved"},
    "clock": {"created-in": "its clock started", "resolved-in": "its clock stopped"},
    "pause": {"created-in": "it began", "resolved-in": "it ended"},
}


def period_words(rule: str, card: MeasureCard | None) -> str:
    """Which window a row belongs to, by a period rule."""
    rows, kind = (card.rows, card.kind) if card else ("", "")
    one = with_article(_ROW_WORDS.get(rows, rows)).capitalize()
    occasions = card.occasions if card and card.occasions else _MOMENT_WORDS.get(rows, {})
    if rule == "due-in":
        words = f"{one} belongs to the window in which its time ran out, so that nothing escapes by staying open"
        # A share knows a failure; a duration has none yet for what is still open.
        still = "counts as failed" if kind in {"", "share"} else "is shown as waiting"
        return f"{words}; one still open past that moment {still}."
    if rule not in occasions:
        return "A value belongs to the window in which it was measured."
    return f"{one} belongs to the window in which {occasions[rule]}."


# Reasons for which measures leave rows out, where the reason alone would not be understood.
_REASON_WORDS = {
    "merged": "cases merged into another, which carries their counts",
    "cancelled": "what ended without an outcome",
    "no target": "what had no target in force",
    "unknown customer": "cases of unknown customers",
    "never answered": "cases that nobody ever answered",
    "no due date": "cases without a due date of their own",
    "not past due": "clocks that are not past due",
    "not answered": "surveys without an answer",
    "off scale": "scores outside their scale",
    "other scale": "scores on another scale",
    "not yes or no": "answers on a scale of more than two steps",
    "not begun by the customer": "cases that the customer did not begin",
    "second or later contact": "second and later contacts about the same issue",
    "second or later call": "second and later calls about the same issue",
    "not inbound": "calls that the customer did not make",
    "other direction": "calls in the other direction",
    "later visit of the same call": "later visits of the same call, where only first ones count",
    "earlier visit of the same call": "visits of a call that went on to another queue",
    "refused": "calls that were refused",
    "outcome unknown": "those of which nothing tells the outcome",
    "call back asked for": "requests for a call back, unless they count",
    "flow-out": "overflow and timeout, unless they count",
    "short abandon": "short abandons, where a length is set",
    "early abandon": "those who left in time, where the formula leaves them out",
    "not handled": "calls on which nobody talked",
    "machine only": "sessions with a machine alone",
    "wait not known": "calls whose wait is not known",
    "passed on": "calls that were passed on",
    "end not known": "calls of which nobody recorded who ended them",
    "longer": "longer calls, where a length is set",
    "chat session": "chat sessions, unless they count",
    "no opening hours": "those of no programme with opening hours",
    "other machine": "sessions with another machine",
    "abandoned": "sessions that the customer left, where they are left out",
    "other threshold": "intervals that the source counted by another threshold",
    "other short threshold": "intervals whose short abandons were counted by another threshold",
    "counts missing": "intervals without the counts",
    "language not known": "calls of which a language is not known",
    "not low": "better answers",
    "no rating": "reviews without a usable rating",
    "not looked at": "reviews of which nobody looked at what they are about",
}


def left_out_words(excluded: tuple[str, ...], card: MeasureCard | None) -> str:
    """What stands in no figure: what the contract excludes, merged cases, and what the measure itself leaves out."""
    reasons = dict.fromkeys((*(("merged",) if _of_cases(card) else ()), *(card.left_out if card else ())))
    parts = [_REASON_WORDS.get(reason, reason) for reason in reasons]
    if excluded and _of_cases(card):
        parts.insert(0, f"cases marked as {_listed(excluded, 'or')}")
    if not parts:
        return "Nothing is left out."
    words = "; ".join(parts)
    return f"Left out, with their number shown: {words}."


_ATTRIBUTION_WORDS = {
    "owner-at-start": "The partner that held the case when the clock started answers for it.",
    "owner-at-due": "The partner that held the case when its time ran out answers for it.",
    "owner-at-stop": "The partner that held the case when the clock stopped answers for it.",
    "clock-share": "Each partner answers for its share of the time.",
}
_ROW_ATTRIBUTION_WORDS = {
    "owner-at-start": "The partner that had it when it began answers for it.",
    "owner-at-due": "The partner that had it when its time ran out answers for it.",
    "owner-at-stop": "The partner that had it last answers for it.",
    "clock-share": "Each partner answers for its share of the time.",
}


def attribution_words(rule: str, card: MeasureCard | None) -> str:
    """Which partner answers, by an attribution rule."""
    return (_ATTRIBUTION_WORDS if _of_cases(card) else _ROW_ATTRIBUTION_WORDS)[rule]

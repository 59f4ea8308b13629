"""Which column of a table of survey answers is what, and how sure it is that the table is one.

In: the profiles of a table's columns. Out: role -> column, a confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tallystick.records.connectors._lists import name_score, named_columns, phrases
from tallystick.records.connectors.any_table import guess
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.surveys.scores import is_answer, is_unanswered, kind_of

INSTANTS = ("sent", "answered", "updated")
# Columns that hold the answer to one question each; a table may ask several.
QUESTIONS = ("csat", "nps", "ces", "fcr")
_AS_IN_CASES = ("queue", "agent", "partner", "channel", "language")
_FITS = {"customer": "requester", **{role: role for role in (*_AS_IN_CASES, "case")}}
_HIGHER = ("higher", "high", "true", "yes", "ascending", "asc", "positive", "higher is better", "up", "1")
_LOWER = ("lower", "low", "false", "no", "descending", "desc", "negative", "lower is better", "down", "0")

ROLES = phrases(
    response="response id|survey response id|survey id|answer id|submission id|feedback id|rating id|respondent id|"
    "survey key|response key|responseid|recordid|antwort id|umfrage id|id reponse|id respuesta|id risposta|id raspuns|"
    "id odpowiedzi|invitation id|token|id",
    case="case id|ticket id|conversation id|case number|ticket number|ticket no|case ref|case key|ticket key|issue key|"
    "issue id|request id|incident id|interaction id|contact id|call id|session id|case|ticket|conversation|"
    "ticketnummer|ticket nr|fall id|vorgangsnummer|numero de ticket|id ticket|numero de caso|id caso|zaaknummer|"
    "nr tichet|id tichet|tichet|nr zgloszenia|protocolo|chamado",
    sent="sent at|sent on|survey sent at|survey sent|sent date|date sent|sent|delivered at|delivered on|delivery date|"
    "invited at|invitation date|invitation sent|requested at|survey date|survey sent date|offered at|dispatched at|"
    "gesendet am|versendet am|versandt am|verschickt am|envoye le|date d envoi|enviado el|fecha de envio|inviato il|"
    "enviado em|verzonden op|trimis la|data trimiterii|wyslano",
    answered="answered at|answered on|responded at|responded on|response date|response time|response at|"
    "submitted at|submitted on|submission date|completed at|completed on|completion date|answered|"
    "end date|recorded date|recorded at|rated at|rating date|feedback date|feedback at|date of response|"
    "beantwortet am|antwortdatum|abgegeben am|repondu le|date de reponse|fecha de respuesta|"
    "respondido el|data risposta|respondido em|beantwoord op|raspuns la|data raspunsului|data odpowiedzi|"
    "timestamp|created at|created on|created|date|datum|fecha|data",
    updated="updated at|last updated|last updated at|updated on|modified at|last modified|aktualisiert am|"
    "actualizat la",
    survey="kind|survey kind|survey type|survey metric|metric|question type|survey name|survey|question|measure|type|"
    "umfrage|umfragetyp|frage|type d enquete|tipo de encuesta|tip sondaj|rodzaj ankiety",
    score="score|survey score|rating|rating score|answer|answer value|response value|response score|value|points|grade|"
    "satisfaction|customer satisfaction|satisfaction score|satisfaction rating|customer satisfaction rating|stars|"
    "bewertung|zufriedenheit|kundenzufriedenheit|punkte|wertung|note|note de satisfaction|puntuacion|satisfaccion|"
    "valutazione|soddisfazione|avaliacao|satisfacao|tevredenheid|beoordeling|nota|scor|satisfactie|ocena|zadowolenie",
    csat="csat|csat score|csat rating|customer satisfaction score",
    nps="nps|nps score|net promoter score|nps rating|likelihood to recommend|recommendation score|recommend score",
    ces="ces|ces score|customer effort score|effort score|customer effort|ease score",
    fcr="fcr|first contact resolution|first call resolution|resolved on first contact|resolved on first call|"
    "resolved at first contact|issue resolved|problem resolved|problem solved",
    scale_min="scale min|scale minimum|min scale|min score|score min|lowest|lowest score|scale from|minimum|min",
    scale_max="scale max|scale maximum|max scale|max score|score max|highest|highest score|scale to|out of|maximum|max",
    better="higher is better|direction|scale direction|better|polarity|good end|richtung",
    comment="comment|comments|comment text|feedback|feedback text|verbatim|free text|text|open answer|remarks|remark|"
    "customer comment|survey comment|reason for score|why|kommentar|anmerkung|freitext|commentaire|comentario|commento|"
    "opmerking|comentariu|komentarz",
    customer=" | ".join(CASE_ROLES["requester"]),
    **{role: " | ".join(CASE_ROLES[role]) for role in _AS_IN_CASES},
)
# What a table of cases tells and a list of surveys does not.
_OF_A_CASE = ("first_reply", "resolved", "closed", "status", "priority", "due", "reason")
_OWN = ("response", "sent", "answered", "survey", "scale_min", "scale_max")
# Names that any table may have: alone they do not make it a survey.
_ANYWHERE = frozenset(
    [
        "answered",
        "answered at",
        "completed at",
        "completed on",
        "completion date",
        "created",
        "created at",
        "created on",
        "data",
        "date",
        "datum",
        "end date",
        "fecha",
        "id",
        "kind",
        "max",
        "maximum",
        "measure",
        "metric",
        "min",
        "minimum",
        "question",
        "recorded at",
        "recorded date",
        "responded at",
        "response at",
        "response date",
        "response time",
        "sent",
        "submission date",
        "submitted at",
        "submitted on",
        "survey",
        "timestamp",
        "token",
        "type",
        "value",
    ]
)


def fit(role: str, found: Profile) -> float:
    """How well a column's cells fit a role, 0 to 1; of a table without rows only the names can tell."""
    if not found.rows:
        return 1.0
    if role in INSTANTS:
        return found.form.share if found.form is not None else (0.6 if found.empty else 0.0)
    if found.form is not None and found.form.name not in ("unix", "excel", "year-first"):
        return 0.0
    if role == "comment":
        return 0.5 if found.empty else min(1.0, 0.3 + found.length / 15) * (found.numbers < 0.5)
    if found.empty:
        return 0.5 if role in ("score", *QUESTIONS, *_AS_IN_CASES, "customer") else 0.0
    if role == "response":
        return 1.0 if found.distinct > 0.95 and found.emails < 0.5 and found.length < 80 else 0.0
    if role in ("score", *QUESTIONS):
        return 1.0 if len(found.counts) <= 120 and _share(found, is_answer) > 0.8 else 0.0
    if role == "survey":
        return 0.5 + 0.5 * _share(found, kind_of) if len(found.counts) <= 60 and found.numbers < 0.5 else 0.0
    if role in ("scale_min", "scale_max"):
        return 1.0 if found.numbers == 1.0 and len(found.counts) <= 10 else 0.0
    if role == "better":
        known = {*_HIGHER, *_LOWER}
        return 1.0 if all(word.casefold().replace("_", " ") in known for word in found.counts) else 0.0
    return guess.fit(_FITS[role], found)


def _share(found: Profile, meaning: Callable[[str], object]) -> float:
    counted = {word: count for word, count in found.counts.items() if not is_unanswered(word)}
    total = sum(counted.values())
    return sum(count for word, count in counted.items() if meaning(word) not in (None, False)) / total if total else 0.5


def is_higher(word: str) -> bool | None:
    """Whether a cell of the direction says that high is good; None where it is not known."""
    plain = word.strip().casefold().replace("_", " ")
    return True if plain in _HIGHER else False if plain in _LOWER else None


def columns_of(profiles: Sequence[Profile], notes: list[str] | None = None) -> dict[str, Profile]:
    """Role -> column by names and content; a column whose words are kinds of surveys is the kind, whatever its name."""
    found = named_columns(profiles, ROLES, fit)
    if "survey" in found and found["survey"].rows and _share(found["survey"], kind_of) == 0:
        del found["survey"]
    free = [one for one in profiles if all(one is not other for other in found.values())]
    for one in free:
        if "survey" not in found and one.few_words and one.form is None and _share(one, kind_of) > 0.9 and one.counts:
            found["survey"] = one
            if notes is not None:
                notes.append(f"{one.name!r} is taken as the kind of survey because of its words.")
        begun = one.form is not None and name_score(one.name, CASE_ROLES["created"]) > 0.9
        if begun and "answered" in found and "sent" not in found:
            found["sent"] = one
            if notes is not None:
                notes.append(f"{one.name!r} is taken as the sending, because the answer has an instant of its own.")
    return found


def scores_in(found: Mapping[str, Profile]) -> list[str]:
    """The roles of the columns that hold answers: the plain score, and one for each question with a column."""
    return [role for role in ("score", *QUESTIONS) if role in found]


def confidence(profiles: Sequence[Profile]) -> float:
    """How sure it is that a table lists survey answers, 0 to 1; 0 for a table of cases that carries a rating."""
    found = columns_of(profiles)
    if not scores_in(found) or not any(role in found for role in ("sent", "answered")):
        return 0.0
    own = sum(1 for role in _OWN if role in found and _plain(found[role]) not in _ANYWHERE)
    own += any(role in found for role in QUESTIONS)
    own += "survey" in found and _plain(found["survey"]) in _ANYWHERE and _share(found["survey"], kind_of) > 0.9
    if "sent" in found and "answered" in found:
        own += 1
    rest = [one for one in profiles if all(one is not other for other in found.values())]
    of_case = sum(1 for one in rest if any(name_score(one.name, CASE_ROLES[role]) > 0.9 for role in _OF_A_CASE))
    if own - 2 * of_case >= 2:
        return 0.9
    # Without a word of its own it is a list of surveys only where it holds nothing but one.
    opened = name_score(found[next(role for role in ("sent", "answered") if role in found)].name, CASE_ROLES["created"])
    if not rest and not of_case and ("case" in found or "response" in found) and opened < 0.9:
        return 0.7
    return 0.0


def _plain(found: Profile) -> str:
    return " ".join(found.name.casefold().replace("_", " ").split())

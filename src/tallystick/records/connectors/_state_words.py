# ruff: noqa: E501 - lists of words read best as lines
"""What telephone systems and rosters call the states and the planned activities of agents."""

from __future__ import annotations

import re
from functools import lru_cache

from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.tables.agent_state import STATES
from tallystick.records.tables.shift import ACTIVITIES

# Canonical state -> words, the longest inside a reason code decides.
_STATES: dict[str, str] = {
    "available": "available|ready|idle|waiting|on queue|routable|free|online|login|logged in|signed in|verfugbar|bereit|frei|disponible|pret|listo|pronto|libero|beschikbaar|disponibil|liber|dostepny|unpause|avail|auto in|manual in",
    "ring": "ring|ringing|alerting|offered|delivering|klingelt|sonnerie|incoming",
    "talk": "talk|talking|on call|in call|busy on call|connected|interacting|handling contact|acd|acd call|acdin|in conversation|gesprach|im gesprach|en appel|en llamada|in apel|rozmowa|inbound call|call",
    "hold": "hold|on hold|holding|halten|en attente|retenida",
    "wrap": "wrap|wrap up|wrapup|acw|after call work|after contact work|after work|aftercall|post call|nacharbeit|post appel|tras llamada|postapel|wrap up time",
    "chat": "chat|chatting|messaging|on chat|in chat|whatsapp",
    "case_work": "case work|email|emails|e mail|mail|back office|backoffice|tickets|ticket work|offline work|admin|administration|aux work|sachbearbeitung|follow up|followup|research|correspondence",
    "outbound": "outbound|outgoing|dialing|dialling|outbound call|callback|callbacks|manual call|rausruf|sortant|saliente",
    "break": "break|short break|rest|pause|coffee|tea|toilet|bathroom|restroom|wc|personal|bio|bio break|smoke|kaffee|descanso|pauza|przerwa|pausa|bildschirmpause",
    "meal": "meal|lunch|dinner|lunch break|mittag|mittagspause|dejeuner|comida|almuerzo|pranzo|masa|pauza de masa|obiad",
    "training": "training|elearning|e learning|course|learning|schulung|formation|formacion|formazione|instruire|szkolenie|certification",
    "coaching": "coaching|coach|one to one|1 1|1on1|feedback session|side by side|mentoring|quality feedback",
    "meeting": "meeting|team meeting|briefing|huddle|besprechung|reunion|riunione|sedinta|spotkanie|town hall",
    "project": "project|special project|special task|projekt|projet|proyecto|proiect",
    "system_down": "system down|system issue|system issues|system problem|it issue|it issues|it problem|technical issue|technical problem|technical difficulties|outage|pc issue|tool down|systemausfall|storung|panne|caida sistema|network issue",
    "not_ready": "not ready|unavailable|busy|away|not available|do not disturb|dnd|aux|not responding|no answer|not answering|missed|nicht bereit|abwesend|indisponible|no disponible|indisponibil|niedostepny|error|paused|manual",
    "offline": "offline|logged out|logged off|log out|logout|log off|logoff|signed out|sign out|abgemeldet|deconnecte|desconectado|deconectat|wylogowany|left",
}
_ACTIVITIES: dict[str, str] = {
    "work": "work|shift|working|phone|phones|on phones|phone time|on queue|queue|productive|production|open time|scheduled|inbound|calls|call handling|chat|email|emails|back office|backoffice|available|arbeit|schicht|dienst|travail|poste|trabajo|turno|turno di lavoro|werk|dienst|lucru|tura|zmiana|praca|regular|normal|early|late|night|early shift|late shift|night shift|fruh|fruhschicht|spat|spatschicht|nacht|nachtschicht|day shift",
    "break": "break|short break|rest|pause|paid break|unpaid break|coffee|descanso|pauza|przerwa|pausa|bildschirmpause",
    "meal": "meal|lunch|lunch break|meal break|dinner|mittag|mittagspause|dejeuner|comida|almuerzo|pranzo|masa|pauza de masa",
    "training": "training|elearning|e learning|course|induction|onboarding|nesting|schulung|formation|formacion|formazione|instruire|szkolenie",
    "coaching": "coaching|one to one|1 1|1on1|feedback session|side by side",
    "meeting": "meeting|team meeting|briefing|huddle|besprechung|reunion|riunione|sedinta|spotkanie",
    "project": "project|special project|projekt|projet|proyecto|proiect|off phone activity|off phones",
    "overtime": "overtime|ot|extra hours|extra time|additional hours|uberstunden|heures supplementaires|horas extra|straordinario|overuren|ore suplimentare|nadgodziny|voluntary overtime",
    "leave": "leave|annual leave|vacation|holiday|pto|paid time off|time off|public holiday|parental leave|maternity|paternity|unpaid leave|bereavement|urlaub|feiertag|conge|conges|vacances|vacaciones|ferie|verlof|concediu|urlop",
    "sick": "sick|sick leave|sickness|illness|ill|medical|krank|krankheit|maladie|arret maladie|enfermedad|baja|malattia|ziek|medical leave|concediu medical|boala|chorobowe|choroba",
    "absent": "absent|absence|no show|noshow|ncns|no call no show|awol|unplanned absence|late arrival|tardy|lateness|left early|abwesend|unentschuldigt|ausencia|assenza|absent nemotivat|nieobecny",
    "off": "off|day off|rest day|weekly off|week off|free|rdo|not scheduled|frei|repos|libre|libero|vrij|liber|wolne|wo",
}


def _by_word(listed: dict[str, str], known: tuple[str, ...]) -> dict[str, str]:
    words = {word: name for name, text in listed.items() for word in text.split("|")}
    # The canonical words mean themselves.
    return {**words, **{name.replace("_", " "): name for name in known}}


_STATE_OF = _by_word(_STATES, STATES)
_ACTIVITY_OF = _by_word(_ACTIVITIES, ACTIVITIES)


_VAGUE = frozenset({"not_ready", "work", "break"})


def _meaning(word: str, meanings: dict[str, str]) -> str | None:
    plain = plain_name(word)
    if plain in meanings:
        return meanings[plain]
    tokens = [token for token in plain.split() if not re.fullmatch(r"\d+", token)]
    for size in range(min(len(tokens), 4), 0, -1):
        found = [
            meanings[part]
            for at in range(len(tokens) - size + 1)
            if (part := " ".join(tokens[at : at + size])) in meanings
        ]
        # `AUX 3 - Lunch` is a meal: a word that says little gives way to one that says more.
        plainer = set(found) - _VAGUE if set(found) - _VAGUE else set(found)
        if len(plainer) == 1:
            return plainer.pop()
        if found:
            return None
    return None


@lru_cache(maxsize=4096)
def state_of(word: str) -> str | None:
    """The canonical state of a system's word or reason code (`AUX 3 - Lunch` is meal); None where it is not known."""
    return _meaning(word, _STATE_OF)


@lru_cache(maxsize=4096)
def activity_of(word: str) -> str | None:
    """The canonical activity of a roster's word; None where it is not known."""
    return _meaning(word, _ACTIVITY_OF)

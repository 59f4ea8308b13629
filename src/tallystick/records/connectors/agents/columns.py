"""Which column of a roster is what, and how sure it is that a table is a roster.

In: the profiles of a table's columns. Out: role -> column, a confidence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tallystick.records.connectors._lists import name_score, named_columns, phrases
from tallystick.records.connectors.any_table import guess
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import language_of, plain_name

DAYS = ("started", "left", "live")
INSTANTS = (*DAYS, "updated")
# Ids of the same person in other systems: role -> system, as table `identity` names it.
SYSTEMS = {
    "email": "e-mail",
    "helpdesk": "helpdesk",
    "telephony": "telephony",
    "payroll": "payroll",
    "roster": "roster",
    "learning": "learning",
}
BETWEEN_LANGUAGES = re.compile(r"[,;/|+&\s]+")

ROLES = phrases(
    agent="agent id|agentid|employee id|employee number|staff id|advisor id|representative id|operator id|user id|"
    "worker id|person id|personnel number|agent number|agent code|login id|mitarbeiter id|mitarbeiternummer|"
    "personalnummer|agenten id|id agent|id agente|id conseiller|matricule|id angajat|marca|id pracownika|"
    "medewerker id|personeelsnummer|agent|id",
    name="name|agent name|full name|employee name|employee|display name|staff name|advisor|mitarbeiter|nom|nombre|nome|"
    "naam|nume|imie i nazwisko|agent",
    first="first name|given name|forename|vorname|prenom|nombre|prenume|voornaam|imie",
    last="last name|surname|family name|nachname|familienname|nom de famille|apellido|apellidos|cognome|sobrenome|"
    "achternaam|nume de familie|nazwisko",
    partner=" | ".join(CASE_ROLES["partner"]) + "|employer|company|firma|entreprise|empresa|azienda|bedrijf|companie",
    site="site|location|office|work location|site name|city|standort|sede|centre|lieu|ubicacion|sitio|localizacao|"
    "locatie|locatia|lokalizacja|campus",
    languages="languages|language|spoken languages|language skills|skills|lang|locale|sprachen|sprache|langues|langue|"
    "idiomas|idioma|lingue|lingua|talen|taal|limbi|limba|jezyki|jezyk",
    started="started on|start date|started|hired on|hire date|date of hire|joined on|joining date|date joined|start|"
    "employed since|first day|onboarded on|eintritt|eintrittsdatum|beginn|date d embauche|date d entree|"
    "fecha de alta|fecha de ingreso|data assunzione|data de admissao|datum in dienst|data angajarii|data zatrudnienia|"
    "valid from|from",
    left="left on|leave date|end date|left|leaving date|termination date|terminated on|exit date|last day|"
    "last working day|offboarded on|austritt|austrittsdatum|ende|date de sortie|date de depart|fecha de baja|"
    "data cessazione|data de saida|datum uit dienst|data plecarii|data zwolnienia|valid to|until|to",
    email="email|e mail|email address|work email|mail|courriel|correo electronico|e mail adresse",
    helpdesk="helpdesk id|zendesk id|helpdesk user id|zendesk user id|ticket system id|crm id|crm user id|"
    "helpdesk login",
    telephony="telephony id|phone login|extension|acd id|acd login|telephony login|phone extension|sip id|dialer id",
    payroll="payroll id|payroll number|hr id|sap id|workday id|personnel id",
    roster="roster id|wfm id|workforce id|schedule id|planning id|shift agent id|dienstplan id",
    learning="learning id|lms id|lms login|training id|learner id",
    live="live on|go live date|go live on|go live|production date|in production since|first day live|live since|"
    "first day with customers|floor date|nesting end|ramp start|live seit|produktiv seit|en production le|"
    "fecha de produccion|in productie din",
    left_as="left as|leave type|leaver type|exit type|termination type|attrition type|separation type|leave reason|"
    "termination reason|exit reason|austrittsart|austrittsgrund|motif de depart|motivo de baja|motiv plecare",
    role="role|job role|job title|position|function|funktion|rolle|poste|puesto|ruolo|rol|functie|stanowisko",
    leader="team leader|team leader id|team lead|team lead id|supervisor|supervisor id|manager|manager id|reports to|"
    "line manager|teamleiter|vorgesetzter|chef d equipe|superviseur|lider de equipo|caposquadra|sef de echipa",
    updated="updated at|last updated|as of|as of date|snapshot date|stand|modified at|last modified|valid at",
)
_DETAILS = (
    "name", "first", "last", "partner", "site", "languages", *DAYS, "left_as", "role", "leader", *SYSTEMS,
)  # fmt: skip
_LEFT_AS = {
    "voluntary": ("voluntary", "resigned", "resignation", "quit", "own wish", "freiwillig", "kundigung arbeitnehmer",
                  "demission", "voluntario", "demisie"),
    "involuntary": ("involuntary", "dismissed", "dismissal", "terminated", "fired", "laid off", "redundancy",
                    "end of contract", "entlassen", "licenciement", "despido", "concediat"),
    "transfer": ("transfer", "transferred", "moved", "internal move", "promotion", "promoted", "versetzt", "mutation",
                 "traslado"),
    "training": ("training", "in training", "during training", "failed training", "dropped out", "nesting",
                 "failed nesting"),
}  # fmt: skip
_JOBS = {
    "team_leader": ("team leader", "team lead", "supervisor", "teamleiter", "superviseur", "coordinator", "manager",
                    "sef de echipa", "teamlead"),
    "quality": ("quality", "qa", "quality analyst", "quality assurance", "qualitat", "qualite", "calidad"),
    "trainer": ("trainer", "coach", "formateur", "formador"),
    "workforce": ("workforce", "wfm", "planner", "workforce manager", "real time analyst", "rta", "scheduler"),
    "agent": ("agent", "advisor", "associate", "representative", "csr", "operator", "consultant", "specialist",
              "mitarbeiter", "conseiller", "agente", "konsultant"),
}  # fmt: skip
_OF_A_CASE = re.compile(
    r"\b(tickets?|cases?|conversation|incident|interaction|calls?|subject|score|csat|nps|ces|rating|survey|shift|"
    r"schedule|requester|customer|first reply|first response|resolved|handled|aht|duration|clock|break|"
    r"vorgang|schicht)\b"
)


def fit(role: str, found: Profile) -> float:
    """How well a column's cells fit a role, 0 to 1; of a table without rows only the names can tell."""
    if not found.rows:
        return 1.0
    if role in INSTANTS:
        return found.form.share if found.form is not None else (0.6 if found.empty else 0.0)
    if found.form is not None and found.form.name not in ("unix", "excel", "year-first"):
        return 0.0
    if found.empty:
        return 0.3 if role in _DETAILS else 0.0
    if role == "agent":
        return 1.0 if found.distinct > 0.5 and found.filled > 0.5 * found.rows and found.length < 60 else 0.0
    if role == "email":
        return found.emails
    if role == "languages":
        known = sum(n for cell, n in found.counts.items() if languages_in(cell) is not None)
        return known / sum(found.counts.values())
    if role == "partner":
        return guess.fit("partner", found)
    if role in ("name", "first", "last"):
        return 1.0 if found.numbers < 0.1 and found.emails < 0.5 and found.length < 60 else 0.0
    return 1.0 if found.length < 80 else 0.2


def left_as(word: str) -> str | None:
    """voluntary, involuntary, transfer or training; None where the word says none of them, or several."""
    return _one_of(_LEFT_AS, word)


def role_of(word: str) -> str | None:
    """What somebody does, as `agent.role` names it; None where it is none of these."""
    return _one_of(_JOBS, word)


def _one_of(meanings: dict[str, tuple[str, ...]], word: str) -> str | None:
    plain = f" {plain_name(word)} "
    exact = [name for name, listed in meanings.items() if plain.strip() in listed]
    found = exact or [name for name, listed in meanings.items() if any(f" {one} " in plain for one in listed)]
    # The first named in the list wins: a `team leader quality` leads.
    return found[0] if found else None


def languages_in(cell: str) -> str | None:
    """`German, English` or `de/en` as `de en`; None where no word of it is a language."""
    whole = language_of(cell) if len(plain_name(cell).split()) > 1 and not BETWEEN_LANGUAGES.search(cell) else None
    codes = [whole] if whole else [language_of(word) for word in BETWEEN_LANGUAGES.split(cell.strip()) if word]
    known = dict.fromkeys(code for code in codes if code)
    return " ".join(known) or None


def columns_of(profiles: Sequence[Profile]) -> dict[str, Profile]:
    """Role -> column by names and content. First and last name together stand for the name."""
    found = named_columns(profiles, ROLES, fit)
    if "name" in found and {"first", "last"} <= found.keys():
        del found["name"]
    elif "name" not in found and "first" in found and "last" not in found:
        found["name"] = found.pop("first")
    return found


def confidence(profiles: Sequence[Profile]) -> float:
    """How sure it is that a table is a roster, 0 to 1: ids that differ, details of persons, nothing of cases."""
    found = columns_of(profiles)
    if "agent" not in found or any(_OF_A_CASE.search(plain_name(one.name)) for one in profiles):
        return 0.0
    agent = found["agent"]
    details = [role for role in _DETAILS if role in found]
    if len(details) < 2 or (agent.rows and (agent.distinct < 0.9 or agent.filled < agent.rows)):
        return 0.0
    if any(found[role].form is not None and _of_the_day(found[role]) for role in DAYS if role in found):
        return 0.0
    named = (
        name_score(agent.name, [phrase for phrase in ROLES["agent"] if phrase not in ("id", "agent", "user id")]) > 0.9
    )
    dated = "started" in found
    # A table of users of a helpdesk has ids and names too; it becomes a roster by its days.
    return 0.9 if named and (dated or len(details) > 2) else 0.7 if named or (dated and len(details) > 2) else 0.0


def _of_the_day(found: Profile) -> bool:
    """Whether the cells hold times of the day, as a shift's do and an employment's do not."""
    clocks = [re.search(r"\d{1,2}:\d{2}", word) for word in found.words[:200]]
    spoken = [clock[0] for clock in clocks if clock is not None]
    return len({clock for clock in spoken if clock not in ("00:00", "0:00")}) > 3

# ruff: noqa: E501 - lists of words read best as lines
"""The words by which exports name their columns and their statuses, in ten languages.

A column's name is compared in small letters, without accents, camel case split: `FirstResponseAt` is
`first response at`. The first phrases of a list are the most telling ones.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tallystick.records.connectors._instants import plain_ascii

# Role -> phrases. A role is a canonical name in `Mapping.columns`.
ROLES: dict[str, tuple[str, ...]] = {
    role: tuple(phrase.strip() for phrase in phrases.split("|"))
    for role, phrases in {
        "case": "ticket id|case id|unique key|case number|ticket number|service request id|request id|incident id|"
        "issue id|issue key|conversation id|case key|ticket key|ticket no|case no|case ref|call id|callid|interaction id|"
        "contact id|session id|case concept name|case|ticket|incident|incident number|number|id|key|uniqueid|reference|ref|"
        "ticketnummer|ticket nummer|ticket nr|vorgang|vorgangsnummer|vorgang id|fallnummer|fall id|anfrage id|"
        "numero de ticket|numero ticket|id ticket|n ticket|identifiant|identifiant du ticket|numero de dossier|"
        "numero de caso|id caso|id del caso|caso|numero caso|id richiesta|numero richiesta|"
        "numero do chamado|chamado|protocolo|id do ticket|zaaknummer|zaak id|ticketnummer|meldingsnummer|"
        "numar tichet|nr tichet|id tichet|tichet|numarul cererii|nr cerere|"
        "numer zgloszenia|nr zgloszenia|id zgloszenia|zgloszenie|numer sprawy|talep no|arende nr",
        "created": "created at|created|created date|created on|created time|date created|creation date|creation time|"
        "opened at|opened|open date|opened date|open time|date opened|submitted at|submitted|submitted on|submission date|"
        "received at|received|received date|date received|reported at|reported date|reported on|request date|raised at|"
        "logged at|start date|start time|started at|"
        "erstellt am|erstellt|erstellungsdatum|erstelldatum|eingang|eingegangen am|eingangsdatum|angelegt am|eroffnet am|"
        "eroffnet|cree le|date de creation|date creation|ouvert le|date d ouverture|date ouverture|date de reception|"
        "fecha de creacion|fecha creacion|creado|creado el|fecha de apertura|fecha apertura|abierto el|"
        "data di creazione|data creazione|creato il|aperto il|data apertura|data di apertura|"
        "data de criacao|data criacao|criado em|aberto em|data de abertura|"
        "aangemaakt op|aangemaakt|aanmaakdatum|datum aangemaakt|geopend op|ontvangen op|"
        "data crearii|creat la|data creare|data deschiderii|deschis la|data inregistrarii|primit la|"
        "data utworzenia|utworzono|utworzony|data zgloszenia|otwarto|data otwarcia",
        "first_reply": "first reply at|first response at|first reply|first response|first responded at|first response time|"
        "first reply time|time to first response|first response date|first answer|first contact|initial response|"
        "responded at|response date|response time|"
        "erste antwort|erstantwort|erste reaktion|erste antwort am|erstreaktion|reaktionszeit|"
        "premiere reponse|date premiere reponse|primera respuesta|fecha primera respuesta|"
        "prima risposta|data prima risposta|primeira resposta|eerste reactie|eerste antwoord|"
        "primul raspuns|data primului raspuns|pierwsza odpowiedz|data pierwszej odpowiedzi",
        "resolved": "resolved at|resolved|resolution date|resolved date|resolved on|date resolved|resolution time|"
        "time to resolution|time to resolve|solved at|solved|solved date|date solved|completed at|completed|completion date|"
        "completed date|fixed at|gelost am|gelost|losungsdatum|losungszeit|behoben am|erledigt am|"
        "resolu le|date de resolution|date resolution|resuelto|resuelto el|fecha de resolucion|fecha resolucion|"
        "risolto il|risolto|data risoluzione|data di risoluzione|resolvido em|data de resolucao|data resolucao|"
        "opgelost op|opgelost|oplosdatum|rezolvat la|rezolvat|data rezolvarii|data solutionarii|solutionat la|"
        "rozwiazano|data rozwiazania|rozwiazany",
        "closed": "closed at|closed|closed date|close date|date closed|closed on|closing date|closed time|close time|"
        "geschlossen am|geschlossen|abgeschlossen am|schliessdatum|ferme le|date de cloture|date cloture|cloture le|"
        "date de fermeture|cerrado|cerrado el|fecha de cierre|fecha cierre|chiuso il|chiuso|data chiusura|"
        "data di chiusura|fechado em|data de fechamento|encerrado em|data de encerramento|gesloten op|gesloten|"
        "afgesloten op|sluitdatum|inchis la|inchis|data inchiderii|zamknieto|data zamkniecia|zamkniety",
        "due": "due date|due at|due|due by|due on|sla due|sla due date|target date|deadline|resolution due|fallig am|"
        "fallig|falligkeitsdatum|falligkeit|frist|echeance|date d echeance|date limite|fecha limite|"
        "fecha de vencimiento|vencimiento|scadenza|data scadenza|data di scadenza|prazo|data limite|vencimento|"
        "vervaldatum|uiterste datum|deadline op|termen limita|termen|scadent la|data scadenta|termin",
        "updated": "updated at|updated|last updated|last update|last updated at|updated date|updated on|date updated|"
        "modified at|modified|last modified|last modified date|modified date|last change|changed at|system modstamp|"
        "resolution action updated date|last activity|geandert am|zuletzt geandert|aktualisiert am|aktualisiert|"
        "letzte anderung|modifie le|mis a jour le|derniere modification|date de modification|actualizado|"
        "ultima actualizacion|fecha de actualizacion|ultima modificacion|ultima modifica|aggiornato il|"
        "data ultima modifica|atualizado em|ultima atualizacao|gewijzigd op|bijgewerkt op|laatst gewijzigd|"
        "actualizat la|ultima actualizare|modificat la|ultima modificare|zaktualizowano|ostatnia zmiana|data zmiany",
        "status": "status|ticket status|case status|current status|state|issue status|status name|stato|estado|estatus|"
        "statut|etat|zustand|bearbeitungsstatus|stare|stadiu|situacao|stan|stadium|durum",
        "priority": "priority|ticket priority|case priority|prioritat|prio|priorite|prioridad|prioridade|priorita|"
        "prioriteit|prioritate|priorytet|urgency|severity|dringlichkeit|urgence|urgencia|urgentie",
        "queue": "queue|queue name|queuename|group|group name|team|team name|assignment group|assigned group|support group|"
        "skill group|skill|department|assigned team|warteschlange|gruppe|abteilung|bereich|file d attente|groupe|equipe|"
        "service|cola|grupo|equipo|departamento|coda|gruppo|reparto|squadra|fila|equipe responsavel|wachtrij|groep|"
        "afdeling|coada|grup|echipa|departament|kolejka|grupa|zespol|dzial",
        "agent": "agent|agent name|agent id|assignee|assignee id|assignee name|assigned to|assigned agent|owner|owner id|"
        "handled by|operator|advisor|representative|rep|resource|org resource|bearbeiter|zustandig|mitarbeiter|"
        "zugewiesen an|agent traitant|conseiller|assigne a|agente|asignado a|asesor|operatore|assegnato a|responsavel|"
        "atendente|behandelaar|medewerker|toegewezen aan|responsabil|asignat|alocat|konsultant|przypisany|agent obslugi",
        "partner": "partner|partner name|agency|vendor|vendor name|supplier|bpo|outsourcer|provider|service provider|"
        "agency name|partner id|site partner|dienstleister|anbieter|prestataire|fournisseur|proveedor|socio|fornitore|"
        "fornecedor|parceiro|leverancier|furnizor|partener|prestator|dostawca|partner obslugi",
        "channel": "channel|ticket channel|contact channel|channel name|source channel|via channel|contact method|origin|"
        "case origin|medium|via|source|kanal|kontaktkanal|canal|canal de contact|canale|kanaal|kanal kontaktu|open data channel type",
        "language": "language|ticket language|lang|locale|customer language|sprache|langue|idioma|lingua|taal|limba|jezyk",
        "reason": "contact reason|reason|complaint type|ticket type|issue type|case type|request type|category|topic|case reason|"
        "call reason|contact driver|problem type|reason code|type|subcategory|grund|kontaktgrund|anliegen|kategorie|thema|"
        "motif|motif de contact|categorie|motivo|categoria|tipo|tipologia|reden|soort|motiv|tip|powod|kategoria|temat",
        "requester": "requester id|customer id|requester|requester email|customer email|email|e mail|contact email|client id|"
        "user id|customer|caller id|caller|caller number|ani|customer name|client|user|kundennummer|kunden id|kunde|"
        "kunden e mail|e mail adresse|id client|numero client|courriel|cliente|id cliente|correo|correo electronico|"
        "klantnummer|klant|id klienta|klient|cod client",
        "score": "csat|csat score|customer satisfaction rating|satisfaction rating|satisfaction score|customer satisfaction|"
        "satisfaction|survey score|nps|nps score|ces|ces score|rating|score|zufriedenheit|kundenzufriedenheit|bewertung|"
        "note de satisfaction|satisfaccion|puntuacion|soddisfazione|valutazione|satisfacao|avaliacao|tevredenheid|"
        "satisfactie|nota|ocena|zadowolenie",
        "text": "description|message text|message|body|comment|comments|content|text|details|ticket description|beschreibung|"
        "nachricht|inhalt|contenu|descripcion|mensaje|descrizione|messaggio|descricao|mensagem|omschrijving|bericht|"
        "descriere|mesaj|opis|tresc",
        "translated": "machine translated|machine translation|auto translated|automatically translated|is translated|"
        "was translated|translated by machine|translated automatically|translated|maschinell ubersetzt|"
        "automatisch ubersetzt|ubersetzt|traduit automatiquement|traduction automatique|traduit|"
        "traducido automaticamente|traduccion automatica|traducido|tradotto automaticamente|tradotto|"
        "traduzido automaticamente|traduzido|automatisch vertaald|vertaald|tradus automat|tradus|"
        "przetlumaczone maszynowo|przetlumaczono",
        "event": "event type|event|event name|event kind|activity|activity name|action|concept name|change type|field name|"
        "field|ereignis|aktivitat|aktion|evenement|activite|evento|actividad|attivita|acao|atividade|gebeurtenis|"
        "activiteit|eveniment|activitate|actiune|zdarzenie|czynnosc",
        "event_time": "event time|event at|event date|event timestamp|timestamp|time timestamp|occurred at|changed at|"
        "complete timestamp|date time|datetime|time|at|when|created at|updated|updated at|date|zeitstempel|zeitpunkt|"
        "horodatage|marca de tiempo|fecha y hora|fecha|data e ora|data hora|tijdstip|ora|data|czas|datum",
        "event_value": "new value|value|to value|to|new|new status|to status|neuer wert|nouvelle valeur|valor nuevo|"
        "nuovo valore|novo valor|nieuwe waarde|valoare noua|nowa wartosc",
        "event_id": "event id|log id|history id|event key|record id|audit id",
        "actor": "actor|actor role|actor type|role|author role|author type|user role|performed by role|sender type|"
        "lifecycle actor|rolle|auteur role|rol|ruolo",
        "call_date": "date|call date|day|datum|fecha|data|jour",
        "call_started": "call started|call start|enqueued at|queued at|enqueue time|queue entry|start time|started|start|"
        "call time|arrival time|arrived at|offered at|anrufbeginn|debut appel|inicio|inizio",
        "call_answered": "call answered|answered at|answer time|answered|connect time|connected at|connected|pickup time|"
        "angenommen|angenommen um|repondu a|contestada|risposta",
        "call_ended": "call ended|call end|ended at|end time|ended|hangup time|hung up at|end|disconnected at|disconnect time|"
        "anrufende|fin appel|fin|fine",
        "wait": "wait length|wait time|wait|queue time|time in queue|waiting time|wait seconds|seconds to answer|"
        "speed of answer|queue duration|wait duration|wartezeit|temps d attente|tiempo de espera|tempo di attesa|"
        "tempo de espera|wachttijd|timp de asteptare|czas oczekiwania",
        "talk": "service length|talk time|talk|talk duration|handle time|handling time|duration|call duration|service time|"
        "talk seconds|gesprachsdauer|gesprachszeit|duree d appel|duracion|durata|duracao|gespreksduur|durata apel|"
        "czas rozmowy",
        "outcome": "outcome|call outcome|call result|call status|disposition|result|abandoned|is abandoned|call type|ergebnis",
    }.items()
}

# Category -> status words. Keys are compared in small letters without accents, marks become blanks.
_STATUSES: dict[str, str] = {
    "new": "new|neu|nouveau|nouvelle|nuevo|nueva|nuovo|nuova|novo|nova|nieuw|noua|nou|nowy|nowe|unassigned|unopened|"
    "created|received|submitted|logged|offen neu|eingegangen|registered|todo|to do|backlog|queued|open new|inregistrat",
    "open": "open|opened|in progress|in bearbeitung|active|assigned|started|working|work in progress|wip|in process|"
    "processing|reopened|re opened|re open|escalated|offen|bearbeitung|zugewiesen|wieder geoffnet|ouvert|ouverte|en cours|"
    "en traitement|reouvert|abierto|abierta|en progreso|en curso|en proceso|asignado|reabierto|aperto|aperta|"
    "in corso|in lavorazione|riaperto|assegnato|aberto|aberta|em andamento|em progresso|reaberto|geopend|"
    "in behandeling|lopend|heropend|deschis|deschisa|in lucru|in curs|in desfasurare|redeschis|alocat|otwarty|otwarte|"
    "w toku|w trakcie|w realizacji|ponownie otwarty|in review|under investigation|investigating|first response|responded|"
    "answered|awaiting agent|waiting for support|waiting on agent|waiting on us|customer replied|acknowledged|accepted|triaged",
    "pending": "pending|waiting|awaiting customer|waiting for customer|waiting on customer|pending customer|awaiting reply|"
    "pending reply|awaiting your reply|waiting for reply|awaiting response|customer action|pending customer response|"
    "awaiting user info|need info|needs info|feedback|wartend|warten auf kunde|warten auf kunden|wartet auf kunde|"
    "ruckfrage|en attente|en attente client|en attente du client|pendiente|pendiente cliente|esperando cliente|"
    "esperando al cliente|in attesa|in attesa cliente|in attesa del cliente|pendente|aguardando cliente|aguardando|"
    "wachtend|wacht op klant|in afwachting|in asteptare|asteapta client|asteptare client|oczekujacy|oczekuje|"
    "oczekiwanie na klienta|oczekuje na klienta|pending user|snoozed",
    "hold": "hold|on hold|onhold|paused|suspended|waiting for third party|waiting on third party|third party|"
    "pending vendor|awaiting vendor|waiting for vendor|pending third party|blocked|deferred|postponed|angehalten|pausiert|"
    "zuruckgestellt|suspendu|en pause|suspendido|en espera|en pausa|sospeso|in pausa|suspenso|em espera|in de wacht|"
    "opgeschort|gepauzeerd|suspendat|blocat|wstrzymany|zawieszony|wstrzymane",
    "solved": "solved|resolved|done|completed|complete|fixed|finished|answered and solved|gelost|erledigt|behoben|"
    "beantwortet|resolu|resolue|termine|traite|resuelto|resuelta|solucionado|terminado|risolto|risolta|completato|"
    "resolvido|resolvida|concluido|solucionada|opgelost|afgehandeld|voltooid|rezolvat|rezolvata|solutionat|finalizat|"
    "rozwiazany|rozwiazane|zakonczony|zalatwiony|pre closed|fulfilled",
    "closed": "closed|close|cancelled|canceled|deleted|archived|rejected|duplicate|geschlossen|abgeschlossen|storniert|"
    "abgelehnt|ferme|fermee|cloture|cloturee|annule|cerrado|cerrada|cancelado|chiuso|chiusa|annullato|fechado|"
    "fechada|encerrado|cancelada|gesloten|afgesloten|geannuleerd|inchis|inchisa|anulat|zamkniety|zamkniete|"
    "anulowany|spam|abandoned|merged|withdrawn|expired|void",
}
STATUSES: dict[str, str] = {word: category for category, words in _STATUSES.items() for word in words.split("|")}

# Canonical channel -> words.
CHANNELS: dict[str, str] = {
    word: channel
    for channel, words in {
        "email": "email|e mail|mail|courriel|correo|correo electronico|posta elettronica",
        "chat": "chat|live chat|livechat|web chat|webchat|messaging|in app|inapp|intercom|native messaging",
        "phone": "phone|voice|call|telephone|inbound call|phone call|telefon|telephone inbound|telefono|telefoon|voicemail|"
        "phone call inbound|phone call outbound|phone inbound",
        "web": "web|web form|webform|form|portal|website|online|self service|help center|api|web service|formulaire|formular",
        "social": "social|social media|facebook|twitter|x|instagram|twitter dm|facebook post|facebook message|tiktok|"
        "reseaux sociaux|redes sociales|x corp tweet",
        "whatsapp": "whatsapp|whats app",
        "sms": "sms|text message|texting",
        "mobile": "mobile|mobile app|app|mobile sdk",
    }.items()
    for word in words.split("|")
}

# Canonical event (kind, or kind:value; value `*` is the row's own) -> activity words of event logs.
EVENTS: dict[str, str] = {
    word: event
    for event, words in {
        "created": "created|create|ticket created|case created|opened|open ticket|case opened|new|insert ticket|register|"
        "received|submitted|ticket opened|erstellt|angelegt|cree|creation|creado|creato|criado|aangemaakt|creat|utworzono|"
        "enterqueue|call started|conversation started",
        "message:agent": "agent reply|agent replied|reply sent|reply|replied|public reply|public comment|agent message|"
        "first reply|first response|response sent|responded|answer|answered|email sent|outbound message|agent comment|"
        "agent response|antwort|beantwortet|reponse|respuesta|risposta|resposta|antwoord|raspuns|odpowiedz|connect",
        "message:customer": "customer reply|customer replied|customer message|inbound message|customer comment|"
        "customer response|email received|requester reply|end user reply|kundenantwort|message received",
        "message:auto": "auto reply|autoreply|automatic reply|auto response|acknowledgement sent|autoresponder",
        "note": "note|internal note|private note|internal comment|private comment|work note|work notes|notiz|note interne",
        "queue:*": "queue|queue changed|group|group changed|group id|transferred|transfer|queue change|assigned to group|"
        "group assignment|team changed|moved|routed|skill changed|requeued|queue transfer",
        "owner:*": "assigned|assign|assignee|assignee changed|assignee id|owner|owner changed|reassigned|assign seriousness|"
        "take in charge ticket|agent assigned|zugewiesen|assigned to|assignment",
        "priority:*": "priority|priority changed|priority change|prioritat",
        "status:*": "status|status changed|status change|state|state changed|status update|statusanderung",
        "status:pending": "pending|wait|waiting for customer|awaiting customer|await customer",
        "status:hold": "on hold|hold|put on hold|waiting for third party",
        "status:open": "reopened|re opened|reopen|resumed|resume|work started|in progress|started",
        "status:solved": "resolved|solved|resolve|resolve ticket|completed|fixed|done|gelost|resolu|resuelto|risolto|"
        "completeagent|completecaller|rezolvat|opgelost|rozwiazano",
        "status:closed": "closed|close|case closed|ticket closed|geschlossen|ferme|cerrado|chiuso|gesloten|inchis|zamknieto|"
        "abandon|abandoned|cancelled|exitempty|exitwithtimeout|leaveempty|call ended",
        "escalated:*": "escalated|escalate|escalation|require upgrade|eskaliert",
        "acknowledged": "acknowledged|acknowledge|ack|confirmed receipt",
        "handover": "handover|hand over|bot handover|request human|handoff|human requested",
        "merged:*": "merged|merge|merged into|ticket merged",
        "flag:spam": "spam|marked as spam|flag spam",
        "flag:duplicate": "duplicate|marked as duplicate|insert duplicate",
        "flag:test": "test",
    }.items()
    for word in words.split("|")
}

ACTORS: dict[str, str] = {
    word: actor
    for actor, words in {
        "customer": "customer|end user|enduser|user|requester|client|contact|consumer|kunde|klient|cliente|klant|visitor|caller|"
        "external|inbound",
        "agent": "agent|admin|staff|employee|advisor|operator|support|owner|light agent|mitarbeiter|agente|medewerker|"
        "teammate|internal|outbound|support agent",
        "system": "system|trigger|automation|rule|workflow|integration|app|sla|auto",
        "bot": "bot|chatbot|virtual agent|virtual assistant|ai agent|assistant",
    }.items()
    for word in words.split("|")
}

LANGUAGES: dict[str, str] = {
    word: code
    for code, words in {
        "en": "english|englisch|anglais|ingles|inglese|engels|engleza|angielski",
        "de": "german|deutsch|allemand|aleman|tedesco|alemao|duits|germana|niemiecki",
        "fr": "french|franzosisch|francais|frances|francese|frans|franceza|francuski",
        "es": "spanish|spanisch|espagnol|espanol|spagnolo|espanhol|spaans|spaniola|hiszpanski",
        "it": "italian|italienisch|italien|italiano|italiaans|italiana|wloski",
        "pt": "portuguese|portugiesisch|portugais|portugues|portoghese|portugees|portugheza|portugalski",
        "nl": "dutch|niederlandisch|neerlandais|neerlandes|olandese|holandes|nederlands|olandeza|holenderski",
        "ro": "romanian|rumanisch|roumain|rumano|rumeno|romeno|roemeens|romana|rumunski",
        "pl": "polish|polnisch|polonais|polaco|polacco|polones|pools|poloneza|polski",
        "hu": "hungarian|ungarisch|hongrois|hungaro|magyar",
        "cs": "czech|tschechisch|tcheque|checo|cestina",
        "tr": "turkish|turkisch|turc|turco|turkce",
        "sv": "swedish|schwedisch|suedois|sueco|svenska",
        "da": "danish|danisch|danois|danes|dansk",
        "el": "greek|griechisch|grec|griego|greco",
        "ja": "japanese|japanisch|japonais|japones",
        "zh": "chinese|chinesisch|chinois|chino|mandarin",
        "ar": "arabic|arabisch|arabe|arabo",
        "ru": "russian|russisch|russe|ruso|russo",
        "uk": "ukrainian|ukrainisch|ukrainien|ucraniano",
    }.items()
    for word in words.split("|")
}


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A column's or status' name for comparison: camel case split, small letters, no accents, marks as blanks."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[a-z0-9]+", plain_ascii(split)))


def _meaning(word: str, meanings: dict[str, str]) -> str | None:
    plain = plain_name(word)
    if plain in meanings:
        return meanings[plain]
    # "2 - In Progress", "status_open", "Closed (auto)": the longest known words inside decide, if they agree.
    tokens = plain.split()
    for size in range(min(len(tokens), 4), 0, -1):
        found = {
            meanings[part]
            for at in range(len(tokens) - size + 1)
            if (part := " ".join(tokens[at : at + size])) in meanings
        }
        if len(found) == 1:
            return found.pop()
        if found:
            return None
    return None


def status_category(word: str) -> str | None:
    """new, open, pending, hold, solved or closed; None where the word is not known."""
    return _meaning(word, STATUSES)


def channel_of(word: str) -> str | None:
    """The canonical channel of a word, None where it is not known."""
    return _meaning(word, CHANNELS)


def event_of(word: str) -> str | None:
    """The canonical event (`kind` or `kind:value`) of an activity's name, None where it is not known."""
    plain = plain_name(word)
    if plain in EVENTS:
        return EVENTS[plain]
    category = STATUSES.get(plain)
    return f"status:{category}" if category else _meaning(word, EVENTS)


def actor_of(word: str) -> str | None:
    """The canonical role of an actor's word, None where it is not known."""
    return _meaning(word, ACTORS)


_TRUTHS = {
    **dict.fromkeys(("true", "yes", "y", "1", "t", "ja", "oui", "si", "sim", "da", "tak"), "yes"),
    **dict.fromkeys(("false", "no", "n", "0", "f", "nein", "non", "nao", "nee", "nu", "nie"), "no"),
}


def truth_of(word: str) -> str | None:
    """`yes` or `no` for a word that says either, None for any other."""
    return _TRUTHS.get(plain_name(word))


def language_of(word: str) -> str | None:
    """The ISO 639 code of a language's name, code or locale (`de-DE`), None where it is not known."""
    plain = plain_name(word)
    if plain in LANGUAGES:
        return LANGUAGES[plain]
    first = plain.split(" ", 1)[0] if plain else ""
    if len(first) == 2 and first.isalpha():
        return first
    return _meaning(word, LANGUAGES)


@lru_cache(maxsize=4096)
def name_score(name: str, role: str) -> float:
    """How well a column's name fits a role, 0 to 1: 1 the very phrase, less for one inside a longer name."""
    plain = plain_name(name)
    if not plain:
        return 0.0
    best = 0.0
    tokens = plain.split()
    for rank, phrase in enumerate(ROLES[role]):
        early = 0.02 * min(rank, 10) / 10
        if plain == phrase or plain.replace(" ", "") == phrase.replace(" ", ""):
            return 1.0 - early
        words = phrase.split()
        # One word inside a long name says little ("type" in "location type").
        if len(words) < len(tokens) and any(
            tokens[at : at + len(words)] == words for at in range(len(tokens) - len(words) + 1)
        ):
            share = len(words) / len(tokens)
            ends = tokens[-len(words) :] == words
            best = max(
                best, (0.35 + 0.4 * share if len(words) > 1 else 0.2 + 0.4 * share) + (0.05 if ends else 0) - early
            )
    return best

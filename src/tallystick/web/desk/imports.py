r"""Files that people give: looked at, corrected, taken in; with the outcome of every import.

A file waits in `desk/uploads` under a name of ours until it is taken in. Reading and taking in are work of the worker;
the state of a row says where it is:

    given -> reading -> read -> approved -> importing -> done
                          \_ corrected: given again      \_ interrupted: nothing is half stored, started again

A file of a partner's person holds that partner's rows alone, whatever it says.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.home import Home
from tallystick.records.connectors.any_table.guess import SHAPE_ROLES
from tallystick.records.containers.encoding import known as is_encoding
from tallystick.records.containers.trouble import RULES
from tallystick.records.containers.unpacking import kind_of
from tallystick.records.mapping_file import feed_name
from tallystick.vocabulary.errors import NotFound
from tallystick.web import intake
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told
from tallystick.web.desk._sources import feeds_of, loads_of
from tallystick.web.place import desk_folder
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING, Role
from tallystick.web.watched_connector import FOREIGN, FOREIGN_TITLE
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

GIVERS = STEERING | {Role.PARTNER_ADMIN}
UPLOADS = "uploads"
ENDINGS = frozenset(
    [
        "csv",
        "xml",
        "pdf",
        "tsv",
        "tab",
        "txt",
        "json",
        "jsonl",
        "ndjson",
        "parquet",
        "pq",
        "xlsx",
        "xlsm",
        "ics",
        "log",
        "gz",
        "bz2",
        "zst",
        "xz",
        "zip",
    ]
)
_INNER = frozenset(["csv", "tsv", "tab", "txt", "json", "jsonl", "ndjson", "parquet", "ics", "log"])
# Electronic invoices are documents: what their name says, and nothing else under that name.
_DOCUMENTS = {"xml": frozenset({"xml", "text"}), "pdf": frozenset({"PDF"})}
_KINDS = frozenset({"text", "parquet", "zip", "gzip", "bzip2", "zstd", "xz"})
MOST_WAITING = 20
MOST_TO_CORRECT = 5_000

GIVEN, READING, READ, APPROVED = "given", "reading", "read", "approved"
IMPORTING, DONE, REFUSED, INTERRUPTED, DROPPED = "importing", "done", "refused", "interrupted", "dropped"
AT_WORK = frozenset({GIVEN, READING, APPROVED, IMPORTING})
OPEN = AT_WORK | {READ, INTERRUPTED}
# What came by hand and cannot be read stands there until somebody removes it.
LISTED = Q(state__in=OPEN) | Q(state=REFUSED, given_by__isnull=False)


class Import(models.Model):
    """One file on its way in. `partner` is whose person gave it, empty for the client's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    partner = models.CharField(max_length=64, blank=True, db_index=True)
    name = models.CharField(max_length=120)
    stored = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=16, default=GIVEN, db_index=True)
    version = models.IntegerField(default=1)
    tries = models.IntegerField(default=0)
    told = models.JSONField(default=dict)
    look = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    feed = models.CharField(max_length=96, blank=True)
    load_id = models.CharField(max_length=32, blank=True, db_index=True)
    given_by = models.UUIDField(null=True)
    given_name = models.CharField(max_length=120)
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)


# ---- giving a file -----------------------------------------------------------------------------------------------


class _Files(forms.ClearableFileInput):
    """An input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; each is checked by itself when it is kept."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """All the files that came, at least one."""
        sent = list(data) if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in sent or [None]]


class GiveFile(forms.Form):
    """Files; the client's people may say whose rows these are."""

    file = FilesField(
        label=gettext_lazy("Files"), help_text=gettext_lazy("CSV, TSV, JSON, Parquet or XLSX, packed or not.")
    )
    for_partner = forms.CharField(
        label=gettext_lazy("Partner, for rows that name none"), required=False, max_length=64,
        help_text=gettext_lazy("Leave it empty where the file says it."),
    )  # fmt: skip

    def clean_file(self) -> list[Any]:
        """A file that comes alone is refused here, with the form; among several each has its own row."""
        given: list[Any] = self.cleaned_data["file"]
        wrong = fault_of(given[0]) if len(given) == 1 else ""
        if wrong:
            raise forms.ValidationError(wrong)
        return given


def fault_of(given: Any) -> str:
    """Why a file is not taken by its size, ending and content; empty where it is. The rest is found when it is read."""
    endings = [part.lower() for part in given.name.split(".")[1:]]
    if not endings or endings[-1] not in ENDINGS:
        return _("Files that end like this are not read. Export a table: CSV, Parquet or XLSX.")
    if given.size > settings.MOST_UPLOAD_BYTES:
        most = settings.MOST_UPLOAD_BYTES >> 20
        return _("The file is larger than %(most)s MiB. Pack it, or split it by month.") % {"most": most}
    if kind_of(given.read(1 << 16)) not in _DOCUMENTS.get(endings[-1], _KINDS):
        return _("The content is not a table, whatever the name says. Export it again as CSV.")
    given.seek(0)
    return ""


def stored_name(name: str) -> str:
    """Our own name for a file: letters, digits and hyphens of the given one, and an ending that is known."""
    stem, *endings = name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].split(".")
    known = [part.lower() for part in endings if part.lower() in ENDINGS]
    kept = known[-2:] if len(known) > 1 and known[-2] in _INNER else known[-1:]
    return ".".join([feed_name(stem)[:60], *kept])


def _shown_name(name: str) -> str:
    return re.sub(r"[^\w .()+-]", "_", name)[:120]


@deed(gettext_lazy("Give files"), roles=GIVERS, form=GiveFile, button=gettext_lazy("Look at them"))
def do_give_file(room: Room, given: Mapping[str, Any]) -> Done:
    """Keep files under names of ours and have them looked at; each becomes an import of its own."""
    own, files = room.actor.party, given["file"]
    partner = "" if own else given["for_partner"].strip()
    if partner and partner not in room.books.partners:
        raise NotNow(_("There is no partner of that name."), ", ".join(sorted(room.books.partners)))
    if Import.objects.filter(partner=own, state__in=OPEN).count() + len(files) > MOST_WAITING:
        raise NotNow(
            _("%(most)s files at most can wait at a time.") % {"most": MOST_WAITING},
            _("Take some in, or remove some, or give fewer at once."),
        )
    kept = [_kept(room, one, partner) for one in files]
    after = {"sha256": [one.sha256 for one, _known in kept]}
    if len(kept) == 1:
        one, was_here = kept[0]
        words = _("The file is here and is being looked at. Nothing is stored yet.")
        return Done(
            _("This file is here already.") if was_here else words, f"import {one.id}", own, address(one.id),
            after=None if was_here else after,
        )  # fmt: skip
    known = sum(was for _one, was in kept)
    refused = sum(one.state == REFUSED for one, was in kept if not was)
    looked = len(kept) - known - refused
    said = [
        ngettext("%(n)d file is being looked at.", "%(n)d files are being looked at.", looked) % {"n": looked},
        ngettext("%(n)d was here already.", "%(n)d were here already.", known) % {"n": known} if known else "",
        ngettext("%(n)d cannot be read.", "%(n)d cannot be read.", refused) % {"n": refused} if refused else "",
        _("Nothing is stored yet: each stands below with its own outcome."),
    ]
    about = f"imports {kept[0][0].id} and {len(kept) - 1} more"
    return Done(" ".join(part for part in said if part), about, own, "/data#on-the-way", after=after)


def _kept(room: Room, given: Any, partner: str) -> tuple[Import, bool]:
    """The row of a file and whether it was there already; one that cannot be read has a row that says why."""
    own, wrong = room.actor.party, fault_of(given)
    number = uuid.UUID(bytes=secrets.token_bytes(16))
    shared: dict[str, Any] = {
        "id": number, "partner": own, "name": _shown_name(given.name), "size": given.size,
        "given_by": room.actor.id, "given_name": room.actor.name, "given_at": room.now, "changed_at": room.now,
    }  # fmt: skip
    if wrong:
        look = {"refused": wrong, "cure": ""}
        return Import.objects.create(**shared, stored="", sha256="", state=REFUSED, look=look), False
    folder = uploads(room.home) / number.hex
    folder.mkdir(mode=0o700, parents=True)
    path = folder / stored_name(given.name)
    sha = hashlib.sha256()
    with path.open("wb") as out:
        path.chmod(0o600)
        for chunk in given.chunks():
            sha.update(chunk)
            out.write(chunk)
        # What is acknowledged is on the disk, like the row that tells of it.
        out.flush()
        os.fsync(out.fileno())
    twice = Import.objects.filter(partner=own, sha256=sha.hexdigest(), state__in=OPEN).first()
    if twice is not None:
        shutil.rmtree(folder)
        return twice, True
    told = intake.Told(partner=partner).as_plain()
    return Import.objects.create(**shared, stored=path.name, sha256=sha.hexdigest(), told=told), False


def uploads(home: Home) -> Path:
    """Where files wait."""
    return desk_folder(home.root) / UPLOADS


def address(number: uuid.UUID | str) -> str:
    """The page of one import."""
    return f"/data/import/{uuid.UUID(str(number)).hex}"


# ---- correcting how it is read -----------------------------------------------------------------------------------

_ROW = re.compile(r"(column|role|date|part|word|meaning)-(\d{1,3})")
_KEPT = ("column", "part", "word")


class CorrectReading(forms.Form):
    """How the file is to be read. Rows of columns and of words are numbered fields; their names travel with them."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=32)
    version = forms.IntegerField(widget=forms.HiddenInput)
    connector = forms.CharField(label=gettext_lazy("Read as"), max_length=40, required=False)
    shape = forms.CharField(label=gettext_lazy("Each row is"), max_length=40, required=False)
    feed = forms.CharField(label=gettext_lazy("Feed"), max_length=80, required=False)
    zone = forms.CharField(label=gettext_lazy("Zone of local times"), max_length=64, required=False)
    delimiter = forms.CharField(label=gettext_lazy("Delimiter"), max_length=12, required=False, strip=False)
    encoding = forms.CharField(label=gettext_lazy("Encoding"), max_length=40, required=False)
    sheet = forms.CharField(label=gettext_lazy("Sheet"), max_length=80, required=False)

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        for key in sorted(data if data is not None else initial or {}):
            row = _ROW.fullmatch(key)
            if row:
                named = (data if data is not None else initial).get(f"column-{row[2]}") or key
                widget = forms.HiddenInput if row[1] in _KEPT else forms.TextInput
                self.fields[key] = forms.CharField(label=named, required=False, max_length=300, widget=widget)

    def clean_zone(self) -> str:
        """A zone of the database of zones."""
        zone: str = self.cleaned_data["zone"]
        if zone and zone not in available_timezones():
            raise forms.ValidationError(_("There is no such zone. Write it as Europe/Bucharest."))
        return zone

    def clean_encoding(self) -> str:
        """An encoding that is known."""
        encoding: str = self.cleaned_data["encoding"]
        if encoding and not is_encoding(encoding):
            raise forms.ValidationError(_("There is no such encoding. Write it as utf-8 or windows-1252."))
        return encoding

    def rows(self, kind: str) -> dict[str, str]:
        """Numbered fields of a kind by their number."""
        found = self.cleaned_data.items()
        return {key.partition("-")[2]: value for key, value in found if key.startswith(f"{kind}-")}


def _asked_reading(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    one = _fetched(room, given.get("number", ""))
    mapping, look = one.look.get("mapping", {}), one.look
    initial: dict[str, Any] = {
        "number": one.id.hex, "version": one.version, "connector": mapping.get("connector", ""),
        "shape": mapping.get("shape", ""), "feed": mapping.get("feed", ""), "zone": mapping.get("zone", ""),
    }  # fmt: skip
    for at, column in enumerate(look.get("columns", [])):
        initial |= {f"column-{at}": column["name"], f"role-{at}": column["role"], f"date-{at}": column["date"]}
    return initial


def _corrected(room: Room, one: Import, given: Mapping[str, Any]) -> intake.Told:
    """What the form says, checked against what was seen of the file: meanings that there are, columns that it has."""
    before = intake.Told.of_plain(one.told)
    look = one.look
    if given["connector"] and given["connector"] not in intake.connectors():
        raise NotNow(_("There is no way of reading of that name."), ", ".join(intake.connectors()))
    shape = look.get("mapping", {}).get("shape", "")
    if given["shape"] and given["shape"] not in SHAPE_ROLES:
        # The only shape of a connector's files is not chosen, and says nothing new.
        given = {**given, "shape": ""}
        shape = ""
    numbered = {key: value for key, value in given.items() if _ROW.fullmatch(key)}
    has = {column["name"] for column in look.get("columns", [])}
    taken: dict[str, str] = {}
    dates: dict[str, str] = {}
    for key, column in numbered.items():
        kind, _dash, at = key.partition("-")
        if kind != "column" or column not in has:
            continue
        role, form = numbered.get(f"role-{at}", ""), numbered.get(f"date-{at}", "")
        if role in look["roles"]:
            if role in taken:
                both = {"role": role, "one": taken[role], "other": column}
                message = _("Both “%(one)s” and “%(other)s” are said to be %(role)s.") % both
                raise NotNow(message, _("Leave one of them unused."))
            taken[role] = column
        if form in intake.DATE_FORMS:
            dates[column] = form
    if taken:
        guessed = look.get("mapping", {}).get("columns", {})
        taken |= {role: "" for role in guessed if role not in taken}
    words: dict[str, dict[str, str]] = {part: dict(said) for part, said in before.words.items()}
    for key, raw in numbered.items():
        kind, _dash, at = key.partition("-")
        part, meaning = numbered.get(f"part-{at}", ""), numbered.get(f"meaning-{at}", "").strip()
        if kind == "word" and part in intake.WORDS and raw:
            kind_of_file = look.get("mapping", {}).get("connector", "")
            among = tuple(room.books.partners) if part == "queues" else intake.meanings(kind_of_file, part)
            if among and meaning and meaning not in among:
                raise NotNow(_("“%(word)s” is no meaning that is known.") % {"word": meaning}, ", ".join(among))
            if meaning or raw in words.get(part, {}):
                words.setdefault(part, {})[raw] = meaning
    delimiter = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}.get(given["delimiter"], given["delimiter"])
    feed = intake.feed_for(room.home, given["feed"], one.partner) if given["feed"].strip() else before.feed
    anew = any(
        (
            given["connector"] != look.get("mapping", {}).get("connector", ""),
            given["shape"] != shape,
            delimiter != before.delimiter,
            given["encoding"] != before.encoding,
            given["sheet"] != before.sheet,
        )
    )
    return intake.Told(
        connector=given["connector"] or before.connector, feed=feed, partner=before.partner, shape=given["shape"],
        zone=given["zone"], encoding=given["encoding"], delimiter=delimiter, sheet=given["sheet"],
        columns={} if anew else taken, dates={} if anew else dates, words={} if anew else words,
    )  # fmt: skip


@deed(
    gettext_lazy("Correct how the file is read"), roles=GIVERS, form=CorrectReading, initial=_asked_reading,
    button=gettext_lazy("Read it so"),
)  # fmt: skip
def do_correct_reading(room: Room, given: Mapping[str, Any]) -> Done:
    """Have the file looked at again as a person says."""
    one = _fetched(room, given["number"])
    _only(one, {READ, REFUSED}, given["version"])
    before = one.told
    one.told = _corrected(room, one, given).as_plain()
    one.state, one.version, one.changed_at = GIVEN, one.version + 1, room.now
    one.save()
    words = _("The file is being read as you said. Nothing is stored yet.")
    return Done(words, f"import {one.id}", one.partner, address(one.id), before=before, after=one.told)


# ---- deciding ----------------------------------------------------------------------------------------------------


class WhichImport(forms.Form):
    """One import, at the state that its reader saw."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=32)
    version = forms.IntegerField(widget=forms.HiddenInput)
    about = Told(gettext_lazy("File"), as_is=True)


def _this_import(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    one = _fetched(room, given.get("number", ""))
    return {"number": one.id.hex, "version": one.version, "about": one.name}


@deed(
    gettext_lazy("Take the file in"), roles=GIVERS, form=WhichImport, initial=_this_import,
    button=gettext_lazy("Take it in"),
)  # fmt: skip
def do_import_file(room: Room, given: Mapping[str, Any]) -> Done:
    """Save the mapping and store the rows, as a job of the worker."""
    one = _fetched(room, given["number"])
    _only(one, {READ}, given["version"])
    if one.look.get("refused"):
        raise NotNow(one.look["refused"], one.look.get("cure", ""))
    return _approved(room, one, _("The file is being taken in."))


@deed(gettext_lazy("Start again"), roles=GIVERS, form=WhichImport, initial=_this_import)
def do_start_again(room: Room, given: Mapping[str, Any]) -> Done:
    """Take a file in whose import was interrupted. What was stored already is found and not stored twice."""
    one = _fetched(room, given["number"])
    _only(one, {INTERRUPTED}, given["version"])
    return _approved(room, one, _("The file is being taken in again."))


def _approved(room: Room, one: Import, words: str) -> Done:
    before = {"state": one.state}
    one.state, one.changed_at, one.done, one.total = APPROVED, room.now, 0, 0
    one.save()
    after = {"state": one.state, "mapping": one.look.get("mapping", {})}
    return Done(words, f"import {one.id}", one.partner, address(one.id), before=before, after=after)


@deed(
    gettext_lazy("Remove the file"), roles=GIVERS, form=WhichImport, initial=_this_import,
    button=gettext_lazy("Remove it"),
)  # fmt: skip
def do_drop_file(room: Room, given: Mapping[str, Any]) -> Done:
    """Remove a file that is not to be taken in."""
    one = _fetched(room, given["number"])
    _only(one, {READ, REFUSED, INTERRUPTED}, given["version"])
    before = {"state": one.state}
    one.state, one.look, one.changed_at = DROPPED, {}, room.now
    one.save()
    folder = uploads(room.home) / one.id.hex
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    words = _("The file is removed; nothing of it was stored.")
    return Done(words, f"import {one.id}", one.partner, "/data", before=before, after={"state": DROPPED})


def _fetched(room: Room, number: str) -> Import:
    """The row for writing, if the room sees it; raises NotFound for what is not there and what is not ours."""
    try:
        seen = room.rows(Import).filter(id=uuid.UUID(number)).exists()
    except ValueError:
        seen = False
    if not seen:
        raise NotFound("import", number)
    return Import.objects.get(id=uuid.UUID(number))


def _only(one: Import, states: set[str], version: int) -> None:
    if one.state not in states:
        raise NotNow(_("The file is not waiting for this any more."), _("Open its page again to see where it is."))
    if one.version != version:
        raise NotNow(_("Somebody has read the file otherwise since."), _("Open its page again and look at it first."))


# ---- what pages read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """One file on its way, for a page."""

    number: str
    name: str
    partner: str
    state: str
    feed: str
    size: int
    version: int
    given_name: str
    given_at: datetime
    changed_at: datetime
    done: int
    total: int
    look: Mapping[str, Any]
    told: Mapping[str, Any]
    outcome: Mapping[str, Any]

    @property
    def at_work(self) -> bool:
        """Whether the worker has it, or it waits for the worker."""
        return self.state in AT_WORK

    @property
    def address(self) -> str:
        """Its page."""
        return address(self.number)


class Imports(Workflow):
    """Files on their way and the outcome of every import, inside the room."""

    def may_give(self) -> bool:
        """Whether this person's roles allow giving files."""
        return self.room.actor.may(GIVERS)

    @property
    def most_waiting(self) -> int:
        """How many files of one side can wait at a time."""
        return MOST_WAITING

    def choices(self, connector: str) -> dict[str, Any]:
        """What may be chosen when a reading is corrected."""
        own = not self.room.scope.sees_all
        among = {part: list(intake.meanings(connector, part)) for part in intake.WORDS}
        among["queues"] = sorted(self.room.books.partners)
        return {
            "connectors": intake.connectors(),
            "supports": intake.supports(connector),
            "shapes": list(SHAPE_ROLES) if connector == "any_table" else [],
            "delimiters": list(intake.DELIMITERS.values()),
            "dates": list(intake.DATE_FORMS),
            "meanings": {part: words for part, words in among.items() if not (own and part == "queues")},
        }

    def open(self) -> tuple[Given, ...]:
        """Files that wait for somebody or something, newest first, and those that cannot be read until removed."""
        rows = self.room.rows(Import).filter(LISTED).defer("look", "outcome").order_by("-given_at")
        return tuple(_given(one, whole=False) for one in rows)

    def one(self, number: str) -> Given:
        """One file; raises NotFound for what is not there and what is not ours."""
        try:
            found = self.room.rows(Import).filter(id=uuid.UUID(number)).first()
        except ValueError:
            found = None
        if found is None:
            raise NotFound("import", number)
        return _given(found, whole=True)

    def wrong_rows(self, one: Given) -> list[dict[str, Any]]:
        """The faults of an import that the room sees, in order of the file, up to a bound that the page states."""
        quarantine, mapping = str(one.outcome.get("quarantine", "")), one.look.get("mapping", {})
        return intake.rejected_rows(self.room.home, quarantine, mapping, MOST_TO_CORRECT)

    def loads(self) -> tuple[Mapping[str, Any], ...]:
        """The core's ledger of imports inside the scope, newest first, each with the page of the file if it has one.

        A partner sees the imports of its own feeds; what they say of single cells only where it gave the file itself.
        """
        pages = {
            one.load_id: address(one.id)
            for one in self.room.rows(Import).filter(state=DONE).only("id", "load_id")
            if one.load_id
        }
        own = None if self.room.scope.sees_all else self.room.scope.partners
        mappings = feeds_of(self.room.home)
        found = []
        for line in loads_of(self.room.home):
            feed = mappings.get(line.get("feed", ""))
            if own is not None and (feed is None or feed.partner not in own):
                continue
            page = pages.get(line.get("load_id", ""), "")
            kept = {key: line.get(key) for key in _LEDGER}
            kept["reasons"] = _reasons(line, plain=own is not None and not page)
            found.append({**kept, "page": page})
        return tuple(found)


_LEDGER = ("as_of", "file", "feed", "connector", "rows_in", "stored", "duplicate", "rejected", "refused", "load_id")


def _reasons(line: Mapping[str, Any], *, plain: bool) -> list[str]:
    """Why rows of a load were rejected, by rule; `plain` leaves out what single cells say."""
    found: dict[str, list[Any]] = {}
    for one in line.get("findings", []):
        if one.get("severity") == "error":
            known = found.setdefault(one["id"], [0, one["message"]])
            known[0] += int(one.get("count", 1))
    titles = {rule: RULES[rule].title for rule in found if rule in RULES} | {FOREIGN: FOREIGN_TITLE}
    return [
        ngettext("%(rule)s, %(rows)s row: %(why)s", "%(rule)s, %(rows)s rows: %(why)s", rows)
        % {"rule": rule, "rows": f"{rows:,}", "why": titles.get(rule, "") if plain or rows > 1 else message}
        for rule, (rows, message) in found.items()
    ]


def _given(one: Import, *, whole: bool) -> Given:
    return Given(
        number=one.id.hex, name=one.name, partner=one.partner, state=one.state, feed=one.feed, size=one.size,
        version=one.version, given_name=one.given_name, given_at=one.given_at, changed_at=one.changed_at,
        done=one.done, total=one.total, look=one.look if whole else {}, told=one.told if whole else {},
        outcome=one.outcome if whole else {},
    )  # fmt: skip

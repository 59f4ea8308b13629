r"""Files that people give: looked at, corrected, taken in; with the outcome of every import.

A file waits in `desk/uploads` under a name of ours until it is taken in. Reading and taking in are work of the worker;
the state of a row says where it is:

    given -> reading -> read -> approved -> importing -> done
                          \_ corrected: given again      \_ interrupted: nothing is half stored, started again

A file of a partner's person holds that partner's rows alone, whatever it says.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.home import Home
from tallystick.records.connectors.any_table.guess import SHAPE_ROLES
from tallystick.records.containers.trouble import RULES
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


# ---- where it waits ---------------------------------------------------------------------------------------------


def uploads(home: Home) -> Path:
    """Where files wait."""
    return desk_folder(home.root) / UPLOADS


def address(number: uuid.UUID | str) -> str:
    """The page of one import."""
    return f"/data/import/{uuid.UUID(str(number)).hex}"


def fetched(room: Room, number: str) -> Import:
    """The row for writing, if the room sees it; raises NotFound for what is not there and what is not ours."""
    try:
        seen = room.rows(Import).filter(id=uuid.UUID(number)).exists()
    except ValueError:
        seen = False
    if not seen:
        raise NotFound("import", number)
    return Import.objects.get(id=uuid.UUID(number))


def only_in(one: Import, states: set[str], version: int) -> None:
    """Raise NotNow unless the file is in one of these states, and as its reader saw it."""
    if one.state not in states:
        raise NotNow(_("The file is not waiting for this any more."), _("Open its page again to see where it is."))
    if one.version != version:
        raise NotNow(_("Somebody has read the file otherwise since."), _("Open its page again and look at it first."))


# ---- deciding ----------------------------------------------------------------------------------------------------


class WhichImport(forms.Form):
    """One import, at the state that its reader saw."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=32)
    version = forms.IntegerField(widget=forms.HiddenInput)
    about = Told(gettext_lazy("File"), as_is=True)


def _this_import(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    one = fetched(room, given.get("number", ""))
    return {"number": one.id.hex, "version": one.version, "about": one.name}


@deed(
    gettext_lazy("Take the file in"), roles=GIVERS, form=WhichImport, initial=_this_import,
    button=gettext_lazy("Take it in"),
)  # fmt: skip
def do_import_file(room: Room, given: Mapping[str, Any]) -> Done:
    """Save the mapping and store the rows, as a job of the worker."""
    one = fetched(room, given["number"])
    only_in(one, {READ}, given["version"])
    if one.look.get("refused"):
        raise NotNow(one.look["refused"], one.look.get("cure", ""))
    return _approved(room, one, _("The file is being taken in."))


@deed(gettext_lazy("Start again"), roles=GIVERS, form=WhichImport, initial=_this_import)
def do_start_again(room: Room, given: Mapping[str, Any]) -> Done:
    """Take a file in whose import was interrupted. What was stored already is found and not stored twice."""
    one = fetched(room, given["number"])
    only_in(one, {INTERRUPTED}, given["version"])
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
    one = fetched(room, given["number"])
    only_in(one, {READ, REFUSED, INTERRUPTED}, given["version"])
    before = {"state": one.state}
    one.state, one.look, one.changed_at = DROPPED, {}, room.now
    one.save()
    folder = uploads(room.home) / one.id.hex
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))
    words = _("The file is removed; nothing of it was stored.")
    return Done(words, f"import {one.id}", one.partner, "/data", before=before, after={"state": DROPPED})


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

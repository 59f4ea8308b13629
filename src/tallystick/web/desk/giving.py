"""Giving files: each is checked at the door, kept under a name of ours, and looked at by the worker."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.records.containers.unpacking import kind_of
from tallystick.records.mapping_file import feed_name
from tallystick.web import intake
from tallystick.web.deed import Done, deed
from tallystick.web.desk.imports import GIVERS, MOST_WAITING, OPEN, REFUSED, Import, address, uploads
from tallystick.web.refusal import NotNow

if TYPE_CHECKING:
    from tallystick.web.room import Room

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

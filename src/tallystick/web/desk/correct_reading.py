"""Correcting how a given file is read: its columns, dates, words, and what the file is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.records.connectors.any_table.guess import SHAPE_ROLES
from tallystick.records.containers.encoding import known as is_encoding
from tallystick.web import intake
from tallystick.web.deed import Done, deed
from tallystick.web.desk.imports import GIVEN, GIVERS, READ, REFUSED, Import, address, fetched, only_in
from tallystick.web.refusal import NotNow

if TYPE_CHECKING:
    from tallystick.web.room import Room

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
    one = fetched(room, given.get("number", ""))
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
    one = fetched(room, given["number"])
    only_in(one, {READ, REFUSED}, given["version"])
    before = one.told
    one.told = _corrected(room, one, given).as_plain()
    one.state, one.version, one.changed_at = GIVEN, one.version + 1, room.now
    one.save()
    words = _("The file is being read as you said. Nothing is stored yet.")
    return Done(words, f"import {one.id}", one.partner, address(one.id), before=before, after=one.told)

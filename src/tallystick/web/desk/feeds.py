"""Feeds: how fresh each is, when it is expected, what the data gate says of its rows, and the alarm when it stays away.

A feed is what a saved mapping reads. Nothing here is green by default: a feed without an expected time of arrival says
that nobody watches it, and one that misses its time greys every figure of its partner until a file arrives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.home import Home
from tallystick.records import mapping_file
from tallystick.records.connector import Mapping as CoreMapping
from tallystick.vocabulary.clock_terms import STATUS_CATEGORIES
from tallystick.vocabulary.errors import NotFound
from tallystick.web import intake
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told
from tallystick.web.desk._sources import commit_of, feeds_of, loads_of
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
NEVER = "never"
CADENCES = (
    (DAILY, gettext_lazy("every day")),
    (WEEKLY, gettext_lazy("every week")),
    (MONTHLY, gettext_lazy("every month")),
)
WEEKDAYS = tuple(
    enumerate(
        (
            gettext_lazy("Monday"),
            gettext_lazy("Tuesday"),
            gettext_lazy("Wednesday"),
            gettext_lazy("Thursday"),
            gettext_lazy("Friday"),
            gettext_lazy("Saturday"),
            gettext_lazy("Sunday"),
        )
    )
)
FRESH, LATE, ABSENT, AWAITED, UNWATCHED = "fresh", "late", "absent", "awaited", "not watched"
STAYED_AWAY, BROKEN = "late", "broken"
# How many arrivals are looked at: enough to tell late from absent.
ROUNDS = 12
# The gate's findings that a person cures by giving a word a meaning, and the part of the mapping that holds it.
TO_DO = {"TS-D005": "statuses", "TS-D006": "queues", "TS-D007": "agents"}
# Whether a feed is late is told by its expected time, not by the day on which the gate was asked.
_NOT_HERE = frozenset({"TS-D001"})


class Expectation(models.Model):
    """When files of a feed are expected: at an hour of a named zone, with some hours of grace."""

    feed = models.CharField(max_length=96, unique=True)
    partner = models.CharField(max_length=64, blank=True)
    cadence = models.CharField(max_length=8, choices=CADENCES)
    hour = models.IntegerField()
    weekday = models.IntegerField(default=0)
    day = models.IntegerField(default=1)
    zone = models.CharField(max_length=64)
    grace_hours = models.IntegerField(default=2)
    set_at = models.DateTimeField()

    def due_until(self, now: datetime) -> datetime:
        """The last moment of arrival that lies at or before `now`."""
        here = now.astimezone(ZoneInfo(self.zone)).date()
        for back in range(40):
            due = self._on(here - timedelta(days=back))
            if due is not None and due <= now:
                return due
        raise AssertionError("every cadence comes round within forty days")

    def due_after(self, now: datetime) -> datetime:
        """The next moment of arrival."""
        here = now.astimezone(ZoneInfo(self.zone)).date()
        for ahead in range(40):
            due = self._on(here + timedelta(days=ahead))
            if due is not None and due > now:
                return due
        raise AssertionError("every cadence comes round within forty days")

    def _on(self, day: date) -> datetime | None:
        last = ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
        if self.cadence == WEEKLY and day.weekday() != self.weekday:
            return None
        if self.cadence == MONTHLY and day.day != min(self.day, last):
            return None
        return datetime(day.year, day.month, day.day, self.hour, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def grace(self) -> timedelta:
        """How long after its moment a file is not late yet."""
        return timedelta(hours=self.grace_hours)

    def words(self) -> str:
        """When it is expected, in words."""
        at = f"{self.hour:02}:00 {self.zone}"
        if self.cadence == WEEKLY:
            return _("every %(day)s, %(at)s") % {"day": str(dict(WEEKDAYS)[self.weekday]), "at": at}
        if self.cadence == MONTHLY:
            return _("on day %(day)s of the month, %(at)s") % {"day": self.day, "at": at}
        return _("every day, %(at)s") % {"at": at}


class Alarm(models.Model):
    """A feed that stayed away, or a file of it that could not be read: opened once, closed by the next that arrives."""

    feed = models.CharField(max_length=96)
    partner = models.CharField(max_length=64, blank=True, db_index=True)
    kind = models.CharField(max_length=8)
    words = models.CharField(max_length=400)
    data_to = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["feed", "partner", "kind"], condition=Q(closed_at=None), name="an_alarm_is_open_once"
            )
        ]


class DataCheck(models.Model):
    """What the data gate says of one scope (`partner` empty: of everything) at one commit of the lake."""

    partner = models.CharField(max_length=64, blank=True, unique=True)
    commit = models.BigIntegerField()
    at = models.DateTimeField()
    report = models.JSONField()


# ---- when it is expected -----------------------------------------------------------------------------------------


class Expected(forms.Form):
    """When a feed's files are expected."""

    feed = forms.CharField(widget=forms.HiddenInput, max_length=96)
    about = Told(gettext_lazy("Feed"), as_is=True)
    cadence = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=(*CADENCES, (NEVER, gettext_lazy("nobody watches it")))
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day, if every week"), choices=WEEKDAYS, coerce=int, required=False
    )
    day = forms.IntegerField(label=gettext_lazy("Day, if every month"), min_value=1, max_value=31, required=False)
    hour = forms.IntegerField(label=gettext_lazy("Hour (0 to 23)"), min_value=0, max_value=23)
    zone = forms.CharField(
        label=gettext_lazy("Zone"), max_length=64, help_text=gettext_lazy("Such as Europe/Bucharest.")
    )
    grace_hours = forms.IntegerField(
        label=gettext_lazy("Hours of grace"),
        min_value=0,
        max_value=240,
        help_text=gettext_lazy("So much later it is not late yet."),
    )

    def clean_zone(self) -> str:
        """A zone of the database of zones."""
        zone: str = self.cleaned_data["zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("There is no such zone. Write it as Europe/Bucharest."))
        return zone


def _expected_now(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    feed = _feed(room, given.get("feed", ""))
    found = room.rows(Expectation).filter(feed=feed.feed).first() or Expectation(
        cadence=MONTHLY, day=3, hour=8, zone=room.home.zone
    )
    named = {"feed": feed.feed, "about": feed.feed}
    return {
        **named,
        **{name: getattr(found, name) for name in ("cadence", "weekday", "day", "hour", "zone", "grace_hours")},
    }


@deed(
    gettext_lazy("Say when files are expected"), roles=STEERING, form=Expected, initial=_expected_now,
    button=gettext_lazy("Expect it so"), opposite="expect-feed",
)  # fmt: skip
def do_expect_feed(room: Room, given: Mapping[str, Any]) -> Done:
    """Have a feed watched from now on."""
    feed = _feed(room, given["feed"])
    if given["cadence"] == NEVER:
        return _unwatched(room, feed)
    before = Expectation.objects.filter(feed=feed.feed).first()
    said = {name: given[name] for name in ("cadence", "hour", "zone", "grace_hours")}
    said |= {"weekday": given["weekday"] or 0, "day": given["day"] or 1}
    Expectation.objects.update_or_create(feed=feed.feed, defaults={**said, "partner": feed.partner, "set_at": room.now})
    told = _("“%(feed)s” is watched: a file that stays away raises an alarm.") % {"feed": feed.feed}
    was = None if before is None else {name: getattr(before, name) for name in said}
    back = {**(was or {**said, "cadence": NEVER}), "feed": feed.feed}
    return Done(told, f"feed {feed.feed}", feed.partner, "/data", before=was, after=said, undo=back)


_SAID = ("cadence", "weekday", "day", "hour", "zone", "grace_hours")


def _unwatched(room: Room, feed: CoreMapping) -> Done:
    """End the watch; its open alarms close, and the page says that nobody watches it."""
    before = Expectation.objects.filter(feed=feed.feed).values(*_SAID).first()
    if before is None:
        raise NotNow(_("Nobody watches this feed."))
    Expectation.objects.filter(feed=feed.feed).delete()
    Alarm.objects.filter(feed=feed.feed, kind=STAYED_AWAY, closed_at=None).update(closed_at=room.now)
    words = _("“%(feed)s” is not watched any more.") % {"feed": feed.feed}
    return Done(words, f"feed {feed.feed}", feed.partner, "/data", before={"watched": True}, after={"watched": False},
                undo={**before, "feed": feed.feed})  # fmt: skip


def _feed(room: Room, name: str) -> CoreMapping:
    found = feeds_of(room.home).get(name)
    if found is None or not (room.scope.sees_all or found.partner in (room.scope.partners or ())):
        raise NotFound("feed", name)
    return found


# ---- giving a word its meaning -----------------------------------------------------------------------------------


class Meaning(forms.Form):
    """A word of a source, and what it means."""

    feed = forms.CharField(widget=forms.HiddenInput, max_length=96)
    part = forms.CharField(widget=forms.HiddenInput, max_length=16)
    word = forms.CharField(widget=forms.HiddenInput, max_length=200)
    about = Told(gettext_lazy("Word of the source"))
    meaning = forms.CharField(label=gettext_lazy("Meaning"), max_length=64)

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        said = data if data is not None else initial or {}
        if said.get("part") == "statuses":
            self.fields["meaning"].widget = forms.Select(
                {"translate": "no"}, choices=[(word, word) for word in STATUS_CATEGORIES]
            )
        else:
            self.fields["meaning"].help_text = gettext_lazy("The partner's id.")


def _about_word(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    feed = _feed(room, given.get("feed", ""))
    what = {"word": given.get("word", ""), "feed": feed.feed}
    return {"about": _("“%(word)s” in “%(feed)s”") % what}


@deed(
    gettext_lazy("Say what a word means"), roles=STEERING, form=Meaning, initial=_about_word,
    button=gettext_lazy("Save the meaning"), opposite="take-meaning-back",
)  # fmt: skip
def do_say_meaning(room: Room, given: Mapping[str, Any]) -> Done:
    """Write a meaning into the feed's mapping."""
    feed = _feed(room, given["feed"])
    part, word, meaning = given["part"], given["word"], given["meaning"].strip()
    if part not in set(TO_DO.values()):
        raise NotFound("part of a mapping", part)
    known = intake.meanings(feed.connector, part) or tuple(room.books.partners)
    if meaning not in known:
        raise NotNow(_("“%(word)s” is no meaning that is known.") % {"word": meaning}, ", ".join(known))
    before = dict(getattr(feed, part))
    after = {**before, word: meaning}
    mapping_file.save(room.home.root, feed.with_(**{part: after}))
    words = _(
        "“%(word)s” now means %(meaning)s. It holds for cases that are here already as soon as the next file of "
        "“%(feed)s” is taken in."
    ) % {"word": word, "meaning": meaning, "feed": feed.feed}
    back = {"feed": feed.feed, "part": part, "word": word, "meaning": before.get(word)}
    return Done(words, f"feed {feed.feed}", feed.partner, "/data", before=before, after=after, undo=back)


class MeaningBack(forms.Form):
    """A word of a source, and what it meant before; nothing where it had no meaning."""

    feed = forms.CharField(widget=forms.HiddenInput, max_length=96)
    part = forms.CharField(widget=forms.HiddenInput, max_length=16)
    word = forms.CharField(widget=forms.HiddenInput, max_length=200)
    about = Told(gettext_lazy("Word of the source"))
    meaning = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


@deed(gettext_lazy("Take a meaning back"), roles=STEERING, form=MeaningBack, initial=_about_word)
def do_take_meaning_back(room: Room, given: Mapping[str, Any]) -> Done:
    """Give a word the meaning again that it had, or none, so that it is asked for once more."""
    feed = _feed(room, given["feed"])
    part, word, meaning = given["part"], given["word"], given["meaning"]
    if part not in set(TO_DO.values()) or word not in getattr(feed, part):
        raise NotFound("part of a mapping", part)
    if meaning and meaning not in (intake.meanings(feed.connector, part) or tuple(room.books.partners)):
        raise NotNow(_("“%(word)s” is no meaning that is known.") % {"word": meaning})
    before = dict(getattr(feed, part))
    after = {**before, word: meaning} if meaning else {name: said for name, said in before.items() if name != word}
    mapping_file.save(room.home.root, feed.with_(**{part: after}))
    words = (_("“%(word)s” means %(meaning)s again.") if meaning else _("“%(word)s” has no meaning again.")) % {
        "word": word,
        "meaning": meaning,
    }
    return Done(words, f"feed {feed.feed}", feed.partner, "/data", before=before, after=after)


def state_of(expected: Expectation | None, arrived: Sequence[datetime], now: datetime) -> str:
    """How fresh a feed is: in time, late, absent (a whole round without a file), or awaited for the first time.

    A file stands for the moment that comes next. Where the moment before has none, it stands for that one too; if it
    comes in the first half of the round, it is that one's late file and stands for it alone.
    """
    if expected is None:
        return UNWATCHED
    due = expected.due_until(now - expected.grace)
    if not arrived:
        return AWAITED if due <= expected.set_at else ABSENT
    paid: set[datetime] = set()
    for at in arrived[-ROUNDS:]:
        before, ahead = expected.due_until(at), expected.due_after(at)
        is_late = before not in paid and at - before < ahead - at
        paid |= {before} if is_late or at == before else {before, ahead}
    if due in paid:
        return FRESH
    return LATE if expected.due_until(due - timedelta(seconds=1)) in paid else ABSENT


def arrivals_of(home: Home) -> dict[str, list[datetime]]:
    """When files of each feed were taken in, oldest first. One that was refused, or given again, is no arrival."""
    found: dict[str, list[datetime]] = {}
    for line in loads_of(home):
        if line.get("commit") and line.get("feed") and not line.get("refused"):
            found.setdefault(line["feed"], []).append(datetime.fromisoformat(line["as_of"]))
    return {feed: sorted(instants) for feed, instants in found.items()}


def newest_of(feed: CoreMapping, report: Mapping[str, Any] | None) -> datetime | None:
    """The newest instant of a feed's source that a report knows."""
    said = feed.settings.get("cases")
    sources = {feed.source} | ({said} if isinstance(said, str) else set())
    found = [row[2] for row in (report or {}).get("feeds", []) if row[0] in sources and row[2]]
    return datetime.fromisoformat(max(found)) if found else None


# ---- what pages read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeedState:
    """One feed as a page shows it. `rows` counts what all its imports stored; `next_due` is None if nobody watches."""

    feed: str
    partner: str
    connector: str
    state: str
    data_to: datetime | None
    arrived: datetime | None
    expected: str
    zone: str
    next_due: datetime | None
    rows: int
    files: int


@dataclass(frozen=True)
class RaisedAlarm:
    """An open alarm."""

    feed: str
    partner: str
    kind: str
    words: str
    opened_at: datetime
    data_to: datetime | None


@dataclass(frozen=True)
class Check:
    """What the data gate said. `behind` counts the commits that came since."""

    at: datetime
    commit: int
    behind: int
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ToDo:
    """A word without a meaning: where it stands, in how many rows, and in which feed's mapping a meaning belongs."""

    part: str
    word: str
    message: str
    cure: str
    rows: int
    feed: str


class Feeds(Workflow):
    """Feeds inside the room."""

    def _own(self) -> dict[str, CoreMapping]:
        scope = self.room.scope
        every = feeds_of(self.room.home)
        return {name: one for name, one in every.items() if scope.sees_all or one.partner in (scope.partners or ())}

    def list(self) -> tuple[FeedState, ...]:
        """Every feed with its freshness: the worst first, then by partner and name."""
        expected = {one.feed: one for one in self.room.rows(Expectation)}
        report = self._report()
        arrivals, now = arrivals_of(self.room.home), self.room.now
        rows: dict[str, list[int]] = {}
        for line in loads_of(self.room.home):
            if line.get("commit"):
                rows.setdefault(line.get("feed", ""), []).append(int(line["stored"]))
        found = []
        for name, feed in self._own().items():
            one = expected.get(name)
            stored = rows.get(name, [])
            found.append(
                FeedState(
                    feed=name, partner=feed.partner, connector=feed.connector,
                    state=state_of(one, arrivals.get(name, ()), now), data_to=newest_of(feed, report),
                    arrived=max(arrivals.get(name, ()), default=None), expected=one.words() if one else "",
                    zone=one.zone if one else self.room.home.zone, next_due=one.due_after(now) if one else None,
                    rows=sum(stored), files=len(stored),
                )
            )  # fmt: skip
        order = {ABSENT: 0, LATE: 1, AWAITED: 2, FRESH: 3, UNWATCHED: 4}
        return tuple(sorted(found, key=lambda one: (order[one.state], one.partner, one.feed)))

    def alarms(self) -> tuple[RaisedAlarm, ...]:
        """Open alarms, oldest first."""
        return tuple(
            RaisedAlarm(one.feed, one.partner, one.kind, one.words, one.opened_at, one.data_to)
            for one in self.room.rows(Alarm).filter(closed_at=None).order_by("opened_at", "feed")
        )

    def past_alarms(self) -> tuple[Mapping[str, Any], ...]:
        """Alarms that were closed, newest first."""
        rows = self.room.rows(Alarm).exclude(closed_at=None).order_by("-opened_at")[:200]
        return tuple(
            {"feed": one.feed, "words": one.words, "opened": one.opened_at, "closed": one.closed_at} for one in rows
        )

    def late(self) -> dict[str, str]:
        """The partners whose figures rest on a feed that stayed away, each with how far its data reach, in words."""
        reach: dict[str, datetime | None] = {}
        for one in self.alarms():
            if one.kind == STAYED_AWAY and one.partner:
                known = (reach.get(one.partner), one.data_to)
                reach[one.partner] = min(filter(None, known), default=None)
        zone = ZoneInfo(self.room.home.zone)
        return {
            partner: _("a feed is late") if at is None
            else _("data to %(at)s") % {"at": f"{at.astimezone(zone):%Y-%m-%d %H:%M} {self.room.home.zone}"}
            for partner, at in sorted(reach.items())
        }  # fmt: skip

    def _report(self) -> Mapping[str, Any] | None:
        found = self._check()
        return found.report if found is not None else None

    def _check(self) -> DataCheck | None:
        partners = self.room.scope.partners
        whose = "" if partners is None else min(partners)
        return self.room.rows(DataCheck).filter(partner=whose).first()

    def check(self) -> Check | None:
        """The data gate's last answer; None before the worker has asked it for the first time."""
        found = self._check()
        if found is None:
            return None
        kept = tuple(one for one in found.report["findings"] if one["id"] not in _NOT_HERE)
        return Check(found.at, found.commit, commit_of(self.room.home) - found.commit, kept)

    def to_do(self) -> tuple[ToDo, ...]:
        """Statuses, queues and agents without a meaning."""
        found = self.check()
        feeds = self._own()
        listed = []
        for one in found.findings if found else ():
            if one["id"] in TO_DO:
                part, word = TO_DO[one["id"]], one.get("value", "")
                named = (name for name, feed in feeds.items() if f"'{feed.source}'" in one["message"])
                holding = (name for name, feed in feeds.items() if word in getattr(feed, part))
                feed = next(named, "") or next(holding, "")
                listed.append(ToDo(part, word, one["message"], one["cure"], one.get("count", 1), feed))
        return tuple(listed)

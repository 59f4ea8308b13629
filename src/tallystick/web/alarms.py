"""The worker's part of feeds: the data gate after each commit, and an alarm for each feed that stays away or breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from tallystick.home import Home, partner_names
from tallystick.records.connector import Mapping as CoreMapping
from tallystick.records.gate import gate
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tallystick.web.desk._sources import commit_of, feeds_of
from tallystick.web.desk.audit import append_system
from tallystick.web.desk.feeds import (
    ABSENT,
    BROKEN,
    LATE,
    STAYED_AWAY,
    Alarm,
    DataCheck,
    Expectation,
    arrivals_of,
    newest_of,
    state_of,
)  # fmt: skip


def check_records(home: Home, now: datetime) -> None:
    """Run the data gate over everything and over each partner, once for each commit of the lake."""
    commit = commit_of(home)
    partners = ("", *partner_names(home))
    current = set(DataCheck.objects.filter(commit=commit).values_list("partner", flat=True))
    if not commit or current.issuperset(partners):
        return
    with Lake.open(home.root / "lake") as lake:
        pin = lake.pin()
        for partner in partners:
            scope = Scope.of_partner(lake.client, partner) if partner else Scope.of_client(lake.client)
            report = gate(lake, scope, now, pin=pin).as_plain()
            DataCheck.objects.update_or_create(
                partner=partner, defaults={"commit": pin.number, "at": now, "report": report}
            )


def watch(home: Home, now: datetime) -> None:
    """Open an alarm for each feed that missed its time, and close those whose file has come."""
    feeds, arrived = feeds_of(home), arrivals_of(home)
    checks = {one.partner: one.report for one in DataCheck.objects.all()}
    with transaction.atomic():
        for expected in Expectation.objects.all():
            feed = feeds.get(expected.feed)
            state = state_of(expected, arrived.get(expected.feed, ()), now)
            if feed is None or state not in (LATE, ABSENT):
                closed = Alarm.objects.filter(feed=expected.feed, kind=STAYED_AWAY, closed_at=None)
                if closed.update(closed_at=now):
                    append_system(now, "alarm-closed", f"feed {expected.feed} arrived", expected.partner)
                continue
            due = expected.due_until(now - expected.grace)
            for partner in partners_of(feed, feeds, checks):
                _raise_alarm(
                    feed,
                    partner,
                    STAYED_AWAY,
                    _late_words(expected, due),
                    now,
                    due,
                    newest_of(feed, checks.get(partner) or checks.get("")),
                )


def _late_words(expected: Expectation, due: datetime) -> str:
    at = due.astimezone(ZoneInfo(expected.zone))
    told = {"feed": expected.feed, "at": f"{at:%Y-%m-%d %H:%M} {expected.zone}"}
    return _("“%(feed)s” was expected by %(at)s and has not arrived.") % told


def break_off(home: Home, feed: str, message: str, now: datetime) -> None:
    """Open an alarm for a file of a watched folder that could not be taken in."""
    found = feeds_of(home).get(feed)
    with transaction.atomic():
        words = _("A file of “%(feed)s” could not be taken in: %(message)s") % {"feed": feed, "message": message}
        _raise_alarm(found, found.partner if found else "", BROKEN, words, now, None, None, feed)


def arrived_well(feed: str, now: datetime) -> None:
    """Close what a broken file of this feed had opened."""
    Alarm.objects.filter(feed=feed, kind=BROKEN, closed_at=None).update(closed_at=now)


def _raise_alarm(
    feed: CoreMapping | None, partner: str, kind: str, words: str, now: datetime, due: datetime | None,
    newest: datetime | None, name: str = "",
) -> None:  # fmt: skip
    name = feed.feed if feed is not None else name
    found, made = Alarm.objects.get_or_create(
        feed=name, partner=partner, kind=kind, closed_at=None,
        defaults={"words": words[:400], "opened_at": now, "due": due, "data_to": newest},
    )  # fmt: skip
    if made:
        append_system(now, "alarm-opened", f"feed {name}: {kind}", partner)
    elif found.data_to != newest or found.words != words[:400]:
        Alarm.objects.filter(id=found.id).update(words=words[:400], due=due, data_to=newest)


def partners_of(
    feed: CoreMapping, feeds: Mapping[str, CoreMapping], checks: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    """Whose figures rest on a feed: its partner, else the partners with rows of its source or of the cases it names."""
    if feed.partner:
        return (feed.partner,)
    sources = {feed.source}
    said = feed.settings.get("cases")
    sources |= {said} if isinstance(said, str) else set(said.values()) if isinstance(said, Mapping) else set()
    found = {partner for partner, report in checks.items() if partner and sources & {row[0] for row in report["feeds"]}}
    found |= {other.partner for other in feeds.values() if other.partner and other.source in sources}
    return tuple(sorted(found)) or ("",)

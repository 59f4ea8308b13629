"""The daily mail: one for each person with what needs that person, and none where nothing does.

It reads through the person's own room, so it can hold nothing that the room does not show. The subject names no partner
and nobody. What the mail lists stands on the pages too, so a mail that may have gone is not sent twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tallystick.contract.dates import DEADLINES, DateKind
from tallystick.home import Home
from tallystick.verdicts.pace import Pace, pace_of
from tallystick.verdicts.standing import in_effect, is_at_risk
from tallystick.verdicts.verdict import Outcome
from tallystick.web.accounts.access import room_of_person
from tallystick.web.accounts.models import Person
from tallystick.web.accounts.views import mail_off_token
from tallystick.web.desk import duties
from tallystick.web.desk.audit import Checkpoint
from tallystick.web.desk.imports import GIVERS, READ
from tallystick.web.figure import address_of
from tallystick.web.next_dates import ahead, left_words, words_of
from tallystick.web.roles import STEERING, Role
from tallystick.web.room import Room

LOG = logging.getLogger("tallystick.worker")
HOUR = 7
NEW = timedelta(days=1)
MOST = 25
CLOSE_DAYS = 30
PRESS_ON = frozenset({30, 14, 7, 3, 1, 0})
_DATES_FOR = STEERING | {Role.EXECUTIVE, Role.FINANCE, Role.PARTNER_ADMIN}
_FEEDS_FOR = STEERING | {Role.EXECUTIVE, Role.DATA_PROTECTION, Role.PARTNER_ADMIN}
_CLAUSES_FOR = STEERING | {Role.EXECUTIVE, Role.QA_LEAD, Role.PARTNER_ADMIN, Role.TEAM_LEADER}


@dataclass(frozen=True)
class Need:
    """One thing that needs somebody: what it is, where it is done, by when. `as_is`: words kept when it was stored."""

    words: str
    href: str
    due: datetime | None = None
    as_is: bool = False


@dataclass(frozen=True)
class Part:
    """Needs of one kind under a heading. `presses`: whether it alone is a reason to write."""

    heading: str
    needs: tuple[Need, ...]
    presses: bool = True


def parts_of(room: Room) -> tuple[Part, ...]:
    """What needs the person of a room, by kind; empty kinds are left out."""
    found = (_decisions(room), *_dates(room), _missing(room), _waiting_files(room), *_clauses(room))
    return tuple(part for part in found if part.needs)


def _decisions(room: Room) -> Part:
    waiting = room.desk.close.waiting_for_me()
    needs = [Need(one["words"], one["href"], one.get("due")) for one in waiting]
    return Part(_("Waiting for your decision"), tuple(needs))


def _dates(room: Room) -> Iterator[Part]:
    """Days on which a right is lost, from a month before; they press on a few mornings, and else only stand by."""
    if not room.actor.may(_DATES_FOR):
        return
    pressing: list[Need] = []
    standing: list[Need] = []
    for found in ahead(room):
        # A claim is the client's to make.
        if found.one.kind not in DEADLINES or (found.one.kind is DateKind.CLAIM and not room.actor.of_client):
            continue
        if found.days <= CLOSE_DAYS:
            what = {"contract": found.text.contract.title, "what": words_of(found.one)}
            words = _("%(contract)s: %(what)s") % what
            need = Need(f"{words}, {left_words(found.days)}", f"/contract/{quote(found.text.contract.contract)}")
            (pressing if found.days in PRESS_ON else standing).append(need)
    yield Part(_("Contract dates that come close"), tuple(pressing))
    yield Part(_("Contract dates of the next 30 days"), tuple(standing), presses=False)


def _missing(room: Room) -> Part:
    needs: dict[str, Need] = {}
    if room.actor.may(_FEEDS_FOR):
        for one in room.desk.feeds.alarms():
            needs.setdefault(one.words, Need(one.words, "/data", as_is=True))
    return Part(_("Data that did not arrive"), tuple(needs.values()))


def _waiting_files(room: Room) -> Part:
    needs = []
    if room.actor.may(GIVERS):
        for one in room.desk.imports.open():
            if one.state == READ:
                words = _("“%(name)s” is read and waits to be taken in") % {"name": one.name}
                needs.append(Need(words, one.address))
    return Part(_("Files that wait for you"), tuple(needs))


def _clauses(room: Room) -> Iterator[Part]:
    """Promises missed or at risk in each newest period, or restated; they press on the day they were judged."""
    if not room.actor.may(_CLAUSES_FOR):
        return
    starts = {(one.partner, one.period): one.from_on for one in room.books.verdicts}
    newest = dict(sorted(starts, key=lambda pair: starts[pair]))
    records = {(one.contract, one.partner, one.period): one for one in room.books.records}
    fresh: list[Need] = []
    known: list[Need] = []
    for one in in_effect(room.books.verdicts):
        record = records[one.contract, one.partner, one.period]
        judged = datetime.fromisoformat(record.as_of)
        is_fresh = room.now - NEW <= judged <= room.now
        if newest.get(one.partner) != one.period and not (is_fresh and one.restates is not None):
            continue
        pace = pace_of(one, record, room.books.terms.get(one.contract))
        may_miss = isinstance(pace, Pace) and pace.may_miss
        if one.outcome is not Outcome.MISSED and not is_at_risk(one) and not may_miss:
            continue
        name = room.books.partners.get(one.partner, one.partner)
        what = {"name": name, "period": one.period, "clause": one.clause, "title": one.title}
        text = _("missed") if one.outcome is Outcome.MISSED else _("at risk")
        words = _("%(name)s, %(period)s, %(clause)s %(title)s") % what
        need = Need(f"{words}: {text}", address_of(one))
        (fresh if is_fresh else known).append(need)
    yield Part(_("Promises missed or at risk, newly judged"), tuple(fresh))
    yield Part(_("Promises missed or at risk in the newest period"), tuple(known), presses=False)


# ---- writing and sending -----------------------------------------------------------------------------------------


def send_due(home: Home, now: datetime) -> int:
    """Write to everybody whose morning has come and who has not been written to today; how many mails went out."""
    count = 0
    for person in Person.objects.filter(is_active=True, daily_mail=True).order_by("email"):
        here = now.astimezone(ZoneInfo(person.zone))
        if not person.roles or here.hour < HOUR:
            continue
        duty = duties.begin(f"mail {person.id}", f"{here:%Y-%m-%d}", now)
        if duty is None:
            continue
        try:
            letter = letter_for(person, now)
            if letter is not None:
                letter.send()
                count += 1
        except SMTPRecipientsRefused:
            LOG.warning("the mail server refuses the address of person %s", person.id)
        except (OSError, SMTPException) as error:
            # The server did not take it, so it is tried again; a process that dies here sends nothing twice.
            LOG.warning("no mail goes out: %s", error)
            duty.delete()
            break
        duties.end(duty, now)
    return count


def letter_for(person: Person, now: datetime) -> Any:
    """The mail of one person, or None where nothing presses."""
    with _room(person, now) as room, translation.override(person.language or settings.LANGUAGE_CODE):
        parts = parts_of(room)
        if not any(part.presses for part in parts):
            return None
        count = sum(len(part.needs) for part in parts if part.presses)
        off = f"{settings.PUBLIC_ADDRESS}/account/mail/off/{mail_off_token(person)}"
        shown = {
            "name": person.name,
            "parts": [{"heading": part.heading, "needs": [_row(room, need) for need in part.needs[:MOST]],
                       "more": max(0, len(part.needs) - MOST)} for part in parts],
            "address": settings.PUBLIC_ADDRESS,
            "off": off,
            "day": f"{now.astimezone(ZoneInfo(person.zone)):%Y-%m-%d}",
            "head": Checkpoint.objects.order_by("-day").first() if room.actor.of_client else None,
        }  # fmt: skip
        # No name, no partner, no figure: a subject is read on lock screens and kept by every server on the way.
        subject = ngettext("%(count)d thing needs you", "%(count)d things need you", count) % {"count": count}
        letter = EmailMultiAlternatives(
            f"Tallystick: {subject}", render_to_string("mail/daily.txt", shown), settings.DEFAULT_FROM_EMAIL,
            [person.email],
            headers={
                "List-Unsubscribe": f"<{off}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        )  # fmt: skip
        letter.attach_alternative(render_to_string("mail/daily.html", shown), "text/html")
        return letter


@contextmanager
def _room(person: Person, now: datetime) -> Iterator[Room]:
    room = replace(room_of_person(person), now=now)
    with room.opened():
        yield room


def _row(room: Room, need: Need) -> dict[str, Any]:
    due = ""
    if need.due is not None:
        due = _("until %(at)s") % {
            "at": f"{need.due.astimezone(ZoneInfo(room.actor.zone)):%Y-%m-%d %H:%M} {room.actor.zone}"
        }
    return {"words": need.words, "href": f"{settings.PUBLIC_ADDRESS}{need.href}", "due": due,
            "as_is": need.as_is}  # fmt: skip

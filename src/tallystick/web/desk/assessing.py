"""Judging on request and each night: which verdicts an import made anew, and which it restated."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.assess import Order, assess
from tallystick.contract.check import check_path
from tallystick.contract.filed_relief import FOLDER
from tallystick.home import Home
from tallystick.verdicts.cards import measure_cards
from tallystick.verdicts.gating import data_gate
from tallystick.verdicts.restatement import NEW, RESTATED, Recorded
from tallystick.vocabulary.errors import NotFound, TallystickError, Unavailable
from tallystick.vocabulary.finding import Severity
from tallystick.web.deed import Done, deed
from tallystick.web.desk._fields import Told
from tallystick.web.desk._sources import commit_of
from tallystick.web.desk.audit import append_system
from tallystick.web.place import EXAMPLE_MARK, is_example
from tallystick.web.refusal import NotNow
from tallystick.web.roles import STEERING
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

ASKED, WORKING, DONE, FAILED = "asked", "working", "done", "failed"
MOST_TOLD = 200
LOG = logging.getLogger("tallystick.worker")
# What went wrong inside is in the log; a job that fails so is ended, else it would fail for ever.
OUR_FAULT = "Something went wrong on our side; nothing was half stored."
OUR_CURE = "Try again. If it stays, tell your administrator; the server's log has the details."


class Assessment(models.Model):
    """One order to judge the partner `whom`, empty for every one, which the worker orders. All are the client's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    partner = models.CharField(max_length=64, blank=True, default="")
    whom = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=16, default=ASKED, db_index=True)
    asked_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rests_on = models.CharField(max_length=120, blank=True)
    outcome = models.JSONField(default=dict)


class WhichPartner(forms.Form):
    """Whom to judge."""

    partner = forms.CharField(widget=forms.HiddenInput, max_length=64)
    about = Told(gettext_lazy("Partner"), as_is=True)


def _named(room: Room, given: Mapping[str, str]) -> Mapping[str, Any]:
    partner = given.get("partner", "")
    if partner not in room.books.partners:
        raise NotFound("partner", partner)
    return {"partner": partner, "about": room.books.partners[partner]}


@deed(
    gettext_lazy("Assess now"), roles=STEERING, form=WhichPartner, button=gettext_lazy("Assess now"), initial=_named,
    help=gettext_lazy(
        "Every month that is over is judged again by the records as they are. A verdict that says something else "
        "restates the old one, which stays."
    ),
)  # fmt: skip
def do_assess_now(room: Room, given: Mapping[str, Any]) -> Done:
    """Have a partner's periods judged by the records that are here now."""
    partner = given["partner"]
    if partner not in room.books.partners:
        raise NotFound("partner", partner)
    waiting = Assessment.objects.filter(whom=partner, state__in=(ASKED, WORKING)).first()
    if waiting is None and not any(partner in text.partners for text in room.books.contracts):
        raise NotNow(_("No contract with this partner can be read."), _("Put its text into the folder of contracts."))
    one = waiting or order(partner, room.actor.name, room.now)
    return Done(_("The periods are being judged."), f"assessment {one.id}", partner, f"/data/assessment/{one.id.hex}")


def order(partner: str, name: str, at: datetime) -> Assessment:
    """An order to judge a partner, which the worker carries out: the one that waits already, or a new one.

    One that is being carried out may have read its records before what is ordered for, so it is not taken.
    """
    found: Assessment | None = Assessment.objects.filter(whom=partner, state=ASKED).first()
    return found or Assessment.objects.create(whom=partner, asked_name=name, asked_at=at)


# ---- the worker's part -------------------------------------------------------------------------------------------


def judging_day(home: Home, now: datetime) -> datetime:
    """The instant to judge at: now; in the shipped example, the day on which it ends."""
    if not is_example(home.root):
        return now
    with (home.root / EXAMPLE_MARK).open(encoding="utf-8") as lines:
        said = next((line.partition(":")[2].strip(' "\n') for line in lines if line.startswith("as_of:")), "")
    return min(now, datetime.fromisoformat(said)) if said else now


def order_nightly(home: Home, now: datetime) -> None:
    """Order a judging of every partner, if records, texts or the calendar have moved since the last one."""
    if is_example(home.root) or not home.contracts or not commit_of(home):
        return
    rests_on = f"{commit_of(home)}/{_texts(home)}/{judging_day(home, now):%Y-%m}"
    last = Assessment.objects.filter(whom="", state=DONE).order_by("-asked_at").first()
    if last is None or last.rests_on != rests_on:
        Assessment.objects.create(asked_name="Tallystick", asked_at=now, rests_on=rests_on)


def _texts(home: Home) -> str:
    sha = hashlib.sha256()
    for path in home.contracts:
        sha.update(f"{path.name}{path.stat().st_mtime_ns}".encode())
    for path in sorted((home.root / FOLDER).glob("*/*.json")):
        sha.update(path.read_bytes())
    return sha.hexdigest()[:16]


def work_off(home: Home, now: datetime) -> int:
    """Carry out the orders; how many. One that a process died over is carried out again: judging repeats safely."""
    Assessment.objects.filter(state=WORKING).update(state=ASKED)
    count = 0
    for one in Assessment.objects.filter(state=ASKED).order_by("asked_at"):
        Assessment.objects.filter(id=one.id).update(state=WORKING)
        try:
            outcome, state = _judged(home, one.whom, now), DONE
        except Unavailable:
            Assessment.objects.filter(id=one.id).update(state=ASKED)
            return count
        except TallystickError as error:
            outcome, state = {"message": error.message, "cure": error.cure}, FAILED
        except Exception:
            LOG.exception("assessment %s failed", one.id)
            outcome, state = {"message": OUR_FAULT, "cure": OUR_CURE}, FAILED
        with transaction.atomic():
            Assessment.objects.filter(id=one.id).update(state=state, outcome=outcome, ended_at=now)
            about = f"assessment {one.id} {outcome.get('new', 0)} new, {outcome.get('restated', 0)} restated"
            append_system(now, "assessed" if state == DONE else "assessment-failed", about, one.whom)
        count += 1
    return count


def _judged(home: Home, partner: str, now: datetime) -> dict[str, Any]:
    sound: list[Path] = []
    left_out: list[str] = []
    for path in home.contracts:
        contract, findings = check_path(path, measure_cards())
        wrong = contract is None or any(finding.severity is Severity.ERROR for finding in findings)
        # A text with an error could judge by either of two readings, so nothing is judged by it.
        if not wrong:
            sound.append(path)
        elif not partner or contract is None or partner in contract.partner_ids:
            left_out.append(path.name)
    order = Order(contracts=sound, as_of=judging_day(home, now), partners=frozenset({partner}) if partner else None)
    found = assess(home.root, order, gate=data_gate) if sound else []
    told = [_told(one) for one in found if one.change != "unchanged"]
    return {
        "judged": len(found),
        "new": sum(one.change == NEW for one in found),
        "restated": sum(one.change == RESTATED for one in found),
        "told": told[:MOST_TOLD],
        "left_out": left_out,
    }


def _told(one: Recorded) -> dict[str, Any]:
    return {
        "contract": one.record.contract,
        "partner": one.record.partner,
        "period": one.record.period,
        "change": one.change,
        "restated": [
            {
                "clause": verdict.clause,
                "title": verdict.title,
                "outcome": str(verdict.outcome),
                "because": list(verdict.noted.get("because", ())),
                "records": int(verdict.noted.get("records_moved", 0)),
            }
            for verdict in one.restated
        ],
    }


# ---- what pages read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judging:
    """One order, for a page."""

    number: str
    partner: str
    state: str
    asked_name: str
    asked_at: datetime
    ended_at: datetime | None
    outcome: Mapping[str, Any]

    @property
    def at_work(self) -> bool:
        """Whether it is still to be carried out."""
        return self.state in (ASKED, WORKING)


class Assessing(Workflow):
    """Judgings on request inside the room."""

    def one(self, number: str) -> Judging:
        """One order; raises NotFound for what is not there and what is not ours."""
        try:
            found = self.room.rows(Assessment).filter(id=uuid.UUID(number)).first()
        except ValueError:
            found = None
        if found is None:
            raise NotFound("assessment", number)
        return _judging(found)

    def newest(self) -> Judging | None:
        """The last one that was carried out."""
        found = self.room.rows(Assessment).filter(state=DONE).order_by("-ended_at").first()
        return _judging(found) if found is not None else None


def _judging(one: Assessment) -> Judging:
    return Judging(one.id.hex, one.whom, one.state, one.asked_name, one.asked_at, one.ended_at, one.outcome)

"""What the invented people of the example did: a year of closings, disputes and actions, so that pages have a past.

Everything goes through the actions that real people use, with their checks and their audit rows. Instants count back
from the moment at which the example is opened, so that its clocks are running.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tallystick.home import Home
from tallystick.web.perform import deeds, perform
from tallystick.web.room import Room

MARA, JONAS, INES = "mara@lumen.example", "jonas@lumen.example", "ines@lumen.example"
ADMINS = {"aurora": "ana@aurora.example", "borealis": "lars@borealis.example", "cordoba": "lucia@cordoba.example"}
NEWEST = "2026-06"
# (contract, period) -> how far the closing came; of the rest the newest are proposed, all others closed.
OPEN_STILL = {
    ("lumen-borealis", "2026-04"): "approved",
    ("lumen-borealis", "2026-05"): "seen",
    ("lumen-aurora", NEWEST): "preview",
}


class _Story:
    """Does one thing after another as one person or another, some hours before now."""

    def __init__(self, home: Home, now: datetime) -> None:
        self.home, self.now, self.count = home, now, 0

    def room(self, who: str, hours_ago: float = 0) -> Room:
        """The room of a person of the example at an instant of the story."""
        from tallystick.web.accounts.access import actor_of, scope_of
        from tallystick.web.accounts.models import Person

        actor = actor_of(Person.objects.get(email=who))
        return Room(self.home, scope_of(actor), actor, self.now - timedelta(hours=hours_ago))

    def do(self, who: str, hours_ago: float, name: str, **given: Any) -> str:
        """Carry one action out as its form would; the address that it leads to."""
        room, what = self.room(who, hours_ago), deeds()[name]
        with room.opened():
            form = what.form(given)
            if not form.is_valid():
                raise ValueError(f"{name}: {form.errors.as_text()}")
            self.count += 1
            return perform(room, what, form.cleaned_data, f"example-{self.count}").goto

    def told(self, who: str, hours_ago: float, name: str, given: Mapping[str, str]) -> Mapping[str, Any]:
        """What the form of an action tells its reader beforehand."""
        room, initial = self.room(who, hours_ago), deeds()[name].initial
        with room.opened():
            return initial(room, given) if initial is not None else {}


def fill(home: Home, now: datetime) -> int:
    """Fill an empty desk with the example's past; how many things were done. A desk with a past is left alone."""
    from tallystick.web.desk.close import CloseStep

    if CloseStep.objects.exists():
        return 0
    story = _Story(home, now)
    owner = story.room(MARA)
    with owner.opened():
        records = sorted(owner.books.records, key=lambda one: (one.period, one.partner))
    months = len({one.period for one in records})
    for place, record in enumerate(records):
        until = OPEN_STILL.get((record.contract, record.period), "" if record.period == NEWEST else "closed")
        if until:
            left = months - place * months // max(len(records), 1)
            _closing(story, record, until, 24.0 * 8 * left)
    _disputes(story)
    _actions(story)
    return story.count


def _closing(story: _Story, record: Any, until: str, ago: float) -> None:
    named: Mapping[str, Any] = {
        "contract": record.contract, "partner": record.partner, "period": record.period, "judging": record.digest,
    }  # fmt: skip
    if until == "preview":
        story.do(MARA, 9, "open-preview", **named, hours=48)
        return
    if until == "seen":
        ago = 51
    story.do(MARA, ago, "open-preview", **named, hours=48)
    if until == "seen":
        return
    agreed = record.period.endswith(("-08", "-10", "-03"))
    if agreed:
        story.do(ADMINS[record.partner], ago - 20, "agree-preview", **named)
    approver = JONAS if record.statement is not None and record.statement.total.amount else INES
    story.do(approver, ago - 49, "approve-credits", **named, reason="")
    if until == "closed":
        late = story.told(MARA, ago - 50, "close-period", named)["late"]
        why = {"late": late, "reason": "The partner accepts the claim, though it comes after its last day."}
        story.do(MARA, ago - 50, "close-period", **named, **(why if late else {}))


def _disputes(story: _Story) -> None:
    refused = story.do(
        ADMINS["aurora"], 900, "open-dispute", partner="aurora", clause="S1", period="2025-12", category="relief",
        expected="8 to 12 December are taken out of the count.", evidence="Minutes of 2026-01-14, item 3",
        text="The volume of that week was over the forecast. We had asked for relief before the month ended.",
    )  # fmt: skip
    story.do(
        MARA, 870, "decide-dispute", dispute=refused.rpartition("/")[2], decision="rejected", carrier="",
        carrier_words="", reason="Volume was 4 % over the forecast; the tolerance is 10 %. Both sides agreed so.",
    )  # fmt: skip
    running = story.do(
        ADMINS["borealis"], 100, "open-dispute", partner="borealis", clause="K2", period="2026-04", category="clock",
        expected="Pauses after a customer's message on weekends are not counted against us.", evidence="",
        text="The status was set by the nightly job, not by our people. Please look at the cases of 11 and 12 April.",
    )  # fmt: skip
    number = running.rpartition("/")[2]
    story.do(
        MARA, 76, "comment", about=f"dispute/{number}",
        text="Thank you. Which cases do you mean? The list under the figure can be exported.",
    )  # fmt: skip
    story.do(
        MARA, 75, "note", about=f"dispute/{number}", text="The same pattern as in February. Ask QA for a sample of 20."
    )


def _actions(story: _Story) -> None:
    today = story.now.date()
    planned = {
        "partner": "borealis", "clause": "K2", "period": "2026-05", "owner": "Lars Berg",
        "what": "Team leads review every pause longer than two hours, weekly, with a list to the client.",
    }  # fmt: skip
    story.do(ADMINS["borealis"], 40, "plan-action", **planned, due_on=(today + timedelta(days=20)).isoformat())
    late = {
        "partner": "borealis", "clause": "K2", "period": "2026-04", "owner": "Lars Berg",
        "what": "The nightly job no longer sets the pausing status.",
    }  # fmt: skip
    story.do(MARA, 98, "plan-action", **late, due_on=(today - timedelta(days=2)).isoformat())

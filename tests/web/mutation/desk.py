"""A desk on which every partner has something in every table, so that what leaks shows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.web import probes
from tests.web.conftest import PEOPLE

ADMINS = {"aurora": "aurora", "borealis": "borealis", "cordoba": "cordoba"}


def canary(partner: str) -> str:
    """What only this partner and the client may read."""
    return f"CANARY-{partner.upper()}"


def client_of(who: str) -> Any:
    """Django's test client, signed in as that person of the example."""
    from django.test import Client

    from tallystick.web.accounts.models import Person

    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    client.force_login(Person.objects.get(email=PEOPLE.get(who, who)))
    return client


def fill(words: Callable[[str], str] = canary) -> None:
    """Write as people would, and beside it what only the worker writes; `words` are what each partner's texts say."""
    from django.utils import timezone

    from tallystick.web.desk.feeds import DataCheck

    finding = {"id": "TS-D006", "severity": "warning", "message": "CANARY-LUMEN", "cure": "", "value": "x"}
    DataCheck.objects.create(partner="", commit=1, at=timezone.now(), report={"findings": [finding], "feeds": []})
    for partner in probes.PARTNERS:
        _as_people_do(partner, words(partner))
        _as_the_worker_does(partner, words(partner))


def _as_people_do(partner: str, word: str) -> None:
    from django.utils import timezone

    from tallystick.web.desk.close import CloseStep, figures_of
    from tallystick.web.desk.corrective import CorrectiveAction
    from tallystick.web.desk.disputes import Dispute
    from tallystick.web.desk.extensions import Extension
    from tallystick.web.desk.reading import Reading
    from tallystick.web.desk.relief import ReliefRequest
    from tallystick.web.desk.reversals import Reversal

    own, owner = probes.of_partner(partner).by_part, client_of("owner")
    named = {name: own[name] for name in ("contract", "partner", "clause", "period")}
    _sent(owner, "open-dispute", {**named, "category": "other", "expected": word, "text": word, "evidence": word})
    number = Dispute.objects.get(partner=partner).pk
    CorrectiveAction.objects.create(  # of another partner under the same contract: both are asked for
        **{**named, "partner": "nobody"}, what="x", owner="x", due_on="2020-01-01", by=uuid.uuid4(), by_name="x",
        at=timezone.now(),
    )  # fmt: skip
    extension = Extension.objects.create(
        dispute=number, partner=partner, due_before=timezone.now(), due_at=timezone.now(), reason=word,
        by=uuid.uuid4(), by_name=word, party=partner, at=timezone.now(),
    ).pk  # fmt: skip
    action = CorrectiveAction.objects.create(  # not by its form, which asks for a miss that not every partner has
        **named, what=word, owner=word, due_on="2020-01-01", by=uuid.uuid4(), by_name=word, at=timezone.now()
    ).pk
    request = ReliefRequest.objects.create(
        contract=own["contract"], partner=partner, from_at="2026-03-04 08:00", to_at="2026-03-04 18:00", cause="other",
        claim=word, evidence=word, by=uuid.uuid4(), by_name=word, party=partner, at=timezone.now(),
    ).pk  # fmt: skip
    record = next(
        one
        for one in _books().records
        if (one.contract, one.partner, one.period) == (own["contract"], partner, own["period"])
    )
    close = {"contract": own["contract"], "partner": partner, "period": own["period"],
             "judging": figures_of(record).judging}  # fmt: skip
    _sent(owner, "open-preview", {**close, "hours": 48})
    verdict = "/".join(own[name] for name in ("contract", "partner", "clause", "period"))
    closing = "/".join(("close", own["contract"], partner, own["period"]))
    for about in (f"verdict/{verdict}", closing, f"dispute/{number}"):
        _sent(owner, "comment", {"about": about, "text": word})
        _sent(owner, "note", {"about": about, "text": "CANARY-LUMEN"})
    _sent(owner, "invite", {"email": f"new@{partner}.example", "name": word, "party": partner, "roles": ["agent"]})
    reader = client_of(ADMINS[partner])
    _sent(reader, "read-text", {"verdict": verdict, "case": own["case_id"], "reason": "quality"})
    # Words stay open for minutes, and the checks are taken away for hours.
    Reading.objects.update(at=timezone.now() + timedelta(days=2))
    _posted(partner, own["contract"], word)
    CloseStep.objects.filter(partner=partner).update(reason=word, at=timezone.now() - timedelta(hours=1))
    line = Dispute.objects.create(
        contract=own["contract"], partner=partner, clause="", period=own["period"], judging="x", category="invoice",
        expected=word, text=word, evidence=word, by=uuid.uuid4(), by_name=word, party=partner, at=timezone.now(),
        due_at=timezone.now(), line="charge:X", line_title=word, amount="1.00", currency="EUR", agreed="1.00",
        state="accepted", decided_by=uuid.uuid4(), decided_name=word, decided_at=timezone.now(), returned=word,
    )  # fmt: skip
    reversal = Reversal.objects.create(
        dispute=line.pk, partner=partner, entry=1, reason=word, by=uuid.uuid4(), by_name=word, at=timezone.now(),
    ).pk  # fmt: skip
    probes.add(
        partner, dispute_number=number, verdict=verdict, dispute=number, corrective=action, extension=extension,
        request=request, reversal=reversal,
        judging=close["judging"], about=f"verdict/{verdict}",
    )  # fmt: skip


def _posted(partner: str, contract: str, word: str) -> None:
    """Two postings of the newest period, of which one is taken back: by the rules, as closing it would make them."""
    from django.utils import timezone

    from tallystick.verdicts.ledger import INVOICE_CORRECTION, Approval, Due, Journal, postings
    from tallystick.vocabulary.money import Money
    from tallystick.web.desk.ledger import Posting, row_of

    two = Approval("d" * 64, str(uuid.uuid4()), str(uuid.uuid4()))
    journal = Journal(contract, partner, probes.of_partner(partner).by_part["period"], INVOICE_CORRECTION)
    kept = postings([], journal, [Due(word, word, Money.of_minor(700, "EUR"))], two, timezone.now())
    kept += postings(kept, journal, [], two, timezone.now())
    Posting.objects.bulk_create([Posting(**row_of(one)) for one in kept])


def _as_the_worker_does(partner: str, word: str) -> None:
    from django.utils import timezone

    from tallystick.web.accounts.models import Invitation, Person
    from tallystick.web.desk._sources import feeds_of
    from tallystick.web.desk.assessing import DONE, Assessment
    from tallystick.web.desk.feeds import STAYED_AWAY, Alarm, DataCheck, Expectation
    from tallystick.web.desk.imports import READ, Import
    from tallystick.web.place import home

    now = timezone.now()
    feed = next((name for name, one in sorted(feeds_of(home()).items()) if one.partner == partner), word.lower())
    Expectation.objects.create(feed=feed, partner=partner, cadence="daily", hour=3, zone="UTC", set_at=now)
    for name, closed in ((feed, None), (f"{feed}-old", now)):
        Alarm.objects.create(feed=name, partner=partner, kind=STAYED_AWAY, words=word, opened_at=now, closed_at=closed)
    finding = {"id": "TS-D006", "severity": "warning", "message": f"{word} in '{feed}'", "cure": word, "value": word}
    report = {"findings": [finding], "feeds": []}
    DataCheck.objects.create(partner=partner, commit=1, at=now, report=report)
    look = {
        "mapping": {"connector": "any_table", "feed": feed, "columns": {}},
        "columns": [],
        "roles": [],
        "sample": [],
    }
    given = Import.objects.create(
        id=uuid.uuid5(uuid.NAMESPACE_DNS, partner), partner=partner, name=word, stored="x.csv", size=1, sha256=word,
        state=READ, feed=feed, given_name=word, given_at=now, changed_at=now, look=look,
    )  # fmt: skip
    outcome = {"told": [{"contract": f"lumen-{partner}", "partner": partner, "period": "2025-12", "change": "new",
                         "restated": []}]}  # fmt: skip
    judged = Assessment.objects.create(whom=partner, state=DONE, asked_name=word, asked_at=now, ended_at=now,
                                       outcome=outcome)  # fmt: skip
    person = Person.objects.get(email=PEOPLE[ADMINS[partner]])
    invited = Invitation.objects.get(party=partner)
    probes.add(
        partner,
        import_number=given.id.hex,
        assessment_number=judged.id.hex,
        person=person.id,
        invitation=invited.pk,
        feed=feed,
    )


def _books() -> Any:
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.books import books_of
    from tallystick.web.place import home

    return books_of(home(), Scope.of_client("lumen"))


def _sent(client: Any, deed: str, form: dict[str, Any]) -> None:
    answer = client.post(f"/do/{deed}", form)
    assert answer.status_code == 302, (deed, answer.status_code, answer.content.decode()[-1500:])

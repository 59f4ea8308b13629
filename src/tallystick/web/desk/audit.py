"""The audit trail: a chain of hashes over every change of state and every reading of personal text.

    hash(n) = SHA-256( hash(n-1) | canonical bytes of row n )

The row is written by the mechanism that makes a function an action, in the same transaction. A chain alone proves only
that its owner rewrote it consistently, so a checkpoint is signed each day (Ed25519) and sent out of the house with the
daily mail. Rows hold pseudonyms (the person's id) and hashes of states, no free text of people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction

from tallystick.verdicts.signing import is_signed, public_text, sign, signing_key
from tallystick.vocabulary.canonical import canonical_bytes, digest
from tallystick.vocabulary.errors import ScopeError
from tallystick.web.deed import Done
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

BEGINNING = "0" * 64


class AuditRow(models.Model):
    """One change, or one reading of personal text. `partner` is whose matter it is, empty for the client's own."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    roles = models.CharField(max_length=200)
    party = models.CharField(max_length=64, blank=True)
    partner = models.CharField(max_length=64, blank=True, db_index=True)
    action = models.CharField(max_length=64)
    about = models.CharField(max_length=200)
    before = models.CharField(max_length=64, blank=True)
    after = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=64, blank=True)
    request = models.CharField(max_length=32, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def content(self) -> dict[str, Any]:
        """What the hash covers: everything but the name, which erasure may take away, and the hash itself."""
        return {
            "seq": self.seq,
            "at": self.at.astimezone(UTC),
            "actor": str(self.actor or ""),
            "roles": self.roles,
            "party": self.party,
            "partner": self.partner,
            "action": self.action,
            "about": self.about,
            "before": self.before,
            "after": self.after,
            "reason": self.reason,
            "request": self.request,
        }

    def chained(self) -> str:
        """The hash that this row must have."""
        return hashlib.sha256(self.previous.encode() + b"|" + canonical_bytes(self.content())).hexdigest()


class Checkpoint(models.Model):
    """A signed head of the chain: how many rows there were, and the last hash. Each names the signature before it."""

    day = models.DateField(unique=True)
    rows = models.BigIntegerField()
    head = models.CharField(max_length=64)
    previous = models.CharField(max_length=128, blank=True)
    public = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    def content(self) -> bytes:
        """What is signed."""
        return canonical_bytes({"day": self.day, "rows": self.rows, "head": self.head, "previous": self.previous})


@dataclass(frozen=True)
class Proof:
    """What a check of the trail found. `first_bad` is the first position that is not what was written, None if none."""

    rows: int
    head: str
    checkpoints: int
    first_bad: int | None
    finding: str

    @property
    def holds(self) -> bool:
        """Whether the trail is whole."""
        return not self.finding


def append(room: Room, name: str, done: Done) -> AuditRow:
    """Write the row of an action that was carried out; called inside its transaction."""
    return _add(
        at=room.now,
        actor=room.actor.id,
        actor_name=room.actor.name,
        roles=", ".join(sorted(room.actor.roles)),
        party=room.actor.party,
        partner=done.partner,
        action=name,
        about=done.about[:200],
        before="" if done.before is None else digest(done.before),
        after="" if done.after is None else digest(done.after),
        reason=done.reason[:64],
        request=room.request_id,
    )


def last_about(about: str) -> int:
    """The number of the newest row about an object; 0 where there is none."""
    found = AuditRow.objects.filter(about=about[:200]).order_by("-seq").values_list("seq", flat=True).first()
    return found or 0


def append_system(at: datetime, name: str, about: str, partner: str = "") -> AuditRow:
    """Write the row of something that the system did by itself, such as a scheduled assessment."""
    return _add(at=at, actor=None, actor_name="Tallystick", roles="", partner=partner, action=name, about=about[:200])


def _add(**parts: Any) -> AuditRow:
    # SQLite gives the writing transaction to one connection at a time, so the last row stays the last.
    with transaction.atomic():
        last = AuditRow.objects.order_by("-seq").values_list("seq", "hash").first() or (0, BEGINNING)
        row = AuditRow(seq=last[0] + 1, previous=last[1], **parts)
        row.hash = row.chained()
        row.save(force_insert=True)
    return row


def verify(rows: Iterable[AuditRow], checkpoints: Iterable[Checkpoint], public: str) -> Proof:
    """Walk the chain from its beginning and compare it with every signed head; names the first bad position.

    `public` is the project's key; a checkpoint signed by another one is bad.
    """
    heads: dict[int, str] = {0: BEGINNING}
    previous, count = BEGINNING, 0
    for row in rows:
        count += 1
        if row.seq != count:
            return Proof(count, previous, 0, count, f"Row {count} is missing: the next one is numbered {row.seq}.")
        if row.previous != previous or row.hash != row.chained():
            return Proof(count, previous, 0, count, f"Row {count} is not what was written.")
        previous = row.hash
        heads[count] = previous
    signed, before = 0, ""
    for point in checkpoints:
        signed += 1
        if (
            point.previous != before
            or point.public != public
            or not is_signed(public, point.content(), point.signature)
        ):
            return Proof(count, previous, signed, point.rows, f"The checkpoint of {point.day} is not what was signed.")
        if heads.get(point.rows) != point.head:
            finding = f"The chain no longer leads through the head signed on {point.day} (row {point.rows})."
            return Proof(count, previous, signed, min(point.rows, count + 1), finding)
        before = point.signature
    return Proof(count, previous, signed, None, "")


def verify_desk(keys: Any) -> Proof:
    """Check the trail of the desk that is served."""
    rows = AuditRow.objects.order_by("seq").iterator(chunk_size=2000)
    return verify(rows, Checkpoint.objects.order_by("day"), public_text(signing_key(keys)))


def sign_head(keys: Any, now: datetime) -> Checkpoint:
    """Sign today's head, once a day; a day without events gets its checkpoint too, so a gap shows."""
    with transaction.atomic():
        day = now.astimezone(UTC).date()
        found = Checkpoint.objects.filter(day=day).first()
        if found is not None:
            return found
        last = AuditRow.objects.order_by("-seq").values_list("seq", "hash").first() or (0, BEGINNING)
        before = Checkpoint.objects.order_by("-day").values_list("signature", flat=True).first() or ""
        key = signing_key(keys)
        point = Checkpoint(day=day, rows=last[0], head=last[1], previous=before, public=public_text(key))
        point.signature = sign(key, point.content())
        point.save()
    return point


class Audit(Workflow):
    """The trail inside the room: the client's people read all of it, a partner's admin its own part."""

    newest_first: ClassVar[str] = "-seq"

    def rows(self) -> Any:
        """The rows that this room may see, newest first."""
        return self.room.rows(AuditRow).order_by(self.newest_first)

    def checked(self) -> Proof:
        """Walk the whole chain, for a room of the client; raises ScopeError in a partner's."""
        if not self.room.scope.sees_all:
            raise ScopeError("A partner's room sees a part of the chain.", "Ask the client for the signed head.")
        return verify_desk(self.room.home.folder("keys"))

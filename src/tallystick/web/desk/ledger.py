"""The ledger: what closed periods and decided disputes moved, posted once two people had agreed, and never edited.

The posting rules and what must hold are pure functions of the core (`verdicts.ledger`); here their entries are kept.
The database itself refuses to change or delete a row (a trigger), an amount that is not above zero, and one person who
proposed and approved. Each partner's rows are a chain of hashes of their own, and the audit row of the step that posted
them holds the head of that chain, so the signed checkpoints of the trail reach the money too. Each posting step keeps
the head that it left in a table of its own, so an entry that is missing at the end of a chain is found as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from tallystick.verdicts.ledger import (
    FIRST,
    Approval,
    Due,
    Entry,
    Journal,
    balances,
    by_partner,
    check,
    postings,
    standing_in,
)  # fmt: skip
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.money import Money
from tallystick.web.refusal import NotNow
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.verdicts.store import Judged
    from tallystick.web.room import Room

TABLES = ("desk_posting", "desk_head")
# Besides what Django declares: rows are only ever added.
TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'postings are only ever appended'); END"
    for table in TABLES
    for what in ("UPDATE", "DELETE")
)
NO_TRIGGERS = tuple(f"DROP TRIGGER {table}_no_{what}" for table in TABLES for what in ("update", "delete"))


class Posting(models.Model):
    """One entry as the core made it. `minor` is its amount in the minor unit of the currency."""

    partner = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    contract = models.CharField(max_length=64)
    period = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    matter = models.CharField(max_length=64)
    source = models.CharField(max_length=64, blank=True)
    debit = models.CharField(max_length=120)
    credit = models.CharField(max_length=120)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    of = models.CharField(max_length=64)
    proposed_by = models.UUIDField()
    approved_by = models.UUIDField()
    posted_at = models.DateTimeField()
    reverses = models.PositiveIntegerField(null=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["partner", "number"], name="a_posting_once"),
            models.UniqueConstraint(fields=["partner", "reverses"], name="a_posting_reversed_once"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="a_posting_above_zero"),
            models.CheckConstraint(condition=~Q(proposed_by=F("approved_by")), name="a_posting_by_two"),
        ]

    def as_entry(self) -> Entry:
        """The row as the core takes it."""
        return Entry(
            number=self.number,
            journal=Journal(self.contract, self.partner, self.period, self.kind),
            matter=self.matter,
            source=self.source,
            debit=self.debit,
            credit=self.credit,
            amount=Money.of_minor(self.minor, self.currency),
            approval=Approval(self.of, str(self.proposed_by), str(self.approved_by)),
            posted_at=self.posted_at.astimezone(UTC),
            reverses=self.reverses,
            previous=self.previous,
        )


class Head(models.Model):
    """Where a partner's chain ended once a step had posted: the number and the digest of its newest entry then."""

    partner = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["partner", "number"], name="a_head_once"),
        ]


def row_of(entry: Entry) -> dict[str, Any]:
    """The columns of an entry."""
    return {
        "partner": entry.journal.partner, "number": entry.number, "contract": entry.journal.contract,
        "period": entry.journal.period, "kind": entry.journal.kind, "matter": entry.matter, "source": entry.source,
        "debit": entry.debit, "credit": entry.credit, "minor": entry.amount.minor, "currency": entry.amount.currency,
        "of": entry.approval.of, "proposed_by": entry.approval.proposed_by, "approved_by": entry.approval.approved_by,
        "posted_at": entry.posted_at, "reverses": entry.reverses, "previous": entry.previous, "hash": entry.digest,
    }  # fmt: skip


@dataclass(frozen=True)
class LedgerProof:
    """What a check of the entries found: how many there are, the head of each partner's chain, and what is wrong."""

    entries: int
    heads: Mapping[str, str]
    balances: Mapping[str, Mapping[str, Decimal]]
    finding: str

    @property
    def holds(self) -> bool:
        """Whether every entry is what was posted, and the accounts balance."""
        return not self.finding


def proved(rows: Iterable[Posting], heads_kept: Iterable[Head] = ()) -> LedgerProof:
    """Check rows as they lie in the database: chain by chain, amounts, approvals, reversals, balances.

    Every head that a step left must still be in its chain.
    """
    listed = list(rows)
    found = by_partner(one.as_entry() for one in listed)
    kept = {(one.partner, one.number): one.hash for one in listed}
    heads: dict[str, str] = {}
    finding = ""
    for partner, entries in found.items():
        try:
            check(entries)
        except IntegrityError as error:
            finding = finding or error.message
        heads[partner] = entries[-1].digest
        wrong = next((one.number for one in entries if kept[partner, one.number] != one.digest), None)
        if wrong is not None:
            finding = finding or f"Entry {wrong} of {partner} is not what was written."
    finding = finding or _lost(found, heads_kept)
    return LedgerProof(len(listed), heads, balances(one.as_entry() for one in listed), finding)


def _lost(found: Mapping[str, Sequence[Entry]], heads_kept: Iterable[Head]) -> str:
    """The first head that a step left and that its chain does not have any more, in words; empty for none."""
    for one in heads_kept:
        entries = found.get(one.partner, ())
        if len(entries) < one.number:
            return f"Entry {one.number} of {one.partner} was posted and is not there any more."
        if entries[one.number - 1].digest != one.digest:
            return f"Entry {one.number} of {one.partner} is not what was posted."
    return ""


def proved_desk() -> LedgerProof:
    """Check the whole ledger of the desk that is served."""
    return proved(Posting.objects.order_by("partner", "number"), Head.objects.order_by("partner", "number"))


class Ledger(Workflow):
    """The postings inside the room: a partner's room holds its own chain, whole."""

    @cached_property
    def rows(self) -> tuple[Posting, ...]:
        """The rows that this room may see, each partner's in their order."""
        return tuple(self.room.rows(Posting).order_by("partner", "number"))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The same as the core takes them."""
        return tuple(one.as_entry() for one in self.rows)

    def of(self, partner: str) -> tuple[Entry, ...]:
        """One partner's entries, in their order."""
        return tuple(by_partner(self.entries).get(partner, ()))

    def standing(self, partner: str) -> tuple[Entry, ...]:
        """Those of them that stand: posted, and neither reversed nor a reversal."""
        return tuple(standing_in(self.of(partner)))

    @cached_property
    def proof(self) -> LedgerProof:
        """Whether all of them are what was posted."""
        return proved(self.rows, self._heads)

    def proof_of(self, partner: str) -> LedgerProof:
        """The same for the entries of one partner."""
        own = (one for one in self.rows if one.partner == partner)
        return proved(own, (one for one in self._heads if one.partner == partner))

    @cached_property
    def _heads(self) -> tuple[Head, ...]:
        return tuple(self.room.rows(Head).order_by("partner", "number"))


def post(room: Room, journal: Journal, dues: Iterable[Due], approval: Approval) -> str:
    """Bring a journal to what is due; called inside the transaction of the deed that a second person carries out.

    The head of the partner's chain afterwards. Raises NotNow where the ledger does not hold: nothing is posted upon
    something wrong.
    """
    ledger: Ledger = replace(room).desk.ledger
    finding = ledger.proof_of(journal.partner).finding
    if finding:
        raise NotNow(finding, _("Restore the desk from the last whole backup; postings are only ever appended."))
    own: Sequence[Entry] = ledger.of(journal.partner)
    try:
        added = postings(own, journal, dues, approval, room.now)
    except IntegrityError as error:
        raise NotNow(error.message, error.cure) from error
    Posting.objects.bulk_create([Posting(**row_of(one)) for one in added])
    if added:
        Head.objects.create(partner=journal.partner, number=added[-1].number, digest=added[-1].digest)
    last = added[-1] if added else own[-1] if own else None
    return last.digest if last is not None else FIRST


def post_statement(room: Room, record: Judged, approval: Approval) -> str:
    """Post the price adjustments of a judging that two people agreed on; the head of the partner's chain."""
    statement = record.statement
    dues = statement.dues() if statement is not None else []
    if statement is not None and sum((due.amount for due in dues), Money.zero(statement.currency)) != statement.total:
        raise NotNow(
            _("The lines of the statement do not come to the sum that was approved."),
            _("Have the period judged again; nothing was posted."),
        )
    return post(room, Journal(record.contract, record.partner, record.period), dues, approval)


def post_matter(room: Room, journal: Journal, due: Due, approval: Approval) -> str:
    """Post one matter of a journal and leave its others as they stand; the head of the partner's chain."""
    beside = [
        Due(one.matter, one.source, one.effect)
        for one in replace(room).desk.ledger.standing(journal.partner)
        if one.journal == journal and one.matter != due.matter
    ]
    return post(room, journal, [*beside, due], approval)


def take_away_the_examples() -> None:
    """Empty the ledger of an example that is removed: invented money has no place beside a client's own.

    Only `safety.do_remove_example` may call it, which has looked that the home is an example's.
    """
    with connection.cursor() as cursor:
        for statement in NO_TRIGGERS:
            cursor.execute(statement)
        Posting.objects.all().delete()
        Head.objects.all().delete()
        for statement in TRIGGERS:
            cursor.execute(statement)

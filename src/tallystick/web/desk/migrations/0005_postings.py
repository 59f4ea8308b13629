"""The ledger's table, which the database lets nobody change, and the postings of periods that were closed before."""

from itertools import groupby
from typing import Any

import django.db.models.expressions
from django.db import migrations, models

from tallystick.verdicts.ledger import Approval, Entry, Journal, postings
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.web.closing import Course, Figures, Move, State, Step, course_of
from tallystick.web.place import home

KEY = ("contract", "partner", "period")


def post_what_is_closed(apps: Any, schema_editor: Any) -> None:
    """Post the price adjustments of every closed period, with the two people who had agreed on them."""
    alias = schema_editor.connection.alias
    rows = list(apps.get_model("desk", "CloseStep").objects.using(alias).order_by(*KEY, "number"))
    if not rows:
        return
    store = VerdictStore(home().folder("verdicts"))
    entries: dict[str, list[Entry]] = {}
    for key, own in groupby(rows, key=lambda row: tuple(getattr(row, name) for name in KEY)):
        course = course_of(_step(row) for row in own)
        record, approval = _closed(store, key, course), _approval(course)
        if record is None or record.statement is None or approval is None or course.closing is None:
            continue
        kept = entries.setdefault(key[1], [])
        kept += postings(kept, Journal(*key), record.statement.dues(), approval, course.closing.at)
    table = apps.get_model("desk", "Posting").objects.using(alias)
    table.bulk_create([table.model(**_columns(one)) for kept in entries.values() for one in kept])


def _step(row: Any) -> Step:
    return Step(Move(row.move), Figures(row.judging, row.statement, None), row.by, "", row.party, row.at)


def _closed(store: VerdictStore, key: tuple[str, ...], course: Course) -> Judged | None:
    """The judging that a period was closed with, where it is kept."""
    standing = store.judged(*key)
    if course.state is not State.CLOSED or course.figures is None or not standing:
        return None
    return store.judging_of_digest(standing[0], key[2], course.figures.judging)


def _approval(course: Course) -> Approval | None:
    approved, figures = course.approval, course.figures
    if approved is None or figures is None:
        return None
    asks = Move.RESTATE if approved.move is Move.APPROVE_RESTATEMENT else Move.PREVIEW
    before = course.steps[: course.steps.index(approved)]
    asked = next((step for step in reversed(before) if step.move is asks), None)
    if asked is None or asked.by == approved.by:
        return None
    return Approval(figures.statement or figures.judging, str(asked.by), str(approved.by))


def _columns(one: Entry) -> dict[str, Any]:
    return {
        "partner": one.journal.partner, "number": one.number, "contract": one.journal.contract,
        "period": one.journal.period, "kind": one.journal.kind, "matter": one.matter, "source": one.source,
        "debit": one.debit, "credit": one.credit, "minor": one.amount.minor, "currency": one.amount.currency,
        "of": one.approval.of, "proposed_by": one.approval.proposed_by, "approved_by": one.approval.approved_by,
        "posted_at": one.posted_at, "reverses": one.reverses, "previous": one.previous, "hash": one.digest,
    }  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_relief")]

    operations = [
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("partner", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("contract", models.CharField(max_length=64)),
                ("period", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=32)),
                ("matter", models.CharField(max_length=64)),
                ("source", models.CharField(blank=True, max_length=64)),
                ("debit", models.CharField(max_length=120)),
                ("credit", models.CharField(max_length=120)),
                ("minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("of", models.CharField(max_length=64)),
                ("proposed_by", models.UUIDField()),
                ("approved_by", models.UUIDField()),
                ("posted_at", models.DateTimeField()),
                ("reverses", models.PositiveIntegerField(null=True)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("partner", "number"), name="a_posting_once"),
                    models.UniqueConstraint(fields=("partner", "reverses"), name="a_posting_reversed_once"),
                    models.CheckConstraint(condition=models.Q(("minor__gt", 0)), name="a_posting_above_zero"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by", django.db.models.expressions.F("approved_by")), _negated=True
                        ),
                        name="a_posting_by_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER desk_posting_no_{what.lower()} BEFORE {what} ON desk_posting "
                "BEGIN SELECT RAISE(ABORT, 'postings are only ever appended'); END"
                for what in ("UPDATE", "DELETE")
            ],
            ["DROP TRIGGER desk_posting_no_update", "DROP TRIGGER desk_posting_no_delete"],
        ),
        migrations.RunPython(post_what_is_closed, migrations.RunPython.noop),
    ]

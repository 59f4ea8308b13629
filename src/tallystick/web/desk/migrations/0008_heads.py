"""Where each partner's chain of postings ended after a step, kept beside it; begun with where it ends today."""

from typing import Any

from django.db import migrations, models


def keep_the_heads(apps: Any, schema_editor: Any) -> None:
    """Keep the newest entry of each partner as its row says it was written."""
    alias = schema_editor.connection.alias
    newest = {
        row.partner: row for row in apps.get_model("desk", "Posting").objects.using(alias).order_by("number")
    }  # fmt: skip
    table = apps.get_model("desk", "Head").objects.using(alias)
    table.bulk_create(
        [table.model(partner=name, number=row.number, digest=row.hash) for name, row in sorted(newest.items())]
    )


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_reversals")]

    operations = [
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("partner", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("partner", "number"), name="a_head_once")],
            },
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER desk_head_no_{what.lower()} BEFORE {what} ON desk_head "
                "BEGIN SELECT RAISE(ABORT, 'postings are only ever appended'); END"
                for what in ("UPDATE", "DELETE")
            ],
            ["DROP TRIGGER desk_head_no_update", "DROP TRIGGER desk_head_no_delete"],
        ),
        migrations.RunPython(keep_the_heads, migrations.RunPython.noop),
    ]

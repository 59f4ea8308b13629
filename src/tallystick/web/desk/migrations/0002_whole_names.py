"""What comments are about names its contract, because two contracts of a partner may have the same clause.

A short name meant the first contract by its id, so it still does. One whose verdicts are gone stays as it is.
"""

from typing import Any

from django.db import migrations, models

from tallystick.verdicts.store import VerdictStore
from tallystick.web.place import home


def name_the_contract(apps: Any, schema_editor: Any) -> None:
    """Put the contract into `verdict/<partner>/<clause>/<period>` and `close/<partner>/<period>`."""
    comments = apps.get_model("desk", "Comment").objects.using(schema_editor.connection.alias)
    short = {about for about in comments.values_list("about", flat=True) if about.count("/") == LENGTH[_kind(about)]}
    if not short:
        return
    store = VerdictStore(home().folder("verdicts"))
    for about in sorted(short):
        contract = _contract(store, about)
        if contract:
            kind, _, rest = about.partition("/")
            comments.filter(about=about).update(about=f"{kind}/{contract}/{rest}")


# How many strokes a short name has, by its kind; a dispute's number needs no contract.
LENGTH = {"verdict": 3, "close": 2, "": -1}


def _kind(about: str) -> str:
    kind = about.partition("/")[0]
    return kind if kind in LENGTH else ""


def _contract(store: VerdictStore, about: str) -> str:
    _, partner, *clause, period = about.split("/")
    for record in store.judged("*", partner, period):
        if not clause or clause[0] in dict(record.verdicts):
            return record.contract
    return ""


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.AlterField("comment", "about", models.CharField(db_index=True, max_length=300)),
        migrations.AlterField("reading", "verdict", models.CharField(max_length=300)),
        migrations.RunPython(name_the_contract, migrations.RunPython.noop),
    ]

"""What keeps the control room itself safe: backups taken from the page, and taking the example's data away."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.home import create_home
from tallystick.web.accounts.models import Person
from tallystick.web.backup import write_backup
from tallystick.web.deed import Done, deed
from tallystick.web.desk.ledger import take_away_the_examples
from tallystick.web.place import DESK, is_example
from tallystick.web.refusal import NotNow
from tallystick.web.roles import Role
from tallystick.web.workflow import Workflow

if TYPE_CHECKING:
    from tallystick.web.room import Room

BACKUPS = "backups"
BACK = "/administration"
OLD_AFTER_DAYS = 35
EXAMPLE_FOLDERS = ("raw", "lake", "verdicts", "contracts", "mappings", "imports", "reports")
EXAMPLE_DOMAIN = ".example"
OWNERS = frozenset({Role.OWNER})


class Backup(models.Model):
    """A backup that was taken. `partner` stays empty: it is the client's own."""

    partner = models.CharField(max_length=64, blank=True, default="")
    name = models.CharField(max_length=120, unique=True)
    taken_at = models.DateTimeField()
    bytes = models.BigIntegerField()
    rows = models.BigIntegerField()
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-taken_at"]


@dataclass(frozen=True)
class Health:
    """How the installation is. `backup_days` is None where no backup was ever taken."""

    free_bytes: int
    desk_bytes: int
    lake_bytes: int
    backup_days: int | None

    @property
    def backup_is_old(self) -> bool:
        """Whether a restore would lose more than a month."""
        return self.backup_days is None or self.backup_days > OLD_AFTER_DAYS


class Safety(Workflow):
    """Backups and health, for the client's room."""

    def backups(self) -> list[Backup]:
        """Those that were taken, newest first."""
        return list(self.room.rows(Backup))

    def health(self) -> Health:
        """Room on the disk, sizes, and the age of the newest backup."""
        root = self.room.home.root
        newest = self.room.rows(Backup).first()
        return Health(
            shutil.disk_usage(root).free,
            _size(root / DESK),
            _size(root / "lake"),
            (self.room.now - newest.taken_at).days if newest else None,
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


class NothingForm(forms.Form):
    """No questions."""


@deed(
    gettext_lazy("Take a backup"),
    roles=OWNERS,
    form=NothingForm,
    help=gettext_lazy("Everything but the keys, in one file that proves itself. Copy it to another place."),
)
def do_back_up(room: Room, given: Mapping[str, Any]) -> Done:
    """Write a backup into the home's own folder of backups."""
    name = f"{room.home.client}-{room.now:%Y%m%dT%H%M%SZ}.tar"
    target = room.home.root / BACKUPS / name
    manifest = write_backup(room.home.root, target, room.now)
    proof = manifest["proof"]
    made = Backup.objects.create(
        name=name,
        taken_at=room.now,
        bytes=target.stat().st_size,
        rows=sum(proof["rows"].values()),
        head=proof["chain"][1],
    )
    words = _("%(name)s is written: %(size)d MB, %(rows)d records. Copy it away from this machine.") % {
        "name": name,
        "size": made.bytes // 1_000_000,
        "rows": made.rows,
    }
    return Done(words, f"backup {name}", "", BACK, after={"head": made.head, "rows": made.rows})


@deed(
    gettext_lazy("Remove the example"),
    roles=OWNERS,
    form=NothingForm,
    button=gettext_lazy("Remove it"),
    warning=gettext_lazy("Its records, verdicts, contracts and invented people go; the audit trail stays."),
    word="remove",
)
def do_remove_example(room: Room, given: Mapping[str, Any]) -> Done:
    """Take the example's data away, and begin with an empty home."""
    root = room.home.root
    if not is_example(root):
        raise NotNow(_("There is no example here."), _("Only the shipped example can be removed by one click."))
    people = Person.objects.filter(email__endswith=EXAMPLE_DOMAIN).exclude(id=room.actor.id)
    count = people.count()
    people.delete()
    take_away_the_examples()
    for name in EXAMPLE_FOLDERS:
        _clear(root / name)
    create_home(root)
    words = _("The example is gone. Invite your own people, then import the first file.")
    return Done(words, "example", "", "/data", before={"people": count}, after={"people": 0}, reason="example removed")


def _clear(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)

"""What the worker has done: each duty once for each moment at which it was due, however many workers there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction

from tallystick.web.workflow import Workflow


class Duty(models.Model):
    """One duty at one moment. The row is written before the work, so a worker that dies repeats nothing."""

    name = models.CharField(max_length=120)
    due = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["name", "due"], name="a_duty_once")]


def begin(name: str, due: str, now: datetime) -> Duty | None:
    """Take a duty on; None if it was taken on before."""
    try:
        with transaction.atomic():
            return Duty.objects.create(name=name, due=due, begun_at=now)
    except IntegrityError:
        return None


def end(duty: Duty, now: datetime) -> None:
    """Note that the duty is done."""
    Duty.objects.filter(id=duty.id).update(ended_at=now)


class Duties(Workflow):
    """Nothing of this is read by pages."""

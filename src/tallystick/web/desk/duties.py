"""What the worker has done: each duty once for each moment at which it was due, however many workers there are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction

from tallystick.web.workflow import Workflow


class Duty(models.Model):
    """One duty at one moment. The row is written before the work, and ended after it."""

    name = models.CharField(max_length=120)
    due = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["name", "due"], name="a_duty_once")]


def begin(name: str, due: str, now: datetime, *, repeats: bool = False) -> Duty | None:
    """Take a duty on; None if it was taken on before.

    One that may be done twice without harm (`repeats`) is taken on again when it was never ended: only the one worker
    at work asks, so whoever began it has died.
    """
    try:
        with transaction.atomic():
            return Duty.objects.create(name=name, due=due, begun_at=now)
    except IntegrityError:
        return Duty.objects.filter(name=name, due=due, ended_at=None).first() if repeats else None


def end(duty: Duty, now: datetime) -> None:
    """Note that the duty is done."""
    Duty.objects.filter(id=duty.id).update(ended_at=now)


class Duties(Workflow):
    """Nothing of this is read by pages."""

"""A form that was sent is done once, however often it arrives."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from tallystick.web.deed import Done
from tallystick.web.workflow import Workflow


class SentForm(models.Model):
    """The answer to a form that was carried out, kept so that sending it again gives the same answer."""

    person = models.UUIDField()
    key = models.CharField(max_length=64)
    words = models.TextField()
    about = models.CharField(max_length=200)
    goto = models.CharField(max_length=400)
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["person", "key"], name="a_form_once")]


class Once(Workflow):
    """Nothing of this is read by pages."""


def remembered(person: UUID, key: str) -> Done | None:
    """What was answered to this form before; None where it is new. A form without a key is always new."""
    if not key:
        return None
    found = SentForm.objects.filter(person=person, key=key).first()
    return Done(found.words, found.about, "", found.goto) if found else None


def remember(person: UUID, key: str, done: Done) -> None:
    """Keep the answer in the transaction that made it true."""
    if key:
        SentForm.objects.create(person=person, key=key, words=done.words, about=done.about, goto=done.goto)

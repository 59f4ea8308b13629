"""People, their roles, and invitations."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tallystick.web.roles import CLIENT_ROLES, PARTNER_ROLES, Role

CLIENT = ""  # the client's own side, as a party
INVITATION_HOLDS = timedelta(days=7)


class People(BaseUserManager["Person"]):
    """How accounts are made."""

    def create_user(self, email: str, name: str, party: str, roles: set[Role], password: str | None = None) -> Person:
        """A person of one party with its roles; raises ValueError for a role of the other side."""
        fitting = CLIENT_ROLES if party == CLIENT else PARTNER_ROLES
        if not roles or not roles <= fitting:
            raise ValueError(f"{sorted(roles)} are not roles of this side.")
        held = [role.value for role in sorted(roles)]
        person: Person = self.model(email=email.strip().lower(), name=name.strip(), party=party, held=held)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in: of the client, or of exactly one partner.

    One party per person is what makes isolation simple: there is no switch to forget.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    # The column's name puts people behind the second wall: a partner's room sees its own.
    party = models.CharField(max_length=64, blank=True, db_index=True, db_column="partner")
    held = models.JSONField(default=list)
    zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=16, blank=True)
    daily_mail = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    @property
    def roles(self) -> frozenset[Role]:
        """What this person is."""
        return frozenset(Role(one) for one in self.held)

    @property
    def is_staff(self) -> bool:
        """Django asks; nobody is, because there is no back door beside the pages."""
        return False

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A place kept for an e-mail address. Of the link only a hash is stored; it works once, for seven days."""

    sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    party = models.CharField(max_length=64, blank=True, db_column="partner")
    held = models.JSONField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    @staticmethod
    def hash_of(token: str) -> str:
        """What is stored of a link."""
        return hashlib.sha256(token.encode()).hexdigest()

"""The product's way of keeping passwords at the least cost, for tests that are not about passwords."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class CheapArgon2(Argon2PasswordHasher):
    """Argon2 that takes no time; what it makes is read by the product's own."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1

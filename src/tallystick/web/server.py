"""Starting the control room: tables made, people of the example made, then one server with its worker beside it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tallystick.web.place import DESK, LINK, PID, desk_folder

SETTINGS = "tallystick.web.settings"
APPLICATION = "tallystick.web.wsgi:application"
THREADS = 4
STOPS_WITHIN_S = 10


def set_up(root: Path) -> None:
    """Make Django ready to serve a home folder, in this process."""
    os.environ["TALLY_HOME"] = str(root.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def bring_up_to_date() -> None:
    """Make or change the desk's tables to what this version needs."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def example_people(password: str) -> list[tuple[str, str]]:
    """The invented people of the example, one for each role that a first look needs: (e-mail, what they are)."""
    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.roles import Role

    wanted: list[tuple[str, str, str, set[Role]]] = [
        ("mara@lumen.example", "Mara Ionescu", CLIENT, {Role.OWNER, Role.VENDOR_MANAGER}),
        ("jonas@lumen.example", "Jonas Weber", CLIENT, {Role.EXECUTIVE}),
        ("ines@lumen.example", "Ines Duarte", CLIENT, {Role.FINANCE}),
        ("tomas@lumen.example", "Tomas Novak", CLIENT, {Role.AUDITOR}),
        ("ana@aurora.example", "Ana Pop", "aurora", {Role.PARTNER_ADMIN}),
        ("lars@borealis.example", "Lars Berg", "borealis", {Role.PARTNER_ADMIN}),
        ("lucia@cordoba.example", "Lucia Ferrer", "cordoba", {Role.TEAM_LEADER}),
    ]
    for email, name, party, roles in wanted:
        if not Person.objects.filter(email=email).exists():
            Person.objects.create_user(email, name, party, roles, password)
    return [
        (email, f"{', '.join(sorted(roles))}{f' at {party}' if party else ''}") for email, _, party, roles in wanted
    ]


def sign_in_link(root: Path, email: str) -> str:
    """An address that signs one invented person of the example in, once. Only a home that is an example has one."""
    from tallystick.web.accounts.models import Invitation

    token = secrets.token_urlsafe(32)
    path = desk_folder(root) / LINK
    path.write_text(f"{Invitation.hash_of(token)} {email}\n", encoding="ascii")
    path.chmod(0o600)
    return f"/account/example/{token}"


def weak(password: str, email: str) -> str:
    """Why a password is not good enough; empty for a good one."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from tallystick.web.accounts.models import Person

    try:
        validate_password(password, Person(email=email))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nobody uses."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    return wanted


def example_password(root: Path) -> str:
    """The password that all people of one example share: drawn once, kept beside the example."""
    path = root / "raw" / "demo-password.txt"
    if not path.exists():
        path.write_text("-".join(secrets.token_hex(2) for _ in range(4)) + "\n", encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def running(root: Path) -> int | None:
    """The process that serves this home, if one does."""
    path = root / DESK / PID
    try:
        number = int(path.read_text(encoding="ascii"))
        os.kill(number, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        return None
    return number


def stop(root: Path) -> bool:
    """End the server of a home; False where none runs. It finishes the requests that it has begun."""
    number = running(root)
    if number is None:
        return False
    os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + STOPS_WITHIN_S
    while running(root) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def answers(host: str, port: int) -> bool:
    """Whether the server is ready."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def serve(root: Path, host: str, port: int, *, told: Callable[[], None] | None = None, workers: int = 1) -> None:
    """Serve until interrupted. Pages go by WSGI: under an asynchronous server the same views are many times slower."""
    from granian import Granian
    from granian.constants import Interfaces

    from tallystick.web.beside import worker_of

    server: Any = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
    )
    if told is not None:
        server.on_startup(told)
    pid = desk_folder(root) / PID
    pid.write_text(f"{os.getpid()}\n", encoding="ascii")
    try:
        with worker_of(root):
            server.serve()
    finally:
        pid.unlink(missing_ok=True)

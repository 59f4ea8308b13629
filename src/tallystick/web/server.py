"""Starting the control room: tables made, people of the example made, then one server with its worker beside it."""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tallystick.web.place import DESK, LINK, PID, desk_folder

SETTINGS = "tallystick.web.settings"
APPLICATION = "tallystick.web.wsgi:application"
THREADS = 4
# A request that was begun is finished; then the server and its worker end, or are ended.
FINISHES_WITHIN_S, STOPS_WITHIN_S, CLOSES_WITHIN_S = 5, 20, 2.0


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


def free_port(host: str, wanted: int, *, patience_s: float = 0.0) -> int:
    """The wanted port, or the next one that nobody uses.

    `patience_s` is how long to wait for the wanted one: what was killed a moment ago may not have left it yet.
    """
    until = time.monotonic() + patience_s
    while not _is_free(host, wanted) and time.monotonic() < until:
        time.sleep(0.02)
    return next((port for port in range(wanted, wanted + 50) if _is_free(host, port)), wanted)


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def port_for(root: Path, host: str, wanted: int) -> int:
    """The port to open the control room of a home on: after a kill the same one, though it may still be closing."""
    cut_off = (root / DESK / PID).exists() and running(root) is None
    return free_port(host, wanted, patience_s=CLOSES_WITHIN_S if cut_off else 0.0)


def example_password(root: Path) -> str:
    """The password that all people of one example share: drawn once, kept beside the example."""
    path = root / "raw" / "demo-password.txt"
    if not path.exists():
        path.write_text("-".join(secrets.token_hex(2) for _ in range(4)) + "\n", encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def running(root: Path) -> int | None:
    """The process that serves this home, if one does.

    It holds a lock on the file of its number, which the system frees when it dies, however it dies. So the number of a
    dead server is never taken for a living process that has been given the same one.
    """
    try:
        handle = (root / DESK / PID).open("r", encoding="ascii")
    except (FileNotFoundError, PermissionError):
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            written = handle.read().strip()
            return int(written) if written.isdecimal() else None
    return None


@contextmanager
def _known(root: Path) -> Iterator[None]:
    """Leave this process's number and hold the lock on it; beside a server of the same home, leave that one's."""
    path = desk_folder(root) / PID
    with path.open("a+", encoding="ascii") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield
            return
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def stop(root: Path) -> bool:
    """End the server of a home; False where none runs. It finishes the requests that it has begun, for some seconds.

    One that does not end in time is killed: what it had answered is on the disk.
    """
    number = running(root)
    if number is None:
        return False
    os.kill(number, signal.SIGTERM)
    deadline = time.monotonic() + STOPS_WITHIN_S
    while running(root) == number:
        if time.monotonic() > deadline:
            os.kill(number, signal.SIGKILL)
            break
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
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces

    from tallystick.web.beside import worker_of
    from tallystick.web.wsgi import application

    # The processes that answer are forked from this one: with what was imported, without connections to a database.
    connections.close_all()
    server: Any = Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=FINISHES_WITHIN_S,
    )
    if told is not None:
        server.on_startup(told)
    with _known(root), worker_of(root):
        server.serve(target_loader=partial(_tied, os.getpid(), application))


def _tied(parent: int, application: Any, _target: str) -> Any:
    """The application, in the process that answers with it, which ends with the server's own process."""
    from tallystick.web.lifeline import end_with

    end_with(parent)
    return application

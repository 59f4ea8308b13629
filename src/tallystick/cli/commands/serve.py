"""tally serve."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.desk import opened_desk
from tallystick.cli.home import Home, HomeOption, open_home
from tallystick.vocabulary.errors import Unavailable

HOST, PORT = "127.0.0.1", 8300
FIRST = "mara@lumen.example"
OPENS_WITHIN_S = 30


def open_control_room(home: Home, host: str, port: int, workers: int = 1) -> None:
    """Make the desk ready, say where it is and who may sign in, and serve until Ctrl-C."""
    from tallystick.web import server

    _ready(home)
    port = server.port_for(home.root, host, port)
    server.serve(home.root, host, port, told=lambda: _tell(home, host, port, "Ctrl-C closes it."), workers=workers)


def leave_open(home: Home, host: str, port: int) -> None:
    """Open the control room in a process of its own that outlives this one; raises Unavailable if it does not open."""
    from tallystick.web import server

    server.stop(home.root)
    _ready(home)
    port = server.port_for(home.root, host, port)
    log = home.root / "desk" / "server.out"
    line = [sys.executable, "-m", "tallystick.web", str(home.root), host, str(port)]
    with log.open("wb") as out:
        begun = subprocess.Popen(  # noqa: S603  our own command
            line, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    deadline = time.monotonic() + OPENS_WITHIN_S
    while not server.answers(host, port):
        if begun.poll() is not None or time.monotonic() > deadline:
            raise Unavailable("The control room did not open.", f"Its own words are in {log}.")
        time.sleep(0.05)
    _tell(home, host, port, f"`tally serve --stop --home {home.root}` closes it.")


def _ready(home: Home) -> None:
    with opened_desk(home.root):
        from tallystick.web import server
        from tallystick.web.place import is_example

        if is_example(home.root):
            server.example_people(server.example_password(home.root))
            from tallystick.web import example_desk

            example_desk.fill(home, datetime.now(UTC))


def _tell(home: Home, host: str, port: int, end: str) -> None:
    from tallystick.web import server
    from tallystick.web.place import is_example

    out, address = terminal.console(), f"http://{host}:{port}"
    if is_example(home.root):
        password = server.example_password(home.root)
        for email, what in server.example_people(password):
            out.print(f"  {email}  [bright_black]{what}[/]", soft_wrap=True)
        out.print(f"  password of all of them: {password}", soft_wrap=True)
        out.print(f"The control room is open. Come in as {FIRST}, once, by this link:", soft_wrap=True)
        out.print(f"{address}{server.sign_in_link(home.root, FIRST)}", soft_wrap=True)
        out.print(f"or sign in: {address}/", soft_wrap=True)
    else:
        out.print(f"The control room is open: {address}/", soft_wrap=True)
    out.print(end, style="bright_black", soft_wrap=True)


def _first_owner(home: Home, email: str) -> int:
    """Make the first owner of a new control room; everybody else is invited from the pages."""
    from tallystick.vocabulary.errors import UsageError
    from tallystick.web import server

    _ready(home)
    from tallystick.web.accounts.models import CLIENT, Person
    from tallystick.web.roles import Role

    if any(Role.OWNER in person.roles for person in Person.objects.filter(party=CLIENT, is_active=True)):
        raise UsageError("There is an owner already.", "An owner invites others on the page People.")
    password = typer.prompt("Password (12 characters or more)", hide_input=True, confirmation_prompt=True)
    refusal = server.weak(password, email)
    if refusal:
        raise UsageError(refusal, "A sentence is easy to remember and hard to guess.")
    Person.objects.create_user(email, email.partition("@")[0], CLIENT, {Role.OWNER}, password)
    terminal.console().print(f"{email} is the owner. `tally serve` opens the control room.")
    return 0


def run(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = HOST,
    port: Annotated[
        int, typer.Option("--port", help="The port; the next free one if it is taken.", min=1, max=65535)
    ] = PORT,
    workers: Annotated[int, typer.Option("--workers", help="Server processes.", min=1)] = 1,
    owner: Annotated[str, typer.Option("--owner", help="Make the first owner, by e-mail address, and leave.")] = "",
    background: Annotated[bool, typer.Option("--background", help="Leave it open and return.")] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Close the one that is open.")] = False,
    home: HomeOption = None,
) -> int:
    """Serve the control room."""
    place = open_home(home)
    if owner:
        return _first_owner(place, owner)
    if stop:
        from tallystick.web import server

        closed = server.stop(Path(place.root))
        terminal.console().print("The control room is closed." if closed else "No control room is open here.")
        return 0
    if background:
        leave_open(place, host, port)
    else:
        open_control_room(place, host, port, workers)
    return 0


COMMAND = Command(
    summary="Open the control room: the pages for the client, and a window of them for each partner.",
    examples=(
        ("tally serve --owner you@company.example", "the first time: make yourself the owner"),
        ("tally serve", "on this machine, http://127.0.0.1:8300/"),
        ("tally serve --home demo --background", "the shipped example, with its invented people; --stop closes it"),
        ("tally serve --host 0.0.0.0 --workers 2", "for others; set TALLY_HOSTS to the name they type"),
    ),
    run=run,
    order=15,
)

"""tally serve."""

from __future__ import annotations

from typing import Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import Home, HomeOption, open_home

HOST, PORT = "127.0.0.1", 8300


def open_control_room(home: Home, host: str, port: int, workers: int = 1) -> None:
    """Make the desk ready, say where it is and who may sign in, and serve until Ctrl-C."""
    from tallystick.web import server

    server.set_up(home.root)
    server.bring_up_to_date()
    example = (home.root / "raw" / "expected.yaml").is_file()
    password = server.example_password(home.root) if example else ""
    people = server.example_people(password) if example else []
    port = server.free_port(host, port)

    def told() -> None:
        out = terminal.console()
        out.print(f"The control room is open: http://{host}:{port}/", soft_wrap=True)
        for email, what in people:
            out.print(f"  {email}  [bright_black]{what}[/]", soft_wrap=True)
        if people:
            out.print(f"  password of all of them: {password}", soft_wrap=True)
        out.print("Ctrl-C closes it.", style="bright_black")

    server.serve(host, port, told=told, workers=workers)


def run(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = HOST,
    port: Annotated[int, typer.Option("--port", help="The port; the next free one if it is taken.")] = PORT,
    workers: Annotated[int, typer.Option("--workers", help="Server processes.")] = 1,
    home: HomeOption = None,
) -> int:
    """Serve the control room."""
    open_control_room(open_home(home), host, port, workers)
    return 0


COMMAND = Command(
    summary="Open the control room: the pages for the client, and a window of them for each partner.",
    examples=(
        ("tally serve", "on this machine, http://127.0.0.1:8300/"),
        ("tally serve --home demo", "the shipped example, with its invented people"),
        ("tally serve --host 0.0.0.0 --workers 2", "for others; set TALLY_HOSTS to the name they type"),
    ),
    run=run,
    order=15,
)

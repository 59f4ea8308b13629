"""The options that every command shares, and the folder they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tallystick.home import FOLDERS, MARKER, Home, create_home, find_root, open_home, partner_names

__all__ = [
    "FOLDERS", "MARKER", "Home", "HomeOption", "JsonOption", "create_home", "find_root", "open_home", "partner_names",
]  # fmt: skip

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="The folder to work in [default: $TALLY_HOME, this folder if it holds tally.yaml, ./tally-data]."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]

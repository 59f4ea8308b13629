"""The folder a user works in: where it is, what is in it, and how it is begun."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tallystick.vocabulary.errors import DataError, NotFound, UsageError

MARKER = "tally.yaml"
FOLDERS = ("contracts", "mappings", "lake", "keys", "imports", "verdicts", "reports")
DEFAULT = "tally-data"
MAKE_IT = "Make the folder yourself, or work in a copy that can be written to."
CORRECT_IT = "Correct it; `tally init` in an empty folder writes one to compare with."


@dataclass(frozen=True)
class Home:
    """A user's folder. `client` and `zone` come from tally.yaml."""

    root: Path
    client: str
    client_name: str
    zone: str

    def folder(self, name: str) -> Path:
        """One of its folders, made when it is missing; raises UsageError where it cannot be."""
        path = self.root / name
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path} cannot be made: {error.strerror or error}.", MAKE_IT) from error
        return path

    @property
    def contracts(self) -> list[Path]:
        """The contract texts by name; an annex named after its contract follows it."""
        return sorted(self.folder("contracts").glob("*.yaml"), key=lambda path: path.stem)


def find_root(given: Path | None) -> Path:
    """Where the folder is, by --home, $TALLY_HOME, the current folder, or the default name."""
    if given is not None:
        return given
    if os.environ.get("TALLY_HOME"):
        return Path(os.environ["TALLY_HOME"])
    here = Path.cwd()
    return here if (here / MARKER).is_file() else here / DEFAULT


def create_home(root: Path, client: str = "client", name: str = "", zone: str = "UTC") -> Home:
    """Begin a folder; one that exists already is kept as it is."""
    root.mkdir(parents=True, exist_ok=True)
    marker = root / MARKER
    if not marker.exists():
        marker.write_text(
            "# Whose data these are. The zone is used for local times in files that state none.\n"
            f"client: {client}\nname: {name or client}\nzone: {zone}\n",
            encoding="utf-8",
        )
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    return open_home(root)


def open_home(given: Path | None) -> Home:
    """The folder to work in; raises NotFound with the command that begins one."""
    root = find_root(given)
    marker = root / MARKER
    if not marker.is_file():
        error = NotFound("tallystick folder", str(root))
        error.cure = "`tally init` begins one; `tally demo` shows a filled one."
        raise error
    text = _told(marker)
    if not isinstance(text, dict) or not text.get("client"):
        raise UsageError(f"{marker} names no client.", "Write `client: yourcompany` into it.")
    return Home(root, str(text["client"]), str(text.get("name") or text["client"]), str(text.get("zone") or "UTC"))


def _told(marker: Path) -> Any:
    """What tally.yaml says; raises UsageError where it may not be read, DataError where it is not YAML in UTF-8."""
    from ruamel.yaml import YAML  # 0.05 s that --help does not pay
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe").load(marker.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise UsageError(
            f"{marker} cannot be read: {error.strerror or error}.", "Give yourself the right to read it."
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"{marker}: byte {error.start} is not UTF-8.", "Save the file as UTF-8.") from error
    except (YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{marker}:{mark.line + 1}:{mark.column + 1}" if mark else str(marker)
        told = getattr(error, "problem", None) or (str(error).splitlines() or ["it cannot be read"])[0]
        raise DataError(f"{place}: This is not YAML: {told}.", CORRECT_IT) from error


def partner_names(home: Home) -> dict[str, str]:
    """Partners' names as their contracts give them."""
    from tallystick.contract.load import load

    names: dict[str, str] = {}
    for text in home.contracts:
        contract, _ = load(text)
        if contract is not None:
            names |= {party.id: party.name for party in contract.parties}
    return names

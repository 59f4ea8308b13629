"""Which known feed a file belongs to whose name tells nothing: the one whose saved mapping its columns fit."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path

from tallystick.records import mapping_file
from tallystick.records.connector import Connector, Mapping
from tallystick.vocabulary.errors import DamagedContainer


def known_feed(
    home: Path, path: Path, name: str, reader: Connector, hints: AbstractMapping[str, str]
) -> Mapping | None:
    """The mapping of the one known feed of connector `name` and of this partner that the columns fit, completed.

    The partner must be the one of `hints` (none is one too): files of two partners may come out of one system, look
    alike and number their cases alike. None where no feed fits; DamagedContainer (TS-I502) where several do, because
    only the user can tell which.
    """
    fitting = [
        fitted
        for saved in mapping_file.load_all(home)
        if saved.connector == name
        and saved.partner == hints.get("partner", "")
        and (fitted := _fitted(path, reader, saved, hints)) is not None
    ]
    if len(fitting) > 1:
        feeds = ", ".join(repr(mapping.feed) for mapping in fitting)
        raise DamagedContainer(
            "TS-I502",
            path.name,
            f"its columns fit the saved mappings of {len(fitting)} feeds: {feeds}",
            "Say with --feed which one it is, or name a new one.",
        )
    return fitting[0] if fitting else None


def _fitted(path: Path, reader: Connector, saved: Mapping, hints: AbstractMapping[str, str]) -> Mapping | None:
    """The saved mapping completed for a file; None where a column is missing, or one is used that it never saw."""
    named = {column for column in saved.columns.values() if column}
    if not named:
        return None
    try:
        fitted = reader.propose(path, saved, hints)
    except DamagedContainer:
        return None
    seen = {*named, *saved.settings.get("read_as", {}).get("columns", ())}
    return fitted if set(filter(None, fitted.columns.values())) <= seen else None

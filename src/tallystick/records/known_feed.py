"""Which known feed a file belongs to whose name is new: the one whose saved mapping its columns fit.

Columns alone do not tell: `aurora-surveys.csv` and `borealis-surveys.csv` may come out of one system, look alike and
number their cases alike. Read as one feed their cases would overwrite each other, read as two the same cases would
count twice. So the name must say nothing else (`march export.csv` after `tickets.csv`); otherwise the user decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from pathlib import Path

from tallystick.records import mapping_file
from tallystick.records.connector import Connector, Mapping
from tallystick.vocabulary.errors import DamagedContainer

# Words of a file's name that do not say whose data it holds.
_SAYS_NOTHING = frozenset(
    re.findall(
        r"\w+",
        "all and as copy csv current data date day download dump export exported extract file final for from full in"
        " json latest list month monthly new of old on part report rows sheet table the to until week weekly xlsx year"
        " jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october"
        " nov november dec december mon tue wed thu fri sat sun",
    )
)


def known_feed(
    home: Path, path: Path, name: str, reader: Connector, hints: AbstractMapping[str, str]
) -> Mapping | None:
    """The mapping, completed, of the known feed of connector `name` and of the partner of `hints` that a file fits.

    None where there is none. DamagedContainer (TS-I502) where only the user can tell: several feeds fit, or one does
    whose name the file's contradicts.
    """
    fitting = [
        fitted
        for saved in mapping_file.load_all(home)
        if saved.connector == name
        and saved.partner == hints.get("partner", "")
        and (fitted := _fitted(path, reader, saved, hints)) is not None
    ]
    same = [mapping for mapping in fitting if not _words(path.name.split(".", 1)[0]) - _words(mapping.feed)]
    if fitting and len(same) != 1:
        feeds = " and ".join(repr(mapping.feed) for mapping in fitting)
        raise DamagedContainer(
            "TS-I502",
            path.name,
            f"its columns are those of the known feed {feeds}, its name is another",
            f"If it is the same feed: --feed {fitting[0].feed}. For a new one: --feed "
            f"{mapping_file.feed_name(path.name.split('.', 1)[0])}.",
        )
    return same[0] if same else None


def _words(name: str) -> set[str]:
    """The words of a name that say whose data it is."""
    return {word for word in re.findall(r"[^\W\d_]+", name.lower()) if len(word) > 1} - _SAYS_NOTHING


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

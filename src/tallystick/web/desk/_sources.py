"""What stands in the home's own files about feeds and imports, read once for each state of those files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from tallystick.home import Home
from tallystick.records import ledger, mapping_file
from tallystick.records.commits import newest_number
from tallystick.records.connector import Mapping
from tallystick.vocabulary.errors import UsageError


def commit_of(home: Home) -> int:
    """The number of the lake's newest commit, 0 while there is none."""
    return newest_number(home.root / "lake")


def feeds_of(home: Home) -> dict[str, Mapping]:
    """The saved mappings by feed; a file that somebody broke by hand is passed over here, ingest names it."""
    paths = sorted((home.root / mapping_file.FOLDER).glob("*.yaml"))
    found = (_mapping(path, path.stat().st_mtime_ns) for path in paths)
    return {one.feed: one for one in found if one is not None}


@lru_cache(maxsize=512)
def _mapping(path: Path, changed_ns: int) -> Mapping | None:
    del changed_ns
    try:
        return mapping_file.parse(path.read_text(encoding="utf-8"), path.name)
    except UsageError:
        return None


def loads_of(home: Home) -> tuple[dict[str, Any], ...]:
    """The ledger of imports, newest first."""
    path = home.root / ledger.FOLDER / ledger.LEDGER
    if not path.is_file():
        return ()
    facts = path.stat()
    return _loads(home.root, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=4)
def _loads(root: Path, changed_ns: int, size: int) -> tuple[dict[str, Any], ...]:
    del changed_ns, size
    return tuple(reversed([line for line in ledger.lines(root) if not line.get("dry_run")]))

"""Saved mappings: one YAML file a feed in `mappings/`, written to be read and corrected by hand."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

from tallystick.records.connector import Mapping
from tallystick.vocabulary.errors import UsageError

FOLDER = "mappings"
_LIMIT = 5_000_000
_HEAD = """\
# How the feed {feed!r} is read. Correct what is wrong and run `tally ingest` again: the same file is then
# read anew and replaces what it brought before. `doubts` are guesses that deserve a look.
"""


def path_of(home: Path, feed: str) -> Path:
    """Where the mapping of a feed stands."""
    return home / FOLDER / f"{feed_name(feed)}.yaml"


def feed_name(text: str) -> str:
    """A feed's name as a file name: lower case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80] or "feed"


def dump(mapping: Mapping) -> str:
    """The text of a mapping."""
    from ruamel.yaml import YAML

    writer = YAML()
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 110
    out = io.StringIO()
    writer.dump(mapping.as_plain(), out)
    return _HEAD.format(feed=mapping.feed) + out.getvalue()


def parse(text: str, file: str = "mapping") -> Mapping:
    """The mapping of a text; raises UsageError with the place for anything that is none."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if len(text) > _LIMIT:
        raise UsageError(f"{file} is too long for a mapping.", "A mapping lists words, not rows.")
    if re.search(r"(?m)(?:^|[\s\[{,:-])[&*][A-Za-z0-9_]", re.sub(r"'[^'\n]*'|\"[^\"\n]*\"|#[^\n]*", "", text)):
        raise UsageError(f"{file} uses YAML anchors or aliases.", "Write the words out, or put them in quotes.")
    try:
        found: Any = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise UsageError(
            f"{file} is no YAML: {' '.join(str(error).split())}", "Correct the line named above."
        ) from error
    if not isinstance(found, dict):
        raise UsageError(f"{file} is no mapping.", "Run `tally ingest --dry-run` to propose one.")
    for name in ("columns", "statuses", "queues", "agents", "kinds", "channels", "languages", "priorities"):
        part = found.get(name)
        if part is None:
            found.pop(name, None)
        elif not isinstance(part, dict):
            raise UsageError(f"{file}: {name} must be a list of `word: meaning`.", "See the example in the guide.")
        else:
            found[name] = {str(word): _word(meaning) for word, meaning in part.items()}
    return Mapping.of_plain(found)


def _word(meaning: Any) -> str:
    # YAML reads a bare `no` or `on` as a truth value, which here is a language or a word of the source.
    if isinstance(meaning, bool):
        return "yes" if meaning else "no"
    return "" if meaning is None else str(meaning)


def load(home: Path, feed: str) -> Mapping | None:
    """The saved mapping of a feed, or None."""
    path = path_of(home, feed)
    return parse(path.read_text(encoding="utf-8"), str(path)) if path.is_file() else None


def load_all(home: Path) -> list[Mapping]:
    """Every saved mapping, by feed."""
    return [parse(path.read_text(encoding="utf-8"), str(path)) for path in sorted((home / FOLDER).glob("*.yaml"))]


def save(home: Path, mapping: Mapping) -> Path:
    """Write a mapping; a file that says the same already is left as it is, with its owner's comments."""
    path = path_of(home, mapping.feed)
    if path.is_file() and parse(path.read_text(encoding="utf-8"), str(path)) == mapping:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    beside.write_text(dump(mapping), encoding="utf-8")
    with beside.open("rb") as handle:
        os.fsync(handle.fileno())
    beside.replace(path)
    return path

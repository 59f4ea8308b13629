"""Changes that no test notices, each with the reason: read from `unnoticed/`, a file for each folder.

A reason stands once, with all changes that it holds for. A change is named by file, function, the words of its line
and what becomes of them, so that lines may be added above; `same` tells equal changes of one line apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from tests.mutation.trying import Tried

LISTS = Path(__file__).with_name("unnoticed")
Identity = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Known:
    """The lists: of each change its reason."""

    reasons: dict[Identity, str]

    @classmethod
    def read(cls, folder: Path = LISTS) -> Known:
        """What the folder lists; raises ValueError where a change is listed twice or without a reason."""
        reasons: dict[Identity, str] = {}
        yaml = YAML(typ="safe")
        for entry in (one for path in sorted(folder.glob("*.yaml")) for one in yaml.load(path) or ()):
            for one in entry["changes"]:
                found = (one["file"], one["in"], one["line"], one["becomes"], one.get("same", 1))
                if found in reasons or not entry["why"].strip():
                    raise ValueError(f"{found} is listed twice or without a reason.")
                reasons[found] = entry["why"]
        return cls(reasons)

    def wrong(self, results: Iterable[Tried]) -> list[str]:
        """What the list and a run of the files that it names do not agree about, a line each."""
        results = list(results)
        tried = {one.change.identity: one for one in results}
        files = {one.change.file for one in results}
        lines = [
            f"No test notices {one.change.name}   [{one.change.line}]"
            for one in results
            if not one.killed and one.change.identity not in self.reasons
        ]
        for known in self.reasons:
            if known[0] not in files:
                continue
            if known not in tried:
                lines.append(f"The list names what is not there any more: {known}")
            elif tried[known].killed:
                lines.append(f"The list names what is noticed now, by {tried[known].by}: {known}")
        return lines

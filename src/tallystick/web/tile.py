"""One figure of a first screen: what it is, the figure, what stands behind it, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tallystick.vocabulary.canonical import plain


@dataclass(frozen=True)
class Tile:
    """A tile. `value` is what the twin of the page takes; `late` says how far the data behind it reach, if not far.

    `as_is`: what is written big is a figure, the same in every language.
    """

    name: str
    label: str
    big: str
    note: str
    href: str
    value: Any
    late: str = ""
    as_is: bool = False

    def as_json(self) -> dict[str, Any]:
        """The tile for the twin of a page."""
        value = self.value.as_json() if hasattr(self.value, "as_json") else plain(_listed(self.value))
        return {"name": self.name, "label": self.label, "shown": self.big, "note": self.note, "value": value,
                "page": self.href, "data_to": self.late}  # fmt: skip


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value

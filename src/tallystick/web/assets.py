"""Files that browsers get beside those of `static/`: the documents' own style sheet, so screen and paper look alike."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "stylesheet.css"


class DocumentStyle(BaseFinder):
    """Finds the one style sheet of `tallystick.reports`."""

    def __init__(self) -> None:
        self.folder = Path(str(files("tallystick.reports")))

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        """Its place on the disk, for that name alone."""
        found = str(self.folder / NAME) if path == NAME else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Any]]:  # noqa: ARG002
        """The one file."""
        yield NAME, FileSystemStorage(location=str(self.folder))

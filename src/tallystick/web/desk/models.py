"""Django looks for tables here; they stand in the files of their workflows. There is no list to edit."""

from __future__ import annotations

import importlib
import pkgutil

_folder = importlib.import_module("tallystick.web.desk")
for _info in pkgutil.iter_modules(_folder.__path__):
    if not _info.name.startswith("_") and _info.name not in {"apps", "models", "migrations"}:
        importlib.import_module(f"{_folder.__name__}.{_info.name}")

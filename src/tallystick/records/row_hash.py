"""The hash of what a row says, by which versions of one row are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.keys import mixed
from tallystick.records.table import Table

# They follow from other columns of the row, or from its text: a better way to tell languages makes no other message.
_DERIVED = frozenset({"case_id", "original", "name_original", "identified_language", "identified_percent"})


def hash_of(declared: Table, columns: Mapping[str, Any]) -> pa.Array:
    """Hash of what a row says. The partner is left out: it follows from rows and must not decide between them."""
    said = [part for part in declared.columns if part.name not in _DERIVED]
    found = mixed(*(columns[part.name] for part in said if not part.later), columns["partner_given"])
    for part in said:
        if part.later:
            column = columns[part.name]
            found = pc.if_else(pc.is_valid(column), mixed(found, column), found)
    return found

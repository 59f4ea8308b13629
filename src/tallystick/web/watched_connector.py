"""A connector that is looked at while it reads a file that somebody gave.

It keeps the first rows for the preview, and it holds a partner's file to that partner: whatever the file says, rows of
others are refused and cases of others unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.invoices.rule import number as plain_number
from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.table import table
from tallystick.vocabulary.finding import Finding, Place, Severity

FOREIGN, FOREIGN_TITLE = "TS-I520", "The row names another partner"
PREVIEW_ROWS = 12
NEVER_SHOWN = frozenset({"requester", "name", "text", "text_id", "source_row", "load_id", "row_hash", "source_at"})
_HOLDERS = ("queues", "agents")


class Watched(Connector):
    """A connector that is looked at while it reads; with `own`, held to one partner."""

    title = "A connector that is watched"

    def __init__(self, inner: Connector, own: str = "", name: str = "") -> None:
        self.inner = inner
        self.own = own
        self.called = frozenset(word.casefold() for word in (own, name) if word)
        self.previews: dict[str, list[dict[str, Any]]] = {}

    def recognise(self, path: Path) -> float:
        """As the connector inside."""
        return self.inner.recognise(path)

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """As the connector inside; a partner's feed is that partner's, and its words give nothing to others."""
        plan = self.inner.propose(path, saved, hints)
        if not self.own:
            return plan
        owned = {part: {raw: to for raw, to in getattr(plan, part).items() if to == self.own} for part in _HOLDERS}
        return plan.with_(partner=self.own, **owned)

    def settle(self, path: Path, mapping: Mapping, resolver: Resolver) -> Mapping:
        """As the connector inside, which finds cases of the partner alone."""
        return self.inner.settle(path, mapping, self._narrowed(resolver))

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """As the connector inside, without rows that name another partner."""
        for batch in self.inner.read(path, mapping, self._narrowed(resolver)):
            kept = self._own_rows(batch, path.name) if self.own else batch
            self._note(kept)
            yield kept

    def _narrowed(self, resolver: Resolver) -> Resolver:
        find = resolver.cases
        if not self.own or find is None:
            return resolver
        return replace(resolver, cases=lambda ids: (found := find(ids)).filter(pc.equal(found["partner"], self.own)))

    def _own_rows(self, batch: Batch, file: str) -> Batch:
        strange: dict[int, str] = {}
        for rows in batch.tables.values():
            if "partner_given" in rows.column_names and rows.num_rows:
                named = pc.and_(pc.is_valid(rows["partner_given"]), pc.not_equal(rows["partner_given"], ""))
                for row in rows.filter(named).select(["source_row", "partner_given"]).to_pylist():
                    if row["partner_given"].casefold() not in self.called:
                        strange[row["source_row"]] = row["partner_given"]
        known = {reject.counted_as for reject in batch.rejects}
        rejects = [_foreign(number, word, file) for number, word in sorted(strange.items()) if number not in known]
        tables = {name: self._own_part(rows, strange) for name, rows in batch.tables.items()}
        texts = None if batch.texts is None else self._own_part(batch.texts, strange)
        return replace(batch, tables=tables, texts=texts, rejects=[*batch.rejects, *rejects])

    def _own_part(self, rows: pa.Table, strange: AbstractMapping[int, str]) -> pa.Table:
        if strange and rows.num_rows:
            rows = rows.filter(pc.invert(pc.is_in(rows["source_row"], pa.array(list(strange), pa.int64()))))
        if "partner_given" in rows.column_names:
            # The partner's name and its id mean the same; stored is the id.
            given = pc.if_else(pc.is_valid(rows["partner_given"]), self.own, pa.scalar(None, pa.string()))
            rows = rows.set_column(rows.column_names.index("partner_given"), "partner_given", given)
        return rows

    def _note(self, batch: Batch) -> None:
        ids: dict[int, Any] = {}
        cases = batch.tables.get("case")
        for name, rows in batch.tables.items():
            seen = self.previews.setdefault(name, [])
            if len(seen) >= PREVIEW_ROWS or not rows.num_rows:
                continue
            if not ids and cases is not None and cases.num_rows and "case_id" in cases.column_names:
                first = cases.slice(0, 4000)
                ids = dict(zip(first["case_key"].to_pylist(), first["case_id"].to_pylist(), strict=True))
            # What is kept as a hash alone (an account) is not shown in clear either: previews are stored.
            hidden = {column.name for column in table(name).columns if column.hashed}
            for row in rows.slice(0, PREVIEW_ROWS - len(seen)).to_pylist():
                shown = {"case": ids.get(row["case_key"])} if "case_key" in row and "case_id" not in row else {}
                shown |= {key: _shown(value) for key, value in row.items() if _is_shown(key) and key not in hidden}
                seen.append({"row": row["source_row"], **shown})


def watched(inner: Connector, own: str = "", name: str = "") -> Watched:
    """`inner`, watched. Its class takes the module of `inner`, because ingest names a reader after its module."""
    made: Watched = type("Watched", (Watched,), {"__module__": type(inner).__module__})(inner, own, name)
    return made


def _foreign(number: int, word: str, file: str) -> Reject:
    row = number % 2**40
    finding = Finding(
        FOREIGN,
        Severity.ERROR,
        f"The row names {word[:80]!r}; a partner's upload holds its own rows alone.",
        Place(file=file, row=row, column="partner"),
        "Leave the row out, or correct its partner.",
        word[:200],
    )
    return Reject(row, "partner", word[:200], finding, number)


def _is_shown(column: str) -> bool:
    return column not in NEVER_SHOWN and not column.endswith("_key")


def _shown(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain_number(value)
    return value if value is None or isinstance(value, int | str | bool) else str(value)

"""What the verdicts of one partner and period rest on, as one value: rows, facts, texts, the gate's answer.

The store keeps it beside the verdicts (so the lake may be vacuumed and an explanation needs neither lake nor engine),
a bundle carries it to the other party, and `judge` takes it. Facts can be recomputed from the rows; texts and the
gate's answer cannot, so they are pinned by their digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.verdicts.rows_read import (
    TABLES,
    canonical_schema,
    canonical_table,
    digest_of,
    natural_key,
    row_index,
)
from tallystick.verdicts.verdict import RecordDifference, RowsRead
from tallystick.vocabulary.canonical import digest

FACTS = ("clock", "case")


@dataclass(frozen=True)
class GateAnswer:
    """What the data gate said for a partner: reasons why figures are provisional, and its findings in short.

    `feeds` are (source, rows, newest instant in ISO 8601 UTC): freshness, as an explanation shows it.
    """

    reasons: tuple[str, ...] = ()
    findings: tuple[tuple[str, str, int], ...] = ()
    feeds: tuple[tuple[str, int, str], ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether figures are below the gate."""
        return bool(self.reasons)

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> GateAnswer:
        """The answer that was written as JSON."""
        return cls(
            tuple(parts["reasons"]),
            tuple((one, two, int(three)) for one, two, three in parts["findings"]),
            tuple((one, int(two), three) for one, two, three in parts["feeds"]),
        )


@dataclass(frozen=True)
class PeriodEvidence:
    """The canonical rows by table (see `rows_read`), and the facts of exactly these cases by fact."""

    rows: Mapping[str, pa.Table]
    facts: Mapping[str, pa.Table]
    gate: GateAnswer = field(default_factory=GateAnswer)

    @cached_property
    def read(self) -> tuple[RowsRead, ...]:
        """Count and digest of every table, tables in order of name."""
        return tuple(digest_of(name, self.rows[name]) for name in sorted(self.rows))

    @cached_property
    def digest(self) -> str:
        """One digest over all rows."""
        return digest(self.read)

    def digested(self) -> PeriodEvidence:
        """The same, with its digest computed: whoever gathers beside others does it there."""
        assert self.digest  # noqa: S101 - it is kept once it was asked for
        return self

    def case_ids(self) -> dict[int, str]:
        """{case key: the source's id}."""
        case = self.rows["case"]
        return dict(zip(case.column("case_key").to_pylist(), case.column("case_id").to_pylist(), strict=True))

    def differing(self, old: PeriodEvidence, most: int = 200) -> tuple[tuple[RecordDifference, ...], int]:
        """Which records were added, removed or changed since `old`, by natural key, at most `most`; and how many."""
        new_index, old_index = self._index(), old._index()
        names = {**old.case_ids(), **self.case_ids()}
        joined = old_index.join(new_index, ["table", "key"], join_type="full outer", right_suffix="_new")
        same = pc.fill_null(pc.equal(joined.column("hash"), joined.column("hash_new")), fill_value=False)
        apart = joined.filter(pc.invert(same)).sort_by([("table", "ascending"), ("key", "ascending")])
        found = []
        for row in apart.slice(0, most).to_pylist():
            change = "added" if row["hash"] is None else "removed" if row["hash_new"] is None else "changed"
            case_key = row["case_key_new"] if row["case_key_new"] is not None else row["case_key"]
            source = old if change == "removed" else self
            name = source._row_name(row["table"], row["key"], names.get(case_key, ""))  # noqa: SLF001
            found.append(RecordDifference(row["table"], row["key"], name, change))
        return tuple(found), apart.num_rows

    def _index(self) -> pa.Table:
        return pa.concat_tables([row_index(name, table) for name, table in sorted(self.rows.items())])

    def _row_name(self, table: str, key: int, case_id: str) -> str:
        """What a person calls the row: the case's id, with kind and instant for an event."""
        if table == "case_event":
            rows = self.rows[table]
            row = rows.filter(pc.equal(rows.column("event_key"), key)).to_pylist()[0]
            value = f" {row['value']}" if row["value"] else ""
            return f"case {case_id}: {row['kind']}{value} at {row['event_at']:%Y-%m-%d %H:%M:%S} UTC"
        rows = self.rows[table]
        if case_id and "call_id" not in rows.column_names:
            return f"case {case_id}"
        (key_column,) = natural_key(table)
        row = rows.filter(pc.equal(rows.column(key_column), key)).to_pylist()[0]
        shown = row.get("raw") or row.get("reported_name") or row.get("call_id") or str(key)
        return f"{table} {shown}"


def only_cases(table: pa.Table, cases: pa.Array) -> pa.Table:
    """The rows of `table` whose case is among `cases`."""
    return table.filter(pc.is_in(table.column("case_key"), value_set=cases))


def canonical_rows(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Each table in canonical form; one of `TABLES` that is absent is empty."""
    return {
        name: canonical_table(name, tables[name]) if name in tables else canonical_schema(name).empty_table()
        for name in dict.fromkeys((*TABLES, *tables))
    }

"""Gathering a period's evidence: from a partner's facts and a reader of its records to the rows that are pinned.

The same two steps make evidence again from rows alone (`evidence_of_rows`): fold, derive the streams, put the facts in
canonical order. A judging and its verification therefore differ in nothing but how the folds were run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.contract.model import Contract
from tallystick.facts.layered import Layered, Whole, plain
from tallystick.facts.rows import facts_of_rows
from tallystick.facts.stream import Finder, Given, Stream, streams
from tallystick.facts.term_tables import plain_word
from tallystick.measures.measure import MeasureRequest, measure_of
from tallystick.records.keys import ordered
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence, canonical_rows, only_cases
from tallystick.verdicts.rows_read import canonical_columns, cases_of_period, natural_key
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.period import Period

# A table of the partner's scope, of the cases named or (None) whole, with the columns named.
ReadTable = Callable[[str, Sequence[str], pa.Array | None], pa.Table]
# A word that says nothing of when it came is older than any other.
UNDATED = datetime.min.replace(tzinfo=UTC)
# A stream that reads these is given those of the period's cases; nothing of them is read for it alone.
OF_CASES = frozenset({"case", "case_event"})
FOLDED: Mapping[str, tuple[str, ...]] = {
    "clock": ("case_key", "kind", "n"),
    "case": ("case_key",),
    "owner_share": ("case_key", "kind", "n", "owner"),
}


class FactTables(Protocol):
    """A fact set as far as it is needed here."""

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One fact table."""


class KeptFacts(Protocol):
    """Facts of streams derived from everything, and the records they came from, as far as they lie ready."""

    tables: dict[str, Layered]
    rows: dict[str, Layered]


class PartnerFacts:
    """One partner's facts and small tables, read once and cut to any number of periods."""

    def __init__(
        self,
        facts: FactTables,
        read: ReadTable,
        terms: ClockTerms,
        wanted: Iterable[str] = (),
        kept: KeptFacts | None = None,
    ) -> None:
        """`wanted` are the streams that clauses read, beside those that are always evidence.

        Of streams with a knot the facts of a period are taken from `kept`, where they lie there.
        """
        self.read = read
        self.terms = terms
        self.folded = {name: facts.table(name) for name in FOLDED}
        self.streams = streams_wanted(wanted)
        self.kept: Mapping[str, Layered] = kept.tables if kept is not None else {}
        tables = dict.fromkeys(table for one in self.streams for table in one.reads if table not in OF_CASES)
        self.streamed = {name: self._whole(name, kept).combine_chunks() for name in tables}
        self._order = {name: _ordered(name, rows) for name, rows in self.streamed.items()}
        self.reported = read("reported_value", canonical_columns("reported_value"), None)
        self.mapping = status_mapping(read("mapping", [*canonical_columns("mapping"), "source_at"], None))
        self._finders: dict[Any, Finder] = {}

    def _whole(self, name: str, kept: KeptFacts | None) -> pa.Table:
        """All rows of a table; with words as codes where nothing but finders will look at them."""
        wanted = canonical_columns(name)
        looked_into = any(one.finder is None for one in self.streams if name in one.reads)
        if looked_into or kept is None or name not in kept.rows:
            return self.read(name, wanted, None)
        return kept.rows[name].selected(wanted).whole()

    def evidence(self, period: Period, gate: GateAnswer) -> PeriodEvidence:
        """The rows and facts of one period; see `rows_read` for which cases they are."""
        streamed = self._streamed(period)
        surveyed = _cases_named(streamed.values())
        cases = cases_of_period(
            self.folded["clock"],
            self.folded["case"],
            surveyed,
            period.start_on,
            period.end_on,
            self.terms.repeat_window_s,
        )
        case_rows = self.read("case", canonical_columns("case"), cases)
        event_rows = self.read("case_event", canonical_columns("case_event"), cases)
        rows = canonical_rows(
            {
                "case": case_rows,
                "case_event": event_rows,
                **streamed,
                "mapping": self._mapping(case_rows, event_rows),
                "reported_value": self._reported(period.start_on, period.end_on),
            }
        )
        folded = {name: only_cases(table, cases) for name, table in self.folded.items()}
        facts = canonical_facts(folded, rows, self.terms, of=self.streams, known=self._known(rows))
        return PeriodEvidence(rows, facts, gate)

    def _known(self, rows: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """The facts that are kept, of the rows of a period."""
        found = {}
        for one in self.streams:
            if one.knot and one.name in self.kept:
                held = pc.drop_null(pc.unique(rows[one.reads[0]].column(one.knot)))
                facts = self.kept[one.name]
                keys = np.sort(np.asarray(held, dtype=np.int64))
                found[one.name] = one.in_order(facts.taken(facts.holding(one.knot, keys)))
        return found

    def _mapping(self, case_rows: pa.Table, event_rows: pa.Table) -> pa.Table:
        """What the status words of these rows mean; words that only others use are none of the partner's business."""
        sources = set(pc.unique(case_rows.column("source")).to_pylist())
        told = event_rows.filter(pc.equal(event_rows.column("kind"), "status")).column("value")
        words = {plain_word(value) for value in pc.unique(told).to_pylist() if value is not None}
        pairs = zip(self.mapping.column("source").to_pylist(), self.mapping.column("raw").to_pylist(), strict=True)
        kept = [source in sources and plain_word(raw) in words for source, raw in pairs]
        return self.mapping.filter(pa.array(kept, pa.bool_()))

    def _streamed(self, period: Period) -> dict[str, pa.Table]:
        """The rows that the streams of the period need, each table with what any of them asks for."""
        places: dict[str, list[Whole]] = {}
        for one in self.streams:
            for name, found in self._found(one, period).items():
                if name not in OF_CASES:
                    places.setdefault(name, []).append(found)
        return {name: self._in_order(name, parts) for name, parts in places.items()}

    def _in_order(self, name: str, places: Sequence[Whole]) -> pa.Table:
        """The rows at some places in canonical order, taken once: to sort all beforehand would move each row twice."""
        order, rank = self._order[name]
        chosen = np.zeros(len(rank), np.bool_)
        for part in places:
            chosen[rank[part]] = True
        return plain(self.streamed[name].take(pa.array(order[chosen], pa.int64())))

    def _found(self, one: Stream, period: Period) -> Mapping[str, Whole]:
        """The places of the rows that a stream needs for a period, by table."""
        if one.finder is not None:
            if one.finder not in self._finders:  # streams that find their rows alike share one
                self._finders[one.finder] = one.finder(self.streamed, self.terms)
            return self._finders[one.finder](period.start_s, period.end_s)
        cut = one.of_period(self.streamed, period.start_s, period.end_s, self.terms)
        found = {}
        for name in (table for table in one.reads if table not in OF_CASES):
            (key,) = natural_key(name)
            inside = pc.is_in(self.streamed[name].column(key), value_set=cut[name].column(key))
            found[name] = np.flatnonzero(np.asarray(inside, dtype=np.bool_))
        return found

    def _reported(self, from_on: date, end_on: date) -> pa.Table:
        rows = self.reported
        overlaps = pc.and_(
            pc.less(rows.column("period_from"), pa.scalar(end_on)),
            pc.greater(rows.column("period_to"), pa.scalar(from_on)),
        )
        return rows.filter(pc.fill_null(overlaps, fill_value=False))


def _ordered(name: str, rows: pa.Table) -> tuple[Whole, Whole]:
    """The places of rows in the order of their natural key, and for each place where it comes in it."""
    (key,) = natural_key(name)  # those of cases have longer ones, and come with the cases
    order = ordered(np.asarray(rows.column(key), dtype=np.int64))
    rank = np.empty(rows.num_rows, np.int64)
    rank[order] = np.arange(rows.num_rows)
    return order, rank


def _cases_named(tables: Iterable[pa.Table]) -> list[int]:
    """The keys of the cases that rows of streams are about, which give them dimensions."""
    found: set[int] = set()
    for table in tables:
        if "case_key" in table.column_names:
            found |= set(pc.unique(table.column("case_key")).drop_null().to_pylist())
    return sorted(found)


def status_mapping(rows: pa.Table) -> pa.Table:
    """What status words mean, one row for each word and instant: the one that the folds would choose."""
    kept: dict[tuple[str, str, Any], dict[str, Any]] = {}
    for row in rows.to_pylist():
        if row["kind"] != "status" or row["raw"] is None:
            continue
        at = (row["source"] or "*", plain_word(row["raw"]), row["valid_from"])
        if at not in kept or _said(row) > _said(kept[at]):
            kept[at] = row
    columns = [name for name in rows.column_names if name != "source_at"]
    schema = pa.schema([rows.schema.field(name) for name in columns])
    return pa.Table.from_pylist([{name: row[name] for name in columns} for row in kept.values()], schema=schema)


def _said(row: Mapping[str, Any]) -> tuple[datetime, str]:
    return row["source_at"] or UNDATED, str(row["meaning"])


def canonical_facts(
    folded: Mapping[str, pa.Table],
    rows: Mapping[str, pa.Table],
    terms: ClockTerms,
    of: Iterable[Stream] | None = None,
    known: Mapping[str, pa.Table] | None = None,
) -> dict[str, pa.Table]:
    """The facts in canonical order and plain types, with those of some streams, or of every one whose rows are there.

    `known` are streams that need not be derived from the rows.
    """
    found = {
        name: _plain(table).sort_by([(key, "ascending") for key in FOLDED[name]]) for name, table in folded.items()
    }
    given, already = Given(rows, folded["case"], terms), known or {}
    fed = [one for one in of or streams().values() if all(name in rows for name in one.reads)]
    return found | {one.name: _plain(already[one.name] if one.name in already else one.table(given)) for one in fed}


PHONE = "phone"


def streams_wanted(wanted: Iterable[str]) -> list[Stream]:
    """The streams that are evidence: those that always are, and some others by name."""
    named = set(wanted)
    return [one for name, one in streams().items() if one.always or name in named]


def streams_of(contract: Contract) -> tuple[str, ...]:
    """The streams that the clauses of a contract read, by name."""
    read = set()
    for clause in (clause for text in contract.states() for clause in text.counted):
        try:
            read.add(measure_of(MeasureRequest.of(clause.measure, version=clause.version)).fact)
        except NotFound:
            continue  # a clause on an imported or typed value may name what no measure defines
    return tuple(name for name in streams() if name in read)


def speaks_of_floor(contract: Contract) -> int:
    """How much a contract speaks of the floor: 0 with a clause on calls, agents or rosters, 1 with a telephone, 2 less.

    Of several contracts with a partner the lowest is the one whose programmes and terms a figure of the floor uses.
    """
    if set(streams_of(contract)) - {name for name, found in streams().items() if found.always}:
        return 0
    channels = {channel for programme in contract.programmes.values() for channel in programme.channels}
    return 1 if PHONE in channels else 2


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries and metadata, in one chunk."""
    columns = {
        name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(columns).combine_chunks()


def evidence_of_rows(rows: Mapping[str, pa.Table], terms: ClockTerms, gate: GateAnswer) -> PeriodEvidence:
    """Evidence made again from canonical rows alone: the folds uncompiled, no lake, no engine."""
    return PeriodEvidence(rows, folded_again(rows, terms), gate)


def folded_again(rows: Mapping[str, pa.Table], terms: ClockTerms, *, compiled: bool = False) -> dict[str, pa.Table]:
    """The facts of canonical rows, folded by plain Python, or by the compiled twin of the same folds."""
    facts = facts_of_rows(rows["case"], rows["case_event"], rows["mapping"], terms, compiled=compiled)
    return canonical_facts({name: facts.table(name) for name in FOLDED}, rows, terms)

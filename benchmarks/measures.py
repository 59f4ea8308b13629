"""All measures by partner, queue, language and week over one million cases, as a ratio to bare group-by scans.

The facts are what a fact set hands over: Arrow columns in memory, words as codes, clocks by kind. The lower bound, in
the same run and from the same columns: one DuckDB group-by scan of each fact table by the same four dimensions that
touches the columns the measures read (count and a sum or maximum of each). The last line has the measures computed
through DuckDB from Parquet files instead. Goal: 1 s for one million cases.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tallystick.facts.stream import streams
from tallystick.measures import intervals
from tallystick.measures.compute import compute, compute_parts
from tallystick.measures.example import CASE_COLUMNS, CLOCK_COLUMNS
from tallystick.measures.measure import MeasureRequest, catalogue

BY = ("partner", "queue", "language", "week")
PARTNERS, QUEUES, LANGUAGES = (
    ["aurora", "borealis", "corvus"],
    ["billing", "delivery", "returns", "tech", "vip"],
    ["de", "en", "ro"],
)
CHANNELS, PRIORITIES, REASONS = (
    ["email", "chat", "phone"],
    ["low", "normal", "high", "urgent"],
    ["invoice", "parcel", "fault", "other"],
)
# Clock instances for each case, near what a helpdesk with 17 events a case gives.
PER_CASE = {
    "first_reply": 1.0,
    "next_reply": 0.8,
    "periodic_update": 1.0,
    "requester_wait": 1.0,
    "agent_work": 1.0,
    "on_hold": 0.1,
    "pause": 0.4,
    "first_resolution": 1.0,
    "full_resolution": 1.0,
    "acknowledgement": 0.02,
}
TALLIES = (
    *("replies", "customer_messages", "notes", "reopens", "reopens_in_window", "transfers_agent"),
    *("transfers_queue", "transfers_partner", "loops", "escalations", "merged_count", "paused_s", "waiting_paused_s"),
)
START = int(datetime(2025, 7, 1, tzinfo=UTC).timestamp())
YEAR_S = 365 * 86_400
THREADS = 2
AS_OF = datetime(2026, 7, 20, tzinfo=UTC)


def words(rng: np.random.Generator, size: int, values: list[str | None]) -> pa.Array:
    codes = rng.integers(0, len(values), size).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(values, pa.string())).cast(pa.string())


def instants(seconds: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    return pa.array(seconds * 1_000_000, mask=missing).cast(pa.timestamp("us", "UTC"))


def moments(name: str, seconds: np.ndarray, missing: np.ndarray | None = None) -> dict[str, pa.Array]:
    day = seconds // 86_400
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    return {
        f"{name}_on": pa.array(day.astype(np.int32), mask=missing).view(pa.date32()),
        f"{name}_week": pa.array((day - (day + 3) % 7).astype(np.int32), mask=missing).view(pa.date32()),
        f"{name}_month": pa.array((1970 + months // 12) * 100 + months % 12 + 1, pa.int32(), mask=missing),
    }


def shared(rng: np.random.Generator, size: int) -> dict[str, pa.Array]:
    return {
        "case_key": pa.array(rng.integers(0, 2**62, size)),
        "case_id": pa.array(np.arange(size)).cast(pa.string()),
        "partner": words(rng, size, PARTNERS),
        "programme": words(rng, size, ["german-email", "voice"]),
        "queue": words(rng, size, QUEUES),
        "agent": words(rng, size, [f"agent-{place}" for place in range(200)]),
        "channel": words(rng, size, CHANNELS),
        "language": words(rng, size, LANGUAGES),
        "priority": words(rng, size, PRIORITIES),
        "reason": words(rng, size, REASONS),
        "initiated_by": words(rng, size, ["customer"]),
        "excluded": words(rng, size, [*[None] * 48, "spam", "test"]),
    }


def clocks(rng: np.random.Generator, kind: str, size: int) -> pa.Table:
    begin = START + rng.integers(0, YEAR_S, size)
    spent = rng.lognormal(8.5, 1.2, size).astype(np.int64)
    draw = rng.random(size)
    running, cancelled = draw < 0.02, (draw >= 0.02) & (draw < 0.05)
    due, stop = begin + 14_400, begin + spent
    columns = shared(rng, size) | {
        "kind": pa.array([kind]).take(pa.array(np.zeros(size, np.int64))),
        "n": pa.array(np.ones(size, np.int64)),
        "start_at": instants(begin),
        "stop_at": instants(stop, running | cancelled),
        "due_at": instants(due),
        "running_since": instants(begin, ~running),
        "business_s": pa.array(spent),
        "calendar_s": pa.array(spent),
        "paused_s": pa.array(np.zeros(size, np.int64)),
        "paused_other_s": pa.array(np.zeros(size, np.int64)),
        "waiting_s": pa.array(np.where(draw > 0.9, spent // 2, 0)),
        "target_s": pa.array(np.full(size, 14_400)),
        "basis": words(rng, size, ["business"]),
        "state": pa.array(np.select([running, cancelled], [1, 2], 0)).cast(pa.int32()),
        **moments("start", begin),
        **moments("due", due),
        **moments("stop", stop, running | cancelled),
    }
    columns["state"] = pa.DictionaryArray.from_arrays(
        columns["state"], pa.array(["stopped", "running", "cancelled"])
    ).cast(pa.string())
    for when in ("start", "due", "stop"):
        columns |= {f"owner_{when}": columns["partner"], f"agent_{when}": columns["agent"]}
    return pa.table({name: columns[name].cast(type_) for name, type_ in CLOCK_COLUMNS.items()})


def cases(rng: np.random.Generator, size: int) -> pa.Table:
    begin = START + rng.integers(0, YEAR_S, size)
    solved = begin + rng.lognormal(10, 1.2, size).astype(np.int64)
    never = rng.random(size) < 0.03
    columns = shared(rng, size) | {
        "created_at": instants(begin),
        "first_reply_at": instants(begin + 3600, rng.random(size) < 0.02),
        "first_solved_at": instants(solved, never),
        "last_solved_at": instants(solved, never),
        "closed_at": instants(solved + 4 * 86_400, never),
        "source_due_at": instants(begin, np.ones(size, bool)),
        "status": words(rng, size, ["solved", "closed", "closed"]),
        "requester_key": pa.array(rng.integers(0, size, size)),
        "merged_into": pa.array(np.zeros(size, np.int64), mask=rng.random(size) > 0.01),
        "contact_no": pa.array(rng.integers(1, 4, size)),
        "repeated": pa.array(rng.random(size) < 0.2),
        **{name: pa.array(np.maximum(rng.integers(-6, 4, size), 0)) for name in TALLIES},
        **moments("created", begin),
        **moments("solved", solved, never),
        **moments("due", begin, np.ones(size, bool)),
    }
    columns |= {"partner_last": columns["partner"], "agent_last": columns["agent"]}
    return pa.table({name: columns[name].cast(type_) for name, type_ in CASE_COLUMNS.items()})


def surveys(rng: np.random.Generator, size: int) -> pa.Table:
    sent = START + rng.integers(0, YEAR_S, size)
    answered, silent = sent + rng.integers(600, 5 * 86_400, size), rng.random(size) < 0.7
    asked = rng.integers(0, 3, size)
    low, high = np.choose(asked, [1, 0, 1]), np.choose(asked, [5, 10, 7])
    columns = shared(rng, size) | {
        "response_key": pa.array(np.arange(size)),
        "kind": pa.DictionaryArray.from_arrays(pa.array(asked), pa.array(["csat", "nps", "ces"])).cast(pa.string()),
        "sent_at": instants(sent),
        "answered_at": instants(answered, silent),
        "score": pa.array(low + (rng.random(size) * (high - low + 1)).astype(np.int64), mask=silent),
        "scale_min": pa.array(low),
        "scale_max": pa.array(high),
        "higher_is_better": pa.array(np.ones(size, bool)),
        "contact_no": pa.array(np.ones(size, np.int64)),
        "reopens": pa.array(np.zeros(size, np.int64)),
        **moments("sent", sent),
        **moments("answered", answered, silent),
    }
    columns |= {"owner_start": columns["partner"], "owner_stop": columns["partner"]}
    return pa.table({name: columns[name].cast(type_) for name, type_ in streams()["survey"].schema.items()})


def write(folder: Path, size: int) -> None:
    rng = np.random.default_rng(7)
    with pq.ParquetWriter(folder / "clock.parquet", pa.schema(list(CLOCK_COLUMNS.items())), compression="zstd") as file:
        for kind, share in PER_CASE.items():
            file.write_table(clocks(rng, kind, max(int(size * share), 1)), row_group_size=122_880)
    pq.write_table(cases(rng, size), folder / "case.parquet", compression="zstd", row_group_size=122_880)
    pq.write_table(surveys(rng, size // 3), folder / "survey.parquet", compression="zstd", row_group_size=122_880)


LOWER_BOUND = {
    "clock": "owner_due, queue, language, due_week",
    "case": "partner, queue, language, created_week",
    "survey": "owner_stop, queue, language, answered_week",
}
SUMMED = {
    "clock": ("business_s", "calendar_s", "target_s", "waiting_s"),
    "case": ("replies", "reopens_in_window", "transfers_agent", "transfers_queue", "transfers_partner", "contact_no"),
    "survey": ("score", "scale_min", "scale_max"),
}
COUNTED = {
    "clock": ("kind", "state", "basis", "excluded", "stop_at", "due_at", "running_since", "start_at"),
    "case": ("first_reply_at", "first_solved_at", "last_solved_at", "closed_at", "status", "excluded", "requester_key"),
    "survey": ("kind", "sent_at", "answered_at", "excluded"),
}


def coded(table: pa.Table) -> pa.Table:
    """Words as codes, each column in one piece."""
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if pa.types.is_string(field.type):
            column = pc.dictionary_encode(column)
        table = table.set_column(place, field.name, column.combine_chunks())
    return table


class Facts:
    """Fact tables in memory: what `compute` asks of a fact set."""

    def __init__(self, folder: Path) -> None:
        self._clocks = {}
        for kind in PER_CASE:
            of_kind = pq.read_table(folder / "clock.parquet", filters=[("kind", "=", kind)])
            self._clocks[kind] = coded(of_kind.drop_columns(["case_id"]))
        self._others = {name: coded(pq.read_table(folder / f"{name}.parquet")) for name in ("case", "survey")}

    def table(self, name: str, columns: Sequence[str], *, kinds: Sequence[str] = ()) -> pa.Table:
        """One fact table with some columns, narrowed to some kinds of clock."""
        if name in self._others:
            return self._others[name].select(columns)
        return pa.concat_tables([self._clocks[kind].select(columns) for kind in kinds])

    def views(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The same columns as views `clock_fact`, `case_fact` and `survey_fact`."""
        for name, table in self._others.items():
            connection.register(f"{name}_fact", table)
        clocks = pa.concat_tables(self._clocks.values()).unify_dictionaries()
        connection.register("clock_fact", clocks)


def lower_bound(connection: duckdb.DuckDBPyConnection) -> None:
    for fact, groups in LOWER_BOUND.items():
        sums = ", ".join(f"sum({name})" for name in SUMMED[fact])
        counts = ", ".join(f"max({name})" for name in COUNTED[fact])
        query = f"SELECT {groups}, count(*), {sums}, {counts} FROM {fact}_fact GROUP BY {groups}"
        connection.sql(query).to_arrow_table()


def best_of(rounds: int, work: Callable[[], object]) -> tuple[float, float, float]:
    """Least and median seconds by the clock, and the least processor seconds: those stand a busy machine."""
    taken, spent = [], []
    for _ in range(rounds):
        for limits in (intervals.wilson, intervals.poisson):
            limits.cache_clear()
        begin, busy = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - begin)
        spent.append(time.process_time() - busy)
    return min(taken), statistics.median(taken), min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="millions of cases")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    requests = [
        MeasureRequest.of(measure.id, version=measure.version)
        for measure in catalogue().values()
        if measure.fact in LOWER_BOUND
    ]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # More than a million cases would measure memory, not measures: the other benchmarks scale.
        write(folder, int(min(given.scale, 1) * 1_000_000))
        facts, connection = Facts(folder), duckdb.connect(config={"threads": THREADS})
        facts.views(connection)
        # Each look binds the files anew; without the cache it would parse their footers each time.
        connection.execute("SET parquet_metadata_cache = true")
        in_files = {fact: connection.read_parquet(f"{folder / fact}.parquet") for fact in LOWER_BOUND}
        asked = {"by": BY, "period": None, "as_of": AS_OF}
        values = compute(facts, requests, **asked, threads=THREADS)
        cells = len({value.cell for value in values})
        print(f"{len(requests)} measures, {cells} cells, {len(values)} values with n and interval")
        if compute(in_files, requests, **asked) != values:
            raise SystemExit("DuckDB and Arrow disagree")
        del values
        works: dict[str, Callable[[], object]] = {
            "bare group-by scans": lambda: lower_bound(connection),
            "parts of all values": lambda: compute_parts(facts, requests, **asked, threads=THREADS),
            "values and intervals": lambda: compute(facts, requests, **asked, threads=THREADS),
            "the same from files": lambda: compute(in_files, requests, **asked),
        }
        bare = 0.0
        for name, work in works.items():
            least, median, spent = best_of(given.rounds, work)
            bare = bare or spent
            shown = f"{least:5.2f} s (median {median:.2f}), processor {spent:.2f} s, ratio {spent / bare:.1f}"
            print(f"{name:21} {shown}")
        connection.close()


if __name__ == "__main__":
    main()

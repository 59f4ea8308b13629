"""The records of the floor at full size: facts and all measures on them by partner and week, as a ratio to a scan.

Each part writes its records as Parquet, then a fresh process reads them, derives the facts of its streams and computes
every measure on them by partner and week. In the same run DuckDB groups the same files by partner and week, touching
the columns that the measures need: the lower bound. Processor time is told, and the peak of memory. Goal of all parts
together: 10 million segments of calls and 5 million states of agents in under 60 s on two cores and under 4 GiB, cold
start included. One more part is one more entry in `PARTS`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from tallystick.vocabulary.clock_terms import ClockTerms

PARTNERS = ("aurora", "borealis", "corvus")
QUEUES = ("billing", "delivery", "returns", "tech", "vip")
START_S = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
YEAR_S = 365 * 86_400
AS_OF = datetime(2027, 2, 1, tzinfo=UTC)
THREADS = 2
GOAL_S, GOAL_GIB = 60, 4


@dataclass(frozen=True)
class Part:
    """One sort of records: how many rows at scale 1, who writes them, the streams they feed, and a bare scan."""

    table: str
    rows: int
    write: Callable[[Path, int, np.random.Generator], None]
    streams: tuple[str, ...]
    scan: str


def _words(values: Sequence[str | None], codes: np.ndarray) -> pa.Array:
    """Words by their place in a list, whose last one may be None."""
    known = [value for value in values if value is not None]
    missing = codes >= len(known)
    indices = pa.array(codes.astype(np.int32), mask=missing if missing.any() else None)
    return pa.DictionaryArray.from_arrays(indices, pa.array(known, pa.string()))


def _instants(micros: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    return pa.array(micros, mask=missing).cast(pa.timestamp("us", "UTC"))


def write_calls(path: Path, rows: int, rng: np.random.Generator) -> None:
    """Calls of a queue, a ring, a talk and after-work; one in five is lost after its queue; in the lake's order."""
    calls = rows * 10 // 34  # 3.4 segments a call
    answered = rng.random(calls) < 0.8
    begin = np.sort(START_S + rng.integers(0, YEAR_S, calls)) * 1_000_000
    wait, talk, wrap = (rng.exponential(mean, calls).astype(np.int64) * 1_000_000 for mean in (30, 240, 40))
    queue, partner = rng.integers(0, len(QUEUES), calls), rng.integers(0, len(PARTNERS), calls)
    agent = rng.integers(0, 3000, calls)
    person = rng.integers(1, calls // 2 + 2, calls)
    lead = np.minimum(wait, 8_000_000)
    segments = {
        "queue": (np.ones(calls, bool), begin, begin + wait),
        "ring": (answered, begin + wait - lead, begin + wait),
        "talk": (answered, begin + wait, begin + wait + talk),
        "wrap": (answered, begin + wait + talk, begin + wait + talk + wrap),
    }
    call = np.concatenate([np.flatnonzero(there) for there, _, _ in segments.values()])
    kind = np.concatenate([np.full(int(there.sum()), place) for place, (there, _, _) in enumerate(segments.values())])
    started = np.concatenate([begins[there] for there, begins, _ in segments.values()])
    ended = np.concatenate([ends[there] for there, _, ends in segments.values()])
    keys = rng.permutation(calls).astype(np.int64) * 1_000_003 + 7
    order = np.lexsort((kind, started, keys[call]))
    call, kind, started, ended = call[order], kind[order], started[order], ended[order]
    results = ("answered", "abandoned", "completed", None)
    result = np.where(kind == 0, np.where(answered[call], 0, 1), np.where(kind == 1, 0, np.where(kind == 2, 2, 3)))
    none = np.zeros(len(call), np.int64)
    table = pa.table(
        {
            "segment_key": pa.array(rng.permutation(len(call)).astype(np.int64)),
            "call_key": pa.array(keys[call]),
            "call_id": pa.array(call).cast(pa.string()),
            "seq": pa.array(none.astype(np.int32)),
            "kind": _words(tuple(segments), kind),
            "started_at": _instants(started),
            "ended_at": _instants(ended),
            "result": _words(results, result),
            "ended_by": _words(("customer", "agent", None), np.where(kind == 2, call % 2, 2)),
            "direction": _words(("inbound",), none),
            "channel": _words(("phone",), none),
            "queue": _words(QUEUES, queue[call]),
            "agent": _words([f"a{one}" for one in range(3000)] + [None], np.where(kind == 0, 3000, agent[call])),
            "language": _words(("de", "en", "ro"), queue[call] % 3),
            "reason": _words(("invoice", "parcel", "fault"), person[call] % 3),
            "transferred_to": pa.nulls(len(call), pa.string()),
            "transfer": pa.nulls(len(call), pa.string()),
            "requester_key": pa.array(person[call]),
            "case_key": pa.nulls(len(call), pa.int64()),
            "partner": _words(PARTNERS, partner[call]),
        }
    )
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)


def write_states(path: Path, rows: int, rng: np.random.Generator) -> None:
    """States of three thousand agents, one after another in shifts of eight hours on 230 days of a year."""
    agents, days = 3000, 230
    each = -(-rows // (agents * days))
    size = agents * days * each
    agent = np.repeat(np.arange(agents), days * each)
    day = np.tile(np.repeat(np.arange(days) * 365 // days, each), agents)
    begin = START_S + day * 86_400 + 28_800 + np.tile(np.arange(each) * (28_800 // each), agents * days)
    states = ("available", "talk", "hold", "wrap", "ring", "break", "meal", "training", "case_work")
    table = pa.table(
        {
            "state_key": pa.array(rng.permutation(size).astype(np.int64)),
            "source": _words(("acd",), np.zeros(size, np.int64)),
            "agent": _words([f"a{one}" for one in range(agents)], agent),
            "state": _words(states, rng.integers(0, len(states), size)),
            "raw": pa.nulls(size, pa.string()),
            "started_at": _instants(begin * 1_000_000),
            "ended_at": _instants((begin + 28_800 // each) * 1_000_000),
            "queue": _words(QUEUES, agent % len(QUEUES)),
            "channel": _words(("phone",), np.zeros(size, np.int64)),
            "contacts": pa.nulls(size, pa.int32()),
            "device": pa.nulls(size, pa.string()),
            "partner": _words(PARTNERS, agent % len(PARTNERS)),
        }
    )
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 20)


PARTS: dict[str, Part] = {
    "calls": Part(
        table="call",
        rows=10_000_000,
        write=write_calls,
        streams=("call", "bot_session"),
        scan="""SELECT partner, date_trunc('week', started_at), kind, result, direction, count(*),
            sum(epoch_us(ended_at) - epoch_us(started_at)), count(queue), count(agent), count(requester_key),
            count(transfer), max(ended_by) FROM {file} GROUP BY ALL""",
    ),
    "states": Part(
        table="agent_state",
        rows=5_000_000,
        write=write_states,
        streams=("agent_time",),
        scan="""SELECT partner, date_trunc('week', started_at), state, count(*),
            sum(epoch_us(ended_at) - epoch_us(started_at)), count(queue), count(DISTINCT agent) FROM {file}
            GROUP BY ALL""",
    ),
}


def peak_gib() -> float:
    """The most memory that this process has held; what the system tells of a child includes its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / (1 << 20)


def bench_terms() -> ClockTerms:
    """Terms with one programme that is open every day."""
    from tallystick.vocabulary.clock_terms import ClockTerms, ProgrammeTerms
    from tallystick.vocabulary.opening import OpenHours, ZoneOffsets

    days = range(START_S - START_S % 86_400 - 86_400 * 10, START_S + YEAR_S + 86_400 * 40, 86_400)
    hours = OpenHours("UTC", tuple((day + 28_800, day + 64_800) for day in days), days[0], days[-1] + 86_400)
    programme = ProgrammeTerms("all", frozenset(), frozenset(), frozenset(), ((0, "office"),))
    return ClockTerms("*", ZoneOffsets("Europe/Bucharest", ((0, 7200),)), {"office": hours}, (programme,))


def work(folder: Path, names: Sequence[str]) -> dict[str, float]:
    """Facts and measures of some parts in this process; seconds of processor time, and what came out."""
    from tallystick.facts.fact_set import FactSet
    from tallystick.facts.stream import Given, stream
    from tallystick.measures.compute import compute
    from tallystick.measures.measure import MeasureRequest, catalogue
    from tallystick.records.table import table

    terms = bench_terms()
    told = {"reading": 0.0, "facts": 0.0, "measures": 0.0, "rows": 0.0, "values": 0.0}
    for name in names:
        part = PARTS[name]
        begin = time.process_time()
        path = folder / f"{part.table}.parquet"
        texts = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)
                 or pa.types.is_dictionary(field.type)]  # fmt: skip
        rows = {part.table: pq.read_table(path, read_dictionary=[one for one in texts if one != "call_id"])}
        told["reading"] += time.process_time() - begin
        case = FactSet(terms, ()).table("case")
        for one in part.streams:
            declared = stream(one)
            assert declared is not None  # noqa: S101 - the part names what there is
            # Tables of other parts stay empty, so that each part is priced alone.
            others = {read: table(read).schema.empty_table() for read in declared.reads if read not in rows}
            begin = time.process_time()
            facts = {one: declared.table(Given(rows | others, case, terms))}
            told["facts"] += time.process_time() - begin
            begin = time.process_time()
            requests = [MeasureRequest.of(measure.id) for measure in catalogue().values() if measure.fact == one]
            values = compute(facts, requests, by=("partner", "week"), period=None, as_of=AS_OF, threads=THREADS)
            told["measures"] += time.process_time() - begin
            told["rows"] += facts[one].num_rows
            told["values"] += len(values)
            del facts, values
    told["all"] = time.process_time()
    told["peak_gib"] = peak_gib()
    return told


def scan(folder: Path, names: Sequence[str]) -> float:
    """Processor seconds of DuckDB's group-by over the same files."""
    import duckdb

    with duckdb.connect(config={"threads": THREADS}) as connection:
        begin = time.process_time()
        for name in names:
            part = PARTS[name]
            connection.execute(part.scan.format(file=f"'{folder / part.table}.parquet'")).fetchall()
        return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="1 is ten million segments of calls")
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work is not None:
        print(json.dumps(work(given.work, given.parts)))
        return
    with tempfile.TemporaryDirectory() as place:
        folder, rng = Path(place), np.random.default_rng(1)
        size = {}
        for name in given.parts:
            part = PARTS[name]
            part.write(folder / f"{part.table}.parquet", int(part.rows * min(given.scale, 1)), rng)
            size[name] = pq.read_metadata(folder / f"{part.table}.parquet").num_rows
        begin = time.perf_counter()
        command = [sys.executable, __file__, "--work", str(folder), "--parts", *given.parts]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        wall = time.perf_counter() - begin
        bare = scan(folder, given.parts)
    print(", ".join(f"{rows:,} records of {name}" for name, rows in size.items()))
    print(f"{int(told['rows']):,} rows of facts, {int(told['values']):,} values by partner and week")
    for name in ("reading", "facts", "measures", "all"):
        print(f"{name:>9}: {told[name]:6.2f} s of processor time, {told[name] / bare:5.1f} x a bare scan")
    print(f"bare scan: {bare:6.2f} s; wall clock of the whole {wall:.1f} s; peak {told['peak_gib']:.2f} GiB")
    whole = set(given.parts) == set(PARTS) and given.scale >= 1
    if whole and (told["all"] > GOAL_S or told["peak_gib"] > GOAL_GIB):
        raise SystemExit(f"the goal is {GOAL_S} s of processor time and {GOAL_GIB} GiB")


if __name__ == "__main__":
    main()

"""Five million agent states and their rosters, built into agents' days and measured by partner and week.

The lower bound, in the same run and on the same Arrow tables: one DuckDB group-by scan that sums the seconds of each
state by partner, agent, day and state, and the planned seconds likewise. It does not make overlapping channels count
once, cuts nothing at midnight, knows no version of a roster and matches no state with the schedule. Goal: the build and
all measures on agents' time in under 15 s of processor time and 2.5 GiB.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

import duckdb
import numpy as np
import pyarrow as pa

from tallystick.facts.stream import Given, stream
from tallystick.measures.compute import compute
from tallystick.measures.measure import MeasureRequest, catalogue
from tallystick.records.table import table as declared
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.zones import zone_offsets

FIRST_S = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
DAYS, STATES_A_DAY = 90, 40
AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
BY = ("partner", "week")
PARTNERS = ("aurora", "borealis", "corvus")
WORDS = ("available", "talk", "hold", "wrap", "available", "talk", "wrap", "break", "ring", "not_ready")
# Offsets of a working day's activities from its beginning, and their lengths.
PLAN = (("work", 0, 8 * 3600), ("break", 7200, 900), ("meal", 14_400, 1800), ("training", 21_600, 1800))


def instants(second: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    return pa.array(second * 1_000_000, mask=missing).cast(pa.timestamp("us", "UTC"))


def filled(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """A canonical table of these columns; the others are empty."""
    size = len(next(iter(columns.values())))
    schema = declared(name).schema
    return pa.table({part.name: columns.get(part.name, pa.nulls(size, part.type)) for part in schema})


def named(words: list[str], codes: np.ndarray) -> pa.Array:
    return pa.array(words).take(pa.array(codes))


def floor(states: int) -> dict[str, pa.Table]:
    """So many states of agents who each work 90 days; a third by night, one in four on a telephone and a chat at once.

    Every tenth state tells no end; a tenth of the working days has a second version of its roster.
    """
    rng = np.random.default_rng(11)
    agents = max(states // (DAYS * STATES_A_DAY), 1)
    names = [f"agent-{place}" for place in range(agents)]
    size = agents * DAYS * STATES_A_DAY
    agent, rest = np.divmod(np.arange(size), DAYS * STATES_A_DAY)
    day, step = np.divmod(rest, STATES_A_DAY)
    shift_s = FIRST_S + np.arange(DAYS)[None, :] * 86_400 + np.where(np.arange(agents)[:, None] % 3 == 0, 20, 8) * 3600
    begin = shift_s[agent, day] + step * 720 + rng.integers(0, 300, size)
    chats = (agent % 4 == 0) & (step % 3 == 0)
    end = begin + np.where(chats, rng.integers(300, 2000, size), rng.integers(200, 720, size))
    tables = {
        "agent_state": filled(
            "agent_state",
            {
                "state_key": pa.array(np.arange(size)),
                "source": named(["acd"], np.zeros(size, np.int64)),
                "partner": named(list(PARTNERS), agent % len(PARTNERS)),
                "agent": named(names, agent),
                "state": named([*WORDS, "chat"], np.where(chats, len(WORDS), rng.integers(0, len(WORDS), size))),
                "started_at": instants(begin),
                "ended_at": instants(end, rng.random(size) < 0.1),
                "channel": named(["phone", "chat"], chats.astype(np.int64)),
            },
        )
    }
    versions = np.concatenate([np.zeros(agents * DAYS, np.int64), np.ones(agents * DAYS // 10, np.int64)])
    whose = np.concatenate([np.arange(agents * DAYS), rng.choice(agents * DAYS, agents * DAYS // 10, replace=False)])
    row = np.repeat(np.arange(len(whose)), len(PLAN))
    part = np.tile(np.arange(len(PLAN)), len(whose))
    worker, on = np.divmod(whose[row], DAYS)
    starts = shift_s[worker, on] + np.array([offset for _, offset, _ in PLAN])[part] + versions[row] * 1800
    tables["shift"] = filled(
        "shift",
        {
            "shift_key": pa.array(np.arange(len(row))),
            "source": named(["wfm"], np.zeros(len(row), np.int64)),
            "partner": named(list(PARTNERS), worker % len(PARTNERS)),
            "agent": named(names, worker),
            "activity": named([name for name, _, _ in PLAN], part),
            "started_at": instants(starts),
            "ended_at": instants(starts + np.array([length for _, _, length in PLAN])[part]),
            "published_at": instants(starts - 10 * 86_400 + versions[row] * 9 * 86_400),
            "planned": named(["planned"], np.zeros(len(row), np.int64)),
        },
    )
    return tables | {"identity": declared("identity").schema.empty_table()}


def terms() -> ClockTerms:
    zone = zone_offsets("Europe/Bucharest", date(2025, 1, 1), date(2027, 1, 1))
    return ClockTerms(partner="*", zone=zone, hours={}, programmes=())


def lower_bound(connection: duckdb.DuckDBPyConnection) -> None:
    for name, word in (("agent_state", "state"), ("shift", "activity")):
        seconds = "sum(epoch(coalesce(ended_at, started_at)) - epoch(started_at))"
        groups = f"partner, agent, date_trunc('day', started_at), {word}"
        connection.sql(f"SELECT {groups}, count(*), {seconds} FROM {name} GROUP BY ALL").to_arrow_table()


def best_of(rounds: int, work: Callable[[], object]) -> tuple[float, float]:
    """Median seconds by the clock and least seconds of the processor: the latter stand a busy machine."""
    taken, spent = [], []
    for _ in range(rounds):
        begin, busy = time.perf_counter(), time.process_time()
        work()
        taken.append(time.perf_counter() - begin)
        spent.append(time.process_time() - busy)
    return statistics.median(taken), min(spent)


def agent_states(states: int, rounds: int) -> None:
    """The build of agents' days, the measures on them, and the lower bound, each with its ratio to that."""
    rows = floor(states)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    declared_stream = stream("agent_time")
    if declared_stream is None:
        raise SystemExit("there are no facts of agents' time")
    given = Given(rows, pa.table({}), terms())
    requests = [MeasureRequest.of(name) for name, measure in catalogue().items() if measure.fact == "agent_time"]
    built = {"agent_time": declared_stream.table(given)}
    values = compute(built, requests, by=BY, period=None, as_of=AS_OF)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{rows['agent_state'].num_rows:,} states, {rows['shift'].num_rows:,} activities")
    print(f"{built['agent_time'].num_rows:,} agents' days, {len(requests)} measures, {len(values)} values")
    print(f"peak memory {after / 1024:,.0f} MiB, of which {before / 1024:,.0f} MiB are the rows themselves")
    with duckdb.connect(config={"threads": 2}) as connection:
        for name in ("agent_state", "shift"):
            connection.register(name, rows[name])
        works: dict[str, Callable[[], object]] = {
            "bare group-by scans": lambda: lower_bound(connection),
            "agents' days": lambda: declared_stream.table(given),
            "all measures": lambda: compute(built, requests, by=BY, period=None, as_of=AS_OF),
        }
        bare = 0.0
        for name, work in works.items():
            median, spent = best_of(rounds, work)
            bare = bare or spent
            print(f"{name:20} {median:6.2f} s by the clock, processor {spent:6.2f} s, ratio {spent / bare:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="times five million agent states")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    agent_states(int(given.scale * 5_000_000), given.rounds)


if __name__ == "__main__":
    main()

"""One more day on the floor: facts and figures kept up, as a share of making them from all records.

A lake holds a year of calls and of agents' states but for its last day. One fresh process derives the facts of their
streams and computes every measure on them by partner and week, and keeps both. Then the last day is taken in, and
another fresh process brings them up to it. Told is the processor time of each, start of Python included, and their
ratio; goal at full size: at most 5 % of a build that keeps nothing. What was kept up must equal what is made anew from
all records, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from floor import AS_OF, PARTS, START_S, THREADS, YEAR_S, bench_terms, peak_gib

STREAMS = ("call", "bot_session", "agent_time")
BY = ("partner", "week")
GOAL = 0.05
DAY_US = 86_400 * 1_000_000


def into_lake(root: Path, scale: float) -> dict[str, pa.Table]:
    """A lake of all days but the last; returns the rows of the last."""
    from tallystick.records.lake import Lake
    from tallystick.records.table import table

    rng, last = np.random.default_rng(1), {}
    with Lake.create(root / "lake", "bench") as lake:
        for part in PARTS.values():
            path = root / f"{part.table}.parquet"
            part.write(path, int(part.rows * min(scale, 1)), rng)
            rows = _complete(pq.read_table(path, read_dictionary=_words(path)), table(part.table))
            path.unlink()
            begins = rows.column("started_at").cast(pa.int64())
            # Agents do not work on the last days of the year, and the last calls end in the next.
            until = min(int(pc.max(begins).as_py()), (START_S + YEAR_S) * 1_000_000 - 1)
            on_last = pc.greater_equal(begins, until - until % DAY_US)
            last[part.table] = rows.filter(on_last)
            lake.append(part.table, rows.filter(pc.invert(on_last)), load_id="year")
    return last


def _words(path: Path) -> list[str]:
    return [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type) and field.name != "call_id"]


def _complete(rows: pa.Table, declared: Any) -> pa.Table:
    """The rows with every column of their table."""
    count = rows.num_rows
    more = {
        "source_at": rows.column("started_at"),
        "revision": pa.array(np.zeros(count, np.int32)),
        "row_hash": rows.column(declared.key),
    }
    return pa.table(
        {
            name: more[name]
            if name in more
            else rows.column(name)
            if name in rows.column_names
            else pa.nulls(count, declared.column(name).type)
            for name in declared.schema.names
        }
    )


def work(root: Path, how: str) -> dict[str, Any]:
    """Facts and figures in this process, kept or (`anew`) of no account to anybody; what that cost and what came."""
    from tallystick.facts.stream_set import derive_streams
    from tallystick.measures.compute import compute
    from tallystick.measures.kept_values import renewed_values
    from tallystick.measures.measure import MeasureRequest, catalogue
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope

    requests = [MeasureRequest.of(one.id) for one in catalogue().values() if one.fact in STREAMS]
    told: dict[str, Any] = {"start": time.process_time()}
    with Lake.open(root / "lake") as lake:
        scope, terms = Scope.of_client("bench"), bench_terms()
        facts = derive_streams(lake, scope, terms, STREAMS, store=how != "anew")
        told["facts"] = time.process_time() - told["start"]
        if facts.folder is None:
            values = [
                value
                for name in STREAMS
                for value in compute(
                    {name: facts.tables[name].whole()},
                    [one for one in requests if catalogue()[one.measure].fact == name],
                    by=BY,
                    period=None,
                    as_of=AS_OF,
                    threads=THREADS,
                )
            ]
            asked = [one for name in STREAMS for one in requests if catalogue()[one.measure].fact == name]
        else:
            found = renewed_values(facts.folder / "values.json", facts, requests, by=BY, as_of=AS_OF, threads=THREADS)
            values, asked, told["weeks"] = found.values, requests, found.computed
    told["all"] = time.process_time()
    told["measures"] = told["all"] - told["start"] - told["facts"]
    told["peak_gib"] = peak_gib()
    told["rows"] = sum(rows.size for rows in facts.tables.values())
    told["values"] = len(values)
    if how in ("anew", "check"):
        told["digests"] = {name: facts.digest(name) for name in STREAMS}
        told["figures"] = sorted(map(repr, values))
    del asked
    return told


class WithoutPandas(MetaPathFinder):
    """Arrow imports pandas wherever it is installed, as for our tests; it is no dependency of the program."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:  # noqa: ARG002  the protocol's
        """Nothing of that name."""
        if name == "pandas":
            raise ImportError(name)


def run(root: Path, how: str) -> dict[str, Any]:
    """The same in a fresh process."""
    command = [sys.executable, __file__, "--work", str(root), "--how", how]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def told(name: str, found: dict[str, Any], full: float) -> None:
    """One line about a process."""
    parts = ", ".join(f"{part} {found[part]:.2f}" for part in ("start", "facts", "measures"))
    print(f"{name:>9}: {found['all']:6.2f} s of processor time ({parts}), {found['all'] / full:6.1%} of a full build"
          f"; peak {found['peak_gib']:.2f} GiB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="1 is ten million segments of calls")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--how", choices=("anew", "keep", "check"), default="keep", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work is not None:
        sys.meta_path.insert(0, WithoutPandas())
        print(json.dumps(work(given.work, given.how)))
        return
    from tallystick.records.lake import Lake

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        last = into_lake(root, given.scale)
        full = run(root, "anew")
        built = run(root, "keep")
        with Lake.open(root / "lake") as lake:
            for name, rows in last.items():
                lake.append(name, rows, load_id="day")
        news = {name: rows.num_rows for name, rows in last.items()}
        del last
        refreshed = run(root, "keep")
        checked, whole = run(root, "check"), run(root, "anew")
    print(f"{refreshed['rows']:,} facts, {refreshed['values']:,} values by partner and week; the day brought"
          f" {', '.join(f'{count:,} rows of {name}' for name, count in news.items())}")  # fmt: skip
    print(f"weeks computed again: {refreshed['weeks']}")
    for name, found in (("full", full), ("kept", built), ("refreshed", refreshed)):
        told(name, found, full["all"])
    if any(checked[part] != whole[part] for part in ("digests", "figures")):
        raise SystemExit("what was kept up is not what a full build makes")
    ratio = refreshed["all"] / full["all"]
    print(f"refresh / full build: {ratio:.3f}; equal to a full build: yes")
    if given.scale >= 1 and ratio > GOAL:
        raise SystemExit(f"the goal is {GOAL}")


if __name__ == "__main__":
    main()

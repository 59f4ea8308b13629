"""Building all facts from Parquet to durable facts, as a ratio to one DuckDB query for six of them; then refreshes.

    python benchmarks/facts_build.py [--events 1000000] [--runs 3] [--data benchmarks/.data] [--no-refresh]

The records are generated once, columnar, in the lake's own layout: 24 months, about 17 events a case, three partners,
12 queues, 300 agents, reopenings, transfers and a few merges. `duck_direct` reads the same files and gives per case the
first reply and the resolution in business seconds (calendar by equi-join on the day), paused business seconds,
reopenings, transfers and replies, into a table in memory. It reads the files twice (once for the windows over status
events only): told to keep what it read, as it does unasked, it needs a third more. Ours writes every clock and case
column, synced to disk.
Seconds are wall, with CPU seconds beside them: on a busy machine only those compare.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tallystick.facts.build import derive, refresh
from tallystick.facts.shelf import scope_name
from tallystick.records import commits, delta
from tallystick.records.lake import Lake
from tallystick.records.table import table
from tallystick.vocabulary.clock_terms import CLOCK_KINDS, ClockTarget, ClockTerms, ProgrammeTerms
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets
from tallystick.vocabulary.scope import Scope

DAY = 86_400
MONTHS = [date(2024 + m // 12, m % 12 + 1, 1) for m in range(24)]
FROM_S = int(datetime(2023, 12, 1, tzinfo=UTC).timestamp())
UNTIL_S = int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
CLIENT = Scope.of_client("bench")
QUEUES = [f"queue-{n}" for n in range(12)]
AGENTS = [f"agent-{n:03}" for n in range(300)]
PARTNERS = ["aurora", "borealis", "cirrus"]
KINDS = ["created", "queue", "priority", "owner", "message", "note", "escalated", "acknowledged", "status", "merged"]
ACTORS = ["customer", "agent", "system"]
STATUSES = ["new", "open", "pending", "hold", "solved", "closed"]
WORDS = ["public", "auto", "2", "low", "normal", "high", "urgent", *STATUSES, *QUEUES, *AGENTS]
PLACE = {word: place for place, word in enumerate(WORDS)}
# What stands in a template for a word that is drawn for each case.
A_QUEUE, A_PRIORITY, AN_AGENT, NO_WORD, SURVIVOR = -1, -2, -3, -4, -5


def open_days() -> list[tuple[int, int]]:
    """Monday to Friday, 08:00 to 17:00 UTC."""
    days = range(FROM_S // DAY, UNTIL_S // DAY)
    return [(d * DAY + 8 * 3600, d * DAY + 17 * 3600) for d in days if (d + 3) % 7 < 5]


def clock_terms() -> ClockTerms:
    """A target for every kind of clock."""
    hours = OpenHours("UTC", tuple(open_days()), FROM_S, UNTIL_S)
    programmes = tuple(
        ProgrammeTerms(
            f"programme-{n}", frozenset(QUEUES[n * 4 : n * 4 + 4]), frozenset(), frozenset(), ((0, "office"),)
        )
        for n in range(3)
    )
    targets = tuple(
        ClockTarget(clock, "*", priority, seconds * (1 + place), "business", 0, 1 << 40)
        for place, clock in enumerate(CLOCK_KINDS)
        for priority, seconds in (("*", 14_400), ("urgent", 3_600))
    )
    return ClockTerms("*", ZoneOffsets("UTC", ((0, 0),)), {"office": hours}, programmes, targets)


# ---- generation --------------------------------------------------------------------------------------------------


def template(draw: np.random.Generator) -> list[tuple[str, str, int, int]]:
    """One course of a case: (kind, actor, word, seconds since the event before)."""
    said = [
        ("created", "customer", NO_WORD, 0),
        ("queue", "system", A_QUEUE, 0),
        ("priority", "system", A_PRIORITY, 0),
        ("message", "customer", PLACE["public"], 0),
        ("message", "system", PLACE["auto"], 5),
        ("owner", "system", AN_AGENT, 1_200),
        ("status", "agent", PLACE["open"], 30),
    ]
    for turn in range(int(draw.integers(1, 4))):
        said.append(("message", "agent", PLACE["public"], int(draw.integers(300, 30_000))))
        if draw.random() < 0.5:
            said.append(("status", "agent", PLACE["pending"], 0))
            said.append(("message", "customer", PLACE["public"], int(draw.integers(3_000, 120_000))))
            said.append(("status", "system", PLACE["open"], 0 if draw.random() < 0.8 else 9_000))
        if draw.random() < 0.2:
            said.append(("note", "agent", NO_WORD, 600))
        if draw.random() < 0.15:
            said.append(("owner", "agent", AN_AGENT, 900))
        if draw.random() < 0.08:
            said.append(("queue", "agent", A_QUEUE, 60))
        if draw.random() < 0.1:
            said.append(("status", "agent", PLACE["hold"], 60))
            said.append(("status", "agent", PLACE["open"], 40_000))
        if draw.random() < 0.04:
            said.append(("escalated", "agent", PLACE["2"], 60))
            said.append(("acknowledged", "agent", NO_WORD, 1_800))
        if turn == 0 and draw.random() < 0.08:
            said.append(("status", "agent", PLACE["solved"], 60))
            said.append(("status", "customer", PLACE["open"], 90_000))
            said.append(("message", "customer", PLACE["public"], 0))
    if draw.random() < 0.002:
        return [*said, ("merged", "agent", SURVIVOR, 60)]
    if draw.random() < 0.95:
        said.append(("message", "agent", PLACE["public"], 3_000))
        said.append(("status", "agent", PLACE["solved"], 0))
        if draw.random() < 0.8:
            said.append(("status", "system", PLACE["closed"], 345_600))
    return said


class Templates:
    """A thousand courses as flat columns."""

    def __init__(self) -> None:
        draw = np.random.default_rng(17)
        courses = [template(draw) for _ in range(1000)]
        self.first = np.concatenate([[0], np.cumsum([len(course) for course in courses])])
        flat = [event for course in courses for event in course]
        self.kind = np.array([KINDS.index(event[0]) for event in flat], np.int8)
        self.actor = np.array([ACTORS.index(event[1]) for event in flat], np.int8)
        self.word = np.array([event[2] for event in flat], np.int32)
        self.gap = np.array([event[3] for event in flat], np.int64)


def words(codes: np.ndarray[Any, Any], names: list[str], missing: Any = None) -> pa.Array:
    return pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int32), mask=missing), pa.array(names, pa.string())
    ).cast(pa.string())


def month(cohort: date, cases: int, seed: int, courses: Templates) -> tuple[pa.Table, pa.Table]:
    """The case and event rows of a month, sorted as the lake keeps them."""
    draw = np.random.default_rng(seed)
    base = seed << 40
    case_key = np.unique(draw.integers(0, 1 << 40, cases)) + base
    cases = len(case_key)
    begin = int(datetime(cohort.year, cohort.month, 1, tzinfo=UTC).timestamp())
    created = begin + draw.integers(0, 28 * DAY, cases)
    course = draw.integers(0, 1000, cases)
    length = (courses.first[1:] - courses.first[:-1])[course]
    case = np.repeat(np.arange(cases), length)
    starts = np.cumsum(length) - length
    place = np.arange(len(case)) - starts[case] + courses.first[course][case]
    gap = (courses.gap[place] * (0.2 + 1.6 * draw.random(len(case), np.float32))).astype(np.int64)
    total = np.cumsum(gap)
    at_s = created[case] + total - (total[starts] - gap[starts])[case]
    queue, priority, agent = draw.integers(0, 12, cases), draw.integers(0, 4, cases), draw.integers(0, 300, cases)
    moved = draw.integers(0, 300, len(case))
    word = courses.word[place].copy()
    word = np.where(word == A_QUEUE, PLACE[QUEUES[0]] + (queue[case] + moved * (gap > 0)) % 12, word)
    word = np.where(word == A_PRIORITY, PLACE["low"] + priority[case], word)
    word = np.where(word == AN_AGENT, PLACE[AGENTS[0]] + (agent[case] + moved * (gap > 1_800)) % 300, word)
    survivors = np.flatnonzero(word == SURVIVOR)
    ids = [f"C{key:x}" for key in case_key.tolist()]
    names = [*WORDS, *(ids[(case[row] + 1) % cases] for row in survivors.tolist())]
    word[survivors] = len(WORDS) + np.arange(len(survivors))
    partner = words(agent[case] % 3, PARTNERS)
    at = pa.array(at_s * 1_000_000).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    kind, actor = courses.kind[place], courses.actor[place]
    rows = len(case)
    stored = {
        "source_at": at,
        "revision": pa.array(np.zeros(rows, np.int32)),
        "load_id": words(np.zeros(rows, np.int8), ["load-0"]),
        "row_hash": pa.array(draw.integers(0, 1 << 62, rows)),
    }
    events = {
        "cohort": pa.array(np.full(rows, (cohort - date(1970, 1, 1)).days, np.int32)).view(pa.date32()),
        "case_key": pa.array(case_key[case]),
        "event_key": pa.array(draw.integers(0, 1 << 62, rows)),
        "event_at": at,
        "seq": pa.array((np.arange(rows) - starts[case]).astype(np.int32)),
        "kind": words(kind, KINDS),
        "actor": words(actor, ACTORS),
        "agent": words(agent[case], AGENTS, actor != 1),
        "value": words(np.maximum(word, 0), names, word == NO_WORD),
        "partner": partner,
        **stored,
    }
    opened = pa.array(created * 1_000_000).cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    rest = {
        "cohort": pa.array(np.full(cases, (cohort - date(1970, 1, 1)).days, np.int32)).view(pa.date32()),
        "case_key": pa.array(case_key),
        "case_id": pa.array(ids),
        "source": words(np.zeros(cases, np.int8), ["desk"]),
        "created_at": opened,
        "channel": words(draw.integers(0, 3, cases), ["email", "chat", "phone"]),
        "language": words(draw.integers(0, 4, cases), ["de", "en", "fr", "ro"]),
        "queue": words(queue, QUEUES),
        "priority": words(priority, ["low", "normal", "high", "urgent"]),
        "reason": words(draw.integers(0, 20, cases), [f"reason-{n}" for n in range(20)]),
        "requester_key": pa.array(draw.integers(0, max(cases * 12, 1), cases)),
        "kind": words((draw.random(cases) < 0.02).astype(np.int8), ["normal", "spam"]),
        "initiated_by": words(np.zeros(cases, np.int8), ["customer"]),
        "partner": words(agent % 3, PARTNERS),
        "source_at": opened,
        "revision": pa.array(np.zeros(cases, np.int32)),
        "load_id": words(np.zeros(cases, np.int8), ["load-0"]),
        "row_hash": pa.array(draw.integers(0, 1 << 62, cases)),
    }
    return complete("case", rest), complete("case_event", events)


def complete(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """The columns in the declared order, those not given null."""
    rows = len(columns["case_key"])
    schema = table(name).schema
    return pa.table({f.name: columns.get(f.name, pa.nulls(rows, f.type)) for f in schema}, schema=schema)


def generate(folder: Path, events: int) -> Path:
    """A lake with that many events; made once and kept."""
    root = folder / f"lake-{events}"
    if (root / "done.json").exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    courses = Templates()
    mean = float(np.diff(courses.first).mean())
    lake = Lake.create(root, "bench")
    versions: dict[str, int] = {}
    written: dict[str, list[delta.Written]] = {"case": [], "case_event": []}
    for name in written:
        delta.create(root / name, table(name))
    count = 0
    for number, cohort in enumerate(MONTHS):
        case_rows, event_rows = month(cohort, int(events / mean / 24), number + 1, courses)
        made = {"case": case_rows, "case_event": event_rows}
        for name, rows in made.items():
            written[name].append(delta.write(root / name, table(name), rows, 1, delta.CLEAN, cohort))
        count += len(made["case_event"])
        print(f"\r  generating {count:,} events", end="", flush=True)
    print()
    for name, parts in written.items():
        versions[name] = delta.commit(root / name, table(name), parts, [], {"load_id": "load-0"}, 1)
    commits.append(root, commits.CommitRecord(1, "load", "load-0", versions))
    lake.close()
    (root / "done.json").write_text(json.dumps({"events": count}))
    return root


# ---- the peer ----------------------------------------------------------------------------------------------------

DUCK_DIRECT = """
create or replace temp table direct as
with e as not materialized (
  select case_key, event_at, seq, kind, actor, value
  from read_parquet([{files}], hive_partitioning = false)),
g as (
  select case_key, min(event_at) filter (kind = 'created') as created,
         min(event_at) filter (kind = 'message' and actor = 'agent' and value = 'public') as reply,
         max(event_at) filter (kind = 'status' and value = 'solved') as solved,
         count(*) filter (kind = 'message' and actor = 'agent' and value = 'public') as replies,
         greatest(count(*) filter (kind = 'owner') - 1, 0) as transfers
  from e group by case_key),
s as (
  select case_key, event_at, value, lead(event_at) over w as next_at, lag(value) over w as before
  from e where kind = 'status' window w as (partition by case_key order by event_at, seq)),
b as (
  select case_key, count(*) filter (before in ('solved', 'closed') and value not in ('solved', 'closed')) as reopens,
         sum(case when value = 'pending' and next_at is not null then
             y.cum + least(greatest(epoch(next_at)::bigint % 86400 - y.lo, 0), y.hi - y.lo)
             - x.cum - least(greatest(epoch(event_at)::bigint % 86400 - x.lo, 0), x.hi - x.lo) else 0 end) as paused
  from s left join calendar x on x.day = epoch(event_at)::bigint // 86400
         left join calendar y on y.day = epoch(next_at)::bigint // 86400
  group by case_key)
select g.case_key, replies, transfers, reopens, paused,
       r.cum + least(greatest(epoch(reply)::bigint % 86400 - r.lo, 0), r.hi - r.lo) - c.cum
       - least(greatest(epoch(created)::bigint % 86400 - c.lo, 0), c.hi - c.lo) as first_reply_s,
       f.cum + least(greatest(epoch(solved)::bigint % 86400 - f.lo, 0), f.hi - f.lo) - c.cum
       - least(greatest(epoch(created)::bigint % 86400 - c.lo, 0), c.hi - c.lo) as resolution_s
from g left join b using (case_key)
left join calendar c on c.day = epoch(created)::bigint // 86400
left join calendar r on r.day = epoch(reply)::bigint // 86400
left join calendar f on f.day = epoch(solved)::bigint // 86400
"""


def duck_direct(lake: Lake) -> dict[str, Any]:
    """Seconds of the query, and totals to hold ours against."""
    import duckdb

    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.execute("set timezone = 'UTC'")
    total, days = 0, []
    opened = {start // DAY: (start % DAY, stop % DAY) for start, stop in open_days()}
    for day in range(FROM_S // DAY, UNTIL_S // DAY + 1):
        low, high = opened.get(day, (0, 0))
        days.append((day, total, low, high))
        total += high - low
    columns = list(zip(*days, strict=True))
    calendar = pa.table({n: pa.array(c, pa.int64()) for n, c in zip(("day", "cum", "lo", "hi"), columns, strict=True)})
    connection.register("calendar_rows", calendar)
    connection.execute("create temp table calendar as select * from calendar_rows")
    files = ", ".join(f"'{file.path}'" for file in lake.files("case_event"))
    began, busy = time.perf_counter(), time.process_time()
    connection.execute(DUCK_DIRECT.format(files=files))
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    sums = connection.execute("select count(*), sum(first_reply_s), sum(replies), sum(reopens) from direct").fetchone()
    connection.close()
    return {"seconds": seconds, "cpu": busy, "sums": [int(part or 0) for part in sums or ()]}


# ---- measuring ---------------------------------------------------------------------------------------------------


def facts_folder(lake: Lake, terms: ClockTerms) -> Path:
    return lake.root / "facts" / f"{terms.digest()[:16]}-{scope_name(CLIENT)}"


def build_once(root: Path, terms: ClockTerms) -> tuple[float, float]:
    """Wall and CPU seconds from Parquet to durable facts, in a process that has loaded the compiled folds already."""
    lake = Lake.open(root)
    shutil.rmtree(root / "facts", ignore_errors=True)
    gc.collect()
    began, busy = time.perf_counter(), time.process_time()
    derive(lake, CLIENT, terms)
    return time.perf_counter() - began, time.process_time() - busy


def alone(arguments: list[str]) -> dict[str, Any]:
    """Run a part of this file in a process of its own, so that its peak memory is its own."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def part(root: Path, what: str, runs: int) -> dict[str, Any]:
    terms = clock_terms()
    lake = Lake.open(root)
    if what == "duck":
        timed = sorted((duck_direct(lake) for _ in range(runs)), key=lambda one: float(one["seconds"]))
        answer = timed[runs // 2]
    else:
        warm(terms, root)
        seconds = sorted(build_once(root, terms) for _ in range(runs))
        facts = derive(lake, CLIENT, terms)
        case = facts.table("case", ["replies", "reopens"])
        clock = facts.table("clock", ["business_s"], kinds=["first_reply"])
        totals = (clock["business_s"], case["replies"], case["reopens"])
        answer = {
            "seconds": seconds[runs // 2][0],
            "cpu": seconds[runs // 2][1],
            "sums": [len(case), *(int(np.sum(column.to_numpy())) for column in totals)],
            "clocks": sum(len(layer.clock(list(range(len(CLOCK_KINDS))), "n")) for layer in facts.layers),
            "bytes": sum(file.stat().st_size for file in facts_folder(lake, terms).iterdir()),
        }
    answer["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    return answer


def warm(terms: ClockTerms, root: Path) -> None:
    """Load (or, the first time ever, compile) the folds on one small month."""
    small = root.parent / "lake-2000"
    derive(Lake.open(generate(small.parent, 2_000)), CLIENT, terms, store=False)


def changed_cases(lake: Lake, share: float, newest: bool, seed: int) -> pa.Array:
    """Keys of a share of the cases: spread over all, or nine in ten of them among the newest twentieth."""
    draw = np.random.default_rng(seed)
    rows = lake.read(CLIENT, "case", columns=["case_key", "created_at"])
    keys = rows["case_key"].to_numpy()
    count = int(len(keys) * share)
    if not newest:
        return pa.array(np.sort(draw.choice(keys, count, replace=False)))
    order = np.argsort(rows["created_at"].cast(pa.int64()).to_numpy())
    cut = int(len(keys) * 0.95)
    young = draw.choice(keys[order[cut:]], count * 9 // 10, replace=False)
    old = draw.choice(keys[order[:cut]], count // 10, replace=False)
    return pa.array(np.unique(np.concatenate([young, old])))


def refreshed(root: Path, newest: bool) -> dict[str, Any]:
    """Append one event to each of 1 % of the cases, then refresh."""
    terms = clock_terms()
    copy = root.parent / f"{root.name}-changed"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, copy_function=_link, ignore=shutil.ignore_patterns("facts"))
    lake = Lake.open(copy)
    warm(terms, root)
    facts = derive(lake, CLIENT, terms)
    keys = changed_cases(lake, 0.01, newest, 5)
    columns = list(table("case_event").schema.names)
    rows = lake.read(CLIENT, "case_event", columns=columns, case_keys=keys)
    place = np.flatnonzero(np.diff(rows["case_key"].to_numpy(), append=-1))
    last = rows.take(pa.array(place))
    micros = pa.array(last["event_at"].cast(pa.int64()).to_numpy() + 3_600_000_000)
    later = micros.cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC"))
    new = {
        **{name: last[name] for name in columns},
        "event_at": later,
        "source_at": later,
        "event_key": pa.array(last["event_key"].to_numpy() ^ (1 << 62)),
        "kind": pa.array(["message"] * len(last)),
        "actor": pa.array(["customer"] * len(last)),
        "value": pa.array(["public"] * len(last)),
    }
    arriving = pa.table({name: new[name] for name in columns}, schema=table("case_event").schema)
    lake.append("case_event", arriving, load_id="later")
    gc.collect()
    began, busy = time.perf_counter(), time.process_time()
    again = refresh(lake, CLIENT, terms, facts)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    answer = {"seconds": seconds, "cpu": busy, "cases": len(keys), "layers": len(again.layers)}
    shutil.rmtree(copy, ignore_errors=True)
    return answer


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--scale", type=float, help="millions of events, as in the other benchmarks")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / ".data")
    parser.add_argument("--no-refresh", action="store_true")
    parser.add_argument("--part", choices=("ours", "duck", "newest", "scattered"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.scale is not None:
        asked.events = round(asked.scale * 1_000_000)
    root = generate(asked.data, asked.events)
    if asked.part in ("ours", "duck"):
        print(json.dumps(part(root, asked.part, asked.runs)))
        return
    if asked.part:
        print(json.dumps(refreshed(root, asked.part == "newest")))
        return
    events = json.loads((root / "done.json").read_text())["events"]
    again = ["--events", str(asked.events), "--runs", str(asked.runs), "--data", str(asked.data), "--part"]
    duck, ours = alone([*again, "duck"]), alone([*again, "ours"])
    sizes = f"cases {ours['sums'][0]:,}; clocks {ours['clocks']:,}; facts {ours['bytes'] / 1e6:,.0f} MB"
    print(f"events {events:,}; {sizes}")
    for name, one in (("duck_direct", duck), ("build", ours)):
        rate = f"{events / one['seconds'] / 1e6:6.2f} M events/s"
        print(f"  {name:12} {one['seconds']:8.3f} s  cpu {one['cpu']:8.3f} s  {rate}  peak {one['peak_gib']:.2f} GiB")
    wall, cpu = duck["seconds"] / ours["seconds"], duck["cpu"] / ours["cpu"]
    print(f"  ratio to duck_direct: {wall:.2f}x by wall, {cpu:.2f}x by cpu (goal 3x)")
    if not asked.no_refresh:
        for name, goal in (("newest", 6), ("scattered", 20)):
            one = alone([*again, name])
            share, busy = 100 * one["seconds"] / ours["seconds"], 100 * one["cpu"] / ours["cpu"]
            shares = f"{share:5.1f} % of a build by wall, {busy:5.1f} % by cpu (goal {goal} %)"
            print(f"  refresh of 1 %, {name:9} {one['seconds']:8.3f} s  {shares}")
    print(f"  totals: duck {duck['sums']}, ours {ours['sums']}")


if __name__ == "__main__":
    main()

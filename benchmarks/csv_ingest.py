"""CSV ingest against DuckDB's own CSV-to-Parquet copy of the same file in the same run. Goal: at most 3 times as long.

Both shapes of a table (an event log, one row per case), each without and with texts. A text is redacted, and stored a
second time encrypted under its person's key. `reading` is file to canonical Arrow tables, `ingest` the whole way to the
durable, versioned tables of a lake, beginning with an empty one. The copy is the quickest of three.

    python benchmarks/csv_ingest.py [--scale 1] [--shape events|cases] [--texts no|yes]

`--scale` is in millions of rows. The last two columns count seconds of the processor instead, all threads together: on
a machine that others use too they say more than the clock does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connector import Resolver
from tallystick.records.connectors.any_table import AnyTable
from tallystick.records.containers import forget
from tallystick.records.ingest import ingest

MILLION = 1_000_000
GOAL = 3.0
AS_OF = datetime(2030, 1, 1, tzinfo=UTC)
HINTS = {"zone": "Asia/Kolkata"}
# Seven rows tell a case of the event log; its cases begin one after another, one every 97 seconds.
EVENTS = """
    SELECT 'C-' || lpad((i // 7)::VARCHAR, 8, '0') AS case_id,
           strftime(t, '%Y-%m-%d %H:%M:%S') AS "timestamp",
           ['created', 'assigned', 'agent reply', 'customer reply', 'agent reply', 'solved', 'closed'][1 + i % 7]
               AS activity,
           'agent ' || (hash(i // 7) % 97) AS agent,
           ['billing', 'tech', 'sales'][(1 + hash(i // 7) % 3)::BIGINT] AS queue,
           ['email', 'chat'][1 + (i // 7) % 2] AS channel,
           ['de', 'fr', 'ro'][1 + (i // 7) % 3] AS language,
           'customer' || (hash(i // 21) % 400000) || '@example.org' AS requester{text}
    FROM (SELECT range AS i, TIMESTAMP '2024-01-01' + to_seconds((range // 7) * 97 + (range % 7) * 3911) AS t
          FROM range({rows}))"""
CASES = """
    SELECT 100000 + i AS ticket_id, strftime(t, '%Y-%m-%d %H:%M:%S') AS created_at,
           strftime(t + to_seconds(60 + (hash(i) % 14400)::BIGINT), '%Y-%m-%d %H:%M:%S') AS first_response_at,
           CASE WHEN i % 7 > 0 THEN strftime(t + to_seconds(14400 + (hash(i) % 200000)::BIGINT), '%Y-%m-%d %H:%M:%S')
                END AS resolved_at,
           CASE WHEN i % 7 > 0 THEN 'solved' ELSE 'open' END AS status,
           ['billing', 'tech', 'sales'][1 + i % 3] AS team, 'agent ' || (i % 97) AS assignee,
           ['de', 'fr', 'ro'][1 + i % 3] AS language, ['email', 'chat'][1 + i % 2] AS channel,
           'customer' || (hash(i // 3) % 400000) || '@example.org' AS requester{text}
    FROM (SELECT range AS i, TIMESTAMP '2024-01-01' + to_seconds(range * 31) AS t FROM range({rows}))"""
SHAPES = {"events": EVENTS, "cases": CASES}
# One text in fifty holds an address or a number to be redacted.
TEXT = """,
           'My order ' || i || ' has not arrived yet, please tell me when the lamp will be here'
               || CASE i % 100 WHEN 3 THEN ', write to max.muster' || i || '@example.com'
                               WHEN 57 THEN ', or call +49 30 901' || lpad((i % 100000)::VARCHAR, 5, '0') ELSE '' END
               AS {name}"""


def write(path: Path, shape: str, *, texts: bool, rows: int) -> None:
    """The file of a shape: the same bytes for the same arguments."""
    text = TEXT.format(name="comment" if shape == "events" else "description") if texts else ""
    duckdb.sql(f"COPY ({SHAPES[shape].format(rows=rows, text=text)}) TO '{path}' (HEADER)")


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds that an action takes: (of the clock, of the processor)."""
    began, worked = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - began, time.process_time() - worked


def read(path: Path) -> int:
    """File to canonical tables; returns the rows."""
    connector = AnyTable()
    mapping = connector.propose(path, None, HINTS)
    resolver = Resolver("bench", int(AS_OF.timestamp()) * MILLION)
    return sum(batch.rows_in for batch in connector.read(path, mapping, resolver))


def take_in(path: Path, home: Path) -> int:
    """File to durable tables; returns the rows."""
    outcome = ingest(home, path, as_of=AS_OF, hints=HINTS, redactor=Redactor(), vault=Vault.create(home / "keys"))
    if outcome.rejected or not outcome.stored:
        raise SystemExit(f"{path.name}: {outcome.findings}")
    return outcome.rows_in


def measure(folder: Path, shape: str, *, texts: bool, rows: int) -> list[tuple[float, float]]:
    """Seconds (clock, processor) of DuckDB's copy, of reading, and of the whole ingest for one file."""
    path = folder / f"{shape}.csv"
    write(path, shape, texts=texts, rows=rows)

    def copy() -> None:
        duckdb.connect().execute(f"COPY (FROM read_csv('{path}')) TO '{folder}/copy.parquet'")

    forget()
    reading = timed(lambda: read(path))
    whole = timed(lambda: take_in(path, folder / f"home {shape} {texts}"))
    copies = [timed(copy) for _ in range(3)]
    return [(min(clock for clock, _ in copies), min(worked for _, worked in copies)), reading, whole]


def main() -> int:
    """Print the figures; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--scale", type=float, default=1.0, help="millions of rows")
    parser.add_argument("--shape", choices=sorted(SHAPES), help="one shape only")
    parser.add_argument("--texts", choices=("no", "yes"), help="only without, or only with texts")
    told = parser.parse_args()
    rows = int(told.scale * MILLION)
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for shape in SHAPES:
            write(folder / "warm.csv", shape, texts=True, rows=7_000)
            take_in(folder / "warm.csv", folder / f"warm {shape}")
        head = f"{'shape':8} {'texts':5} {'rows':>10} {'copy s':>8} {'reading s':>10} {'ingest s':>9} {'ratio':>6}"
        print(f"{head} {'CPU s':>8} {'ratio':>6}")
        for shape in [told.shape] if told.shape else list(SHAPES):
            for texts in (False, True):
                if told.texts and (told.texts == "yes") != texts:
                    continue
                copy, reading, ingested = measure(folder, shape, texts=texts, rows=rows)
                copied, whole = copy[0], ingested[0]
                worst = max(worst, whole / copied)
                shown = f"{copied:8.2f} {reading[0]:10.2f} {whole:9.2f} {whole / copied:6.1f}"
                shown += f" {ingested[1]:8.2f} {ingested[1] / copy[1]:6.1f}"
                print(f"{shape:8} {'yes' if texts else 'no':5} {rows:10,} {shown}", flush=True)
    print(f"worst ratio {worst:.1f}, goal {GOAL:.0f}")
    return int(worst > GOAL)


if __name__ == "__main__":
    sys.exit(main())

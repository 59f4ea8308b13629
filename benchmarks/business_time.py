"""Business time of a million pairs, as a ratio to `businesstimedelta` in the same run. Goal: 5,000 times as fast.

    python benchmarks/business_time.py [--pairs N] [--sample N]

Hours: Monday to Friday 09:00-12:30 and 13:15-17:30 in Bucharest with Romanian holidays. Pairs: starts spread over 2.8
years at random, lengths lognormal and cut at 40 days. The peer prices a sample, because it takes about a millisecond
for each pair; both must agree on it to the second. CPU seconds are printed beside wall seconds, since a shared
machine stretches the latter; the ratio is of CPU seconds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock

import businesstimedelta
import numpy as np
import pytz

from tallystick.facts.compiled import twins
from tallystick.vocabulary import opening
from tallystick.vocabulary.calendar import BusinessCalendar
from tallystick.vocabulary.hours_text import parse_rows
from tallystick.vocabulary.public_holidays import Holidays

FIRST, LAST = date(2023, 3, 1), date(2026, 2, 1)
ROWS = parse_rows(["09:00-12:30", "13:15-17:30"])
GOAL = 5_000
RUNS = 5


def timed(work: Callable[[], object], runs: int = RUNS) -> tuple[float, float]:
    """The least CPU and wall seconds of some runs."""
    cpu, wall = [], []
    for _ in range(runs):
        begun = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begun[0])
        cpu.append(time.process_time() - begun[1])
    return min(cpu), min(wall)


def line(name: str, pairs: int, cpu: float, wall: float) -> None:
    print(f"{name:42} {pairs:>9,} pairs  {cpu:8.4f} s CPU {wall:8.4f} s wall  {pairs / cpu:>13,.0f} pairs/s")


def peer_rules() -> businesstimedelta.Rules:
    """The same hours for businesstimedelta, which knows no holiday packages newer than its own and only pytz zones."""
    zone = pytz.timezone("Europe/Bucharest")
    days = Holidays("RO").named(FIRST, LAST)
    return businesstimedelta.Rules(
        [
            businesstimedelta.WorkDayRule(
                start_time=clock(9), end_time=clock(17, 30), working_days=[0, 1, 2, 3, 4], tz=zone
            ),
            businesstimedelta.LunchTimeRule(
                start_time=clock(12, 30), end_time=clock(13, 15), working_days=[0, 1, 2, 3, 4], tz=zone
            ),
            businesstimedelta.HolidayRule(days, tz=zone),
        ]
    )


def main() -> None:
    """Price the pairs in each way and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=1_000, help="pairs that the peer prices")
    parser.add_argument("--scale", type=float, default=1, help="as in the other benchmarks; here a million pairs each")
    given = parser.parse_args()
    pairs = int(given.pairs * given.scale)

    begun = time.process_time()
    calendar = BusinessCalendar.of("Europe/Bucharest", (ROWS,) * 5 + ((), ()), holidays=Holidays("RO"))
    hours = calendar.materialise(FIRST, LAST)
    table = opening.open_arrays([hours])
    took = 1000 * (time.process_time() - begun)
    print(f"calendar of {(LAST - FIRST).days} days and its table: {took:.0f} ms CPU, imports included")

    rng = np.random.default_rng(20_260_301)
    lengths = np.minimum(rng.lognormal(10.5, 1.4, pairs), 40 * 86_400).astype(np.int64)
    starts = rng.integers(hours.from_s, hours.until_s - 41 * 86_400, pairs)
    stops = starts + lengths
    one = np.zeros(pairs, np.int64)
    found = np.empty(pairs, np.int64)

    made = twins([opening])
    bulk = made[opening.business_seconds]
    known = made.cached
    begun = time.perf_counter()
    bulk(table, one[:1], starts[:1], stops[:1], found[:1])
    print(f"first call: {time.perf_counter() - begun:.2f} s ({'loaded' if known else 'compiled'})")

    compiled = timed(lambda: bulk(table, one, starts, stops, found))
    vectors = timed(lambda: opening.open_between_many(table, 0, starts, stops), 3)
    lists, few = table.as_lists(), min(pairs, 50_000)
    columns = [part[:few].tolist() for part in (one, starts, stops)]
    kept = [0] * few
    plain = timed(lambda: opening.business_seconds(lists, *columns, kept), 3)
    if kept != found[:few].tolist() or not (opening.open_between_many(table, 0, starts, stops) == found).all():
        sys.exit("the compiled, the numpy and the plain form disagree")

    sample = min(given.sample, pairs)
    rules = peer_rules()
    spans = [
        (datetime.fromtimestamp(a, UTC), datetime.fromtimestamp(b, UTC))
        for a, b in zip(starts[:sample].tolist(), stops[:sample].tolist(), strict=True)
    ]
    answers: list[int] = []

    def ask_peer() -> None:
        for start, stop in spans:
            took = rules.difference(start, stop)
            answers.append(int(took.hours * 3600 + took.seconds))

    peer = timed(ask_peer, 1)
    agreeing = sum(a == b for a, b in zip(answers, found[:sample].tolist(), strict=True))

    line("businesstimedelta (sample)", sample, *peer)
    line("Tallystick, plain Python", few, *plain)
    line("Tallystick, numpy", pairs, *vectors)
    line("Tallystick, compiled", pairs, *compiled)
    ratio = (pairs / compiled[0]) / (sample / peer[0])
    print(f"agreement on the sample: {agreeing:,} of {sample:,}")
    print(f"ratio: {ratio:,.0f} x businesstimedelta (goal {GOAL:,} x: {'reached' if ratio >= GOAL else 'missed'})")


if __name__ == "__main__":
    main()

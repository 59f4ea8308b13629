"""Agents that 100,000 intervals need by Erlang C, as a ratio to `pyworkforce` in the same run. Goal: 100 times as fast.

    python benchmarks/erlang.py [--intervals N] [--sample N]

Loads: 1 to some 120 erlangs, gamma distributed; handling 180 to 480 s; 80 % within 20 s, occupied to 85 % at most. The
peer counts a sample, one interval after the other as it does. Both must find the same agents, but where the peer starts
above the fewest: it never tries less than round(load + 1). CPU seconds are compared, because a shared machine
stretches wall seconds.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from pyworkforce.queuing import ErlangC

from tallystick.staffing.erlang import required
from tallystick.staffing.impatience import impatient

GOAL, SECONDS = 100, 2.0
SHARE, WITHIN_S, MOST_OCCUPIED, INTERVAL_S = 0.8, 20, 0.85, 1800
RUNS = 3


def main() -> None:
    """Count in both ways and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--intervals", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=5_000, help="intervals that the peer counts")
    parser.add_argument(
        "--scale", type=float, default=1, help="as in the other benchmarks; here 100,000 intervals each"
    )
    given = parser.parse_args()
    count = int(given.intervals * given.scale)

    rng = np.random.default_rng(20_260_301)
    aht = rng.uniform(180, 480, count)
    contacts = np.maximum(rng.gamma(3, 10, count), 1) * INTERVAL_S / aht
    load = contacts * aht / INTERVAL_S

    spent = []
    for _ in range(RUNS):
        begun = time.process_time()
        found = required(load, aht, within_s=WITHIN_S, share=SHARE, most_occupied=MOST_OCCUPIED).present
        spent.append(time.process_time() - begun)
    own = min(spent)

    few = min(given.sample, count)
    begun = time.process_time()
    peers = [
        ErlangC(transactions=calls, aht=each / 60, asa=WITHIN_S / 60, interval=INTERVAL_S / 60).required_positions(
            service_level=SHARE, max_occupancy=MOST_OCCUPIED
        )["raw_positions"]
        for calls, each in zip(contacts[:few].tolist(), aht[:few].tolist(), strict=True)
    ]
    peer = time.process_time() - begun

    begun = time.process_time()
    impatient(load, found, aht, 120, WITHIN_S)
    leaving = time.process_time() - begun

    start = np.round(load[:few] + 1)
    equal = np.maximum(found[:few], start) == np.array(peers)
    if not equal.all():
        sys.exit(f"{int((~equal).sum())} of {few:,} intervals differ from pyworkforce")
    ratio = (peer / few) / (own / count)
    print(f"loads {load.min():.1f} to {load.max():.1f} erlangs, {int(found.sum()):,} agents in all")
    print(f"Tallystick, Erlang C   {count:>9,} intervals {own:8.3f} s CPU  {1e6 * own / count:8.2f} us each")
    print(f"Tallystick, Erlang A   {count:>9,} intervals {leaving:8.3f} s CPU  {1e6 * leaving / count:8.2f} us each")
    print(f"pyworkforce (sample)   {few:>9,} intervals {peer:8.3f} s CPU  {1e6 * peer / few:8.2f} us each")
    quick = own <= SECONDS * max(given.scale, 1)
    print(f"agreement on the sample: {few:,} of {few:,}; under {SECONDS:g} s: {'reached' if quick else 'missed'}")
    print(f"ratio: {ratio:,.0f} x pyworkforce (goal {GOAL} x: {'reached' if ratio >= GOAL else 'missed'})")
    if ratio < GOAL or not quick:
        sys.exit(1)


if __name__ == "__main__":
    main()

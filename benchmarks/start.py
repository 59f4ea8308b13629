"""How long a user waits for the command line, against the bare start of the interpreter.

    python benchmarks/start.py [--home FOLDER] [--scale N]

Goals: `tally --version` 0.2 s, `tally --help` 0.3 s, `tally explain` on the example 1 s. Where FOLDER has no verdicts
the example is made in a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7


def median_s(command: list[str]) -> float:
    """The median wall time of a command over RUNS runs, after one that warms the caches."""
    taken = []
    for _ in range(RUNS + 1):
        begun = time.perf_counter()
        done = subprocess.run(command, capture_output=True, check=False)
        taken.append(time.perf_counter() - begun)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return statistics.median(taken[1:])


def verdict_in(home: Path) -> str:
    """The name of the first verdict kept in a folder; empty where there is none."""
    # verdicts/<contract>/<partner>/<period>/<clause>@<digest>.json is the verdict partner/clause/period
    for path in sorted(home.glob("verdicts/*/*/*/*@*.json")):
        clause = path.stem.partition("@")[0]
        if clause != "judged":
            return f"{path.parent.parent.name}/{clause}/{path.parent.name}"
    return ""


def main() -> None:
    """Time each command and print it as a ratio to `python -c pass`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("demo"))
    parser.add_argument("--scale", type=float, default=1, help="as in the other benchmarks; a start has none")
    given = parser.parse_args()
    tally = str(Path(sys.executable).parent / "tally")
    cases = {"--version": [tally, "--version"], "--help": [tally, "--help"]}
    with tempfile.TemporaryDirectory() as place:
        home = given.home if verdict_in(given.home) else Path(place)
        if home != given.home:
            print(f"no verdicts in {given.home}: making the example (2 minutes)", flush=True)
            subprocess.run([tally, "demo", "--home", place, "--fresh"], capture_output=True, check=True)
        cases["explain"] = [tally, "explain", verdict_in(home), "--home", str(home)]
        bare = median_s([sys.executable, "-c", "pass"])
        print(f"{'python -c pass':20} {bare:6.3f} s")
        for name, command in cases.items():
            taken = median_s(command)
            print(f"{'tally ' + name:20} {taken:6.3f} s   {taken / bare:5.1f} x the bare interpreter")


if __name__ == "__main__":
    main()

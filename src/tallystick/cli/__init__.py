"""The command line: one file per command in `commands/`, found by name.

In: what a person typed. Out: a result on stdout, messages on stderr, a documented exit code.
Verb: main. Must not know: how anything is computed; it calls a stage and shows what came back.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tallystick import __version__

EXIT_CODES = {
    0: "done, with warnings and notes at most",
    1: "done, with something to act on: an error among the findings, a rejected row, a missed clause, a failed"
    " verification; of the doctor also a missing step and data below the gate",
    2: "the command was not understood, or names something that is not there",
    3: "the data were refused as a whole: a damaged file, --strict",
    4: "not permitted: a read outside its scope",
    5: "an outside service did not answer: try again",
    70: "a bug in tallystick: the message names a file with the details",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        print(f"tally {__version__}")  # noqa: T201  the quickest answer: no library is loaded for it
        sys.exit(0)
    from tallystick.cli.program import run  # keeps --version free of it

    sys.exit(run(given))

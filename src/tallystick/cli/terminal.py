"""How the command line shows things: tables, small charts, status words, findings, JSON.

Colour never stands alone: every status has a shape and a word too. Without a terminal, or with NO_COLOR, there are no
colours and no moving parts. stdout carries the result, stderr the messages.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.finding import Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console

OUTCOMES: dict[str, tuple[str, str]] = {
    "met": ("●", "green"),
    "missed": ("▲", "red"),
    "excused": ("◆", "cyan"),
    "not assessable": ("○", "bright_black"),
    "provisional": ("◐", "yellow"),
}
SEVERITIES: dict[Severity, tuple[str, str]] = {
    Severity.ERROR: ("✖", "red"),
    Severity.WARNING: ("▲", "yellow"),
    Severity.NOTE: ("·", "bright_black"),
}
PIPED_WIDTH = 132
BARS = "▁▂▃▄▅▆▇█"


def console(*, stderr: bool = False, width: int = PIPED_WIDTH) -> Console:
    """A rich console on stdout, or on stderr for messages; `width` where there is no terminal."""
    from rich.console import Console  # 0.05 s that --json does not pay

    stream = sys.stderr if stderr else sys.stdout
    known = stream.isatty() or os.environ.get("COLUMNS")
    return Console(stderr=stderr, highlight=False, width=None if known else width)


def error_line(message: str, cure: str = "") -> None:
    """A sentence and its cure on stderr."""
    from rich.text import Text

    out = console(stderr=True)
    out.print(Text.assemble(("Error: ", "bold red"), message), soft_wrap=True)
    if cure:
        out.print(Text.assemble(("  Try: ", "bold"), cure), soft_wrap=True)


def print_json(value: Any) -> None:
    """`value` as indented JSON on stdout; decimals and fractions as exact text, never as floats."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n")


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str = "",
    right: Iterable[int] = (),
    wrapping: Iterable[int] | None = None,
) -> None:
    """A table on stdout; columns in `right` are set flush right.

    Where columns are named in `wrapping`, these go over several lines when there is no room, and no other does.
    """
    from rich import box
    from rich.table import Table

    numeric = set(right)
    giving_way = None if wrapping is None else set(wrapping)
    lines = [["" if cell is None else str(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    shown = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    widths = [max([len(header), *(len(line[at]) for line in lines)]) for at, header in enumerate(headers)]
    fixed = sum(width for at, width in enumerate(widths) if giving_way is not None and at not in giving_way)
    room = max(8, (console().width - fixed - 3 * len(headers)) // max(1, len(giving_way or ())))
    for index, header in enumerate(headers):
        gives = giving_way is not None and index in giving_way
        shown.add_column(
            header,
            justify="right" if index in numeric else "left",
            overflow="fold",
            no_wrap=giving_way is not None and not gives,
            min_width=widths[index] if giving_way is not None and not gives else None,
            max_width=min(widths[index], room) if gives else None,
        )
    for line in lines:
        shown.add_row(*line)
    console().print(shown)


def counted(count: int, word: str) -> str:
    """A number with its word: 1 verdict, 2 verdicts."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def outcome_text(outcome: str) -> Any:
    """An outcome as shape, word and colour."""
    from rich.text import Text

    shape, colour = OUTCOMES.get(outcome, ("?", "white"))
    return Text(f"{shape} {outcome}", style=colour)


def spark(values: Sequence[Fraction | None]) -> str:
    """A line of small bars; a blank stands where there are no data."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    spread = high - low
    marks = []
    for value in values:
        if value is None:
            marks.append(" ")
        else:
            marks.append(BARS[int((value - low) * (len(BARS) - 1) / spread)] if spread else BARS[3])
    return "".join(marks)


def _alike(findings: Sequence[Finding]) -> list[tuple[Finding, int]]:
    """Findings gravest first; those of one rule, column and cure stand as the first of them and how many more."""
    grave = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    ordered = sorted(findings, key=lambda finding: (grave[finding.severity], finding.id, finding.place))
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in ordered:
        at = (finding.place.file, str(finding.place.line), finding.message) if finding.place.line else ()
        groups.setdefault((finding.id, finding.place.column, finding.cure, finding.value, *at), []).append(finding)
    return [(group[0], len(group) - 1) for group in groups.values()]


def print_findings(findings: Sequence[Finding], *, limit: int = 20) -> None:
    """Findings on stderr, gravest first, each with rule, place and cure; tells how many more there are."""
    from rich.text import Text

    out = console(stderr=True)
    shown = _alike(findings)
    for finding, more in shown[:limit]:
        shape, colour = SEVERITIES[finding.severity]
        told = finding.message.removeprefix(f"{finding.place.file}: ")
        again = f" (and {more} more like it)" if more else ""
        out.print(
            Text.assemble(
                (f"{shape} {finding.id} ", f"bold {colour}"),
                (f"{finding.place}" + (": " if str(finding.place) else ""), "bold"),
                told + again,
            ),
            soft_wrap=True,
        )
        if finding.cure:
            out.print(Text(f"    {finding.cure}", style="bright_black"), soft_wrap=True)
    if len(shown) > limit:
        out.print(Text(f"  ... and {len(shown) - limit} more; --json shows all.", style="bright_black"))


def suggest(command: str, why: str) -> None:
    """The next step, on stderr."""
    from rich.text import Text

    console(stderr=True).print(
        Text.assemble(("Next: ", "bright_black"), (command, "bold"), (f"  {why}", "bright_black")), soft_wrap=True
    )


def key_values(pairs: Mapping[str, Any]) -> None:
    """A short list of names and values."""
    from rich.text import Text

    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        console().print(Text.assemble((f"{name.ljust(width)}  ", "bright_black"), str(value)))

"""Which measures a source can support and which not, and why: from the tables that it fills and those that each reads.

In: canonical tables that a source fills, what it says that it cannot tell. Out: measures, alone, with others, or not.
Verb: coverage. Must not know: any source system.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tallystick.facts.stream import streams
from tallystick.measures.measure import catalogue

# Cases and clocks are folded out of cases and their events; every other fact table says itself what it reads.
_FOLDED = frozenset({"case", "case_event"})
# An id that no identity row joins stands for itself, so figures do without.
_OPTIONAL = frozenset({"identity"})
_SHOWN = 6


@dataclass(frozen=True)
class Coverage:
    """What a source can support.

    `alone` are measures that it supports by itself; `together` leads from a measure to the tables that another source
    must fill beside; `without` from a measure to the tables that it needs, none of which this source fills; `refused`
    from a measure to the source's own reason why it cannot be told.
    """

    alone: tuple[str, ...] = ()
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    noun: str = "measures"

    @property
    def sentence(self) -> str:
        """The report in one sentence."""
        total = len(self.alone) + len(self.together) + len(self.without) + len(self.refused)
        parts = [f"Supports {len(self.alone)} of {total} {self.noun}{_such(self.alone)}"]
        if self.together:
            beside = sorted({table for tables in self.together.values() for table in tables})
            parts.append(f"{len(self.together)} more together with {', '.join(beside)}{_such(tuple(self.together))}")
        if self.refused:
            parts.append(f"never {', '.join(self.refused)}")
        return "; ".join(parts) + "."


def _such(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" ({', '.join(names[:_SHOWN])}{more})"


def tables_of() -> dict[str, frozenset[str]]:
    """The canonical tables that each measure reads, by the measure's id."""
    reads = {name: frozenset(one.reads) for name, one in streams().items()}
    return {measure.id: reads.get(measure.fact, _FOLDED) for measure in catalogue().values()}


def coverage(fills: Collection[str], cannot: Mapping[str, str] | None = None) -> Coverage:
    """What a source that fills some tables can support; `cannot` are its own reasons, by measure or table."""
    return parted(tables_of(), fills, cannot or {}, optional=_OPTIONAL)


def parted(
    needed: Mapping[str, frozenset[str]],
    fills: Collection[str],
    cannot: Mapping[str, str],
    noun: str = "measures",
    optional: frozenset[str] = frozenset(),
) -> Coverage:
    """What needs some tables, by whether a source that fills others supports it; it does without `optional` ones."""
    alone, together, without, refused = [], {}, {}, {}
    filled = frozenset(fills)
    for one, needs in sorted(needed.items()):
        missing = tuple(sorted(needs - filled - optional))
        if one in cannot and needs & filled:
            refused[one] = cannot[one]
        elif not missing:
            alone.append(one)
        elif needs & filled:
            together[one] = missing
        else:
            without[one] = missing
    return Coverage(tuple(alone), together, without, refused, noun)

"""Merged cases (R6): which case goes on as which, and the survivor's events with the messages it takes over.

A link holds when the last `merged` or `unmerged` event of a case is `merged` and the survivor named is among the
records; a merge into a case that nobody has seen hides nothing, so the child stays counted until the survivor arrives.
Links are followed to their end; a circle is cut at the link that closes it, the newest by (instant, case key).

The survivor takes over the child's messages and notes, without the child's status, queue, owner or partner: whose case
it is does not change by it. Its clocks begin at the earliest of its own creation and the child's first customer
message (the child's creation, where the customer opened it and no message is recorded).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tallystick.vocabulary.canonical import key_of


@dataclass(frozen=True)
class Link:
    """The last word on one case's merging: into `into_key` at `at_us` (microseconds), or undone (`into_key` None)."""

    case_key: int
    at_us: int
    into_key: int | None


def last_links(rows: Iterable[tuple[int, int, bool, str | None, str]]) -> dict[int, Link]:
    """The last link of each case, out of its merge events in total order.

    A row is (case key, instant in microseconds, is it a merge, the survivor's case id, the source of the case).
    """
    links: dict[int, Link] = {}
    for case_key, at_us, is_merge, survivor, source in rows:
        into = key_of(source, survivor) if is_merge and survivor else None
        links[case_key] = Link(case_key, at_us, into if into != case_key else None)
    return links


def survivors(links: Mapping[int, Link], present: Iterable[int]) -> dict[int, int]:
    """The case as which each merged case goes on, at the end of its chain; `present` are the keys in the records."""
    known = set(present)
    holding = [link for link in links.values() if link.into_key in known and link.case_key in known]
    parent = {link.case_key: link.into_key for link in holding if link.into_key is not None}
    ends = set(parent.values())
    chained = [link for link in holding if link.case_key in ends or link.into_key in parent]
    # Most merges touch no other one; only of the rest does it matter in which order they came.
    for link in chained:
        parent.pop(link.case_key, None)

    def end_of(key: int) -> int:
        while key in parent:
            key = parent[key]
        return key

    for link in sorted(chained, key=lambda link: (link.at_us, link.case_key)):
        if link.into_key is not None and end_of(link.into_key) != link.case_key:
            parent[link.case_key] = link.into_key
    return {child: end_of(child) for child in parent}

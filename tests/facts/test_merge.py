from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from tallystick.facts.merge import Link, survivors


def one_by_one(links: Mapping[int, Link], present: set[int]) -> dict[int, int]:
    """Every link in the order of its instant, each followed to its end before the next is taken."""
    parent: dict[int, int] = {}

    def end_of(key: int) -> int:
        return end_of(parent[key]) if key in parent else key

    for link in sorted(links.values(), key=lambda link: (link.at_us, link.case_key)):
        holds = link.into_key in present and link.case_key in present
        if holds and link.into_key is not None and end_of(link.into_key) != link.case_key:
            parent[link.case_key] = link.into_key
    return {child: end_of(child) for child in parent}


@pytest.mark.parametrize("cases", [3, 6, 40])
def test_survivors_are_those_of_links_taken_one_by_one_in_order(cases: int) -> None:
    draw = random.Random(cases)  # noqa: S311
    chains = circles = 0
    for _ in range(400):
        children = draw.sample(range(cases), draw.randrange(cases))
        into = {child: draw.choice([None, *(key for key in range(cases) if key != child)]) for child in children}
        links = {child: Link(child, draw.randrange(4), end) for child, end in into.items()}
        present = {key for key in range(cases) if draw.random() < 0.9}
        found = survivors(links, present)
        assert found == one_by_one(links, present)
        chains += any(into[child] != end for child, end in found.items())
        circles += any({child, end} <= present and child not in found for child, end in into.items())
    assert chains > 10
    assert circles > 10
